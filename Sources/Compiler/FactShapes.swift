import Terms

/// For each kind of fact, a pattern that all facts of the kind match in every reachable state: what all rules that insert it have in
/// common (an abstract interpretation by least general generalizations).
///
/// It ends, since a pattern is only ever replaced by a more general one. A kind of fact without a pattern never occurs.
public struct FactShapes: Sendable {
  public private(set) var patterns: [[Term]?]
  /// What the look-ups and tests of each rule say of its registers; nil where it can never run.
  private(set) var ofRules: [Narrowing?]

  /// What is known of a rule's registers.
  struct Narrowing: Sendable {
    var substitution: Substitution
    /// The first number that no variable has.
    var firstFree: Int
  }

  public init(_ system: TransitionSystem) {
    patterns = Array(repeating: nil, count: system.predicates.count)
    ofRules = system.rules.map { _ in nil }
    for fact in system.initialFacts { _ = widen(fact.predicate, fact.arguments) }
    var readers: [[Int]] = system.predicates.map { _ in [] }
    for (index, rule) in system.rules.enumerated() {
      for case .lookup(let fact, _) in rule.instructions { readers[fact.predicate].append(index) }
    }
    // A rule is looked at again where a kind of fact that it looks up has become more general.
    var isStale = system.rules.map { _ in true }
    while isStale.contains(true) {
      for (index, rule) in system.rules.enumerated() where isStale[index] {
        isStale[index] = false
        ofRules[index] = narrow(rule)
        guard let substitution = ofRules[index]?.substitution else { continue }
        for case .insert(let fact) in rule.instructions where widen(fact.predicate, fact.arguments.map(substitution.apply)) {
          for reader in readers[fact.predicate] { isStale[reader] = true }
        }
      }
    }
  }

  private mutating func widen(_ predicate: PredicateID, _ arguments: [Term]) -> Bool {
    let old = patterns[predicate]
    // Generalizing with itself numbers the variables anew.
    let new = Generalization.of(old ?? arguments, arguments)
    patterns[predicate] = new
    return new != old
  }

  /// What its look-ups and tests say of the registers of a rule or question of which nothing more is known; nil where it can never run.
  func narrow(_ rule: Rule) -> Narrowing? { narrow(rule, Substitution(), from: rule.registers.count) }

  /// What the rule's look-ups and tests say of its registers, beyond what `start` says; nil where it can never run.
  ///
  /// - Parameters:
  ///   - except: an instruction that is not looked at, since `start` says what it found.
  ///   - first: the first number that no variable of the rule or of `start` has.
  func narrow(_ rule: Rule, _ start: Substitution, except: Int = -1, from first: Int) -> Narrowing? {
    var narrowing = Narrowing(substitution: start, firstFree: first)
    for (index, instruction) in rule.instructions.enumerated() where index != except {
      switch instruction {
      case .lookup(let fact, _):
        guard let pattern = patterns[fact.predicate] else { return nil }
        if !narrowing.substitution.unify(fact.arguments, pattern.map { $0.shifted(by: narrowing.firstFree) }) { return nil }
        narrowing.firstFree += pattern.variableCount
      case .equal(let a, let b): if !narrowing.substitution.unify(a, b) { return nil }
      default: break
      }
    }
    return narrowing
  }
}
