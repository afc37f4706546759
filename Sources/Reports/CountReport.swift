import ExactNumbers
import Traces
import Verdicts

/// The counts of one scenario.
public struct CountResult: Sendable {
  public var scenario: ExploredScenario
  public var counts: RunCounts

  public init(_ scenario: ExploredScenario, _ counts: RunCounts) {
    self.scenario = scenario
    self.counts = counts
  }
}

/// What `count` prints for people.
public struct CountReport {
  private let style: TextStyle

  /// - Parameter usesColour: whether to mark titles (ANSI); only on a terminal.
  public init(usesColour: Bool) { style = TextStyle(usesColour: usesColour) }

  /// `width`: in characters; nil: as wide as it is.
  public func text(_ result: CountResult, width: Int? = nil) -> String {
    let (scenario, counts) = (result.scenario, result.counts)
    let expected = counts.expectedDecisions
    let active = scenario.reductions.active
    var lines = [style.paint(scenario.title, .bold), "  \(scenario.file)"]
    lines.append("  bounds       " + scenario.bounds.joined(separator: ", "))
    lines.append("  reductions   " + (active.isEmpty ? "none" : active.joined(separator: ", ")))
    lines.append("  states       \(scenario.graph.states), \(counts.finalStates) of them without successors")
    lines.append("  transitions  \(scenario.graph.transitions)\(merged(scenario))")
    lines.append("  runs         \(counts.total)")
    lines.append("  mean length  \(expected)\(expected.isWhole ? "" : " ≈ \(expected.decimalExpansion(digits: 6))") decisions")
    lines.append("")
    lines += table(scenario, counts).lines(width: width.map { $0 - 2 }).map { "  \($0)" }
    lines += ["", "  " + scenario.missedStates.sentence]
    return lines.joined(separator: "\n") + "\n"
  }

  private func merged(_ scenario: ExploredScenario) -> String {
    let (loops, ways) = (scenario.graph.loops, scenario.progress.transitions)
    let parallel = ways - loops - scenario.graph.transitions
    var parts: [String] = []
    if parallel > 0 { parts.append("\(count(parallel, "other way")) between the same states") }
    if loops > 0 { parts.append("\(count(loops, "way")) back to the same state") }
    return parts.isEmpty ? "" : " (not counted: \(parts.joined(separator: ", ")))"
  }

  private func table(_ scenario: ExploredScenario, _ counts: RunCounts) -> TextTable {
    let (states, transitions) = (scenario.progress.statesByDepth, scenario.transitionsByDepth)
    var table = TextTable(header: ["decisions", "states", "transitions", "runs"], numbers: [0, 1, 2, 3])
    func number(_ values: [some CustomStringConvertible], _ depth: Int) -> String { depth < values.count ? values[depth].description : "0" }
    for depth in 0..<max(states.count, counts.byDecisions.count) {
      table.rows.append([String(depth), number(states, depth), number(transitions, depth), number(counts.byDecisions, depth)])
    }
    return table
  }
}

/// What `count --format json` prints: version 1 of a format that only grows within a version. Numbers that may be large are texts.
public struct JSONCountReport: Codable {
  public struct Depth: Codable, Sendable {
    public var decisions: Int
    /// States that are first reached by so many decisions, and transitions that begin in them.
    public var states: Int
    public var transitions: Int
    /// Runs with so many decisions.
    public var runs: String
  }
  public struct Counts: Codable, Sendable {
    public var reductions: [String]
    public var states: Int
    public var finalStates: Int
    public var transitions: Int
    /// Further ways between states that have a transition, and ways from a state to itself.
    public var otherWays: Int
    public var loops: Int
    public var runs: String
    /// A fraction in lowest terms, and rounded to six digits.
    public var meanDecisions: String
    public var meanDecisionsDecimal: String
    public var byDepth: [Depth]
    /// The exact bound of the probability that a state was missed, and a power of two that is greater.
    public var missedStateBound: String
    public var missedStateBelow: String?
    public var seconds: Double
  }
  public var version = 1
  public var scenarios: [OfScenario<Counts>]

  public init(_ results: [CountResult]) {
    scenarios = results.map { result in
      let (scenario, counts) = (result.scenario, result.counts)
      let (states, transitions) = (scenario.progress.statesByDepth, scenario.transitionsByDepth)
      let rest = Counts(
        reductions: scenario.reductions.active, states: scenario.graph.states,
        finalStates: counts.finalStates, transitions: scenario.graph.transitions,
        otherWays: scenario.progress.transitions - scenario.graph.loops - scenario.graph.transitions, loops: scenario.graph.loops, runs: "\(counts.total)",
        meanDecisions: "\(counts.expectedDecisions)", meanDecisionsDecimal: counts.expectedDecisions.decimalExpansion(digits: 6),
        byDepth: (0..<max(states.count, counts.byDecisions.count)).map { depth in
          Depth(
            decisions: depth, states: depth < states.count ? states[depth] : 0, transitions: depth < states.count ? transitions[depth] : 0,
            runs: depth < counts.byDecisions.count ? "\(counts.byDecisions[depth])" : "0")
        },
        missedStateBound: "\(scenario.missedStates.bound)", missedStateBelow: scenario.missedStates.below, seconds: scenario.progress.seconds)
      return OfScenario(scenario.setting, rest)
    }
  }

  /// The text; keys in a fixed order.
  public func text() throws -> String { try jsonText(self) }
}
