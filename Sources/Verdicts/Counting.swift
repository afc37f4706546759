import Compiler
import ExactNumbers
import Exploration
import Language
import Traces

/// How to explore a graph that is kept.
public struct GraphOptions: Sendable {
  public var reductions = Reductions.all
  /// Bytes for the graph, for the states while it is made, and for numbers.
  public var memory = 2 << 30
  /// Wall-clock seconds for each scenario.
  public var seconds: Double?
  /// Workers.
  public var jobs = 1
  /// Asked now and then; `true` ends the search in order.
  public var interrupted: @Sendable () -> Bool = { false }
  public var onProgress: (@Sendable (Progress) -> Void)?
  public init() {}
}

/// Why nothing is counted or drawn.
public enum GraphFailure: Error {
  /// The scenario or its model has errors.
  case invalid([Diagnostic])
  /// A limit ended the search.
  case stopped(StopReason, Progress)
  /// The graph would need more memory than allowed: bytes with all that is stored beside it.
  case tooLarge(needed: Int, allowed: Int, Progress)
  /// The numbers would need more memory than allowed: at least so many bytes.
  case numbersTooLarge(needed: Int, allowed: Int)
  /// Runs can come back to where they were. The texts name the rules of the steps to the first state of the cycle, and of those of the cycle.
  case cycle(before: [String], cycle: [String])
  /// A mistake of the engine.
  case internalError(String)
}

/// A scenario and its graph.
@dynamicMemberLookup
public struct ExploredScenario: Sendable {
  public var setting: ScenarioSetting
  public var reductions: Reductions
  public var system: TransitionSystem
  public var progress: Progress
  public var graph: StateGraph
  /// Bytes that are left for numbers.
  var memory: Int
  var allowed: Int

  public subscript<Value>(dynamicMember path: KeyPath<ScenarioSetting, Value>) -> Value { setting[keyPath: path] }

  /// How likely it is that a state was missed.
  public var missedStates: MissedStates { MissedStates(states: progress.states, computed: progress.computed) }
}

/// Compiles a scenario and explores it to its end.
public func explore(_ scenario: Library.Scenario, in library: inout Library, _ options: GraphOptions) throws(GraphFailure) -> ExploredScenario {
  let compiled: Library.Compiled
  do {
    compiled = try library.compile(scenario)
  } catch {
    throw .invalid(error.diagnostics)
  }
  let outcome = Search(
    compiled.system, reductions: options.reductions, limits: Limits(seconds: options.seconds, memory: options.memory), jobs: options.jobs, keepsGraph: true,
    interrupted: options.interrupted, onProgress: options.onProgress
  ).run()
  if let stopped = outcome.stopped { throw .stopped(stopped, outcome.progress) }
  let needed = StateGraph.bytes(states: outcome.progress.states, transitions: outcome.progress.transitions) + outcome.storedBytes
  guard let graph = outcome.graph else { throw .tooLarge(needed: needed, allowed: options.memory, outcome.progress) }
  return ExploredScenario(
    setting: ScenarioSetting(scenario, compiled), reductions: options.reductions, system: compiled.system, progress: outcome.progress, graph: graph,
    memory: max(0, options.memory - needed), allowed: options.memory)
}

extension ExploredScenario {
  /// The exact number of runs.
  public func count() throws(GraphFailure) -> RunCounts {
    do {
      return try RunCounts(graph, memory: memory)
    } catch {
      throw failure(error)
    }
  }

  /// What draws runs.
  public func sampler() throws(GraphFailure) -> RunSampler {
    do {
      return try RunSampler(graph, memory: memory)
    } catch {
      throw failure(error)
    }
  }

  /// Runs that are drawn uniformly; the same ones for the same seed.
  public func runs(_ count: Int, from sampler: RunSampler, seed: UInt64) throws(GraphFailure) -> [ConcreteRun] {
    var generator = SplitMix64(seed: seed)
    let maker = RunMaker(system, reductions: reductions)
    var runs: [ConcreteRun] = []
    for _ in 0..<count {
      do throws(UnverifiedAttack) {
        runs.append(try maker.run(along: sampler.draw(using: &generator).map { graph.fingerprints[$0] }))
      } catch {
        throw .internalError("\(setting.title): \(error)")
      }
    }
    return runs
  }

  /// How many transitions begin in states that are first reached by no decision, by one, and so on.
  public var transitionsByDepth: [Int] {
    var first = 0
    return progress.statesByDepth.map { states in
      defer { first += states }
      return (first..<first + states).reduce(0) { $0 + graph.transitions(of: $1).count }
    }
  }

  private func failure(_ failure: CountFailure) -> GraphFailure {
    switch failure {
    case .numbersTooLarge(let bytes): return .numbersTooLarge(needed: bytes + allowed - memory, allowed: allowed)
    case .cycle(let path, let cycle):
      let maker = RunMaker(system, reductions: reductions)
      do throws(UnverifiedAttack) {
        let before = try maker.run(along: path.dropFirst().map { graph.fingerprints[$0] })
        let whole = try maker.run(along: (path + cycle.dropFirst()).dropFirst().map { graph.fingerprints[$0] })
        let names = whole.steps.map { system.rules[$0.rule].name }
        return .cycle(before: Array(names.prefix(before.steps.count)), cycle: Array(names.dropFirst(before.steps.count)))
      } catch {
        return .internalError("\(setting.title): \(error)")
      }
    }
  }
}
