import Terms
import Testing

@testable import Compiler
@testable import Exploration

/// Systems in which two decisions that do not use each other have to come together before a third step can use them.
private enum Meeting {
  static let x = Term.variable(0)
  static let y = Term.variable(1)
  static let z = Term.variable(2)
  static let w = Term.variable(3)

  private static func rule(_ name: String, _ sorts: [SortID], _ instructions: [Instruction]) -> Rule {
    Rule(
      name: name, registers: sorts.map { Register(name: "r", sort: $0, isOptional: false) }, instructions: instructions, narration: [], file: "", line: 0)
  }

  /// One step teaches a key, another a secret that is sealed with it; a third wants the secret.
  static func keyAndSeal(isKeyFirst: Bool) -> TransitionSystem {
    var signature = Signature()
    let nonce = signature.addSort("Nonce", values: nil)
    let key = signature.addSort("Key", values: nil)
    let sealed = signature.addSort("Sealed", values: nil)
    let seal = signature.addSymbol("seal", arguments: [nonce, key], result: sealed)
    let k = Term.constant(signature.addSymbol("k", arguments: [], result: key, isPublic: false))
    let (secrets, done, begun) = (0, 1, 2)
    // A look-up of what some rule makes: so these two are decisions, and receive nothing.
    let begin = rule("begin", [], [.spend(2), .insert(Fact(begun, [k]))])
    let teachKey = rule("key", [key], [.spend(0), .lookup(Fact(begun, [x]), consumes: false), .learn(k)])
    let teachSealed = rule(
      "sealed", [key, nonce],
      [.spend(1), .lookup(Fact(begun, [x]), consumes: false), .fresh(1), .insert(Fact(secrets, [y])), .learn(.apply(seal, [y, k]))])
    let use = rule("use", [nonce], [.lookup(Fact(secrets, [x]), consumes: true), .receive(x), .insert(Fact(done, [x]))])
    return TransitionSystem(
      title: "", signature: signature,
      predicates: [
        Predicate(name: "secrets", kind: .table, columns: [nonce]), Predicate(name: "done", kind: .event, columns: [nonce]),
        Predicate(name: "begun", kind: .table, columns: [key]),
      ],
      budgets: ["key", "sealed", "begin"].map { Budget(name: $0, count: 1) },
      rules: (isKeyFirst ? [teachKey, teachSealed] : [teachSealed, teachKey]) + [use, begin],
      openings: [
        Opening(
          registers: [Register(name: "m", sort: nonce, isOptional: false), Register(name: "k", sort: key, isOptional: false)],
          pattern: .apply(seal, [x, y]), needs: [y], gives: x)
      ],
      properties: [Property(name: "p", text: "", queries: [rule("q", [nonce], [.lookup(Fact(done, [x]), consumes: false)])])], witnesses: [],
      initialFacts: [], initialKnowledge: [])
  }

  /// One step changes a row, another sends a message about it; a step that runs at once answers with what the row says then.
  static func rowAndMessage(isRowFirst: Bool) -> TransitionSystem {
    var signature = Signature()
    let nonce = signature.addSort("Nonce", values: nil)
    let old = Term.constant(signature.addSymbol("old", arguments: [], result: nonce))
    let new = Term.constant(signature.addSymbol("new", arguments: [], result: nonce))
    let (row, mayChange, mayAsk, ask, reply, done) = (0, 1, 2, 3, 4, 5)
    let make = rule(
      "make", [nonce], [.spend(0), .fresh(0), .insert(Fact(row, [x, old])), .insert(Fact(mayChange, [x])), .insert(Fact(mayAsk, [x]))])
    let change = rule(
      "change", [nonce, nonce],
      [
        .spend(1), .receive(y), .lookup(Fact(mayChange, [x]), consumes: true), .lookup(Fact(row, [x, old]), consumes: true),
        .insert(Fact(row, [x, new])),
      ])
    let send = rule("send", [nonce, nonce], [.spend(2), .receive(y), .lookup(Fact(mayAsk, [x]), consumes: true), .insert(Fact(ask, [x]))])
    let answer = rule(
      "answer", [nonce, nonce],
      [.lookup(Fact(ask, [x]), consumes: true), .lookup(Fact(row, [x, y]), consumes: true), .insert(Fact(reply, [x, y]))])
    let use = rule("use", [nonce, nonce], [.lookup(Fact(reply, [x, new]), consumes: true), .receive(y), .insert(Fact(done, [y]))])
    return TransitionSystem(
      title: "", signature: signature,
      predicates: [("row", 2), ("may change", 1), ("may ask", 1), ("ask", 1), ("reply", 2), ("done", 1)].map {
        Predicate(name: $0.0, kind: .table, columns: Array(repeating: nonce, count: $0.1))
      },
      budgets: ["make", "change", "send"].map { Budget(name: $0, count: 1) },
      rules: [make] + (isRowFirst ? [change, send] : [send, change]) + [answer, use], openings: [],
      properties: [Property(name: "p", text: "", queries: [rule("q", [nonce], [.lookup(Fact(done, [x]), consumes: false)])])], witnesses: [],
      initialFacts: [], initialKnowledge: [])
  }

