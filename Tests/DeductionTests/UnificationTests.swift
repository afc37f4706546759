import Terms
import Testing

@testable import Deduction

@Suite struct `Unification` {
  let workspace = Workspace.make()

  @Test func `a term is equal to itself and nothing is bound`() {
    let x = workspace.variable(words.nonce)
    let term = workspace.apply(words.hash, x)
    #expect(workspace.unify(term, term))
    #expect(workspace.trail.count == 0)
  }

  @Test func `different names and constants are never equal`() {
    let (n, m) = (workspace.name(words.nonce), workspace.name(words.nonce))
    #expect(!workspace.unify(n, m))
    #expect(!workspace.unify(n, workspace.constant(words.zero)))
    #expect(!workspace.unify(workspace.constant(words.zero), workspace.constant(words.secret)))
  }

  @Test func `different symbols are never equal`() {
    let (k, x) = (workspace.name(words.key), workspace.variable(words.message))
    #expect(!workspace.unify(workspace.apply(words.sign, k, x), workspace.apply(words.seal, k, x)))
  }

  @Test func `arguments are made equal one by one`() {
    let (x, y) = (workspace.variable(words.message), workspace.variable(words.message))
    let n = workspace.name(words.nonce)
    let left = workspace.apply(words.pair, x, workspace.apply(words.hash, x))
    let right = workspace.apply(words.pair, n, y)
    #expect(workspace.unify(left, right))
    #expect(workspace.value(x) == n)
    #expect(workspace.resolved(y) == workspace.apply(words.hash, n))
  }

  @Test func `one variable cannot be two things`() {
    let x = workspace.variable(words.nonce)
    let (n, m) = (workspace.name(words.nonce), workspace.name(words.nonce))
    #expect(!workspace.unify(workspace.apply(words.pair, x, x), workspace.apply(words.pair, n, m)))
  }

  @Test func `a variable is no part of its own value`() {
    let x = workspace.variable(words.message)
    #expect(!workspace.unify(x, workspace.apply(words.hash, x)))
    #expect(!workspace.unify(workspace.apply(words.pair, x, x), workspace.apply(words.pair, workspace.variable(words.message), workspace.apply(words.hash, x))))
  }

  @Test func `a variable is no part of its own value through another variable`() {
    let (x, y) = (workspace.variable(words.message), workspace.variable(words.message))
    #expect(workspace.unify(y, workspace.apply(words.hash, x)))
    #expect(!workspace.unify(x, workspace.apply(words.pair, y, y)))
  }

  // MARK: Sorts

  @Test(arguments: [(words.nonce, true), (words.message, true), (words.key, false), (words.agent, false)])
  func `a variable takes a name of its own sort, or of any sort where it is a message`(sort: SortID, fits: Bool) {
    #expect(workspace.unify(workspace.variable(sort), workspace.name(words.nonce)) == fits)
  }

  @Test(arguments: [(words.digest, true), (words.message, true), (words.nonce, false)])
  func `a variable takes what a function of its sort makes`(sort: SortID, fits: Bool) {
    #expect(workspace.unify(workspace.apply(words.hash, workspace.name(words.nonce)), workspace.variable(sort)) == fits)
  }

  @Test func `a variable takes the values of its finite sort only`() {
    let who = workspace.variable(words.agent)
    #expect(!workspace.unify(who, workspace.constant(words.zero)))
    #expect(workspace.unify(who, workspace.constant(words.bob)))
  }

  @Test func `sorts that were merged share their terms`() {
    var signature = Signature()
    let (code, token) = (signature.addSort("Code", values: nil), signature.addSort("Token", values: nil))
    let other = signature.addSort("Other", values: nil)
    signature.confuse(code, token)
    let workspace = Workspace(signature: signature)
    workspace.none = workspace.make(.constant(Signature.none))
    #expect(workspace.unify(workspace.variable(code), workspace.name(token)))
    #expect(workspace.unify(workspace.variable(code), workspace.variable(token)))
    #expect(!workspace.unify(workspace.variable(other), workspace.name(token)))
  }

  // MARK: None

  @Test(arguments: [
    (words.nonce, true, true), (words.nonce, false, false), (words.agent, true, true), (words.agent, false, false), (words.message, false, true),
  ])
  func `only an optional variable and a message can be none`(sort: SortID, isOptional: Bool, canBe: Bool) {
    #expect(workspace.unify(workspace.variable(sort, isOptional: isOptional), workspace.none) == canBe)
  }

  @Test func `two optional variables of different sorts are equal only as none`() {
    let (x, y) = (workspace.variable(words.nonce, isOptional: true), workspace.variable(words.key, isOptional: true))
    #expect(workspace.unify(x, y))
    #expect(workspace.value(x) == workspace.none)
    #expect(workspace.value(y) == workspace.none)
  }

  @Test(arguments: [(true, false), (false, true), (false, false)])
  func `variables of different sorts are never equal where one cannot be none`(first: Bool, second: Bool) {
    #expect(!workspace.unify(workspace.variable(words.nonce, isOptional: first), workspace.variable(words.key, isOptional: second)))
  }

  @Test(arguments: [(true, true, true), (true, false, false), (false, true, false), (false, false, false)])
  func `joined variables may be none only where both may`(first: Bool, second: Bool, both: Bool) {
    let (x, y) = (workspace.variable(words.nonce, isOptional: first), workspace.variable(words.nonce, isOptional: second))
    #expect(workspace.unify(x, y))
    #expect(workspace.unify(x, workspace.none) == both)
  }

