import Certificates
import Compiler
import Traces
import Verdicts
import Verification

/// What `export --to json` prints: the attacks of a run, in words, as a picture and step by step; version 1 of a format that only grows within
/// a version.
///
/// `story` is what `check --format json` calls `trace`, `diagram` a ``SequenceDiagram``, and `record` what a certificate says of the attack (article
/// *CertificateFormat*).
public struct TraceReport: Codable {
  public struct Entry: Codable, Sendable {
    public var property: String
    public var sentence: String
    public var steps: Int
    public var decisions: Int
    public var story: Story
    public var diagram: SequenceDiagram
    public var record: AttackRecord
  }
  public var version = 1
  public var attacks: [OfScenario<Entry>] = []

  public init() {}

  /// Adds the attacks on some properties.
  ///
  /// `properties`: their places in the result.
  ///
  /// - Throws: what the checker finds wrong with a trace.
  public mutating func add(_ result: ScenarioResult, properties: [Int]) throws {
    for index in properties {
      let property = result.properties[index]
      guard let attack = property.attack else { continue }
      var trace = attack.trace
      trace.property = index
      let entry = Entry(
        property: property.property, sentence: property.sentence, steps: attack.steps, decisions: attack.decisions, story: Story(attack, in: result.system),
        diagram: SequenceDiagram(attack, in: result.system),
        record: AttackRecord(try certify(trace, decisions: attack.decisions, in: result.system), in: result.system))
      attacks.append(OfScenario(result.setting, entry))
    }
  }

  /// The text; keys in a fixed order.
  public func text() throws -> String { try jsonText(self) }
}
