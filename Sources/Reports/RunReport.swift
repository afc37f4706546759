import ExactNumbers
import Traces
import Verdicts

/// What `simulate --random` prints.
public struct RunReport {
  private let style: TextStyle

  /// - Parameter usesColour: whether to mark titles (ANSI); only on a terminal.
  public init(usesColour: Bool) { style = TextStyle(usesColour: usesColour) }

  /// Runs that were drawn.
  ///
  /// - Parameters:
  ///   - runs: those that were drawn.
  ///   - scenario: of which scenario.
  ///   - total: of how many.
  ///   - seed: with which random numbers.
  public func text(_ runs: [ConcreteRun], of scenario: ExploredScenario, total: BigNatural, seed: UInt64) -> String {
    var lines = [style.paint(scenario.title, .bold), "  \(scenario.file)"]
    lines.append("  bounds    " + scenario.bounds.joined(separator: ", "))
    lines.append("  drawn     \(count(runs.count, "run")), seed \(seed); each time one of \(total), all equally likely")
    for (number, run) in runs.enumerated() {
      lines.append("")
      let heading = style.paint("Run \(number + 1)", .bold)
      lines.append("  \(heading): \(count(run.steps.count, "step")), \(count(run.decisions, "decision"))")
      lines += Story(run, in: scenario.system).lines(style)
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
