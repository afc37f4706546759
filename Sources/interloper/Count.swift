import ArgumentParser
import Foundation
import Reports
import Verdicts

struct Count: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "count",
    abstract: "Counts the states, transitions and runs of a scenario, exactly.",
    discussion: """
      A run is a path of the explored graph from the initial state to a state without successors. Its length is the number of its decisions.

      Example: interloper count Scenarios/classic/nsl.scenario
      Example: interloper count --no-reductions Scenarios/classic/nsl.scenario
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @OptionGroup var arguments: GraphArguments
  @Option(help: "text or json.") var format: Format = .text

  func run() throws {
    let report = CountReport(usesColour: Terminal.usesColour)
    var results: [CountResult] = []
    var problem: (any Error)?
    do {
      try arguments.forEachScenario { explored throws(GraphFailure) in
        let result = CountResult(explored, try explored.count())
        if format == .text { show(report.text(result, width: Terminal.width)) } else { results.append(result) }
      }
    } catch {
      problem = error
    }
    if format == .json { print(try JSONCountReport(results).text(), terminator: "") }
    if let problem { throw problem }
  }
}
