import Terms
import Testing

@testable import Compiler

private let (row, other) = (Small.row, Small.other)
private let (x, y) = (Small.x, Small.y)
private let infinite = Small.symbols.infinite

/// Systems with a function `seal` of two nonces, and one with a sort of its own, `sign`, of a key and a nonce.
private struct Sealing {
  var system = Small.system()
  let key: SortID
  let signed: SortID
  let seal: SymbolID
  let sign: SymbolID

  init() {
    key = system.signature.addSort("Key", values: nil)
    signed = system.signature.addSort("Signed", values: nil)
    seal = system.signature.addSymbol("seal", arguments: [infinite, infinite], result: infinite)
    sign = system.signature.addSymbol("sign", arguments: [key, infinite], result: signed)
  }

  mutating func add(_ instructions: [Instruction], _ sorts: SortID...) {
    system.rules.append(
      Rule(
        name: "", registers: sorts.map { Register(name: "r", sort: $0, isOptional: false) }, instructions: instructions, narration: [], file: "", line: 0))
  }

  mutating func open(_ pattern: Term, needs: [Term] = [], gives: Term, _ sorts: SortID...) {
    system.openings.append(
      Opening(registers: sorts.map { Register(name: "r", sort: $0, isOptional: false) }, pattern: pattern, needs: needs, gives: gives))
  }

  var contributions: Contributions { Contributions(system) }
  func isUsable(_ term: Term, sort: SortID? = nil) -> Bool {
    KnowledgeUses(system, FactShapes(system), contributions, isRelevant: system.rules.map { _ in true }).isUsable(term, sort: sort)
  }
}

@Suite("What helps to derive what")
struct ContributionsTests {
  @Test("A term helps to derive its sort, what is made with it, and messages")
  func sorts() {
    let sealing = Sealing()
    let contributions = sealing.contributions
    #expect(contributions.helps(infinite, toDerive: infinite))
    #expect(contributions.helps(infinite, toDerive: sealing.signed))
    #expect(contributions.helps(sealing.key, toDerive: sealing.signed))
    #expect(!contributions.helps(sealing.key, toDerive: infinite))
    #expect(contributions.helps(sealing.key, toDerive: Signature.message))
    #expect(!contributions.helps(sealing.signed, toDerive: sealing.key))
  }

  @Test("What anyone can open is open; what needs a key, or matches only some, may be opened later")
  func openings() {
    var sealing = Sealing()
    sealing.open(.apply(sealing.sign, [x, y]), gives: y, sealing.key, infinite)
    sealing.open(.apply(sealing.seal, [x, y]), needs: [x], gives: y, infinite, infinite)
    let contributions = sealing.contributions
    #expect(contributions.isOpen[sealing.sign] && !contributions.mayOpenLater[sealing.sign])
    #expect(contributions.mayOpenLater[sealing.seal] && !contributions.isOpen[sealing.seal])
    #expect(contributions.sort(ofTermWith: sealing.seal, sealing.system.signature) == Signature.message)

    var partial = Sealing()
    partial.open(.apply(partial.sign, [x, .apply(partial.seal, [y, y])]), gives: y, partial.key, infinite)
    #expect(partial.contributions.mayOpenLater[partial.sign])
  }

  @Test("Where a rule puts a message of any sort, any sort may stand")
  func loose() {
    var sealing = Sealing()
    sealing.add([.receive(x), Small.insert(row, .apply(sealing.sign, [y, x]), x)], Signature.message, sealing.key)
    #expect(sealing.contributions.sort(ofArgument: 1, of: sealing.sign) == Signature.message)
    #expect(Sealing().contributions.sort(ofArgument: 1, of: sealing.sign) == infinite)
  }
}

