import Terms
import Testing

@testable import Deduction

@Suite struct `Learning` {
  let workspace = Workspace.make()

  @Test func `a record is taken apart`() {
    let (n, k) = (workspace.name(words.nonce), workspace.name(words.key))
    workspace.learn(workspace.apply(words.pair, n, workspace.apply(words.pair, workspace.constant(words.zero), k)), 1)
    #expect(workspace.known == [n, k])
    #expect((0..<2).allSatisfy { workspace.learnedIn[$0] == 1 })
  }

  @Test func `what can be built is nothing new`() {
    let n = workspace.name(words.nonce)
    workspace.learn(n, 1)
    workspace.learn(n, 2)
    workspace.learn(workspace.apply(words.hash, n), 2)
    workspace.learn(workspace.constant(words.alice), 2)
    workspace.learn(workspace.apply(words.keyOf, workspace.constant(words.mallory)), 2)
    workspace.learn(workspace.variable(words.nonce, epoch: 1), 2)
    #expect(workspace.known == [n])
  }

  @Test func `what was built later than it is learned now is new`() {
    let n = workspace.name(words.nonce)
    workspace.learn(n, 3)
    workspace.learn(n, 1)
    #expect(workspace.isDerivable(n, 1))
  }

  @Test func `a term is known from its epoch on`() {
    let n = workspace.name(words.nonce)
    workspace.learn(n, 2)
    #expect(!workspace.isDerivable(n, 1))
    #expect(workspace.isDerivable(n, 2))
    #expect(workspace.isDerivable(n, 3))
  }

  // MARK: Opening

  @Test func `a signature is read by anyone`() {
    let (n, k) = (workspace.name(words.nonce), workspace.name(words.key))
    workspace.learn(workspace.apply(words.sign, k, n), 0)
    workspace.analyse()
    #expect(workspace.isDerivable(n, 0))
    #expect(!workspace.isDerivable(k, 0))
  }

  @Test(arguments: [words.seal, words.encrypt]) func `a closed message opens with its key, from when both are known`(symbol: SymbolID) {
    for (message, key) in [(0, 2), (2, 0), (1, 1)] {
      let workspace = Workspace.make()
      workspace.now = 2
      let (n, k) = (workspace.name(words.nonce), workspace.name(words.key))
      let lock = symbol == words.seal ? k : workspace.apply(words.publicOf, k)
      workspace.learn(workspace.apply(symbol, lock, n), Int32(message))
      workspace.analyse()
      #expect(!workspace.isDerivable(n, 3))
      workspace.learn(k, Int32(key))
      workspace.analyse()
      let since = Int32(max(message, key))
      #expect(workspace.isDerivable(n, since))
      #expect(!workspace.isDerivable(n, since - 1))
    }
  }

  @Test func `the public key does not open`() {
    let (n, k) = (workspace.name(words.nonce), workspace.name(words.key))
    let lock = workspace.apply(words.publicOf, k)
    workspace.learn(lock, 0)
    workspace.learn(workspace.apply(words.encrypt, lock, n), 0)
    workspace.analyse()
    #expect(!workspace.isDerivable(n, 1))
  }

  @Test func `keys inside other messages are used, whatever the order`() {
    let n = workspace.name(words.nonce)
    let (k, l) = (workspace.name(words.key), workspace.name(words.key))
    workspace.learn(workspace.apply(words.seal, k, n), 0)
    workspace.learn(workspace.apply(words.seal, l, workspace.apply(words.pair, k, workspace.none)), 0)
    workspace.learn(workspace.apply(words.sign, k, l), 0)
    workspace.analyse()
    #expect(workspace.isDerivable(n, 0))
  }

  @Test func `what was opened is opened further`() {
    let (n, k) = (workspace.name(words.nonce), workspace.name(words.key))
    workspace.learn(workspace.apply(words.sign, k, workspace.apply(words.seal, workspace.apply(words.keyOf, workspace.constant(words.mallory)), n)), 1)
    workspace.analyse()
    #expect(workspace.isDerivable(n, 1))
  }

