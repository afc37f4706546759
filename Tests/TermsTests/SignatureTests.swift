import Terms
import Testing

@Suite struct `Signatures` {
  @Test func `a new signature has messages and none`() {
    let signature = Signature()
    #expect(signature.sorts[Signature.message].name == "Message")
    #expect(signature.symbols[Signature.none].name == "none")
    #expect(signature.symbols[Signature.none].isPublic)
  }

  @Test func `a sort is added once`() {
    var signature = Signature()
    let first = signature.addSort("Key", values: nil)
    #expect(signature.addSort("Key", values: nil) == first)
    #expect(signature.sort(named: "Key") == first)
    #expect(signature.sort(named: "Lock") == nil)
    #expect(signature.allSortNames == ["Message", "Key"])
  }

  @Test func `a finite sort lists its values`() {
    var signature = Signature()
    let agent = signature.addSort("Agent", values: [])
    let alice = signature.addValue("alice", to: agent)
    let mallory = signature.addValue("mallory", to: agent, isAttackers: true)
    #expect(signature.sorts[agent].values == [alice, mallory])
    #expect(signature.symbols[mallory].isAttackers)
    #expect(!signature.symbols[alice].isAttackers)
    #expect(signature.symbols[alice].result == agent)
  }

  @Test func `a sort takes terms of its own and messages`() {
    var signature = Signature()
    let (key, nonce) = (signature.addSort("Key", values: nil), signature.addSort("Nonce", values: nil))
    #expect(signature.accepts(key, key))
    #expect(!signature.accepts(key, nonce))
    #expect(signature.accepts(Signature.message, nonce))
    #expect(signature.accepts(nonce, Signature.message))
  }

  @Test func `merging sorts is transitive`() {
    var signature = Signature()
    let sorts = ["A", "B", "C", "D", "E"].map { signature.addSort($0, values: nil) }
    signature.confuse(sorts[0], sorts[1])
    signature.confuse(sorts[2], sorts[3])
    signature.confuse(sorts[3], sorts[0])
    for first in sorts[0...3] { for second in sorts[0...3] { #expect(signature.accepts(first, second)) } }
    #expect(!signature.accepts(sorts[0], sorts[4]))
  }
}

@Suite struct `Terms` {
  let term = Term.apply(7, [.variable(2), .apply(8, [.constant(9), .variable(0)]), .variable(2)])

  @Test func `a term without variables is ground`() {
    #expect(Term.apply(7, [.constant(9), .apply(8, [])]).isGround)
    #expect(!term.isGround)
  }

  @Test func `variables are met from left to right, each time they occur`() {
    var met: [Int] = []
    term.forEachVariable { met.append($0) }
    #expect(met == [2, 0, 2])
  }

  @Test func `variables are replaced all at once`() {
    let swapped = term.map { $0 == 2 ? .variable(0) : .apply(5, [.variable(2)]) }
    #expect(swapped == .apply(7, [.variable(0), .apply(8, [.constant(9), .apply(5, [.variable(2)])]), .variable(0)]))
  }

  @Test func `replacing variables by themselves changes nothing`() { #expect(term.map(Term.variable) == term) }
}
