import Deduction

/// What a decision, with the steps that run at once after it, has added to a state.
///
/// **Claim.** A successor in which nothing new is left need not be explored, if no step since the decision took away anything whose absence
/// is tested for, and nothing is left of what it inserted but facts that are looked for only by those who want them to be absent.
///
/// **Proof sketch.** Such a successor has fewer facts, no more knowledge, no more left of its budgets, and perhaps narrower variables and more
/// disequalities. Each run from it is a run from the state before the decision too: look-ups and derivations find what they found, and tests
/// for absence are of kinds of facts of which the state before has no more. It violates what the run violated, with fewer decisions. ∎
struct Gain {
  /// For each loaded fact and known term, whether it is new; those behind them were added by the present step.
  var facts = Words()
  var known = Words()
  /// Whether the successor has to be kept for another reason: something was taken that is tested for absence.
  var isCertain = false

  func deallocate() {
    facts.deallocate()
    known.deallocate()
  }

  mutating func clear() {
    facts.truncate(to: 0)
    known.truncate(to: 0)
    isCertain = false
  }

  func isNew(fact: Int) -> Bool { fact >= facts.count || facts[fact] == 1 }
  func isNew(known index: Int) -> Bool { index >= known.count || known[index] == 1 }
}

extension Engine {
  /// Reads which of the loaded facts and known terms are new; without news none is.
  func loadNews(_ news: UnsafeBufferPointer<Int32>?) {
    gain.clear()
    gain.isCertain = news.map { $0[0] == 1 } ?? false
    for fact in 0..<factStarts.count { gain.facts.append(fact < staticFacts ? 0 : news.map { $0[1 + fact - staticFacts] } ?? 0) }
    let facts = factStarts.count - staticFacts
    for index in 0..<workspace.knowledge.count { gain.known.append(news.map { $0[1 + facts + index] } ?? 0) }
  }

  /// Whether the items that are left of the state, as they were last written, hold anything new that is good for something.
  func hasGain() -> Bool {
    if gain.isCertain { return true }
    for item in 0..<scratch.firstKnown where scratch.isNew[item] && !scratch.dropped[item] {
      let predicate = Int(scratch.head(item))
      guard readers.isLookedUp[predicate] else { continue }
      if monotonicity.isConsumedOrCounted[predicate] { return true }
      if !(0..<scratch.firstKnown).contains(where: { !scratch.isNew[$0] && !scratch.dropped[$0] && compare($0, item) == 0 }) { return true }
    }
    return (scratch.firstKnown..<scratch.firstDifferent).contains { scratch.isNew[$0] && !scratch.dropped[$0] }
  }

  /// The same for a state that was loaded with its news.
  func hasLoadedGain() -> Bool {
    if gain.isCertain { return true }
    for fact in staticFacts..<factStarts.count where gain.facts[fact] == 1 && readers.isLookedUp[Int(factCells[Int(factStarts[fact])])] { return true }
    for index in 0..<workspace.knowledge.count where gain.known[index] == 1 { return true }
    return false
  }
}
