import Compiler
import Deduction
import Dispatch
import Foundation
import Synchronization
import Terms

/// When a search stops before it has seen everything; then nothing is claimed to hold.
public struct Limits: Sendable {
  /// Wall-clock seconds.
  public var seconds: Double?
  /// Bytes that the process holds; where the system does not tell them, bytes of states, visited set and frontier.
  public var memory: Int?
  /// Decisions.
  public var depth: Int?
  /// Stored states.
  public var states: Int?
  public init(seconds: Double? = nil, memory: Int? = nil, depth: Int? = nil, states: Int? = nil) {
    self.seconds = seconds
    self.memory = memory
    self.depth = depth
    self.states = states
  }
}

/// When a search does what costs more than it saves where there is little to do. No verdict depends on it, and no length of an attack.
public struct Pace: Sendable {
  /// How many states have to be computed before only what is open still is looked at.
  public var narrowsAfter = 20_000
  /// How many states have to be waiting then, for each one that was stored.
  public var narrowsWhereWaiting = 0.5
  /// How many states the chains of one state may have before those of many decisions are put off.
  public var longChains = 1 << 10
  public init() {}
}

public enum StopReason: String, Sendable {
  case time, memory, depth, states, interrupted
  /// There are terms that are nested deeper than `maximumNesting`.
  case nesting
}

/// How far a search has come.
public struct Progress: Sendable, Codable {
  public var states = 0
  public var transitions = 0
  /// Symbolic states that were computed: stored ones, those seen before, and those between stored ones.
  public var computed = 0
  public var depth = 0
  /// How many of the states were first reached by no decision, by one, by two, and so on.
  public var statesByDepth: [Int] = []
  public var frontier = 0
  public var seconds = 0.0
}

/// A question that was answered yes, and how to get there.
public struct Finding: Sendable, Codable {
  public var property: Int
  /// Decisions from the initial state: breadth-first order makes it the least.
  public var depth: Int
  /// What stands for the states on the way, from the first one after the initial state on.
  public var path: [Fingerprint]
  /// Which phase of the search found it: see ``Search``.
  public var phase = 0
}

public struct Outcome: Sendable {
  public var violations: [Finding]
  public var witnesses: [Finding]
  public var progress: Progress
  public var stopped: StopReason?
  /// Bytes of the visited set and the parents, at the end.
  public var storedBytes: Int
  /// All states and what leads from one to the next, if that was to be kept, no limit ended the search, and it was not too large.
  public var graph: StateGraph?
  /// The rules of which a step was met. Others may have steps too, which a reduction left out.
  public var steps: Set<Int> = []
  /// What was watched for and seen. The rest may have come about where nobody looked.
  public var seen: Set<Int> = []
  /// Whether the search went on from a checkpoint: then `steps` and `seen` say nothing of what came before.
  public var isResumed = false
}

