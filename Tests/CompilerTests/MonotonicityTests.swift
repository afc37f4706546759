import Terms
import Testing

@testable import Compiler

@Suite("Monotone rules")
struct MonotonicityTests {
  private let message = Small.message
  private let row = Small.row
  private let other = Small.other
  private let constant = Small.constant
  private let x = Small.x
  private let y = Small.y
  private let z = Small.z
  /// Makes the messages and rows that the first rule is about, with a name of their own in the first column.
  private var maker: [Instruction] { [.spend(1), .fresh(0), Small.insert(Small.row, Small.x, Small.y), Small.insert(Small.message, Small.x, Small.y)] }

  // MARK: Triggers

  @Test("A rule that only takes a message is monotone, since nobody else can want the message for anything but to take it")
  func takesMessage() { #expect(Small.trigger([Small.take(message, x, y), .learn(x)], maker) == .message(message)) }

  @Test("A rule that only spends from a budget is monotone, since the budget is all it takes away")
  func spends() { #expect(Small.trigger([.spend(0), .fresh(0), .learn(x)]) == .budget(0)) }

  @Test("A rule with two triggers is not monotone, since it takes away more than its first one")
  func twoTriggers() {
    #expect(Small.trigger([Small.take(message, x, y), Small.take(other, x, y)], maker) == .none)
    #expect(Small.trigger([.spend(0), Small.take(message, x, y)], maker) == .none)
    #expect(Small.trigger([Small.take(message, x, y), .spend(0)], maker) == .none)
    #expect(Small.trigger([.spend(0), .spend(1)]) == .none)
  }

  @Test("A rule without a trigger that makes something is not monotone, since it could go on without end")
  func noTrigger() { #expect(Small.trigger([.fresh(0), Small.insert(other, x, x)]) == .none) }

  // MARK: Owned

  @Test("Messages are owned where they are only taken, and first of all that their rule takes")
  func owned() { #expect(Monotonicity(Small.system([Small.take(message, x, y)], maker)).isOwned[message]) }

  @Test("Messages are not owned where another rule looks at them and leaves them, since it could still want to")
  func lookedAt() {
    let system = Small.system([Small.take(message, x, y)], [.spend(0), Small.find(message, x, y)], maker)
    #expect(!Monotonicity(system).isOwned[message])
    #expect(Monotonicity(system).triggers[0] == .none)
  }

  @Test("Messages are not owned where a property looks at them, since taking one would make it fail")
  func askedFor() {
    #expect(Small.trigger([Small.take(message, x, y)], maker, query: [Small.find(message, x, y)]) == .none)
  }

  @Test("Messages are not owned where a rule takes them second, since it waits for something else too")
  func takenSecond() {
    let system = Small.system([Small.take(message, x, y)], [Small.take(other, x, y), Small.take(message, x, y)], maker)
    #expect(!Monotonicity(system).isOwned[message])
    #expect(Monotonicity(system).isOwned[other])
  }

  @Test("Messages are not owned where their absence is tested, since taking one can make that true")
  func testedForAbsence() {
    #expect(Small.trigger([Small.take(message, x, y)], [.spend(0), .missing(Small.fact(message, x, y), universal: [])], maker) == .none)
  }

  // MARK: What a monotone rule reads

  @Test("A rule may read a table that no rule changes, since its rows are there for all time")
  func readsConstant() {
    let initial = [Small.fact(constant, Small.symbols.secret, Small.symbols.secret)]
    #expect(Small.trigger([Small.take(message, x, y), Small.find(constant, y, z)], maker, initial: initial) == .message(message))
    #expect(Monotonicity(Small.system([Small.find(constant, y, z)], initial: initial)).isStatic[constant])
  }

  @Test("A rule may not read a table that grows by anything but a key, since the row that it wants may still come")
  func readsGrowing() {
    let grows: [Instruction] = [.spend(1), .receive(x), Small.insert(other, x, x)]
    #expect(Small.trigger([Small.take(message, x, y), Small.find(other, y, z)], maker, grows) == .none)
  }

  @Test("A rule may read a row by its key where nothing is ever removed, since there is one such row and it is there already")
  func readsByKey() {
    let system = Small.system([Small.take(message, x, y), Small.find(row, x, z)], maker)
    let monotonicity = Monotonicity(system)
    #expect(monotonicity.triggers[0] == .message(message))
    #expect(monotonicity.keys[0] == [Monotonicity.Key(instruction: 1, column: 0, mustBeUnshared: false)])
  }

  @Test("A rule may read a row by its key where rows are removed, if nothing else mentions the key, since nobody else can name the row")
  func readsUnshared() {
    let system = Small.system([Small.take(message, x, y), Small.find(row, x, z)], [Small.take(message, x, y), Small.take(row, x, z)], maker)
    let monotonicity = Monotonicity(system)
    #expect(monotonicity.triggers[0] == .message(message))
    #expect(monotonicity.keys.prefix(2).allSatisfy { $0 == [Monotonicity.Key(instruction: 1, column: 0, mustBeUnshared: true)] })
  }

  @Test("A rule may not read rows that are removed where some reader has the key from nowhere else, since that one could find the row too")
  func readsUnpresented() {
    let sweeper: [Instruction] = [.spend(0), Small.take(row, x, y)]
    let system = Small.system([Small.take(message, x, y), Small.find(row, x, z)], sweeper, maker)
    #expect(!Monotonicity(system).isPresented[row][0])
    #expect(Monotonicity(system).triggers[0] == .none)
  }

  @Test("A rule may not read rows that are removed where their absence is tested, since the test could come true")
  func readsTestedForAbsence() {
    let tester: [Instruction] = [.spend(0), .receive(x), .missing(Small.fact(row, x, y), universal: [1])]
    #expect(Small.trigger([Small.take(message, x, y), Small.take(row, x, z)], tester, maker) == .none)
  }

  // MARK: What a monotone rule does

  @Test("A rule that tests for absence is not monotone, since another step can make that false")
  func tests() { #expect(Small.trigger([Small.take(message, x, y), .missing(Small.fact(other, x, y), universal: [])], maker) == .none) }

  @Test("A rule that receives a value of an endless sort is not monotone, since the attacker may still learn another one")
  func receivesInfinite() { #expect(Small.trigger([.spend(0), .receive(x), Small.insert(other, x, x)]) == .none) }

  @Test("A rule that receives a value of a finite sort can be monotone, since all its values are public")
  func receivesFinite() { #expect(Small.trigger([.spend(0), .receive(x), .fresh(1), Small.insert(other, x, y)], finite: true) == .budget(0)) }

  @Test("A rule that receives what everybody can make is monotone, and one that receives a secret is not, since it may be learned later")
  func receivesConstant() {
    #expect(Small.trigger([.spend(0), .receive(Small.symbols.value)]) == .budget(0))
    #expect(Small.trigger([.spend(0), .receive(Small.symbols.secret)]) == .none)
  }

  @Test("A rule that inserts what an injective property counts as the fewer is not monotone, since more of it can make the property hold")
  func insertsFew() {
    let query: [Instruction] = [.outnumbered(many: Small.fact(other, x, y), few: Small.fact(constant, x, y))]
    #expect(Small.trigger([.spend(0), .fresh(0), Small.insert(constant, x, x)], query: query) == .none)
    #expect(Small.trigger([.spend(0), .fresh(0), Small.insert(other, x, x)], query: query) == .budget(0))
  }

  @Test("A rule that inserts a fact whose absence is tested is left to the state to decide, since one that is there already does no harm")
  func insertsTested() {
    let system = Small.system([.spend(0), .fresh(0), Small.insert(other, x, x)], query: [.missing(Small.fact(other, x, y), universal: [0, 1])])
    let monotonicity = Monotonicity(system)
    #expect(monotonicity.triggers[0] == .budget(0))
    #expect(monotonicity.isTestedForAbsence[other])
    #expect(!monotonicity.isTestedForAbsence[row])
  }

  @Test("Facts that are consumed or counted are known, since two of them are more than one")
  func consumedOrCounted() {
    let system = Small.system([Small.take(message, x, y)], query: [.outnumbered(many: Small.fact(other, x, y), few: Small.fact(constant, x, y))])
    #expect(Monotonicity(system).isConsumedOrCounted == [true, false, true, true])
  }

  // MARK: Free

  @Test("A rule that consumes and makes nothing is free, whatever it receives, since it can be taken anywhere")
  func free() { #expect(Small.trigger([.receive(x), Small.find(other, x, y), .different(x, y), .learn(y)]) == .free) }

  @Test(
    "A rule is not free if it spends, makes, inserts, takes or tests for absence, since then others can tell that it ran",
    arguments: [
      [.spend(0), .receive(Small.x)], [.receive(Small.x), .fresh(1)], [.receive(Small.x), Small.insert(Small.other, Small.x, Small.x)],
      [.receive(Small.x), Small.take(Small.row, Small.x, Small.y)], [.receive(Small.x), .missing(Small.fact(Small.other, Small.x, Small.x), universal: [])],
    ] as [[Instruction]])
  func notFree(instructions: [Instruction]) { #expect(Small.trigger(instructions) != .free) }

  @Test("A rule that teaches what it was sent is not free, since there is no end to what it could be asked")
  func oracle() { #expect(Small.trigger([.receive(x), .learn(x)]) != .free) }

  @Test("Only a step of a rule that is neither free nor monotone is a decision")
  func decisions() {
    let system = Small.system([.spend(0), .receive(x), Small.insert(other, x, x)], [.spend(0)], [Small.find(other, x, y), .learn(y)])
    let monotonicity = Monotonicity(system)
    #expect((0..<3).map(monotonicity.isDecision) == [true, false, false])
  }

  // MARK: Keys

  @Test("A column is a key where every insertion puts a new name there")
  func key() {
    let monotonicity = Monotonicity(Small.system(maker))
    #expect(monotonicity.isKey[row] == [true, false])
  }

  @Test("A column is no key where a row is there before the run, since its value was not new")
  func initialRow() {
    #expect(Monotonicity(Small.system(maker, initial: [Small.fact(row, Small.symbols.secret, Small.symbols.secret)])).isKey[row] == [false, false])
  }

  @Test("A column is no key where some rule puts a constant or a received value there, since two rows could have it")
  func notFresh() {
    #expect(Monotonicity(Small.system(maker, [.spend(0), Small.insert(row, Small.symbols.value, x)])).isKey[row] == [false, false])
    #expect(Monotonicity(Small.system(maker, [.spend(0), .receive(x), Small.insert(row, x, x)])).isKey[row] == [false, false])
  }

  @Test("A column is no key where one rule puts the same new name into two rows, since finding it would be ambiguous")
  func twice() {
    let twice: [Instruction] = [.spend(0), .fresh(0), Small.insert(row, x, y), Small.insert(row, x, z)]
    #expect(Monotonicity(Small.system(twice)).isKey[row] == [false, false])
  }

  @Test("A row that changes keeps its key, since it is taken by it and inserted with it")
  func changed() {
    let change: [Instruction] = [Small.take(message, x, y), Small.take(row, x, z), Small.insert(row, x, y)]
    #expect(Monotonicity(Small.system(change, maker)).isKey[row] == [true, false])
  }

  @Test("A row that is only found and inserted again has no key, since now there are two of it")
  func copied() {
    let copy: [Instruction] = [Small.take(message, x, y), Small.find(row, x, z), Small.insert(row, x, y)]
    #expect(Monotonicity(Small.system(copy, maker)).isKey[row] == [false, false])
  }

  // MARK: Presented

  @Test("A column is presented where every reader has its value from another fact or from the attacker")
  func presented() {
    let system = Small.system([Small.take(message, x, y), Small.find(row, x, z)], [.spend(0), .receive(x), Small.find(row, x, z)], maker)
    #expect(Monotonicity(system).isPresented[row] == [true, false])
  }

  @Test("A column is not presented where a property reads it from the row itself, since that finds every row")
  func presentedToProperty() {
    #expect(Monotonicity(Small.system(maker, query: [Small.find(row, x, y)])).isPresented[row] == [false, false])
  }

  @Test("A column is not presented where rows are counted, since each of them counts")
  func presentedCounted() {
    let query: [Instruction] = [.outnumbered(many: Small.fact(row, x, y), few: Small.fact(other, x, y))]
    #expect(Monotonicity(Small.system(maker, query: query)).isPresented[row] == [false, false])
  }

  // MARK: Compiled systems

  private func monotonicity(_ members: String) throws -> (TransitionSystem, Monotonicity) {
    let project = Project(
      declarations: "attacker Other \"x\" { may request }", members: members,
      scenario: smallScenario(attacker: "Other", bounds: "runs 1 by alice, requests 1 per endpoint by attacker"))
    let system = try project.compileFirst().system
    return (system, Monotonicity(system))
  }

  private func trigger(_ name: String, _ members: String) throws -> Monotonicity.Trigger? {
    let (system, monotonicity) = try monotonicity("\(members)\n  on GET /spare (x: Nonce) { insert t (x: x) }")
    return system.rules.firstIndex { $0.name.hasPrefix(name) }.map { monotonicity.triggers[$0] }
  }

  @Test("A step that only spends its limit and sends is monotone, since nothing can be gained by waiting")
  func compiledStep() throws { #expect(try trigger("alice go", "") == .budget(0)) }

  @Test("A handler that looks for a row that may still come is a decision")
  func compiledFind() throws {
    #expect(try trigger("attacker GET alice/a", "on GET /a (x: Nonce) { find t (x == x) as row\n remove row\n send x }") == Monotonicity.Trigger.none)
  }

  @Test("A request that is merely answered is free")
  func compiledFree() throws { #expect(try trigger("attacker GET alice/a", "on GET /a (x: Nonce) { find t (x == x, y as y)\n respond y }") == .free) }

  @Test("The key of a session is a key, since it is new in every session")
  func compiledSession() throws {
    let (system, monotonicity) = try monotonicity("step begin { new run: Run (peer: me) }\n  on GET /spare (x: Nonce) { insert t (x: x) }")
    let session = try #require(system.predicates.firstIndex { $0.name == "R alice.Run" })
    #expect(monotonicity.isKey[session] == [true, false])
  }

  @Test("Requests under way are owned, since only those take them that handle or answer them")
  func compiledMessages() throws {
    let client = "on POST /start {\n  event Done ()\n  ask POST https://bank/a Question { } answered (a: Answer) { send a.token }\n}"
    let system = try Shipped.project(web(client: client, server: "on POST /a (q: Question) {\n  new t: Token\n  respond Answer { token: t }\n}")).compileFirst()
      .system
    let monotonicity = Monotonicity(system)
    let messages = system.predicates.indices.filter { system.predicates[$0].name.hasPrefix("request of") || system.predicates[$0].name.hasPrefix("answer to") }
    #expect(!messages.isEmpty)
    #expect(messages.allSatisfy { monotonicity.isOwned[$0] })
    let handling = try #require(system.rules.firstIndex { $0.name.hasPrefix("bank/a for shop") })
    #expect(monotonicity.triggers[handling] != .none)
  }
}
