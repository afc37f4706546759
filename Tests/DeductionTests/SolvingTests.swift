import Terms
import Testing

@testable import Deduction

@Suite struct `Derivability without guessing` {
  let workspace = Workspace.make()

  @Test func `everybody knows public constants and none, nobody a private constant or a name`() {
    #expect(workspace.isDerivable(workspace.constant(words.zero), 0))
    #expect(workspace.isDerivable(workspace.constant(words.alice), 0))
    #expect(workspace.isDerivable(workspace.none, 0))
    #expect(!workspace.isDerivable(workspace.constant(words.secret), 9))
    #expect(!workspace.isDerivable(workspace.name(words.nonce), 9))
  }

  @Test func `public functions are applied to what is derivable`() {
    let (n, m) = (workspace.name(words.nonce), workspace.name(words.nonce))
    workspace.learn(n, 1)
    let term = workspace.apply(words.pair, workspace.apply(words.hash, n), n)
    #expect(workspace.isDerivable(term, 1))
    #expect(!workspace.isDerivable(term, 0))
    #expect(!workspace.isDerivable(workspace.apply(words.pair, n, m), 1))
  }

  @Test(arguments: [(words.alice, false), (words.mallory, true)])
  func `a private function can be applied where it is about the attacker`(agent: SymbolID, isDerivable: Bool) {
    #expect(workspace.isDerivable(workspace.apply(words.keyOf, workspace.constant(agent)), 0) == isDerivable)
  }

  @Test(arguments: [(Int32(1), true), (2, true), (3, false), (unconstrained, false), (universal, false)])
  func `a variable is derivable from its epoch on`(epoch: Int32, isDerivable: Bool) {
    #expect(workspace.isDerivable(workspace.variable(words.nonce, epoch: epoch), 2) == isDerivable)
  }

  @Test func `a known term is found through bindings`() {
    let (n, x) = (workspace.name(words.nonce), workspace.variable(words.message, epoch: 0))
    workspace.learn(workspace.apply(words.sign, workspace.name(words.key), x), 1)
    let other = workspace.apply(words.sign, workspace.name(words.key), n)
    #expect(workspace.unify(x, n))
    #expect(!workspace.isDerivable(other, 1))
    #expect(workspace.isDerivable(workspace.resolved(workspace.knowledge[0]), 1))
  }

  @Test func `one item can be left out of what is known`() {
    let n = workspace.name(words.nonce)
    workspace.learn(n, 1)
    #expect(!workspace.isDerivable(n, 1, except: 0))
  }
}

@Suite struct `Solving goals` {
  let workspace = Workspace.make()

