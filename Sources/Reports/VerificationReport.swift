import Certificates
import Exploration
import Foundation
import Verdicts

/// What `verify` prints for people.
public struct VerificationReport {
  private let style: TextStyle

  /// - Parameter usesColour: whether to mark judgements by colour (ANSI); only on a terminal.
  public init(usesColour: Bool) { style = TextStyle(usesColour: usesColour) }

  /// A certificate in a few lines.
  public func text(_ result: CertificateResult) -> String {
    var lines = ["\(heading(result.judgement)) \(result.file)"]
    if let certificate = result.certificate { lines.append("  \(certificate.source.title)") }
    switch result.judgement {
    case .verified:
      if let attack = result.certificate?.attack {
        lines.append(
          "  `\(attack.property)` is violated: \(count(attack.steps.count, "step")), \(count(attack.decisions, "decision")), each derivation checked")
      }
      if let exploration = result.certificate?.exploration { lines.append("  within the bounds hold: \(exploration.holds.joined(separator: ", "))") }
    case .refused(let reason), .unusable(let reason), .inconclusive(let reason): lines += reason.split(separator: "\n").map { "  \($0)" }
    }
    lines += result.explorations.map { "  \(text($0))" }
    return lines.joined(separator: "\n") + "\n"
  }

  private func heading(_ judgement: CertificateResult.Judgement) -> String {
    switch judgement {
    case .verified: style.paint("✓ verified", .green)
    case .refused: style.paint("✗ refused", .red)
    case .unusable: style.paint("✗ unusable", .red)
    case .inconclusive: style.paint("? inconclusive", .yellow)
    }
  }

  private func text(_ exploration: Reexploration) -> String {
    let off = Reductions.names.filter { !exploration.reductions.contains($0) }
    let how =
      exploration.reductions.isEmpty
      ? "without reductions" : off.count == 1 ? "without the reduction `\(off[0])`" : "with \(count(exploration.reductions.count, "reduction"))"
    let bounds = exploration.hasFullBounds ? "within the bounds" : "within bounds of one"
    let what = "\(how), \(count(exploration.workers, "worker")), \(bounds): \(count(exploration.states, "state"))"
    guard let reason = exploration.stopped else { return "explored \(what), all runs" }
    let covered = exploration.depth.map { ", all runs of up to \(count($0, "decision"))" } ?? ""
    return "explored \(what)\(covered) (stopped: \(reason.rawValue))"
  }
}

/// What `verify --format json` prints: version 1 of a format that only grows within a version.
public struct JSONVerificationReport: Codable {
  public enum Judgement: String, Codable { case verified, refused, unusable, inconclusive }
  public struct Exploration: Codable {
    public var reductions: [String]
    public var workers: Int
    /// Whether each bound was that of the scenario; else each was one, or less where the scenario has less.
    public var hasFullBounds: Bool
    public var states: Int
    /// All runs of up to so many decisions were looked at; nil: not even all of those without a decision.
    public var depth: Int?
    /// Which limit ended it; nil: all runs were looked at.
    public var stopped: String?
  }
  public struct Entry: Codable {
    public var file: String
    public var judgement: Judgement
    /// Why it was not verified.
    public var reason: String?
    /// Of what was read, whatever the judgement.
    public var scenario: String?
    /// The digest of model and scenario.
    public var sha256: String?
    /// What an attack violates, and its length.
    public var property: String?
    public var steps: Int?
    public var decisions: Int?
    /// What an exploration says holds.
    public var holds: [String]?
    public var explorations: [Exploration]
    public var seconds: Double
  }
  public var version = 1
  public var certificates: [Entry]

  public init(_ results: [CertificateResult]) {
    certificates = results.map { result in
      let (judgement, reason): (Judgement, String?) =
        switch result.judgement {
        case .verified: (.verified, nil)
        case .refused(let reason): (.refused, reason)
        case .unusable(let reason): (.unusable, reason)
        case .inconclusive(let reason): (.inconclusive, reason)
        }
      let certificate = result.certificate
      return Entry(
        file: result.file, judgement: judgement, reason: reason, scenario: certificate?.source.title, sha256: certificate?.source.sha256,
        property: certificate?.attack?.property, steps: certificate?.attack?.steps.count, decisions: certificate?.attack?.decisions,
        holds: certificate?.exploration?.holds,
        explorations: result.explorations.map {
          Exploration(
            reductions: $0.reductions, workers: $0.workers, hasFullBounds: $0.hasFullBounds, states: $0.states, depth: $0.depth, stopped: $0.stopped?.rawValue)
        }, seconds: result.seconds)
    }
  }

  /// The text; keys in a fixed order.
  public func text() throws -> String { try jsonText(self) }
}
