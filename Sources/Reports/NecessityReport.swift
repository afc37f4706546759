import Foundation
import Verdicts

/// What `necessity` prints: a row for each minimal set of clauses, a column for each property.
public struct NecessityReport {
  private let result: NecessityResult
  private let attacks: [NecessityResult.Demonstration]
  private let meaning: (String) -> String?

  /// `attacks` are told at length behind the table, but in text; `meaning`: the sentence of a clause.
  public init(_ result: NecessityResult, attacks: [NecessityResult.Demonstration] = [], meaning: @escaping (String) -> String?) {
    self.result = result
    self.attacks = attacks
    self.meaning = meaning
  }

  func entries(_ outcome: NecessityResult.Outcome) -> [NecessityResult.Entry] { result.entries.filter { $0.outcome == outcome } }

  /// `A1 + A2: 7 steps` for each of the smallest attackers.
  func cells(_ entry: NecessityResult.Entry, _ property: String) -> [String] {
    entry.broken.filter { $0.property == property }.map {
      "\(together($0.attackers)): \(count($0.steps, "step"))" + ($0.isSmallest ? "" : " (a limit: fewer attackers may do)")
    }
  }

  public func text() -> String {
    var lines = ["\(result.title)", "  model     \(result.model)"]
    if !result.attackers.isEmpty { lines.append("  attacker  \(result.attackers.joined(separator: " + "))") }
    lines.append("  bounds    \(result.bounds.joined(separator: ", "))")
    if !result.dropped.isEmpty { lines.append("  dropped   \(result.dropped.joined(separator: ", "))") }
    lines.append("")
    if result.properties.isEmpty { lines.append("No property holds in the scenario as it is, so nothing can be said of its clauses.") }
    for entry in entries(.breaks) {
      lines.append("✗ without \(entry.clauses.joined(separator: " and "))")
      for clause in entry.clauses { if let meaning = meaning(clause) { lines.append("    \(clause): \(meaning)") } }
      for property in result.properties {
        for cell in cells(entry, property) { lines.append("    \(property) breaks under \(cell)") }
        if entry.unknown.contains(property) { lines.append("    \(property) is not known: a limit was reached") }
      }
    }
    lines += list("? inconclusive: a limit was reached without", .inconclusive)
    lines += list("○ no honest run completes (a party insists on what another one no longer sends) without", .noHonestRun)
    for entry in entries(.impossible) where entry.clauses.count == 1 {
      lines.append("! the scenario does not compile without \(entry.clauses[0])\(entry.reason.map { ": \($0)" } ?? "")")
    }
    lines += list("✓ all properties hold without", .holds)
    lines += list("– nothing changes here without", .unchanged)
    lines.append("")
    lines.append(summary)
    if let sufficiency = result.sufficiency { lines += text(sufficiency, bounds: result.bounds) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func list(_ what: String, _ outcome: NecessityResult.Outcome) -> [String] {
    let sets = entries(outcome)
    guard !sets.isEmpty else { return [] }
    let alone = sets.filter { $0.clauses.count == 1 }.map { $0.clauses[0] }
    let larger = sets.count { $0.clauses.count > 1 }
    var lines = ["\(what) \(alone.joined(separator: ", "))"]
    if larger > 0 { lines.append("  and \(count(larger, "larger set"))") }
    return lines
  }

  var summary: String {
    var parts = ["\(count(result.entries.count, "set")) of up to \(count(result.sets, "clause")) looked at", "\(entries(.breaks).count) minimal"]
    if !result.neverNeeded.isEmpty { parts.append("never needed within these bounds: \(result.neverNeeded.joined(separator: ", "))") }
    if !result.isComplete { parts.append("interrupted") }
    return parts.joined(separator: "; ")
  }

  public func markdown() -> String {
    var lines = ["# \(result.title)", ""]
    lines.append("Model \(result.model), attackers \(result.attackers.joined(separator: " + ")), bounds \(result.bounds.joined(separator: ", ")).")
    lines += ["", "| without | \(result.properties.joined(separator: " | ")) |", "|---|\(result.properties.map { _ in "---|" }.joined())"]
    for entry in result.entries where entry.outcome == .breaks {
      let row = result.properties.map { property in (cells(entry, property) + (entry.unknown.contains(property) ? ["?"] : [])).joined(separator: "<br>") }
      lines.append("| \(entry.clauses.joined(separator: ", ")) | \(row.joined(separator: " | ")) |")
    }
    let blocked = entries(.noHonestRun).filter { $0.clauses.count == 1 }.map { $0.clauses[0] }
    if !blocked.isEmpty { lines += ["", "No honest run completes without one of these alone: \(blocked.joined(separator: ", "))."] }
    lines += ["", summary + "."]
    if let sufficiency = result.sufficiency { lines += markdown(sufficiency, bounds: result.bounds) }
    for way in attacks {
      lines += ["", "## \(way.result.title)"]
      for property in way.result.properties {
        guard let attack = property.attack else { continue }
        let story = Story(attack, in: way.result.system)
        lines += ["", "### Attack on \(property.property)", "", property.sentence, "", "```"]
        lines += story.lines(TextStyle(usesColour: false)) + ["```", "", "At the end: \(story.conclusion.joined(separator: "; "))"]
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  public func json() throws -> String {
    struct Versioned: Encodable {
      var version = 1
      var necessity: NecessityResult
      var neverNeeded: [String]
      /// As `check` tells scenarios; nil: nobody asked for the attacks.
      var attacks: [JSONReport.Scenario]?
    }
    return try jsonText(
      Versioned(necessity: result, neverNeeded: result.neverNeeded, attacks: attacks.isEmpty ? nil : JSONReport(attacks.map(\.result)).scenarios))
  }
}
