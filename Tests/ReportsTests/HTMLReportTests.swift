import Foundation
import Testing

@testable import Compiler
@testable import Reports
@testable import Verdicts

/// The page about a result, as `check --report` writes it.
private func page(_ checked: (result: ScenarioResult, library: Library)) -> String {
  var page = HTMLReport(title: checked.result.title, producer: "interloper")
  var library = checked.library
  page.add(checked.result, in: &library)
  return page.text()
}

@Suite struct `A report` {
  @Test func `is well-formed and has all parts of an attack`() throws {
    let checked = try shipped("oauth/mix-up.scenario")
    let nodes = try elements(in: page(checked))
    let attack = try #require(checked.result.properties.first { $0.verdict == .violated }?.attack)
    let steps = nodes.filter { $0.name == "li" && $0.attributes["class"]?.hasPrefix("step") == true }
    #expect(steps.count == attack.steps)
    // Two properties are broken by the same steps: one picture.
    #expect(nodes.count { $0.name == "svg" } == 1)
    #expect(nodes.count { $0.name == "article" } == 2)
    #expect(nodes.contains { $0.name == "dt" && $0.text == "RFC9207-2.4" })
    for fact in ["Attacker", "Bounds", "Options", "Digest", "Explored", "Certainty"] {
      #expect(nodes.contains { $0.name == "dt" && $0.text == fact }, "\(fact)")
    }
    // The handler of the token request in the model, beside the step.
    #expect(nodes.contains { $0.name == "code" && $0.text.contains("on POST /token") })
    #expect(nodes.contains { $0.name == "summary" && $0.text.contains("How the attacker comes by what it sends") })
    #expect(nodes.contains { $0.name == "li" && $0.text.contains("NOT CHECKED by shop, since RFC9207-2.4 is dropped") })
  }

