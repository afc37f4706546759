import ArgumentParser

@main
struct Interloper: ParsableCommand {
  static let version = "0.1.0"
  static let configuration = CommandConfiguration(
    commandName: "interloper",
    abstract: "Finds attacks on web authorization protocols by trying every move an attacker could make.",
    discussion: """
      Exit codes: 0 all as expected; 1 a property is violated or an expectation failed; 2 wrong usage, an error in a model or
      scenario, or a checkpoint that cannot be used; 3 inconclusive (a limit was reached, or Ctrl-C). For `compare`: 1 verdicts differ. For `verify`: 0 all verified; 1 one is refused; 2 wrong usage, or one
      cannot be read, or its model or scenario has changed; 3 inconclusive.

      Example: interloper check Scenarios/oauth/mix-up.scenario
      """,
    version: version,
    subcommands: [
      Check.self, Explain.self, Compare.self, Reproduce.self, Necessity.self, Verify.self, Count.self, Simulate.self, Lint.self, Format.self, Export.self,
      List.self, Serve.self, New.self, Help.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      // The library's own code for wrong usage is that of sysexits; ours is the one that is documented.
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      complain(fullMessage(for: error) + "\n")
      exit(withError: ExitCode.invalid)
    }
  }
}

extension ExitCode {
  /// Wrong usage, or an error in a model or scenario.
  static let invalid = ExitCode(2)
  static let inconclusive = ExitCode(3)
}
