import Compiler
import Terms
import Verification

/// Something that can happen next: a step, or a template of steps with fields that are to be filled.
public struct Move: Hashable, Sendable {
  /// An index into the system's rules.
  public var rule: Int
  /// Values that make this move another one than the rest of its rule: the message it answers, or all that an honest step is about.
  public var given: [Int: GroundTerm]
  /// Whether the attacker sends or chooses something, or does it of its own accord.
  public var isAttackers: Bool
}

/// What is still open in a move, once some of its fields have values.
public struct Form: Sendable {
  /// Something to fill: a register of the rule.
  public struct Field: Hashable, Sendable {
    public var register: Int
    /// As the model calls it; numbered where the rule has several of this name.
    public var name: String
    public var sort: SortID
    public var isOptional: Bool
    /// Whether the attacker sends it; else it only says which of several ways is meant.
    public var isSent: Bool
  }
  /// In the order in which they should be asked for. A value for one may decide others.
  public var fields: [Field]
  /// The values of the registers, as far as they are decided.
  public var values: [GroundTerm?]
  /// The step, once nothing is open; nil before, and where the values do not go together.
  public var step: GroundStep?
  /// Whether some values of the open fields may still make a step.
  public var isPossible: Bool
}

/// What a field, or a part of a value, can be.
public enum Choice: Hashable, Sendable {
  /// This term.
  case term(GroundTerm)
  /// A constant of the attacker's own that is equal to nothing so far: anything.
  case new(GroundTerm)
  /// What this function, record or tuple gives of parts that are to be chosen: see ``Play/choices(forArgument:of:filled:)``.
  case compose(SymbolID)
}

extension Play {
  // MARK: Moves

  /// What can happen next: what honest participants can do, then what the attacker can, each in the order of the system's rules; empty at the
  /// end of a run.
  public func moves() -> [Move] {
    var moves: [Move] = []
    var seen: Set<Move> = []
    // Choices that make no difference are one move.
    var effects: Set<Effects> = []
    for way in present.openSteps(of: system.rules.indices) {
      let rule = system.rules[way.rule]
      let isReceiving = !sentRegisters(of: rule).isEmpty
      var move = Move(rule: way.rule, given: [:], isAttackers: isReceiving || rule.spendsByAttacker(system) || rule.isAttackersOwn)
      let fresh = rule.freshRegisters
      for (register, value) in way.values.enumerated() where !fresh.contains(register) {
        if let value, !isReceiving || rule.messageRegisters(system).contains(register) { move.given[register] = value }
      }
      guard seen.insert(move).inserted else { continue }
      if isReceiving || !way.free.isEmpty || effects.insert(Effects(way.rule, way.values, system)).inserted { moves.append(move) }
    }
    return moves.filter { !$0.isAttackers } + moves.filter(\.isAttackers)
  }

  /// What is open in a move with these values, by register.
  public func form(of move: Move, filled: [Int: GroundTerm] = [:]) -> Form {
    let ways = ways(of: move, filled)
    let rule = system.rules[move.rule]
    let names = fieldNames(of: rule)
    let sent = sentRegisters(of: rule)
    let fresh = rule.freshRegisters
    var values: [GroundTerm?] = Array(repeating: nil, count: rule.registers.count)
    var fields: [Form.Field] = []
    for register in sent + rule.registers.indices.filter({ !sent.contains($0) }) {
      guard let first = ways.first else { break }
      if ways.allSatisfy({ $0.values[register] == first.values[register] }) { values[register] = first.values[register] }
      guard !fresh.contains(register) else { continue }
      let isOpen = ways.contains { $0.attackers.contains(register) || $0.free.contains(register) }
      if isOpen || ways.contains(where: { $0.values[register] != first.values[register] }) {
        let info = rule.registers[register]
        fields.append(
          Form.Field(register: register, name: names[register], sort: info.sort, isOptional: info.isOptional, isSent: sent.contains(register)))
      }
    }
    let step = fields.isEmpty ? ways.first.map { GroundStep(rule: move.rule, values: $0.values) } : nil
    return Form(fields: fields, values: values, step: step, isPossible: !ways.isEmpty)
  }

