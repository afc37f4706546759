import ArgumentParser
import Compiler

struct New: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Starts a model or a scenario from a template that is in order.",
    discussion: """
      Nothing is overwritten, and nothing is left half written.

      Example: interloper new model Handshake && interloper new scenario handshake --model Handshake
      """, subcommands: [Model.self, Scenario.self])

  struct Model: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "model",
      abstract: "Starts a model, with a clause, a witness and a property: a folder with NAME.interloper and clauses.",
      discussion: "Example: interloper new model Handshake")

    @Argument(help: "The model's name.") var name: String
    @Option(name: .customLong("in"), help: "The folder of all models.") var folder: String = "Models"

    func run() throws {
      try saying { () throws(StartFailure) in try startModel(name, in: folder) }
      print("next: interloper new scenario NAME --model \(name)")
    }
  }

  struct Scenario: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "scenario",
      abstract: "Starts a scenario of a model: the file NAME.scenario.",
      discussion: """
        The model is one of the template of `new model`, or one with the roles of OAuth, OpenIDConnect or FAPI2.

        Example: interloper new scenario my-first --model OAuth
        """)

    @Argument(help: "The scenario's name.") var name: String
    @Option(help: "The model that it plays.") var model: String = "OAuth"
    @Option(name: .customLong("in"), help: "The folder it goes into.") var folder: String = "Scenarios"

    func run() throws {
      try saying { () throws(StartFailure) in [try startScenario(name, of: model, in: folder)] }
      print("next: interloper check \(folder)/\(name).scenario")
    }
  }
}

/// Prints the files that were written, or ends the command with the reason why none were.
private func saying(_ start: () throws(StartFailure) -> [String]) throws {
  do {
    for file in try start() { print(file) }
  } catch {
    complain("error: \(error)\n")
    throw ExitCode.invalid
  }
}
