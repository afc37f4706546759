import Deduction
import Terms

/// Room for the encoding of one state; an item is a fact, a known term or a disequality, in raw words.
struct EncodingScratch {
  enum Kind {
    static let fact: Int32 = 0
    static let known: Int32 = 1
    static let different: Int32 = 2
  }
  /// Each item: its kind, one word of its own (predicate, epoch, number of pairs), and its terms.
  var raw = Words(capacity: 1 << 10)
  /// Where the items begin, and the end.
  var starts = Pool<Int>()
  /// Items come by their kind: facts, known terms from here on, disequalities from there on.
  var firstKnown = 0
  var firstDifferent = 0
  /// For each fact and known term, which step made it: see ``Gain``.
  var makers = Pool<Int32>()
  /// Items that are not written.
  var dropped = Pool<Bool>()
  var order = Pool<Int>()
  /// The names and variables that the items mention, as raw words.
  var nodes = Pool<Int32>()
  var nodeOfName = Pool<Int32>()
  var nodeOfVariable = Pool<Int32>()
  var numbers = Pool<Int32>()
  var nodeOrder = Pool<Int>()
  var colours = Pool<UInt64>()
  var nextColours = Pool<UInt64>()
  /// An item that mentions names or variables: the hash of the words before the first of these, its place among the words, and where the words
  /// from there on are among ``occurrences``.
  struct Linked {
    var hash: UInt64
    var position: UInt64
    var first: Int
    var end: Int
  }
  var linked = Pool<Linked>()
  /// Nodes, and the complements of symbols.
  var occurrences = Pool<Int32>()
  /// For each node that is a variable, its epoch as it is compared: see ``Engine/rankEpochs()``.
  var epochs = Pool<Int32>()
  var boundaries = Pool<Int32>()
  /// How many items mention a name or variable.
  var uses = Pool<Int32>()
  var idle = Pool<Int>()
  /// New numbers of the steps of a chain, by the old ones.
  let makerNumbers = UnsafeMutablePointer<Int32>.allocate(capacity: 32)
  var hidden = Pool<Int>()
  var hiddenEpochs = Pool<Int32>()
  /// Variables that a step has left open: see ``Engine/usedSteps()``.
  var chosen = Pool<Int>()
  /// For ``Engine/findSituation()``: the facts of the state, and of the one that was looked at before.
  var ruling = Pool<Int32>()
  var lastRuling = Pool<Int32>()

  func deallocate() {
    makerNumbers.deallocate()
    raw.deallocate()
    starts.deallocate()
    makers.deallocate()
    dropped.deallocate()
    order.deallocate()
    nodes.deallocate()
    nodeOfName.deallocate()
    nodeOfVariable.deallocate()
    numbers.deallocate()
    nodeOrder.deallocate()
    colours.deallocate()
    nextColours.deallocate()
    linked.deallocate()
    occurrences.deallocate()
    epochs.deallocate()
    boundaries.deallocate()
    uses.deallocate()
    idle.deallocate()
    hidden.deallocate()
    hiddenEpochs.deallocate()
    chosen.deallocate()
    ruling.deallocate()
    lastRuling.deallocate()
  }

  mutating func swapColours() { swap(&colours, &nextColours) }
  var itemCount: Int { starts.count - 1 }
  func kind(_ item: Int) -> Int32 { raw[starts[item]] }
  /// The predicate of a fact, the epoch of a known term, the number of pairs of a disequality.
  func head(_ item: Int) -> Int32 { raw[starts[item] + 1] }
  /// The words of the item's terms.
  func terms(_ item: Int) -> Range<Int> { starts[item] + 2..<starts[item + 1] }
}