  /// The move and the values of its fields that a step is; nil where the step is none that is possible now.
  ///
  /// - Parameter step: in the names of this play: see ``Renaming``.
  public func move(for step: GroundStep) -> (index: Int, move: Move, filled: [Int: GroundTerm])? {
    let moves = moves()
    // Another step with the same effects may stand for it.
    let effects = Effects(step.rule, step.values, system)
    for (index, move) in moves.enumerated() where move.rule == step.rule {
      if let own = form(of: move).step, Effects(own.rule, own.values, system) == effects { return (index, move, [:]) }
    }
    for (index, move) in moves.enumerated() where move.rule == step.rule {
      guard move.given.allSatisfy({ step.values[$0] == $1 }) else { continue }
      var filled: [Int: GroundTerm] = [:]
      while true {
        let form = form(of: move, filled: filled)
        if form.step != nil { return (index, move, filled) }
        guard let field = form.fields.first, let value = step.values[field.register] else { break }
        filled[field.register] = value
      }
    }
    return nil
  }

  private func ways(of move: Move, _ filled: [Int: GroundTerm]) -> [OpenStep] {
    present.openSteps(of: move.rule, given: move.given.merging(filled) { $1 })
  }

  // MARK: Choices

  /// What a field can be: values with which the move stays possible, so far as the other fields are filled.
  ///
  /// What nothing decides can be any term of its sort that the attacker can derive: one that it has, a constant, one of its own, or what it
  /// builds of such.
  public func choices(for field: Form.Field, of move: Move, filled: [Int: GroundTerm] = [:]) -> [Choice] {
    let ways = ways(of: move, filled)
    var choices: [Choice] = []
    var seen: Set<Choice> = []
    func add(_ choice: Choice) { if seen.insert(choice).inserted { choices.append(choice) } }
    for way in ways { if let value = way.values[field.register] { add(.term(value)) } }
    if ways.contains(where: { $0.attackers.contains(field.register) }) {
      for choice in derivable(in: system.rules[move.rule].registers[field.register], besides: Array(filled.values)) { add(choice) }
    } else if ways.contains(where: { $0.free.contains(field.register) }) {
      let register = system.rules[move.rule].registers[field.register]
      for choice in derivable(in: register, besides: Array(filled.values)) { add(choice) }
      for term in present.presentTerms where system.signature.admits(term, in: register) { add(.term(term)) }
    }
    // What a test refuses is no choice. What is still to be built, or leaves tests open, is judged later.
    return choices.filter {
      switch $0 {
      case .term(let term), .new(let term): !self.ways(of: move, filled.merging([field.register: term]) { $1 }).isEmpty
      case .compose: true
      }
    }
  }

  /// What an argument of a composed value can be.
  ///
  /// `filled`: values that are chosen already, so that a new constant is another one.
  public func choices(forArgument index: Int, of symbol: SymbolID, filled: [GroundTerm] = []) -> [Choice] {
    let info = system.signature.symbols[symbol]
    guard info.arguments.indices.contains(index) else { return [] }
    // Fields of records may be absent.
    let all = derivable(in: Register(name: "", sort: info.arguments[index], isOptional: true), besides: filled)
    guard info.publicIfAttacker == index, !info.isPublic else { return all }
    return all.filter { if case .term(let term) = $0 { present.analysis.deduction.canApply(symbol, info.arguments.map { _ in term }) } else { false } }
  }

