import ArgumentParser
import Foundation
import Reports
import Verdicts

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draws runs of a scenario, each with exactly the same probability, and tells them.",
    discussion: """
      Runs are those that `interloper count` counts. The same seed gives the same runs.

      Example: interloper simulate --random --seed 1 --runs 3 Scenarios/classic/nsl.scenario
      """)

  @OptionGroup var arguments: GraphArguments
  @Flag(help: "Draw runs at random.") var random = false
  @Option(help: "Where the random numbers begin; without it, somewhere.") var seed: UInt64?
  @Option(help: "How many runs to draw of each scenario.") var runs: Int = 1

  func validate() throws {
    if !random { throw ValidationError("simulate draws runs with --random; there is no other way yet") }
    if runs < 1 || runs > 1_000_000 { throw ValidationError("--runs is between 1 and 1000000") }
  }

  func run() throws {
    let seed = seed ?? UInt64.random(in: 0 ... .max)
    let report = RunReport(usesColour: isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil)
    try arguments.forEachScenario { explored throws(GraphFailure) in
      let sampler = try explored.sampler()
      let drawn = try explored.runs(runs, from: sampler, seed: seed)
      print(report.text(drawn, of: explored, total: sampler.total, seed: seed))
    }
  }
}
