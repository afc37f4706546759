import Compiler
import Testing

@testable import Exploration

/// How many systems a test run looks at; more with the environment variable `INTERLOPER_RANDOM_SYSTEMS`.
private let seeds = (0..<UInt64(Environment.count ?? 10)).map { $0 }

@Suite struct `Random systems` {
  /// Fifty systems for each argument, so that the runner can share them out.
  @Test(arguments: seeds) func `have the same verdicts with and without reductions, verified attacks, and none that is lost`(_ block: UInt64) throws {
    for seed in block * 50..<block * 50 + 50 {
      var generator = RandomSystem(seed: seed)
      let system = generator.system()
      for disagreement in Comparison(system).disagreements { Issue.record("seed \(seed): \(disagreement)") }
    }
  }
}
