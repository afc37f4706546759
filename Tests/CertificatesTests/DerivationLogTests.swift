import Terms
import Testing

@testable import Compiler
@testable import Verification

/// A system with one function of each kind, and an opening.
private struct Little {
  var system: TransitionSystem
  let nonce, agent: SortID
  let alice, mallory, pair, hash, seal, keyOf: SymbolID

  init() {
    var signature = Signature()
    nonce = signature.addSort("Nonce", values: nil)
    agent = signature.addSort("Agent", values: [])
    let key = signature.addSort("Key", values: nil)
    alice = signature.addValue("alice", to: agent)
    mallory = signature.addValue("mallory", to: agent, isAttackers: true)
    pair = signature.addSymbol("Pair", arguments: [nonce, nonce], result: signature.addSort("Pair", values: nil), isTransparent: true, fields: ["x", "y"])
    hash = signature.addSymbol("hash", arguments: [Signature.message], result: signature.addSort("Hash", values: nil))
    seal = signature.addSymbol("seal", arguments: [key, Signature.message], result: signature.addSort("Sealed", values: nil))
    keyOf = signature.addSymbol("key_of", arguments: [agent], result: key, isPublic: false, publicIfAttacker: 0)
    let registers = [Register(name: "k", sort: key, isOptional: false), Register(name: "m", sort: Signature.message, isOptional: false)]
    let opening = Opening(registers: registers, pattern: .apply(seal, [.variable(0), .variable(1)]), needs: [.variable(0)], gives: .variable(1))
    system = TransitionSystem(
      title: "", signature: signature, predicates: [], budgets: [], rules: [], openings: [opening], properties: [], witnesses: [], initialFacts: [],
      initialKnowledge: [])
  }

  func name(_ number: Int) -> GroundTerm { .name(number, sort: nonce) }
  func key(_ owner: SymbolID) -> GroundTerm { .apply(keyOf, [.constant(owner)]) }

  /// The fault of the last step; nil: all are right. The steps before it must be right.
  func fault(_ steps: [DerivationStep], knowing knowledge: Set<GroundTerm>) -> DerivationFault? {
    var log = DerivationLog(system)
    for (index, step) in steps.enumerated() {
      do {
        try log.append(step, knowledge: knowledge)
      } catch {
        #expect(index == steps.count - 1)
        return error
      }
    }
    return nil
  }
}

@Suite struct `A derivation` {
  private let little = Little()

  @Test func `starts from what was told, what is public, and own constants`() {
    let (n, m) = (little.name(0), little.name(1))
    #expect(little.fault([.told(n)], knowing: [n]) == nil)
    #expect(little.fault([.told(m)], knowing: [n]) == .notTold(m))
    #expect(little.fault([.composed(.constant(little.alice))], knowing: []) == nil)
    #expect(little.fault([.composed(n)], knowing: [n]) == .notApplicable(n))
    #expect(little.fault([.own(.own(3, sort: little.nonce))], knowing: []) == nil)
    #expect(little.fault([.own(n)], knowing: [n]) == .notOwn(n))
    // The values of a finite sort are all listed.
    #expect(little.fault([.own(.own(0, sort: little.agent))], knowing: []) == .malformed(.own(0, sort: little.agent)))
  }

