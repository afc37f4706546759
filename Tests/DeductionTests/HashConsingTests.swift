import Terms
import Testing

@testable import Deduction

@Suite struct `Hash consing` {
  let workspace = Workspace.make()

  @Test func `terms made twice are one`() {
    let n = workspace.name(words.nonce)
    #expect(workspace.apply(words.hash, n) == workspace.apply(words.hash, n))
    #expect(workspace.apply(words.pair, n, n) != workspace.apply(words.pair, n, workspace.none))
  }

  @Test func `a term made twice takes room once`() {
    let n = workspace.name(words.nonce)
    _ = workspace.apply(words.hash, n)
    let before = workspace.mark
    _ = workspace.apply(words.hash, n)
    #expect(workspace.mark == before)
  }

  @Test func `a term is ground where no variable was in it when it was made`() {
    let (n, x) = (workspace.name(words.nonce), workspace.variable(words.nonce))
    let term = workspace.apply(words.hash, x)
    #expect(workspace.isGround(workspace.apply(words.hash, n)))
    #expect(!workspace.isGround(term))
    #expect(workspace.unify(x, n))
    #expect(!workspace.isGround(term))
    #expect(workspace.isGround(workspace.resolved(term)))
    #expect(workspace.isSame(term, workspace.resolved(term)))
  }

  @Test func `terms made since a mark are forgotten, and older ones stay`() {
    let names = (0..<40).map { _ in workspace.name(words.nonce) }
    let old = names.map { workspace.apply(words.hash, $0) }
    let mark = workspace.mark
    for name in names { _ = workspace.apply(words.pair, name, name) }
    workspace.release(to: mark)
    #expect(workspace.mark == mark)
    #expect(names.map { workspace.apply(words.hash, $0) } == old)
    #expect(workspace.mark == mark)
  }

  @Test func `terms are made anew after they were forgotten`() {
    let n = workspace.name(words.nonce)
    let mark = workspace.mark
    let first = workspace.apply(words.hash, n)
    workspace.release(to: mark)
    let second = workspace.apply(words.pair, n, n)
    let third = workspace.apply(words.hash, n)
    #expect(second == first, "the room is used again")
    #expect(third != second)
    #expect(workspace.symbol(of: third) == words.hash)
  }

  @Test func `the table grows and finds all terms afterwards`() {
    let terms = (0..<12_000).map { _ in workspace.apply(words.hash, workspace.name(words.nonce)) }
    #expect(Set(terms).count == terms.count)
    let again = (0..<12_000).map { workspace.apply(words.hash, firstName + Int32($0)) }
    #expect(again == terms)
  }

  @Test func `what was made before and after the table grew can be forgotten`() {
    let name = { (index: Int) in firstName + Int32(index) }
    for _ in 0..<24_000 { _ = workspace.name(words.nonce) }
    let old = (0..<3_000).map { workspace.apply(words.hash, name($0)) }
    let mark = workspace.mark
    for index in 3_000..<24_000 { _ = workspace.apply(words.hash, name(index)) }
    workspace.release(to: mark)
    #expect((0..<3_000).map { workspace.apply(words.hash, name($0)) } == old)
    #expect(workspace.mark == mark)
    #expect(Int(workspace.apply(words.hash, name(20_000))) == mark.cells)
  }

  @Test func `words keep their values as they grow`() {
    var run = Words(capacity: 1)
    defer { run.deallocate() }
    for word in 0..<1_000 { run.append(Int32(word)) }
    #expect((0..<1_000).allSatisfy { run[$0] == Int32($0) })
    run.truncate(to: 10)
    #expect(run.count == 10)
  }
}
