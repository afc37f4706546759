import Terms
import Testing

@testable import Compiler

private let (message, row, other, constant) = (Small.message, Small.row, Small.other, Small.constant)
private let (x, y, z) = (Small.x, Small.y, Small.z)
private let (value, secret) = (Small.symbols.value, Small.symbols.secret)

@Suite("What facts of a kind have in common")
struct FactShapesTests {
  @Test("A kind of fact that nothing makes has no pattern, nor has what is made of it")
  func neverMade() {
    let shapes = FactShapes(Small.system([.spend(0), Small.find(row, x, y), Small.insert(other, x, y)]))
    #expect(shapes.patterns[row] == nil)
    #expect(shapes.patterns[other] == nil)
  }

  @Test("Facts that are made alike keep what is alike")
  func alike() {
    let shapes = FactShapes(Small.system([.spend(0), .fresh(0), Small.insert(row, x, secret)], [.spend(1), .fresh(0), Small.insert(row, x, secret)]))
    #expect(shapes.patterns[row] == [.variable(0), secret])
  }

  @Test("What differs becomes a variable, the same one where it is the same in each fact")
  func different() {
    let shapes = FactShapes(
      Small.system([.spend(0), Small.insert(row, value, value)], [.spend(1), Small.insert(row, secret, secret)], initial: [Small.fact(other, value, secret)]))
    #expect(shapes.patterns[row] == [.variable(0), .variable(0)])
    #expect(shapes.patterns[other] == [value, secret])
  }

  @Test("What a rule finds goes on to what it makes")
  func goesOn() {
    let shapes = FactShapes(Small.system([.spend(0), Small.insert(row, secret, value)], [Small.find(row, x, y), Small.insert(other, y, x)]))
    #expect(shapes.patterns[other] == [value, secret])
  }

  @Test("A rule that finds nothing alike its pattern makes nothing")
  func cannotFind() {
    let shapes = FactShapes(Small.system([.spend(0), Small.insert(row, secret, value)], [Small.find(row, value, y), Small.insert(other, y, y)]))
    #expect(shapes.patterns[other] == nil)
  }

  @Test("A rule that feeds itself ends in the most general pattern")
  func growing() {
    var system = Small.system([.spend(0), Small.insert(row, secret, value)])
    let f = system.signature.addSymbol("f", arguments: [Small.symbols.infinite], result: Small.symbols.infinite)
    system.rules.append(Small.rule([.spend(1), Small.find(row, x, y), Small.insert(row, .apply(f, [x]), y)]))
    #expect(FactShapes(system).patterns[row] == [.variable(0), value])
  }
}

extension FactShapesTests {
  @Test("Where only one value of a sort is the attacker's, that is who is not honest")
  func dishonest() {
    var system = Small.system()
    let host = system.signature.addSort("Host", values: [])
    let shop = Term.constant(system.signature.addValue("shop", to: host))
    let evil = Term.constant(system.signature.addValue("evil", to: host, isAttackers: true))
    func patterns(_ system: TransitionSystem, _ test: Instruction) -> [Term]? {
      var system = system
      system.rules = [
        Rule(
          name: "", registers: [Register(name: "x", sort: host, isOptional: false)],
          instructions: [.spend(0), .receive(x), test, Small.insert(row, x, value)], narration: [], file: "", line: 0)
      ]
      return FactShapes(system).patterns[row]
    }
    #expect(patterns(system, .dishonest(x)) == [evil, value])
    #expect(patterns(system, .honest(x)) == [shop, value])
    _ = system.signature.addValue("worse", to: host, isAttackers: true)
    #expect(patterns(system, .dishonest(x)) == [.variable(0), value])
  }
}

