import Deduction

/// Facts that are there for good, and what they leave to ask.
///
/// **Claim.** Let a state have facts that nobody ever takes away, and let some questions want one of these to be absent. What makes no difference
/// to the other questions (`Relevance`) can be left out of the state.
///
/// **Proof sketch.** Whatever follows has these facts too, so these questions are answered no in all of it. The state is the first one of runs in
/// which they might as well not be asked. ∎
extension Engine {
  /// Finds out in which situation the loaded state is.
  func findSituation() {
    loadedSituation = presentSituation()
    readers.situation = loadedSituation
  }

  /// After a step: whether the situation is another one than that of the loaded state.
  func findNewSituation() -> Bool {
    readers.situation = loadedSituation
    let first = min(before.facts, factStarts.count)
    guard (first..<factStarts.count).contains(where: { readers.rulesOut[Int(factCells[Int(factStarts[$0])])] }) else { return false }
    readers.situation = presentSituation()
    return readers.situation != loadedSituation
  }

  private func presentSituation() -> Int {
    guard reductions.useful && hasRulingFacts else { return 0 }
    scratch.ruling.removeAll()
    for fact in staticFacts..<factStarts.count where alive[fact] == 1 && readers.rulesOut[Int(factCells[Int(factStarts[fact])])] { writeRuling(fact) }
    // Most states are in the situation of the one before.
    if scratch.ruling.count == scratch.lastRuling.count && (0..<scratch.ruling.count).allSatisfy({ scratch.ruling[$0] == scratch.lastRuling[$0] }) {
      return lastSituation
    }
    scratch.lastRuling.copy(scratch.ruling)
    var facts: [[Int32]] = []
    for index in 0..<scratch.ruling.count {
      if scratch.ruling[index] == -1 { facts.append([]) } else { facts[facts.count - 1].append(scratch.ruling[index]) }
    }
    lastSituation = readers.situation(with: facts, workspace)
    return lastSituation
  }

  /// Writes the fact behind a -1, if it has no names and variables.
  private func writeRuling(_ fact: Int) {
    let (start, count) = (Int(factStarts[fact]), scratch.ruling.count)
    scratch.ruling.append(-1)
    scratch.ruling.append(factCells[start])
    for column in 0..<Int(predicateArity[Int(factCells[start])]) where !writeNameless(factCells[start + 1 + column]) {
      scratch.ruling.truncate(to: count)
      return
    }
  }

  private func writeNameless(_ term: TermID) -> Bool {
    let term = workspace.value(term)
    guard term >= 0 && !workspace.isName(term) else { return false }
    let symbol = workspace.symbol(of: term)
    scratch.ruling.append(Int32(symbol))
    return (0..<Int(workspace.arity[symbol])).allSatisfy { writeNameless(workspace.argument($0, of: term)) }
  }
}
