import Verdicts

/// What `explain` prints.
public struct ExplanationReport {
  private let explanation: Explanation

  public init(_ explanation: Explanation) { self.explanation = explanation }

  /// For a terminal.
  ///
  /// - Parameters:
  ///   - width: in characters, at least 40.
  ///   - usesColour: whether to mark titles (ANSI).
  ///   - withDetails: whether to print the derivations, and the text of the model.
  public func text(width: Int = 80, usesColour: Bool = false, withDetails: Bool = false) -> String {
    document(withSource: withDetails).text(width: max(40, width), TextStyle(usesColour: usesColour), withDetails: withDetails)
  }

  /// With all details.
  public func markdown() -> String { document(withSource: true).markdown() }

  /// The explanation itself; keys in a fixed order.
  public func json() throws -> String { try jsonText(explanation) }

  // MARK: The whole

  private func document(withSource: Bool) -> Document {
    var document = Document()
    document.add(.heading(1, explanation.scenario))
    document.add(.paragraph("\(explanation.file), model \(explanation.model)"))
    addSetting(to: &document)
    document.add(.heading(2, "What was found"))
    document.list(explanation.verdicts.map { "\($0.property): \($0.verdict.rawValue). \($0.sentence)." })
    let counts = "\(count(explanation.exploration.states, "state")), up to \(count(explanation.exploration.depth, "decision")) deep"
    if let stopped = explanation.exploration.stopped {
      document.add(.paragraph("Not all runs were looked at (stopped: \(stopped)): \(counts)."))
    } else {
      document.add(.paragraph("All runs within the bounds were looked at: \(counts)."))
    }
    guard let attack = explanation.attack else {
      document.add(.heading(2, "No attack"))
      document.add(.paragraph(withoutAttack))
      return document
    }
    document.add(.heading(2, "Attack on \(attack.property)"))
    document.add(.paragraph("\(attack.sentence): not so. \(count(attack.steps.count, "step")), of which \(count(attack.decisions, "decision"))."))
    for step in attack.steps { add(step, to: &document, withSource: withSource) }
    document.add(.heading(2, "Where it breaks"))
    document.add(.paragraph("After step \(attack.breach.step), \(attack.property) is broken:"))
    document.list(attack.breach.facts)
    document.add(.list(attack.breach.derived.map { ("the attacker has \($0.value): \($0.origin)", $0.derivation) }))
    document.add(.heading(2, "What would have stopped it"))
    if attack.restored.isEmpty { document.add(.paragraph("No clause is dropped in this scenario: the model as it is has this attack.")) }
    document.list(attack.restored.map { restored($0, attack) })
    return document
  }

  private var withoutAttack: String {
    let holding = explanation.verdicts.filter { $0.verdict == .holds }.map(\.property)
    let open = explanation.verdicts.filter { $0.verdict == .inconclusive }.map(\.property)
    var sentences: [String] = []
    let bounds = explanation.bounds.isEmpty ? "" : " within these bounds: \(explanation.bounds.joined(separator: ", "))"
    if !holding.isEmpty { sentences.append("\(holding.joined(separator: ", ")) \(holding.count == 1 ? "holds" : "hold")\(bounds).") }
    if !open.isEmpty { sentences.append("Of \(open.joined(separator: ", ")) it is not known: a limit was reached first.") }
    return sentences.isEmpty ? "There is nothing to explain." : sentences.joined(separator: " ")
  }

  private func addSetting(to document: inout Document) {
    document.add(.heading(2, "Who is who"))
    document.list(
      explanation.cast.map { member in
        let part = member.roles.isEmpty ? "the attacker" : "honest, \(member.roles.joined(separator: " and "))"
        return "\(member.name): \(part)" + (member.does.isEmpty ? "" : "; " + member.does.joined(separator: "; "))
      })
    document.add(.heading(2, "What the attacker may do"))
    if explanation.attackers.isEmpty { document.add(.paragraph("No attacker class is in force.")) }
    document.add(.list(explanation.attackers.map { ("\($0.name), \($0.text): " + $0.abilities.joined(separator: "; "), []) }))
    document.add(.heading(2, "Bounds and options"))
    document.list(["bounds: " + (explanation.bounds.isEmpty ? "none" : explanation.bounds.joined(separator: ", "))])
    if !explanation.options.isEmpty { document.list(["options: " + explanation.options.joined(separator: ", ")]) }
    guard !explanation.dropped.isEmpty else { return }
    document.add(.heading(2, "Clauses that are not in force"))
    document.list(explanation.dropped.map { "\($0.name) (\($0.source)): \($0.meaning)" + ($0.without.map { " Without it: \($0)" } ?? "") })
  }

  // MARK: A step

