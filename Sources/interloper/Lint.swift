import ArgumentParser
import Compiler

import struct Language.Diagnostic

struct Lint: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reads and compiles models, scenarios and claims, and prints all that is wrong with them.",
    discussion: "Example: interloper lint Models Scenarios Papers")

  @Argument(help: "Model, scenario and claims files, or folders of them.") var paths: [String] = usualFolders

  func run() throws {
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
    print("\(models.files.count) models and \(scenarios.files.count) scenario files are in order")
  }
}
