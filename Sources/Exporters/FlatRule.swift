import Compiler
import Terms

/// A rule or query with its equalities put in, and its instructions sorted by kind: what provers without an order inside a step need.
struct FlatRule {
  struct Lookup {
    var fact: Fact
    var consumes: Bool
  }
  struct Absence {
    var fact: Fact
    var universal: [Int]
    /// How many look-ups come before it: what they have consumed is not there any more.
    var lookupsBefore: Int
  }

  var name: String
  var registers: [Register]
  var spent: [BudgetID] = []
  var lookups: [Lookup] = []
  var absences: [Absence] = []
  var different: [(Term, Term)] = []
  var honest: [Term] = []
  var dishonest: [Term] = []
  var received: [Term] = []
  var fresh: [Int] = []
  var chosen: [Int] = []
  var inserted: [Fact] = []
  var learned: [Term] = []
  var outnumbered: [(many: Fact, few: Fact)] = []

  /// Nil where the rule's equalities contradict each other, or a new name is to equal something that it is not: it can never run.
  init?(_ rule: Rule) {
    name = rule.name
    registers = rule.registers
    var values = Substitution()
    for case .equal(let a, let b) in rule.instructions where !values.unify(a, b) { return nil }
    for instruction in rule.instructions { add(instruction) }
    guard apply(values) else { return nil }
  }

  private mutating func add(_ instruction: Instruction) {
    switch instruction {
    case .spend(let budget): spent.append(budget)
    case .lookup(let fact, let consumes): lookups.append(Lookup(fact: fact, consumes: consumes))
    case .missing(let fact, let universal): absences.append(Absence(fact: fact, universal: universal, lookupsBefore: lookups.count))
    case .equal: break
    case .different(let a, let b): different.append((a, b))
    case .honest(let term): honest.append(term)
    case .dishonest(let term): dishonest.append(term)
    case .receive(let term): received.append(term)
    case .fresh(let register): fresh.append(register)
    case .choose(let register): chosen.append(register)
    case .insert(let fact): inserted.append(fact)
    case .learn(let term): learned.append(term)
    case .outnumbered(let many, let few): outnumbered.append((many, few))
    }
  }

  /// Puts the values in; false where a new name would be something else, or a chosen value no constant.
  private mutating func apply(_ values: Substitution) -> Bool {
    func applied(_ fact: Fact) -> Fact { Fact(fact.predicate, fact.arguments.map(values.apply)) }
    for index in lookups.indices { lookups[index].fact = applied(lookups[index].fact) }
    for index in absences.indices { absences[index].fact = applied(absences[index].fact) }
    different = different.map { (values.apply($0), values.apply($1)) }
    honest = honest.map(values.apply)
    dishonest = dishonest.map(values.apply)
    received = received.map(values.apply)
    inserted = inserted.map(applied)
    learned = learned.map(values.apply)
    outnumbered = outnumbered.map { (applied($0.many), applied($0.few)) }
    var made: [Int] = []
    for register in fresh {
      guard case .variable(let other) = values.value(.variable(register)), !made.contains(other) else { return false }
      made.append(other)
    }
    fresh = made
    var kept: [Int] = []
    for register in chosen {
      switch values.value(.variable(register)) {
      case .variable(let other): if !kept.contains(other) { kept.append(other) }
      case .apply(_, let arguments): if !arguments.isEmpty { return false }
      }
    }
    chosen = kept
    return true
  }

  // MARK: Variables

  /// The registers in the terms, each once, in their order.
  static func variables(_ terms: [Term]) -> [Int] {
    var found: [Int] = []
    for term in terms { term.forEachVariable { if !found.contains($0) { found.append($0) } } }
    return found
  }

  /// The registers that rows, events and the attacker give values to.
  var given: Set<Int> { Set(FlatRule.variables(lookups.flatMap(\.fact.arguments) + received)) }

  /// The registers whose value the attacker alone decides.
  var sent: [Int] {
    let others = Set(FlatRule.variables(lookups.flatMap(\.fact.arguments)) + fresh + chosen)
    return FlatRule.variables(received).filter { !others.contains($0) }
  }

  /// The first register that something is made or tested with and that has no value.
  var undetermined: Int? {
    let known = given.union(fresh).union(chosen)
    var used = FlatRule.variables(inserted.flatMap(\.arguments) + learned + different.flatMap { [$0, $1] } + honest + dishonest)
    for absence in absences { used += FlatRule.variables(absence.fact.arguments).filter { !absence.universal.contains($0) } }
    return used.first { !known.contains($0) }
  }

  /// - Parameter target: the tool that it is for.
  func checkDetermined(_ target: String) throws(ExportFailure) {
    guard let register = undetermined else { return }
    throw ExportFailure("`\(name)` cannot be exported to \(target): nothing determines the value of `\(registers[register].name)`")
  }
}
