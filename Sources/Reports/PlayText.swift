import Compiler
import Simulation
import Terms
import Verification

/// Tells a play in words.
public struct PlayText {
  private let play: Play
  private let printer: TermPrinter

  /// Of the play as it is now; names that come later may need another one.
  public init(_ play: Play) {
    self.play = play
    printer = TermPrinter(playing: play.turns.map(\.step), in: play.system)
  }

  // MARK: Terms and facts

  /// A term of the run: names are called after the register that made them, later ones of the same name are `code2`, `code3`.
  public func text(_ term: GroundTerm) -> String { printer.text(term) }

  public func text(_ fact: GroundFact) -> String {
    let names = play.system.predicates[fact.predicate].columnNames
    let isMessage = play.system.predicates[fact.predicate].kind == .message
    guard !isMessage, names.count == fact.arguments.count else { return fact.arguments.map(text).joined(separator: ", ") }
    return zip(names, fact.arguments).filter { $1.constantSymbol != Signature.none }.map { "\($0): \(text($1))" }.joined(separator: ", ")
  }

  /// What can stand in a field.
  public func text(_ choice: Choice) -> String {
    switch choice {
    case .term(let term): return text(term)
    case .new(let term):
      guard case .own(_, let sort) = term, sort != Signature.message else { return "anything: a new value" }
      return "a new \(play.system.signature.sorts[sort].name)"
    case .compose(let symbol):
      let info = play.system.signature.symbols[symbol]
      if info.fields.isEmpty { return info.isTransparent && info.name != "url" ? "a tuple of \(info.arguments.count)" : "\(info.name)(…)" }
      return "\(info.name) { … }"
    }
  }

  // MARK: Moves

  /// A line for each move, in the same order: what happens, with `‹name›` for what is still to be filled.
  public func lines(_ moves: [Move]) -> [String] {
    let texts = moves.map { told($0, play.form(of: $0)) }
    var alike: [String: [Int]] = [:]
    for (index, text) in texts.enumerated() { alike[text.first ?? "", default: []].append(index) }
    return moves.indices.map { index in
      let first = texts[index].first ?? ""
      let group = alike[first] ?? []
      guard group.count > 1 else { return first }
      // Where several begin alike, what is chosen tells them apart, or else what follows.
      if let choice = difference(moves[index], group.map { moves[$0] }) { return "\(first) (\(choice))" }
      let whole = texts[index].joined(separator: "; ")
      return group.contains { $0 != index && texts[$0] == texts[index] } ? "\(whole) (\(play.system.rules[moves[index].rule].name))" : whole
    }
  }

  /// The values in which a move differs from others of its rule: `site = cross`; nil where there are others, or they do not tell it apart.
  private func difference(_ move: Move, _ others: [Move]) -> String? {
    guard others.allSatisfy({ $0.rule == move.rule }) else { return nil }
    let registers = move.given.keys.sorted().filter { register in others.contains { $0.given[register] != move.given[register] } }
    let told = registers.filter { if case .name = move.given[$0] { false } else { true } }
    guard others.allSatisfy({ other in other == move || told.contains { other.given[$0] != move.given[$0] } }) else { return nil }
    let names = play.system.rules[move.rule].registers
    return told.map { "\(names[$0].name) = \(move.given[$0].map(text) ?? "…")" }.joined(separator: ", ")
  }

  /// All that a move does, with these values of its fields.
  public func lines(_ move: Move, filled: [Int: GroundTerm]) -> [String] { told(move, play.form(of: move, filled: filled)) }

  private func told(_ move: Move, _ form: Form) -> [String] {
    let rule = play.system.rules[move.rule]
    var values = form.values
    var printer = printer
    for register in rule.registers.indices where values[register] == nil {
      let name = form.fields.first { $0.register == register }?.name ?? rule.registers[register].name
      values[register] = printer.placeholder(name, register)
    }
    // What this step makes has no name yet.
    for case .fresh(let register) in rule.instructions { values[register] = printer.placeholder("new \(rule.registers[register].name)", register) }
    return Story.lines(rule.narration, values, printer)
  }

