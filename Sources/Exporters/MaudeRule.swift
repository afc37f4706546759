import Compiler
import Terms

/// One rule or query on its way into a rewrite rule or an equation.
///
/// Look-ups come in their order, each on what the ones before have left. Tests wait until their registers have values. What the attacker
/// sends comes last: it sees the knowledge before the step, wherever it stands.
struct MaudeRule {
  var module: MaudeModule
  private let rule: Rule
  private let isQuery: Bool
  private var conditions: [String] = []
  private var bound: Set<Int> = []
  /// The present multiset of facts.
  private var facts = "F0"
  private var usedPool = false
  private var received: [Term] = []
  private var tests: [Instruction] = []
  private var names = 0
  private var rests = 0

  init(_ rule: Rule, in module: MaudeModule, isQuery: Bool) {
    self.rule = rule
    self.module = module
    self.isQuery = isQuery
  }

  private func variables(_ terms: [Term]) -> [Int] {
    var found: [Int] = []
    for term in terms { term.forEachVariable { if !found.contains($0) { found.append($0) } } }
    return found
  }

  private func isBound(_ terms: [Term]) -> Bool { variables(terms).allSatisfy(bound.contains) }
  private func term(_ term: Term) -> String { module.term(term) { "R\($0)" } }

  /// Notes that the registers have values now, and asks that they can hold them.
  private mutating func bind(_ registers: [Int]) {
    for register in registers where bound.insert(register).inserted {
      if let condition = module.admits(rule.registers[register], "R\(register)") { conditions.append(condition) }
    }
  }

  mutating func translate() throws(ExportFailure) {
    for instruction in rule.instructions {
      switch instruction {
      case .spend(let budget):
        let rest = newRest()
        conditions.append("\(module.budget(budget)) \(rest) := \(facts)")
        facts = rest
      case .lookup(let fact, let consumes):
        let rest = newRest()
        conditions.append("\(module.fact(fact) { "R\($0)" }) \(rest) := \(facts)")
        if consumes { facts = rest }
        bind(variables(fact.arguments))
      case .missing(let fact, let universal):
        tests.append(instruction)
        addAbsence(of: fact, universal)
      case .equal, .different, .honest, .dishonest: tests.append(instruction)
      case .receive(let term): received.append(term)
      case .fresh(let register):
        conditions.append("R\(register) := name(N + \(names), \(module.sortClass(rule.registers[register].sort)))")
        names += 1
        bound.insert(register)
      case .choose(let register):
        let values = (module.system.signature.sorts[rule.registers[register].sort].values ?? []).map(module.symbol)
        conditions.append("R\(register) ; T\(register) := \(values.isEmpty ? "empty" : values.joined(separator: " ; "))")
        bound.insert(register)
      case .outnumbered(let many, let few):
        if !isBound(many.arguments + few.arguments) { receive() }
        outnumber(many, few)
      case .insert, .learn: break
      }
      decide()
    }
    receive()
    decide()
    if let test = tests.first { throw open(in: test) }
    for instruction in rule.instructions {
      switch instruction {
      case .insert, .learn: if !isBound(terms(of: instruction)) { throw open(in: instruction) }
      default: break
      }
    }
  }

  private mutating func newRest() -> String {
    rests += 1
    return "F\(rests)"
  }

  private func terms(of instruction: Instruction) -> [Term] {
    var terms: [Term] = []
    instruction.forEachTerm { terms.append($0) }
    return terms
  }

  private func open(in instruction: Instruction) -> ExportFailure {
    var registers = variables(terms(of: instruction)).filter { !bound.contains($0) }
    if case .missing(_, let universal) = instruction { registers.removeAll(where: universal.contains) }
    let name = registers.first.map { rule.registers[$0].name } ?? ""
    return ExportFailure("`\(rule.name)` cannot be exported to Maude: nothing determines the value of `\(name)`")
  }

  // MARK: Tests

  /// For each test for absence that waits: the condition.
  private var absences: [String] = []

  /// An operation of its own: whether no fact matches, for given values of the registers that are not universal.
  private mutating func addAbsence(of fact: Fact, _ universal: [Int]) {
    let name = newOperation("missing")
    let given = variables(fact.arguments).filter { !universal.contains($0) }
    let parameters = given.map { ", R\($0)" }.joined()
    let pattern = module.fact(fact) { "R\($0)" }
    let conditions = universal.compactMap { module.admits(rule.registers[$0], "R\($0)") }
    let condition = conditions.isEmpty ? "" : " if " + conditions.joined(separator: " /\\ ")
    module.auxiliary += [
      "op \(name) : Facts\(given.map { _ in " Term" }.joined()) -> Bool .",
      "\(conditions.isEmpty ? "eq" : "ceq") \(name)(\(pattern) G0\(parameters)) = false\(condition) .",
      "eq \(name)(G0\(parameters)) = true [owise] .",
    ]
    absences.append("\(name)(\(facts)\(parameters)) = true")
  }

  private mutating func newOperation(_ stem: String) -> String {
    module.auxiliaries += 1
    return "\(stem)-\(module.auxiliaries)"
  }