  /// One step teaches a secret, another stores whatever message it gets, or only the secret; a third looks for the secret among what was stored.
  static func secretAndStore(isStoreFirst: Bool, isDetermined: Bool = false) -> TransitionSystem {
    var signature = Signature()
    let nonce = signature.addSort("Nonce", values: nil)
    let secret = Term.constant(signature.addSymbol("secret", arguments: [], result: nonce, isPublic: false))
    let (stored, begun, done) = (0, 1, 2)
    let begin = rule("begin", [], [.spend(2), .insert(Fact(begun, [secret]))])
    let teach = rule("teach", [nonce], [.spend(0), .lookup(Fact(begun, [x]), consumes: false), .learn(secret)])
    let store = rule(
      "store", [Signature.message, nonce],
      [.spend(1), .lookup(Fact(begun, [y]), consumes: false), .receive(isDetermined ? y : x), .insert(Fact(stored, [isDetermined ? y : x]))])
    let use = rule("use", [], [.lookup(Fact(stored, [secret]), consumes: true), .insert(Fact(done, [secret]))])
    return TransitionSystem(
      title: "", signature: signature,
      predicates: [
        Predicate(name: "stored", kind: .table, columns: [Signature.message]), Predicate(name: "begun", kind: .table, columns: [nonce]),
        Predicate(name: "done", kind: .event, columns: [nonce]),
      ],
      budgets: ["teach", "store", "begin"].map { Budget(name: $0, count: 1) }, rules: (isStoreFirst ? [store, teach] : [teach, store]) + [use, begin],
      openings: [], properties: [Property(name: "p", text: "", queries: [rule("q", [nonce], [.lookup(Fact(done, [x]), consumes: false)])])],
      witnesses: [], initialFacts: [], initialKnowledge: [])
  }
}

@Suite struct `Decisions that wait for each other` {
  private func expectSame(_ system: TransitionSystem, length: Int) {
    let deferring = Search(system).run()
    var reductions = Reductions.all
    _ = reductions.turnOff("deferred")
    for outcome in [deferring, Search(system, reductions: reductions).run(), Search(system, reductions: .none).run()] {
      #expect(lengths(outcome, system) == ["p": length])
    }
  }

  @Test(arguments: [true, false]) func `a key and what it opens are both used by who sends the content`(isKeyFirst: Bool) {
    let system = Meeting.keyAndSeal(isKeyFirst: isKeyFirst)
    #expect(Deferral(system, Monotonicity(system)).isDeferrable == [true, true, false, false])
    expectSame(system, length: 3)
  }

  @Test(arguments: [true, false], [true, false]) func `what was taught before can be in a message that is stored`(isStoreFirst: Bool, isDetermined: Bool) {
    let system = Meeting.secretAndStore(isStoreFirst: isStoreFirst, isDetermined: isDetermined)
    #expect(Deferral(system, Monotonicity(system)).isDeferrable == [true, true, false, false])
    expectSame(system, length: 2)
  }

  @Test func `a step that passes on any message comes after its neighbours`() {
    #expect(Deferral(Meeting.secretAndStore(isStoreFirst: true), Monotonicity(Meeting.secretAndStore(isStoreFirst: true))).order == [3, 0, 1, 2])
    #expect(Deferral(Meeting.keyAndSeal(isKeyFirst: true), Monotonicity(Meeting.keyAndSeal(isKeyFirst: true))).order == [0, 1, 2, 3])
  }

  @Test(arguments: [true, false]) func `a row and a message meet in a step that runs at once`(isRowFirst: Bool) {
    let system = Meeting.rowAndMessage(isRowFirst: isRowFirst)
    let monotonicity = Monotonicity(system)
    #expect(Deferral(system, monotonicity).isDeferrable == [false, true, true, false, false])
    #expect(monotonicity.triggers[3] == .message(3))
    expectSame(system, length: 3)
  }

  @Test func `the ends of a chain are what can come to use its products`() {
    let system = Meeting.rowAndMessage(isRowFirst: true)
    let monotonicity = Monotonicity(system)
    let deferral = Deferral(system, monotonicity)
    var ends = ChainEnds(system, monotonicity, deferral, Contributions(system)) { _ in false }
    func names(_ set: RuleSet) -> [String] { (system.rules.map(\.name) + ["q"]).enumerated().filter { set.contains($0.offset) }.map(\.element) }
    let table = ends.table(spent: 0)
    #expect(names(table.ofFacts[4]) == ["use"])
    #expect(names(table.ofFacts[5]) == ["q"])
    // The message may be answered at once, and then what is made of it is used.
    #expect(names(table.ofFacts[3]) == ["answer", "use"])
    #expect(names(table.ofFacts[2]) == ["answer", "use"])
    #expect(names(ends.table(spent: 0b100).ofFacts[2]) == [])
  }
}

