import Compiler
import Mustache
import Verdicts

extension HTMLReport {
  private struct PaperSection {
    struct Row {
      var mark, sign, claim, property, expected, found, steps, states, seconds, bound: String
      var attackID: String?
    }
    struct Scenario {
      var summary, html: String
    }
    var id, heading, authors, source: String
    var rows: [Row]
    var differences: [String]
    var hasDifferences: Bool
    var bounds: [String]
    var scenarios: [Scenario]
  }

  private static let paperTemplate = Markup.template(PackageResources.paper_mustache)

  /// Adds what came of the claims of a paper: the table, and below it each scenario with its attacks, folded.
  public mutating func add(_ paper: Compiler.Paper, _ claims: [ClaimResult], in library: inout Library) {
    let id = identifier("paper")
    let report = ReproductionReport([(paper, claims)])
    guard let told = report.papers.first else { return }
    let bounds = report.bounds(told.claims)
    var rows: [PaperSection.Row] = []
    var scenarios: [PaperSection.Scenario] = []
    for (claim, texts) in zip(claims, told.claims) {
      for (index, (result, text)) in zip(claim.scenarios, texts.scenarios).enumerated() {
        let before = identifiers(of: "attack")
        let html = section(result, id: identifier("scenario"), isFolded: true, restored: [], in: &library)
        scenarios.append(PaperSection.Scenario(summary: result.title, html: html))
        // Attacks are numbered in the order of the properties that are violated.
        var attack = before
        for (line, (row, property)) in zip(text.rows, result.properties).enumerated() {
          if property.attack != nil { attack += 1 }
          rows.append(
            PaperSection.Row(
              mark: row.mark.rawValue, sign: row.mark.sign, claim: line > 0 ? "" : index == 0 ? text.title : "— \(text.title)", property: row.property,
              expected: row.expected.rawValue, found: row.found.rawValue, steps: row.steps.map(String.init) ?? "", states: line > 0 ? "" : String(text.states),
              seconds: line > 0 ? "" : Reports.seconds(text.seconds),
              bound: line > 0 ? "" : bounds.firstIndex(of: text.bounds.joined(separator: ", ")).map { String($0 + 1) } ?? "",
              attackID: property.attack == nil ? nil : "attack-\(attack)"))
        }
      }
    }
    let differences = report.differences(told).map { "\($0.claim), \(report.sentence($0.row))" }
    let section = PaperSection(
      id: id, heading: told.title, authors: told.authors, source: told.source, rows: rows, differences: differences, hasDifferences: !differences.isEmpty,
      bounds: bounds, scenarios: scenarios)
    add(HTMLReport.paperTemplate.render(section), id: id, called: told.title)
  }

  private struct NecessitySection {
    struct Broken {
      var text: String
      /// Where the attack is told.
      var attackID: String?
    }
    struct Cell {
      var isBroken: Bool
      var broken: [Broken]
      var isUnknown: Bool
    }
    struct Scenario {
      var summary, html: String
    }
    struct Row {
      var clauses: [Entry]
      var cells: [Cell]
    }
    var id, heading, summary: String
    var facts: [Entry]
    var columns: [String]
    var rows: [Row]
    var others: [Entry]
    /// The sets of clauses that are enough; none: nobody asked.
    var enough: [String]
    var hasEnough: Bool
    var scenarios: [Scenario]
    var hasScenarios: Bool
  }

  private static let necessityTemplate = Markup.template(PackageResources.necessity_mustache)

  /// Adds the matrix of what breaks without which clauses, and below it the attacks, folded.
  ///
  /// `attacks` come from scenarios that were compiled with the library; `meaning`: the sentence of a clause.
  public mutating func add(
    _ result: NecessityResult, attacks: [NecessityResult.Demonstration], in library: inout Library, meaning: (String) -> String?
  ) {
    let id = identifier("necessity")
    var places: [(way: NecessityResult.Demonstration, ids: [String: String])] = []
    var scenarios: [NecessitySection.Scenario] = []
    for way in attacks {
      // Attacks are numbered in the order of the properties that are violated.
      let before = identifiers(of: "attack")
      let broken = way.result.properties.filter { $0.attack != nil }.map(\.property)
      places.append((way, Dictionary(broken.enumerated().map { ($1, "attack-\(before + $0 + 1)") }, uniquingKeysWith: { first, _ in first })))
      let html = section(way.result, id: identifier("scenario"), isFolded: true, restored: [], in: &library)
      scenarios.append(NecessitySection.Scenario(summary: way.result.title, html: html))
    }
    let report = NecessityReport(result, meaning: { _ in nil })
    func named(_ clauses: [String]) -> String { clauses.joined(separator: " and ") }
    var facts = [
      Entry(name: "Model", value: result.model), Entry(name: "Attacker", value: result.attackers.isEmpty ? "none" : result.attackers.joined(separator: " + ")),
      Entry(name: "Bounds", value: result.bounds.joined(separator: ", ")),
    ]
    if !result.dropped.isEmpty { facts.append(Entry(name: "Dropped already", value: result.dropped.joined(separator: ", "))) }
    if result.properties.isEmpty {
      facts.append(Entry(name: "Properties", value: "none holds in the scenario as it is, so nothing can be said of its clauses"))
    }
    let rows = report.entries(.breaks).map { entry in
      NecessitySection.Row(
        clauses: entry.clauses.map { Entry(name: $0, value: meaning($0) ?? "") },
        cells: result.properties.map { property in
          let ways = entry.broken.filter { $0.property == property }
          let broken = zip(report.cells(entry, property), ways).map { text, way in
            let place = places.first { $0.way.clauses == entry.clauses && $0.way.attackers == way.attackers }
            return NecessitySection.Broken(text: text, attackID: place?.ids[property])
          }
          return NecessitySection.Cell(isBroken: !broken.isEmpty, broken: broken, isUnknown: entry.unknown.contains(property))
        })
    }
    var others: [Entry] = []
    for (outcome, name) in [
      (NecessityResult.Outcome.holds, "✓ all properties hold without"), (.unchanged, "– nothing changes here without"),
      (.inconclusive, "? a limit was reached without"), (.noHonestRun, "○ no honest run completes without"),
    ] {
      let sets = report.entries(outcome)
      if !sets.isEmpty { others.append(Entry(name: name, value: sets.map { named($0.clauses) }.joined(separator: ", "))) }
    }
    for entry in report.entries(.impossible) {
      others.append(Entry(name: "! the scenario does not compile without", value: named(entry.clauses) + (entry.reason.map { ": \($0)" } ?? "")))
    }
    let enough = result.sufficiency.map { report.text($0, bounds: result.bounds).filter { !$0.isEmpty } } ?? []
    let section = NecessitySection(
      id: id, heading: result.title, summary: report.summary, facts: facts, columns: result.properties, rows: rows, others: others, enough: enough,
      hasEnough: !enough.isEmpty, scenarios: scenarios, hasScenarios: !scenarios.isEmpty)
    add(HTMLReport.necessityTemplate.render(section), id: id, called: result.title)
  }
}
