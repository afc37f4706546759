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
  /// For each loaded fact and known term, which step of the chain made it, as a bit; 0: it was there before. Those behind them were added
  /// by the present step.
  var facts = Words()
  var known = Words()
  /// Whether the successor has to be kept for another reason: something was taken that is tested for absence.
  var isCertain = false
  /// The bit of the last decision; 0 where the chain begins.
  var bit: Int32 = 0
  /// The rule of the last decision, and which decisions have made something that is still unused: see `Deferral`.
  var rule: Int32 = -1
  var open: Int32 = 0
  /// Kinds of facts that the chain may have made useless: see ``Engine/dropDeadFacts()``.
  var doubtful = PredicateSet()

  func deallocate() {
    facts.deallocate()
    known.deallocate()
  }

  mutating func clear() {
    facts.truncate(to: 0)
    known.truncate(to: 0)
    isCertain = false
    bit = 0
    rule = -1
    open = 0
    doubtful = PredicateSet()
  }

  func maker(ofFact fact: Int) -> Int32 { fact >= facts.count ? bit : facts[fact] }
  func maker(ofKnown index: Int) -> Int32 { index >= known.count ? bit : known[index] }

  static let headerLength = 6
}

extension Engine {
  /// Reads who made which of the loaded facts and known terms; without news all of them were there before.
  func loadNews(_ news: UnsafeBufferPointer<Int32>?) {
    gain.clear()
    let facts = factStarts.count - staticFacts
    if let news {
      gain.isCertain = news[0] == 1
      gain.bit = news[1]
      gain.rule = news[2]
      gain.open = news[3]
      gain.doubtful = PredicateSet(news[4], news[5])
    }
    for _ in 0..<staticFacts { gain.facts.append(0) }
    for index in 0..<facts { gain.facts.append(news.map { $0[Gain.headerLength + index] } ?? 0) }
    for index in 0..<workspace.knowledge.count { gain.known.append(news.map { $0[Gain.headerLength + facts + index] } ?? 0) }
  }

  func writeNewsHeader() {
    news.append(gain.isCertain ? 1 : 0)
    news.append(gain.bit)
    news.append(gain.rule)
    news.append(gain.open)
    news.append(gain.doubtful.words.0)
    news.append(gain.doubtful.words.1)
  }

  /// Whether the items that are left of the state, as they were last written, hold anything new that is good for something.
  func hasGain() -> Bool {
    if gain.isCertain { return true }
    for item in 0..<scratch.firstKnown where scratch.makers[item] == gain.bit && !scratch.dropped[item] {
      let predicate = Int(scratch.head(item))
      guard readers.isLookedUp[predicate] else { continue }
      if monotonicity.isConsumedOrCounted[predicate] { return true }
      if !(0..<scratch.firstKnown).contains(where: { scratch.makers[$0] != gain.bit && !scratch.dropped[$0] && compare($0, item) == 0 }) { return true }
    }
    return (scratch.firstKnown..<scratch.firstDifferent).contains { scratch.makers[$0] == gain.bit && !scratch.dropped[$0] }
  }

  /// The same for a state that was loaded with its news.
  func hasLoadedGain() -> Bool {
    if gain.isCertain { return true }
    for fact in staticFacts..<factStarts.count where gain.facts[fact] == gain.bit && readers.isLookedUp[Int(factCells[Int(factStarts[fact])])] {
      return true
    }
    for index in 0..<workspace.knowledge.count where gain.known[index] == gain.bit { return true }
    return false
  }

  // MARK: Deferral

  /// Which of the open steps the present one uses.
  func usedSteps() -> Int32 {
    var used = usedFacts & gain.open
    guard !deferral.receivedSorts[ruleIndex].isEmpty else { return used }
    for index in 0..<gain.known.count where gain.known[index] & gain.open & ~used != 0 {
      let sort = sortForContribution(workspace.knowledge[index])
      for received in deferral.receivedSorts[ruleIndex] where contributions.helps(sort, toDerive: Int32(received)) {
        used |= gain.known[index] & gain.open
        break
      }
    }
    return used
  }

  /// The sort of a known term, or that of all messages where it can be opened.
  private func sortForContribution(_ term: TermID) -> Int32 {
    let term = workspace.value(term)
    if term >= 0 && !workspace.isName(term) && contributions.isOpenable[workspace.symbol(of: term)] { return 0 }
    return workspace.sort(of: term)
  }

  /// What is unused after the present decision, or nil where it came too early (`Deferral`).
  func openAfterDecision() -> Int32? {
    guard gain.open != 0 else { return 0 }
    let open = gain.open & ~usedSteps()
    if !deferral.isDeferrable[ruleIndex] { return open == 0 ? 0 : nil }
    // Neighbours that do not use each other come in the order of their rules.
    if open & gain.bit != 0 && Int32(ruleIndex) < gain.rule { return nil }
    return open
  }
}
