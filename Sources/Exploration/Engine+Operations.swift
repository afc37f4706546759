import Compiler
import Deduction
import Terms

extension Engine {
  @inline(__always) func code(_ operation: Operation, _ index: Int) -> Int32 { codes[Int(operation.first) + index] }

  func match(_ operation: Operation, _ fact: Int, _ base: Int32) -> Bool {
    let start = Int(factStarts[fact]) + 1
    for column in 0..<Int(operation.count) {
      var cursor = codes[Int(operation.first) + column]
      guard workspace.match(&cursor, base, factCells[start + column]) else { return false }
    }
    return true
  }

  /// Executes the operations from `position` on, and each way to go on. False stops: a question has its answer.
  func execute(_ position: Int) -> Bool {
    guard position < rule.end else { return finish() }
    let operation = operations[position]
    let mark = workspace.trail.count
    switch operation.kind {
    case .spend:
      let budget = Int(operation.operand)
      guard budgets[budget] > 0 else { return true }
      budgets[budget] -= 1
      let goOn = execute(position + 1)
      budgets[budget] += 1
      return goOn
    case .lookup:
      if purpose == .prospect && position != pinnedPosition && !findsOnlyPresentRows(operation) { return lookupProspect(operation, position) }
      return lookup(operation, position)
    case .missing:
      if purpose == .prospect { return execute(position + 1) }
      return missing(operation, position)
    case .equal:
      var goOn = true
      if workspace.unify(workspace.instantiate(at: code(operation, 0), base), workspace.instantiate(at: code(operation, 1), base)) {
        let goals = workspace.goals.count
        _ = workspace.pushGoals(since: mark)
        goOn = execute(position + 1)
        workspace.goals.truncate(to: goals)
      }
      workspace.undo(to: mark)
      return goOn
    case .different:
      let (a, b) = (workspace.instantiate(at: code(operation, 0), base), workspace.instantiate(at: code(operation, 1), base))
      return addDisequality([(a, b)], position)
    case .honest: return honesty(operation, position, wanted: true)
    case .dishonest: return honesty(operation, position, wanted: false)
    case .receive:
      if purpose == .relevance || purpose == .prospect { return execute(position + 1) }
      let goals = workspace.goals.count
      workspace.goals.append(workspace.instantiate(at: code(operation, 0), base))
      workspace.goals.append(workspace.now)
      let goOn = execute(position + 1)
      workspace.goals.truncate(to: goals)
      return goOn
    case .fresh:
      let variable = Int(base + operation.operand)
      guard workspace.bindings[variable] == unbound else { return true }
      let name = workspace.newName(sort: workspace.variableSorts[variable])
      workspace.set(Workspace.Trailed.binding, variable, name)
      let goOn = execute(position + 1)
      workspace.undo(to: mark)
      workspace.nameSorts.truncate(to: workspace.nameSorts.count - 1)
      return goOn
    case .choose:
      let variable = ~(base + operation.operand)
      let sort = Int(workspace.variableSorts[Int(~variable)])
      for value in system.signature.sorts[sort].values ?? [] {
        let goOn = workspace.unify(variable, workspace.make(.constant(value))) ? execute(position + 1) : true
        workspace.undo(to: mark)
        if !goOn { return false }
      }
      return true
    case .insert, .learn: return execute(position + 1)
    case .outnumbered:
      if purpose == .prospect { return execute(position + 1) }
      return outnumbered(operation, position)
    }
  }

  private func lookup(_ operation: Operation, _ position: Int) -> Bool {
    var key: TermID = 0
    if purpose == .probe && operation.keyColumn >= 0 {
      // A key that is not yet known could find rows that are made later.
      key = workspace.value(workspace.instantiate(at: code(operation, Int(operation.keyColumn)), base))
      if key < 0 {
        probeFailed = true
        return false
      }
    }
    let rows = facts(of: operation.operand)
    var (fact, end) = (rows.lowerBound, rows.upperBound)
    if pinned >= 0 && operation.operand == factCells[Int(factStarts[pinned])]
      && (position == pinnedPosition || (pinnedPosition < 0 && (operation.consumes || purpose == .relevance)))
    {
      (fact, end) = (pinned, pinned + 1)
    }
    while fact < end {
      defer { fact += 1 }
      guard factCells[Int(factStarts[fact])] == operation.operand, alive[fact] == 1 else { continue }
      let mark = workspace.trail.count
      let goals = workspace.goals.count
      var goOn = true
      if match(operation, fact, base) {
        if purpose == .probe && operation.mustBeUnshared && !isUnshared(key, fact) {
          probeFailed = true
          workspace.undo(to: mark)
          return false
        }
        _ = workspace.pushGoals(since: mark)
        let used = usedFacts
        usedFacts |= fact < gain.facts.count ? gain.facts[fact] : 0
        if operation.consumes {
          alive[fact] = 0
          goOn = execute(position + 1)
          alive[fact] = 1
        } else {
          goOn = execute(position + 1)
        }
        usedFacts = used
      }
      workspace.goals.truncate(to: goals)
      workspace.undo(to: mark)
      if !goOn { return false }
    }
    return true
  }

