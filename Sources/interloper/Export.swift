import ArgumentParser
import Certificates
import Compiler
import Exporters
import Foundation

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes scenarios, or the attacks that are found in them, in the language of another tool.",
    discussion: """
      mermaid, plantuml: each attack as a sequence diagram. dot: as a graph of its steps, for Graphviz. itf: its states, in Apalache's Informal
      Trace Format. json: all attacks, in words, as diagrams and step by step.
      maude: each scenario of the file, and each of its twins, is a rewrite theory with a search for each property. No solution: it holds.
      tamarin, proverif: the scenario without bounds, each property as a lemma or as queries. What the tool cannot say is refused by name.

      One document goes to standard output; several need --output, or --scenario to choose.

      Example: interloper export Scenarios/classic/nspk.scenario --to maude > nspk.maude && maude -batch nspk.maude
      Example: interloper export Scenarios/classic/nsl.scenario --to proverif --property secrecy > nsl.pv
      Example: interloper export Scenarios/oauth/mix-up.scenario --to tamarin --output theories
      Example: interloper export Scenarios/oauth/mix-up.scenario --to mermaid --property authentication
      """)

  enum Target: String, ExpressibleByArgument, CaseIterable {
    case mermaid, plantuml, dot, json, itf, maude, tamarin, proverif

    var isOfTraces: Bool { ![.maude, .tamarin, .proverif].contains(self) }
  }

  @Argument(help: "A scenario file.") var path: String
  @Option(help: "mermaid, plantuml, dot, json, itf, maude, tamarin or proverif.") var to: Target
  @Option(help: "Only this property; may be given several times.") var property: [String] = []
  @Option(help: "Only this one of the file's scenarios, twins and sweeps included: a number from 1.") var scenario: Int?
  @Option(help: "A folder for the documents, one file each.") var output: String?
  @Option(help: "Stop the search for attacks after this many seconds for each scenario.") var time: Double?
  @Flag(name: .customLong("keep-bounds"), help: "Carry the scenario's bounds over (tamarin).") var keepsBounds = false

  func validate() throws {
    try requireLimits(time: time)
    if time != nil && !to.isOfTraces { throw ValidationError("--time goes with exports of attacks: nothing is searched for --to \(to.rawValue)") }
    if keepsBounds && to != .tamarin { throw ValidationError("--keep-bounds goes with --to tamarin: maude always has bounds, proverif never") }
    if to == .maude && !property.isEmpty { throw ValidationError("--property does not go with --to maude: there is a search for each") }
  }

  func run() throws {
    let (files, errors) = files(at: [path], suffix: ".scenario")
    for error in errors { complain("error: \(error)\n") }
    if !errors.isEmpty { throw ExitCode.invalid }
    Interruption.install()
    var library = Library()
    var documents: [ExportedDocument] = []
    var traces = TraceExport(to, time)
    do {
      for file in files {
        let scenarios = try library.scenarios(in: file)
        if let scenario, !scenarios.indices.contains(scenario - 1) {
          complain("error: `\(file)` has \(scenarios.count) scenarios: there is no number \(scenario)\n")
          throw ExitCode.invalid
        }
        for (index, item) in scenarios.enumerated() where scenario == nil || scenario == index + 1 {
          if to.isOfTraces {
            documents += try traces.documents(item, in: &library, property)
          } else {
            documents += try self.documents(item, try library.compile(item), number: documents.count + 1)
          }
        }
      }
    } catch let failure as Library.Failure {
      print(failure.diagnostics, in: library.sources)
      throw ExitCode.invalid
    }
    documents += try traces.end()
    // Nothing is written unless all of it can be.
    try write(documents, joinable: to == .maude, to: output)
  }

  private func documents(_ scenario: Library.Scenario, _ compiled: Library.Compiled, number: Int) throws -> [ExportedDocument] {
    let system = compiled.system
    let chosen = try places(of: property, in: system)
    let name = CertificateSource(scenario, compiled, in: compiled.root).fileStem
    do {
      switch to {
      case .maude: return [ExportedDocument("\(name).maude", try MaudeModule.text(of: system, name: "SCENARIO-\(number)"))]
      case .tamarin:
        let theory = try TamarinTheory.text(of: system, name: "Scenario_\(scenario.position)", properties: chosen, keepsBounds: keepsBounds)
        return [ExportedDocument("\(name).spthy", theory)]
      case .proverif: return [ExportedDocument("\(name).pv", try ProVerifModel.text(of: system, properties: chosen))]
      case .mermaid, .plantuml, .dot, .json, .itf: return []
      }
    } catch {
      complain("error: \(scenario.title): \(error)\n")
      throw ExitCode.invalid
    }
  }
}

/// The places of properties by their names; nil: none was named. Ends the command where there is no such property.
func places(of names: [String], in system: TransitionSystem) throws -> [Int]? {
  if names.isEmpty { return nil }
  var places: [Int] = []
  for name in names {
    guard let place = system.properties.firstIndex(where: { $0.name == name }) else {
      let known = system.properties.map { "`\($0.name)`" }.joined(separator: ", ")
      complain("error: \(system.title): there is no property `\(name)`; there are \(known)\n")
      throw ExitCode.invalid
    }
    places.append(place)
  }
  return places.sorted()
}