  /// The terms that the attacker can derive and that the register accepts: directly, or by composing.
  private func derivable(in register: Register, besides chosen: [GroundTerm]) -> [Choice] {
    let signature = system.signature
    let analysis = present.analysis
    var choices: [Choice] = []
    var seen: Set<GroundTerm> = []
    func add(_ term: GroundTerm) { if seen.insert(term).inserted { choices.append(.term(term)) } }
    for term in analysis.terms where signature.admits(term, in: register) { add(term) }
    for own in ownConstants + chosen.flatMap(\.ownConstants) where signature.admits(own, in: register) { add(own) }
    if signature.sorts[register.sort].values == nil {
      choices.append(.new(newConstant(of: register.sort, besides: chosen)))
      // What is sent as a message may be looked at as anything later.
      if register.sort == Signature.message {
        for sort in analysis.deduction.infiniteSorts where sort != Signature.message { choices.append(.new(newConstant(of: sort, besides: chosen))) }
      }
    }
    for (symbol, info) in signature.symbols.enumerated() where info.arguments.isEmpty {
      let constant = GroundTerm.constant(symbol)
      if signature.admits(constant, in: register) && analysis.isDerivable(constant) { add(constant) }
    }
    for (symbol, info) in signature.symbols.enumerated() where !info.arguments.isEmpty && signature.accepts(register.sort, info.result) {
      if info.isPublic || info.publicIfAttacker != nil { choices.append(.compose(symbol)) }
    }
    return choices
  }

  /// A constant of the attacker's own that was never used.
  public func newConstant(of sort: SortID, besides others: [GroundTerm] = []) -> GroundTerm {
    var next = 0
    for case .own(let number, sort) in ownConstants + others.flatMap(\.ownConstants) { next = max(next, number + 1) }
    return .own(next, sort: sort)
  }

  /// The attacker's own constants that were used so far, each once, oldest first.
  var ownConstants: [GroundTerm] {
    var seen: Set<GroundTerm> = []
    return turns.flatMap { $0.step.values.compactMap { $0 }.flatMap(\.ownConstants) }.filter { seen.insert($0).inserted }
  }

  // MARK: Registers

  /// The registers that stand in what the attacker sends.
  private func sentRegisters(of rule: Rule) -> [Int] {
    var found: [Int] = []
    for case .receive(let term) in rule.instructions { term.forEachVariable { if !found.contains($0) { found.append($0) } } }
    return found
  }

  private func fieldNames(of rule: Rule) -> [String] {
    var counts: [String: Int] = [:]
    return rule.registers.map { register in
      counts[register.name, default: 0] += 1
      let number = counts[register.name] ?? 1
      return number == 1 ? register.name : "\(register.name) (\(number))"
    }
  }
}

/// What a step with these values changes: two steps of a rule with the same effects lead to the same state.
private struct Effects: Hashable {
  private var rule: Int
  private var terms: [GroundTerm?] = []

  init(_ number: Int, _ values: [GroundTerm?], _ system: TransitionSystem) {
    rule = number
    for instruction in system.rules[number].instructions {
      switch instruction {
      case .insert(let fact), .lookup(let fact, consumes: true): terms += fact.arguments.map { $0.ground(values) }
      case .learn(let term): terms.append(term.ground(values))
      default: break
      }
    }
  }
}

extension GroundTerm {
  /// The attacker's own constants in it.
  var ownConstants: [GroundTerm] {
    var found: [GroundTerm] = []
    forEachSubterm { if case .own = $0 { found.append($0) } }
    return found
  }
}

extension Rule {
  fileprivate var freshRegisters: Set<Int> {
    var registers: Set<Int> = []
    for case .fresh(let register) in instructions { registers.insert(register) }
    return registers
  }

  /// The registers of the messages under way that it takes.
  fileprivate func messageRegisters(_ system: TransitionSystem) -> Set<Int> {
    var registers: Set<Int> = []
    for case .lookup(let fact, consumes: true) in instructions where system.predicates[fact.predicate].kind == .message {
      for argument in fact.arguments { argument.forEachVariable { registers.insert($0) } }
    }
    return registers
  }

  /// Whether it spends what only the attacker may.
  fileprivate func spendsByAttacker(_ system: TransitionSystem) -> Bool {
    instructions.contains { if case .spend(let budget) = $0 { system.budgets[budget].name.contains(" by attacker") } else { false } }
  }

  /// Whether it begins with what the attacker does.
  fileprivate var isAttackersOwn: Bool {
    for case .text(let text) in narration { return text.hasPrefix("the attacker") }
    return false
  }
}