  /// Whether the key is a name that only the row and the pinned trigger mention: see `Monotonicity`.
  private func isUnshared(_ key: TermID, _ row: Int) -> Bool {
    guard workspace.isName(key) else { return false }
    for fact in staticFacts..<factStarts.count where alive[fact] == 1 && fact != row && fact != pinned {
      let start = Int(factStarts[fact])
      for column in 1...max(1, Int(predicateArity[Int(factCells[start])])) where column <= Int(predicateArity[Int(factCells[start])]) {
        if workspace.mentions(factCells[start + column], key) { return false }
      }
    }
    for index in 0..<workspace.knowledge.count where workspace.mentions(workspace.knowledge[index], key) { return false }
    return true
  }

  /// No fact matches: one disequality for each fact that could.
  private func missing(_ operation: Operation, _ position: Int) -> Bool {
    let (pairs, starts) = (disequalities.count, disequalityStarts.count)
    defer {
      disequalities.truncate(to: pairs)
      disequalityStarts.truncate(to: starts)
    }
    for fact in facts(of: operation.operand) where factCells[Int(factStarts[fact])] == operation.operand && alive[fact] == 1 {
      let start = Int(factStarts[fact]) + 1
      var terms: [(TermID, TermID)] = []
      for column in 0..<Int(operation.count) {
        terms.append((workspace.instantiate(at: code(operation, column), base), factCells[start + column]))
      }
      switch store(terms) {
      case .never: return true
      case .always, .open: break
      }
    }
    return execute(position + 1)
  }

  private func honesty(_ operation: Operation, _ position: Int, wanted: Bool) -> Bool {
    let term = workspace.value(workspace.instantiate(at: code(operation, 0), base))
    if term >= firstName { return true }
    if term >= 0 {
      let symbol = workspace.symbol(of: term)
      guard workspace.arity[symbol] == 0, (workspace.traits[symbol] & 4 == 0) == wanted else { return true }
      return execute(position + 1)
    }
    // What the attacker chose: one of the constants of its sort. Those of an infinite sort are what setups have made.
    let finite = system.signature.sorts[Int(workspace.variableSorts[Int(~term)])].values
    // A message of which nothing is known yet, in a fact that may come: it can be what is asked for.
    if finite == nil && (purpose == .prospect || purpose == .relevance) { return execute(position + 1) }
    for value in finite ?? constants where system.signature.symbols[value].isAttackers != wanted {
      let mark = workspace.trail.count
      let goals = workspace.goals.count
      var goOn = true
      if workspace.unify(term, workspace.make(.constant(value))) {
        _ = workspace.pushGoals(since: mark)
        goOn = execute(position + 1)
      }
      workspace.goals.truncate(to: goals)
      workspace.undo(to: mark)
      if !goOn { return false }
    }
    return true
  }

  // MARK: Disequalities

  enum Status { case always, never, open }

  private func addDisequality(_ terms: [(TermID, TermID)], _ position: Int) -> Bool {
    let (pairs, starts) = (disequalities.count, disequalityStarts.count)
    var goOn = true
    if store(terms) != .never { goOn = execute(position + 1) }
    disequalities.truncate(to: pairs)
    disequalityStarts.truncate(to: starts)
    return goOn
  }

  /// Calls `body` for each thing that was asked of a variable since the mark, apart from universal ones: a value, a sort, or not to be absent.
  ///
  /// After the two sides of a disequality were made equal, these are its **solved form**: what still stands between them. Where there is
  /// nothing, the disequality is violated; where it cannot come about, it always holds.
  @inline(__always) func forEachDemand(since mark: Int, _ body: (_ what: Int32, _ variable: Int) -> Void) {
    var index = mark
    while index < workspace.trail.count {
      let variable = Int(workspace.trail[index + 1])
      if workspace.epochs[variable] != universal { body(workspace.trail[index], variable) }
      index += 3
    }
  }

  /// Whether the variable had another sort at the mark.
  private func hasNewSort(_ variable: Int, since mark: Int) -> Bool {
    var answer = false
    forEachDemand(since: mark) { if $0 == Workspace.Trailed.sort && $1 == variable { answer = true } }
    return answer
  }