  @Test func `nothing to do is one way`() { #expect(workspace.ways() == 1) }

  @Test func `what is not derivable has no way`() {
    #expect(workspace.ways((workspace.name(words.nonce), 5)) == 0)
    #expect(workspace.ways((workspace.constant(words.secret), 5)) == 0)
  }

  @Test func `what is derivable as it stands is one way and binds nothing`() {
    let (n, x) = (workspace.name(words.nonce), workspace.variable(words.nonce, epoch: 0))
    workspace.learn(n, 0)
    #expect(workspace.answers((workspace.apply(words.pair, n, x), 0), to: [x]) == [[x]])
  }

  @Test func `a goal is made equal to each known term`() {
    let x = workspace.variable(words.nonce)
    let signer = workspace.name(words.key)
    let (n, m) = (workspace.name(words.nonce), workspace.name(words.nonce))
    workspace.learn(workspace.apply(words.sign, signer, n), 0)
    workspace.learn(workspace.apply(words.sign, signer, m), 0)
    #expect(workspace.answers((workspace.apply(words.sign, signer, x), 0), to: [x]) == [[n], [m]])
  }

  @Test func `only what is known up to the epoch counts`() {
    let (x, signer) = (workspace.variable(words.nonce), workspace.name(words.key))
    let (n, m) = (workspace.name(words.nonce), workspace.name(words.nonce))
    workspace.learn(workspace.apply(words.sign, signer, n), 1)
    workspace.learn(workspace.apply(words.sign, signer, m), 2)
    #expect(workspace.answers((workspace.apply(words.sign, signer, x), 1), to: [x]) == [[n]])
  }

  @Test func `a goal is composed, and its variables get its epoch`() {
    let (x, y) = (workspace.variable(words.nonce), workspace.variable(words.nonce, epoch: 4))
    var epochs: [Int32] = []
    workspace.solve([(workspace.apply(words.pair, workspace.apply(words.hash, x), y), 3)]) {
      epochs = [x, y].map { workspace.epochs[Int(~$0)] }
    }
    #expect(epochs == [3, 3])
    #expect(workspace.epochs[Int(~x)] == unconstrained)
    #expect(workspace.epochs[Int(~y)] == 4)
  }

  @Test func `an earlier epoch of a variable stays`() {
    let x = workspace.variable(words.nonce, epoch: 1)
    workspace.solve([(x, 3)]) { #expect(workspace.epochs[Int(~x)] == 1) }
    #expect(workspace.ways((x, 3)) == 1)
  }

  @Test func `a variable is composed and found, which are two ways`() {
    let (n, x) = (workspace.name(words.nonce), workspace.variable(words.nonce))
    workspace.learn(workspace.apply(words.hash, n), 0)
    #expect(workspace.answers((workspace.apply(words.hash, x), 0), to: [x]) == [[n], [x]])
  }

  @Test func `the value of a variable that the attacker has chosen must be derivable when it was chosen`() {
    let (n, signer) = (workspace.name(words.nonce), workspace.name(words.key))
    let x = workspace.variable(words.nonce, epoch: 1)
    workspace.learn(workspace.apply(words.sign, signer, n), 0)
    workspace.learn(n, 2)
    #expect(workspace.ways((workspace.apply(words.sign, signer, x), 2)) == 0)
    workspace.learn(n, 1)
    #expect(workspace.answers((workspace.apply(words.sign, signer, x), 2), to: [x]) == [[n]])
  }

  @Test func `a variable that nobody chose may get a value that the attacker does not know`() {
    let (n, signer, x) = (workspace.name(words.nonce), workspace.name(words.key), workspace.variable(words.nonce))
    workspace.learn(workspace.apply(words.sign, signer, n), 0)
    #expect(workspace.answers((workspace.apply(words.sign, signer, x), 0), to: [x]) == [[n]])
  }

  @Test func `goals are solved together`() {
    let (x, signer) = (workspace.variable(words.nonce), workspace.name(words.key))
    let (n, m) = (workspace.name(words.nonce), workspace.name(words.nonce))
    workspace.learn(workspace.apply(words.sign, signer, n), 0)
    workspace.learn(workspace.apply(words.sign, signer, m), 0)
    workspace.learn(m, 0)
    #expect(workspace.answers((workspace.apply(words.sign, signer, x), 0), (x, 0), to: [x]) == [[m]])
  }

  @Test func `a private function about someone open is about the attacker, or known`() {
    let who = workspace.variable(words.agent)
    workspace.learn(workspace.apply(words.keyOf, workspace.constant(words.bob)), 0)
    let answers = workspace.answers((workspace.apply(words.keyOf, who), 0), to: [who])
    #expect(answers == [[workspace.constant(words.bob)], [workspace.constant(words.mallory)]])
  }

  @Test func `a private function about someone else has no way`() {
    #expect(workspace.ways((workspace.apply(words.keyOf, workspace.constant(words.alice)), 3)) == 0)
  }

  @Test func `solving leaves no trace`() {
    let (x, signer) = (workspace.variable(words.nonce, epoch: 2), workspace.name(words.key))
    workspace.learn(workspace.apply(words.sign, signer, workspace.constant(words.zero)), 0)
    _ = workspace.ways((workspace.apply(words.sign, signer, x), 1), (workspace.apply(words.hash, x), 0))
    #expect(workspace.trail.count == 0)
    #expect(workspace.goals.count == 0)
    #expect(workspace.value(x) == x)
  }

  @Test func `a leaf that has seen enough stops the search`() {
    let x = workspace.variable(words.nonce)
    workspace.learn(workspace.apply(words.hash, workspace.name(words.nonce)), 0)
    workspace.goals.append(workspace.apply(words.hash, x))
    workspace.goals.append(0)
    var seen = 0
    let isDone = workspace.solve(0) {
      seen += 1
      return false
    }
    #expect(!isDone)
    #expect(seen == 1)
  }
}
