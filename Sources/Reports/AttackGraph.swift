import Compiler
import Terms
import Traces
import Verification

/// An attack as a graph for Graphviz: steps, and what one step takes from another.
///
/// A solid edge is a row or message that a step makes and another one takes away; a dashed one is what the attacker learns from a step and
/// sends in another. What is known from the beginning, or made by the attacker, has no edge.
public struct AttackGraph: Sendable {
  private var nodes: [(lines: [String], isAttackers: Bool)] = []
  private var edges: [(from: Int, to: Int, label: String, isKnowledge: Bool)] = []
  private let conclusion: [String]

  /// The trace must be one that the checker accepts.
  public init(_ attack: Attack, in system: TransitionSystem) {
    let printer = TermPrinter(attack.trace.steps, in: system)
    let story = Story(attack, in: system)
    let diagram = SequenceDiagram(attack, in: system)
    conclusion = story.conclusion
    var replay = Replay(system)
    var learned: [GroundTerm: Int] = [:]
    var made: [(fact: GroundFact, step: Int)] = []
    for (number, step) in attack.trace.steps.enumerated() {
      let before = replay.analysis
      guard let effects = try? replay.take(step) else { break }
      for fact in effects.taken {
        guard let index = made.lastIndex(where: { $0.fact == fact }) else { continue }
        add(from: made.remove(at: index).step, to: number, system.predicates[fact.predicate].name, isKnowledge: false)
      }
      for term in effects.received {
        for (part, from) in AttackGraph.sources(term, learned) { add(from: from, to: number, printer.text(part), isKnowledge: true) }
      }
      made += effects.inserted.map { ($0, number) }
      for term in replay.analysis.terms where !before.isDerivable(term) && learned[term] == nil { learned[term] = number }
      let rows = diagram.rows.filter { $0.step == number + 1 }
      let ends = rows.compactMap { row -> String? in
        guard case .arrow(let from, let to, _)? = diagram.mark(row) else { return nil }
        return "\(diagram.lifelines[from].name) → \(diagram.lifelines[to].name): \(row.label)\(row.content.isEmpty ? "" : " \(row.content)")"
      }
      let lines = ends.isEmpty ? Array((story.steps.indices.contains(number) ? story.steps[number].lines : []).prefix(1)) : ends
      nodes.append((lines, rows.contains { $0.isAttackers }))
    }
    if let replayed = replay.answer(system.properties[attack.trace.property]) {
      for case .receive(let term) in replayed.query.instructions {
        guard let ground = term.ground(replayed.values) else { continue }
        for (part, from) in AttackGraph.sources(ground, learned) { add(from: from, to: nodes.count, printer.text(part), isKnowledge: true) }
      }
    }
  }

  /// The largest parts of a term that some step has taught the attacker.
  private static func sources(_ term: GroundTerm, _ learned: [GroundTerm: Int]) -> [(GroundTerm, Int)] {
    if let step = learned[term] { return [(term, step)] }
    guard case .apply(_, let arguments) = term else { return [] }
    return arguments.flatMap { sources($0, learned) }
  }

  private mutating func add(from: Int, to: Int, _ label: String, isKnowledge: Bool) {
    if edges.contains(where: { $0.from == from && $0.to == to && $0.label == label }) { return }
    edges.append((from, to, label, isKnowledge))
  }

  /// The graph in the language of Graphviz, from top to bottom in the order of the steps.
  ///
  /// - Parameter title: stands above it.
  public func dot(title: String) -> String {
    var lines = [
      "digraph attack {", "  rankdir=TB;", "  labelloc=t;", "  label=\(AttackGraph.quoted([title]));", "  node [shape=box, fontname=\"sans-serif\"];",
    ]
    lines.append("  edge [fontname=\"sans-serif\", fontsize=10];")
    for (number, node) in nodes.enumerated() {
      let numbered = node.lines.enumerated().map { $0 == 0 ? "\(number + 1). \($1)" : "    \($1)" }
      lines.append("  s\(number) [label=\(AttackGraph.quoted(numbered))\(node.isAttackers ? ", style=filled, fillcolor=mistyrose" : "")];")
    }
    lines.append("  s\(nodes.count) [label=\(AttackGraph.quoted(conclusion)), shape=octagon];")
    // Invisible edges keep the order of the steps.
    for number in nodes.indices { lines.append("  s\(number) -> s\(number + 1) [style=invis, weight=10];") }
    for edge in edges {
      let style = edge.isKnowledge ? ", style=dashed, color=firebrick, fontcolor=firebrick" : ""
      lines.append("  s\(edge.from) -> s\(edge.to) [label=\(AttackGraph.quoted([edge.label]))\(style)];")
    }
    let legend = [
      "filled: a step in which the attacker acts", "solid: a row or message that one step makes and another takes away",
      "dashed: what the attacker learns in one step and sends in another", "octagon: what must not be",
    ]
    lines += ["  legend [shape=note, label=\(AttackGraph.quoted(legend))];", "}"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// Lines as a quoted string; a backslash begins an escape there, and an ampersand an entity.
  static func quoted(_ lines: [String]) -> String {
    let escaped = lines.map { line in
      String(String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 0x20 ? " " : $0 })).replacing("&", with: "&amp;").replacing("\\", with: "\\\\")
        .replacing("\"", with: "\\\"")
    }
    return "\"\(escaped.map { lines.count > 1 ? $0 + "\\l" : $0 }.joined())\""
  }
}
