import Compiler
import Deduction
import Terms

/// What a state need not remember.
extension Engine {
  /// Drops items that can never matter again, until nothing more can be dropped:
  ///
  /// - a **disequality** on a variable that occurs nowhere else: it is always satisfiable, with a value that is new;
  /// - a **known term**, made by anyone's functions of names that occur nowhere else: what the attacker makes of constants of its own
  ///   does all that it can do, since no step and no question can tell the two apart;
  /// - a **row whose key nobody can name**: its readers all have the key from elsewhere (`Monotonicity/isPresented`), nothing else
  ///   mentions it, and no rule makes a row of an old key again;
  /// - a **row that points to a row that is gone**: each reader also looks for a row by a key that this one holds, and there is none
  ///   (`ReaderIndex/joins`).
  func forgetGarbage() {
    countUses()
    var changed = true
    while changed {
      changed = false
      for item in 0..<scratch.itemCount where !scratch.dropped[item] && isGarbage(item) {
        scratch.dropped[item] = true
        count(item, by: -1)
        changed = true
      }
      if !changed { changed = dropIdleKnowledge() }
    }
  }

  /// Takes variables that occur only where nobody looks to be absent: see `IdleColumns`.
  func settleIdleVariables() {
    guard (0..<scratch.firstKnown).contains(where: { hasIdleColumns[Int(scratch.head($0))] }) else { return }
    // How often each variable occurs elsewhere.
    scratch.uses.reset(to: workspace.nameSorts.count + workspace.bindings.count, 0)
    forEachVariable { word, _, isIdle in if !isIdle { scratch.uses[slot(word)] += 1 } }
    forEachVariable { word, position, isIdle in
      let variable = Int(word >> 2)
      guard isIdle, uses(word) == 0, workspace.variableSorts[variable] == Int32(Signature.message) else { return }
      scratch.raw[position] = Int32(Signature.none) << 2
      if recorder != nil && workspace.bindings[variable] == unbound { workspace.set(Workspace.Trailed.binding, variable, workspace.none) }
    }
  }

  /// Calls `body` for each place where a variable stands, and whether nobody looks there.
  private func forEachVariable(_ body: (_ word: Int32, _ position: Int, _ isIdle: Bool) -> Void) {
    for item in 0..<scratch.itemCount {
      let terms = scratch.terms(item)
      if item < scratch.firstKnown && hasIdleColumns[Int(scratch.head(item))] {
        var position = terms.lowerBound
        for column in isIdleColumn.range(of: Int(scratch.head(item))) {
          let next = skipTerm(position)
          for inner in position..<next where scratch.raw[inner] & 3 == 2 { body(scratch.raw[inner], inner, next == position + 1 && isIdleColumn[column]) }
          position = next
        }
      } else {
        for position in terms where scratch.raw[position] & 3 == 2 { body(scratch.raw[position], position, false) }
      }
    }
  }

  /// Whether the known term is made by anyone's functions of names, each of which occurs in no more than so many items.
  private func isMadeOfOwn(_ item: Int, _ limit: Int32) -> Bool {
    var hasName = false
    for position in scratch.terms(item) {
      let word = scratch.raw[position]
      switch word & 3 {
      case 0: if workspace.traits[Int(word >> 2)] & 1 == 0 { return false }
      case 1:
        if uses(word) > limit { return false }
        hasName = true
      default: return false
      }
    }
    return hasName
  }

  /// Drops known terms whose names occur in nothing but such terms.
  private func dropIdleKnowledge() -> Bool {
    // Counts of what is not a candidate decide; each candidate that shares a name with such a thing is none either.
    scratch.idle.removeAll()
    for item in scratch.firstKnown..<scratch.firstDifferent where !scratch.dropped[item] && isMadeOfOwn(item, .max) { scratch.idle.append(item) }
    guard scratch.idle.count > 1 else { return false }
    for index in 0..<scratch.idle.count { count(scratch.idle[index], by: -1) }
    var kept = scratch.idle.count
    var before = 0
    while kept != before {
      before = kept
      var next = 0
      for index in 0..<kept {
        let item = scratch.idle[index]
        if isMadeOfOwn(item, 0) {
          scratch.idle[next] = item
          next += 1
        } else {
          count(item, by: 1)
        }
      }
      kept = next
    }
    for index in 0..<kept { scratch.dropped[scratch.idle[index]] = true }
    return kept > 0
  }

