import Compiler
import Deduction
import Terms

/// A path of a search, replayed from the initial state: one consistent run, in a numbering of its own.
///
/// Names and variables of the run are numbered as they turn up; each state's canonical numbers are translated back. What the attacker
/// chose and nothing ever decided is left as a variable.
public struct SymbolicRun: Sendable {
  public struct Step: Sendable {
    /// An index into the system's rules.
    public var rule: Int
    /// The value of each register.
    public var registers: [RunTerm]
  }
  public struct Variable: Sendable {
    public var sort: SortID
    public var isOptional: Bool
    /// What the run has taken it to be; nil: anything of its sort that is new.
    public var value: RunTerm?
  }
  public internal(set) var steps: [Step] = []
  /// The sort of each name.
  public internal(set) var names: [SortID] = []
  public internal(set) var variables: [Variable] = []
}

/// Replays paths of a search, one after the other.
public final class PathReplay {
  /// For each phase of the search.
  private let engines: [Engine]
  /// The path that was walked last: often several properties break at the end of one.
  private var last: (path: [Fingerprint], phase: Int, end: (builder: RunBuilder, state: [Int32])?)?

  /// `reductions`: those of the search.
  public init(_ system: TransitionSystem, reductions: Reductions) {
    engines = [Engine.replaying(system, reductions)]
  }

  /// For paths of that search.
  public init(_ search: Search) {
    engines = search.phases.map { Engine.replaying($0.system, search.reductions, $0.analysis) }
  }

  /// The run along a path; nil where the path leads nowhere.
  ///
  /// - Parameters:
  ///   - path: what stands for the states on the way, as in ``Finding/path``.
  ///   - phase: that of the search which found it.
  public func run(along path: [Fingerprint], phase: Int = 0) -> SymbolicRun? { follow(path, phase)?.builder.run }

  /// The run along a path to a state that answers a question; nil where the path leads nowhere, or the question is not answered there.
  public func run(along path: [Fingerprint], phase: Int = 0, asking property: Int, isWitness: Bool) -> SymbolicRun? {
    guard let (followed, state) = follow(path, phase) else { return nil }
    let engine = engines[phase]
    var builder = followed
    state.withUnsafeBufferPointer { engine.load($0) }
    engine.recorder?.clear()
    let queries = isWitness ? engine.witnessQueries[property] : engine.propertyQueries[property]
    guard queries.contains(where: engine.ask), let record = engine.recorder?.steps.last else { return nil }
    builder.conclude(record)
    return builder.run
  }

  /// Whether the steps of a rule are decisions: see the article *Semantics*.
  public func isDecision(_ rule: Int) -> Bool { engines[0].monotonicity.isDecision(rule) }

  /// Whether a path leads anywhere.
  func leads(_ path: [Fingerprint], phase: Int) -> Bool { follow(path, phase) != nil }

  private func follow(_ path: [Fingerprint], _ phase: Int) -> (builder: RunBuilder, state: [Int32])? {
    if let last, last.path == path && last.phase == phase { return last.end }
    let end = walk(path, engines[phase])
    last = (path, phase, end)
    return end
  }

  private func walk(_ path: [Fingerprint], _ engine: Engine) -> (builder: RunBuilder, state: [Int32])? {
    var builder = RunBuilder()
    engine.recorder?.clear()
    var state = engine.initialState()
    for (index, fingerprint) in path.enumerated() {
      guard let (chain, next) = engine.successor(fingerprint, of: state, isInitial: index == 0) else { return nil }
      for record in chain { builder.take(record) }
      state = next
    }
    return (builder, state)
  }
}

extension Engine {
  /// One that keeps what its steps did.
  fileprivate static func replaying(_ system: TransitionSystem, _ reductions: Reductions, _ analysis: SystemAnalysis? = nil) -> Engine {
    let engine = Engine(system, reductions: reductions, analysis: analysis)
    engine.recorder = StepRecorder()
    engine.chainCache = ChainCache()
    return engine
  }

  /// The successor that the fingerprint stands for, with the steps that lead to it; of several ways one with the fewest decisions.
  fileprivate func successor(_ wanted: Fingerprint, of state: [Int32], isInitial: Bool) -> (chain: [StepRecord], words: [Int32])? {
    // With as few decisions as will do: there may be very many longer ways.
    for limit in 1... {
      var best: (decisions: Int, chain: [StepRecord], words: [Int32])?
      let (isFound, isAnswered) = ({ limit > 1 && best != nil }, { true })
      state.withUnsafeBufferPointer { load($0) }
      forEachStableSuccessor(isInitial: isInitial, upTo: limit, isStopped: isFound, isAnswered: isAnswered) { words, decisions in
        if Fingerprint(words) == wanted && decisions < best?.decisions ?? .max { best = (decisions, self.chain, Array(words)) }
      }
      if let best { return (best.chain, best.words) }
      if !isCut { return nil }
    }
    return nil
  }
}

/// Translates the records of single steps into the numbering of the run.
private struct RunBuilder {
  var run = SymbolicRun()
  /// The names and variables of the present state, in the numbering of the run.
  private var names: [Int] = []
  private var variables: [Int] = []

  private mutating func extend(with record: StepRecord) {
    for sort in record.nameSorts[min(names.count, record.nameSorts.count)...] {
      names.append(run.names.count)
      run.names.append(Int(sort))
    }
    for index in min(variables.count, record.variableSorts.count)..<record.variableSorts.count {
      variables.append(run.variables.count)
      run.variables.append(SymbolicRun.Variable(sort: Int(record.variableSorts[index]), isOptional: record.variableOptional[index], value: nil))
    }
    for (index, value) in record.variables.enumerated() {
      let variable = variables[index]
      // A variable may have become more special without getting a value.
      run.variables[variable].sort = Int(record.variableSorts[index])
      run.variables[variable].isOptional = record.variableOptional[index]
      let translated = translate(value)
      if translated != .variable(variable) { run.variables[variable].value = translated }
    }
  }

  private func translate(_ term: RunTerm) -> RunTerm {
    switch term {
    case .name(let index): .name(names[index])
    case .variable(let index): .variable(variables[index])
    case .apply(let symbol, let arguments): .apply(symbol, arguments.map(translate))
    }
  }

  mutating func take(_ record: StepRecord) {
    extend(with: record)
    if record.rule >= 0 { run.steps.append(SymbolicRun.Step(rule: record.rule, registers: record.registers.map(translate))) }
    names = record.successorNames.map { names[$0] }
    variables = record.successorVariables.map { variables[$0] }
  }

  mutating func conclude(_ record: StepRecord) { extend(with: record) }
}
