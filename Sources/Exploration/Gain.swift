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
  var header = Header()

  /// What the steps since the last stored state have in common.
  struct Header {
    /// Whether the successor has to be kept for another reason: something was taken that is tested for absence.
    var isCertain = false
    /// The bit of the last decision; 0 where the chain begins.
    var bit: Int32 = 0
    /// The rule of the last decision, and which decisions have made something that is still unused: see `Deferral`.
    var rule: Int32 = -1
    var open: Int32 = 0
    /// Kinds of facts that the chain may have made useless: see ``Engine/dropDeadFacts()``.
    var doubtful = PredicateSet()

    static let length = 6
    init() {}

    init(_ news: UnsafeBufferPointer<Int32>) {
      isCertain = news[0] == 1
      bit = news[1]
      rule = news[2]
      open = news[3]
      doubtful = PredicateSet(news[4], news[5])
    }

    func write(to news: inout Words) {
      let start = news.count
      news.extend(by: Header.length)
      overwrite(&news, at: start)
    }

    func overwrite(_ news: inout Words, at start: Int) {
      news[start] = isCertain ? 1 : 0
      news[start + 1] = bit
      news[start + 2] = rule
      news[start + 3] = open
      news[start + 4] = doubtful.words.0
      news[start + 5] = doubtful.words.1
    }
  }

  func deallocate() {
    facts.deallocate()
    known.deallocate()
  }

  mutating func clear() {
    facts.truncate(to: 0)
    known.truncate(to: 0)
    header = Header()
  }

  func maker(ofFact fact: Int) -> Int32 { fact >= facts.count ? header.bit : facts[fact] }
  func maker(ofKnown index: Int) -> Int32 { index >= known.count ? header.bit : known[index] }
}

extension Engine {
  /// Reads who made which of the loaded facts and known terms; without news all of them were there before.
  func loadNews(_ news: UnsafeBufferPointer<Int32>?) {
    gain.clear()
    let facts = factStarts.count - staticFacts
    if let news { gain.header = Gain.Header(news) }
    for _ in 0..<staticFacts { gain.facts.append(0) }
    for index in 0..<facts { gain.facts.append(news.map { $0[Gain.Header.length + index] } ?? 0) }
    for index in 0..<workspace.knowledge.count { gain.known.append(news.map { $0[Gain.Header.length + facts + index] } ?? 0) }
  }

  /// Whether the items that are left of the state, as they were last written, hold anything new that is good for something.
  func hasGain() -> Bool {
    if gain.header.isCertain { return true }
    for item in 0..<scratch.firstKnown where scratch.makers[item] == gain.header.bit && !scratch.dropped[item] {
      let predicate = Int(scratch.head(item))
      guard isLookedUp[predicate] else { continue }
      if monotonicity.isConsumedOrCounted[predicate] { return true }
      if !(0..<scratch.firstKnown).contains(where: { scratch.makers[$0] != gain.header.bit && !scratch.dropped[$0] && compare($0, item) == 0 }) { return true }
    }
    return (scratch.firstKnown..<scratch.firstDifferent).contains { scratch.makers[$0] == gain.header.bit && !scratch.dropped[$0] }
  }

  /// The same for a state that was loaded with its news.
  func hasLoadedGain() -> Bool {
    if gain.header.isCertain { return true }
    for fact in staticFacts..<factStarts.count where gain.facts[fact] == gain.header.bit && isLookedUp[Int(factCells[Int(factStarts[fact])])] {
      return true
    }
    for index in 0..<workspace.knowledge.count where gain.known[index] == gain.header.bit { return true }
    return false
  }

  // MARK: Deferral

  /// Which of the open steps the present one uses.
  func usedSteps() -> Int32 {
    var used = usedFacts & gain.header.open
    guard !deferral.receivedSorts[ruleIndex].isEmpty else { return used }
    listChosenVariables()
    for index in 0..<gain.known.count where gain.known[index] & gain.header.open & ~used != 0 && mayUse(index) {
      used |= gain.known[index] & gain.header.open
    }
    var rest = gain.header.open & ~used
    while rest != 0 {
      let step = rest & -rest
      rest &= rest - 1
      for index in 0..<gain.known.count where gain.known[index] == step { hideKnowledge(index) }
      // Where the knowledge of either of two steps would do, neither is used: this run is also one in which the other comes later.
      if scratch.hidden.count > 0 && !canDeriveMessages() { used |= step }
      showHiddenKnowledge()
    }
    return used
  }

  /// Whether the known term may open what the present step teaches, or may still go into a variable that the step has left open and that
  /// something mentions.
  private func mayUse(_ index: Int) -> Bool {
    let sort = contributingSort(of: workspace.knowledge[index])
    if deferral.openingSorts[ruleIndex].contains(where: { contributions.helps(sort, toDerive: Int32($0)) }) { return true }
    for chosen in 0..<scratch.chosen.count {
      let variable = scratch.chosen[chosen]
      if workspace.learnedIn[index] <= workspace.epochs[variable] && contributions.helps(sort, toDerive: workspace.variableSorts[variable]) { return true }
    }
    return false
  }

  /// Whether what the present step receives can be derived from what is not hidden, as far as it is determined.
  private func canDeriveMessages() -> Bool {
    (rule.first..<rule.end).allSatisfy {
      operations[$0].kind != .receive || workspace.isDerivable(workspace.instantiate(at: code(operations[$0], 0), base), workspace.now)
    }
  }

  /// Lists the variables that the present step has made, and left open, and that something mentions.
  private func listChosenVariables() {
    scratch.chosen.removeAll()
    for fact in before.facts..<factStarts.count {
      let start = Int(factStarts[fact])
      let idle = isIdleColumn.range(of: Int(factCells[start])).lowerBound
      for column in 0..<Int(predicateArity[Int(factCells[start])]) where !(reductions.forget && isIdleColumn[idle + column]) {
        choose(factCells[start + 1 + column])
      }
    }
    for index in before.knowledge..<workspace.knowledge.count { choose(workspace.knowledge[index]) }
    for different in loadedDisequalities..<disequalityStarts.count {
      let start = Int(disequalityStarts[different])
      for side in 0..<2 * Int(disequalities[start]) { choose(disequalities[start + 1 + side]) }
    }
    var index = 0
    while index < workspace.trail.count {
      let variable = workspace.trail[index + 1]
      if Int(variable) < stateVariables { choose(~variable) }
      index += 3
    }
  }

  /// Lists the variables of the term that the present step has made.
  private func choose(_ term: TermID) {
    let term = workspace.value(term)
    if term < 0 {
      let variable = Int(~term)
      let epoch = workspace.epochs[variable]
      if variable >= stateVariables && epoch != universal && epoch != unconstrained { scratch.chosen.append(variable) }
    } else if !workspace.isGround(term) {
      for index in 0..<Int(workspace.arity[workspace.symbol(of: term)]) { choose(workspace.argument(index, of: term)) }
    }
  }

  /// What is unused after the present decision, or nil where it came too early (`Deferral`).
  func openAfterDecision() -> Int32? {
    guard gain.header.open != 0 else { return 0 }
    let open = gain.header.open & ~usedSteps()
    if !deferral.isDeferrable[ruleIndex] { return open == 0 ? 0 : nil }
    // Neighbours that do not use each other come in the order of their rules.
    if open & gain.header.bit != 0 && deferral.order[ruleIndex] < deferral.order[Int(gain.header.rule)] { return nil }
    return open
  }
}