  private func add(_ step: Explanation.Step, to document: inout Document, withSource: Bool) {
    document.add(.heading(3, "Step \(step.number): \(step.sentences.first ?? "")"))
    for sentence in step.sentences.dropFirst() { document.add(.paragraph(sentence)) }
    for message in step.messages where !message.isSentEarlier { add(message, to: &document) }
    if !step.sent.isEmpty {
      document.add(.paragraph("What the attacker sends, and how it comes by it:"))
      document.add(.list(step.sent.map { ("\($0.name) = \($0.value): \($0.origin)", $0.derivation) }))
    }
    // Which way a handler went on is told by its lines.
    let checks = step.checks.filter { withSource || ($0.kind != .branch && $0.kind != .shape) }
    if !checks.isEmpty {
      document.add(.paragraph("Checks:"))
      document.add(.list(checks.map { (text(of: $0), ["\($0.file):\($0.line)"]) }))
    }
    for leak in step.leaks { document.add(.paragraph("Leaks as `\(leak.name)` to the attacker: \(leak.value)")) }
    if !step.learned.isEmpty { document.add(.paragraph("The attacker learns \(step.learned.joined(separator: ", ")).")) }
    guard withSource else { return }
    for excerpt in step.source {
      document.add(
        .code(excerpt.file, excerpt.lines.map { "\(leftPad(String($0.number), 4)) \($0.isDropped ? "✗" : " ") \($0.text)" }))
    }
  }

  private func add(_ message: Explanation.Message, to document: inout Document) {
    document.add(.paragraph("\(message.heading):"))
    var lines = message.parts.map { "\($0.name) = \($0.value)" }
    if let certificate = message.certificate { lines.append("client certificate \(certificate)") }
    if lines.isEmpty { lines = [message.kind == .request ? "no parameters" : "no content"] }
    document.list(lines)
  }

  func text(of check: Explanation.Check) -> String {
    var values = ""
    let distinct = Set(check.values.map(\.value))
    if check.kind == .condition && check.values.count > 1 && distinct.count == 1 {
      values = ": both are \(check.values[0].value)"
    } else if !check.values.isEmpty {
      // What is compared with a constant needs no word on the constant.
      let told = check.values.filter { [.row, .taken, .session].contains(check.kind) || $0.name != $0.value }
      values = ": " + told.map { "\($0.name) is \($0.value)" }.joined(separator: ", ")
    }
    // The row says the rest.
    let lookup = check.text.firstRange(of: " (").map { String(check.text[..<$0.lowerBound]) } ?? check.text
    let clauses = check.clauses.isEmpty ? "" : " [\(check.clauses.joined(separator: ", "))]"
    switch check.kind {
    case .condition: return "\(check.by) checks \(check.text)\(clauses)\(values)"
    case .branch: return "\(check.by) goes on where \(check.text)\(clauses)\(values)"
    case .shape: return "\(check.by) reads \(check.text)\(clauses)\(values)"
    case .row, .taken: return "\(check.by): \(lookup)\(clauses); found\(values)"
    case .noRow: return "\(check.by): \(check.text)\(clauses); nothing found\(values)"
    case .session: return "\(check.by) finds the session (\(check.text))\(values)"
    case .dropped:
      let verdict = check.wouldPass.map { $0 ? "; it would have passed" : "; it would have failed" } ?? ""
      return "NOT CHECKED by \(check.by), since \(check.clauses.joined(separator: ", ")) is dropped: \(check.text)\(values)\(verdict)"
    }
  }

  // MARK: Clauses put back

  func restored(_ restored: Explanation.Restored, _ attack: Explanation.Attack) -> String {
    let end: String
    switch restored.verdict {
    case .holds: end = "With it, \(attack.property) holds."
    case .violated: end = "Even with it, \(attack.property) is violated\(restored.otherAttack.map { ", in \(count($0, "step"))" } ?? "")."
    case .inconclusive: end = "Whether \(attack.property) holds with it is not known: a limit was reached."
    case nil: return "\(restored.clause): cannot be put back alone: \(restored.reason)"
    }
    guard let step = restored.refusedStep else { return "\(restored.clause): \(restored.reason). \(end)" }
    return "\(restored.clause) stops this attack at step \(step): \(restored.reason). \(end)"
  }
}

extension Explanation.Message {
  /// `POST https://bank/token (shop → bank)`
  var heading: String {
    let first =
      switch kind {
      case .request: "\(method ?? "") \(url ?? "")"
      case .response: status.map { "Response \($0)" } ?? "Response"
      case .network: "Message"
      }
    return "\(first) (\(from) → \(to))"
  }

  /// All fields; the names say where in the message they are: `query state`.
  var parts: [Explanation.Field] {
    func titled(_ title: String, _ fields: [Explanation.Field]) -> [Explanation.Field] {
      fields.map { Explanation.Field(name: $0.name == title ? title : "\(title) \($0.name)", value: $0.value) }
    }
    return titled("header", headers) + titled(kind == .response ? "Set-Cookie" : "Cookie", cookies) + titled("query", query) + titled("fragment", fragment)
      + titled(kind == .network ? "content" : "body", body)
  }
}
