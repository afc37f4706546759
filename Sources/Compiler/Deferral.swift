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
/// question: without it the run would be shorter. Two neighbours of which the second does not use the first can also be put in any one
/// order of rules (``order``): the one that has come first then knows what the other has taught, and is possible all the more. ∎
///
/// A step whose product is used at once by monotone steps takes these along.
///
/// **What a step uses** of knowledge: what it could not have derived without it, as far as the messages that it receives are determined; and
/// what may still go into a variable that it leaves open and that the state after it mentions, by the variable's sort (`Contributions`). A
/// variable that nothing mentions can be anything new. What opens a message that is learned counts by its sort.
public struct Deferral: Sendable {
  /// For each rule.
  public var isDeferrable: [Bool]
  /// For each rule: the sorts of what the attacker has to derive for a step, or to open what it learns there.
  public var receivedSorts: [[SortID]]
  /// For each rule: the sorts of what opens messages like those that a step teaches.
  public var openingSorts: [[SortID]]
  /// For each rule its place among neighbours that do not use each other.
  public var order: [Int]

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
    receivedSorts = system.rules.map { Deferral.receivedSorts($0, system) }
    openingSorts = system.rules.map { Deferral.openingSorts($0, system) }
    // Any order would do. What passes on a message of any sort may use whatever was taught before it: so it comes last.
    let passesOn = system.rules.map(Deferral.passesOnAnything)
    let sorted = system.rules.indices.sorted { (passesOn[$0] ? 1 : 0, $0) < (passesOn[$1] ? 1 : 0, $1) }
    order = sorted.indices.reduce(into: Array(repeating: 0, count: sorted.count)) { $0[sorted[$1]] = $1 }
  }

  /// The sorts of what the attacker has to derive for a step of the rule, or to open what it learns there.
  public static func receivedSorts(_ rule: Rule, _ system: TransitionSystem) -> [SortID] {
    var sorts: Set<SortID> = []
    for instruction in rule.instructions {
      switch instruction {
      case .receive(let term): sorts.formUnion(Deferral.sorts(in: term, rule.registers, system.signature))
      default: break
      }
    }
    return sorts.union(openingSorts(rule, system)).sorted()
  }

  /// What is learned may have to be opened with what is known: that is a use of the key.
  private static func openingSorts(_ rule: Rule, _ system: TransitionSystem) -> [SortID] {
    var sorts: Set<SortID> = []
    for case .learn(let term) in rule.instructions {
      let learned = Deferral.sorts(in: term, rule.registers, system.signature)
      for opening in system.openings where learned.contains(where: { system.signature.canHold($0, opening) }) {
        for need in opening.needs { sorts.formUnion(Deferral.sorts(in: need, opening.registers, system.signature)) }
      }
    }
    return sorts.sorted()
  }

  /// Whether a message of any sort that the rule receives goes into a fact.
  private static func passesOnAnything(_ rule: Rule) -> Bool {
    var received: Set<Int> = []
    for case .receive(let term) in rule.instructions {
      term.forEachVariable { if rule.registers[$0].sort == Signature.message { received.insert($0) } }
    }
    var isPassedOn = false
    for case .insert(let fact) in rule.instructions {
      for term in fact.arguments { term.forEachVariable { if received.contains($0) { isPassedOn = true } } }
    }
    return isPassedOn
  }

  /// The sort of a term.
  public static func sort(of term: Term, _ registers: [Register], _ signature: Signature) -> SortID {
    switch term {
    case .variable(let register): registers[register].sort
    case .apply(let symbol, _): signature.symbols[symbol].result
    }
  }

  /// The sorts of a term and of its parts, but for constants that everybody knows.
  public static func sorts(in term: Term, _ registers: [Register], _ signature: Signature) -> [SortID] {
    switch term {
    case .variable(let register): return [registers[register].sort]
    case .apply(let symbol, let arguments):
      if arguments.isEmpty && signature.symbols[symbol].isPublic { return [] }
      return [signature.symbols[symbol].result] + arguments.flatMap { sorts(in: $0, registers, signature) }
    }
  }
}

extension Signature {
  /// Whether a term of the sort can be one that the opening takes apart.
  public func canHold(_ sort: SortID, _ opening: Opening) -> Bool {
    guard sort != Signature.message, case .apply(let symbol, _) = opening.pattern else { return true }
    let result = symbols[symbol].result
    return result == Signature.message || sorts[sort].sortClass == sorts[result].sortClass
  }
}