  @Test(arguments: [true, false]) func `a message joined with a variable of a sort may be none as that one may`(isOptional: Bool) {
    let (x, y) = (workspace.variable(words.message), workspace.variable(words.nonce, isOptional: isOptional))
    #expect(workspace.unify(x, y))
    #expect(workspace.unify(x, workspace.none) == isOptional)
  }

  @Test func `joining two messages asks nothing of either`() {
    let (x, y) = (workspace.variable(words.message, isOptional: false), workspace.variable(words.message, isOptional: true))
    #expect(workspace.unify(x, y))
    #expect(workspace.trail.count == 3)
  }

  // MARK: Joining

  @Test func `a message joined with a variable of a sort takes that sort`() {
    let (x, y) = (workspace.variable(words.message, epoch: 1), workspace.variable(words.nonce, epoch: 2))
    #expect(workspace.unify(x, y))
    #expect(workspace.value(y) == x)
    #expect(workspace.sort(of: x) == Int32(words.nonce))
    #expect(!workspace.unify(x, workspace.name(words.key)))
  }

  @Test(arguments: [
    (Int32(1), Int32(2), true), (2, 1, false), (1, unconstrained, true), (unconstrained, 1, false), (universal, 1, false), (1, universal, true),
    (unconstrained, universal, true), (2, 2, true),
  ])
  func `the variable with the earlier epoch stays, then the older one, and never a universal one`(first: Int32, second: Int32, firstStays: Bool) {
    for isSwapped in [false, true] {
      let workspace = Workspace.make()
      let (x, y) = (workspace.variable(words.nonce, epoch: first), workspace.variable(words.nonce, epoch: second))
      #expect(isSwapped ? workspace.unify(y, x) : workspace.unify(x, y))
      #expect(workspace.value(x) == (firstStays ? x : y))
      #expect(workspace.value(y) == (firstStays ? x : y))
    }
  }

  // MARK: Trail

  @Test func `undoing gives back bindings, sorts, epochs and options`() {
    let x = workspace.variable(words.message, isOptional: true, epoch: 1)
    let y = workspace.variable(words.nonce, isOptional: false, epoch: 2)
    let mark = workspace.trail.count
    #expect(workspace.unify(x, y))
    workspace.set(Workspace.Trailed.epoch, Int(~x), 0)
    #expect(workspace.unify(x, workspace.name(words.nonce)))
    workspace.undo(to: mark)
    #expect(workspace.value(x) == x && workspace.value(y) == y)
    #expect(workspace.sort(of: x) == Int32(words.message))
    #expect(workspace.epochs[Int(~x)] == 1)
    #expect(workspace.optional[Int(~x)] == 1)
    #expect(workspace.trail.count == mark)
  }

  @Test func `undoing to a mark keeps what is older`() {
    let (x, y) = (workspace.variable(words.nonce), workspace.variable(words.nonce))
    let n = workspace.name(words.nonce)
    #expect(workspace.unify(x, n))
    let mark = workspace.trail.count
    #expect(workspace.unify(y, n))
    workspace.undo(to: mark)
    #expect(workspace.value(x) == n)
    #expect(workspace.value(y) == y)
  }

  @Test func `a unification that fails leaves nothing once it is undone`() {
    let x = workspace.variable(words.message)
    let (n, m) = (workspace.name(words.nonce), workspace.name(words.nonce))
    #expect(!workspace.unify(workspace.apply(words.pair, x, n), workspace.apply(words.pair, n, m)))
    workspace.undo(to: 0)
    #expect(workspace.value(x) == x)
  }

  // MARK: Templates

  @Test func `matching code against a term binds its registers`() {
    let code = workspace.compile(.apply(words.pair, [.variable(0), .apply(words.hash, [.variable(1)])]))
    let n = workspace.name(words.nonce)
    let term = workspace.apply(words.pair, n, workspace.apply(words.hash, workspace.constant(words.zero)))
    let base = Int32(workspace.bindings.count)
    _ = (workspace.variable(words.message), workspace.variable(words.message))
    var cursor = code
    #expect(workspace.match(&cursor, base, term))
    #expect(workspace.resolved(workspace.instantiate(at: code, base)) == term)
  }

  @Test func `matching code against a variable binds it to what the code says`() {
    let x = workspace.variable(words.couple)
    let base = Int32(workspace.bindings.count)
    let register = workspace.variable(words.message)
    var cursor = workspace.compile(.apply(words.pair, [.variable(0), .constant(words.zero)]))
    #expect(workspace.match(&cursor, base, x))
    #expect(workspace.resolved(x) == workspace.apply(words.pair, register, workspace.constant(words.zero)))
  }

  @Test func `a name is found in a term through bindings`() {
    let x = workspace.variable(words.message)
    let (n, m) = (workspace.name(words.nonce), workspace.name(words.nonce))
    let term = workspace.apply(words.hash, x)
    #expect(!workspace.mentions(term, n))
    #expect(workspace.unify(x, workspace.apply(words.pair, n, n)))
    #expect(workspace.mentions(term, n))
    #expect(!workspace.mentions(term, m))
  }
}
