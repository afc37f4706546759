import Compiler
import Traces
import Verdicts

/// What `check` prints for people.
public struct TextReport {
  private let style: TextStyle

  /// - Parameter usesColour: whether to mark verdicts by colour (ANSI); only on a terminal.
  public init(usesColour: Bool) { style = TextStyle(usesColour: usesColour) }

  private func paint(_ text: String, _ colour: TextStyle.Colour) -> String { style.paint(text, colour) }

  private func paint(_ verdict: Verdict, _ text: String) -> String {
    switch verdict {
    case .holds: paint(text, .green)
    case .violated: paint(text, .red)
    case .inconclusive: paint(text, .yellow)
    }
  }

  /// One scenario with its attacks.
  public func text(_ result: ScenarioResult, clause: (String) -> (meaning: String, without: String?)?) -> String {
    var lines = [paint(result.title, .bold), "  \(result.file)"]
    if !result.attackers.isEmpty { lines.append("  attacker  " + result.attackers.joined(separator: " + ")) }
    lines.append("  bounds    " + result.bounds.joined(separator: ", "))
    if !result.options.isEmpty { lines.append("  options   " + result.options.joined(separator: ", ")) }
    for name in result.dropped {
      let known = clause(name)
      lines.append("  dropped   \(name): \(known?.without ?? known?.meaning ?? "")")
    }
    lines.append("")
    let width = result.properties.map(\.property.count).max() ?? 0
    for property in result.properties {
      var line = "  \(mark(property)) \(pad(property.property, width))  \(paint(property.verdict, pad(property.verdict.rawValue, 12)))"
      if let attack = property.attack { line += "  \(count(attack.steps, "step")), \(count(attack.decisions, "decision"))" }
      if !property.isAsExpected { line += "  expected: \((property.expected ?? .holds).rawValue)" }
      lines.append(line)
    }
    var told: [(property: String, attack: Attack)] = []
    for property in result.properties {
      guard let attack = property.attack else { continue }
      lines += ["", "  \(paint("Attack on \(property.property)", .bold)): \(property.sentence)"]
      if let same = told.first(where: { $0.attack.trace.steps == attack.trace.steps }) {
        lines.append("  The same steps as the attack on \(same.property).")
      }
      let story = Story(attack, in: result.system)
      if !told.contains(where: { $0.attack.trace.steps == attack.trace.steps }) { lines += story.lines(style) }
      lines.append("  \(paint("✗", .red)) \(property.property) is broken: \(story.conclusion.joined(separator: "; "))")
      told.append((property.property, attack))
    }
    lines += ["", "  " + exploration(result)]
    if result.properties.contains(where: { $0.verdict == .holds }) { lines.append("  " + result.missedStates.sentence) }
    lines += attackerSweep(result)
    lines += oracle(result)
    for warning in result.warnings { lines.append("  warning: \(warning.message)") }
    return lines.joined(separator: "\n") + "\n"
  }

  private func exploration(_ result: ScenarioResult) -> String {
    let what =
      "\(count(result.states, "state")), \(count(result.transitions, "transition")), \(count(result.depth, "decision")) deep, \(seconds(result.seconds)) s"
    if let reason = result.stopped { return "not exhausted (stopped: \(reason.rawValue)): \(what)" }
    return "exhausted within the bounds: \(what)"
  }

  /// What each combination of the attackers breaks.
  private func attackerSweep(_ result: ScenarioResult) -> [String] {
    guard let sweep = result.attackerSweep else { return [] }
    func list(_ attackers: [[String]]) -> String { attackers.map(together).joined(separator: "; ") }
    let width = sweep.properties.map(\.property.count).max() ?? 0
    var lines = ["  attackers: \(count(sweep.combinations, "combination")), \(sweep.explored) explored; the others follow from these"]
    for (whole, property) in zip(result.properties, sweep.properties) {
      let verdict =
        property.breaking.isEmpty
        ? paint(whole.verdict, whole.verdict.rawValue) + " under all" : paint(.violated, "violated") + " from \(list(property.breaking))"
      lines.append("    \(pad(property.property, width))  \(verdict)")
    }
    lines.append("    all hold under at most \(sweep.holding.isEmpty ? "nothing" : list(sweep.holding))")
    if !sweep.inconclusive.isEmpty { lines.append("    " + paint(.inconclusive, "inconclusive") + " for \(list(sweep.inconclusive))") }
    return lines
  }

  /// What the naive explorer says, and why where its verdicts could not be compared.
  private func oracle(_ result: ScenarioResult) -> [String] {
    guard let oracle = result.oracle else { return [] }
    var lines: [String] = []
    for (property, (verdict, agreement)) in zip(result.properties, zip(oracle.verdicts, oracle.agreements)) {
      var line = "  naive explorer: \(property.property) \(paint(verdict, verdict.rawValue))"
      if case .undecided(let reason) = agreement { line += ", not compared: \(reason)" }
      lines.append(line)
    }
    return lines + ["  naive explorer: \(count(oracle.states, "ground state")), \(seconds(oracle.seconds)) s"]
  }

  private func mark(_ property: PropertyResult) -> String { property.isAsExpected ? "✓" : paint("✗", .red) }

  /// All scenarios, a line each, in their order.
  ///
  /// `width`: in characters; nil: as wide as it is.
  public func table(_ results: [ScenarioResult], width: Int? = nil) -> String {
    // A column for the naive explorer, where it was asked.
    let isCompared = results.contains { $0.oracle != nil }
    let rows = results.map { result -> [String] in
      var row = [result.isAsExpected ? "✓" : "✗", result.title, verdicts(result)]
      if isCompared { row.append(naive(result)) }
      row += [attackLengths(result), String(result.states), seconds(result.seconds)]
      return row
    }
    var header = ["", "scenario", "verdicts"]
    if isCompared { header.append("naive explorer") }
    header += ["steps", "states", "seconds"]
    return TextTable(header: header, rows: rows, numbers: [header.count - 2, header.count - 1]).lines(width: width).joined(separator: "\n") + "\n"
  }

  private func naive(_ result: ScenarioResult) -> String {
    guard let oracle = result.oracle else { return "–" }
    if oracle.verdicts.contains(.inconclusive) { return "inconclusive" }
    return oracle.isInconclusive ? "not compared" : "agrees"
  }

  private func verdicts(_ result: ScenarioResult) -> String {
    let violated = result.properties.filter { $0.verdict == .violated }
    if result.properties.contains(where: { $0.verdict == .inconclusive }) { return "inconclusive" + (violated.isEmpty ? "" : ", \(violated.count) violated") }
    if violated.isEmpty { return "all hold" }
    return "violated: " + violated.map(\.property).joined(separator: ", ")
  }

  private func attackLengths(_ result: ScenarioResult) -> String {
    let lengths = result.properties.compactMap { $0.attack.map { String($0.steps) } }
    return lengths.isEmpty ? "–" : lengths.joined(separator: ", ")
  }
}

func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
func leftPad(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }

/// Seconds with two digits behind the point.
func seconds(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
}

extension String {
  var trimmingSuffixBlanks: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
