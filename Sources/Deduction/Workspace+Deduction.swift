import Terms

/// What the attacker can derive: the rules of the lazy intruder (Basin, Mödersheim, Viganò: OFMC, 2005).
///
/// A constraint says: this term is derivable from what was known up to this epoch. Constraints on variables are **simple**: the
/// variable carries its epoch, and nothing is guessed. All others are reduced by *unify* (with a known term) and *compose*.
/// *Analyse* is done when something is learned. Simple constraints are always satisfiable together: the attacker makes a new
/// constant for each variable of an infinite sort; variables of finite sorts have only public values.
extension Workspace {
  // MARK: Without guessing

  /// Whether the term is derivable up to `epoch` as things stand, without binding a variable or asking more of one.
  package func isDerivable(_ term: TermID, _ epoch: Int32, except: Int = -1) -> Bool {
    let term = value(term)
    if term < 0 { return epochs[Int(~term)] <= epoch && epochs[Int(~term)] != universal }
    if term >= firstName { return isKnown(term, epoch, except: except) }
    let symbol = symbol(of: term)
    if traits[symbol] & 1 == 1 || isOpenToAttacker(symbol, term) {
      var all = true
      for index in 0..<Int(arity[symbol]) where !isDerivable(argument(index, of: term), epoch, except: except) {
        all = false
        break
      }
      if all { return true }
    }
    return isKnown(term, epoch, except: except)
  }

  private func isKnown(_ term: TermID, _ epoch: Int32, except: Int) -> Bool {
    for index in 0..<knowledge.count where index != except {
      if learnedIn[index] > epoch { continue }
      if mayEqual(knowledge[index], term) && isSame(knowledge[index], term) { return true }
    }
    return false
  }

  /// Whether the terms may be, or become, the same, by their outermost symbols.
  @inline(__always) private func mayEqual(_ first: TermID, _ second: TermID) -> Bool {
    let (a, b) = (first < 0 ? value(first) : first, second < 0 ? value(second) : second)
    if a == b || a < 0 || b < 0 { return true }
    return a < firstName && b < firstName && cells[Int(a)] >> 1 == cells[Int(b)] >> 1
  }

  /// A private function that the attacker can apply, since it is about something of its own.
  private func isOpenToAttacker(_ symbol: Int, _ term: TermID) -> Bool {
    guard publicIfAttacker[symbol] >= 0 else { return false }
    let owner = value(argument(Int(publicIfAttacker[symbol]), of: term))
    return owner >= 0 && owner < firstName && traits[self.symbol(of: owner)] & 4 != 0
  }

  // MARK: With branches

  /// Reduces the goals from `index` on to simple form, and calls `leaf` for each way. False stops the search.
  package func solve(_ index: Int, _ leaf: () -> Bool) -> Bool {
    guard index < goals.count else { return leaf() }
    let term = value(goals[index])
    let epoch = goals[index + 1]
    let next = index + 2
    if term < 0 {
      let variable = Int(~term)
      guard epochs[variable] > epoch else { return solve(next, leaf) }
      let mark = trail.count
      set(Trailed.epoch, variable, epoch)
      let goOn = solve(next, leaf)
      undo(to: mark)
      return goOn
    }
    if isDerivable(term, epoch) { return solve(next, leaf) }
    // unify: the term is one that is known.
    for known in 0..<knowledge.count where learnedIn[known] <= epoch && mayEqual(knowledge[known], term) {
      let mark = trail.count
      let pending = goals.count
      if unify(term, knowledge[known]) {
        let isConstrained = pushGoals(since: mark)
        if isConstrained && !solve(next, leaf) { return false }
      }
      goals.truncate(to: pending)
      undo(to: mark)
    }
    // compose: the attacker builds it.
    guard term < firstName else { return true }
    let symbol = symbol(of: term)
    guard arity[symbol] > 0 else { return true }
    if traits[symbol] & 1 == 1 || isOpenToAttacker(symbol, term) {
      let pending = goals.count
      for index in 0..<Int(arity[symbol]) {
        goals.append(argument(index, of: term))
        goals.append(epoch)
      }
      let goOn = solve(next, leaf)
      goals.truncate(to: pending)
      return goOn
    }
    if publicIfAttacker[symbol] >= 0 {
      // The owner is open: it may be any of the attacker's constants.
      let owner = value(argument(Int(publicIfAttacker[symbol]), of: term))
      guard owner < 0 else { return true }
      for candidate in attackersConstants {
        let mark = trail.count
        let pending = goals.count
        if unify(owner, candidate), pushGoals(since: mark) {
          for index in 0..<Int(arity[symbol]) {
            goals.append(argument(index, of: term))
            goals.append(epoch)
          }
          if !solve(next, leaf) { return false }
        }
        goals.truncate(to: pending)
        undo(to: mark)
      }
    }
    return true
  }

