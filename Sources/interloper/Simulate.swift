import ArgumentParser
import Compiler
import Foundation
import Reports
import Verdicts

struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Plays a scenario, step by step, as its participants and as the attacker; or draws runs of it at random.",
    discussion: """
      Commands come one a line from the terminal or from a pipe; `help` lists them. The end of the input ends the play.

      With --random it draws runs, each with exactly the same probability, and tells them. Runs are those that `interloper count` counts. The same
      seed gives the same runs.

      Example: interloper simulate Scenarios/classic/nspk.scenario
      Example: interloper simulate --replay run.json Scenarios/classic/nspk.scenario
      Example: printf '1\\nhint\\n' | interloper simulate Scenarios/classic/nspk.scenario
      Example: interloper simulate --random --seed 1 --runs 3 Scenarios/classic/nsl.scenario
      """)

  @OptionGroup var arguments: GraphArguments
  @Option(help: "Begin with the steps of this file: a saved run, or a certificate of an attack.") var replay: String?
  @OptionGroup var choice: ScenarioNumber
  @Flag(help: "Draw runs at random instead.") var random = false
  @Option(help: "With --random: where the random numbers begin; without it, somewhere.") var seed: UInt64?
  @Option(help: "With --random: how many runs to draw of each scenario; 1 without it.") var runs: Int?

  func validate() throws {
    if let runs, runs < 1 || runs > 1_000_000 { throw ValidationError("--runs is between 1 and 1000000") }
    if !random && (seed != nil || runs != nil) { throw ValidationError("--seed and --runs go with --random") }
    if random && (replay != nil || choice.number != nil) { throw ValidationError("--replay and --scenario do not go with --random") }
  }

  func run() throws { if random { try draw() } else { try play() } }

  private func draw() throws {
    let seed = seed ?? UInt64.random(in: 0 ... .max)
    let report = RunReport(usesColour: Terminal.usesColour)
    try arguments.forEachScenario { explored throws(GraphFailure) in
      let sampler = try explored.sampler()
      let drawn = try explored.runs(runs ?? 1, from: sampler, seed: seed)
      show(report.text(drawn, of: explored, total: sampler.total, seed: seed))
    }
  }

  private func play() throws {
    var dialogue = try dialogue()
    let isTerminal = isatty(STDIN_FILENO) == 1
    // Not buffered: whoever reads a pipe sees the answer before the next command is asked for.
    func say(_ text: String) { FileHandle.standardOutput.write(Data(folded(text, width: Terminal.width).utf8)) }
    if let replay {
      let (text, failure) = dialogue.load(replay)
      if let failure {
        complain("error: \(failure)\n")
        throw ExitCode.invalid
      }
      say(text)
    } else {
      say(dialogue.opening)
    }
    while true {
      if isTerminal { say(dialogue.prompt) }
      guard let line = readLine() else { break }
      // A script's commands stand between their answers, as they do on a terminal.
      if !isTerminal { say("\n\(dialogue.prompt)\(line)\n") }
      let reply = dialogue.handle(line)
      say(reply.text)
      if reply.isOver { return }
    }
    if isTerminal { say("\n") }
  }

  private func dialogue() throws -> PlayDialogue {
    let (files, errors) = files(at: [arguments.path], suffix: ".scenario")
    for error in errors { complain("error: \(error)\n") }
    guard errors.isEmpty, let file = files.first, files.count == 1 else {
      if errors.isEmpty { complain("error: one scenario is played at a time; `\(arguments.path)` has \(files.count) files\n") }
      throw ExitCode.invalid
    }
    var library = Library()
    do {
      try library.use(try arguments.variant.variant)
      let scenario = try choice.scenario(in: file, &library)
      let compiled = try library.compile(scenario)
      print(compiled.warnings, in: library.sources)
      let heading = PlayDialogue.Heading(scenario, compiled, producer: "interloper \(Interloper.version)")
      return PlayDialogue(
        compiled.system, heading, usesColour: Terminal.usesColour)
    } catch let failure as Library.Failure {
      print(failure.diagnostics, in: library.sources)
      throw ExitCode.invalid
    }
  }
}
