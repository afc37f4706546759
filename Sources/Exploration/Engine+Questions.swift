import Compiler

/// Asks the queries of properties and witnesses of the loaded state.
extension Engine {
  /// Whether a query succeeds in the loaded state.
  func ask(_ query: Int) -> Bool { ask(query, of: questions) }

  func ask(_ query: Int, of questions: CompiledRules) -> Bool {
    guard questions.rules[query].needs.isSubset(of: present) else { return false }
    compiled = questions
    purpose = .question
    found = false
    ruleIndex = query
    start(questions.rules[query])
    compiled = rules
    purpose = .successor
    return found
  }

  /// Takes events out of the state that no question can use any more.
  ///
  /// An event that occurs only as the one `when` event of queries has done its work once the queries were asked of this state, unless
  /// what is missing is the attacker's knowledge, which grows. (`missing` only becomes harder to satisfy with more facts; names and
  /// constants do not change; a variable that a later step binds has been asked about here for all its values.)
  func forgetEvents() {
    guard reductions.forget else { return }
    for fact in staticFacts..<factStarts.count {
      let predicate = Int(factCells[Int(factStarts[fact])])
      guard readers.isOnlyAsked[predicate] else { continue }
      var isNeeded = false
      for query in readers.receivingQueries[predicate] where !isNeeded {
        compiled = questions
        purpose = .relevance
        found = false
        pinned = fact
        start(questions.rules[query])
        pinned = -1
        isNeeded = found
      }
      compiled = rules
      purpose = .successor
      if !isNeeded { alive[fact] = 0 }
    }
    compact()
  }

  /// Whether the query succeeds in the loaded state of a chain and did not where the chain stood before its last decision.
  ///
  /// **Claim.** If neither that decision nor a step that ran at once after it has made a fact of a kind that the query looks up, or taught
  /// the attacker anything that helps to derive what it asks for, or taken a fact that it wants to be absent, the answer is what it was.
  ///
  /// **Proof sketch.** All that the steps have done then is to narrow variables, to add disequalities, and to take facts away whose absence
  /// nobody tests. Each instance of the state in which the query succeeds is one of the state before with more facts. ∎
  func askAnew(_ query: Int) -> Bool { hasNews(for: query) && ask(query) }

  private func hasNews(for query: Int) -> Bool {
    let question = newsForQuestions[query]
    let lookups = questions.rules[query].needs
    let last = gain.header.bit
    if last == 0 || gain.header.isCertain || question.counts { return true }
    for fact in staticFacts..<factStarts.count where gain.facts[fact] == last {
      if lookups.contains(Int(factCells[Int(factStarts[fact])])) { return true }
    }
    guard !question.receivedSorts.isEmpty else { return false }
    for index in 0..<workspace.knowledge.count where gain.known[index] == last {
      let sort = contributingSort(of: workspace.knowledge[index])
      if question.receivedSorts.contains(where: { contributions.helps(sort, toDerive: $0) }) { return true }
    }
    return false
  }
}

/// What can change a query's answer from no to yes, beside the facts that it looks up.
struct NewsForQuestion {
  /// Whether it compares numbers of facts.
  var counts: Bool
  /// The sorts of what the attacker has to derive for it.
  var receivedSorts: [Int32]

  init(_ query: Rule, _ system: TransitionSystem) {
    receivedSorts = Deferral.receivedSorts(query, system).map(Int32.init)
    counts = query.instructions.contains { if case .outnumbered = $0 { true } else { false } }
  }
}
