import Compiler
import Foundation
import Terms

/// Explores a system breadth first over ground states, without any reduction: slow, and simple enough to be believed.
///
/// First those states that take the fewest decisions (`Monotonicity/isDecision(_:)`), which is the length that the article *Semantics*
/// defines.
///
/// It is the judge of the symbolic engine on small systems: messages of the attacker are tried one by one, up to a size.
public struct NaiveExplorer {
  /// How far to look.
  public struct Limits: Sendable {
    /// How many symbols the attacker may compose into a value that nothing else determines; see `Candidates`.
    public var messageSize = 2
    /// How many own constants the attacker uses for each infinite sort.
    public var ownConstants = 1
    public var maximumStates = 100_000
    /// The most decisions of a run to look at; nil: any number.
    public var maximumDecisions: Int?
    /// Wall-clock seconds; nil: any number.
    public var seconds: Double?

    public init(messageSize: Int = 2, ownConstants: Int = 1, maximumStates: Int = 100_000, maximumDecisions: Int? = nil, seconds: Double? = nil) {
      self.messageSize = messageSize
      self.ownConstants = ownConstants
      self.maximumStates = maximumStates
      self.maximumDecisions = maximumDecisions
      self.seconds = seconds
    }
  }

  /// What was found out about one property or witness.
  public enum Answer: Sendable, Equatable {
    /// The property is violated (the witness is reached); the trace is one with the fewest decisions.
    case found(GroundTrace)
    /// No reachable state does that, with messages of the given size.
    case notFound
    /// A limit was reached before it was found.
    case undecided

    public var trace: GroundTrace? {
      if case .found(let trace) = self { return trace }
      return nil
    }
  }

  public struct Result: Sendable {
    /// One answer for each property of the system.
    public var properties: [Answer]
    /// One answer for each witness of the system.
    public var witnesses: [Answer]
    /// How many different states were reached.
    public var states: Int
    /// Whether a limit kept the explorer from states that it would have gone on to.
    public var isLimited: Bool
  }

  public let system: TransitionSystem
  public let limits: Limits
  /// Whether to stop as soon as all properties are violated and all witnesses reached; else all states are visited.
  public let stopsWhenAnswered: Bool

  public init(_ system: TransitionSystem, limits: Limits = Limits(), stopsWhenAnswered: Bool = true) {
    self.system = system
    self.limits = limits
    self.stopsWhenAnswered = stopsWhenAnswered
  }

  /// Visits the states.
  ///
  /// - Parameter interrupted: asked now and then; `true` ends the exploration like a limit.
  public func explore(interrupted: @escaping () -> Bool = { false }) -> Result {
    var search = Search(self, interrupted)
    return search.run()
  }
}

/// The course of one exploration.
private struct Search {
  let system: TransitionSystem
  let limits: NaiveExplorer.Limits
  let stopsWhenAnswered: Bool
  var result: NaiveExplorer.Result
  var visited: Set<StateKey> = []
  /// For each state, from which one and by which step it was reached.
  var origins: [(parent: Int, step: GroundStep?)] = []
  let monotonicity: Monotonicity
  /// States one decision further: visited when no more states of this depth turn up.
  var ahead: [(key: StateKey, state: GroundState, analysis: GroundAnalysis, parent: Int, step: GroundStep)] = []
  /// The states of one depth that are still to be expanded, with their indices into `origins`.
  var level: [(index: Int, state: GroundState, analysis: GroundAnalysis)] = []
  private let interrupted: () -> Bool
  private let deadline: Date?
  private var outcomes = 0
  /// Whether the time is over, or somebody has interrupted, or there are as many states as there may be. What is found after states were
  /// left out need not be the shortest, so then it ends.
  private var isStopped = false
  /// The states that wait in `ahead`.
  private var waiting: Set<StateKey> = []
  /// How many instances of steps are looked at for each state that there may be.
  private static let outcomesPerState = 1_000

  init(_ explorer: NaiveExplorer, _ interrupted: @escaping () -> Bool) {
    self.interrupted = interrupted
    deadline = explorer.limits.seconds.map { Date(timeIntervalSinceNow: $0) }
    system = explorer.system
    limits = explorer.limits
    stopsWhenAnswered = explorer.stopsWhenAnswered
    monotonicity = Monotonicity(explorer.system)
    result = NaiveExplorer.Result(
      properties: system.properties.map { _ in .notFound }, witnesses: system.witnesses.map { _ in .notFound }, states: 0, isLimited: false)
  }