/// Breadth-first search by levels, with workers whose number does not matter.
///
/// Each level's states are expanded in parallel, a block of them at a time; during a level the visited set is only read. Then the blocks'
/// results are merged in the order of their parents, so states get the same numbers, and the same parents, whatever the workers did.
///
/// **Chains by length.** Where the chains of decisions that begin at one state (`Deferral`) are too many, those of one decision come first,
/// those of two with the next level, and so on: so an attack of few decisions does not wait for chains of many.
///
/// **Answered questions.** Once a question is answered, the rest of the search need only be right for the others. Where much is left to do, it
/// begins anew at the end of the level, with what can be left out, forgotten or put off worked out for the questions that are open still: a
/// phase. That loses nothing, since each phase is a search for its questions; and which steps are decisions stays as it was for all of them, so
/// depths mean what they meant.
public final class Search: @unchecked Sendable {
  let system: TransitionSystem
  let reductions: Reductions
  private let limits: Limits
  private let jobs: Int
  private var engines: [Engine]
  private let watching: [Threat?]
  /// The system with the questions that were open when a phase began, and what the reductions read off it.
  struct Phase {
    var system: TransitionSystem
    var analysis: SystemAnalysis
    var answers: Answers
  }
  /// Which questions were answered.
  struct Answers: Equatable, Codable {
    var violated: Set<Int> = []
    var witnessed: Set<Int> = []
  }
  /// One after the other; all but the last are over.
  private var phasesSoFar: [Phase]
  /// With what an engine found out about facts on its way.
  var phases: [Phase] {
    var phases = phasesSoFar
    phases[phases.count - 1].analysis.readers = engines[0].readers
    return phases
  }
  private let pace: Pace
  private(set) var visited: VisitedSet
  private let graph: GraphBuilder?
  /// For each stored state, the state that it came from, and the fingerprint of its own words.
  var parents = Words(capacity: 1 << 10)
  var fingerprints: [Fingerprint] = []
  private let interrupted: @Sendable () -> Bool
  /// What has ended the work on a level before the level's end: the first that a worker saw, whatever came after it.
  private let stoppedInside = Mutex<StopReason?>(nil)
  private let onProgress: (@Sendable (Progress) -> Void)?
  private var progress = Progress()
  private let start = Date()
  /// Writes checkpoints now and then, and one where a limit ends the search.
  public var checkpointing: Checkpointing?
  /// Where to go on, and what is known already: see ``resume(_:)``.
  var resumed: Mark?
  var finished: Outcome?

  /// Prepares a search; `interrupted` is asked now and then, and ends it in order.
  ///
  /// - Parameters:
  ///   - system: what is explored.
  ///   - reductions: which are on; the outcome is the same without them, if there is time.
  ///   - limits: what ends it early.
  ///   - jobs: how many workers; the outcome does not depend on it.
  ///   - interrupted: asked now and then; `true` ends it in order.
  ///   - onProgress: told now and then how far it is, from any thread.
  ///   - watching: questions that change nothing in the search (``Outcome/seen``).
  ///   - isExact: whether states are told apart by all of their words, not by fingerprints.
  ///   - pace: when it does what costs more than it saves in a small search.
  ///   - keepsGraph: whether the outcome has the graph; if it becomes too large for the memory limit, the search goes on without.
  public init(
    _ system: TransitionSystem, reductions: Reductions = .all, limits: Limits = Limits(), jobs: Int = 1, watching: [Threat?] = [], isExact: Bool = false,
    keepsGraph: Bool = false, pace: Pace = Pace(),
    interrupted: @escaping @Sendable () -> Bool = { false },
    onProgress: (@Sendable (Progress) -> Void)? = nil
  ) {
    self.system = system
    self.reductions = reductions
    self.limits = limits
    self.jobs = max(1, jobs)
    self.interrupted = interrupted
    self.onProgress = onProgress
    visited = VisitedSet(isExact: isExact)
    graph = keepsGraph ? GraphBuilder() : nil
    self.watching = watching
    self.pace = pace
    phasesSoFar = [Phase(system: system, analysis: SystemAnalysis(system), answers: Answers())]
    engines = []
    makeEngines()
  }

  /// One for each worker, for the present phase.
  private func makeEngines() {
    let phase = phasesSoFar[phasesSoFar.count - 1]
    engines = (0..<jobs).map { _ in
      let engine = Engine(phase.system, reductions: reductions, watching: watching, analysis: phase.analysis)
      engine.chainCache = ChainCache(isExact: visited.isExact)
      return engine
    }
  }

  /// Begins a phase in which only what is open is asked.
  func begin(asking answers: Answers) {
    phasesSoFar = phases
    var open = system
    for property in answers.violated { open.properties[property].queries = [] }
    for witness in answers.witnessed { open.witnesses[witness].queries = [] }
    open = open.withoutPointlessSteps(phasesSoFar[0].analysis.monotonicity)
    phasesSoFar.append(Phase(system: open, analysis: SystemAnalysis(phasesSoFar[0].analysis, asking: open), answers: answers))
    makeEngines()
    visited = VisitedSet(isExact: visited.isExact)
    parents.truncate(to: 0)
    fingerprints.removeAll()
  }

