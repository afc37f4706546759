import Terms
import Testing

@testable import Compiler

private let (row, other) = (Small.row, Small.other)
private let (x, y) = (Small.x, Small.y)
private let (value, secret) = (Small.symbols.value, Small.symbols.secret)

@Suite("Steps that answer all questions no")
struct PointlessStepTests {
  /// Which rules are left out of a system that asks whether something is in `other`, and this row is not there.
  private func leftOut(_ rules: [Instruction]..., absent: Fact = Small.fact(row, value, value), universal: [Int] = []) -> [Int] {
    var system = Small.system(query: [Small.find(other, x, y), .missing(absent, universal: universal)])
    system.rules = ([[.spend(0), .receive(x), Small.insert(other, x, x)]] + rules).map { Small.rule($0) }
    let less = system.withoutPointlessSteps(Monotonicity(system))
    return system.rules.indices.filter { system.rules[$0].instructions != less.rules[$0].instructions }
  }

  @Test("A step that makes what the question wants to be absent is left out, but not one that makes another row, or one that is not known")
  func makes() {
    #expect(leftOut([.spend(1), Small.insert(row, value, value)]) == [1])
    #expect(leftOut([.spend(1), Small.insert(row, value, secret)]) == [])
    #expect(leftOut([.spend(1), .receive(x), Small.insert(row, x, value)]) == [])
    #expect(leftOut([.spend(1), Small.insert(row, secret, value)], absent: Small.fact(row, .variable(2), value), universal: [2]) == [1])
    #expect(leftOut([.spend(1), Small.insert(row, secret, value)], absent: Small.fact(row, x, value)) == [])
  }

  @Test("It stays where the row may go again")
  func goes() {
    #expect(leftOut([.spend(1), Small.insert(row, value, value)], [.spend(1), Small.take(row, x, y)]) == [])
  }

  @Test("It stays where another question is open")
  func another() {
    var system = Small.system([.spend(0), .receive(x), Small.insert(other, x, x), Small.insert(row, value, value)])
    func questions(_ instructions: [Instruction]...) -> [Property] {
      instructions.map { Property(name: "p", text: "", queries: [Small.rule($0)]) }
    }
    system.properties = questions([Small.find(other, x, y), .missing(Small.fact(row, value, value), universal: [])], [Small.find(other, x, y)])
    #expect(system.withoutPointlessSteps(Monotonicity(system)).rules[0].instructions == system.rules[0].instructions)
    // A question that is never answered yes keeps nothing.
    system.properties[1] = questions([Small.find(other, x, y), Small.find(Small.message, x, y)])[0]
    #expect(system.withoutPointlessSteps(Monotonicity(system)).rules[0].instructions != system.rules[0].instructions)
  }
}
