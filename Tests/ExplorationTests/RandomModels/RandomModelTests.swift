import Compiler
import Foundation
import Testing

@testable import Exploration

/// Random model files, each put through the whole way: parser, compiler, engine with and without reductions, naive explorer.
///
/// Five hundred a run; more with the environment variable `INTERLOPER_RANDOM_MODELS`, and then what they were like is printed.
@Suite struct `Random model files` {
  private static let blocks = (0..<UInt64(Environment.models.map { ($0 + 49) / 50 } ?? 10)).map { $0 }

  @Test(arguments: blocks) func `have the same verdicts and lengths for all explorers`(_ block: UInt64) {
    for seed in Environment.firstSeed + block * 50..<Environment.firstSeed + (block + 1) * 50 {
      let (model, compiled) = SmallModel.random(seed: seed, refused: Census.shared.countRefused)
      let comparison = Comparison(compiled.system, .small)
      let honest = Comparison(compiled.honest, .small, witnesses: true)
      Census.shared.count(model, compiled.system, comparison, honest)
      // Coverage asks what comes about: one model in ten, or all where many are asked for.
      let asked = Environment.models != nil || seed % 10 == 0 ? disagreementsOnCoverage(compiled, seed) : []
      if let first = asked.first { Issue.record("seed \(seed), coverage: \(first)\n\(model.text)") }
      let disagreements = comparison.disagreements + honest.disagreements
      guard let first = disagreements.first else { continue }
      // The same kind of disagreement, whatever the numbers in it.
      let shrunk = model.shrunk { !$0.disagreements(.small).isEmpty }
      Issue.record("seed \(seed): \(first)\nafter shrinking: \(shrunk.disagreements(.small).joined(separator: "; "))\n\(shrunk.text)")
    }
    if Environment.models != nil && block == Self.blocks.last { Census.shared.printWhenDone(Self.blocks.count * 50) }
  }

  /// Some rules and all threats are asked for, as coverage does: all explorers must say the same, and a search must meet nothing else.
  private func disagreementsOnCoverage(_ compiled: Library.Compiled, _ seed: UInt64) -> [String] {
    let system = compiled.system
    let threats = compiled.sourceMap.threats.map(\.threat).filter(\.isDecidable)
    let rules = system.rules.indices.filter { UInt64($0) % 7 == seed / 10 % 7 }
    let asking = system.asking(for: rules.map { .step(of: [$0]) } + threats.map { .threat($0) })
    var disagreements = Comparison(asking, .small, witnesses: true).disagreements
    let plain = Search(system, limits: Limits(states: 100), watching: threats).run()
    let whole = Search(asking, reductions: .none, limits: Limits(states: 3_000)).run()
    guard whole.stopped == nil else { return disagreements }
    let reached = Set(whole.witnesses.map(\.property))
    for (goal, rule) in rules.enumerated() where plain.steps.contains(rule) && !reached.contains(goal) {
      disagreements.append("a search has met a step of `\(system.rules[rule].name)`, and no run has one")
    }
    for threat in plain.seen where !reached.contains(rules.count + threat) {
      disagreements.append("a search has seen the threat to `\(system.properties[threat].name)`, and no run has it")
    }
    return disagreements
  }
}

extension Comparison.Reach {
  /// For models of which there are many.
  static let small = Environment.models == nil ? Comparison.Reach(states: 100, naiveStates: 60) : Comparison.Reach(states: 300, naiveStates: 500)
}