  /// Keeps "not all of these are equal", unless it is decided already.
  func store(_ terms: [(TermID, TermID)]) -> Status {
    let mark = workspace.trail.count
    for (a, b) in terms {
      guard workspace.unify(a, b) else {
        workspace.undo(to: mark)
        return .always
      }
    }
    var isOpen = false
    forEachDemand(since: mark) { _, _ in isOpen = true }
    workspace.undo(to: mark)
    guard isOpen else { return .never }
    disequalityStarts.append(Int32(disequalities.count))
    disequalities.append(Int32(terms.count))
    for (a, b) in terms {
      disequalities.append(a)
      disequalities.append(b)
    }
    return .open
  }

  /// Makes the two sides of a stored disequality equal, for the caller to look at and to undo; false where they cannot be.
  func unifySides(_ start: Int) -> Bool {
    for pair in 0..<Int(disequalities[start]) {
      guard workspace.unify(disequalities[start + 1 + 2 * pair], disequalities[start + 2 + 2 * pair]) else { return false }
    }
    return true
  }

  /// How a stored disequality stands under the present bindings; for an open one, a variable that it hangs on and that has only few values
  /// to escape to (one of a finite sort, or one that would have to be absent), or -1.
  func status(_ start: Int) -> (Status, Int) {
    let mark = workspace.trail.count
    defer { workspace.undo(to: mark) }
    guard unifySides(start) else { return (.always, -1) }
    var isOpen = false
    var few = -1
    forEachDemand(since: mark) { what, variable in
      isOpen = true
      switch what {
      case Workspace.Trailed.binding:
        if workspace.isFinite[Int(workspace.variableSorts[variable])] && !hasNewSort(variable, since: mark) { few = variable }
      case Workspace.Trailed.optional: if !hasNewSort(variable, since: mark) { few = variable }
      // A message that is not of a sort is one of the others.
      default: break
      }
    }
    return isOpen ? (.open, few) : (.never, -1)
  }

  // MARK: The end of a rule

  private func finish() -> Bool {
    if purpose == .relevance {
      found = true
      return false
    }
    if workspace.goals.count == 0 { return settleDisequalities(0, then: .settle) }
    return workspace.solve(0) { self.settleDisequalities(0, then: .settle) }
  }

  /// What follows once no disequality is violated.
  private enum Settled { case settle, publish }

  /// Satisfiable if none is violated, since the attacker can make values at will; what has only few values is split into cases.
  private func settleDisequalities(_ index: Int, then: Settled) -> Bool {
    var current = index
    while current < disequalityStarts.count {
      let (status, few) = status(Int(disequalityStarts[current]))
      if status == .never { return true }
      if few >= 0 {
        let absent = workspace.optional[few] == 1 ? [Signature.none] : []
        let values = system.signature.sorts[Int(workspace.variableSorts[few])].values
        for value in (values ?? []) + absent {
          let mark = workspace.trail.count
          var goOn = true
          if workspace.unify(~Int32(few), workspace.make(.constant(value))) { goOn = settleDisequalities(0, then: then) }
          workspace.undo(to: mark)
          if !goOn { return false }
        }
        guard values == nil else { return true }
        // Or it is anything that is not absent.
        let mark = workspace.trail.count
        workspace.set(Workspace.Trailed.optional, few, 0)
        let goOn = settleDisequalities(0, then: then)
        workspace.undo(to: mark)
        return goOn
      }
      current += 1
    }
    if then == .settle { return settled() }
    publish()
    return true
  }

  private func settled() -> Bool {
    switch purpose {
    case .question:
      found = true
      recorder?.record(self, isQuestion: true)
      return false
    case .prospect:
      found = true
      return false
    case .relevance: return false
    case .probe:
      if bindsState() || !insertsHarmlessly() {
        probeFailed = true
        return false
      }
      found = true
      return true
    case .atOnce:
      emit()
      return !probeFailed
    case .saturation:
      // One harmless step is enough: it runs at once, and the next state asks again.
      guard !bindsState(), insertsHarmlessly() else { return true }
      emit()
      return outputStarts.count == 0
    case .successor:
      emit()
      return true
    }
  }

  /// Whether the run has bound, or asked more of, a variable of the state, or added a disequality.
  func bindsState() -> Bool {
    var index = 0
    while index < workspace.trail.count {
      if Int(workspace.trail[index + 1]) < stateVariables { return true }
      index += 3
    }
    // Those loaded with the state come first; a rule's own are added behind.
    return loadedDisequalities != disequalityStarts.count
  }

  /// Whether each fact that the rule inserts, and whose absence somebody tests, is there already, and stays. (Of two equal facts, one is left
  /// when the other is taken.)
  private func insertsHarmlessly() -> Bool {
    for position in rule.first..<rule.end where operations[position].kind == .insert {
      let operation = operations[position]
      guard monotonicity.isTestedForAbsence[Int(operation.operand)] else { continue }
      if monotonicity.isConsumed[Int(operation.operand)] { return false }
      var isThere = false
      for fact in staticFacts..<factStarts.count where factCells[Int(factStarts[fact])] == operation.operand && alive[fact] == 1 {
        var isSame = true
        for column in 0..<Int(operation.count) where isSame {
          isSame = workspace.isSame(workspace.instantiate(at: code(operation, column), base), factCells[Int(factStarts[fact]) + 1 + column])
        }
        if isSame { isThere = true }
      }
      if !isThere { return false }
    }
    return true
  }