  /// Writes the tests whose registers have values.
  private mutating func decide() {
    var changed = true
    while changed {
      changed = false
      var waiting: [Instruction] = []
      var waitingAbsences: [String] = []
      var absence = absences[...]
      for test in tests {
        var isDecided = false
        switch test {
        case .missing(let fact, let universal):
          let condition = absence.popFirst() ?? ""
          isDecided = variables(fact.arguments).allSatisfy { universal.contains($0) || bound.contains($0) }
          if isDecided { conditions.append(condition) } else { waitingAbsences.append(condition) }
        case .equal(let a, let b):
          isDecided = isBound([a]) || isBound([b])
          if isDecided {
            let (pattern, value) = isBound([b]) ? (a, b) : (b, a)
            conditions.append(isBound([pattern]) ? "\(term(pattern)) == \(term(value)) = true" : "\(term(pattern)) := \(term(value))")
            bind(variables([pattern]))
          }
        case .different(let a, let b):
          isDecided = isBound([a, b])
          if isDecided { conditions.append("\(term(a)) =/= \(term(b)) = true") }
        case .honest(let t), .dishonest(let t):
          isDecided = isBound([t])
          if isDecided {
            if case .honest = test { conditions.append("honest(\(term(t))) = true") } else { conditions.append("dishonest(\(term(t))) = true") }
          }
        default: break
        }
        if isDecided { changed = true } else { waiting.append(test) }
      }
      tests = waiting
      absences = waitingAbsences
    }
  }

  // MARK: The attacker

  /// What the attacker sends: each register without a value gets one from the pool, and the whole must be derivable.
  private mutating func receive() {
    let terms = received.map(known)
    received = []
    for term in terms {
      for register in variables([term]) where !bound.contains(register) {
        let info = rule.registers[register]
        conditions.append("R\(register) ; T\(register) := \(pool(info))")
        bound.insert(register)
        decide()
      }
      conditions.append("derives(K, \(self.term(term))) = true")
    }
  }

  private mutating func pool(_ register: Register) -> String {
    let sort = module.sortClass(register.sort)
    if let finite = module.system.signature.sorts[register.sort].values {
      let none = register.isOptional ? [module.symbol(Signature.none)] : []
      let values = finite.map(module.symbol) + none
      return values.isEmpty ? "empty" : values.joined(separator: " ; ")
    }
    if !usedPool {
      conditions.append("POOL := parts(K) ; partsOf(F0) ; constants ; owns(0)\(isQuery ? " ; owns(1)" : "")")
      usedPool = true
    }
    return "select(POOL, \(sort), false, \(register.isOptional))"
  }

  /// For a register without a value, what an equality says of it.
  private func known(_ term: Term) -> Term {
    guard case .variable(let register) = term, !bound.contains(register) else { return term }
    for case .equal(let first, let second) in tests {
      if first == term, case .apply = second { return second }
      if second == term, case .apply = first { return first }
    }
    return term
  }

  // MARK: Counting

  /// The values of the registers that both atoms have, wherever there are more facts of the one than of the other.
  private mutating func outnumber(_ many: Fact, _ few: Fact) {
    let shared = variables(many.arguments).filter { variables(few.arguments).contains($0) }
    func name(_ register: Int) -> String { shared.contains(register) ? "R\(register)" : "Q\(register)" }
    func open(_ fact: Fact) -> [String] {
      variables(fact.arguments).filter { !shared.contains($0) }.compactMap { module.admits(rule.registers[$0], "Q\($0)") }
    }
    let rest = newRest()
    conditions.append("\(module.fact(many, name)) \(rest) := \(facts)")
    conditions += open(many)
    bind(shared)
    var counts: [String] = []
    for fact in [many, few] {
      let operation = newOperation("count")
      let parameters = shared.map { ", R\($0)" }.joined()
      let tests = open(fact)
      module.auxiliary += [
        "op \(operation) : Facts\(shared.map { _ in " Term" }.joined()) -> Nat .",
        "\(tests.isEmpty ? "eq" : "ceq") \(operation)(\(module.fact(fact, name)) G0\(parameters)) = 1 + \(operation)(G0\(parameters))\(tests.isEmpty ? "" : " if " + tests.joined(separator: " /\\ ")) .",
        "eq \(operation)(G0\(parameters)) = 0 [owise] .",
      ]
      counts.append("\(operation)(\(facts)\(parameters))")
    }
    conditions.append("\(counts[0]) > \(counts[1]) = true")
  }

  // MARK: Results

  private var condition: String { conditions.isEmpty ? "" : " if " + conditions.joined(separator: " /\\ ") }

  func rewriteRule(label: String) -> String {
    var made: [String] = []
    var learned: [String] = []
    for instruction in rule.instructions {
      if case .insert(let fact) = instruction { made.append(module.fact(fact) { "R\($0)" }) }
      if case .learn(let told) = instruction { learned.append(term(told)) }
    }
    let knowledge = learned.isEmpty ? "K" : "close(\((learned + ["K"]).joined(separator: " ; ")))"
    let next = "< \((made + [facts]).joined(separator: " ")) | \(knowledge) | \(names == 0 ? "N" : "N + \(names)") >"
    return "\(conditions.isEmpty ? "rl" : "crl") [\(label)] : < F0 | K | N > => \(next)\(condition) ."
  }

  func equation(property: Int) -> String { "\(conditions.isEmpty ? "eq" : "ceq") violates(\(property), < F0 | K | N >) = true\(condition) ." }
}
