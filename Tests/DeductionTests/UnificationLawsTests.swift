import Testing

@testable import Deduction

/// A failure names the seed of the terms.
@Suite struct `Laws of unification` {
  static let seeds: ClosedRange<UInt64> = 1...400

  let workspace = Workspace.make()

  /// Two terms that are often alike, with variables of all kinds.
  func terms(_ seed: UInt64) -> (TermID, TermID) {
    var generator = ShapeGenerator(seed: seed)
    generator.hasOpenKeys = true
    generator.isLoose = seed % 3 == 0
    for _ in 0..<4 { generator.addVariable(epoch: [0, 1, 1, unconstrained][generator.below(4)]) }
    let all = Array(generator.variables.indices)
    let first = generator.term(of: words.message, depth: 4, all, isKnown: false)
    let second = generator.chance(1, in: 4) ? generator.term(of: words.message, depth: 4, all, isKnown: false) : generator.loosened(first, all)
    for name in generator.names { _ = workspace.name(name) }
    for variable in generator.variables { _ = workspace.variable(variable.sort, isOptional: variable.isOptional, epoch: variable.epoch) }
    return (workspace.build(first), workspace.build(generator.loosened(second, all)))
  }

  /// All that can be told of the variables: value, sort, whether it may be none, epoch.
  var variables: [[Int32]] {
    (0..<workspace.bindings.count).map {
      [workspace.resolved(~Int32($0)), workspace.variableSorts[$0], workspace.optional[$0], workspace.epochs[$0]]
    }
  }

  @Test(arguments: seeds) func `terms made equal are the same`(seed: UInt64) {
    let (first, second) = terms(seed)
    guard workspace.unify(first, second) else { return }
    #expect(workspace.isSame(first, second), "seed \(seed)")
    #expect(workspace.shape(of: first) == workspace.shape(of: second), "seed \(seed)")
  }

  @Test(arguments: seeds) func `the order of the terms does not matter`(seed: UInt64) {
    let (first, second) = terms(seed)
    let isEqual = workspace.unify(first, second)
    let after = variables
    workspace.undo(to: 0)
    #expect(workspace.unify(second, first) == isEqual, "seed \(seed)")
    if isEqual { #expect(variables == after, "seed \(seed)") }
  }

  @Test(arguments: seeds) func `making equal what is equal changes nothing`(seed: UInt64) {
    let (first, second) = terms(seed)
    guard workspace.unify(first, second) else { return }
    let mark = workspace.trail.count
    #expect(workspace.unify(first, second), "seed \(seed)")
    #expect(workspace.trail.count == mark, "seed \(seed)")
    let resolved = workspace.resolved(first)
    #expect(workspace.resolved(resolved) == resolved, "seed \(seed)")
  }

  @Test(arguments: seeds) func `undoing a unification gives back what was`(seed: UInt64) {
    let (first, second) = terms(seed)
    let before = variables
    _ = workspace.unify(first, second)
    workspace.undo(to: 0)
    #expect(variables == before, "seed \(seed)")
  }

  @Test func `some of the terms can be made equal and some cannot`() {
    let equal = Self.seeds.filter { seed in
      let laws = Self()
      let (first, second) = laws.terms(seed)
      return laws.workspace.unify(first, second)
    }
    #expect(equal.count > 80 && equal.count < 350)
  }
}
