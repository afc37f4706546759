import ArgumentParser
import Compiler
import Exploration
import Foundation
import Reports
import Verdicts

import struct Language.Diagnostic

struct Lint: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Reads and compiles models, scenarios and claims, and prints all that is wrong with them.",
    discussion: """
      With --coverage it explores the scenarios, and lists what of their models none of them uses. Exit code 1: something is not used; 3: a limit
      kept that from being known.

      Example: interloper lint Models Scenarios Papers
      Example: interloper lint --coverage --time 60 Scenarios
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "Model, scenario and claims files, or folders of them.") var paths: [String] = usualFolders

  @Flag(help: "Explore the scenarios, and list what of their models none of them uses.") var coverage = false
  @Option(help: "With --coverage: text or json.") var format: Format?
  @Option(help: "With --coverage: workers.") var jobs: Int?
  @Option(help: "With --coverage: stop each exploration after this many seconds.") var time: Double?
  @Option(help: "With --coverage: stop each exploration at this much memory, for example 512M or 4G.") var memory: String?
  @Option(help: "With --coverage: stop each exploration after this many stored states.") var states: Int?

  func validate() throws {
    if !coverage && (format != nil || jobs != nil || time != nil || memory != nil || states != nil) {
      throw ValidationError("--format, --jobs, --time, --memory and --states go with --coverage")
    }
    try requireLimits(jobs: jobs, time: time, memory: memory, states: states)
  }

  func run() throws {
    if coverage { try cover() } else { try read() }
  }

  private func cover() throws {
    Interruption.install()
    let line = ProgressLine()
    let options = CheckOptions(
      jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount, time: time, memory: memory, states: states, showing: line)
    let (files, errors) = files(at: paths, suffix: ".scenario")
    for error in errors { complain("error: \(error)\n") }
    var library = Library()
    do {
      var scenarios: [Library.Scenario] = []
      for file in files { scenarios += try library.scenarios(in: file) }
      if !errors.isEmpty || scenarios.isEmpty { throw ExitCode.invalid }
      let found = try Verdicts.coverage(of: scenarios, in: &library, options)
      line.clear()
      let report = CoverageReport(found)
      if format == .json { print(try report.json(), terminator: "") } else { show(report.text(), terminator: "") }
      if found.hasUnused { throw ExitCode.failure }
      if !found.stopped.isEmpty { throw ExitCode.inconclusive }
    } catch let failure as Library.Failure {
      print(failure.diagnostics, in: library.sources)
      throw ExitCode.invalid
    } catch CheckFailure.invalid(let diagnostics) {
      print(diagnostics, in: library.sources)
      throw ExitCode.invalid
    }
  }

  private func read() throws {
    var library = Library()
    var hasErrors = false
    var seen: Set<Diagnostic> = []
    func report(_ diagnostics: [Diagnostic]) {
      let new = diagnostics.filter { seen.insert($0).inserted }
      if print(new, in: library.sources) { hasErrors = true }
    }
    let scenarios = files(at: paths, suffix: ".scenario")
    let models = files(at: paths, suffix: ".interloper")
    // A folder may hold only the one or only the other.
    let missing = scenarios.errors.filter { $0.hasPrefix("there is no file") }
    for error in missing { complain("error: \(error)\n") }
    if !missing.isEmpty || (scenarios.files.isEmpty && models.files.isEmpty) {
      if missing.isEmpty { complain("error: there is nothing to check in \(paths.map { "`\($0)`" }.joined(separator: ", "))\n") }
      hasErrors = true
    }
    for file in models.files where !file.hasSuffix(".scenario") { report(library.lint(model: file)) }
    for file in scenarios.files where !file.hasSuffix(".interloper") {
      do {
        for scenario in try library.scenarios(in: file) { report(try library.compile(scenario).warnings) }
      } catch {
        report(error.diagnostics)
      }
    }
    for file in files(at: paths, suffix: "claims").files where file.hasSuffix("/claims") {
      do { _ = try library.paper(claims: file) } catch { report(error.diagnostics) }
    }
    if hasErrors { throw ExitCode.invalid }
    show("\(models.files.count) models and \(scenarios.files.count) scenario files are in order")
  }
}
