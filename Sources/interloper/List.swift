import ArgumentParser
import Compiler

struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists scenarios, with their models, attackers and expectations.", discussion: "Example: interloper list Scenarios")

  @Argument(help: "Scenario files, or folders of them.") var paths: [String] = ["Scenarios"]

  func run() throws {
    let (files, errors) = files(at: paths, suffix: ".scenario")
    for error in errors { complain("error: \(error)\n") }
    var library = Library()
    var hasErrors = !errors.isEmpty
    for file in files {
      do {
        for scenario in try library.scenarios(in: file) {
          let expected = scenario.expectations.map { "\($0.property?.text ?? "all") \($0.verdict.rawValue)" }.joined(separator: ", ")
          show("\(file): \(scenario.title)")
          show(
            "  model \(scenario.declaration.model.text), attacker \(scenario.declaration.attackers.map(\.text).joined(separator: " + ")); expects \(expected)")
        }
      } catch {
        hasErrors = true
        print(error.diagnostics, in: library.sources)
      }
    }
    if hasErrors { throw ExitCode.invalid }
  }
}
