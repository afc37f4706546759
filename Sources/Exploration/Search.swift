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
public final class Search: @unchecked Sendable {
  let system: TransitionSystem
  let reductions: Reductions
  private let limits: Limits
  private let jobs: Int
  private let engines: [Engine]
  private let analysisAtStart: SystemAnalysis
  /// With what an engine found out about facts on its way.
  var analysis: SystemAnalysis {
    var analysis = analysisAtStart
    analysis.readers = engines[0].readers
    return analysis
  }
  let visited: VisitedSet
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
  ///   - keepsGraph: whether the outcome has the graph; if it becomes too large for the memory limit, the search goes on without.
  public init(
    _ system: TransitionSystem, reductions: Reductions = .all, limits: Limits = Limits(), jobs: Int = 1, watching: [Threat?] = [], isExact: Bool = false,
    keepsGraph: Bool = false,
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
    let analysis = SystemAnalysis(system)
    analysisAtStart = analysis
    engines = (0..<max(1, jobs)).map { _ in
      let engine = Engine(system, reductions: reductions, watching: watching, analysis: analysis)
      engine.chainCache = ChainCache(isExact: isExact)
      return engine
    }
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
    var bytes: Int { 4 * (words.capacity + parents.capacity) + 8 * starts.capacity + 16 * fingerprints.capacity }
  }

  /// What a worker found in a block of a level.
  private final class Block: @unchecked Sendable {
    /// States so many decisions further: 0 where a step reached them that is no decision but could not run at once.
    var results: [States] = []
    func states(after decisions: Int) -> States {
      while results.count <= decisions { results.append(States()) }
      return results[decisions]
    }
    var bytes: Int { results.reduce(0) { $0 + $1.bytes } }
    var transitions = 0
    var computed = 0
    /// (property or witness index, state's position in the level)
    var violations: [(Int, Int)] = []
    var witnesses: [(Int, Int)] = []
    var edges: EdgeList?
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
    let initial = engines[0].initialState()
    if resumed == nil { initial.withUnsafeBufferPointer { store($0, Fingerprint($0), parent: -1, into: level) } }
    var firstOfLevel = 0
    var depth = 0
    // The states one decision further, two, and so on: stored when no more states of a lesser depth turn up.
    var ahead: [[States]] = []
    var violated: Set<Int> = []
    var witnessed: Set<Int> = []
    if let mark = resumed {
      (level, firstOfLevel, depth, ahead, progress) = (mark.level, mark.firstOfLevel, mark.depth, mark.ahead, mark.progress)
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
        level: level, firstOfLevel: firstOfLevel, depth: depth, ahead: ahead, stored: visited.count, progress: progress, violations: outcome.violations,
        witnesses: outcome.witnesses)
    }
    var last: Mark?
    var unseen = Array(engines[0].watchQueries.indices)
    while level.count > 0 {
      last = mark()
      if let last, let checkpointing, checkpointing.isDue { checkpointing.save(body(at: last)) }
      progress.depth = depth
      while progress.statesByDepth.count <= depth { progress.statesByDepth.append(0) }
      progress.statesByDepth[depth] += level.count
      let blocks = expand(level, first: firstOfLevel, violated: violated, witnessed: witnessed, unseen: unseen)
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
          outcome.violations.append(Finding(property: property, depth: depth, path: path(to: firstOfLevel + position)))
        }
        for (witness, position) in block.witnesses where witnessed.insert(witness).inserted {
          outcome.witnesses.append(Finding(property: witness, depth: depth, path: path(to: firstOfLevel + position)))
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
        block.results = []
      }
      if let limit = limits.memory { graph?.giveUp(beyond: limit - visited.bytes - storedBytesOfPaths, states: visited.count) }
      unseen.removeAll(where: outcome.seen.contains)
      progress.states = visited.count
      progress.frontier = near.count + ahead.joined().reduce(0) { $0 + $1.count }
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
      // It keeps a level alive; a search that ends before the next level is complete goes on with that level again.
      if limits.depth == nil && limits.memory == nil { last = nil }
      while level.count == 0 && !ahead.isEmpty {
        if let limit = limits.depth, depth >= limit {
          if ahead.contains(where: { !$0.isEmpty }) { outcome.stopped = .depth }
          break
        }
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
        depth += 1
        progress.states = visited.count
      }
      if level.count == 0 { break }
      if let limit = limits.states, visited.count > limit {
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
    for engine in engines { outcome.seen.formUnion(engine.seenTerms) }
    for rule in system.rules.indices where engines.contains(where: { $0.ruleNotes[rule].contains(.stepped) }) { outcome.steps.insert(rule) }
    outcome.storedBytes = visited.bytes + storedBytesOfPaths
    if let checkpointing {
      if outcome.stopped == nil { checkpointing.finish(Search.body(of: outcome)) } else if let last { checkpointing.save(body(at: last)) }
    }
    if outcome.stopped == nil && level.count == 0 { outcome.graph = graph?.graph(of: fingerprints) }
    return outcome
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

  private func expand(_ level: States, first: Int, violated: Set<Int>, witnessed: Set<Int>, unseen: [Int]) -> [Block] {
    let open = OpenQuestions(engines[0], violated: violated, witnessed: witnessed)
    let size = max(1, min(256, level.count / (jobs * 8)))
    let count = (level.count + size - 1) / size
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
        for position in index * size..<min(level.count, (index + 1) * size) {
          let isWhole = visit(
            level.words(of: position), position: position, number: Int32(first + position), engine, block, open, unseen, isStopped)
          if !isWhole { return }
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
    _ words: UnsafeBufferPointer<Int32>, position: Int, number: Int32, _ engine: Engine, _ block: Block, _ open: OpenQuestions, _ unseen: [Int],
    _ isStopped: () -> Bool
  ) -> Bool {
    engine.load(words)
    for watch in unseen where !block.seen.contains(watch) && engine.sees(watch) { block.seen.insert(watch) }
    for property in open.properties where engine.propertyQueries[property].contains(where: engine.ask) { block.violations.append((property, position)) }
    for witness in open.witnesses where engine.witnessQueries[witness].contains(where: engine.ask) { block.witnesses.append((witness, position)) }
    let isAnswered = { open.queries.contains(where: engine.askAnew) }
    // Results of steps that run at once, or that wait for their use, are taken further before they are stored.
    let before = engine.computed
    defer { block.computed += engine.computed - before }
    let isWhole = engine.forEachStableSuccessor(isInitial: number == 0, isStopped: isStopped, isAnswered: isAnswered) { successor, decisions in
      block.transitions += 1
      let fingerprint = Fingerprint(successor)
      block.edges?.append(fingerprint, decisions)
      if !self.visited.contains(fingerprint, successor) { block.states(after: decisions).append(successor, fingerprint, parent: number) }
    }
    block.edges?.endState()
    if engine.leavesOut { block.leavesOut = true }
    return isWhole
  }
}
