import Terms
import Testing

@testable import Compiler

private let (x, y) = (Small.x, Small.y)
private let row = Small.row
private let infinite = Small.symbols.infinite

/// Keys of hosts, one of which is the attacker's, and what is made with them.
private struct Keys {
  var system = Small.system()
  let key: SortID
  let signed: SortID
  let keyOf: SymbolID
  let sign: SymbolID
  let (shop, evil): (Term, Term)

  init() {
    let host = system.signature.addSort("Host", values: nil)
    key = system.signature.addSort("Key", values: nil)
    signed = system.signature.addSort("Signed", values: nil)
    shop = .constant(system.signature.addValue("shop", to: host))
    evil = .constant(system.signature.addValue("evil", to: host, isAttackers: true))
    keyOf = system.signature.addSymbol("key_of", arguments: [host], result: key, isPublic: false, publicIfAttacker: 0)
    sign = system.signature.addSymbol("sign", arguments: [key, infinite], result: signed)
    system.openings = [opening(gives: y)]
  }

  func opening(gives: Term) -> Opening {
    Opening(
      registers: [key, infinite].map { Register(name: "r", sort: $0, isOptional: false) }, pattern: .apply(sign, [x, y]), needs: [], gives: gives)
  }

  func key(of host: Term) -> Term { .apply(keyOf, [host]) }

  mutating func add(_ instructions: [Instruction], _ sorts: SortID...) {
    system.rules.append(
      Rule(
        name: "", registers: sorts.map { Register(name: "r", sort: $0, isOptional: false) }, instructions: instructions, narration: [], file: "", line: 0))
  }

  /// Whether the honest host's key is secret after a rule with these instructions is there, too.
  func staysSecret(with instructions: [Instruction] = [], _ sorts: SortID...) -> Bool {
    var keys = self
    keys.system.rules.append(
      Rule(
        name: "", registers: sorts.map { Register(name: "r", sort: $0, isOptional: false) }, instructions: instructions, narration: [], file: "", line: 0))
    return Secrets(keys.system).contain(key(of: shop))
  }
}

@Suite("Terms that the attacker never derives")
struct SecretTests {
  @Test("A key that only signs is one; the attacker's own is none, nor is one of a host that is not known")
  func signs() {
    var keys = Keys()
    keys.add([.spend(0), .fresh(0), .learn(.apply(keys.sign, [keys.key(of: keys.shop), x]))], infinite)
    let secrets = Secrets(keys.system)
    #expect(secrets.contain(keys.key(of: keys.shop)))
    #expect(!secrets.contain(keys.key(of: keys.evil)))
    #expect(!secrets.contain(keys.key(of: x)))
    #expect(!secrets.contain(x))
  }

  @Test("A key that is taught, stored, or known from the start is none")
  func told() {
    var keys = Keys()
    let own = keys.key(of: keys.shop)
    #expect(keys.staysSecret())
    #expect(!keys.staysSecret(with: [.learn(own)]))
    #expect(!keys.staysSecret(with: [Small.insert(row, own, own)]))
    keys.system.initialKnowledge = [own]
    #expect(!keys.staysSecret())
  }

  @Test("A key is none where it can be taken out of what it stands in")
  func takenOut() {
    var keys = Keys()
    let own = keys.key(of: keys.shop)
    let record = keys.system.signature.addSymbol("record", arguments: [keys.key], result: keys.signed, isTransparent: true)
    let box = keys.system.signature.addSymbol("box", arguments: [Signature.message], result: keys.signed)
    #expect(!keys.staysSecret(with: [.learn(.apply(record, [own]))]))
    // A place for any message: whoever finds one there may pass it on.
    #expect(!keys.staysSecret(with: [.learn(.apply(box, [own]))]))
    let signed = Instruction.learn(.apply(keys.sign, [own, x]))
    #expect(keys.staysSecret(with: [signed], infinite))
    keys.system.openings.append(keys.opening(gives: x))
    #expect(!keys.staysSecret(with: [signed], infinite))
  }

