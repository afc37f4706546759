import Deduction
import Terms

@inline(__always) private func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
  var x = (a ^ b &* 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9
  x ^= x >> 29
  return x &* 0x94D0_49BB_1331_11EB ^ x >> 32
}

/// Numbers for names and variables that do not depend on when they were made.
extension Engine {
  /// Numbers names and variables by colour refinement (Weisfeiler and Leman): by how they occur, and no more.
  func number() {
    let count = scratch.nodes.count
    colourNodes()
    if reductions.canonical {
      listOccurrences()
      var distinct = 0
      while true {
        distinct = refine(until: distinct)
        guard distinct < count, let tied = firstTie() else { break }
        scratch.colours[tied] = mix(scratch.colours[tied], 0xD1CE)
      }
    }
    scratch.nodeOrder.removeAll()
    for node in 0..<count { scratch.nodeOrder.append(node) }
    // Names first, in the order of their colours (of their making, without symmetry), then variables.
    let byAge = !reductions.symmetry || !reductions.canonical
    scratch.nodeOrder.sort { a, b in
      let (x, y) = (self.scratch.nodes[a], self.scratch.nodes[b])
      if x & 3 != y & 3 { return x & 3 < y & 3 }
      if (byAge && x & 3 == 1) || !self.reductions.canonical { return x < y }
      return self.scratch.colours[a] < self.scratch.colours[b]
    }
    scratch.numbers.reset(to: count, 0)
    var (names, variables): (Int32, Int32) = (0, 0)
    for index in 0..<count {
      let node = scratch.nodeOrder[index]
      if scratch.nodes[node] & 3 == 1 {
        scratch.numbers[node] = names << 2 | 1
        names += 1
      } else {
        scratch.numbers[node] = variables << 2 | 2
        variables += 1
      }
    }
  }

  private func colourNodes() {
    scratch.colours.removeAll()
    for node in 0..<scratch.nodes.count {
      let word = scratch.nodes[node]
      let index = Int(word >> 2)
      var colour: UInt64
      if word & 3 == 1 {
        colour = mix(1, UInt64(workspace.nameSorts[index]))
        if !reductions.symmetry { colour = mix(colour, UInt64(index)) }
      } else {
        colour = mix(mix(2, UInt64(workspace.variableSorts[index]) << 1 | UInt64(workspace.optional[index])), UInt64(bitPattern: Int64(rank(ofNode: node))))
      }
      scratch.colours.append(colour)
    }
  }

  /// Lists the items that mention names or variables, with the nodes in place of these: each round of refinement goes over them.
  private func listOccurrences() {
    scratch.linked.removeAll()
    scratch.occurrences.removeAll()
    for item in 0..<scratch.itemCount where !scratch.dropped[item] {
      let terms = scratch.terms(item)
      var linked = EncodingScratch.Linked(
        hash: mix(UInt64(scratch.kind(item)), UInt64(UInt32(bitPattern: scratch.head(item)))), position: 0, first: scratch.occurrences.count, end: 0)
      for position in terms {
        let word = scratch.raw[position]
        if word & 3 != 0 {
          if scratch.occurrences.count == linked.first { linked.position = UInt64(position - terms.lowerBound) }
          scratch.occurrences.append(Int32(node(word)))
        } else if scratch.occurrences.count == linked.first {
          // The same in each round.
          linked.hash = mix(linked.hash, UInt64(word))
        } else {
          scratch.occurrences.append(~word)
        }
      }
      linked.end = scratch.occurrences.count
      if linked.end > linked.first { scratch.linked.append(linked) }
    }
  }

  /// Refines colours until no round tells more apart; returns how many there are.
  private func refine(until known: Int) -> Int {
    let count = scratch.nodes.count
    guard count > 0 else { return 0 }
    var distinct = known
    while true {
      scratch.nextColours.copy(scratch.colours)
      for item in 0..<scratch.linked.count {
        let linked = scratch.linked[item]
        var hash = linked.hash
        for index in linked.first..<linked.end {
          let word = scratch.occurrences[index]
          hash = mix(hash, word < 0 ? UInt64(~word) : scratch.colours[Int(word)])
        }
        var position = linked.position
        for index in linked.first..<linked.end {
          let word = scratch.occurrences[index]
          if word >= 0 { scratch.nextColours[Int(word)] &+= mix(hash, position) }
          position += 1
        }
      }
      scratch.swapColours()
      scratch.nextColours.copy(scratch.colours)
      scratch.nextColours.sort(<)
      var now = 1
      for index in 1..<max(count, 1) where scratch.nextColours[index] != scratch.nextColours[index - 1] { now += 1 }
      if now == count || now <= distinct { return now }
      distinct = now
    }
  }

  private func firstTie() -> Int? {
    // `nextColours` holds the sorted colours.
    for index in 1..<max(1, scratch.nextColours.count) where scratch.nextColours[index] == scratch.nextColours[index - 1] {
      for node in 0..<scratch.colours.count where scratch.colours[node] == scratch.nextColours[index] { return node }
    }
    return nil
  }
}
