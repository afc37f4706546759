import Foundation
import Testing

@testable import Reports

/// Of which pages and exports are kept: they are large.
private let shown = [ExplainedScenario.mixUp, .cuckoosToken, .lowe]

/// All that is kept of some shipped attacks. Written anew by `INTERLOPER_GOLDEN=write swift test --filter "Golden outputs"`; read the difference before it
/// is committed.
@Suite struct `Golden outputs` {
  private func expectGolden(_ whole: String, _ name: String) throws {
    let text = placeless(whole)
    let file = URL(fileURLWithPath: "\(root)/Tests/ReportsTests/Golden/\(name)")
    if ProcessInfo.processInfo.environment["INTERLOPER_GOLDEN"] == "write" { try Data(text.utf8).write(to: file) }
    let kept = try String(contentsOf: file, encoding: .utf8)
    let (lines, wanted) = (text.components(separatedBy: "\n"), kept.components(separatedBy: "\n"))
    let first = zip(lines, wanted).enumerated().first { $1.0 != $1.1 }
    #expect(text == kept, "line \(first.map { "\($0.offset + 1): \($0.element.0)\ninstead of: \($0.element.1)" } ?? "\(min(lines.count, wanted.count) + 1)")")
  }

  @Test(arguments: ExplainedScenario.all) func `are as text what was read last`(_ scenario: ExplainedScenario) throws {
    try expectGolden(ExplanationReport(try scenario.explanation()).text(), "\(scenario.name).explain.txt")
  }

  @Test(arguments: ExplainedScenario.all) func `are as Markdown what was read last`(_ scenario: ExplainedScenario) throws {
    try expectGolden(ExplanationReport(try scenario.explanation()).markdown(), "\(scenario.name).explain.md")
  }

  @Test(arguments: shown) func `are as a page what was read last`(_ scenario: ExplainedScenario) throws {
    let explained = try scenario.explained()
    let property = try #require(explained.property)
    var library = explained.library
    var page = HTMLReport(title: explained.result.title, producer: "interloper")
    page.add(explained.result, restored: [(explained.result.properties[property].property, explained.restored)], in: &library)
    let text = page.text().replacing("\(root)/", with: "")
    #expect(text.utf8.count < 1 << 20)
    try expectGolden(lasting(text), "\(scenario.name).html")
  }

  @Test(arguments: shown) func `are for other tools what was read last`(_ scenario: ExplainedScenario) throws {
    let explained = try scenario.explained()
    let (result, index) = (explained.result, try #require(explained.property))
    let attack = try #require(result.properties[index].attack)
    let title = "\(result.title): attack on \(result.properties[index].property)"
    let diagram = SequenceDiagram(attack, in: result.system)
    try expectGolden(diagram.mermaid(title: title), "\(scenario.name).mmd")
    try expectGolden(diagram.plantUML(title: title), "\(scenario.name).puml")
    try expectGolden(AttackGraph(attack, in: result.system).dot(title: title), "\(scenario.name).dot")
    try expectGolden(unindented(try InformalTrace(attack, in: result.system).text(title: title)), "\(scenario.name).itf.json")
    var report = TraceReport()
    try report.add(result, properties: [index])
    try expectGolden(unindented(try report.text().replacing("\(root)/", with: "")), "\(scenario.name).json")
  }

  /// What differs from run to run, and what is kept as a file of its own: the page's style and script, and the models' lines.
  private func lasting(_ text: String) -> String {
    text.replacing(#/, [0-9.]+ s</dd>/#, with: ", … s</dd>").replacing(#/SHA-256 [0-9a-f]+/#, with: "SHA-256 …")
      .replacing(#/(?s)<(style|script|pre)\b([^>]*)>.*?<\/\1>/#) { "<\($0.output.1)\($0.output.2)>…</\($0.output.1)>" }
  }

  /// Without the numbers of the models' lines: they change with each line above. That they are right is tested where explanations are.
  private func placeless(_ text: String) -> String {
    text.replacing(#/\.interloper:\d+/#, with: ".interloper:…").replacing(#/\bline \d+/#, with: "line …").replacing(#/"line" : \d+/#, with: "\"line\" : …")
      .replacing(#/(?m)^ *\d+ ([ ✗] )/#) { "… \($0.output.1)" }
  }

  /// Two thirds of nested JSON are the blanks at the beginnings of its lines.
  private func unindented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }.joined(separator: "\n")
  }
}