  @Test("A key is none where a variable that holds one is passed on")
  func passedOn() {
    let keys = Keys()
    let received = Instruction.receive(.apply(keys.sign, [x, y]))
    #expect(keys.staysSecret(with: [received, .learn(y)], keys.key, infinite))
    #expect(!keys.staysSecret(with: [received, .learn(x)], keys.key, infinite))
    #expect(!keys.staysSecret(with: [received, .learn(x)], Signature.message, infinite))
    #expect(!keys.staysSecret(with: [.equal(x, keys.key(of: keys.shop)), .learn(x)], Signature.message))
    #expect(!keys.staysSecret(with: [received, .equal(x, .variable(2)), .learn(.variable(2))], keys.key, infinite, Signature.message))
  }
}

/// Tokens of two persons, each of which opens its person's data.
private struct Tokens {
  var system: TransitionSystem
  let token: SymbolID
  let data: SymbolID
  let (alice, mallory): (Term, Term)
  let person: SortID

  /// `question`: further instructions of the question whether the attacker gets Alice's data.
  init(question: [Instruction] = [], initial: [Fact] = []) {
    system = Small.system(initial: initial)
    person = system.signature.addSort("Person", values: [])
    let (token, data) = (system.signature.addSort("Token", values: nil), system.signature.addSort("Data", values: nil))
    alice = .constant(system.signature.addValue("alice", to: person))
    mallory = .constant(system.signature.addValue("mallory", to: person, isAttackers: true))
    self.token = system.signature.addSymbol("token", arguments: [person], result: token, isPublic: false)
    self.data = system.signature.addSymbol("data", arguments: [person], result: data, isPublic: false)
    system.rules = [
      rule([.spend(0), .receive(.apply(self.token, [x])), .learn(.apply(self.data, [x]))]), rule([.spend(1), .receive(x), .learn(.apply(self.token, [x]))]),
    ]
    system.properties = [Property(name: "p", text: "", queries: [rule([.receive(.apply(self.data, [alice]))] + question)])]
  }

  private func rule(_ instructions: [Instruction]) -> Rule {
    Rule(
      name: "", registers: [person, infinite, infinite].map { Register(name: "r", sort: $0, isOptional: false) }, instructions: instructions,
      narration: [], file: "", line: 0)
  }

  func token(of person: Term) -> Term { .apply(token, [person]) }
  var uses: KnowledgeUses { KnowledgeUses(system, FactShapes(system), Contributions(system), isRelevant: system.rules.map { _ in true }) }
  func isUsable(_ term: Term, present: [Fact] = [], isDerivable: Bool = false) -> Bool {
    var relevance = Relevance(system, Monotonicity(system), FactShapes(system), uses, present: present)
    return relevance.isUsable(term, isDerivable: { _ in isDerivable })
  }
}

@Suite("Knowledge that can make a difference")
struct UsableKnowledgeTests {
  @Test("What leads to an answer does; what only leads to what nobody asks for does not, though a rule expects it")
  func leadsOn() {
    let tokens = Tokens()
    #expect(tokens.isUsable(tokens.token(of: tokens.alice)))
    #expect(tokens.uses.isUsable(tokens.token(of: tokens.mallory)))
    #expect(!tokens.isUsable(tokens.token(of: tokens.mallory)))
    // It may be Alice's.
    #expect(tokens.isUsable(tokens.token(of: x)))
  }

  @Test("What is taught for one another, and for nothing else, does not")
  func circle() {
    var tokens = Tokens()
    let ticket = tokens.system.signature.addSymbol("ticket", arguments: [tokens.person], result: infinite, isPublic: false)
    func rule(_ instructions: [Instruction]) -> Rule {
      Rule(
        name: "", registers: [Register(name: "r", sort: tokens.person, isOptional: false)], instructions: instructions, narration: [], file: "", line: 0)
    }
    tokens.system.rules += [
      rule([.spend(0), .receive(.apply(ticket, [x])), .learn(tokens.token(of: x))]),
      rule([.spend(0), .receive(tokens.token(of: x)), .learn(.apply(ticket, [x]))]),
    ]
    #expect(tokens.isUsable(.apply(ticket, [tokens.alice])))
    #expect(!tokens.isUsable(.apply(ticket, [tokens.mallory])))
    #expect(!tokens.isUsable(tokens.token(of: tokens.mallory)))
  }

