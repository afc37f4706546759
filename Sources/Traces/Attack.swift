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
public func attack(from finding: Finding, isWitness: Bool = false, in system: TransitionSystem, reductions: Reductions) throws(UnverifiedAttack) -> Attack {
  guard let run = replay(finding.path, asking: finding.property, isWitness: isWitness, in: system, reductions: reductions) else {
    throw UnverifiedAttack(description: "the path of the search does not lead to what it found")
  }
  let trace = GroundTrace(steps: Grounding(run, system).steps, property: finding.property, isWitness: isWitness)
  do {
    _ = try replay(trace, in: system)
  } catch {
    throw UnverifiedAttack(description: "the checker refuses the run: \(error.text(in: system))")
  }
  let sliced = slice(trace, in: system)
  let monotonicity = Monotonicity(system)
  return Attack(trace: sliced, decisions: sliced.steps.count { monotonicity.isDecision($0.rule) })
}

/// Gives each variable of a run a value: what was decided, or a constant of the attacker's own that differs from all others.
private struct Grounding {
  private let run: SymbolicRun
  private let system: TransitionSystem

  init(_ run: SymbolicRun, _ system: TransitionSystem) {
    self.run = run
    self.system = system
  }

  var steps: [GroundStep] {
    run.steps.map { step in
      let used = registersUsed(system.rules[step.rule])
      return GroundStep(rule: step.rule, values: step.registers.enumerated().map { used.contains($0) ? ground($1) : nil })
    }
  }

  /// Registers that a `missing` quantifies over have no value.
  private func registersUsed(_ rule: Rule) -> Set<Int> {
    var used = Set(rule.registers.indices)
    for case .missing(_, let universal) in rule.instructions { used.subtract(universal) }
    return used
  }

  private func ground(_ term: RunTerm) -> GroundTerm {
    switch term {
    case .name(let number): return .name(number, sort: run.names[number])
    case .apply(let symbol, let arguments): return .apply(symbol, arguments.map(ground))
    case .variable(let number):
      let variable = run.variables[number]
      if let value = variable.value { return ground(value) }
      if let first = system.signature.sorts[variable.sort].values?.first { return .constant(first) }
      return .own(number, sort: variable.sort)
    }
  }
}
