import ExactNumbers
import Terms

@testable import Compiler

/// Small random systems, each the same for the same seed: a few sorts, tables, messages, events, rules and questions.
///
/// Every rule spends a budget, or takes a message that only rules with budgets make, or changes nothing: so exploration ends.
struct RandomSystem {
  private var random: SplitMix64
  private var signature = Signature()
  private let nonce, agent, key: SortID
  private let pair, hash, seal, keyOf: SymbolID
  private let agents: [SymbolID]

  // Predicates
  private let tables = [0, 1]
  private let message = 2
  private let events = [3, 4]

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    nonce = signature.addSort("Nonce", values: nil)
    agent = signature.addSort("Agent", values: [])
    key = signature.addSort("Key", values: nil)
    let (pairs, hashes, seals) = (
      signature.addSort("Pair", values: nil), signature.addSort("Hash", values: nil), signature.addSort("Sealed", values: nil)
    )
    agents = [
      signature.addValue("a", to: agent), signature.addValue("b", to: agent), signature.addValue("m", to: agent, isAttackers: true),
    ]
    pair = signature.addSymbol("Pair", arguments: [nonce, nonce], result: pairs, isTransparent: true, fields: ["x", "y"])
    hash = signature.addSymbol("hash", arguments: [Signature.message], result: hashes)
    seal = signature.addSymbol("seal", arguments: [key, Signature.message], result: seals)
    keyOf = signature.addSymbol("key_of", arguments: [agent], result: key, isPublic: false)
  }

  private mutating func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }
  private mutating func pick<T>(_ items: [T]) -> T { items[Int(random.next() % UInt64(items.count))] }

  // MARK: Rules

  private struct Draft {
    var registers: [Register] = []
    var instructions: [Instruction] = []
    /// Registers that have a value, by sort.
    var known: [SortID: [Int]] = [:]
    mutating func new(_ sort: SortID) -> Int {
      registers.append(Register(name: "r\(registers.count)", sort: sort, isOptional: false))
      return registers.count - 1
    }
  }

  /// A term of the sort; a pattern may bind new registers, anything else is made of what is known.
  private mutating func term(_ sort: SortID, _ draft: inout Draft, isPattern: Bool) -> Term? {
    if sort == agent && chance(40) { return .constant(pick(agents)) }
    let known = draft.known[sort] ?? []
    if !known.isEmpty && (!isPattern || chance(50)) { return .variable(pick(known)) }
    if isPattern {
      let register = draft.new(sort)
      draft.known[sort, default: []].append(register)
      return .variable(register)
    }
    return sort == agent ? .constant(pick(agents)) : nil
  }

  private mutating func text(_ draft: inout Draft, isPattern: Bool) -> Term? {
    switch random.next() % 5 {
    case 0:
      guard let x = term(nonce, &draft, isPattern: isPattern), let y = term(nonce, &draft, isPattern: isPattern) else { return nil }
      return .apply(pair, [x, y])
    case 1: return term(nonce, &draft, isPattern: isPattern).map { .apply(hash, [$0]) }
    case 2:
      guard let owner = term(agent, &draft, isPattern: isPattern), let x = term(nonce, &draft, isPattern: isPattern) else { return nil }
      return .apply(seal, [.apply(keyOf, [owner]), x])
    default: return term(nonce, &draft, isPattern: isPattern)
    }
  }

  private func columns(_ predicate: PredicateID) -> [SortID] { predicate == 1 || predicate == 4 ? [nonce, agent] : [nonce] }

  private mutating func fact(_ predicate: PredicateID, _ draft: inout Draft, isPattern: Bool) -> Fact? {
    var arguments: [Term] = []
    for sort in columns(predicate) {
      guard let argument = term(sort, &draft, isPattern: isPattern) else { return nil }
      arguments.append(argument)
    }
    return Fact(predicate, arguments)
  }

  private mutating func missing(_ predicate: PredicateID, _ draft: inout Draft) {
    var universal: [Int] = []
    var arguments: [Term] = []
    for sort in columns(predicate) {
      if let known = term(sort, &draft, isPattern: false), chance(70) {
        arguments.append(known)
      } else {
        let register = draft.new(sort)
        universal.append(register)
        arguments.append(.variable(register))
      }
    }
    draft.instructions.append(.missing(Fact(predicate, arguments), universal: universal))
  }

  private mutating func test(_ draft: inout Draft) {
    let sort = chance(70) ? nonce : agent
    guard let a = term(sort, &draft, isPattern: false), let b = term(sort, &draft, isPattern: false), a != b else { return }
    draft.instructions.append(chance(60) ? .different(a, b) : .equal(a, b))
  }

  private mutating func rule(_ number: Int, budgets: Int) -> Rule {
    var draft = Draft()
    let kind = random.next() % 10
    let isBounded = kind < 8
    if kind < 5 {
      draft.instructions.append(.spend(Int(random.next() % UInt64(budgets))))
    } else if isBounded, let taken = fact(message, &draft, isPattern: true) {
      draft.instructions.append(.lookup(taken, consumes: true))
    }
    for _ in 0..<random.next() % 3 {
      if chance(50), let text = text(&draft, isPattern: true) {
        draft.instructions.append(.receive(text))
      } else if chance(75) {
        if let found = fact(pick(tables), &draft, isPattern: true) { draft.instructions.append(.lookup(found, consumes: isBounded && chance(40))) }
      } else if isBounded {
        missing(pick(tables + events), &draft)
      }
    }
    if chance(30) { test(&draft) }
    if isBounded && chance(60) {
      let register = draft.new(nonce)
      draft.instructions.append(.fresh(register))
      draft.known[nonce, default: []].append(register)
    }
    if isBounded {
      for _ in 0..<1 + random.next() % 2 {
        let predicates = tables + events + events + (kind < 5 ? [message] : [])
        if let made = fact(pick(predicates), &draft, isPattern: false) { draft.instructions.append(.insert(made)) }
      }
    }
    // A rule that could be repeated for ever may teach only what is stored.
    if !isBounded {
      if let row = fact(pick(tables), &draft, isPattern: true), case .variable(let stored) = row.arguments[0] {
        draft.instructions.append(.lookup(row, consumes: false))
        draft.instructions.append(.learn(chance(50) ? .variable(stored) : .apply(hash, [.variable(stored)])))
      }
    } else if chance(70), let told = text(&draft, isPattern: false) {
      draft.instructions.append(.learn(told))
    }
    return Rule(name: "rule \(number)", registers: draft.registers, instructions: draft.instructions, narration: [], file: "", line: 0)
  }

  private mutating func query(_ number: Int) -> Rule {
    var draft = Draft()
    if let seen = fact(pick(events), &draft, isPattern: true) { draft.instructions.append(.lookup(seen, consumes: false)) }
    switch random.next() % 5 {
    case 0: if let secret = term(nonce, &draft, isPattern: false) { draft.instructions.append(.receive(secret)) }
    case 1: missing(pick(events), &draft)
    case 2: if let other = fact(pick(events), &draft, isPattern: true) { draft.instructions.append(.lookup(other, consumes: false)) }
    case 3:
      if let owner = draft.known[agent]?.first { draft.instructions.append(chance(50) ? .honest(.variable(owner)) : .dishonest(.variable(owner))) }
    default: test(&draft)
    }
    return Rule(name: "query \(number)", registers: draft.registers, instructions: draft.instructions, narration: [], file: "", line: 0)
  }

  mutating func system() -> TransitionSystem {
    let budgets = (0..<1 + Int(random.next() % 2)).map { Budget(name: "budget \($0)", count: 1 + Int(random.next() % 2)) }
    let rules = (0..<2 + Int(random.next() % 3)).map { rule($0, budgets: budgets.count) }
    let properties = (0..<2).map { Property(name: "p\($0)", text: "", queries: [query($0)]) }
    let body = Register(name: "body", sort: Signature.message, isOptional: false)
    let opener = Opening(
      registers: [Register(name: "key", sort: key, isOptional: false), body], pattern: .apply(seal, [.variable(0), .variable(1)]), needs: [.variable(0)],
      gives: .variable(1))
    return TransitionSystem(
      title: "random", signature: signature,
      predicates: (0..<5).map { Predicate(name: "p\($0)", kind: $0 < 2 ? .table : $0 == 2 ? .message : .event, columns: columns($0)) }, budgets: budgets,
      rules: rules, openings: [opener], properties: properties, witnesses: [], initialFacts: [],
      initialKnowledge: [.apply(keyOf, [.constant(agents[2])])])
  }
}
