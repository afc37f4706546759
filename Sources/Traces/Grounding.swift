import Compiler
import Exploration
import Terms
import Verification

/// Gives each variable of a run a value: what was decided, or a constant of the attacker's own that differs from all others.
struct Grounding {
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