  @Test("What leads to a question that a fact has answered for good does not, where it is that fact whatever else is found")
  func ruledOut() {
    let there = Small.fact(row, Small.symbols.secret, Small.symbols.value)
    func isUsable(_ absent: Fact, universal: [Int]) -> Bool {
      let tokens = Tokens(question: [.missing(absent, universal: universal)], initial: [there])
      #expect(tokens.isUsable(tokens.token(of: tokens.alice)))
      return tokens.isUsable(tokens.token(of: tokens.alice), present: [there])
    }
    #expect(!isUsable(there, universal: []))
    #expect(!isUsable(Small.fact(row, y, Small.symbols.value), universal: [1]))
    #expect(isUsable(Small.fact(row, y, Small.symbols.value), universal: []))
    #expect(isUsable(Small.fact(row, Small.symbols.value, Small.symbols.value), universal: []))
    #expect(isUsable(Small.fact(row, y, y), universal: [1]))
  }

  @Test("What would have to hold a secret that the attacker chose does not")
  func secrets() {
    var keys = Keys()
    let bound = keys.system.signature.addSymbol("bound", arguments: [keys.key], result: keys.signed, isPublic: false)
    keys.add([.spend(0), .receive(.apply(bound, [keys.key(of: keys.shop)])), .learn(Small.symbols.secret)])
    keys.add([.spend(1), .learn(.apply(bound, [keys.key(of: keys.shop)]))])
    keys.system.properties = [Property(name: "p", text: "", queries: [Small.rule([.receive(Small.symbols.secret)])])]
    let uses = KnowledgeUses(keys.system, FactShapes(keys.system), Contributions(keys.system), isRelevant: [true, true])
    func isUsable(_ key: Term, isDerivable: Bool) -> Bool {
      var relevance = Relevance(keys.system, Monotonicity(keys.system), FactShapes(keys.system), uses)
      return relevance.isUsable(.apply(bound, [key]), isDerivable: { _ in isDerivable })
    }
    #expect(isUsable(x, isDerivable: false))
    #expect(!isUsable(x, isDerivable: true))
    #expect(!isUsable(keys.key(of: keys.evil), isDerivable: false))
  }

  @Test("Only a part that the attacker has sent is expected of it, and not what stands beside it")
  func beside() {
    var keys = Keys()
    let pair = keys.system.signature.addSymbol("pair", arguments: [infinite, infinite], result: infinite, isTransparent: true)
    let (z, w) = (Term.variable(0), Term.variable(1))
    keys.add([.spend(0), .receive(x), .fresh(1), Small.insert(row, .apply(pair, [x, y]), Small.symbols.value)], infinite, infinite)
    let another = Term.constant(keys.system.signature.addSymbol("another", arguments: [], result: infinite, isPublic: false))
    keys.system.initialFacts = [Small.symbols.secret, another].map { Small.fact(Small.other, $0, Small.symbols.value) }
    func isUsable(testing tested: Term) -> Bool {
      var keys = keys
      let rule: [Instruction] = [
        Small.find(row, .apply(pair, [z, w]), .variable(2)), Small.find(Small.other, tested, Small.symbols.value), .learn(Small.symbols.secret),
      ]
      keys.add(rule, infinite, infinite, infinite)
      return KnowledgeUses(keys.system, FactShapes(keys.system), Contributions(keys.system), isRelevant: [true, true])
        .isUsable(.variable(0), sort: infinite)
    }
    #expect(isUsable(testing: z))
    #expect(!isUsable(testing: w))
  }
}
