import Compiler
import Deduction

/// From a state's words to the state.
extension Engine {
  func clear() {
    workspace.undo(to: 0)
    workspace.release(to: baseMark)
    workspace.dropVariables(to: 0)
    workspace.nameSorts.truncate(to: 0)
    workspace.knowledge.truncate(to: 0)
    workspace.learnedIn.truncate(to: 0)
    workspace.goals.truncate(to: 0)
    workspace.now = 0
    factStarts.truncate(to: staticFacts)
    factCells.truncate(to: staticCells)
    alive.truncate(to: staticFacts)
    disequalities.truncate(to: 0)
    disequalityStarts.truncate(to: 0)
    budgets.truncate(to: 0)
    gain.clear()
    stateVariables = 0
    stateNames = 0
    isTooDeep = false
    before = (staticFacts, 0)
    loadedSituation = 0
  }

  /// The words of the initial state.
  func initialState() -> [Int32] {
    clear()
    for fact in system.initialFacts where !monotonicity.isStatic[fact.predicate] { addFact(Int32(fact.predicate), fact.arguments.map(workspace.make)) }
    for term in system.initialKnowledge { workspace.learn(workspace.make(term), 0) }
    for budget in system.budgets { budgets.append(Int32(budget.count)) }
    workspace.now = 0
    workspace.analyse()
    workspace.now = 1
    let start = output.count
    encode(into: &output)
    let words = (start..<output.count).map { output[$0] }
    output.truncate(to: start)
    return words
  }

  /// Reads a state's words (see ``encode(into:ifGain:)`` for the layout).
  func load(_ words: UnsafeBufferPointer<Int32>) {
    clear()
    var position = 5
    let (names, variables, facts, known, different) = (Int(words[0]), Int(words[1]), Int(words[2]), Int(words[3]), Int(words[4]))
    for _ in 0..<names {
      workspace.nameSorts.append(words[position])
      position += 1
    }
    for _ in 0..<variables {
      _ = workspace.newVariable(sort: words[position] >> 1, isOptional: words[position] & 1 == 1, epoch: words[position + 1])
      position += 2
    }
    for _ in 0..<facts {
      let predicate = words[position]
      position += 1
      let start = factCells.count
      factCells.append(predicate)
      // Reading a term may not append to factCells, so the arguments can be written one after the other.
      for _ in 0..<Int(predicateArity[Int(predicate)]) { factCells.append(readTerm(words, &position)) }
      factStarts.append(Int32(start))
      alive.append(1)
    }
    var last: Int32 = 0
    for _ in 0..<known {
      workspace.learnedIn.append(words[position])
      last = max(last, words[position])
      position += 1
      workspace.knowledge.append(readTerm(words, &position))
    }
    for index in 0..<variables where workspace.epochs[index] != universal { last = max(last, workspace.epochs[index]) }
    for _ in 0..<different {
      let pairs = words[position]
      position += 1
      disequalityStarts.append(Int32(disequalities.count))
      disequalities.append(pairs)
      for _ in 0..<Int(pairs) * 2 { disequalities.append(readTerm(words, &position)) }
    }
    for _ in 0..<system.budgets.count {
      budgets.append(words[position])
      position += 1
    }
    workspace.now = last
    findPresent()
    findSituation()
    stateVariables = variables
    stateNames = names
    loadedDisequalities = different
  }

  private func readTerm(_ words: UnsafeBufferPointer<Int32>, _ position: inout Int, _ depth: Int = 1) -> TermID {
    if depth > maximumNesting { isTooDeep = true }
    let word = words[position]
    position += 1
    switch word & 3 {
    case 1: return firstName + word >> 2
    case 2: return ~(word >> 2)
    default:
      let symbol = word >> 2
      let count = Int(workspace.arity[Int(symbol)])
      var parts: (Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32) = (0, 0, 0, 0, 0, 0, 0, 0)
      return withUnsafeMutableBytes(of: &parts) { raw in
        let arguments = raw.bindMemory(to: Int32.self)
        var ground: Int32 = 1
        for index in 0..<count {
          arguments[index] = readTerm(words, &position, depth + 1)
          if !workspace.isGround(arguments[index]) { ground = 0 }
        }
        let start = workspace.cells.count
        workspace.cells.append(symbol << 1 | ground)
        for index in 0..<count { workspace.cells.append(arguments[index]) }
        return workspace.intern(from: start)
      }
    }
  }
}
