import ArgumentParser
import Compiler
import Exploration
import Foundation
import Verdicts

/// What the commands have in common that explore a scenario and keep its graph.
struct GraphArguments: ParsableArguments {
  @Argument(help: "A scenario file.") var path: String
  @Option(help: "Workers.") var jobs: Int = ProcessInfo.processInfo.activeProcessorCount
  @OptionGroup var variant: VariantArguments
  @Option(help: "Give up after this many seconds for each scenario.") var time: Double?
  @Option(help: "Give up what takes more memory, for example 512M or 4G.") var memory: String = "2G"
  @Option(name: .customLong("no-reduction"), help: "Switch one reduction off: \(Reductions.names.joined(separator: ", ")).") var offReductions: [String] = []
  @Flag(name: .customLong("no-reductions"), help: "Switch all reductions off.") var noReductions = false

  func validate() throws {
    try requireLimits(jobs: jobs, time: time, memory: memory)
    for name in offReductions where !Reductions.names.contains(name) {
      throw ValidationError("there is no reduction `\(name)`: \(Reductions.names.joined(separator: ", "))")
    }
  }

  /// Explores the scenarios of the file, its twins and sweeps included, and gives each to `body`.
  ///
  /// - Throws: the exit code, after all that went wrong was said: 2 for errors, 3 where a limit came first.
  func forEachScenario(_ body: (ExploredScenario) throws(GraphFailure) -> Void) throws {
    Interruption.install()
    let line = ProgressLine()
    var options = GraphOptions()
    options.reductions = noReductions ? .none : .all
    for name in offReductions { _ = options.reductions.turnOff(name) }
    options.memory = bytes(memory) ?? options.memory
    options.seconds = time
    options.jobs = jobs
    options.interrupted = { Interruption.requested }
    options.onProgress = { line.show($0) }
    let (files, errors) = files(at: [path], suffix: ".scenario")
    for error in errors { complain("error: \(error)\n") }
    var hasErrors = !errors.isEmpty
    var isInconclusive = false
    var library = Library()
    do {
      try library.use(try variant.variant)
    } catch let failure as Library.Failure {
      print(failure.diagnostics, in: library.sources)
      throw ExitCode.invalid
    }
    for file in files {
      do {
        for scenario in try library.scenarios(in: file) where !Interruption.requested {
          let failure = attempt(scenario, in: &library, options, line, body)
          line.clear()
          guard let failure else { continue }
          if case .invalid(let diagnostics) = failure {
            print(diagnostics, in: library.sources)
          } else {
            complain("\(scenario.title): \(failure.text)\n")
          }
          if failure.isLimit { isInconclusive = true } else { hasErrors = true }
        }
      } catch {
        hasErrors = true
        print(error.diagnostics, in: library.sources)
      }
    }
    if hasErrors { throw ExitCode.invalid }
    if isInconclusive || Interruption.requested { throw ExitCode.inconclusive }
  }

  private func attempt(
    _ scenario: Library.Scenario, in library: inout Library, _ options: GraphOptions, _ line: ProgressLine,
    _ body: (ExploredScenario) throws(GraphFailure) -> Void
  ) -> GraphFailure? {
    do {
      let explored = try explore(scenario, in: &library, options)
      line.clear()
      try body(explored)
      return nil
    } catch {
      return error
    }
  }
}

extension GraphFailure {
  /// Whether it is no error but a limit.
  fileprivate var isLimit: Bool {
    switch self {
    case .stopped, .tooLarge, .numbersTooLarge: true
    case .invalid, .cycle, .internalError: false
    }
  }

  fileprivate var text: String {
    switch self {
    case .invalid(let diagnostics): diagnostics.map(\.message).joined(separator: "; ")
    case .stopped(.memory, let progress):
      "the search alone takes more memory than --memory allows; \(progress.states) states and \(progress.transitions) transitions so far"
    case .stopped(let reason, let progress):
      "not exhausted (stopped: \(reason.rawValue)): \(progress.states) states, \(progress.transitions) transitions so far"
    case .tooLarge(let needed, let allowed, let progress):
      "a graph of \(progress.states) states and \(progress.transitions) transitions takes \(interloper.text(bytes: needed)) to keep; --memory allows "
        + interloper.text(bytes: allowed)
    case .numbersTooLarge(let needed, let allowed):
      "the graph and its numbers take at least \(interloper.text(bytes: needed)); --memory allows \(interloper.text(bytes: allowed))"
    case .cycle(let before, let cycle):
      "error: there is no end of runs, since one can come back to where it was\n"
        + "  first: \(before.isEmpty ? "nothing" : before.joined(separator: "; "))\n  then again and again: \(cycle.joined(separator: "; "))"
    case .internalError(let message): "internal error: \(message)\nPlease report it with the model and the scenario."
    }
  }
}
