import Compiler
import Terms

/// One way to take a step, as far as the state decides it: what somebody has to choose has no value yet.
public struct OpenStep: Hashable, Sendable {
  /// An index into the system's rules.
  public var rule: Int
  /// The value of each register, fresh names included; nil for those that are to be chosen, and for those that the rule does not need.
  public var values: [GroundTerm?]
  /// Registers that the attacker may choose: any term of their sorts that it can derive.
  public var attackers: [Int]
  /// Registers that nothing determines: any term of their sorts will do.
  public var free: [Int]
}

extension Replay {
  /// All ways to take a step of a rule in the state now, each once.
  ///
  /// Every step of the rule that ``take(_:)`` accepts is one of these with values for its open registers.
  ///
  /// `given`: values that registers shall have.
  public func openSteps(of rule: Int, given: [Int: GroundTerm] = [:]) -> [OpenStep] { openSteps(of: [rule], given: given) }

  /// The same for several rules.
  public func openSteps(of rules: some Sequence<Int>, given: [Int: GroundTerm] = [:]) -> [OpenStep] {
    var steps: [OpenStep] = []
    // Rules, unlike queries, count nothing: no value has to be tried.
    let candidates = Candidates(state, analysis, size: 1, ownConstants: 1)
    for number in rules {
      let rule = system.rules[number]
      guard given.allSatisfy({ rule.registers.indices.contains($0) && system.signature.admits($1, in: rule.registers[$0]) }) else { continue }
      var values: [GroundTerm?] = Array(repeating: nil, count: rule.registers.count)
      for (register, value) in given { values[register] = value }
      var seen: Set<OpenStep> = []
      RuleEvaluation(rule, on: state, analysis, candidates, given: values).forEachOpenWay { values, open, free in
        var once: Set<Int> = []
        let step = OpenStep(rule: number, values: values, attackers: open.filter { once.insert($0).inserted }, free: free)
        if seen.insert(step).inserted { steps.append(step) }
        return true
      }
    }
    return steps
  }

  /// All terms that occur in the state or that the attacker has, each once, in a fixed order.
  public var presentTerms: [GroundTerm] {
    var terms = Set(analysis.terms)
    state.forEachSubterm { terms.insert($0) }
    return terms.sorted()
  }
}
