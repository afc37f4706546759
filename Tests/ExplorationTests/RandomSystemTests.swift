import Compiler
import Testing
import Traces
import Verification

@testable import Exploration

/// How many systems a test run looks at; more with the environment variable `INTERLOPER_RANDOM_SYSTEMS`.
private let seeds = (0..<UInt64(Environment.count ?? 10)).map { $0 }

@Suite struct `Random systems` {
  /// Fifty systems for each argument, so that the runner can share them out.
  @Test(arguments: seeds) func `have the same verdicts with and without reductions, verified attacks, and none that is lost`(_ block: UInt64) throws {
    for seed in block * 50..<block * 50 + 50 {
      var generator = RandomSystem(seed: seed)
      let system = generator.system()
      let with = Search(system, limits: Limits(states: 2_000)).run()
      let without = Search(system, reductions: .none, limits: Limits(states: 2_000)).run()
      guard with.stopped == nil && without.stopped == nil else { continue }
      let symbolic = lengths(with, system)
      #expect(symbolic == lengths(without, system), "seed \(seed): reductions change a verdict or a length")
      for finding in with.violations {
        do {
          _ = try attack(from: finding, in: system, reductions: .all)
        } catch {
          Issue.record("seed \(seed): \(error)")
        }
      }
      let naive = NaiveExplorer(system, limits: NaiveExplorer.Limits(messageSize: 2, ownConstants: 1, maximumStates: 2_000)).explore()
      let monotonicity = Monotonicity(system)
      for (property, answer) in zip(system.properties, naive.properties) {
        guard let trace = answer.trace else { continue }
        let decisions = trace.steps.count { monotonicity.isDecision($0.rule) }
        // A longer run is no contradiction: with few constants and small messages the naive explorer may miss the shortest.
        #expect((symbolic[property.name] ?? .max) <= decisions, "seed \(seed): \(property.name) has a run of \(decisions) decisions that was lost")
      }
    }
  }
}
