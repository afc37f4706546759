import Compiler
import Mustache
import Verdicts

extension HTMLReport {
  private struct ComparisonSection {
    /// A row of a table with a column for each side.
    struct Row {
      var name, first, second: String
      /// What became of a clause.
      var kind = ""
    }
    struct Verdict {
      struct Side {
        var text, kind: String
        /// Where the attack is told.
        var attackID: String?
      }
      var property, outcome: String
      var sides: [Side]
    }
    struct Scenario {
      var summary, html: String
    }
    var id, heading, summary: String
    var sides: [Row]
    var clauses: [Row]
    var hasClauses: Bool
    var verdicts: [Verdict]
    var scenarios: [Scenario]
  }

  private static let comparisonTemplate = Markup.template(PackageResources.comparison_mustache)

  /// Adds two scenarios side by side, and below them each with its attacks, folded; `library` is the one that both were compiled with.
  public mutating func add(_ comparison: Comparison, in library: inout Library) {
    let id = identifier("comparison")
    let results = [("A", comparison.first), ("B", comparison.second)]
    var scenarios: [ComparisonSection.Scenario] = []
    var attacks: [[String: String]] = []
    for (letter, result) in results {
      // Attacks are numbered in the order of the properties that are violated.
      let before = identifiers(of: "attack")
      let broken = result.properties.filter { $0.attack != nil }.map(\.property)
      attacks.append(Dictionary(broken.enumerated().map { ($1, "attack-\(before + $0 + 1)") }, uniquingKeysWith: { first, _ in first }))
      let html = section(result, id: identifier("scenario"), isFolded: true, restored: [], in: &library)
      scenarios.append(ComparisonSection.Scenario(summary: "\(letter): \(result.title)", html: html))
    }
    let verdicts = comparison.properties.map { pair in
      ComparisonSection.Verdict(
        property: pair.property, outcome: pair.outcome.rawValue,
        sides: zip([pair.first, pair.second], attacks).map { property, attacks in
          let sign = property.map { "\($0.verdict.sign) " } ?? ""
          return ComparisonSection.Verdict.Side(
            text: sign + ComparisonReport.verdict(property), kind: property?.verdict.rawValue ?? "", attackID: attacks[pair.property])
        })
    }
    let section = ComparisonSection(
      id: id, heading: ComparisonReport.heading(comparison), summary: ComparisonReport.summary(comparison),
      sides: ComparisonReport.sides(comparison).map { ComparisonSection.Row(name: $0.name, first: $0.first, second: $0.second) },
      clauses: comparison.clauses.map {
        ComparisonSection.Row(name: $0.clause, first: $0.first ?? "–", second: $0.second ?? "–", kind: $0.kind.rawValue)
      }, hasClauses: !comparison.clauses.isEmpty, verdicts: verdicts, scenarios: scenarios)
    add(HTMLReport.comparisonTemplate.render(section), id: id, called: ComparisonReport.heading(comparison))
  }
}