  @Test func `the key may be one that the attacker has chosen`() {
    let (n, k) = (workspace.name(words.nonce), workspace.variable(words.key, epoch: 0))
    workspace.learn(workspace.apply(words.seal, k, n), 1)
    workspace.learn(workspace.apply(words.encrypt, workspace.apply(words.publicOf, k), workspace.constant(words.secret)), 1)
    workspace.analyse()
    #expect(workspace.isDerivable(n, 1))
    #expect(workspace.isDerivable(workspace.constant(words.secret), 1))
    #expect(!workspace.isDerivable(n, 0))
  }

  @Test func `analysis binds nothing`() {
    let (n, lock) = (workspace.name(words.nonce), workspace.variable(words.publicKey, epoch: 0))
    workspace.learn(workspace.apply(words.encrypt, lock, n), 1)
    workspace.analyse()
    #expect(!workspace.isDerivable(n, 1))
    #expect(workspace.trail.count == 0)
    #expect(workspace.value(lock) == lock)
    #expect(workspace.bindings.count == 1)
  }

  // MARK: Opening by binding

  /// The values of the term in each way to open a message by binding a variable.
  func openings(_ look: TermID) -> [TermID] {
    var values: [TermID] = []
    _ = workspace.openByBinding {
      workspace.analyse()
      values.append(workspace.resolved(look))
      return true
    }
    return values
  }

  @Test func `a chosen public key opens what was encrypted for it, where the attacker has the private key`() {
    let (n, lock) = (workspace.name(words.nonce), workspace.variable(words.publicKey, epoch: 0))
    workspace.learn(workspace.apply(words.encrypt, lock, n), 1)
    var ways = 0
    _ = workspace.openByBinding {
      ways += 1
      workspace.analyse()
      #expect(workspace.symbol(of: workspace.value(lock)) == words.publicOf)
      #expect(workspace.isDerivable(n, 1))
      return true
    }
    #expect(ways > 0)
    #expect(workspace.value(lock) == lock)
    #expect(workspace.goals.count == 0)
  }

  @Test func `an agent who may be the attacker is one way, and so is a key that is known already`() {
    let (n, who) = (workspace.name(words.nonce), workspace.variable(words.agent, epoch: 0))
    workspace.learn(workspace.apply(words.keyOf, workspace.constant(words.bob)), 0)
    workspace.learn(workspace.apply(words.seal, workspace.apply(words.keyOf, who), n), 1)
    #expect(Set(openings(who)) == [workspace.constant(words.bob), workspace.constant(words.mallory)])
  }

  @Test func `what needs no binding, and what has nothing new in it, is no way`() {
    let (k, x) = (workspace.variable(words.key, epoch: 0), workspace.variable(words.message, epoch: 0))
    let lock = workspace.variable(words.publicKey, epoch: 0)
    workspace.learn(workspace.apply(words.encrypt, lock, x), 1)
    workspace.learn(workspace.apply(words.seal, k, workspace.name(words.nonce)), 1)
    workspace.analyse()
    #expect(openings(x).isEmpty)
  }

  @Test func `a key variable of any sort opens what it closed`() {
    let (n, key) = (workspace.name(words.nonce), workspace.variable(words.message, epoch: 0))
    workspace.learn(workspace.apply(words.seal, key, n), 1)
    workspace.analyse()
    var isOpened = workspace.isDerivable(n, 1)
    _ = workspace.openByBinding {
      workspace.analyse()
      isOpened = isOpened || workspace.isDerivable(n, 1)
      return true
    }
    #expect(isOpened)
  }

  @Test func `a part of any sort that no opening looks at does not keep a message closed`() {
    var signature = words.signature
    let box = signature.addSymbol("box", arguments: [words.message, words.message], result: words.sealed)
    let workspace = Workspace(signature: signature)
    workspace.none = workspace.make(.constant(words.none))
    workspace.add((sorts: [0, 0], pattern: .apply(box, [.variable(0), .variable(1)]), needs: [], gives: .variable(1)))
    let n = workspace.name(words.nonce)
    workspace.learn(workspace.apply(box, workspace.variable(words.message, epoch: 0), n), 1)
    workspace.analyse()
    #expect(workspace.isDerivable(n, 1))
  }
}