/// The canonical form of states.
///
/// Layout, all words 32 bit: five counts (names, variables, facts, knowledge, disequalities); the sort of each name; for each variable
/// its sort and whether it is optional, and its epoch; the facts (predicate, arguments); the knowledge (epoch, term); the
/// disequalities (number of pairs, pairs); the budgets. Terms are in preorder: a symbol `s << 2`, a name `n << 2 | 1`, a variable
/// `v << 2 | 2`. The words hold no identity of this process, so they can be stored, sent and compared.
///
/// **Soundness.** Two states with the same words are equal up to the names of names and variables and the order of facts, none of which
/// any rule can see. That equal states always get equal words is not needed (a state stored twice costs time only); refinement of
/// colours gives it for all but contrived symmetric graphs.
extension Engine {
  /// Appends the words of the present state, and to `news` who made which of its facts and known terms (``Gain``).
  ///
  /// - Parameter ifGain: whether to write it only if the step was worth taking: see ``hasGain()``.
  /// - Returns: whether the state was written. With a recorder, variables may be bound then that the caller undoes after its record.
  @discardableResult
  func encode(into output: inout Words, ifGain: Bool = false) -> Bool {
    computed += 1
    let mark = workspace.mark
    let isNewSituation = findNewSituation()
    if reductions.useful { hideUselessKnowledge(from: isNewSituation ? 0 : gain.known.count) }
    if reductions.forget { hideDerivableKnowledge() }
    writeItems(areChecked: !isNewSituation)
    if reductions.forget {
      settleIdleVariables()
      forgetGarbage()
    }
    let isWorthIt = !ifGain || hasGain()
    if isWorthIt {
      collectNodes()
      rankEpochs()
      number()
      write(into: &output)
    }
    showHiddenKnowledge()
    readers.situation = loadedSituation
    workspace.release(to: mark)
    return isWorthIt
  }

  /// What can never be of use need not be remembered. What was known in the loaded state is of use in its situation.
  private func hideUselessKnowledge(from first: Int) {
    for index in first..<max(first, workspace.knowledge.count) where !readers.isUsable(workspace.knowledge[index], workspace) {
      hideKnowledge(index)
    }
  }

  /// Until all that is hidden is shown again, the attacker does not know it.
  func hideKnowledge(_ index: Int) {
    scratch.hidden.append(index)
    scratch.hiddenEpochs.append(workspace.learnedIn[index])
    workspace.learnedIn[index] = .max
  }

  /// What the attacker can build from the rest of its knowledge need not be remembered.
  private func hideDerivableKnowledge() {
    var index = workspace.knowledge.count - 1
    while index >= 0 {
      let term = workspace.value(workspace.knowledge[index])
      if workspace.learnedIn[index] == .max {
        // It is hidden already.
      } else if term < 0 || (term < firstName && workspace.arity[workspace.symbol(of: term)] > 0) {
        let epoch = workspace.learnedIn[index]
        // What is learned after everything else helps nobody.
        workspace.learnedIn[index] = .max
        if workspace.isDerivable(term, epoch) {
          scratch.hidden.append(index)
          scratch.hiddenEpochs.append(epoch)
        } else {
          workspace.learnedIn[index] = epoch
        }
      }
      index -= 1
    }
  }

  func showHiddenKnowledge() {
    for index in 0..<scratch.hidden.count { workspace.learnedIn[scratch.hidden[index]] = scratch.hiddenEpochs[index] }
    scratch.hidden.removeAll()
    scratch.hiddenEpochs.removeAll()
  }

  // MARK: Items: facts, knowledge, disequalities, in raw words

  private func writeTerm(_ term: TermID) {
    let term = workspace.value(term)
    if term < 0 {
      scratch.raw.append(Int32(~term) << 2 | 2)
    } else if term >= firstName {
      scratch.raw.append((term - firstName) << 2 | 1)
    } else {
      let symbol = workspace.symbol(of: term)
      scratch.raw.append(Int32(symbol) << 2)
      for index in 0..<Int(workspace.arity[symbol]) { writeTerm(workspace.argument(index, of: term)) }
    }
  }

  private func beginItem(_ kind: Int32, _ head: Int32) {
    scratch.starts.append(scratch.raw.count)
    scratch.raw.append(kind)
    scratch.raw.append(head)
  }

