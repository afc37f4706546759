import Terms
import Testing

/// Random terms over a constant, a function of one and one of two arguments.
private struct RandomTerms {
  var state: UInt64
  /// Knuth's linear congruential generator: the upper bits are random enough here.
  private mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
  mutating func term(_ variables: Int, depth: Int = 3) -> Term {
    switch next() % (depth == 0 ? 2 : 5) {
    case 0: .constant(0)
    case 1: .variable(Int(next() % UInt64(variables)))
    case 2: .apply(1, [term(variables, depth: depth - 1)])
    default: .apply(2, [term(variables, depth: depth - 1), term(variables, depth: depth - 1)])
    }
  }
}

/// Whether `term` is `pattern` with terms for its variables; `values` collects them.
private func isInstance(_ term: Term, of pattern: Term, _ values: inout [Int: Term]) -> Bool {
  switch (pattern, term) {
  case (.variable(let index), _):
    if let value = values[index] { return value == term }
    values[index] = term
    return true
  case (.apply(let f, let left), .apply(let g, let right)):
    guard f == g else { return false }
    for (a, b) in zip(left, right) where !isInstance(b, of: a, &values) { return false }
    return true
  default: return false
  }
}

private func isInstance(_ terms: [Term], of patterns: [Term]) -> Bool {
  var values: [Int: Term] = [:]
  return zip(patterns, terms).allSatisfy { isInstance($1, of: $0, &values) }
}

@Suite("Substitutions")
struct SubstitutionTests {
  @Test("A unifier makes the terms equal, and says of a variable nothing that a second pass would change")
  func unifier() {
    var terms = RandomTerms(state: 1)
    var unified = 0
    for _ in 0..<2_000 {
      let (a, b) = (terms.term(4), terms.term(4))
      var substitution = Substitution()
      guard substitution.unify(a, b) else { continue }
      unified += 1
      #expect(substitution.apply(a) == substitution.apply(b))
      #expect(substitution.apply(substitution.apply(a)) == substitution.apply(a))
    }
    #expect(unified > 200 && unified < 1_800)
  }

  @Test("A unifier is found where there is one: an instance unifies with its pattern, and the unifier is no more special than that")
  func mostGeneral() {
    var terms = RandomTerms(state: 2)
    for _ in 0..<1_000 {
      let pattern = terms.term(3)
      let values = (0..<3).map { _ in terms.term(1, depth: 2).map { _ in .constant(0) } }
      let instance = pattern.map { values[$0] }
      var substitution = Substitution()
      let isUnified = substitution.unify(pattern, instance)
      #expect(isUnified)
      #expect(isInstance([instance], of: [substitution.apply(pattern)]))
    }
  }

  @Test("A variable is not unified with a term that holds it")
  func occurs() {
    var substitution = Substitution()
    let (first, second) = (substitution.unify(.variable(0), .apply(1, [.variable(1)])), substitution.unify(.variable(1), .apply(1, [.variable(0)])))
    #expect(first && !second)
  }

  @Test("Variables are counted and shifted")
  func variables() {
    #expect([Term.constant(0)].variableCount == 0)
    #expect([Term.apply(2, [.variable(4), .variable(1)]), .variable(2)].variableCount == 5)
    #expect(Term.apply(1, [.variable(2)]).shifted(by: 3) == .apply(1, [.variable(5)]))
  }
}

@Suite("Generalizations")
struct GeneralizationTests {
  @Test("Both terms are instances of what they have in common, and of nothing more special that is tried")
  func leastGeneral() {
    var terms = RandomTerms(state: 3)
    for _ in 0..<1_000 {
      let (first, second) = ([terms.term(2), terms.term(2)], [terms.term(2), terms.term(2)])
      let common = Generalization.of(first, second)
      #expect(isInstance(first, of: common))
      #expect(isInstance(second, of: common))
      let other = [terms.term(3, depth: 1), terms.term(3, depth: 1)]
      if isInstance(first, of: other) && isInstance(second, of: other) { #expect(isInstance(common, of: other)) }
    }
  }

  @Test("A term has itself in common with itself, up to the numbers of variables, and a pair of subterms is one variable wherever it occurs")
  func sameVariable() {
    let term = Term.apply(2, [.variable(7), .apply(1, [.variable(3)])])
    #expect(Generalization.of([term], [term]) == [.apply(2, [.variable(0), .apply(1, [.variable(1)])])])
    let (a, b) = (Term.constant(0), Term.apply(1, [.constant(0)]))
    #expect(Generalization.of([a, a, b], [b, b, a]) == [.variable(0), .variable(0), .variable(1)])
  }
}