  @Test func `can be read by those who see or hear it otherwise`() throws {
    let nodes = try elements(in: page(try shipped("oauth/mix-up.scenario")))
    #expect(nodes.first?.name == "html" && nodes.first?.attributes["lang"] == "en")
    #expect(nodes.count { $0.name == "h1" } == 1)
    #expect(nodes.filter { $0.name == "th" }.allSatisfy { $0.attributes["scope"] != nil })
    #expect(nodes.filter { $0.name == "table" }.count == nodes.count { $0.name == "caption" })
    // No level of headings is left out.
    let levels = nodes.compactMap { ["h1": 1, "h2": 2, "h3": 3, "h4": 4][$0.name] }
    #expect(zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 }, "\(levels)")
    // Each name is there once, and each link leads somewhere.
    let names = nodes.compactMap { $0.attributes["id"] }
    #expect(Set(names).count == names.count)
    for node in nodes {
      if let target = node.attributes["href"] { #expect(target.hasPrefix("#") && names.contains(String(target.dropFirst())), "\(target)") }
      if let label = node.attributes["aria-labelledby"] { #expect(names.contains(label)) }
    }
  }

  @Test func `needs nothing from elsewhere`() throws {
    let nodes = try elements(in: page(try shipped("oauth/mix-up.scenario")))
    #expect(!nodes.contains { ["link", "img", "iframe", "object", "base", "form"].contains($0.name) })
    #expect(nodes.allSatisfy { $0.attributes["src"] == nil && $0.attributes.keys.allSatisfy { !$0.hasPrefix("on") } })
    #expect(nodes.filter { $0.name == "style" }.allSatisfy { !$0.text.contains("url(") && !$0.text.contains("@import") })
    #expect(nodes.contains { $0.attributes["http-equiv"] == "Content-Security-Policy" && $0.attributes["content"]?.hasPrefix("default-src 'none'") == true })
  }

  @Test(arguments: ["<script>alert(1)</script>", "\" onload=\"x", "\"\u{301}><img src=x>", "--></title></style><b>", "{{{script}}} {{text}}"])
  func `takes no text of a scenario for markup`(_ title: String) throws {
    var checked = try shipped("classic/nspk.scenario")
    let plain = try elements(in: page(checked))
    checked.result.setting.title = title
    checked.result.setting.bounds = [title]
    checked.result.properties[0].sentence = title
    let nodes = try elements(in: page(checked))
    #expect(nodes.map(\.name) == plain.map(\.name))
    #expect(zip(nodes, plain).allSatisfy { Set($0.attributes.keys) == Set($1.attributes.keys) })
    #expect(nodes.contains { $0.name == "h1" && $0.text.unicodeScalars.elementsEqual(title.unicodeScalars) })
  }

  @Test(arguments: ["light", "dark", "print"]) func `has enough contrast`(_ look: String) throws {
    for style in [Markup.text(PackageResources.page_css), SequenceDiagram.styleSheet] {
      let blocks = style.matches(of: #/\{[^{}]*--ground:[^{}]*\}/#).map { String($0.output) }
      #expect(blocks.count == 3)
      let block = blocks[["light", "dark", "print"].firstIndex(of: look) ?? 0]
      func colour(_ name: String) throws -> String { String(try #require(block.firstMatch(of: try Regex("--\(name): #([0-9a-f]{6})"))?.output[1].substring)) }
      for ground in ["ground", "panel"] {
        for ink in ["ink", "quiet", "accent", "hostile", "good", "doubt"] where block.contains("--\(ink):") {
          #expect(contrast(try colour(ink), try colour(ground)) >= 4.5, "\(ink) on \(ground)")
        }
      }
    }
  }

  @Test func `of what clauses are needed for is a matrix`() throws {
    let broken = NecessityResult.Broken(property: "p", attackers: ["A1", "A2"], steps: 7, decisions: 2)
    let result = NecessityResult(
      title: "T <1>", model: "M", attackers: ["A1"], bounds: ["b"], dropped: [], properties: ["p", "q"], sets: 1,
      entries: [
        .init(clauses: ["X-1"], outcome: .breaks, broken: [broken]), .init(clauses: ["X-2"], outcome: .holds),
        .init(clauses: ["X-3"], outcome: .impossible, reason: "no run"), .init(clauses: ["X-4"], outcome: .noHonestRun),
        .init(clauses: ["X-5"], outcome: .breaks, broken: [broken], unknown: ["q"]),
      ])
    var page = HTMLReport(title: "Clauses", producer: "interloper")
    var library = Library()
    page.add(result, attacks: [], in: &library) { "meaning of \($0)" }
    let nodes = try elements(in: page.text())
    #expect(nodes.filter { $0.name == "td" }.map { $0.attributes["class"] ?? "" } == ["violated", "", "violated", ""])
    #expect(nodes.filter { $0.name == "td" && $0.attributes["class"] == nil }.map(\.text) == ["", "?"])
    #expect(nodes.contains { $0.name == "div" && $0.text == "✗ A1 + A2: 7 steps" } && nodes.contains { $0.name == "dd" && $0.text == "X-4" })
    #expect(nodes.contains { $0.attributes["class"] == "meaning" && $0.text == "meaning of X-1" })
    #expect(nodes.contains { $0.name == "dd" && $0.text == "X-2" } && nodes.contains { $0.name == "dd" && $0.text == "X-3: no run" })
  }

  @Test func `of what clauses are needed for tells the attacks, which the matrix leads to`() throws {
    var library = Library()
    let path = "\(root)/Scenarios/classic/nsl.scenario"
    let scenario = try #require(try library.scenarios(in: path).first)
    let result = try necessity(of: scenario, in: &library, sets: 1, CheckOptions(), jobs: 1)
    let attacks = try demonstrations(of: result, scenario, in: &library, CheckOptions())
    #expect(attacks.map(\.clauses) == [["NSL-1"]] && attacks[0].result.title == "Without NSL-1, under DolevYao")
    var page = HTMLReport(title: "Clauses", producer: "interloper")
    page.add(result, attacks: attacks, in: &library) { _ in nil }
    let nodes = try elements(in: page.text())
    let links = nodes.filter { $0.name == "a" && $0.text.hasPrefix("DolevYao: ") }.compactMap { $0.attributes["href"]?.dropFirst() }
    #expect(links == ["attack-1", "attack-2"] && links.allSatisfy { link in nodes.contains { $0.attributes["id"] == String(link) } })
    #expect(nodes.contains { $0.name == "summary" && $0.text == "Without NSL-1, under DolevYao" })
    let report = NecessityReport(result, attacks: attacks) { _ in nil }
    #expect(report.markdown().contains("### Attack on secrecy"))
    #expect(try report.json().contains("\"attacks\" : ["))
  }

  @Test func `of a comparison has both sides, their verdicts, and the attacks that these lead to`() throws {
    var library = Library()
    let path = "\(root)/Scenarios/classic/nspk.scenario"
    let scenario = try #require(try library.scenarios(in: path).first)
    let comparison = try compare(scenario, try library.scenario(scenario, as: Variant(keeps: ["NSL-1"])), in: &library, CheckOptions())
    var page = HTMLReport(title: "Compared", producer: "interloper")
    page.add(comparison, in: &library)
    let nodes = try elements(in: page.text())
    let captions = nodes.filter { $0.name == "caption" }.map(\.text)
    #expect(captions.prefix(3) == ["What is compared", "Clauses that are in force on one side only, or say something else there", "Verdicts"])
    #expect(nodes.contains { $0.name == "td" && $0.text == "added" } && nodes.count { $0.name == "td" && $0.text == "differs" } == 2)
    #expect(nodes.count { $0.name == "td" && $0.attributes["class"] == "holds" && $0.text == "✓ holds" } == 4)
    let links = nodes.filter { $0.name == "a" && $0.text.hasPrefix("✗ violated (") }.compactMap { $0.attributes["href"]?.dropFirst() }
    #expect(Set(links) == ["attack-1", "attack-2"])
    for link in links { #expect(nodes.contains { $0.attributes["id"] == String(link) }, "\(link)") }
    #expect(nodes.filter { $0.name == "summary" }.map(\.text).filter { $0.hasPrefix("A: ") || $0.hasPrefix("B: ") }.count == 2)
  }

  @Test func `of papers has the table with its marks, and each attack folded`() throws {
    let checked = try shipped("classic/nspk.scenario")
    let claim = ClaimResult(paper: "p", claim: "a claim", place: "", meaning: "", scenarios: [checked.result], differences: [])
    let paper = Compiler.Paper(folder: "p", title: "A paper", authors: "A & B", source: "1995", claims: [])
    var page = HTMLReport(title: "Papers", producer: "interloper")
    var library = checked.library
    page.add(paper, [claim], in: &library)
    let nodes = try elements(in: page.text())
    #expect(nodes.contains { $0.name == "td" && $0.text == "✓ confirmed" })
    let folded = try #require(nodes.firstIndex { $0.name == "details" && $0.attributes["class"] == "whole" })
    #expect(nodes[folded].attributes["open"] == nil && nodes[folded...].contains { $0.name == "svg" })
    let links = nodes.filter { $0.name == "a" && $0.text.hasSuffix("steps") }.compactMap { $0.attributes["href"] }
    #expect(!links.isEmpty && links.allSatisfy { link in nodes.contains { $0.attributes["id"].map { "#\($0)" } == link } })
    // The models' texts are there once, at the end.
    #expect(
      nodes.contains { $0.attributes["id"] == "text-1" }
        && nodes.count { $0.name == "pre" } == Set(nodes.compactMap { $0.attributes["id"] }.filter { $0.hasPrefix("text-") }).count)
  }
}

/// WCAG 2.2: between 1 and 21.
private func contrast(_ first: String, _ second: String) -> Double {
  func luminance(_ colour: String) -> Double {
    let parts = [0, 2, 4].map { offset -> Double in
      let start = colour.index(colour.startIndex, offsetBy: offset)
      let value = Double(Int(colour[start..<colour.index(start, offsetBy: 2)], radix: 16) ?? 0) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }
  let (a, b) = (luminance(first), luminance(second))
  return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}
