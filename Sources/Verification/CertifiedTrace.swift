import Compiler
import Terms

/// One step of a run with all that it did, and how the attacker came by what it sent.
public struct CertifiedStep: Hashable, Sendable {
  public var step: GroundStep
  /// The derivation steps that are new, up to all that the attacker sends in this step.
  public var derivation: [DerivationStep]
  public var effects: StepEffects

  public init(step: GroundStep, derivation: [DerivationStep], effects: StepEffects) {
    self.step = step
    self.derivation = derivation
    self.effects = effects
  }
}

/// Where a property breaks: one of its queries, and the values with which it runs to its end in the last state.
public struct CertifiedViolation: Hashable, Sendable {
  /// An index into the property's queries.
  public var query: Int
  /// The value of each register of the query; nil for a register that it does not need.
  public var values: [GroundTerm?]
  /// The derivation steps that are new, up to all that the query says the attacker can derive.
  public var derivation: [DerivationStep]
  /// What the attacker can derive, in the order of the query's instructions.
  public var received: [GroundTerm]

  public init(query: Int, values: [GroundTerm?], derivation: [DerivationStep], received: [GroundTerm]) {
    self.query = query
    self.values = values
    self.derivation = derivation
    self.received = received
  }
}

/// A run that violates a property, with everything that a checker would otherwise have to look for.
public struct CertifiedTrace: Hashable, Sendable {
  /// An index into the system's properties.
  public var property: Int
  /// How many of the steps are decisions.
  public var decisions: Int
  public var steps: [CertifiedStep]
  public var violation: CertifiedViolation

  public init(property: Int, decisions: Int, steps: [CertifiedStep], violation: CertifiedViolation) {
    self.property = property
    self.decisions = decisions
    self.steps = steps
    self.violation = violation
  }
}

/// Replays the trace of an attack and writes down each derivation and where the property breaks.
///
/// `decisions`: how many of the steps are decisions. It is only written down; ``check(_:in:)`` counts them itself.
public func certify(_ trace: GroundTrace, decisions: Int, in system: TransitionSystem) throws(ReplayError) -> CertifiedTrace {
  var replay = Replay(system)
  var writer = DerivationWriter()
  var steps: [CertifiedStep] = []
  for var step in trace.steps {
    let before = replay.analysis
    if system.rules.indices.contains(step.rule) { step.values = system.rules[step.rule].needed(step.values) }
    let effects = try replay.take(step)
    for term in effects.received { if let derivation = before.derivation(of: term) { writer.add(derivation) } }
    steps.append(CertifiedStep(step: step, derivation: writer.takeSteps(), effects: effects))
  }
  guard !trace.isWitness, let question = trace.question(in: system) else {
    throw ReplayError(step: steps.count, reason: .unknownProperty(trace.property))
  }
  guard let (query, values) = replay.firstAnswer(question) else { throw ReplayError(step: steps.count, reason: .notViolated) }
  let needed = question.queries[query].needed(values)
  let received = try replay.effects(of: question.queries[query], needed).received
  for term in received { if let derivation = replay.analysis.derivation(of: term) { writer.add(derivation) } }
  return CertifiedTrace(
    property: trace.property, decisions: decisions, steps: steps,
    violation: CertifiedViolation(query: query, values: needed, derivation: writer.takeSteps(), received: received))
}

/// Executes the run step by step, and checks each derivation rule by rule, and that the property breaks where the trace says.
///
/// Unlike ``replay(_:in:)`` it searches for nothing: it takes time in proportion to the size of the trace and of its states.
///
/// - Throws: the first thing that is wrong.
public func check(_ trace: CertifiedTrace, in system: TransitionSystem) throws(ReplayError) {
  var execution = Execution(system)
  var log = DerivationLog(system)
  for step in trace.steps {
    try extend(&log, by: step.derivation, execution)
    let place = execution
    if system.rules.indices.contains(step.step.rule) { try checkNeed(step.step.values, system.rules[step.step.rule], place) }
    let effects = try execution.take(step.step, isDerivable: log.contains)
    if let difference = effects.difference(from: step.effects) { throw place.error(.otherEffect(difference)) }
  }
  guard system.properties.indices.contains(trace.property) else { throw execution.error(.unknownProperty(trace.property)) }
  let queries = system.properties[trace.property].queries
  guard queries.indices.contains(trace.violation.query) else { throw execution.error(.unknownQuery(trace.violation.query)) }
  try extend(&log, by: trace.violation.derivation, execution)
  try checkNeed(trace.violation.values, queries[trace.violation.query], execution)
  let effects = try execution.check(queries[trace.violation.query], trace.violation.values, isDerivable: log.contains)
  guard effects.received == trace.violation.received else { throw execution.error(.otherEffect(.received)) }
  let monotonicity = Monotonicity(system)
  let actual = trace.steps.count { monotonicity.isDecision($0.step.rule) }
  guard actual == trace.decisions else { throw execution.error(.otherDecisions(actual, claimed: trace.decisions)) }
}

private func extend(_ log: inout DerivationLog, by steps: [DerivationStep], _ execution: Execution) throws(ReplayError) {
  for (number, step) in steps.enumerated() {
    do {
      try log.append(step, knowledge: execution.state.knowledge)
    } catch {
      throw execution.error(.derivation(number, error))
    }
  }
}

/// What no instruction asks for would be believed unchecked, so it must not be there.
private func checkNeed(_ values: [GroundTerm?], _ rule: Rule, _ execution: Execution) throws(ReplayError) {
  let needed = rule.needed(values)
  if let register = values.indices.first(where: { values[$0] != nil && needed[$0] == nil }) { throw execution.error(.superfluousValue(register: register)) }
}

extension Rule {
  /// The values without those of registers that no instruction needs: what `missing` quantifies over, what only the narration mentions.
  fileprivate func needed(_ values: [GroundTerm?]) -> [GroundTerm?] {
    var needed: Set<Int> = []
    for instruction in instructions {
      switch instruction {
      case .missing(let fact, let universal): needed.formUnion(fact.variables.subtracting(universal))
      case .outnumbered(let many, let few): needed.formUnion(many.variables.intersection(few.variables))
      default: instruction.forEachTerm { $0.forEachVariable { needed.insert($0) } }
      }
    }
    return values.enumerated().map { needed.contains($0) ? $1 : nil }
  }
}

extension StepEffects {
  /// The first kind of effect in which the two are not the same; nil: they are.
  fileprivate func difference(from other: StepEffects) -> ReplayError.Effect? {
    if received != other.received { return .received }
    if taken != other.taken { return .taken }
    if inserted != other.inserted { return .inserted }
    return learned != other.learned ? .learned : nil
  }
}
