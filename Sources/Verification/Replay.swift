import Compiler
import Terms

/// Executes the trace from the initial state, checks each instruction of each step, and that the last state shows what the trace claims.
///
/// - Returns: the state after each step.
/// - Throws: the first thing that is wrong.
public func replay(_ trace: GroundTrace, in system: TransitionSystem) throws(ReplayError) -> [GroundState] {
  var replay = Replay(system)
  var states: [GroundState] = []
  for step in trace.steps {
    try replay.take(step)
    states.append(replay.state)
  }
  try replay.check(trace)
  return states
}

/// A run in the course of being checked. A value: a copy is a place to go on from.
///
/// This is the judge of all attacks. It does what the instructions say, one after the other, with the values that it is given, and
/// searches for nothing but derivations and the answers to queries. What it finds can be kept: see ``CertifiedTrace``.
public struct Replay: Sendable {
  public var system: TransitionSystem { execution.system }
  /// The state after the steps taken so far.
  public var state: GroundState { execution.state }
  /// What the attacker makes of its knowledge in that state.
  public private(set) var analysis: GroundAnalysis
  /// How many steps were taken.
  public var steps: Int { execution.steps }
  private var execution: Execution

  /// At the system's initial state.
  public init(_ system: TransitionSystem) {
    execution = Execution(system)
    analysis = GroundDeduction(system).analyse(execution.state.knowledge)
  }

  /// Takes one step. After an error the replay is where it was.
  @discardableResult public mutating func take(_ step: GroundStep) throws(ReplayError) -> StepEffects {
    let effects = try execution.take(step, isDerivable: analysis.isDerivable)
    analysis.learn(effects.learned)
    return effects
  }

  /// Checks that the state now is what the trace claims to lead to.
  public func check(_ trace: GroundTrace) throws(ReplayError) {
    guard let question = trace.question(in: system) else { throw execution.error(.unknownProperty(trace.property)) }
    guard answers(question) else { throw execution.error(.notViolated) }
  }

  /// What a query asks for, with these values of its registers; an error if it does not run to its end in the state now.
  func effects(of query: Rule, _ values: [GroundTerm?]) throws(ReplayError) -> StepEffects {
    try execution.check(query, values, isDerivable: analysis.isDerivable)
  }

  /// Whether one of the queries can run to its end in the state now.
  public func answers(_ question: Property) -> Bool { answer(question) != nil }

  /// The first query that can run to its end in the state now, with the values of its registers.
  ///
  /// Where a query asks for a message with parts that nothing else determines, values of up to two symbols are tried.
  public func answer(_ question: Property) -> (query: Rule, values: [GroundTerm?])? {
    firstAnswer(question).map { (question.queries[$0.query], $0.values) }
  }

  /// The same, with the query's index.
  func firstAnswer(_ question: Property) -> (query: Int, values: [GroundTerm?])? {
    let candidates = Candidates(state, analysis, size: 2, ownConstants: 1)
    for (index, query) in question.queries.enumerated() {
      var values: [GroundTerm?]?
      RuleEvaluation(query, on: state, analysis, candidates).forEachOutcome { outcome in
        values = outcome.values
        return false
      }
      if let values { return (index, values) }
    }
    return nil
  }
}
