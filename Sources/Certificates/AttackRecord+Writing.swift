import Compiler
import Terms
import Verification

extension AttackRecord {
  /// The record of an attack. The trace must be one of the system's.
  public init(_ trace: CertifiedTrace, in system: TransitionSystem) {
    var table = TermTable(system)
    steps = trace.steps.map { step in
      // Derivations first: where a term occurs first, it is told how the attacker comes by it.
      let derivation = step.derivation.map { table.derivation($0) }
      return Step(
        rule: table.vocabulary.rules[step.step.rule], values: step.step.values.map { $0.map { table.number($0) } }, derivation: derivation,
        received: step.effects.received.map { table.number($0) }, taken: step.effects.taken.map { table.fact($0) },
        inserted: step.effects.inserted.map { table.fact($0) }, learned: step.effects.learned.map { table.number($0) })
    }
    let end = trace.violation
    violation = Violation(
      query: end.query, values: end.values.map { $0.map { table.number($0) } }, derivation: end.derivation.map { table.derivation($0) },
      received: end.received.map { table.number($0) })
    terms = table.terms
    property = system.properties[trace.property].name
    sentence = system.properties[trace.property].text
    decisions = trace.decisions
  }
}

/// The terms of a record in the making.
struct TermTable {
  let vocabulary: Vocabulary
  private(set) var terms: [AttackRecord.Term] = []
  private var numbers: [GroundTerm: Int] = [:]

  init(_ system: TransitionSystem) { vocabulary = Vocabulary(system) }

  /// The term's place in the table; it is added if it is not there.
  mutating func number(_ term: GroundTerm) -> Int {
    if let known = numbers[term] { return known }
    var record = AttackRecord.Term()
    switch term {
    case .name(_, let sort): record.name = vocabulary.sorts[sort]
    case .own(_, let sort): record.own = vocabulary.sorts[sort]
    case .apply(let symbol, let arguments):
      record.symbol = vocabulary.symbols[symbol]
      if !arguments.isEmpty { record.arguments = arguments.map { number($0) } }
    }
    numbers[term] = terms.count
    terms.append(record)
    return terms.count - 1
  }

  mutating func fact(_ fact: GroundFact) -> AttackRecord.Fact {
    AttackRecord.Fact(predicate: vocabulary.predicates[fact.predicate], arguments: fact.arguments.map { number($0) })
  }

  mutating func derivation(_ step: DerivationStep) -> AttackRecord.Derivation {
    let term = number(step.conclusion)
    switch step {
    case .told: return AttackRecord.Derivation(rule: .told, term: term)
    case .own: return AttackRecord.Derivation(rule: .own, term: term)
    case .composed: return AttackRecord.Derivation(rule: .compose, term: term)
    case .takenApart(_, let argument, let whole):
      return AttackRecord.Derivation(rule: .takeApart, term: term, from: number(whole), argument: argument)
    case .opened(_, let opening, let message, let keys):
      return AttackRecord.Derivation(rule: .open, term: term, from: number(message), opening: opening, keys: keys.map { number($0) })
    }
  }
}