@Suite struct `Messages that nobody looks at` {
  /// How many variables the states have that follow the first one, where a step stores a message and the reader is so.
  private func variables(_ reader: [Instruction], without reduction: String? = nil) -> [Int] {
    var signature = Signature()
    let flag = signature.addSort("Flag", values: [])
    let yes = Term.constant(signature.addValue("yes", to: flag))
    let x = Term.variable(0)
    func rule(_ instructions: [Instruction]) -> Rule {
      Rule(
        name: "r", registers: [Register(name: "x", sort: Signature.message, isOptional: true)], instructions: instructions, narration: [], file: "", line: 0)
    }
    let system = TransitionSystem(
      title: "", signature: signature, predicates: ["stored", "done"].map { Predicate(name: $0, kind: .table, columns: [Signature.message]) },
      budgets: [Budget(name: "b", count: 1)],
      rules: [rule([.spend(0), .receive(x), .insert(Fact(0, [x]))]), rule(reader + [.insert(Fact(1, [yes]))])], openings: [],
      properties: [Property(name: "p", text: "", queries: [rule([.lookup(Fact(1, [yes]), consumes: false)])])], witnesses: [], initialFacts: [],
      initialKnowledge: [])
    var reductions = Reductions.all
    _ = reductions.turnOff("monotone")
    if let reduction { _ = reductions.turnOff(reduction) }
    let engine = Engine(system, reductions: reductions)
    engine.initialState().withUnsafeBufferPointer { engine.load($0) }
    _ = engine.expand(mayRunAtOnce: false)
    return (0..<engine.outputStarts.count).map { Int(engine.output[Int(engine.outputStarts[$0]) + 1]) }
  }
  private let take = Instruction.lookup(Fact(0, [.variable(0)]), consumes: true)

  @Test func `are taken to be absent`() {
    #expect(variables([take]) == [0])
    #expect(variables([take], without: "forget") == [1])
  }

  @Test func `stay open where somebody compares them`() { #expect(variables([take, .receive(.variable(0))]) == [1]) }
}

@Suite struct `Facts that nothing can use` {
  private func facts(_ rules: [[Instruction]], budgets: [Int], initial: [Fact]) -> [Int] {
    let system = TransitionSystem(
      title: "", signature: signature, predicates: ["a", "b"].map { Predicate(name: $0, kind: .table, columns: [nonce]) },
      budgets: budgets.map { Budget(name: "b", count: $0) },
      rules: rules.map {
        Rule(
          name: "r", registers: [Register(name: "x", sort: nonce, isOptional: false), Register(name: "y", sort: nonce, isOptional: false)],
          instructions: $0, narration: [], file: "", line: 0)
      }, openings: [],
      properties: [
        Property(
          name: "p", text: "",
          queries: [Rule(name: "q", registers: [], instructions: [.receive(secret)], narration: [], file: "", line: 0)])
      ], witnesses: [], initialFacts: initial, initialKnowledge: [])
    let engine = Engine(system, reductions: .all)
    let words = engine.initialState()
    words.withUnsafeBufferPointer { engine.load($0) }
    engine.gain.header.doubtful = .all
    engine.loadNews(nil)
    engine.gain.header.doubtful = .all
    _ = engine.dropDeadFacts()
    return (engine.staticFacts..<engine.factStarts.count).map { Int(engine.factCells[Int(engine.factStarts[$0])]) }
  }
  private var signature = Signature()
  private let nonce: SortID
  private let secret: Term
  private let x = Term.variable(0)
  private let y = Term.variable(1)

  init() {
    nonce = signature.addSort("Nonce", values: nil)
    secret = .constant(signature.addSymbol("secret", arguments: [], result: nonce, isPublic: false))
  }

  @Test func `stay where a rule can take them`() {
    #expect(facts([[.lookup(Fact(0, [x]), consumes: true), .learn(x)]], budgets: [], initial: [Fact(0, [secret])]) == [0])
  }

  @Test func `go where the rule needs a budget that is spent`() {
    let rule: [Instruction] = [.spend(0), .lookup(Fact(0, [x]), consumes: true), .learn(x)]
    #expect(facts([rule], budgets: [1], initial: [Fact(0, [secret])]) == [0])
    #expect(facts([rule], budgets: [0], initial: [Fact(0, [secret])]) == [])
  }

  @Test func `go where the rule needs a row that is not there and that nobody makes`() {
    let rule: [Instruction] = [.lookup(Fact(0, [x]), consumes: true), .lookup(Fact(1, [y]), consumes: true), .learn(x)]
    #expect(facts([rule], budgets: [], initial: [Fact(0, [secret])]) == [])
    #expect(facts([rule, [.fresh(0), .insert(Fact(1, [x]))]], budgets: [], initial: [Fact(0, [secret])]) == [0])
  }

  @Test func `stay where somebody tests for their absence`() {
    let test: [Instruction] = [.spend(0), .missing(Fact(0, [x]), universal: [0]), .fresh(1), .learn(y)]
    let take: [Instruction] = [.spend(0), .lookup(Fact(0, [x]), consumes: true)]
    #expect(facts([test, take], budgets: [0], initial: [Fact(0, [secret])]) == [0])
  }
}