  /// - Parameter areChecked: whether it is known of the facts that they can make a difference.
  private func writeItems(areChecked: Bool) {
    scratch.raw.truncate(to: 0)
    scratch.starts.removeAll()
    scratch.makers.removeAll()
    for fact in staticFacts..<factStarts.count where alive[fact] == 1 {
      let start = Int(factStarts[fact])
      if !areChecked && reductions.useful && !readers.isRelevant(start, self) { continue }
      scratch.makers.append(gain.maker(ofFact: fact))
      beginItem(EncodingScratch.Kind.fact, factCells[start])
      for column in 0..<Int(predicateArity[Int(factCells[start])]) { writeTerm(factCells[start + 1 + column]) }
    }
    scratch.firstKnown = scratch.starts.count
    for index in 0..<workspace.knowledge.count where workspace.learnedIn[index] != .max {
      scratch.makers.append(gain.maker(ofKnown: index))
      beginItem(EncodingScratch.Kind.known, workspace.learnedIn[index])
      writeTerm(workspace.knowledge[index])
    }
    scratch.firstDifferent = scratch.starts.count
    writeDisequalities()
    scratch.starts.append(scratch.raw.count)
    scratch.dropped.reset(to: scratch.itemCount, false)
  }

  /// Writes what is open in solved form: each variable that would have to be bound, with its value, and each that would have to be of a more
  /// special sort, with a universal variable of that sort.
  private func writeDisequalities() {
    for index in 0..<disequalityStarts.count {
      let mark = workspace.trail.count
      var pairs: [(Int, TermID)] = []
      if unifySides(Int(disequalityStarts[index])) {
        forEachDemand(since: mark) { what, variable in
          if what == Workspace.Trailed.binding {
            pairs.append((variable, workspace.resolved(~Int32(variable))))
          } else if workspace.bindings[variable] == unbound && !pairs.contains(where: { $0.0 == variable }) {
            forEachUniversal(equalTo: variable, since: mark) { pairs.append((variable, $0)) }
          }
        }
      }
      workspace.undo(to: mark)
      guard !pairs.isEmpty else { continue }
      beginItem(EncodingScratch.Kind.different, Int32(pairs.count))
      for (variable, value) in pairs {
        scratch.raw.append(Int32(variable) << 2 | 2)
        writeTerm(value)
      }
    }
  }

  private func forEachUniversal(equalTo variable: Int, since mark: Int, _ body: (TermID) -> Void) {
    var index = mark
    while index < workspace.trail.count {
      let other = workspace.trail[index + 1]
      if workspace.trail[index] == Workspace.Trailed.binding && workspace.epochs[Int(other)] == universal && workspace.value(~other) == ~Int32(variable) {
        body(~other)
      }
      index += 3
    }
  }

  private func collectNodes() {
    scratch.nodes.removeAll()
    scratch.nodeOfName.reset(to: workspace.nameSorts.count, -1)
    scratch.nodeOfVariable.reset(to: workspace.bindings.count, -1)
    for item in 0..<scratch.itemCount where !scratch.dropped[item] {
      for position in scratch.terms(item) {
        let word = scratch.raw[position]
        if word & 3 != 0 { addNode(word) }
      }
    }
    if !reductions.canonical {
      // Every name ever made keeps its place.
      for name in 0..<workspace.nameSorts.count { addNode(Int32(name) << 2 | 1) }
    }
  }

  @inline(__always) private func addNode(_ word: Int32) {
    let index = Int(word >> 2)
    if word & 3 == 1 {
      if scratch.nodeOfName[index] < 0 {
        scratch.nodeOfName[index] = Int32(scratch.nodes.count)
        scratch.nodes.append(word)
      }
    } else if scratch.nodeOfVariable[index] < 0 {
      scratch.nodeOfVariable[index] = Int32(scratch.nodes.count)
      scratch.nodes.append(word)
    }
  }

  @inline(__always) func node(_ word: Int32) -> Int {
    Int(word & 3 == 1 ? scratch.nodeOfName[Int(word >> 2)] : scratch.nodeOfVariable[Int(word >> 2)])
  }

  func skipTerm(_ position: Int) -> Int {
    let word = scratch.raw[position]
    var next = position + 1
    if word & 3 == 0 { for _ in 0..<Int(workspace.arity[Int(word >> 2)]) { next = skipTerm(next) } }
    return next
  }

  // MARK: Writing