  deinit {
    parents.deallocate()
  }

  /// The states of one level, or the new ones of a block.
  final class States: @unchecked Sendable {
    var words = Words(capacity: 1 << 12)
    /// Where each state's words begin: a level can have more words than 32 bits count.
    var starts = Pool<Int>()
    var parents = Words()
    /// What stands for each: computed by the workers, so that merging need not.
    var fingerprints: [Fingerprint] = []
    deinit {
      for part in [words, parents] { part.deallocate() }
      starts.deallocate()
    }
    var count: Int { starts.count }
    func words(of index: Int) -> UnsafeBufferPointer<Int32> {
      let from = starts[index]
      let end = index + 1 < starts.count ? starts[index + 1] : words.count
      return UnsafeBufferPointer(start: words.base + from, count: end - from)
    }
    func append(_ state: UnsafeBufferPointer<Int32>, _ fingerprint: Fingerprint, parent: Int32) {
      fingerprints.append(fingerprint)
      starts.append(words.count)
      words.append(state)
      parents.append(parent)
    }
    /// Takes the last ones away.
    func truncate(to count: Int) {
      guard count < self.count else { return }
      words.truncate(to: starts[count])
      starts.truncate(to: count)
      parents.truncate(to: count)
      fingerprints.removeLast(fingerprints.count - count)
    }
    var bytes: Int { 4 * (words.capacity + parents.capacity) + 8 * starts.capacity + 16 * fingerprints.capacity }
  }

  /// States whose chains are taken by their length; as parents their own numbers.
  final class PutOff: @unchecked Sendable {
    let states: States
    /// For each, how many decisions its chains have had so far.
    private(set) var decisions: [Int32]

    init(_ states: States = States(), decisions: [Int32] = []) {
      self.states = states
      self.decisions = decisions
    }

    func append(_ words: UnsafeBufferPointer<Int32>, _ fingerprint: Fingerprint, number: Int32, decisions: Int32) {
      states.append(words, fingerprint, parent: number)
      self.decisions.append(decisions)
    }
    var count: Int { decisions.count }
    var bytes: Int { states.bytes + 4 * decisions.capacity }
  }

  /// What a worker found in a block of a level.
  private final class Block: @unchecked Sendable {
    /// States so many decisions further: 0 where a step reached them that is no decision but could not run at once.
    var results: [States] = []
    func states(after decisions: Int) -> States {
      while results.count <= decisions { results.append(States()) }
      return results[decisions]
    }
    var bytes: Int { results.reduce(putOff.bytes) { $0 + $1.bytes } }
    var transitions = 0
    var computed = 0
    /// (property or witness index, state's position in the level)
    var violations: [(Int, Int)] = []
    var witnesses: [(Int, Int)] = []
    var edges: EdgeList?
    let putOff = PutOff()
    var seen: Set<Int> = []
    var isDone = false
    /// Whether there were terms that are nested too deep.
    var leavesOut = false
  }

