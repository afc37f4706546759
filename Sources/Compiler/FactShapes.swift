import Terms

/// For each kind of fact, a pattern that all facts of the kind match in every reachable state: what all rules that insert it have in
/// common (an abstract interpretation by least general generalizations).
///
/// It ends, since a pattern is only ever replaced by a more general one. A kind of fact without a pattern never occurs.
public struct FactShapes: Sendable {
  public private(set) var patterns: [[Term]?]

  public init(_ system: TransitionSystem) {
    patterns = Array(repeating: nil, count: system.predicates.count)
    for fact in system.initialFacts { _ = widen(fact.predicate, fact.arguments) }
    var changed = true
    while changed {
      changed = false
      for rule in system.rules {
        guard let substitution = narrow(rule, Substitution(), from: rule.registers.count) else { continue }
        for case .insert(let fact) in rule.instructions where widen(fact.predicate, fact.arguments.map(substitution.apply)) { changed = true }
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

  /// What the rule's look-ups and tests say of its registers, beyond what `start` says; nil where it can never run.
  ///
  /// - Parameters:
  ///   - except: an instruction that is not looked at, since `start` says what it found.
  ///   - first: the first number that no variable of the rule or of `start` has.
  func narrow(_ rule: Rule, _ start: Substitution, except: Int = -1, from first: Int) -> Substitution? {
    narrowed(rule, start, except: except, from: first)?.substitution
  }

  /// The same for a rule of which nothing more is known, and the first number that no variable has.
  func narrowed(_ rule: Rule) -> (substitution: Substitution, firstFree: Int)? { narrowed(rule, Substitution(), except: -1, from: rule.registers.count) }

  private func narrowed(_ rule: Rule, _ start: Substitution, except: Int, from first: Int) -> (substitution: Substitution, firstFree: Int)? {
    var substitution = start
    var next = first
    for (index, instruction) in rule.instructions.enumerated() where index != except {
      switch instruction {
      case .lookup(let fact, _):
        guard let pattern = patterns[fact.predicate] else { return nil }
        if !substitution.unify(fact.arguments, pattern.map { $0.shifted(by: next) }) { return nil }
        next += pattern.variableCount
      case .equal(let a, let b): if !substitution.unify(a, b) { return nil }
      default: break
      }
    }
    return (substitution, next)
  }
}
