import Terms

@testable import Compiler

/// Systems of a few rules over these kinds of facts, each with two columns: `message`, `row`, `other`, `constant`.
enum Small {
  static let message = 0
  static let row = 1
  static let other = 2
  static let constant = 3

  static let x = Term.variable(0)
  static let y = Term.variable(1)
  static let z = Term.variable(2)

  /// A sort without an end, a finite one with a value that everybody knows, and a name that nobody knows.
  static let symbols: (signature: Signature, infinite: SortID, finite: SortID, value: Term, secret: Term) = {
    var signature = Signature()
    let infinite = signature.addSort("Nonce", values: nil)
    let finite = signature.addSort("Flag", values: [])
    let value = Term.constant(signature.addValue("yes", to: finite))
    let secret = Term.constant(signature.addSymbol("secret", arguments: [], result: infinite, isPublic: false))
    return (signature, infinite, finite, value, secret)
  }()

  static func fact(_ predicate: PredicateID, _ a: Term, _ b: Term) -> Fact { Fact(predicate, [a, b]) }
  static func find(_ predicate: PredicateID, _ a: Term, _ b: Term) -> Instruction { .lookup(fact(predicate, a, b), consumes: false) }
  static func take(_ predicate: PredicateID, _ a: Term, _ b: Term) -> Instruction { .lookup(fact(predicate, a, b), consumes: true) }
  static func insert(_ predicate: PredicateID, _ a: Term, _ b: Term) -> Instruction { .insert(fact(predicate, a, b)) }

  static func rule(_ instructions: [Instruction], finite: Bool = false) -> Rule {
    let register = Register(name: "x", sort: finite ? symbols.finite : symbols.infinite, isOptional: false)
    return Rule(name: "rule", registers: [register, register, register], instructions: instructions, narration: [], file: "", line: 0)
  }

  static func system(_ rules: [Instruction]..., query: [Instruction] = [], initial: [Fact] = [], finite: Bool = false) -> TransitionSystem {
    TransitionSystem(
      title: "", signature: symbols.signature,
      predicates: ["message", "row", "other", "constant"].map { Predicate(name: $0, kind: .table, columns: [symbols.infinite, symbols.infinite]) },
      budgets: [Budget(name: "b", count: 1), Budget(name: "c", count: 1)], rules: rules.map { rule($0, finite: finite) }, openings: [],
      properties: query.isEmpty ? [] : [Property(name: "p", text: "", queries: [rule(query)])], witnesses: [], initialFacts: initial, initialKnowledge: [])
  }

  /// What starts the first rule.
  static func trigger(_ rules: [Instruction]..., query: [Instruction] = [], initial: [Fact] = [], finite: Bool = false) -> Monotonicity.Trigger {
    var system = system(query: query, initial: initial, finite: finite)
    system.rules = rules.map { rule($0, finite: finite) }
    return Monotonicity(system).triggers[0]
  }
}
