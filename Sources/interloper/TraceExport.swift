import ArgumentParser
import Certificates
import Compiler
import Reports
import Verdicts

/// Explores scenarios and writes the attacks that are found.
struct TraceExport {
  private let target: Export.Target
  private let options: CheckOptions
  private var report = TraceReport()
  /// Scenarios of which a limit kept attacks from being known.
  private var inconclusive: [String] = []
  private var attacks = 0

  /// `seconds`: for each scenario.
  init(_ target: Export.Target, _ seconds: Double?) {
    self.target = target
    options = CheckOptions(time: seconds)
  }

  /// The attacks of a scenario, on the named properties or on all; for JSON they are only collected.
  mutating func documents(_ scenario: Library.Scenario, in library: inout Library, _ names: [String]) throws -> [ExportedDocument] {
    let result: ScenarioResult
    do {
      result = try check(scenario, in: &library, options)
    } catch {
      tell(error, about: "this scenario", in: library.sources)
      throw ExitCode.invalid
    }
    let chosen = try places(of: names, in: result.system) ?? Array(result.properties.indices)
    if chosen.contains(where: { result.properties[$0].verdict == .inconclusive }) { inconclusive.append(result.title) }
    attacks += chosen.count { result.properties[$0].attack != nil }
    if target == .json {
      try report.add(result, properties: chosen)
      return []
    }
    let stem = CertificateSource(scenario, result.compiled, in: result.compiled.root).fileStem
    var documents: [ExportedDocument] = []
    for index in chosen {
      let property = result.properties[index]
      guard let attack = property.attack else { continue }
      let title = "\(result.title): attack on \(property.property)"
      let name = "\(stem).\(property.property)"
      switch target {
      case .mermaid: documents.append(ExportedDocument("\(name).mmd", SequenceDiagram(attack, in: result.system).mermaid(title: title)))
      case .plantuml: documents.append(ExportedDocument("\(name).puml", SequenceDiagram(attack, in: result.system).plantUML(title: title)))
      case .dot: documents.append(ExportedDocument("\(name).dot", AttackGraph(attack, in: result.system).dot(title: title)))
      case .itf: documents.append(ExportedDocument("\(name).itf.json", try InformalTrace(attack, in: result.system).text(title: title)))
      case .json, .maude, .tamarin, .proverif: break
      }
    }
    return documents
  }

  /// What is written at the end. An attack that was found is written only if all were looked for; ends the command where a limit kept attacks from being known.
  func end() throws -> [ExportedDocument] {
    if !inconclusive.isEmpty {
      complain("inconclusive: \(inconclusive.joined(separator: ", "))\n")
      throw ExitCode.inconclusive
    }
    if attacks == 0 && target.isOfTraces { complain("there is no attack to write: what was asked for holds\n") }
    return target == .json ? [ExportedDocument("attacks.json", try report.text())] : []
  }
}