@Suite("Knowledge that can be of use")
struct KnowledgeUsesTests {
  @Test("What a rule only passes on, and nobody looks at, is of no use")
  func passedOn() {
    var sealing = Sealing()
    sealing.add([.spend(0), .receive(x), Small.insert(row, x, x)], infinite)
    #expect(!sealing.isUsable(.variable(0), sort: infinite))
    sealing.add([.spend(1), Small.find(row, x, y), Small.insert(other, x, y)], infinite, infinite)
    #expect(!sealing.isUsable(.variable(0), sort: infinite))
    sealing.add([.spend(1), Small.find(other, x, x), .learn(x)], infinite)
    #expect(sealing.isUsable(.variable(0), sort: infinite))
    #expect(!sealing.isUsable(.variable(0), sort: sealing.signed))
  }

  @Test("What a rule expects must fit")
  func fits() {
    var sealing = Sealing()
    let (mine, secret) = (Term.constant(sealing.system.signature.addSymbol("mine", arguments: [], result: infinite)), Small.symbols.secret)
    sealing.add([.spend(0), .receive(.apply(sealing.sign, [x, secret])), Small.insert(row, secret, secret)], sealing.key)
    #expect(sealing.isUsable(.apply(sealing.sign, [.variable(0), secret])))
    #expect(!sealing.isUsable(.apply(sealing.sign, [.variable(0), mine])))
    #expect(sealing.isUsable(.apply(sealing.sign, [.variable(0), .variable(1)])))
    // The key is not looked at; it could be any.
    #expect(!sealing.isUsable(.variable(0), sort: sealing.key))
  }

  @Test("What is found must fit what is made, and be possible")
  func found() {
    var sealing = Sealing()
    let (mine, secret) = (Term.constant(sealing.system.signature.addSymbol("mine", arguments: [], result: infinite)), Small.symbols.secret)
    sealing.add([.spend(0), Small.insert(row, secret, secret)])
    sealing.add([.spend(1), Small.find(row, x, y), .receive(.apply(sealing.seal, [x, y])), .learn(secret)], infinite, infinite)
    #expect(sealing.isUsable(.apply(sealing.seal, [secret, .variable(0)])))
    #expect(!sealing.isUsable(.apply(sealing.seal, [mine, .variable(0)])))
  }

  @Test("What comes back inside of what the attacker cannot make is of use")
  func oracle() {
    var sealing = Sealing()
    sealing.add([.spend(0), .receive(x), .learn(.apply(sealing.sign, [y, x]))], infinite, sealing.key)
    #expect(sealing.isUsable(.variable(0), sort: infinite))
    #expect(!sealing.isUsable(.variable(0), sort: sealing.key))
  }

  @Test("What is stored inside of what the attacker cannot make is of use: it may come back later")
  func storedOracle() {
    var sealing = Sealing()
    sealing.add([.spend(0), .receive(x), Small.insert(row, .apply(sealing.sign, [y, x]), y)], infinite, sealing.key)
    sealing.add([.spend(1), Small.find(row, x, y), .learn(x)], sealing.signed, sealing.key)
    #expect(sealing.isUsable(.variable(0), sort: infinite))
  }

  @Test("A key is of use for what rules make, and only for that")
  func keys() {
    var sealing = Sealing()
    sealing.open(.apply(sealing.sign, [x, y]), needs: [x], gives: y, sealing.key, infinite)
    #expect(!sealing.isUsable(.variable(0), sort: sealing.key))
    sealing.add([.spend(0), .fresh(1), .fresh(0), .learn(.apply(sealing.sign, [x, y]))], sealing.key, infinite)
    #expect(sealing.isUsable(.variable(0), sort: sealing.key))
  }

  @Test("A question's wish is a use")
  func questions() {
    var sealing = Sealing()
    sealing.system.properties = [Property(name: "p", text: "", queries: [Small.rule([Small.find(row, x, y), .receive(x)])])]
    #expect(!sealing.isUsable(.variable(0), sort: infinite))
    sealing.add([.spend(0), .fresh(0), Small.insert(row, x, x)], infinite)
    #expect(sealing.isUsable(.variable(0), sort: infinite))
  }
}