extension FactShapesTests {
  @Test("What only rules can make is like what they make, wherever it is found or received")
  func made() {
    var system = Small.system()
    let f = system.signature.addSymbol("f", arguments: [Small.symbols.infinite, Small.symbols.infinite], result: Small.symbols.infinite, isPublic: false)
    func patterns(_ rules: [Instruction]..., f symbol: SymbolID) -> [Term]? {
      var system = system
      system.rules = ([[.spend(0), .receive(.apply(symbol, [x, y])), Small.insert(row, x, y)]] + rules).map { Small.rule($0) }
      return FactShapes(system).patterns[row]
    }
    #expect(patterns(f: f) == nil)
    #expect(patterns([.spend(1), .fresh(0), .learn(.apply(f, [x, secret]))], f: f) == [.variable(0), secret])
    // What is passed on was made elsewhere; what is made of parts is not.
    let passesOn: [Instruction] = [.spend(1), .receive(.apply(f, [x, y])), .learn(.apply(f, [x, y]))]
    let turnsRound: [Instruction] = [.spend(1), .receive(.apply(f, [x, y])), .learn(.apply(f, [y, x]))]
    let makes: [Instruction] = [.spend(1), .fresh(0), .learn(.apply(f, [x, secret]))]
    #expect(patterns(makes, passesOn, f: f) == [.variable(0), secret])
    #expect(patterns(makes, turnsRound, f: f) == [.variable(0), .variable(1)])
    // What anyone can make can be anything.
    let g = system.signature.addSymbol("g", arguments: [Small.symbols.infinite, Small.symbols.infinite], result: Small.symbols.infinite)
    #expect(patterns([.spend(1), .fresh(0), .learn(.apply(g, [x, secret]))], f: g) == [.variable(0), .variable(1)])
  }

  @Test("Of rows that nobody adds to, one that alone fits is the one")
  func rows() {
    func pattern(_ rows: [Fact]) -> [Term]? {
      let system = Small.system([.spend(0), Small.find(row, secret, y), Small.insert(other, y, y)], initial: rows)
      return FactShapes(system).patterns[other]
    }
    let rows = [Small.fact(row, secret, value), Small.fact(row, value, secret)]
    #expect(pattern(rows) == [value, value])
    #expect(pattern(rows + [Small.fact(row, secret, secret)]) == [.variable(0), .variable(0)])
    #expect(pattern([rows[1]]) == nil)
  }
}

@Suite("Facts that can make a difference")
struct RelevanceTests {
  private func isRelevant(_ fact: Fact, _ rules: [Instruction]..., query: [Instruction] = [], initial: [Fact] = [], isDerivable: Bool = false) -> Bool {
    var system = Small.system(query: query, initial: initial + [fact])
    system.rules = rules.map { Small.rule($0) }
    var relevance = Relevance(system, Monotonicity(system), FactShapes(system))
    return relevance.isRelevant(fact) { _ in isDerivable }
  }
  private let fact = Small.fact(row, secret, value)

  @Test("A fact that nobody looks for makes none")
  func unread() { #expect(!isRelevant(fact, [.spend(0), .receive(x), Small.insert(other, x, x)])) }

  @Test("A fact that a question looks for makes one, but not where the question asks for another")
  func asked() {
    #expect(isRelevant(fact, query: [Small.find(row, x, y)]))
    #expect(!isRelevant(fact, query: [Small.find(row, value, y)], initial: [Small.fact(row, value, value)]))
  }

  @Test("A fact whose absence somebody tests makes one")
  func tested() {
    #expect(
      isRelevant(
        fact, [.spend(0), .missing(Small.fact(row, x, y), universal: [0, 1]), .fresh(2), Small.insert(other, z, z)], query: [Small.find(other, x, y)]))
  }

  @Test("A fact that teaches the attacker something makes one, but not if it only returns what was received")
  func teaches() {
    #expect(isRelevant(fact, [Small.find(row, x, y), .learn(x)]))
    #expect(!isRelevant(fact, [Small.find(row, x, y), .receive(x), .learn(x)]))
  }

  @Test("A fact leads on through the facts that are made of it")
  func leadsOn() {
    #expect(isRelevant(fact, [Small.find(row, x, y), Small.insert(other, x, y)], [Small.find(other, x, y), .learn(x)]))
    #expect(!isRelevant(fact, [Small.find(row, x, y), Small.insert(other, y, y)], [Small.find(other, secret, y), .learn(x)]))
  }

  @Test("Facts that are made of each other and lead nowhere make none")
  func circle() {
    #expect(!isRelevant(fact, [.spend(0), Small.find(row, x, y), Small.insert(other, x, y)], [.spend(1), Small.find(other, x, y), Small.insert(row, x, y)]))
  }