  /// Runs the search. `until` may end it early, for instance once all witnesses are reached.
  public func run(until isEnough: (_ violated: Set<Int>, _ witnessed: Set<Int>) -> Bool = { _, _ in false }) -> Outcome {
    if var finished {
      finished.isResumed = true
      return finished
    }
    if limits.memory != nil { returnFreedMemory() }
    var outcome = Outcome(violations: [], witnesses: [], progress: Progress(), stopped: nil, storedBytes: 0)
    var level = States()
    if resumed == nil { level = storeInitialState() }
    var firstOfLevel = 0
    var depth = 0
    // The states one decision further, two, and so on: stored when no more states of a lesser depth turn up.
    var ahead: [[States]] = []
    // What was stored, and computed, in phases that are over.
    var (storedBefore, computedBefore) = (0, 0)
    // Those whose chains go on with this level, and with the next one.
    var (putOff, putOffLater): ([PutOff], [PutOff]) = ([], [])
    var violated: Set<Int> = []
    var witnessed: Set<Int> = []
    if let mark = resumed {
      (level, firstOfLevel, depth, ahead, progress) = (mark.level, mark.firstOfLevel, mark.depth, mark.ahead, mark.progress)
      (putOff, putOffLater) = (mark.putOff, mark.putOffLater)
      (storedBefore, computedBefore) = (mark.storedBefore, mark.computedBefore)
      (outcome.violations, outcome.witnesses) = (mark.violations, mark.witnesses)
      (violated, witnessed) = (Set(mark.violations.map(\.property)), Set(mark.witnesses.map(\.property)))
      resumed = nil
      outcome.isResumed = true
    }
    let earlier = progress.seconds
    func mark() -> Mark? {
      guard checkpointing != nil else { return nil }
      progress.seconds = earlier + Date().timeIntervalSince(start)
      return Mark(
        level: level, firstOfLevel: firstOfLevel, depth: depth, ahead: ahead, putOff: putOff, putOffLater: putOffLater, stored: visited.count,
        storedBefore: storedBefore, computedBefore: computedBefore, progress: progress, violations: outcome.violations, witnesses: outcome.witnesses,
        phases: phasesSoFar.dropFirst().map(\.answers))
    }
    var last: Mark?
    var unseen = Array(engines[0].watchQueries.indices)
    while level.count > 0 || !putOff.isEmpty {
      last = mark()
      if let last, let checkpointing, checkpointing.isDue { checkpointing.save(body(at: last)) }
      if level.count > 0 {
        progress.depth = depth
        while progress.statesByDepth.count <= depth { progress.statesByDepth.append(0) }
        progress.statesByDepth[depth] += level.count
      }
      let blocks = expand(level, putOff, first: firstOfLevel, violated: violated, witnessed: witnessed, unseen: unseen)
      let near = States()
      var isWhole = true
      let hasRoom = !overMemory(level, ahead, storing: blocks.reduce(0) { $0 + ($1.results.first?.count ?? 0) })
      for block in blocks {
        guard block.isDone else {
          isWhole = false
          continue
        }
        progress.transitions += block.transitions
        progress.computed += block.computed
        for (property, position) in block.violations where violated.insert(property).inserted {
          outcome.violations.append(Finding(property: property, depth: depth, path: path(to: firstOfLevel + position), phase: phasesSoFar.count - 1))
        }
        for (witness, position) in block.witnesses where witnessed.insert(witness).inserted {
          outcome.witnesses.append(Finding(property: witness, depth: depth, path: path(to: firstOfLevel + position), phase: phasesSoFar.count - 1))
        }
        outcome.seen.formUnion(block.seen)
        for (decisions, states) in block.results.enumerated() where states.count > 0 && hasRoom {
          if decisions == 0 {
            store(states, into: near)
          } else {
            while ahead.count < decisions { ahead.append([]) }
            ahead[decisions - 1].append(states)
          }
        }
        if let edges = block.edges { graph?.append(edges) }
        if block.putOff.count > 0 { putOffLater.append(block.putOff) }
        block.results = []
      }
      if let limit = limits.memory { graph?.giveUp(beyond: limit - visited.bytes - storedBytesOfPaths, states: visited.count) }
      unseen.removeAll(where: outcome.seen.contains)
      progress.states = storedBefore + visited.count
      progress.frontier = near.count + putOffLater.reduce(0) { $0 + $1.count } + ahead.joined().reduce(0) { $0 + $1.count }
      progress.seconds = earlier + Date().timeIntervalSince(start)
      onProgress?(progress)
      if !isWhole || !hasRoom {
        outcome.stopped = stoppedInside.withLock { $0 } ?? .memory
        break
      }
      if isEnough(violated, witnessed) { break }
      // At the end of a level, so that it does not depend on the workers; what comes later need not be the shortest.
      if blocks.contains(where: \.leavesOut) {
        outcome.stopped = .nesting
        break
      }
      firstOfLevel += level.count
      level = near
      putOff = []
      if isWorthAskingAnew(Answers(violated: violated, witnessed: witnessed), near.count, ahead, computed: progress.computed - computedBefore) {
        noteSeen(&outcome)
        (storedBefore, computedBefore) = (progress.states, progress.computed)
        begin(asking: Answers(violated: violated, witnessed: witnessed))
        level = storeInitialState()
        (firstOfLevel, depth, ahead, putOffLater) = (0, 0, [], [])
        continue
      }
      // It keeps a level alive; a search that ends before the next level is complete goes on with that level again.
      if limits.depth == nil && limits.memory == nil { last = nil }
      while level.count == 0 && putOff.isEmpty && !(ahead.isEmpty && putOffLater.isEmpty) {
        if let limit = limits.depth, depth >= limit {
          if !putOffLater.isEmpty || ahead.contains(where: { !$0.isEmpty }) { outcome.stopped = .depth }
          break
        }
        if ahead.isEmpty { ahead.append([]) }
        let words = visited.isExact ? ahead[0].reduce(0) { $0 + $1.words.count } : 0
        if overMemory(level, ahead, storing: ahead[0].reduce(0) { $0 + $1.count }, words: words) {
          outcome.stopped = .memory
          break
        }
        var bucket = Array(ahead.removeFirst().reversed())
        // Each is gone before the next one is copied, and given back before they are many: what is free in the process counts, too.
        var moved = 0
        while let states = bucket.popLast() {
          store(states, into: level)
          moved += states.bytes
          if let limit = limits.memory, moved > limit / 32 {
            returnFreedMemory()
            moved = 0
          }
        }
        (putOff, putOffLater) = (putOffLater, [])
        depth += 1
        progress.states = storedBefore + visited.count
      }
      if (level.count == 0 && putOff.isEmpty) || outcome.stopped != nil { break }
      if let limit = limits.states, progress.states > limit {
        outcome.stopped = .states
        last = mark()
        break
      }
      if overMemory(level, ahead, storing: 0) {
        outcome.stopped = .memory
        last = mark()
        break
      }
    }
    progress.seconds = earlier + Date().timeIntervalSince(start)
    outcome.progress = progress
    noteSeen(&outcome)
    outcome.storedBytes = visited.bytes + storedBytesOfPaths
    if let checkpointing {
      if outcome.stopped == nil { checkpointing.finish(body(of: outcome)) } else if let last { checkpointing.save(body(at: last)) }
    }
    if outcome.stopped == nil && level.count == 0 && putOff.isEmpty { outcome.graph = graph?.graph(of: fingerprints) }
    return outcome
  }

