import Compiler
import Traces
import Verdicts

/// What `compare` prints.
public struct ComparisonReport {
  private let comparisons: [Comparison]
  private let style: TextStyle

  /// `usesColour`: whether to mark verdicts by colour (ANSI); only on a terminal.
  public init(_ comparisons: [Comparison], usesColour: Bool = false) {
    self.comparisons = comparisons
    style = TextStyle(usesColour: usesColour)
  }

  // MARK: Text

  public func text() -> String { comparisons.flatMap(lines).joined(separator: "\n") + "\n" }

  private func lines(_ comparison: Comparison) -> [String] {
    let (first, second) = (comparison.first, comparison.second)
    func heading(_ letter: String, _ result: ScenarioResult) -> String {
      "\(style.paint("\(letter)  \(result.title)", .bold))\n     \(result.model), \(result.file)"
    }
    var lines = [heading("A", first), heading("B", second)]
    lines += both("attacker", together(first.attackers), together(second.attackers))
    lines += both("bounds", first.bounds.joined(separator: ", "), second.bounds.joined(separator: ", "))
    for option in comparison.options { lines.append("  \(option.option): \(option.first ?? "–") → \(option.second ?? "–")") }
    lines.append("")
    for clause in comparison.clauses { lines += self.lines(clause) }
    if comparison.clauses.isEmpty { lines.append("  the same clauses are in force") }
    lines.append("")
    let width = comparison.properties.map(\.property.count).max() ?? 0
    for pair in comparison.properties {
      lines.append("  \(mark(pair.outcome)) \(pad(pair.property, width))  \(ComparisonReport.verdicts(pair))")
    }
    for (pair, letter, property, result) in attacks(comparison) {
      guard let attack = property.attack else { continue }
      let story = Story(attack, in: result.system)
      let heading = style.paint("Attack on \(pair.property) in \(letter)", .bold)
      lines += ["", "  \(heading): \(property.sentence)"]
      lines += story.lines(style)
      lines.append("  \(style.paint("✗", .red)) \(pair.property) is broken: \(story.conclusion.joined(separator: "; "))")
    }
    lines += ["", "  \(ComparisonReport.summary(comparison))", ""]
    return lines
  }

  private func both(_ what: String, _ first: String, _ second: String) -> [String] {
    first == second ? ["  \(pad(what, 8))  \(first)"] : ["  \(pad(what, 8))  A: \(first)", "            B: \(second)"]
  }

  private func lines(_ clause: Comparison.ClauseDifference) -> [String] {
    switch clause.kind {
    case .added: [style.paint("  + \(clause.clause)", .green) + ": \(clause.second ?? "")"]
    case .dropped: [style.paint("  − \(clause.clause)", .red) + ": \(clause.first ?? "")"]
    case .changed: [style.paint("  ~ \(clause.clause)", .yellow), "      A: \(clause.first ?? "")", "      B: \(clause.second ?? "")"]
    }
  }

  private func mark(_ outcome: Comparison.PropertyPair.Outcome) -> String {
    switch outcome {
    case .agrees: style.paint("=", .green)
    case .differs: style.paint("≠", .red)
    case .inconclusive: style.paint("?", .yellow)
    case .onlyOne: "·"
    }
  }

  /// `holds → violated (7 steps)`, `holds in both`
  private static func verdicts(_ pair: Comparison.PropertyPair) -> String {
    if pair.outcome == .agrees, let first = pair.first, let second = pair.second {
      guard let one = first.attack, let other = second.attack else { return "\(first.verdict.rawValue) in both" }
      return one.steps == other.steps
        ? "violated in both (\(count(one.steps, "step")))" : "violated in both (A: \(count(one.steps, "step")), B: \(count(other.steps, "step")))"
    }
    return "\(verdict(pair.first)) → \(verdict(pair.second))"
  }

  static func verdict(_ property: PropertyResult?) -> String {
    guard let property else { return "not asked" }
    return property.verdict.rawValue + (property.attack.map { " (\(count($0.steps, "step")))" } ?? "")
  }

  /// The attacks that one side alone has: those that make a difference.
  private func attacks(_ comparison: Comparison) -> [(Comparison.PropertyPair, String, PropertyResult, ScenarioResult)] {
    var attacks: [(Comparison.PropertyPair, String, PropertyResult, ScenarioResult)] = []
    for pair in comparison.properties where pair.outcome != .agrees {
      if let property = pair.first, property.attack != nil { attacks.append((pair, "A", property, comparison.first)) }
      if let property = pair.second, property.attack != nil { attacks.append((pair, "B", property, comparison.second)) }
    }
    return attacks
  }