  @Test func `applies functions that the attacker can apply, to what was concluded`() {
    let n = little.name(0)
    let hash = GroundTerm.apply(little.hash, [n])
    #expect(little.fault([.told(n), .composed(hash)], knowing: [n]) == nil)
    #expect(little.fault([.composed(hash)], knowing: [n]) == .premise(n))
    #expect(little.fault([.composed(.constant(little.mallory)), .composed(little.key(little.mallory))], knowing: []) == nil)
    #expect(
      little.fault([.composed(.constant(little.alice)), .composed(little.key(little.alice))], knowing: []) == .notApplicable(little.key(little.alice)))
  }

  @Test func `takes apart what can be taken apart`() {
    let (n, m) = (little.name(0), little.name(1))
    let (pair, hash) = (GroundTerm.apply(little.pair, [n, m]), GroundTerm.apply(little.hash, [n]))
    #expect(little.fault([.told(pair), .takenApart(m, argument: 1, of: pair)], knowing: [pair]) == nil)
    #expect(little.fault([.told(pair), .takenApart(m, argument: 0, of: pair)], knowing: [pair]) == .notAnArgument(m))
    #expect(little.fault([.told(pair), .takenApart(m, argument: -1, of: pair)], knowing: [pair]) == .notAnArgument(m))
    #expect(little.fault([.told(pair), .takenApart(m, argument: 2, of: pair)], knowing: [pair]) == .notAnArgument(m))
    #expect(little.fault([.takenApart(m, argument: 1, of: pair)], knowing: [pair]) == .premise(pair))
    #expect(little.fault([.told(hash), .takenApart(n, argument: 0, of: hash)], knowing: [hash]) == .notAnArgument(n))
  }

  @Test func `opens with the right keys only`() {
    let n = little.name(0)
    let (right, wrong) = (little.key(little.alice), little.key(little.mallory))
    let sealed = GroundTerm.apply(little.seal, [right, n])
    let all: Set<GroundTerm> = [sealed, right, wrong]
    let told = [DerivationStep.told(sealed), .told(right), .told(wrong)]
    #expect(little.fault(told + [.opened(n, opening: 0, of: sealed, with: [right])], knowing: all) == nil)
    #expect(little.fault(told + [.opened(n, opening: 0, of: sealed, with: [wrong])], knowing: all) == .notAsOpened(n))
    #expect(little.fault(told + [.opened(n, opening: 0, of: sealed, with: [])], knowing: all) == .notAsOpened(n))
    #expect(little.fault(told + [.opened(n, opening: 0, of: sealed, with: [right, right])], knowing: all) == .notAsOpened(n))
    #expect(little.fault(told + [.opened(little.name(1), opening: 0, of: sealed, with: [right])], knowing: all) == .notAsOpened(little.name(1)))
    #expect(little.fault(told + [.opened(n, opening: 1, of: sealed, with: [right])], knowing: all) == .unknownOpening(1))
    #expect(little.fault(Array(told.dropLast()) + [.opened(n, opening: 0, of: sealed, with: [wrong])], knowing: all) == .premise(wrong))
  }

  @Test func `concludes nothing twice, and only terms of the model`() {
    let n = little.name(0)
    #expect(little.fault([.told(n), .told(n)], knowing: [n]) == .repeated(n))
    let long = GroundTerm.apply(little.hash, [n, n])
    #expect(little.fault([.told(long)], knowing: [long]) == .malformed(long))
  }
}

@Suite struct `A counting query` {
  /// More events of the first kind than of the second, for the same nonce, whatever else they say.
  private func holds(_ many: [(Int, Int)], _ few: [(Int, Int)], of nonce: Int) -> Bool {
    let little = Little()
    var system = little.system
    for name in ["many", "few"] { system.predicates.append(Predicate(name: name, kind: .event, columns: [little.nonce, little.nonce])) }
    let register = Register(name: "r", sort: little.nonce, isOptional: false)
    let fresh = Rule(
      name: "fresh", registers: Array(repeating: register, count: 4),
      instructions: (0..<4).map { .fresh($0) }
        + many.map { .insert(Fact(0, [.variable($0.0), .variable($0.1)])) } + few.map { .insert(Fact(1, [.variable($0.0), .variable($0.1)])) },
      narration: [], file: "", line: 0)
    system.rules = [fresh]
    let query = Rule(
      name: "query", registers: Array(repeating: register, count: 3),
      instructions: [.outnumbered(many: Fact(0, [.variable(0), .variable(1)]), few: Fact(1, [.variable(0), .variable(2)]))], narration: [], file: "", line: 0)
    var execution = Execution(system)
    do {
      _ = try execution.take(GroundStep(rule: 0, values: (0..<4).map { little.name($0) })) { _ in false }
      _ = try execution.check(query, [little.name(nonce), nil, nil]) { _ in false }
      return true
    } catch {
      #expect(error.reason == .notOutnumbered(0, 1))
      return false
    }
  }

  @Test func `counts the facts that agree on what both atoms mention`() {
    #expect(holds([(0, 1)], [], of: 0))
    #expect(!holds([(0, 1)], [], of: 1))
    #expect(!holds([(0, 1)], [(0, 2)], of: 0))
    #expect(holds([(0, 1), (0, 3)], [(0, 2)], of: 0))
    #expect(holds([(0, 1), (0, 1)], [(0, 2)], of: 0))
    #expect(holds([(0, 1)], [(1, 0)], of: 0))
  }
}
