import Compiler
import Exploration
import Verification

/// A run that breaks nothing in particular, concrete and checked: all of its steps, those included that run at once.
public struct ConcreteRun: Sendable, Equatable {
  public var steps: [GroundStep]
  /// How many of the steps are decisions.
  public var decisions: Int
}

/// Makes paths of a search concrete.
public final class RunMaker {
  private let system: TransitionSystem
  private let paths: PathReplay

  /// `reductions`: those of the search.
  public init(_ system: TransitionSystem, reductions: Reductions) {
    self.system = system
    paths = PathReplay(system, reductions: reductions)
  }

  /// The run along a path, after the independent checker has replayed it.
  ///
  /// - Parameter path: what stands for the states after the initial one.
  public func run(along path: [Fingerprint]) throws(UnverifiedAttack) -> ConcreteRun {
    guard let symbolic = paths.run(along: path) else { throw UnverifiedAttack(description: "the path of the search leads nowhere") }
    let steps = Grounding(symbolic, system).steps
    var replay = Replay(system)
    for step in steps {
      do {
        try replay.take(step)
      } catch {
        throw UnverifiedAttack(description: "the checker refuses the run: \(error.text(in: system))")
      }
    }
    return ConcreteRun(steps: steps, decisions: steps.count { paths.isDecision($0.rule) })
  }
}
