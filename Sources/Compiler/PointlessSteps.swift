import Terms

extension TransitionSystem {
  /// The same system, without rules whose steps answer all questions no for good.
  ///
  /// **Claim.** A question is answered yes in the one system if and only if it is in the other, after as many steps.
  ///
  /// **Proof sketch.** A step of such a rule makes a fact that nobody ever takes away, and that each question which can still be answered yes, as
  /// far as is known of all reachable states (`FactShapes`), wants to be absent. So no state behind it answers any. Without these steps less can
  /// be reached, so more rules may turn out to be such. ∎
  ///
  /// - Parameter monotonicity: that of this system, or of one with more questions.
  public func withoutPointlessSteps(_ monotonicity: Monotonicity) -> TransitionSystem {
    var system = self
    while true {
      let shapes = FactShapes(system)
      let open = system.queries.compactMap { query -> (Rule, Substitution)? in
        guard let substitution = shapes.narrow(query)?.substitution, query.isPossible(substitution, signature) else { return nil }
        return (query, substitution)
      }
      let pointless = system.rules.indices.filter { index in
        guard let substitution = shapes.ofRules[index]?.substitution, system.rules[index].isPossible(substitution, signature) else { return false }
        return system.rules[index].instructions.contains { instruction in
          guard case .insert(let fact) = instruction, !monotonicity.isConsumed[fact.predicate] else { return false }
          let made = Fact(fact.predicate, fact.arguments.map(substitution.apply))
          // What is new has no value yet, so it counts as open.
          return made.arguments.allSatisfy(\.isGround) && open.allSatisfy { Relevance.isRuledOut($0, $1, by: [made]) }
        }
      }
      if open.isEmpty || pointless.isEmpty { return system }
      let none = Term.constant(Signature.none)
      for index in pointless { system.rules[index].instructions = [.different(none, none)] }
    }
  }
}