  private func isGarbage(_ item: Int) -> Bool {
    switch scratch.kind(item) {
    case EncodingScratch.Kind.known:
      return isMadeOfOwn(item, 1)
    case EncodingScratch.Kind.different:
      // Pairs in solved form: a variable, then its value, which may itself be a variable.
      var position = scratch.terms(item).lowerBound
      while position < scratch.terms(item).upperBound {
        let (variable, value) = (scratch.raw[position], scratch.raw[position + 1])
        if !isFinite(variable) && uses(variable) == 1 { return true }
        if value & 3 == 2 && !isFinite(value) && uses(value) == 1 && workspace.epochs[Int(value >> 2)] != universal { return true }
        position = skipTerm(position + 1)
      }
      return false
    default:
      let predicate = Int(scratch.head(item))
      for key in presentedKeys.range(of: predicate) {
        let word = self.word(item, presentedKeys[key])
        if word & 3 == 1 && uses(word) == 1 { return true }
      }
      return pointsNowhere(item, predicate)
    }
  }

  private func isFinite(_ word: Int32) -> Bool { word & 3 == 2 && workspace.isFinite[Int(workspace.variableSorts[Int(word >> 2)])] }

  private func pointsNowhere(_ item: Int, _ predicate: Int) -> Bool {
    guard let joins = readers.joins[predicate] else { return false }
    for joinsOfReader in joins {
      var isDead = false
      for join in joinsOfReader where !isDead {
        let word = self.word(item, join.column)
        isDead = word & 3 == 1 && !hasRow(join.predicate, join.key, word)
      }
      if !isDead { return false }
    }
    return true
  }

  private func hasRow(_ predicate: Int, _ column: Int, _ word: Int32) -> Bool {
    for item in 0..<scratch.itemCount where !scratch.dropped[item] && scratch.kind(item) == EncodingScratch.Kind.fact && Int(scratch.head(item)) == predicate {
      if self.word(item, column) == word { return true }
    }
    return false
  }

  /// The first word of a fact's column.
  private func word(_ item: Int, _ column: Int) -> Int32 {
    var position = scratch.terms(item).lowerBound
    for _ in 0..<column { position = skipTerm(position) }
    return scratch.raw[position]
  }

  // MARK: How many items mention a name or a variable

  private func slot(_ word: Int32) -> Int { word & 3 == 1 ? Int(word >> 2) : workspace.nameSorts.count + Int(word >> 2) }
  private func uses(_ word: Int32) -> Int32 { scratch.uses[slot(word)] }

  private func countUses() {
    scratch.uses.reset(to: workspace.nameSorts.count + workspace.bindings.count, 0)
    for item in 0..<scratch.itemCount { count(item, by: 1) }
  }

  /// Counts each name and variable of the item once.
  private func count(_ item: Int, by difference: Int32) {
    let terms = scratch.terms(item)
    for position in terms {
      let word = scratch.raw[position]
      guard word & 3 != 0 else { continue }
      var isFirst = true
      for earlier in terms.lowerBound..<position where scratch.raw[earlier] == word {
        isFirst = false
        break
      }
      if isFirst { scratch.uses[slot(word)] += difference }
    }
  }

  // MARK: Epochs

  /// Numbers epochs anew: they matter only by which knowledge lies before which variable.
  ///
  /// With the reduction `epochs`, only by which knowledge that can help to derive a term of the variable's sort
  /// (`Contributions`): a variable counts as chosen just before the next such knowledge, or now if there is none, and what is
  /// known counts as learned just after the last variable that it could have helped and did not. What a term can be derived from does
  /// not change by that, so neither do the values that the variable can take.
  func rankEpochs() {
    scratch.epochs.reset(to: scratch.nodes.count, universal)
    scratch.boundaries.removeAll()
    for node in 0..<scratch.nodes.count {
      let word = scratch.nodes[node]
      guard word & 3 == 2 else { continue }
      let epoch = workspace.epochs[Int(word >> 2)]
      guard epoch != universal && epoch != unconstrained else {
        scratch.epochs[node] = epoch
        continue
      }
      let ranked = reductions.epochs ? lastEquivalentEpoch(epoch, word) : epoch
      scratch.epochs[node] = ranked
      guard ranked != unconstrained else { continue }
      var isKnown = false
      for index in 0..<scratch.boundaries.count where scratch.boundaries[index] == ranked { isKnown = true }
      if !isKnown { scratch.boundaries.append(ranked) }
    }
    scratch.boundaries.sort(<)
    for item in 0..<scratch.itemCount where !scratch.dropped[item] && scratch.kind(item) == EncodingScratch.Kind.known {
      let epoch = scratch.head(item)
      scratch.raw[scratch.starts[item] + 1] = rank(reductions.epochs ? firstEquivalentEpoch(epoch, item) : epoch)
    }
  }