  /// Writes the successors that the present bindings describe: one, and one more for each way in which the attacker may open a message
  /// by deciding what a variable is.
  private func emit() {
    let knowledge = workspace.knowledge.count
    let facts = factStarts.count
    let cells = factCells.count
    let mark = workspace.mark
    for position in rule.first..<rule.end {
      let operation = operations[position]
      switch operation.kind {
      case .insert:
        let start = factCells.count
        factCells.append(operation.operand)
        for column in 0..<Int(operation.count) { factCells.append(workspace.instantiate(at: code(operation, column), base)) }
        if reductions.useful && !readers.isRelevant(start, self) {
          factCells.truncate(to: start)
        } else {
          factStarts.append(Int32(start))
          alive.append(1)
        }
      case .learn: workspace.learn(workspace.instantiate(at: code(operation, 0), base), workspace.now + 1)
      default: break
      }
    }
    before = (facts, knowledge)
    if !changesNothing(but: { _ in false }) { publish() }
    factStarts.truncate(to: facts)
    alive.truncate(to: facts)
    factCells.truncate(to: cells)
    workspace.knowledge.truncate(to: knowledge)
    workspace.learnedIn.truncate(to: knowledge)
    workspace.release(to: mark)
  }

  /// Takes apart what the attacker has learned, and writes the state. Where a message could be opened if a variable were something
  /// definite, that is a branch of its own, and it may make further ones possible.
  private func publish() {
    let knowledge = workspace.knowledge.count
    workspace.analyse()
    // Now that all that was learned is taken apart.
    if !changesNothing(but: { reductions.useful && !readers.isUsable(workspace.knowledge[$0], workspace) }) { write() }
    if workspace.hasOpenings {
      if purpose == .atOnce || purpose == .saturation {
        // A branch that binds a variable of the state is a decision.
        var decides = false
        _ = workspace.openByBinding {
          decides = true
          return false
        }
        if decides {
          if purpose == .atOnce { probeFailed = true } else { discard(to: 0) }
        }
      } else {
        _ = workspace.openByBinding { self.settleDisequalities(0, then: .publish) }
      }
    }
    workspace.knowledge.truncate(to: knowledge)
    workspace.learnedIn.truncate(to: knowledge)
  }

  /// Writes the state, unless the step was a decision that has gained nothing: what follows from such a successor follows from the
  /// state as well, since the step has only taken away.
  private func write() {
    let start = output.count
    let first = news.count
    let before = gain.header
    let mark = workspace.trail.count
    defer {
      gain.header = before
      workspace.undo(to: mark)
    }
    gain.header.doubtful = doubtfulAfterStep()
    let isDecision = purpose == .successor
    if isDecision {
      guard let open = openAfterDecision() else { return }
      gain.header.open = open
      gain.header.rule = Int32(ruleIndex)
      gain.header.bit = max(1, gain.header.bit << 1)
      if reductions.deferred && deferral.isDeferrable[ruleIndex] { gain.header.open |= gain.header.bit }
    } else if gain.header.open & ~gain.header.bit != 0 {
      // What a step that runs at once uses, the decision before it has used.
      gain.header.open &= ~usedSteps() | gain.header.bit
    }
    if rule.takesWhatIsTested { gain.header.isCertain = true }
    guard encode(into: &output, ifGain: reductions.useful && isDecision) else { return }
    newsStarts.append(Int32(first))
    outputStarts.append(Int32(start))
    outputRules.append(Int32(ruleIndex))
    noteStep()
    recorder?.record(self, isQuestion: false)
  }

  /// Takes back results.
  func discard(to count: Int) {
    if count < outputStarts.count {
      output.truncate(to: Int(outputStarts[count]))
      news.truncate(to: Int(newsStarts[count]))
    }
    newsStarts.truncate(to: count)
    outputStarts.truncate(to: count)
    outputRules.truncate(to: count)
    recorder?.truncate(to: count)
  }

  /// Whether a step has changed nothing but a budget, and perhaps asked more of a variable, or taught only what can be ignored: then whatever
  /// follows from its successor follows from the state as well.
  private func changesNothing(but canBeIgnored: (Int) -> Bool) -> Bool {
    guard reductions.useful || purpose == .saturation, !rule.consumes, factStarts.count == before.facts else { return false }
    return (before.knowledge..<workspace.knowledge.count).allSatisfy(canBeIgnored)
  }
}
