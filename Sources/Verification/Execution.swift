import Compiler
import Terms

/// What one step did, or what a query has asked for, as ground terms.
public struct StepEffects: Hashable, Sendable {
  /// What the attacker has sent, in the order of the instructions.
  public var received: [GroundTerm] = []
  /// The facts that were there and are no more, in the order of the instructions.
  public var taken: [GroundFact] = []
  /// The facts that are new, in the order of the instructions.
  public var inserted: [GroundFact] = []
  /// What the attacker is told, in the order of the instructions.
  public var learned: [GroundTerm] = []
  public init() {}
}

/// Does what the instructions say, one after the other, with the values that it is given.
///
/// It searches for nothing. What the attacker can derive it asks whoever calls it.
struct Execution: Sendable {
  let system: TransitionSystem
  /// The state after the steps taken so far.
  private(set) var state: GroundState
  /// How many steps were taken.
  private(set) var steps = 0
  private var names: Set<Int> = []

  /// At the system's initial state.
  init(_ system: TransitionSystem) {
    self.system = system
    state = GroundState(initialOf: system)
  }

  /// Takes one step. After an error the execution is where it was.
  mutating func take(_ step: GroundStep, isDerivable: (GroundTerm) -> Bool) throws(ReplayError) -> StepEffects {
    guard system.rules.indices.contains(step.rule) else { throw error(.unknownRule(step.rule)) }
    var next = state
    var names = names
    let effects = try run(system.rules[step.rule], step.values, &next, &names, isQuery: false, isDerivable)
    for fact in effects.inserted { next.facts.add(fact) }
    next.knowledge.formUnion(effects.learned)
    state = next
    self.names = names
    steps += 1
    return effects
  }

  /// Checks that the query runs to its end in the state now, with these values of its registers.
  func check(_ query: Rule, _ values: [GroundTerm?], isDerivable: (GroundTerm) -> Bool) throws(ReplayError) -> StepEffects {
    var scratch = state
    var names = names
    return try run(query, values, &scratch, &names, isQuery: true, isDerivable)
  }

  // MARK: Instructions

  private func run(
    _ rule: Rule, _ values: [GroundTerm?], _ next: inout GroundState, _ names: inout Set<Int>, isQuery: Bool, _ isDerivable: (GroundTerm) -> Bool
  ) throws(ReplayError) -> StepEffects {
    try checkValues(values, rule)
    let matcher = Matcher(signature: system.signature, registers: rule.registers)
    var effects = StepEffects()
    for (position, instruction) in rule.instructions.enumerated() {
      switch instruction {
      case .spend(let budget):
        guard next.budgets[budget] > 0 else { throw error(.budgetSpent(budget), at: position) }
        next.budgets[budget] -= 1
      case .lookup(let pattern, let consumes):
        let fact = try ground(pattern, values, position)
        guard consumes ? next.facts.take(fact) : next.facts.has(fact) else { throw error(.factNotThere(fact), at: position) }
        if consumes { effects.taken.append(fact) }
      case .missing(let pattern, let universal):
        for register in pattern.variables.subtracting(universal).sorted() where values[register] == nil {
          throw error(.noValue(register: register), at: position)
        }
        guard matcher.isMissing(pattern, universal: universal, in: next.facts, values) else {
          throw error(.factThere(pattern.predicate), at: position)
        }
      case .equal(let first, let second):
        let (a, b) = (try ground(first, values, position), try ground(second, values, position))
        guard a == b else { throw error(.notEqual(a, b), at: position) }
      case .different(let first, let second):
        let (a, b) = (try ground(first, values, position), try ground(second, values, position))
        guard a != b else { throw error(.notDifferent(a), at: position) }
      case .honest(let term):
        let value = try ground(term, values, position)
        guard system.signature.isConstant(value, attackers: false) else { throw error(.notHonest(value), at: position) }
      case .dishonest(let term):
        let value = try ground(term, values, position)
        guard system.signature.isConstant(value, attackers: true) else { throw error(.notDishonest(value), at: position) }
      case .receive(let term):
        let value = try ground(term, values, position)
        guard isDerivable(value) else { throw error(.notDerivable(value), at: position) }
        effects.received.append(value)
      case .fresh(let register):
        guard case .name(let number, let sort) = values[register], sort == rule.registers[register].sort, names.insert(number).inserted else {
          throw error(.notFresh(register: register), at: position)
        }
        // Numbers may be as high as they like; a name that could come after them all is asked for only where runs are made.
        next.nextName = max(next.nextName, number < .max ? number + 1 : number)
      case .choose(let register):
        let value = try ground(.variable(register), values, position)
        let sort = rule.registers[register].sort
        guard let symbol = value.constantSymbol, system.signature.sorts[sort].values?.contains(symbol) == true else {
          throw error(.notAValue(value, of: sort), at: position)
        }
      case .insert(let fact): effects.inserted.append(try ground(fact, values, position))
      case .learn(let term): effects.learned.append(try ground(term, values, position))
      case .outnumbered(let many, let few):
        guard isQuery else { throw error(.onlyInQueries, at: position) }
        try checkCounts(many, few, values, next.facts, matcher, position)
      }
    }
    return effects
  }

  /// Checks that more facts match `many` than `few`, for the values of the registers that both mention.
  private func checkCounts(
    _ many: Fact, _ few: Fact, _ values: [GroundTerm?], _ facts: [GroundFact], _ matcher: Matcher, _ position: Int
  ) throws(ReplayError) {
    let shared = many.variables.intersection(few.variables)
    for register in shared.sorted() where values[register] == nil { throw error(.noValue(register: register), at: position) }
    // What only one of the two mentions does not tell events apart, whatever an earlier lookup has made of it.
    var start = values
    for register in many.variables.union(few.variables).subtracting(shared) { start[register] = nil }
    func count(_ pattern: Fact) -> Int {
      facts.count { fact in
        var attempt = start
        return matcher.match(pattern, fact, &attempt)
      }
    }
    guard count(many) > count(few) else { throw error(.notOutnumbered(many.predicate, few.predicate), at: position) }
  }

  // MARK: Values

  /// Checks that the values are terms of the model, of the registers' sorts, made of names that exist or that this step makes.
  private func checkValues(_ values: [GroundTerm?], _ rule: Rule) throws(ReplayError) {
    guard values.count == rule.registers.count else { throw error(.valueCount(values.count, expected: rule.registers.count)) }
    var known = names
    for case .fresh(let register) in rule.instructions {
      if case .name(let number, _) = values[register] { known.insert(number) }
    }
    for (register, value) in values.enumerated() {
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

  func error(_ reason: ReplayError.Reason, at instruction: Int? = nil) -> ReplayError {
    ReplayError(step: steps, instruction: instruction, reason: reason)
  }
}
