/// The states that differ from one another by more than the numbers of their names.
struct StateKey: Hashable {
  var facts: [GroundFact]
  var knowledge: [GroundTerm]
  var budgets: [Int]

  /// Numbers the names in the order in which they occur, once the facts are sorted without regard to numbers. Renaming loses nothing, so
  /// equal keys mean equal states; some equal states may still get different keys.
  init(_ state: GroundState) {
    budgets = state.budgets
    facts = state.facts
    knowledge = state.knowledge.sorted()
    guard state.nextName > 0 else { return }
    func blank(_ fact: GroundFact) -> GroundFact { GroundFact(fact.predicate, fact.arguments.map { $0.renamed { _ in 0 } }) }
    let blankFacts = facts.map { (blank($0), $0) }.sorted { $0.0 == $1.0 ? $0.1 < $1.1 : $0.0 < $1.0 }
    let blankTerms = knowledge.map { ($0.renamed { _ in 0 }, $0) }.sorted { $0.0 == $1.0 ? $0.1 < $1.1 : $0.0 < $1.0 }
    var numbers: [Int: Int] = [:]
    func number(_ old: Int) -> Int {
      if let known = numbers[old] { return known }
      numbers[old] = numbers.count
      return numbers.count - 1
    }
    facts = blankFacts.map { GroundFact($0.1.predicate, $0.1.arguments.map { $0.renamed(number) }) }.sorted()
    knowledge = blankTerms.map { $0.1.renamed(number) }.sorted()
  }
}
