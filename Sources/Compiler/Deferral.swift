import Terms

/// Which decisions may wait until something uses what they make (partial order reduction for steps that only enable others).
///
/// **Claim.** Let a rule be **deferrable**. From each state it is enough to explore runs in which every step of such a rule is followed by
/// a step that uses what it made (looks up a fact that it inserted, or receives what it taught), with nothing between them but other
/// deferrable steps; or that end there.
///
/// **Proof sketch.** Take a shortest run that violates a property, and in it a deferrable step `d` and the step `s` after it. If `s` uses
/// nothing that `d` made, the two can change places. `s` is possible before `d`: it finds and receives the same, and its tests for absence
/// succeed, since `d` added facts and took away none whose absence anybody tests. `d` is possible after `s`: what it looks up without taking
/// is never taken by anyone, what it takes `s` has not taken, it tests for no absence, and the attacker knows no less. Both orders lead to
/// the same state. So each deferrable step can be moved towards the end until the next step that is not deferrable uses it, directly or
/// through other deferrable steps, or until no such step is left. A shortest run has none whose products nothing uses, not even the
/// question: without it the run would be shorter. Two neighbours of which neither uses the other can also be put in the order of their
/// rules. ∎
///
/// A step whose product is used at once by monotone steps takes these along. What a step receives counts as using all knowledge that can
/// help to derive a term of the sorts of its registers: more than it needs, which is safe.
public struct Deferral: Sendable {
  /// For each rule.
  public var isDeferrable: [Bool]
  /// For each rule: the sorts of the registers in what it receives, and whether it receives any.
  public var receivedSorts: [[SortID]]

  public init(_ system: TransitionSystem, _ monotonicity: Monotonicity) {
    isDeferrable = system.rules.indices.map { index in
      var hasBudget = false
      for instruction in system.rules[index].instructions {
        switch instruction {
        case .spend: hasBudget = true
        case .lookup(let fact, let consumes):
          if consumes ? monotonicity.isTestedForAbsence[fact.predicate] : monotonicity.isConsumed[fact.predicate] { return false }
        case .missing, .outnumbered: return false
        default: break
        }
      }
      // Only what a budget pays for: everything else could be put off for ever.
      return hasBudget && monotonicity.isDecision(index)
    }
    receivedSorts = system.rules.map { rule in
      var registers: Set<Int> = []
      for case .receive(let term) in rule.instructions { term.forEachVariable { registers.insert($0) } }
      var sorts = Set(registers.map { rule.registers[$0].sort })
      for case .receive(let term) in rule.instructions { sorts.formUnion(Deferral.sorts(in: term, system.signature)) }
      return sorts.sorted()
    }
  }

  private static func sorts(in term: Term, _ signature: Signature) -> [SortID] {
    guard case .apply(let symbol, let arguments) = term, !(arguments.isEmpty && signature.symbols[symbol].isPublic) else { return [] }
    return [signature.symbols[symbol].result] + arguments.flatMap { sorts(in: $0, signature) }
  }
}