  private func storeInitialState() -> States {
    let level = States()
    engines[0].initialState().withUnsafeBufferPointer { store($0, Fingerprint($0), parent: -1, into: level) }
    return level
  }

  /// Whether to begin anew with the questions that are open: where questions were answered since the present phase began, and more is left to do
  /// than can be done again, so that what was done already hardly counts.
  private func isWorthAskingAnew(_ answers: Answers, _ near: Int, _ ahead: [[States]], computed: Int) -> Bool {
    guard reductions.answered && graph == nil && answers != phasesSoFar[phasesSoFar.count - 1].answers && computed >= pace.narrowsAfter else { return false }
    return Double(near + ahead.joined().reduce(0) { $0 + $1.count }) >= pace.narrowsWhereWaiting * Double(visited.count)
  }

  /// Takes down what the engines have met.
  private func noteSeen(_ outcome: inout Outcome) {
    for engine in engines { outcome.seen.formUnion(engine.seenTerms) }
    for rule in system.rules.indices where engines.contains(where: { $0.ruleNotes[rule].contains(.stepped) }) { outcome.steps.insert(rule) }
  }

  /// Adds those that were never seen before.
  private func store(_ candidates: States, into level: States) {
    for index in 0..<candidates.count { store(candidates.words(of: index), candidates.fingerprints[index], parent: candidates.parents[index], into: level) }
  }

