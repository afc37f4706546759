import ArgumentParser
import Compiler

/// `--scenario N`, of all commands that take one scenario of a file.
struct ScenarioNumber: ParsableArguments {
  @Option(name: .customLong("scenario"), help: "Which of the file's scenarios, its twins and sweeps included; from 1. See `interloper list`.")
  var number: Int?

  func validate() throws { if let number, number < 1 { throw ValidationError("--scenario counts from 1") } }

  /// The scenario with that number; without one the first, and a word on the others. Ends the command where there is none.
  func scenario(in path: String, _ library: inout Library) throws -> Library.Scenario {
    let scenarios = try library.scenarios(in: path)
    guard let scenario = scenarios.first(where: { $0.position == number ?? 1 }) else {
      complain("error: `\(path)` has \(scenarios.count == 1 ? "one scenario" : "\(scenarios.count) scenarios"):\n")
      for scenario in scenarios { complain("  \(scenario.position)  \(scenario.title)\n") }
      throw ExitCode.invalid
    }
    if number == nil && scenarios.count > 1 {
      let others = scenarios.dropFirst().map { "\($0.position) \($0.title)" }.joined(separator: "; ")
      complain("this is the first of \(scenarios.count) scenarios; --scenario takes another one: \(others)\n")
    }
    return scenario
  }
}