  @Test("A fact whose reader takes away what is tested for absence makes one")
  func takes() {
    let rules: [Instruction] = [Small.find(row, x, y), Small.take(other, x, z)]
    let test: [Instruction] = [.missing(Small.fact(other, x, y), universal: [0, 1]), .learn(secret)]
    #expect(isRelevant(fact, rules, test, initial: [Small.fact(other, secret, value)]))
  }

  @Test("A rule whose steps make no difference is not relevant")
  func rules() {
    let system = Small.system(
      [.spend(0), .receive(x), Small.insert(row, x, x)], [.spend(1), .fresh(0), Small.insert(other, x, x)], query: [Small.find(other, x, y)])
    var relevance = Relevance(system, Monotonicity(system), FactShapes(system))
    let answers = system.rules.indices.map { relevance.isRuleRelevant($0) }
    #expect(answers == [false, true])
  }
}

@Suite("Decisions that may wait")
struct DeferralTests {
  private func isDeferrable(_ rules: [Instruction]...) -> Bool {
    var system = Small.system(initial: [Small.fact(row, secret, value)])
    system.rules = rules.map { Small.rule($0) }
    return Deferral(system, Monotonicity(system)).isDeferrable[0]
  }

  @Test("A step that is paid for by a budget, and only adds, may wait")
  func adds() { #expect(isDeferrable([.spend(0), .receive(x), Small.insert(other, x, x), .learn(x)])) }

  @Test("A step without a budget may not: it could wait for ever")
  func unpaid() { #expect(!isDeferrable([.receive(x), Small.insert(other, x, x)])) }

  @Test("A step that runs at once is no decision")
  func atOnce() { #expect(!isDeferrable([.spend(0), .fresh(0), Small.insert(other, x, x)])) }

  @Test("A step that wants something to be absent may not: a later step could make it")
  func absent() { #expect(!isDeferrable([.spend(0), .receive(x), .missing(Small.fact(other, x, y), universal: [1]), Small.insert(other, x, x)])) }

  @Test("A step that looks at what others take away may not")
  func looksAt() {
    let step: [Instruction] = [.spend(0), .receive(x), Small.find(row, x, y), Small.insert(other, x, y)]
    #expect(isDeferrable(step))
    #expect(!isDeferrable(step, [.spend(1), Small.take(row, x, y)]))
  }

  @Test("A step that takes something may wait, unless somebody wants that to be absent")
  func takes() {
    let step: [Instruction] = [.spend(0), .receive(x), Small.take(row, x, y), Small.insert(other, x, y)]
    #expect(isDeferrable(step))
    #expect(!isDeferrable(step, [.spend(1), .receive(x), .missing(Small.fact(row, x, y), universal: [1]), .learn(x)]))
  }

  @Test("What a rule receives counts by its sorts, and what it learns by the keys that may open it")
  func sorts() {
    var system = Small.system()
    let key = system.signature.addSort("Key", values: nil)
    let sealed = system.signature.addSort("Sealed", values: nil)
    let seal = system.signature.addSymbol("seal", arguments: [Small.symbols.infinite, key], result: sealed)
    let registers = [Register(name: "m", sort: Small.symbols.infinite, isOptional: false), Register(name: "k", sort: key, isOptional: false)]
    system.openings = [Opening(registers: registers, pattern: .apply(seal, [x, y]), needs: [y], gives: x)]
    func sorts(_ instructions: [Instruction]) -> [SortID] {
      let rule = Rule(name: "", registers: registers, instructions: instructions, narration: [], file: "", line: 0)
      return Deferral.receivedSorts(rule, system)
    }
    #expect(sorts([.receive(x)]) == [Small.symbols.infinite])
    #expect(sorts([.receive(value)]) == [])
    #expect(sorts([.receive(.apply(seal, [x, y]))]) == [Small.symbols.infinite, key, sealed].sorted())
    #expect(sorts([.learn(x)]) == [])
    #expect(sorts([.learn(.apply(seal, [x, y]))]) == [key])
  }
}