  /// What the bindings since the mark ask of the attacker: a variable that it chose must be derivable as what it now is.
  package func pushGoals(since mark: Int) -> Bool {
    var index = mark
    while index < trail.count {
      if trail[index] == Trailed.binding {
        let variable = Int(trail[index + 1])
        if epochs[variable] != unconstrained && epochs[variable] != universal {
          goals.append(bindings[variable])
          goals.append(epochs[variable])
        }
      }
      index += 3
    }
    return true
  }

  // MARK: Learning

  package var hasOpenings: Bool { !openings.isEmpty }

  /// Adds a term to what the attacker knows from `epoch` on: taken apart where anyone can, and left out where it is nothing new.
  package func learn(_ term: TermID, _ epoch: Int32) {
    let term = value(term)
    if term >= 0 && term < firstName {
      let symbol = symbol(of: term)
      if traits[symbol] & 2 != 0 {
        for index in 0..<Int(arity[symbol]) { learn(argument(index, of: term), epoch) }
        return
      }
    }
    if isDerivable(term, epoch) { return }
    knowledge.append(term)
    learnedIn.append(epoch)
  }

  /// Opens what can be opened without binding a variable, until nothing new comes of it.
  ///
  /// What an opening gives is known from the first epoch in which both the message and what opens it are.
  package func analyse() {
    guard !openings.isEmpty else { return }
    let openings = openings
    var changed = true
    while changed {
      changed = false
      var index = 0
      while index < knowledge.count {
        let term = value(knowledge[index])
        if term >= 0 && term < firstName && traits[symbol(of: term)] & 8 != 0 {
          for way in openings.indices where openings[way].symbol == symbol(of: term) {
            if open(term, learnedIn[index], openings[way]) { changed = true }
          }
        }
        index += 1
      }
    }
  }

  private func open(_ term: TermID, _ epoch: Int32, _ opening: CompiledOpening) -> Bool {
    let mark = trail.count
    let variables = bindings.count
    let base = makeRegisters(opening)
    var gain: TermID?
    var since = epoch
    if matchWithout(binding: variables, opening.pattern, base, term, mark) {
      gain = resolved(instantiate(at: opening.gives, base))
      for need in opening.needs {
        let key = instantiate(at: need, base)
        while since <= now + 1 && !isDerivable(key, since) { since += 1 }
        if since > now + 1 { gain = nil }
      }
    }
    undo(to: mark)
    dropVariables(to: variables)
    guard let gain, !isDerivable(gain, since) else { return false }
    let before = knowledge.count
    learn(gain, since)
    return knowledge.count > before
  }

  package func makeRegisters(_ opening: CompiledOpening) -> Int32 {
    let base = Int32(bindings.count)
    for sort in opening.sorts { _ = newVariable(sort: sort, isOptional: true, epoch: unconstrained) }
    return base
  }

  private func matchWithout(binding limit: Int, _ code: Int32, _ base: Int32, _ term: TermID, _ mark: Int) -> Bool {
    var cursor = code
    guard match(&cursor, base, term) else { return false }
    var index = mark
    while index < trail.count {
      if Int(trail[index + 1]) < limit { return false }
      index += 3
    }
    return true
  }

  /// Openings that need a variable to take a certain value: each way is a branch of its own, beside leaving the message closed.
  ///
  /// Calls `leaf` once for each such way, with the variable bound and the key's goals solved. Only messages whose content is not yet
  /// derivable are tried, so this ends: each branch binds a variable.
  package func openByBinding(_ leaf: () -> Bool) -> Bool {
    guard !openings.isEmpty else { return true }
    for index in 0..<knowledge.count {
      let term = value(knowledge[index])
      guard term >= 0, term < firstName, traits[symbol(of: term)] & 8 != 0, !isGround(resolved(term)) else { continue }
      for opening in openings where opening.symbol == symbol(of: term) {
        let mark = trail.count
        let variables = bindings.count
        let pending = goals.count
        let base = makeRegisters(opening)
        var goOn = true
        var cursor = opening.pattern
        if match(&cursor, base, term), !isDerivable(instantiate(at: opening.gives, base), now + 1), pushGoals(since: mark) {
          for need in opening.needs {
            goals.append(instantiate(at: need, base))
            goals.append(now + 1)
          }
          goOn = solve(pending) {
            var isBound = false
            var position = mark
            while position < trail.count {
              // A message that becomes a key has got no value, but a sort.
              if trail[position] != Trailed.epoch && Int(trail[position + 1]) < variables { isBound = true }
              position += 3
            }
            return isBound ? leaf() : true
          }
        }
        goals.truncate(to: pending)
        undo(to: mark)
        // Variables of the opening may stay in bindings that were undone with them.
        dropVariables(to: variables)
        if !goOn { return false }
      }
    }
    return true
  }
}
