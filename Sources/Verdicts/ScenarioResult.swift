import Compiler
import Exploration
import Language
import Traces

/// What is claimed of a property in a scenario.
public enum Verdict: String, Sendable, Codable {
  /// No run within the bounds violates it; all were looked at.
  case holds
  case violated
  /// A limit was reached before all runs were looked at.
  case inconclusive
}

public struct PropertyResult: Sendable {
  public var property: String
  /// The property's sentence.
  public var sentence: String
  public var verdict: Verdict
  /// What the scenario expects; nil: nothing was said.
  public var expected: Verdict?
  public var attack: Attack?

  /// Whether the verdict is what was asked for: the expected one, or `holds` where nothing was said.
  public var isAsExpected: Bool { verdict == (expected ?? .holds) }
}

/// The outcome of one scenario, or of one of its twins.
@dynamicMemberLookup
public struct ScenarioResult: Sendable {
  public var setting: ScenarioSetting
  public var properties: [PropertyResult]
  /// Stored states, transitions between them, and the largest number of decisions.
  public var states: Int
  public var transitions: Int
  /// Symbolic states that were computed, those between stored ones included.
  public var computed: Int
  public var depth: Int
  /// How many of the stored states were first reached by no decision, by one, by two, and so on; all of them, if no limit was reached.
  public var statesByDepth: [Int]
  public var seconds: Double
  /// Bytes of the visited set and the parents.
  public var storedBytes: Int
  public var stopped: StopReason?
  public var reductions: [String]
  public var warnings: [Diagnostic]
  /// What the naive explorer says; nil: it was not asked.
  public var oracle: OracleResult?
  /// What each combination of the attackers breaks; nil: the scenario does not sweep over them.
  public var attackerSweep: AttackerSweep?
  public var jobs: Int
  /// Whether states were told apart by all of their words, not by fingerprints.
  public var isExact: Bool
  /// What was explored: for the reports and the certificates.
  public var scenario: Library.Scenario
  public var compiled: Library.Compiled
  public var system: TransitionSystem { compiled.system }

  public subscript<Value>(dynamicMember path: KeyPath<ScenarioSetting, Value>) -> Value { setting[keyPath: path] }

  public var isAsExpected: Bool { properties.allSatisfy(\.isAsExpected) }
  /// Whether a limit kept a verdict from being what was asked for.
  public var isInconclusive: Bool { properties.contains { $0.verdict == .inconclusive && !$0.isAsExpected } }
}