  private func write(into output: inout Words) {
    // Items with final numbers, then sorted by their words.
    scratch.order.removeAll()
    let unused = gain.header.open | gain.header.bit
    for item in 0..<scratch.itemCount where !scratch.dropped[item] {
      scratch.order.append(item)
      // Which step made it matters only where it is still unused, or the last one.
      if item < scratch.firstDifferent && scratch.makers[item] & unused == 0 { scratch.makers[item] = 0 }
      for position in scratch.terms(item) where scratch.raw[position] & 3 != 0 {
        scratch.raw[position] = scratch.numbers[node(scratch.raw[position])]
      }
    }
    if reductions.canonical {
      scratch.order.sort { first, second in
        let order = self.compare(first, second)
        return order < 0 || (order == 0 && first < self.scratch.firstDifferent && self.scratch.makers[first] < self.scratch.makers[second])
      }
    }
    let firstNews = news.count
    gain.header.write(to: &news)
    let head = output.count
    output.extend(by: 5)
    for index in 0..<5 { output[head + index] = 0 }
    for index in 0..<scratch.nodeOrder.count {
      let word = scratch.nodes[scratch.nodeOrder[index]]
      if word & 3 == 1 {
        output[head] += 1
        output.append(workspace.nameSorts[Int(word >> 2)])
      } else {
        let variable = Int(word >> 2)
        output[head + 1] += 1
        output.append(workspace.variableSorts[variable] << 1 | workspace.optional[variable])
        output.append(rank(ofNode: scratch.nodeOrder[index]))
      }
    }
    var last = -1
    for index in 0..<scratch.order.count {
      let item = scratch.order[index]
      // The same fact twice, where nobody can take one away or count them, is the fact once.
      if reductions.forget && last >= 0 && scratch.kind(item) == EncodingScratch.Kind.fact && !monotonicity.isConsumedOrCounted[Int(scratch.head(item))]
        && compare(last, item) == 0
      {
        // What is there twice and was there before is old.
        if scratch.makers[item] < news[news.count - 1] { news[news.count - 1] = scratch.makers[item] }
        continue
      }
      last = item
      if item < scratch.firstDifferent { news.append(scratch.makers[item]) }
      output[head + 2 + Int(scratch.kind(item))] += 1
      for position in scratch.starts[item] + 1..<scratch.starts[item + 1] { output.append(scratch.raw[position]) }
    }
    for index in 0..<budgets.count { output.append(budgets[index]) }
    renumberMakers(from: firstNews)
  }

  /// Numbers the steps of a chain anew, by where their products stand: which of them made something matters only where it is still unused.
  /// So chains that have come to the same by other ways are the same.
  private func renumberMakers(from first: Int) {
    let (open, last) = (gain.header.open, gain.header.bit)
    guard last > 1 else { return }
    var numbers = (seen: Int32(0), count: 0)
    let table = scratch.makerNumbers
    for index in first + Gain.Header.length..<news.count where news[index] != 0 && news[index] != last {
      let maker = news[index]
      if numbers.seen & maker == 0 {
        numbers.seen |= maker
        table[maker.trailingZeroBitCount] = 1 << Int32(numbers.count)
        numbers.count += 1
      }
      news[index] = table[maker.trailingZeroBitCount]
    }
    // Those of whose products nothing is left, and then the last one.
    numbers.count += (open & ~numbers.seen & ~last).nonzeroBitCount
    let newLast = Int32(1) << Int32(numbers.count)
    if newLast != last { for index in first + Gain.Header.length..<news.count where news[index] == last { news[index] = newLast } }
    var header = gain.header
    header.bit = newLast
    header.open = newLast - 1 | (open & last != 0 ? newLast : 0)
    header.overwrite(&news, at: first)
  }

  func compare(_ first: Int, _ second: Int) -> Int {
    let (a, b) = (scratch.starts[first], scratch.starts[second])
    let (m, n) = (scratch.starts[first + 1] - a, scratch.starts[second + 1] - b)
    for offset in 0..<min(m, n) where scratch.raw[a + offset] != scratch.raw[b + offset] { return scratch.raw[a + offset] < scratch.raw[b + offset] ? -1 : 1 }
    return m - n
  }
}