  private func store(_ words: UnsafeBufferPointer<Int32>, _ fingerprint: Fingerprint, parent: Int32, into level: States) {
    guard visited.insert(fingerprint, words) else { return }
    level.append(words, fingerprint, parent: parent)
    parents.append(parent)
    fingerprints.append(fingerprint)
  }

  private var overdue: Bool { limits.seconds.map { Date().timeIntervalSince(start) > $0 } ?? false }

  /// Whether the limit is exceeded, or would be while the visited set grows; or there would be more states than their numbers can tell apart.
  ///
  /// - Parameter words: the words of the states that are to be stored, if these are kept.
  private func overMemory(_ level: States, _ ahead: [[States]], storing more: Int, words: Int = 0) -> Bool {
    if visited.count + more >= Int(Int32.max) { return true }
    guard let limit = limits.memory else { return false }
    let held = residentBytes() ?? visited.bytes + storedBytesOfPaths + level.bytes + ahead.joined().reduce(0) { $0 + $1.bytes }
    // The fingerprints are copied, too, when there is no more room for them.
    let copied = fingerprints.count + more > fingerprints.capacity ? 16 * fingerprints.count : 0
    return held + visited.bytesToGrow(for: more) + 4 * words + copied > limit
  }

  /// By counts: what an array has room for depends on what the allocator had left, and differs from run to run.
  private var storedBytesOfPaths: Int { 4 * parents.count + 16 * fingerprints.count }

  func path(to state: Int) -> [Fingerprint] {
    var path: [Fingerprint] = []
    var current = state
    while current > 0 {
      path.append(fingerprints[current])
      current = Int(parents[current])
    }
    return path.reversed()
  }

  // MARK: A level

  /// The properties and witnesses that no state before a level answers with yes, and all their queries.
  private struct OpenQuestions {
    let properties: [Int]
    let witnesses: [Int]
    let queries: [Int]

    init(_ engine: Engine, violated: Set<Int>, witnessed: Set<Int>) {
      properties = engine.propertyQueries.indices.filter { !violated.contains($0) }
      witnesses = engine.witnessQueries.indices.filter { !witnessed.contains($0) }
      queries = properties.flatMap { engine.propertyQueries[$0] } + witnesses.flatMap { engine.witnessQueries[$0] }
    }
  }

  private func expand(_ level: States, _ putOff: [PutOff], first firstOfLevel: Int, violated: Set<Int>, witnessed: Set<Int>, unseen: [Int]) -> [Block] {
    let open = OpenQuestions(engines[0], violated: violated, witnessed: witnessed)
    let size = max(1, min(256, level.count / (jobs * 8)))
    // Those that were put off come first, and one by one: they take longest.
    let waiting = putOff.flatMap { putOff in (0..<putOff.count).map { (putOff, $0) } }
    let count = waiting.count + (level.count + size - 1) / size
    let blocks = (0..<count).map { _ in Block() }
    let nextBlock = Atomic<Int>(0)
    let produced = Atomic<Int>(0)
    let base = visited.bytes + storedBytesOfPaths + level.bytes
    /// Whether the work is to end now.
    @Sendable func isStopped() -> Bool {
      let isOverMemory = limits.memory.map { residentBytes() ?? (base + produced.load(ordering: .relaxed)) > $0 } ?? false
      guard let reason: StopReason = interrupted() ? .interrupted : overdue ? .time : isOverMemory ? .memory : nil else { return false }
      stoppedInside.withLock { $0 = $0 ?? reason }
      return true
    }
    @Sendable func work(_ engine: Engine) {
      while true {
        let index = nextBlock.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count, !isStopped() else { return }
        let block = blocks[index]
        if graph?.isKept ?? false { block.edges = EdgeList() }
        if index < waiting.count {
          if !goOn(with: waiting[index].1, of: waiting[index].0, engine, block, open, isStopped) { return }
        } else {
          let first = (index - waiting.count) * size
          for position in first..<min(level.count, first + size) {
            if !visit(level, position, number: Int32(firstOfLevel + position), engine, block, open, unseen, isStopped) { return }
          }
        }
        block.isDone = true
        produced.wrappingAdd(block.bytes, ordering: .relaxed)
      }
    }
    if jobs == 1 || count == 1 {
      work(engines[0])
    } else {
      let engines = engines
      DispatchQueue.concurrentPerform(iterations: jobs) { work(engines[$0]) }
    }
    return blocks
  }

