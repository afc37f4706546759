import Compiler
import Terms

/// One rule as a process: what it receives, what it finds, what it tests, new names, events, rows, what the attacker learns.
struct ProVerifProcess {
  var model: ProVerifModel
  private let rule: FlatRule
  private var bound: Set<Int> = []
  private var lines: [String] = []
  private var messages = 0

  init(model: ProVerifModel, rule: FlatRule) {
    self.model = model
    self.rule = rule
  }

  private func name(_ register: Int) -> String { Identifiers.variable(register, rule.registers) }
  private func text(_ term: Term) -> String { model.term(term, rule.registers) }

  mutating func text() -> String {
    // Rows first: what they determine need not be guessed.
    for lookup in rule.lookups { find(lookup.fact) }
    for term in rule.received { receive(term) }
    for register in rule.chosen where !bound.contains(register) { receive(.variable(register)) }
    test()
    lines += rule.fresh.map { "new \(name($0)): bitstring;" }
    let (events, rows) = (rule.inserted.filter(model.isEvent), rule.inserted.filter { !model.isEvent($0) })
    lines += model.inOrder(events).map { "event \(call($0));" }
    lines += rows.map { "insert \(call($0));" }
    lines += rule.learned.map { "out(\(model.channel), \(text($0)));" }
    lines.append("0")
    return lines.map { "  " + $0 }.joined(separator: "\n")
  }

  private func call(_ fact: Fact) -> String { model.call(fact, rule.registers) }

  private mutating func find(_ fact: Fact) {
    var opened: [(message: String, term: Term)] = []
    let columns = model.columns(of: fact).map { pattern($0, &opened) }
    lines.append("get \(model.facts[fact.predicate])(\(columns.joined(separator: ", "))) in")
    open(opened)
  }

  private mutating func receive(_ term: Term) {
    var opened: [(message: String, term: Term)] = []
    lines.append("in(\(model.channel), \(pattern(term, &opened)));")
    open(opened)
  }

  /// What is bound is compared, what is not gets a value; a function that cannot be taken apart is opened afterwards.
  private mutating func pattern(_ term: Term, _ opened: inout [(message: String, term: Term)]) -> String {
    switch term {
    case .variable(let register): return variable(register)
    case .apply(let id, let arguments):
      if FlatRule.variables([term]).allSatisfy(settled.contains) { return "=\(text(term))" }
      let symbol = model.system.signature.symbols[id]
      if symbol.isTransparent && symbol.isPublic { return "\(model.symbols[id])(\(arguments.map { pattern($0, &opened) }.joined(separator: ", ")))" }
      messages += 1
      opened.append(("message\(messages)", term))
      return "message\(messages): bitstring"
    }
  }

  /// A pattern may speak of what was bound before it, not of what it binds itself: that is compared afterwards.
  private mutating func variable(_ register: Int) -> String {
    if bound.insert(register).inserted { return "\(name(register)): bitstring" }
    if settled.contains(register) { return "=\(name(register))" }
    messages += 1
    repeated.append(("again\(messages)", register))
    return "again\(messages): bitstring"
  }

  private var settled: Set<Int> = []
  private var repeated: [(message: String, register: Int)] = []

  private mutating func settle() {
    lines += repeated.map { "if \($0.message) = \(name($0.register)) then" }
    repeated = []
    settled = bound
  }

  private mutating func open(_ opened: [(message: String, term: Term)]) {
    settle()
    for (message, term) in opened {
      let registers = FlatRule.variables([term])
      let parts = registers.map { variable($0) }
      if registers.isEmpty {
        lines.append("let (=\(text(term))) = \(message) in")
      } else {
        let pattern = "(\(parts.joined(separator: ", ")))"
        lines.append("let \(pattern) = \(model.taking(term, rule.registers))(\(message)) in")
      }
      settle()
    }
  }

  private mutating func test() {
    for register in rule.sent + rule.chosen {
      let info = rule.registers[register]
      if let values = model.symbols.values(of: info) {
        let isSent = rule.sent.contains(register)
        let test = model.oneOf(isSent ? values : values.filter { $0 != Signature.none }, model.symbols.test(of: info, isSent))
        lines.append("let (=\(name(register))) = \(test)(\(name(register))) in")
      } else if !info.isOptional && info.sort != Signature.message {
        lines.append("if \(name(register)) <> \(model.symbols[Signature.none]) then")
      }
    }
    for (a, b) in rule.different { lines.append("if \(text(a)) <> \(text(b)) then") }
    for (terms, areAttackers) in [(rule.honest, false), (rule.dishonest, true)] {
      for term in terms {
        let constants = model.symbols.constants(areAttackers: areAttackers, sort: model.symbols.sort(of: term, rule.registers))
        lines.append("let (=\(text(term))) = \(model.oneOf(constants, areAttackers ? "attackers" : "honest"))(\(text(term))) in")
      }
    }
  }
}
