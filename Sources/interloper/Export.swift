import ArgumentParser
import Compiler
import Exporters

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes scenarios in the language of another tool.",
    discussion: """
      maude: each scenario of the file, and each of its twins, is a rewrite theory with a search for each property. No solution: it holds.

      Example: interloper export Scenarios/classic/nspk.scenario --to maude > nspk.maude && maude -batch nspk.maude
      """)

  enum Target: String, ExpressibleByArgument, CaseIterable { case maude }

  @Argument(help: "A scenario file.") var path: String
  @Option(help: "maude.") var to: Target

  func run() throws {
    let (files, errors) = files(at: [path], suffix: ".scenario")
    for error in errors { complain("error: \(error)\n") }
    var library = Library()
    var texts: [String] = []
    do {
      for file in files {
        for scenario in try library.scenarios(in: file) {
          let system = try library.compile(scenario).system
          do {
            texts.append(try MaudeModule.text(of: system, name: "SCENARIO-\(texts.count + 1)"))
          } catch {
            complain("error: \(scenario.title): \(error)\n")
            throw ExitCode.invalid
          }
        }
      }
    } catch let failure as Library.Failure {
      print(failure.diagnostics, in: library.sources)
      throw ExitCode.invalid
    }
    // Nothing is written unless all of it can be.
    print(texts.joined(separator: "\n"), terminator: "")
    if !errors.isEmpty { throw ExitCode.invalid }
  }
}
