import Compiler
import Foundation
import Verification

/// The steps of a run, in the names of the model.
public struct TraceRecord: Codable, Equatable, Sendable {
  public struct Step: Codable, Equatable, Sendable {
    /// The rule's name.
    public var rule: String
    /// For each register of the rule an index into the terms; null where it has no value.
    public var values: [Int?]
  }
  /// Each term that occurs, behind its arguments. Two names, and two own constants, are different terms.
  public var terms: [AttackRecord.Term]
  public var steps: [Step]

  /// The record of steps of the system.
  public init(_ steps: [GroundStep], in system: TransitionSystem) {
    var table = TermTable(system)
    self.steps = steps.map { step in Step(rule: table.vocabulary.rules[step.rule], values: step.values.map { $0.map { table.number($0) } }) }
    terms = table.terms
  }

  /// The steps that the record stands for; nothing is checked but that the system has such rules and terms.
  ///
  /// - Throws: `.refused` with the first thing that it does not have.
  public func steps(in system: TransitionSystem) throws(CertificateError) -> [GroundStep] {
    let reader = try TermReader(terms, system)
    var steps: [GroundStep] = []
    for (number, step) in self.steps.enumerated() {
      guard let rule = reader.vocabulary.rules.index(of: step.rule) else {
        throw .refused("step \(number + 1): the model has no rule `\(step.rule)`")
      }
      do throws(TermReader.Problem) {
        steps.append(GroundStep(rule: rule, values: try reader.values(step.values)))
      } catch {
        throw .refused("step \(number + 1): \(error.text)")
      }
    }
    return steps
  }
}

extension AttackRecord {
  /// The steps of the attack, without what it claims of them.
  public var trace: TraceRecord {
    TraceRecord(terms: terms, steps: steps.map { TraceRecord.Step(rule: $0.rule, values: $0.values) })
  }
}

extension TraceRecord {
  init(terms: [AttackRecord.Term], steps: [Step]) {
    self.terms = terms
    self.steps = steps
  }
}

/// A run that was played, as a file.
///
/// JSON with `format`, `version`, the `scenario` that was played, and the `trace`. Unlike a certificate it claims nothing: whoever reads it plays
/// the steps again, one by one.
public struct TraceFile: Codable, Equatable, Sendable {
  public static let format = "interloper-trace"
  public static let version = 1

  /// Always ``format``.
  public var format = TraceFile.format
  public var version = TraceFile.version
  /// The program that wrote it; nothing depends on it.
  public var producer: String
  /// The title of the scenario, or of one of its twins.
  public var scenario: String
  /// The digest of all texts that the scenario was compiled from: see ``CertificateSource/digest(of:)``.
  public var sha256: String
  public var trace: TraceRecord

  public init(producer: String, scenario: String, sha256: String, trace: TraceRecord) {
    self.producer = producer
    self.scenario = scenario
    self.sha256 = sha256
    self.trace = trace
  }

  /// Reads a trace, or the steps of an attack's certificate.
  ///
  /// - Throws: `.unreadable`.
  public init(file path: String) throws(CertificateError) {
    try self.init(json: try Certificate.data(ofFile: path))
  }

  /// Reads a trace, or the steps of an attack's certificate.
  ///
  /// - Throws: `.unreadable`.
  public init(json data: Data) throws(CertificateError) {
    guard String(validating: data, as: UTF8.self) != nil else { throw .unreadable("this is no trace: not UTF-8") }
    struct Head: Codable {
      var format: String
      var version: Int
    }
    let head = try Certificate.decode(Head.self, data, as: "trace")
    switch head.format {
    case Certificate.format:
      let certificate = try Certificate(json: data)
      guard let attack = certificate.attack else { throw .unreadable("this certificate is of what holds: it has no steps") }
      self.init(producer: certificate.producer, scenario: certificate.source.title, sha256: certificate.source.sha256, trace: attack.trace)
    case TraceFile.format:
      guard head.version == TraceFile.version else {
        throw .unreadable("this trace has version \(head.version) of the format; this program reads version \(TraceFile.version)")
      }
      self = try Certificate.decode(TraceFile.self, data, as: "trace")
    default: throw .unreadable("this is no trace: its `format` is not `\(TraceFile.format)`")
    }
  }

  /// The trace as JSON, keys in a fixed order, with a line feed at the end.
  public func json() throws -> Data { try jsonLine(self) }

  /// Writes the trace into a file, as a whole or not at all.
  public func write(to path: String) throws(WritingError) { try writeJSON(self, to: path) }
}