  /// Asks the state what is asked, and takes it further; false where that was stopped.
  private func visit(
    _ level: States, _ position: Int, number: Int32, _ engine: Engine, _ block: Block, _ open: OpenQuestions, _ unseen: [Int], _ isStopped: () -> Bool
  ) -> Bool {
    let words = level.words(of: position)
    engine.load(words)
    for watch in unseen where !block.seen.contains(watch) && engine.sees(watch) { block.seen.insert(watch) }
    for property in open.properties where engine.propertyQueries[property].contains(where: engine.ask) { block.violations.append((property, position)) }
    for witness in open.witnesses where engine.witnessQueries[witness].contains(where: engine.ask) { block.witnesses.append((witness, position)) }
    // A graph needs all that leads on from a state at once.
    let most = block.edges == nil ? pace.longChains : .max
    let before = (counts: block.results.map(\.count), transitions: block.transitions)
    let isWhole = takeFurther(number, 0, upTo: .max, most: most, engine, block, open, isStopped)
    guard engine.areTooMany else { return isWhole }
    for (decisions, states) in block.results.enumerated() { states.truncate(to: decisions < before.counts.count ? before.counts[decisions] : 0) }
    block.transitions = before.transitions
    engine.load(words)
    guard takeFurther(number, 0, upTo: 1, engine, block, open, isStopped) else { return false }
    if engine.isCut { block.putOff.append(words, level.fingerprints[position], number: number, decisions: 1) }
    return true
  }

  /// Takes the chains of a state that was put off one decision further; false where that was stopped.
  private func goOn(
    with index: Int, of putOff: PutOff, _ engine: Engine, _ block: Block, _ open: OpenQuestions, _ isStopped: () -> Bool
  ) -> Bool {
    let (words, number, decisions) = (putOff.states.words(of: index), putOff.states.parents[index], putOff.decisions[index])
    engine.load(words)
    guard takeFurther(number, Int(decisions), upTo: Int(decisions) + 1, engine, block, open, isStopped) else { return false }
    if engine.isCut { block.putOff.append(words, putOff.states.fingerprints[index], number: number, decisions: decisions + 1) }
    return true
  }

  /// Takes the loaded state further, by chains of more decisions than it was before; false where that was stopped.
  private func takeFurther(
    _ number: Int32, _ earlier: Int, upTo limit: Int, most: Int = .max, _ engine: Engine, _ block: Block, _ open: OpenQuestions, _ isStopped: () -> Bool
  ) -> Bool {
    let isAnswered = { open.queries.contains(where: engine.askAnew) }
    // Results of steps that run at once, or that wait for their use, are taken further before they are stored.
    let before = engine.computed
    defer { block.computed += engine.computed - before }
    let isWhole = engine.forEachStableSuccessor(
      isInitial: number == 0, upTo: limit, most: most, isStopped: isStopped, isAnswered: isAnswered
    ) { successor, decisions in
      if earlier > 0 && decisions <= earlier { return }
      block.transitions += 1
      let fingerprint = Fingerprint(successor)
      block.edges?.append(fingerprint, decisions)
      if !self.visited.contains(fingerprint, successor) { block.states(after: decisions - earlier).append(successor, fingerprint, parent: number) }
    }
    block.edges?.endState()
    if engine.leavesOut { block.leavesOut = true }
    return isWhole
  }
}