  private func lastEquivalentEpoch(_ epoch: Int32, _ variable: Int32) -> Int32 {
    let sort = workspace.variableSorts[Int(variable >> 2)]
    var last = unconstrained
    for item in 0..<scratch.itemCount where !scratch.dropped[item] && scratch.kind(item) == EncodingScratch.Kind.known {
      let learned = scratch.head(item)
      guard learned > epoch && learned - 1 < last else { continue }
      if contributions.helps(self.sort(of: item), toDerive: sort) || (isOpen(item) && scratch.terms(item).contains { scratch.raw[$0] == variable }) {
        last = learned - 1
      }
    }
    return last
  }

  private func firstEquivalentEpoch(_ epoch: Int32, _ item: Int) -> Int32 {
    var first: Int32 = 0
    for node in 0..<scratch.nodes.count where scratch.nodes[node] & 3 == 2 {
      let chosen = scratch.epochs[node]
      if chosen != universal && chosen < epoch && chosen >= first && couldHelp(item, toDerive: workspace.variableSorts[Int(scratch.nodes[node] >> 2)]) {
        first = chosen + 1
      }
    }
    return first
  }

  /// Whether the known term, or anything that it holds if anyone can open it, helps to derive a term of the sort.
  private func couldHelp(_ item: Int, toDerive goal: Int32) -> Bool {
    if contributions.helps(sort(of: item), toDerive: goal) { return true }
    guard isOpen(item) else { return false }
    return scratch.terms(item).contains { contributions.helps(sort(at: $0), toDerive: goal) }
  }

  /// Whether anyone can open the known term, so that what it holds was learned with it.
  private func isOpen(_ item: Int) -> Bool {
    let word = scratch.raw[scratch.terms(item).lowerBound]
    return word & 3 == 0 && contributions.isOpen[Int(word >> 2)]
  }

  /// The sort of a known term, or that of all messages where it may be opened later.
  private func sort(of item: Int) -> Int32 { sort(at: scratch.terms(item).lowerBound) }

  private func sort(at position: Int) -> Int32 {
    let word = scratch.raw[position]
    switch word & 3 {
    case 1: return workspace.nameSorts[Int(word >> 2)]
    case 2: return workspace.variableSorts[Int(word >> 2)]
    default: return contributingSort(ofSymbol: Int(word >> 2))
    }
  }

  /// The sort of a known term, or that of all messages where it may be opened later.
  func contributingSort(of term: TermID) -> Int32 {
    let term = workspace.value(term)
    if term < 0 || workspace.isName(term) { return workspace.sort(of: term) }
    return contributingSort(ofSymbol: workspace.symbol(of: term))
  }

  private func contributingSort(ofSymbol symbol: Int) -> Int32 {
    contributions.mayOpenLater[symbol] ? Int32(Signature.message) : workspace.result[symbol]
  }

  /// How many boundaries lie before the epoch.
  private func rank(_ epoch: Int32) -> Int32 {
    var before: Int32 = 0
    for index in 0..<scratch.boundaries.count where scratch.boundaries[index] < epoch { before += 1 }
    return before
  }

  func rank(ofNode node: Int) -> Int32 {
    let epoch = scratch.epochs[node]
    return epoch == universal ? universal : rank(epoch)
  }
}

extension Contributions {
  @inline(__always) func helps(_ sort: Int32, toDerive goal: Int32) -> Bool { helps(Int(sort), toDerive: Int(goal)) }
}
