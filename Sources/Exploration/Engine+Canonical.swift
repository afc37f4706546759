import Deduction
import Terms

/// Room for the encoding of one state.
struct CanonicalScratch {
  /// For each live name or variable: its raw word (see the encoding) and, after numbering, its number.
  var nodes: [Int32] = []
  var colours: [UInt64] = []
  var next: [UInt64] = []
  var numbers: [Int32] = []
  var order: [Int] = []
  var nodeOfName: [Int32] = []
  var nodeOfVariable: [Int32] = []
  var itemHashes: [UInt64] = []
  var epochs: [Int32] = []
  var dropped: [Bool] = []
  var sorted = Words(capacity: 1 << 10)
  var sortedStarts: [Int] = []
}

@inline(__always) private func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
  var x = (a ^ b &* 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9
  x ^= x >> 29
  return x &* 0x94D0_49BB_1331_11EB ^ x >> 32
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
  private enum Item: Int32 { case fact, known, different }

  func encode(into output: inout Words, epochLimit: Int32) {
    let savedKnowledge = workspace.knowledge.count
    let mark = workspace.mark
    var known: [(TermID, Int32)] = []
    if reductions.forget {
      for index in 0..<savedKnowledge { known.append((workspace.knowledge[index], workspace.learnedIn[index])) }
      dropDerivableKnowledge()
    }
    writeItems()
    number()
    write(into: &output)
    if reductions.forget {
      workspace.knowledge.truncate(to: 0)
      workspace.learnedIn.truncate(to: 0)
      for (term, epoch) in known {
        workspace.knowledge.append(term)
        workspace.learnedIn.append(epoch)
      }
    }
    workspace.release(to: mark)
  }

  /// What the attacker can build from the rest of its knowledge need not be remembered.
  private func dropDerivableKnowledge() {
    var index = workspace.knowledge.count - 1
    while index >= 0 {
      let term = workspace.value(workspace.knowledge[index])
      let isComposed = term < 0 || (term < firstName && workspace.arity[workspace.symbol(of: term)] > 0)
      if isComposed && workspace.isDerivable(term, workspace.learnedIn[index], except: index) {
        for later in index..<workspace.knowledge.count - 1 {
          workspace.knowledge[later] = workspace.knowledge[later + 1]
          workspace.learnedIn[later] = workspace.learnedIn[later + 1]
        }
        workspace.knowledge.truncate(to: workspace.knowledge.count - 1)
        workspace.learnedIn.truncate(to: workspace.learnedIn.count - 1)
      }
      index -= 1
    }
  }

  // MARK: Items: facts, knowledge, disequalities, in raw words

  private func writeTerm(_ term: TermID) {
    let term = workspace.value(term)
    if term < 0 {
      raw.append(Int32(~term) << 2 | 2)
    } else if term >= firstName {
      raw.append((term - firstName) << 2 | 1)
    } else {
      let symbol = workspace.symbol(of: term)
      raw.append(Int32(symbol) << 2)
      for index in 0..<Int(workspace.arity[symbol]) { writeTerm(workspace.argument(index, of: term)) }
    }
  }

  /// Each item: its kind, one word of its own (predicate, epoch, number of pairs), and its terms.
  private func writeItems() {
    raw.truncate(to: 0)
    itemStarts.truncate(to: 0)
    for fact in staticFacts..<factStarts.count where alive[fact] == 1 {
      itemStarts.append(Int32(raw.count))
      let start = Int(factStarts[fact])
      raw.append(Item.fact.rawValue)
      raw.append(factCells[start])
      for column in 0..<Int(predicateArity[Int(factCells[start])]) { writeTerm(factCells[start + 1 + column]) }
    }
    for index in 0..<workspace.knowledge.count {
      itemStarts.append(Int32(raw.count))
      raw.append(Item.known.rawValue)
      raw.append(workspace.learnedIn[index])
      writeTerm(workspace.knowledge[index])
    }
    writeDisequalities()
    itemStarts.append(Int32(raw.count))
    collectNodes()
    if reductions.forget { forgetDisequalities() }
    rankEpochs()
  }

  private func writeDisequalities() {
    for index in 0..<disequalityStarts.count {
      let start = Int(disequalityStarts[index])
      if status(start).0 == .always { continue }
      // In solved form: each variable that would have to be bound, with its value.
      let mark = workspace.trail.count
      var isOpen = true
      for pair in 0..<Int(disequalities[start]) where isOpen { isOpen = workspace.unify(disequalities[start + 1 + 2 * pair], disequalities[start + 2 + 2 * pair]) }
      var variables: [(Int, TermID)] = []
      var position = mark
      while position < workspace.trail.count {
        let variable = Int(workspace.trail[position + 1])
        if workspace.trail[position] == Workspace.Trailed.binding && workspace.epochs[variable] != universal {
          variables.append((variable, workspace.resolved(~Int32(variable))))
        }
        position += 3
      }
      workspace.undo(to: mark)
      guard isOpen, !variables.isEmpty else { continue }
      itemStarts.append(Int32(raw.count))
      raw.append(Item.different.rawValue)
      raw.append(Int32(variables.count))
      for (variable, value) in variables {
        raw.append(Int32(variable) << 2 | 2)
        writeTerm(value)
      }
    }
  }

  private func collectNodes() {
    canonicalScratch.nodes.removeAll(keepingCapacity: true)
    canonicalScratch.nodeOfName = Array(repeating: -1, count: workspace.nameSorts.count)
    canonicalScratch.nodeOfVariable = Array(repeating: -1, count: workspace.bindings.count)
    canonicalScratch.dropped = Array(repeating: false, count: itemStarts.count)
    for item in 0..<itemStarts.count - 1 { collectNodes(of: item) }
    if !reductions.canonical {
      // Every name ever made keeps its place.
      for name in 0..<workspace.nameSorts.count where canonicalScratch.nodeOfName[name] < 0 {
        canonicalScratch.nodeOfName[name] = Int32(canonicalScratch.nodes.count)
        canonicalScratch.nodes.append(Int32(name) << 2 | 1)
      }
    }
  }

  private func collectNodes(of item: Int) {
    for position in Int(itemStarts[item]) + 2..<Int(itemStarts[item + 1]) {
      let word = raw[position]
      let index = Int(word >> 2)
      switch word & 3 {
      case 1:
        if canonicalScratch.nodeOfName[index] < 0 {
          canonicalScratch.nodeOfName[index] = Int32(canonicalScratch.nodes.count)
          canonicalScratch.nodes.append(word)
        }
      case 2:
        if canonicalScratch.nodeOfVariable[index] < 0 {
          canonicalScratch.nodeOfVariable[index] = Int32(canonicalScratch.nodes.count)
          canonicalScratch.nodes.append(word)
        }
      default: break
      }
    }
  }

  /// A disequality on a variable that occurs nowhere else is always satisfiable, with a value that is new; so is what hung on it alone.
  private func forgetDisequalities() {
    guard (0..<itemStarts.count - 1).contains(where: { raw[Int(itemStarts[$0])] == Item.different.rawValue }) else { return }
    var changed = true
    while changed {
      changed = false
      var uses: [Int32: Int] = [:]
      for item in 0..<itemStarts.count - 1 where !canonicalScratch.dropped[item] {
        for position in Int(itemStarts[item]) + 2..<Int(itemStarts[item + 1]) where raw[position] & 3 == 2 { uses[raw[position], default: 0] += 1 }
      }
      for item in 0..<itemStarts.count - 1 where !canonicalScratch.dropped[item] && raw[Int(itemStarts[item])] == Item.different.rawValue {
        var position = Int(itemStarts[item]) + 2
        while position < Int(itemStarts[item + 1]) {
          // Pairs in solved form: a variable, then its value, which may itself be a variable.
          let variable = raw[position]
          let value = raw[position + 1]
          if uses[variable] == 1 || (value & 3 == 2 && uses[value] == 1 && workspace.epochs[Int(value >> 2)] != universal) {
            canonicalScratch.dropped[item] = true
            changed = true
            break
          }
          position = skipTerm(position + 1)
        }
      }
    }
    // Names and variables that only dropped items mentioned are gone.
    canonicalScratch.nodes.removeAll(keepingCapacity: true)
    for index in canonicalScratch.nodeOfName.indices { canonicalScratch.nodeOfName[index] = -1 }
    for index in canonicalScratch.nodeOfVariable.indices { canonicalScratch.nodeOfVariable[index] = -1 }
    for item in 0..<itemStarts.count - 1 where !canonicalScratch.dropped[item] { collectNodes(of: item) }
    if !reductions.canonical {
      for name in 0..<workspace.nameSorts.count where canonicalScratch.nodeOfName[name] < 0 {
        canonicalScratch.nodeOfName[name] = Int32(canonicalScratch.nodes.count)
        canonicalScratch.nodes.append(Int32(name) << 2 | 1)
      }
    }
  }

  private func skipTerm(_ position: Int) -> Int {
    let word = raw[position]
    var next = position + 1
    if word & 3 == 0 { for _ in 0..<Int(workspace.arity[Int(word >> 2)]) { next = skipTerm(next) } }
    return next
  }

  /// Epochs matter only by which knowledge lies before which variable: they are numbered anew by the variables' epochs.
  private func rankEpochs() {
    canonicalScratch.epochs.removeAll(keepingCapacity: true)
    for word in canonicalScratch.nodes where word & 3 == 2 {
      let epoch = workspace.epochs[Int(word >> 2)]
      if epoch != universal && epoch != unconstrained && !canonicalScratch.epochs.contains(epoch) { canonicalScratch.epochs.append(epoch) }
    }
    canonicalScratch.epochs.sort()
    for item in 0..<itemStarts.count - 1 where raw[Int(itemStarts[item])] == Item.known.rawValue {
      let epoch = raw[Int(itemStarts[item]) + 1]
      var rank: Int32 = 0
      for boundary in canonicalScratch.epochs where boundary < epoch { rank += 1 }
      raw[Int(itemStarts[item]) + 1] = rank
    }
  }

  private func rank(ofVariable variable: Int) -> Int32 {
    let epoch = workspace.epochs[variable]
    if epoch == universal { return universal }
    return Int32(canonicalScratch.epochs.firstIndex(of: epoch) ?? canonicalScratch.epochs.count)
  }

  // MARK: Numbering

  private func node(_ word: Int32) -> Int {
    Int(word & 3 == 1 ? canonicalScratch.nodeOfName[Int(word >> 2)] : canonicalScratch.nodeOfVariable[Int(word >> 2)])
  }

  /// Numbers names and variables by colour refinement: by how they occur, and no more.
  private func number() {
    let count = canonicalScratch.nodes.count
    canonicalScratch.colours.removeAll(keepingCapacity: true)
    for word in canonicalScratch.nodes {
      let index = Int(word >> 2)
      var colour: UInt64
      if word & 3 == 1 {
        colour = mix(1, UInt64(workspace.nameSorts[index]))
        if !reductions.symmetry { colour = mix(colour, UInt64(index)) }
      } else {
        colour = mix(mix(2, UInt64(workspace.variableSorts[index]) << 1 | UInt64(workspace.optional[index])), UInt64(bitPattern: Int64(rank(ofVariable: index))))
      }
      canonicalScratch.colours.append(colour)
    }
    if reductions.canonical {
      var distinct = 0
      while true {
        distinct = refine(until: distinct)
        guard distinct < count, let tied = firstTie() else { break }
        canonicalScratch.colours[tied] = mix(canonicalScratch.colours[tied], 0xD1CE)
      }
    }
    canonicalScratch.order.removeAll(keepingCapacity: true)
    canonicalScratch.order.append(contentsOf: 0..<count)
    // Names first, in the order of their colours (of their making, without symmetry), then variables.
    let byAge = !reductions.symmetry || !reductions.canonical
    canonicalScratch.order.sort { a, b in
      let (x, y) = (canonicalScratch.nodes[a], canonicalScratch.nodes[b])
      if x & 3 != y & 3 { return x & 3 < y & 3 }
      if (byAge && x & 3 == 1) || !reductions.canonical { return x < y }
      return canonicalScratch.colours[a] < canonicalScratch.colours[b]
    }
    canonicalScratch.numbers = Array(repeating: 0, count: count)
    var (names, variables): (Int32, Int32) = (0, 0)
    for node in canonicalScratch.order {
      if canonicalScratch.nodes[node] & 3 == 1 {
        canonicalScratch.numbers[node] = names << 2 | 1
        names += 1
      } else {
        canonicalScratch.numbers[node] = variables << 2 | 2
        variables += 1
      }
    }
  }

  /// Refines colours until no round tells more apart; returns how many there are.
  private func refine(until known: Int) -> Int {
    let count = canonicalScratch.nodes.count
    guard count > 0 else { return 0 }
    var distinct = known
    while true {
      canonicalScratch.next = canonicalScratch.colours
      for item in 0..<itemStarts.count - 1 where !canonicalScratch.dropped[item] {
        let (start, end) = (Int(itemStarts[item]), Int(itemStarts[item + 1]))
        var hash = mix(UInt64(raw[start]), UInt64(UInt32(bitPattern: raw[start + 1])))
        var hasNode = false
        for position in start + 2..<end {
          let word = raw[position]
          if word & 3 == 0 {
            hash = mix(hash, UInt64(word))
          } else {
            hash = mix(hash, canonicalScratch.colours[node(word)])
            hasNode = true
          }
        }
        guard hasNode else { continue }
        for position in start + 2..<end where raw[position] & 3 != 0 {
          canonicalScratch.next[node(raw[position])] &+= mix(hash, UInt64(position - start))
        }
      }
      swap(&canonicalScratch.colours, &canonicalScratch.next)
      canonicalScratch.next = canonicalScratch.colours
      canonicalScratch.next.sort()
      var now = 1
      for index in 1..<max(count, 1) where canonicalScratch.next[index] != canonicalScratch.next[index - 1] { now += 1 }
      if now == count || now <= distinct { return now }
      distinct = now
    }
  }

  private func firstTie() -> Int? {
    // `next` holds the sorted colours.
    var tied: UInt64?
    for index in 1..<canonicalScratch.next.count where canonicalScratch.next[index] == canonicalScratch.next[index - 1] {
      tied = canonicalScratch.next[index]
      break
    }
    guard let tied else { return nil }
    return canonicalScratch.colours.firstIndex(of: tied)
  }

  // MARK: Writing

  private func write(into output: inout Words) {
    var counts: [Int32] = [0, 0, 0]
    // Items with final numbers, then sorted by their words.
    for item in 0..<itemStarts.count - 1 where !canonicalScratch.dropped[item] {
      counts[Int(raw[Int(itemStarts[item])])] += 1
      for position in Int(itemStarts[item]) + 2..<Int(itemStarts[item + 1]) where raw[position] & 3 != 0 {
        raw[position] = canonicalScratch.numbers[node(raw[position])]
      }
    }
    itemOrder.removeAll(keepingCapacity: true)
    for item in 0..<itemStarts.count - 1 where !canonicalScratch.dropped[item] { itemOrder.append(item) }
    if reductions.canonical { itemOrder.sort { compare($0, $1) < 0 } }
    var (names, variables): (Int32, Int32) = (0, 0)
    for node in canonicalScratch.order { if canonicalScratch.nodes[node] & 3 == 1 { names += 1 } else { variables += 1 } }
    output.append(names)
    output.append(variables)
    let factCountAt = output.count
    for count in counts { output.append(count) }
    for node in canonicalScratch.order where canonicalScratch.nodes[node] & 3 == 1 { output.append(workspace.nameSorts[Int(canonicalScratch.nodes[node] >> 2)]) }
    for node in canonicalScratch.order where canonicalScratch.nodes[node] & 3 == 2 {
      let variable = Int(canonicalScratch.nodes[node] >> 2)
      output.append(workspace.variableSorts[variable] << 1 | workspace.optional[variable])
      output.append(rank(ofVariable: variable))
    }
    var last = -1
    for item in itemOrder {
      let (start, end) = (Int(itemStarts[item]), Int(itemStarts[item + 1]))
      // The same fact twice, where nobody can take one away or count them, is the fact once.
      if reductions.forget && last >= 0 && raw[start] == 0 && compare(last, item) == 0 && !readersCount(raw[start + 1]) {
        output[factCountAt] -= 1
        continue
      }
      last = item
      for position in start + 1..<end { output.append(raw[position]) }
    }
    for index in 0..<budgets.count { output.append(budgets[index]) }
  }

  private func readersCount(_ predicate: Int32) -> Bool { monotonicity.isConsumedOrCounted[Int(predicate)] }

  private func compare(_ first: Int, _ second: Int) -> Int {
    let (a, b) = (Int(itemStarts[first]), Int(itemStarts[second]))
    let (m, n) = (Int(itemStarts[first + 1]) - a, Int(itemStarts[second + 1]) - b)
    for offset in 0..<min(m, n) where raw[a + offset] != raw[b + offset] { return raw[a + offset] < raw[b + offset] ? -1 : 1 }
    return m - n
  }
}