  static func summary(_ comparison: Comparison) -> String {
    func number(_ outcome: Comparison.PropertyPair.Outcome) -> Int { comparison.properties.count { $0.outcome == outcome } }
    var text = "\(count(number(.differs), "verdict")) \(number(.differs) == 1 ? "differs" : "differ"), \(number(.agrees)) the same"
    if number(.onlyOne) > 0 { text += ", \(number(.onlyOne)) of one model only" }
    if number(.inconclusive) > 0 { text += ", \(number(.inconclusive)) inconclusive" }
    text += "; \(comparison.first.states) and \(count(comparison.second.states, "state"))"
    if !comparison.hasSameAttackers { text += "; the attackers are not the same" }
    if !comparison.hasSameBounds { text += "; the bounds are not the same" }
    return text
  }

  /// The titles of the two; one where they are the same.
  public static func heading(_ comparison: Comparison) -> String {
    let (first, second) = (comparison.first.title, comparison.second.title)
    return first == second ? first : "\(first) / \(second)"
  }

  /// What is compared, for tables with a column for each side: where it comes from, and the options that differ.
  static func sides(_ comparison: Comparison) -> [(name: String, first: String, second: String)] {
    let (first, second) = (comparison.first, comparison.second)
    return [
      ("scenario", first.file, second.file), ("model", first.model, second.model), ("attacker", together(first.attackers), together(second.attackers)),
      ("bounds", first.bounds.joined(separator: ", "), second.bounds.joined(separator: ", ")),
    ] + comparison.options.map { ($0.option, $0.first ?? "–", $0.second ?? "–") }
  }

  // MARK: Markdown

  public func markdown() -> String { comparisons.map { markdown($0).joined(separator: "\n") + "\n" }.joined(separator: "\n") }

  private func markdown(_ comparison: Comparison) -> [String] {
    func row(_ cells: String...) -> String { "| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |" }
    var lines = ["# \(ComparisonReport.heading(comparison))", "", "| | A | B |", "|---|---|---|"]
    lines += ComparisonReport.sides(comparison).map { row($0.name, $0.first, $0.second) }
    if !comparison.clauses.isEmpty {
      lines += ["", "| clause | | A | B |", "|---|---|---|---|"]
      for clause in comparison.clauses { lines.append(row(clause.clause, clause.kind.rawValue, clause.first ?? "–", clause.second ?? "–")) }
    }
    lines += ["", "| property | A | B | |", "|---|---|---|---|"]
    for pair in comparison.properties {
      lines.append(row(pair.property, ComparisonReport.verdict(pair.first), ComparisonReport.verdict(pair.second), pair.outcome.rawValue))
    }
    for (pair, letter, property, result) in attacks(comparison) {
      guard let attack = property.attack else { continue }
      let story = Story(attack, in: result.system)
      lines += ["", "## Attack on \(pair.property) in \(letter)", "", property.sentence, "", "```"]
      lines += story.lines(TextStyle(usesColour: false)) + ["```", "", "At the end: \(story.conclusion.joined(separator: "; "))"]
    }
    return lines + ["", ComparisonReport.summary(comparison) + "."]
  }

  // MARK: JSON

  /// Version 1 of a format that only grows within a version.
  private struct Document: Encodable {
    struct Side: Codable {
      var inForce: [String]
      var states: Int
      var stopped: String?

      static func of(_ result: ScenarioResult) -> OfScenario<Side> {
        OfScenario(result.setting, Side(inForce: result.compiled.inForce, states: result.states, stopped: result.stopped?.rawValue))
      }
    }
    struct Clause: Encodable {
      var clause: String
      var kind: Comparison.ClauseDifference.Kind
      var first: String?
      var second: String?
    }
    struct Option: Encodable {
      var option: String
      var first: String?
      var second: String?
    }
    struct Answer: Encodable {
      var verdict: Verdict
      var steps: Int?
      var decisions: Int?
      var trace: Story?

      init(_ property: PropertyResult, _ result: ScenarioResult) {
        verdict = property.verdict
        (steps, decisions) = (property.attack?.steps, property.attack?.decisions)
        trace = property.attack.map { Story($0, in: result.system) }
      }
    }
    struct Property: Encodable {
      var property: String
      var outcome: Comparison.PropertyPair.Outcome
      var first: Answer?
      var second: Answer?
    }
    struct Pair: Encodable {
      var first: OfScenario<Side>
      var second: OfScenario<Side>
      var clauses: [Clause]
      var options: [Option]
      var properties: [Property]
      var differs: Bool

      init(_ comparison: Comparison) {
        (first, second) = (Side.of(comparison.first), Side.of(comparison.second))
        clauses = comparison.clauses.map { Clause(clause: $0.clause, kind: $0.kind, first: $0.first, second: $0.second) }
        options = comparison.options.map { Option(option: $0.option, first: $0.first, second: $0.second) }
        properties = comparison.properties.map { pair in
          Property(
            property: pair.property, outcome: pair.outcome, first: pair.first.map { Answer($0, comparison.first) },
            second: pair.second.map { Answer($0, comparison.second) })
        }
        differs = comparison.differs
      }
    }
    var version = 1
    var comparisons: [Pair]
  }

  public func json() throws -> String { try jsonText(Document(comparisons: comparisons.map(Document.Pair.init))) }
}
