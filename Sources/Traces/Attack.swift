import Compiler
import Exploration
import Terms
import Verification

/// A run that violates a property (or reaches a witness), concrete and checked.
public struct Attack: Sendable {
  /// Without the steps that it does not need.
  public var trace: GroundTrace
  /// How many of its steps are decisions: the least of all such runs. See the article *Semantics*.
  public var decisions: Int

  /// The number of steps, those included that run at once.
  public var steps: Int { trace.steps.count }
}

/// What a search found cannot be replayed: a mistake of the engine, never of a model.
public struct UnverifiedAttack: Error, CustomStringConvertible {
  public var description: String
}

/// Makes a finding concrete, has the independent checker replay it, and takes out the steps that it does not need.
///
/// `paths`: what walks the paths of the search again.
public func attack(from finding: Finding, isWitness: Bool = false, in system: TransitionSystem, along paths: PathReplay) throws(UnverifiedAttack) -> Attack {
  guard let run = paths.run(along: finding.path, phase: finding.phase, asking: finding.property, isWitness: isWitness) else {
    throw UnverifiedAttack(description: "the path of the search does not lead to what it found")
  }
  let trace = GroundTrace(steps: Grounding(run, system).steps, property: finding.property, isWitness: isWitness)
  do {
    _ = try replay(trace, in: system)
  } catch {
    throw UnverifiedAttack(description: "the checker refuses the run: \(error.text(in: system))")
  }
  let sliced = slice(trace, in: system)
  return Attack(trace: sliced, decisions: sliced.steps.count { paths.isDecision($0.rule) })
}
