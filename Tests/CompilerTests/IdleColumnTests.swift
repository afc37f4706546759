import Terms
import Testing

@testable import Compiler

private let (x, y) = (Term.variable(0), Term.variable(1))
private let (a, b) = (0, 1)

@Suite("Columns at which nobody looks")
struct IdleColumnTests {
  /// For two kinds of facts of one column each, whether nobody looks at it. The first register is of any message, the second one of a sort.
  private func isIdle(_ rules: [Instruction]..., query: [Instruction] = []) -> [Bool] {
    func rule(_ instructions: [Instruction]) -> Rule {
      let registers = [Register(name: "x", sort: Signature.message, isOptional: true), Register(name: "y", sort: nonce, isOptional: false)]
      return Rule(name: "r", registers: registers, instructions: instructions, narration: [], file: "", line: 0)
    }
    let system = TransitionSystem(
      title: "", signature: signature, predicates: ["a", "b"].map { Predicate(name: $0, kind: .table, columns: [Signature.message]) }, budgets: [],
      rules: rules.map(rule), openings: [], properties: [Property(name: "p", text: "", queries: [rule(query)])], witnesses: [], initialFacts: [],
      initialKnowledge: [])
    return IdleColumns(system).isIdle.map { $0[0] }
  }
  private var signature = Signature()
  private let nonce: SortID
  private let pair: SymbolID
  private let seal: SymbolID

  init() {
    nonce = signature.addSort("Nonce", values: nil)
    pair = signature.addSymbol("pair", arguments: [nonce, Signature.message], result: Signature.message, isTransparent: true)
    seal = signature.addSymbol("seal", arguments: [Signature.message], result: nonce, isPublic: false)
  }

  private func find(_ kind: PredicateID, _ term: Term) -> Instruction { .lookup(Fact(kind, [term]), consumes: true) }
  private func put(_ kind: PredicateID, _ term: Term) -> Instruction { .insert(Fact(kind, [term])) }

  @Test("What is only passed on between such columns is looked at by nobody")
  func passedOn() {
    #expect(isIdle([.receive(x), put(a, x)], [find(a, x), put(b, x)]) == [true, true])
    #expect(isIdle([find(a, x), put(b, .apply(pair, [y, x]))]) == [true, true])
  }

  @Test("A question, a comparison, a sort and a test for absence of a certain value look at it, and so does who passes it on to them")
  func lookedAt() {
    #expect(isIdle([find(a, x), .receive(x)]) == [false, true])
    #expect(isIdle([find(a, x), find(b, x)]) == [false, false])
    #expect(isIdle([find(a, x), .different(x, y)]) == [false, true])
    #expect(isIdle([find(a, y)]) == [false, true])
    #expect(isIdle([find(a, .apply(pair, [y, x]))]) == [false, true])
    #expect(isIdle([.receive(x), .missing(Fact(a, [x]), universal: [])]) == [false, true])
    #expect(isIdle(query: [find(a, x), .receive(x)]) == [false, true])
    #expect(isIdle([find(a, x), put(b, x)], [find(b, y)]) == [false, false])
  }

  @Test("Whether there is any such fact can be asked without a look at it")
  func absence() { #expect(isIdle([.missing(Fact(a, [x]), universal: [0])]) == [true, true]) }

  @Test("What the attacker can take out of what it gets is nothing new to it; what is sealed may be")
  func learned() {
    #expect(isIdle([find(a, x), .learn(.apply(pair, [y, x]))]) == [true, true])
    #expect(isIdle([find(a, x), .learn(.apply(seal, [x]))]) == [false, true])
  }

  @Test("Facts that are counted are compared as wholes")
  func counted() { #expect(isIdle(query: [.outnumbered(many: Fact(a, [x]), few: Fact(b, [y]))]) == [false, false]) }
}