  /// `na = ‹own Nonce›, peer = bob`; empty where there is nothing to fill.
  public func text(_ filled: [Int: GroundTerm], of move: Move) -> String {
    let names = play.system.rules[move.rule].registers.map(\.name)
    return filled.sorted { $0.key < $1.key }.map { "\(names[$0.key]) = \(text($0.value))" }.joined(separator: ", ")
  }

  /// What is asked for: a field, or a part of a value that is being built for it.
  public func text(_ filling: Filling) -> String {
    var what = filling.field.isSent ? "the attacker fills `\(filling.field.name)`" : "which `\(filling.field.name)` is meant"
    for part in filling.building {
      let info = play.system.signature.symbols[part.symbol]
      let name = info.fields.isEmpty ? "part \(part.arguments.count + 1)" : info.fields[part.arguments.count]
      what += ", \(info.name): \(name)"
    }
    return what
  }

  /// Why choosing goes no further; empty where it does.
  public func lines(_ outcome: Filling.Outcome) -> [String] {
    switch outcome {
    case .open, .step: []
    case .impossible: ["with these values there is no such step; nothing has happened"]
    case .nothing(let field): ["the attacker has nothing for `\(field)`; nothing has happened"]
    case .tooDeep: ["this is nested too deep"]
    }
  }

  // MARK: What was played

  /// A turn: what happened, and what the attacker has learned.
  public func lines(_ turn: Play.Turn) -> [String] {
    var lines = Story.lines(play.system.rules[turn.step.rule].narration, turn.step.values, printer)
    if !turn.learned.isEmpty { lines.append("the attacker learns \(turn.learned.map(text).joined(separator: ", "))") }
    return lines
  }

  /// What is broken, and why: `secrecy is broken: …`.
  public func text(_ violation: Play.Violation) -> String {
    let property = play.system.properties[violation.property]
    let conclusion = Story.conclusion(violation.query, violation.values, play.system, printer)
    return "\(property.name) is broken: \(property.text)\n  \(conclusion.joined(separator: "; "))"
  }

  /// What a hint says.
  ///
  /// `property`: the one that was asked for; nil: any.
  public func text(_ hint: Hint, of property: Int?) -> String {
    let what = property.map { "`\(play.system.properties[$0].name)`" } ?? "a property"
    switch hint {
    case .found(let property, let decisions, let steps, let first):
      let values = text(first.filled, of: first.move)
      return
        "a violation of `\(play.system.properties[property].name)` is \(count(decisions, "decision")) away (\(count(steps.count, "step"))) within the bounds: begin with step \(first.index + 1)"
        + (values.isEmpty ? "" : ", with \(values)")
    case .none: return "no violation of \(what) can be reached from here within the bounds"
    case .undecided(let decisions):
      return "no violation of \(what) within \(count(max(0, decisions - 1), "decision")) from here; further the search did not look"
    case .failed(let reason): return "internal error: \(reason)"
    }
  }

  /// How the attacker comes by a term: each step of it on a line, premises further in.
  public func lines(_ derivation: Derivation) -> [String] {
    let term = text(derivation.conclusion)
    func indented(_ parts: [Derivation]) -> [String] { parts.flatMap(lines).map { "  \($0)" } }
    switch derivation {
    case .known: return ["\(term): it was told so"]
    case .constant(let constant):
      if case .own = constant { return ["\(term): made up by itself"] }
      return ["\(term): everybody knows it"]
    case .composed(_, let parts): return ["\(term): put together from"] + indented(parts)
    case .takenApart(_, _, let whole): return ["\(term): a part of"] + indented([whole])
    case .opened(_, _, let message, let keys): return ["\(term): opened, in"] + indented([message]) + (keys.isEmpty ? [] : ["with"] + indented(keys))
    }
  }
}
