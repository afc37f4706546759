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
/// searches for nothing but derivations and the answers to queries.
public struct Replay: Sendable {
  public let system: TransitionSystem
  /// The state after the steps taken so far.
  public private(set) var state: GroundState
  /// What the attacker makes of its knowledge in that state.
  public private(set) var analysis: GroundAnalysis
  /// How many steps were taken.
  public private(set) var steps = 0
  private var names: Set<Int> = []

  /// At the system's initial state.
  public init(_ system: TransitionSystem) {
    self.system = system
    state = GroundState(initialOf: system)
    analysis = GroundDeduction(system).analyse(state.knowledge)
  }

  /// Takes one step. After an error the replay is where it was.
  public mutating func take(_ step: GroundStep) throws(ReplayError) {
    guard system.rules.indices.contains(step.rule) else { throw error(.unknownRule(step.rule)) }
    let rule = system.rules[step.rule]
    var known = names
    try checkValues(step, rule, &known)
    let matcher = Matcher(signature: system.signature, registers: rule.registers)
    var next = state
    var inserted: [GroundFact] = []
    var learned: [GroundTerm] = []
    for (position, instruction) in rule.instructions.enumerated() {
      switch instruction {
      case .spend(let budget):
        guard next.budgets[budget] > 0 else { throw error(.budgetSpent(budget), at: position) }
        next.budgets[budget] -= 1
      case .lookup(let pattern, let consumes):
        let fact = try ground(pattern, step.values, position)
        let isThere = consumes ? next.facts.take(fact) : next.facts.has(fact)
        guard isThere else { throw error(.factNotThere(fact), at: position) }
      case .missing(let pattern, let universal):
        for register in pattern.variables.subtracting(universal).sorted() where step.values[register] == nil {
          throw error(.noValue(register: register), at: position)
        }
        guard matcher.isMissing(pattern, universal: universal, in: next.facts, step.values) else {
          throw error(.factThere(pattern.predicate), at: position)
        }
      case .equal(let first, let second):
        let (a, b) = (try ground(first, step.values, position), try ground(second, step.values, position))
        guard a == b else { throw error(.notEqual(a, b), at: position) }
      case .different(let first, let second):
        let (a, b) = (try ground(first, step.values, position), try ground(second, step.values, position))
        guard a != b else { throw error(.notDifferent(a), at: position) }
      case .honest(let term):
        let value = try ground(term, step.values, position)
        guard system.signature.isConstant(value, attackers: false) else { throw error(.notHonest(value), at: position) }
      case .dishonest(let term):
        let value = try ground(term, step.values, position)
        guard system.signature.isConstant(value, attackers: true) else { throw error(.notDishonest(value), at: position) }
      case .receive(let term):
        let value = try ground(term, step.values, position)
        guard analysis.isDerivable(value) else { throw error(.notDerivable(value), at: position) }
      case .fresh(let register):
        guard case .name(let number, let sort) = step.values[register], sort == rule.registers[register].sort, names.insert(number).inserted else {
          throw error(.notFresh(register: register), at: position)
        }
        next.nextName = max(next.nextName, number + 1)
      case .choose(let register):
        let value = try ground(.variable(register), step.values, position)
        let sort = rule.registers[register].sort
        guard let symbol = value.constantSymbol, system.signature.sorts[sort].values?.contains(symbol) == true else {
          throw error(.notAValue(value, of: sort), at: position)
        }
      case .insert(let fact): inserted.append(try ground(fact, step.values, position))
      case .learn(let term): learned.append(try ground(term, step.values, position))
      case .outnumbered: throw error(.onlyInQueries, at: position)
      }
    }
    for fact in inserted { next.facts.add(fact) }
    next.knowledge.formUnion(learned)
    analysis.learn(learned)
    state = next
    steps += 1
  }

  /// Checks that the state now is what the trace claims to lead to.
  public func check(_ trace: GroundTrace) throws(ReplayError) {
    guard let question = trace.question(in: system) else { throw error(.unknownProperty(trace.property)) }
    guard answers(question) else { throw error(.notViolated) }
  }

  /// Whether one of the queries can run to its end in the state now.
  public func answers(_ question: Property) -> Bool { answer(question) != nil }

  /// The first query that can run to its end in the state now, with the values of its registers.
  ///
  /// Where a query asks for a message with parts that nothing else determines, values of up to two symbols are tried.
  public func answer(_ question: Property) -> (query: Rule, values: [GroundTerm?])? {
    let candidates = Candidates(state, analysis, size: 2, ownConstants: 1)
    for query in question.queries {
      var values: [GroundTerm?]?
      RuleEvaluation(query, on: state, analysis, candidates).forEachOutcome { outcome in
        values = outcome.values
        return false
      }
      if let values { return (query, values) }
    }
    return nil
  }

  // MARK: Values

  /// Checks that the values are terms of the model, of the registers' sorts, made of names that exist or that this step makes.
  private func checkValues(_ step: GroundStep, _ rule: Rule, _ known: inout Set<Int>) throws(ReplayError) {
    guard step.values.count == rule.registers.count else { throw error(.valueCount(step.values.count, expected: rule.registers.count)) }
    for case .fresh(let register) in rule.instructions {
      if case .name(let number, _) = step.values[register] { known.insert(number) }
    }
    for (register, value) in step.values.enumerated() {
      guard let value else { continue }
      var isKnown = system.signature.isWellFormed(value)
      value.forEachSubterm { if case .name(let number, _) = $0, !known.contains(number) { isKnown = false } }
      guard isKnown else { throw error(.malformedValue(register: register)) }
      guard system.signature.admits(value, in: rule.registers[register]) else { throw error(.wrongSort(register: register)) }
    }
  }

  private func ground(_ term: Term, _ values: Bindings, _ position: Int) throws(ReplayError) -> GroundTerm {
    guard let ground = term.ground(values) else {
      throw error(.noValue(register: term.firstUnbound(values) ?? 0), at: position)
    }
    return ground
  }

  private func ground(_ fact: Fact, _ values: Bindings, _ position: Int) throws(ReplayError) -> GroundFact {
    var arguments: [GroundTerm] = []
    for argument in fact.arguments { arguments.append(try ground(argument, values, position)) }
    return GroundFact(fact.predicate, arguments)
  }

  private func error(_ reason: ReplayError.Reason, at instruction: Int? = nil) -> ReplayError {
    ReplayError(step: steps, instruction: instruction, reason: reason)
  }
}
