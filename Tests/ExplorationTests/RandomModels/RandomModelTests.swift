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
      let disagreements = comparison.disagreements + honest.disagreements
      guard let first = disagreements.first else { continue }
      // The same kind of disagreement, whatever the numbers in it.
      let shrunk = model.shrunk { !$0.disagreements(.small).isEmpty }
      Issue.record("seed \(seed): \(first)\nafter shrinking: \(shrunk.disagreements(.small).joined(separator: "; "))\n\(shrunk.text)")
    }
    if Environment.models != nil && block == Self.blocks.last { Census.shared.printWhenDone(Self.blocks.count * 50) }
  }
}

extension Comparison.Reach {
  /// For models of which there are many.
  static let small = Environment.models == nil ? Comparison.Reach(states: 100, naiveStates: 60) : Comparison.Reach(states: 300, naiveStates: 500)
}
