import Compiler
import Deduction
import Terms

/// Injective correspondence: questions that compare how many facts there are.
extension Engine {
  /// Chooses which facts of `few` agree with the registers (the others then do not), and finds more of `many` that do.
  func outnumbered(_ operation: Operation, _ position: Int) -> Bool {
    var fewFacts: [Int] = []
    var manyFacts: [Int] = []
    for fact in 0..<factStarts.count where alive[fact] == 1 {
      if factCells[Int(factStarts[fact])] == operation.otherOperand { fewFacts.append(fact) }
      if factCells[Int(factStarts[fact])] == operation.operand { manyFacts.append(fact) }
    }
    return chooseFew(operation, fewFacts[...], manyFacts, 0, position)
  }

  private func columns(_ first: Int32, _ fact: Int) -> [(TermID, TermID)] {
    var terms: [(TermID, TermID)] = []
    for column in 0..<Int(predicateArity[Int(factCells[Int(factStarts[fact])])]) {
      let code = codes[Int(first) + column]
      if code >= 0 { terms.append((workspace.instantiate(at: code, base), factCells[Int(factStarts[fact]) + 1 + column])) }
    }
    return terms
  }

  private func chooseFew(_ operation: Operation, _ few: ArraySlice<Int>, _ many: [Int], _ count: Int, _ position: Int) -> Bool {
    guard let fact = few.first else { return chooseMany(operation, many[...], count, 0, position) }
    let terms = columns(operation.otherFirst, fact)
    let mark = workspace.trail.count
    let goals = workspace.goals.count
    var goOn = true
    if terms.allSatisfy({ workspace.unify($0.0, $0.1) }) {
      _ = workspace.pushGoals(since: mark)
      goOn = chooseFew(operation, few.dropFirst(), many, count + 1, position)
    }
    workspace.goals.truncate(to: goals)
    workspace.undo(to: mark)
    guard goOn else { return false }
    let (pairs, starts) = (disequalities.count, disequalityStarts.count)
    if store(terms) != .never { goOn = chooseFew(operation, few.dropFirst(), many, count, position) }
    disequalities.truncate(to: pairs)
    disequalityStarts.truncate(to: starts)
    return goOn
  }

  private func chooseMany(_ operation: Operation, _ many: ArraySlice<Int>, _ few: Int, _ count: Int, _ position: Int) -> Bool {
    if count > few { return execute(position + 1) }
    guard let fact = many.first, count + many.count > few else { return true }
    let terms = columns(operation.first, fact)
    let mark = workspace.trail.count
    let goals = workspace.goals.count
    var goOn = true
    var isAgreed = false
    if terms.allSatisfy({ workspace.unify($0.0, $0.1) }) {
      // What agrees as things stand need not be left out: else each subset of such facts would be looked at.
      isAgreed = workspace.trail.count == mark
      _ = workspace.pushGoals(since: mark)
      goOn = chooseMany(operation, many.dropFirst(), few, count + 1, position)
    }
    workspace.goals.truncate(to: goals)
    workspace.undo(to: mark)
    return goOn && !isAgreed ? chooseMany(operation, many.dropFirst(), few, count, position) : goOn
  }
}
