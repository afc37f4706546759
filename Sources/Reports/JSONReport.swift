import Foundation
import Traces
import Verdicts

/// What `check --format json` prints: version 1 of a format that only grows within a version.
public struct JSONReport: Codable, Sendable {
  public struct PropertyEntry: Codable, Sendable {
    public var property: String
    public var sentence: String
    public var verdict: Verdict
    public var expected: Verdict?
    /// Steps of the attack, those included that run at once; decisions are the least of all attacks.
    public var steps: Int?
    public var decisions: Int?
    public var trace: Story?
    /// What the naive explorer says (`--oracle naive`).
    public var naive: Verdict?
    /// Whether the naive explorer's verdict and length could be compared, and agree.
    public var naiveAgrees: Bool?
  }
  public typealias Scenario = OfScenario<Findings>
  public struct Findings: Codable, Sendable {
    public var reductions: [String]
    public var verdicts: [PropertyEntry]
    public var asExpected: Bool
    public var states: Int
    public var transitions: Int
    /// Symbolic states that were computed: stored ones, those met again, and those between stored ones.
    public var computed: Int
    /// The largest number of decisions of any run.
    public var depth: Int
    public var seconds: Double
    /// Bytes of the visited set and the parents.
    public var storedBytes: Int
    /// Which limit ended the search; nil: none did.
    public var stopped: String?
    /// The exact bound of the probability that a state was missed, where a property holds: a fraction, `0` with `--exact`.
    public var missedStateBound: String?
    /// A power of two that is greater, as `2^-95`; nil where the bound is zero.
    public var missedStateBelow: String?
    /// What is odd about the scenario: among others properties that hold for nothing.
    public var warnings: [String]
    /// What each combination of the attackers breaks, where the scenario says `sweep attackers`.
    public var attackerSweep: AttackerSweep?
    /// Ground states that the naive explorer visited.
    public var naiveStates: Int?
  }
  public var version = 1
  public var scenarios: [Scenario]

  public init(_ results: [ScenarioResult]) {
    scenarios = results.map { result in
      let missed = result.properties.contains { $0.verdict == .holds } ? result.missedStates : nil
      let rest = Findings(
        reductions: result.reductions,
        verdicts: result.properties.enumerated().map { index, property in
          PropertyEntry(
            property: property.property, sentence: property.sentence, verdict: property.verdict, expected: property.expected, steps: property.attack?.steps,
            decisions: property.attack?.decisions, trace: property.attack.map { Story($0, in: result.system) },
            naive: result.oracle?.verdicts[index], naiveAgrees: result.oracle.map { $0.agreements[index] == .agrees })
        },
        asExpected: result.isAsExpected, states: result.states, transitions: result.transitions, computed: result.computed, depth: result.depth,
        seconds: result.seconds,
        storedBytes: result.storedBytes, stopped: result.stopped?.rawValue, missedStateBound: missed.map { "\($0.bound)" }, missedStateBelow: missed?.below,
        warnings: result.warnings.map(\.message), attackerSweep: result.attackerSweep, naiveStates: result.oracle?.states)
      return Scenario(result.setting, rest)
    }
  }

  /// The text; keys in a fixed order.
  public func text() throws -> String { try jsonText(self) }
}

/// JSON for programs and for people: indented, keys in a fixed order, with a line feed at the end.
func jsonText(_ report: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
}
