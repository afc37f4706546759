import Foundation
import Testing

@testable import Language

/// The blocks of the article *LanguageReference*, each with what is left out as `…` empty.
private let examples: [String] = {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  let article = try? String(contentsOf: root.appendingPathComponent("Sources/Compiler/Compiler.docc/LanguageReference.md"), encoding: .utf8)
  return (article ?? "").components(separatedBy: "\n```\n").enumerated().filter { $0.offset % 2 == 1 }.map {
    $0.element.replacing("{ … }", with: "{ }").replacing("(…)", with: "()") + "\n"
  }
}()

@Suite struct `The language reference` {
  /// Where an example can stand: as a file, among a model's declarations, in a role, in a handler, or in a statement.
  private func readings(_ example: String) -> [[Diagnostic]] {
    func told(_ text: String, as parse: (Int, SourceSet) -> [Diagnostic]) -> [Diagnostic] {
      var sources = SourceSet()
      let file = sources.add(SourceFile(name: "Example", bytes: Array(text.utf8)))
      return parse(file, sources)
    }
    func asModel(_ text: String) -> [Diagnostic] { told(text) { parseModel(file: $0, in: $1).diagnostics } }
    func inRole(_ text: String) -> [Diagnostic] { asModel("model X \"x\"\nrole R at host: Host {\n\(text)}\n") }
    func inHandler(_ text: String) -> [Diagnostic] { inRole("  on GET /x (a: B) {\n\(text)  }\n") }
    let lines = example.split(separator: "\n")
    let conditions = lines.flatMap { $0.components(separatedBy: "   ") }.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    return [
      asModel(example), asModel("model X \"x\"\n" + example), inRole(example), inHandler(example),
      inHandler(lines.map { "let x = \($0)\n" }.joined()), inHandler(conditions.map { "require \($0)\n" }.joined()),
      told(example) { parseClauses(file: $0, in: $1).diagnostics }, told(example) { parseScenarios(file: $0, in: $1).diagnostics },
      told(example) { parseClaims(file: $0, in: $1).diagnostics },
    ]
  }

  @Test(arguments: examples) func `has examples that can be read`(_ example: String) {
    let readings = readings(example)
    #expect(readings.contains { $0.isEmpty }, "\(example)\(readings.map { $0.first?.message ?? "" })")
  }

  @Test func `has examples of everything, and an altered one cannot be read`() throws {
    #expect(examples.count > 20)
    let table = try #require(examples.first { $0.contains("table codes") })
    #expect(!readings(table.replacing("table codes", with: "tabel codes")).contains { $0.isEmpty })
  }
}