  mutating func run() -> NaiveExplorer.Result {
    var state = GroundState(initialOf: system)
    var analysis = GroundAnalysis(GroundDeduction(system))
    let told = state.knowledge.sorted()
    state.knowledge = []
    learn(told, &state, &analysis)
    visit(StateKey(state), state, analysis, parent: -1, step: nil)
    var decisions = 0
    while !level.isEmpty && !isDone {
      while !level.isEmpty && !isDone {
        checkTime()
        let current = level
        level = []
        for (index, state, analysis) in current where !isDone { expand(index, state, analysis, isLast: decisions == limits.maximumDecisions) }
      }
      let next = ahead
      ahead = []
      waiting = []
      for item in next where !isDone { visit(item.key, item.state, item.analysis, parent: item.parent, step: item.step) }
      decisions += 1
    }
    if result.isLimited {
      result.properties = result.properties.map { $0 == .notFound ? .undecided : $0 }
      result.witnesses = result.witnesses.map { $0 == .notFound ? .undecided : $0 }
    }
    result.states = origins.count
    return result
  }

  private var isDone: Bool {
    if isStopped { return true }
    return stopsWhenAnswered && (result.properties + result.witnesses).allSatisfy { $0 != .notFound }
  }

  /// Looks at the clock, once for some dozens of outcomes.
  private mutating func checkTime() {
    outcomes += 1
    let isOver = outcomes % 64 == 1 && (interrupted() || deadline.map { $0 < Date() } ?? false)
    if isOver || outcomes / Search.outcomesPerState > limits.maximumStates { stop() }
  }

  private mutating func stop() {
    isStopped = true
    result.isLimited = true
  }

  /// Visits the states one step away; `isLast`: of those that a decision leads to, only finds out whether there are any.
  private mutating func expand(_ index: Int, _ state: GroundState, _ analysis: GroundAnalysis, isLast: Bool) {
    let candidates = Candidates(state, analysis, size: limits.messageSize, ownConstants: limits.ownConstants)
    for (number, rule) in system.rules.enumerated() {
      RuleEvaluation(rule, on: state, analysis, candidates).forEachOutcome { outcome in
        checkTime()
        var next = state
        var nextAnalysis = analysis
        next.facts = outcome.facts
        next.budgets = outcome.budgets
        next.nextName = outcome.nextName
        var (made, learned): ([GroundTerm], [GroundTerm]) = ([], [])
        for instruction in rule.instructions {
          if case .insert(let fact) = instruction, let fact = fact.ground(outcome.values) {
            next.facts.add(fact)
            made += fact.arguments
          }
          if case .learn(let term) = instruction, let term = term.ground(outcome.values) { learned.append(term) }
        }
        if (made + learned).contains(where: { $0.isNested(deeperThan: maximumNesting) }) {
          stop()
          return false
        }
        learn(learned, &next, &nextAnalysis)
        let isDecision = monotonicity.isDecision(number)
        let key = StateKey(next)
        guard !visited.contains(key), !(isDecision && waiting.contains(key)) else { return !isDone }
        let step = GroundStep(rule: number, values: outcome.values)
        if isDecision && isLast {
          result.isLimited = true
        } else if origins.count + ahead.count >= limits.maximumStates {
          stop()
        } else if isDecision {
          waiting.insert(key)
          ahead.append((key, next, nextAnalysis, index, step))
        } else {
          visit(key, next, nextAnalysis, parent: index, step: step)
        }
        return !isDone
      }
    }
  }

  /// Adds terms to the knowledge, in their parts, leaving out what the attacker could have derived: that makes no other state.
  private func learn(_ told: [GroundTerm], _ state: inout GroundState, _ analysis: inout GroundAnalysis) {
    for term in told where !analysis.isDerivable(term) {
      if case .apply(let symbol, let arguments) = term, system.signature.symbols[symbol].isTransparent, system.signature.symbols[symbol].isPublic {
        learn(arguments, &state, &analysis)
      } else {
        state.knowledge.insert(term)
        analysis.learn([term])
      }
    }
  }

  /// Asks the questions of a state that is new.
  private mutating func visit(_ key: StateKey, _ state: GroundState, _ analysis: GroundAnalysis, parent: Int, step: GroundStep?) {
    guard visited.insert(key).inserted else { return }
    let index = origins.count
    origins.append((parent, step))
    level.append((index, state, analysis))
    // One own constant more than in the runs: a value that differs from all others.
    let candidates = Candidates(state, analysis, size: limits.messageSize, ownConstants: limits.ownConstants + 1)
    func isAnswered(_ question: Property) -> Bool {
      question.queries.contains { RuleEvaluation($0, on: state, analysis, candidates).succeeds }
    }
    for number in system.properties.indices where result.properties[number] == .notFound && isAnswered(system.properties[number]) {
      result.properties[number] = .found(GroundTrace(steps: steps(to: index), property: number))
    }
    for number in system.witnesses.indices where result.witnesses[number] == .notFound && isAnswered(system.witnesses[number]) {
      result.witnesses[number] = .found(GroundTrace(steps: steps(to: index), property: number, isWitness: true))
    }
  }

  private func steps(to index: Int) -> [GroundStep] {
    var steps: [GroundStep] = []
    var current = index
    while current >= 0 {
      if let step = origins[current].step { steps.append(step) }
      current = origins[current].parent
    }
    return steps.reversed()
  }
}
