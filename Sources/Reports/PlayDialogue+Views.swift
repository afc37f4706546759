import Compiler
import Simulation
import Terms

extension PlayDialogue {
  static let help = """
    NUMBER            take this step; further numbers fill its fields: `4 1 2`
    moves             what can happen now (an empty line does the same)
    state [NAME]      tables, sessions, messages under way, events, what is left of the bounds; of one participant
    knowledge         what the attacker has
    derive NUMBER     how it comes by a term of that list
    properties        what must not happen, and what is broken
    story             what has happened
    hint [PROPERTY]   how far a violation is, and how to begin
    undo [N]  redo [N]
    save FILE         writes the run as JSON
    load FILE         plays a saved run, or a certificate of `check --certificates`, from the beginning
    quit

    A field of a message that the attacker sends: a number chooses a value, an empty line or `new` makes a new one up, `cancel` takes nothing.

    """

  /// What can happen now.
  var present: [String] {
    guard !moves.isEmpty else { return ["nothing can happen any more"] }
    let texts = words.lines(moves)
    var lines: [String] = []
    for (title, isAttackers) in [("honest steps", false), ("steps with the attacker's doing", true)] {
      let part = moves.indices.filter { moves[$0].isAttackers == isAttackers }
      if !part.isEmpty { lines.append(style.paint(title, .bold)) }
      for index in part { lines.append("\(padded(index + 1)). \(texts[index])") }
    }
    return lines
  }

  private func padded(_ number: Int) -> String { String(repeating: " ", count: max(0, 3 - String(number).count)) + String(number) }

  // MARK: Fields

  /// What is asked for a field, or for a part of its value.
  func question(_ filling: Filling) -> [String] {
    let words = words
    return [words.lines(filling.move, filled: filling.filled).first ?? "", "\(words.text(filling)):"]
      + filling.choices.enumerated().map { "\(padded($0 + 1)). \(words.text($1))" }
  }

  /// Takes an answer to the question.
  mutating func answer(_ parts: [String]) -> [String] {
    guard let current = filling else { return [] }
    let word = parts.first ?? ""
    if ["cancel", "c", "quit", "q", "exit"].contains(word) {
      filling = nil
      return ["nothing has happened"]
    }
    let isNew = word.isEmpty || word == "new" || word == "anything"
    let chosen: Choice?
    if isNew {
      chosen = current.choices.first { if case .new = $0 { true } else { false } }
    } else if word == "none" {
      chosen = current.choices.first { $0 == .term(.constant(Signature.none)) }
    } else {
      chosen = Int(word).flatMap { current.choices.indices.contains($0 - 1) ? current.choices[$0 - 1] : nil }
    }
    guard let chosen, parts.count < 2 else {
      if isNew && !word.isEmpty { return ["there is no new value for this: choose 1 to \(current.choices.count), or `cancel`"] }
      return ["choose 1 to \(current.choices.count)\(isNew ? "" : ": `\(parts.joined(separator: " "))` is none of these"), or `cancel`"]
    }
    return goOn(current.choose(chosen, in: play))
  }

  // MARK: What can be seen

  var knowledge: [String] {
    let words = words
    let terms = play.knowledge
    guard !terms.isEmpty else { return ["the attacker knows only what everybody knows"] }
    return terms.enumerated().map { "\(padded($0 + 1)). \(words.text($1))" }
  }

  func derivation(of word: String) -> [String] {
    let words = words
    let terms = play.knowledge
    let number = (Int(word) ?? 0) - 1
    let term = terms.indices.contains(number) ? terms[number] : terms.first { words.text($0) == word }
    guard let term, let derivation = play.derivation(of: term) else {
      return ["there is no `\(word)` in what the attacker has: `knowledge` lists it, with numbers"]
    }
    return words.lines(derivation)
  }

  var story: [String] {
    play.turns.isEmpty ? ["nothing has happened yet"] : play.turns.enumerated().flatMap { told($1, $0 + 1) }
  }

  var properties: [String] {
    let words = words
    return play.system.properties.enumerated().flatMap { index, property -> [String] in
      if let violation = play.violations.first(where: { $0.property == index }) { return [style.paint("✗ ", .red) + words.text(violation)] }
      return ["· \(property.name): \(property.text)"]
    }
  }

  func state(of name: String) -> [String] {
    let words = words
    let sections = play.sections
    // `Client shop` is found by both of its words.
    let wanted = sections.filter { section in name.isEmpty || section.owner == name || section.owner.split(separator: " ").contains { $0 == name } }
    if wanted.isEmpty && !name.isEmpty {
      var owners: [String] = []
      for section in sections where !owners.contains(section.owner) { owners.append(section.owner) }
      return ["there is nothing of `\(name)`: \(owners.joined(separator: ", "))"]
    }
    var lines: [String] = []
    var owner = ""
    for section in wanted {
      if section.owner != owner {
        let isEmpty = sections.allSatisfy { $0.owner != section.owner || $0.facts.isEmpty }
        lines.append(style.paint(section.owner, .bold) + (isEmpty ? ": nothing yet" : ""))
      }
      owner = section.owner
      lines += section.facts.map { "  \(section.name) (\(words.text($0)))" }
    }
    guard name.isEmpty else { return lines }
    return lines + [style.paint("left of the bounds", .bold)] + play.budgets.map { "  \($0.name): \($0.left)" }
  }
}
