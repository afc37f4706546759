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
  /// Bytes of states, visited set and frontier.
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

public enum StopReason: String, Sendable { case time, memory, depth, states, interrupted }

/// How far a search has come.
public struct Progress: Sendable {
  public var states = 0
  public var transitions = 0
  public var depth = 0
  public var frontier = 0
  public var seconds = 0.0
}

/// A question that was answered yes, and how to get there.
public struct Finding: Sendable {
  public var property: Int
  /// Decisions from the initial state: breadth-first order makes it the least.
  public var depth: Int
  /// The results to take, from the initial state on; steps that run at once are between them.
  public var path: [Int]
}

public struct Outcome: Sendable {
  public var violations: [Finding]
  public var witnesses: [Finding]
  public var progress: Progress
  public var stopped: StopReason?
  /// Bytes of the visited set and the parents, at the end.
  public var storedBytes: Int
}

/// Breadth-first search by levels, with workers whose number does not matter.
///
/// Each level's states are expanded in parallel, a block of them at a time; during a level the visited set is only read. Then the blocks'
/// results are merged in the order of their parents, so states get the same numbers, and the same parents, whatever the workers did.
public final class Search: @unchecked Sendable {
  private let system: TransitionSystem
  private let reductions: Reductions
  private let limits: Limits
  private let jobs: Int
  private let engines: [Engine]
  private let visited = VisitedSet()
  /// For each stored state, the state that it came from and which result of it it was.
  private var parents = Words(capacity: 1 << 10)
  private var results = Words(capacity: 1 << 10)
  private let interrupted: @Sendable () -> Bool
  private let onProgress: (@Sendable (Progress) -> Void)?
  private var progress = Progress()
  private let start = Date()

  /// Prepares a search; `interrupted` is asked now and then, and ends it in order.
  public init(
    _ system: TransitionSystem, reductions: Reductions = .all, limits: Limits = Limits(), jobs: Int = 1,
    interrupted: @escaping @Sendable () -> Bool = { false },
    onProgress: (@Sendable (Progress) -> Void)? = nil
  ) {
    self.system = system
    self.reductions = reductions
    self.limits = limits
    self.jobs = max(1, jobs)
    self.interrupted = interrupted
    self.onProgress = onProgress
    engines = (0..<max(1, jobs)).map { _ in Engine(system, reductions: reductions) }
  }

  deinit {
    parents.deallocate()
    results.deallocate()
  }

  /// The states of one level, or the new ones of a block.
  private final class States: @unchecked Sendable {
    var words = Words(capacity: 1 << 12)
    var starts = Words()
    var parents = Words()
    var results = Words()
    deinit { for part in [words, starts, parents, results] { part.deallocate() } }
    var count: Int { starts.count }
    func words(of index: Int) -> UnsafeBufferPointer<Int32> {
      let from = Int(starts[index])
      let end = index + 1 < starts.count ? Int(starts[index + 1]) : words.count
      return UnsafeBufferPointer(start: words.base + from, count: end - from)
    }
    func append(_ state: UnsafeBufferPointer<Int32>, parent: Int32, result: Int32) {
      starts.append(Int32(words.count))
      words.append(state)
      parents.append(parent)
      results.append(result)
    }
    func append(contentsOf other: States) {
      for index in 0..<other.count { append(other.words(of: index), parent: other.parents[index], result: other.results[index]) }
    }
    var bytes: Int { 4 * (words.capacity + starts.capacity + parents.capacity + results.capacity) }
  }

  /// What a worker found in a block of a level.
  private final class Block: @unchecked Sendable {
    /// States one decision further, and states that a step reached that is no decision but could not run at once.
    var next = States()
    var near = States()
    var transitions = 0
    /// (property or witness index, state's position in the level)
    var violations: [(Int, Int)] = []
    var witnesses: [(Int, Int)] = []
    var isDone = false
  }

  /// Runs the search. `until` may end it early, for instance once all witnesses are reached.
  public func run(until isEnough: (_ violated: Set<Int>, _ witnessed: Set<Int>) -> Bool = { _, _ in false }) -> Outcome {
    var outcome = Outcome(violations: [], witnesses: [], progress: Progress(), stopped: nil, storedBytes: 0)
    var level = States()
    let initial = engines[0].initialState()
    initial.withUnsafeBufferPointer { words in
      _ = visited.insert(Fingerprint(words))
      level.append(words, parent: -1, result: 0)
    }
    parents.append(-1)
    results.append(0)
    var firstOfLevel = 0
    var depth = 0
    // The states one decision further: stored when no more states of this depth turn up.
    var ahead = States()
    var violated: Set<Int> = []
    var witnessed: Set<Int> = []
    while level.count > 0 {
      let blocks = expand(level, first: firstOfLevel, violated: violated, witnessed: witnessed)
      let near = States()
      var isWhole = true
      for block in blocks {
        guard block.isDone else {
          isWhole = false
          continue
        }
        progress.transitions += block.transitions
        for (property, position) in block.violations where violated.insert(property).inserted {
          outcome.violations.append(Finding(property: property, depth: depth, path: path(to: firstOfLevel + position)))
        }
        for (witness, position) in block.witnesses where witnessed.insert(witness).inserted {
          outcome.witnesses.append(Finding(property: witness, depth: depth, path: path(to: firstOfLevel + position)))
        }
        store(block.near, into: near)
        ahead.append(contentsOf: block.next)
        block.near = States()
        block.next = States()
      }
      progress.states = visited.count
      progress.frontier = near.count + ahead.count
      progress.depth = depth
      progress.seconds = Date().timeIntervalSince(start)
      onProgress?(progress)
      if !isWhole {
        outcome.stopped = interrupted() ? .interrupted : overdue ? .time : overMemory(level, ahead) ? .memory : .interrupted
        break
      }
      if isEnough(violated, witnessed) { break }
      firstOfLevel += level.count
      level = near
      if level.count == 0 {
        if let limit = limits.depth, depth >= limit {
          if ahead.count > 0 { outcome.stopped = .depth }
          break
        }
        store(ahead, into: level)
        ahead = States()
        depth += 1
        progress.states = visited.count
      }
      if level.count == 0 { break }
      if let limit = limits.states, visited.count > limit {
        outcome.stopped = .states
        break
      }
      if overMemory(level, ahead) {
        outcome.stopped = .memory
        break
      }
    }
    progress.seconds = Date().timeIntervalSince(start)
    outcome.progress = progress
    outcome.storedBytes = visited.bytes + 4 * (parents.capacity + results.capacity)
    return outcome
  }

  /// Adds those that were never seen before.
  private func store(_ candidates: States, into level: States) {
    for index in 0..<candidates.count {
      let words = candidates.words(of: index)
      guard visited.insert(Fingerprint(words)) else { continue }
      level.append(words, parent: candidates.parents[index], result: candidates.results[index])
      parents.append(candidates.parents[index])
      results.append(candidates.results[index])
    }
  }

  private var overdue: Bool { limits.seconds.map { Date().timeIntervalSince(start) > $0 } ?? false }

  private func overMemory(_ level: States, _ next: States) -> Bool {
    guard let limit = limits.memory else { return false }
    return visited.bytes + 4 * (parents.capacity + results.capacity) + level.bytes + next.bytes > limit
  }

  private func path(to state: Int) -> [Int] {
    var path: [Int] = []
    var current = state
    while current > 0 {
      path.append(Int(results[current]))
      current = Int(parents[current])
    }
    return path.reversed()
  }

  // MARK: A level

  private func expand(_ level: States, first: Int, violated: Set<Int>, witnessed: Set<Int>) -> [Block] {
    let size = max(1, min(256, level.count / (jobs * 8)))
    let count = (level.count + size - 1) / size
    let blocks = (0..<count).map { _ in Block() }
    let nextBlock = Atomic<Int>(0)
    let produced = Atomic<Int>(0)
    let base = visited.bytes + 4 * (parents.capacity + results.capacity) + level.bytes
    @Sendable func work(_ engine: Engine) {
      while true {
        let index = nextBlock.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        if interrupted() || overdue { return }
        if let limit = limits.memory, base + produced.load(ordering: .relaxed) > limit { return }
        let block = blocks[index]
        for position in index * size..<min(level.count, (index + 1) * size) {
          visit(level.words(of: position), position: position, number: Int32(first + position), engine, block, violated, witnessed)
        }
        block.isDone = true
        produced.wrappingAdd(block.next.bytes, ordering: .relaxed)
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

  private func visit(
    _ words: UnsafeBufferPointer<Int32>, position: Int, number: Int32, _ engine: Engine, _ block: Block, _ violated: Set<Int>, _ witnessed: Set<Int>
  ) {
    engine.load(words)
    for (property, queries) in engine.propertyQueries.enumerated() where !violated.contains(property) {
      if queries.contains(where: engine.ask) { block.violations.append((property, position)) }
    }
    for (witness, queries) in engine.witnessQueries.enumerated() where !witnessed.contains(witness) {
      if queries.contains(where: engine.ask) { block.witnesses.append((witness, position)) }
    }
    var result: Int32 = 0
    // Results of steps that run at once are taken further before they are stored.
    engine.forEachStableSuccessor { successor, isDecision in
      block.transitions += 1
      if !self.visited.contains(Fingerprint(successor)) {
        (isDecision ? block.next : block.near).append(successor, parent: number, result: result)
      }
      result += 1
    }
  }
}

extension Engine {
  /// Calls `body` with each successor of the loaded state, after all steps that run at once, and whether the step to it is a decision;
  /// always in the same order. Successors of decisions that have gained nothing are left out (``Gain``).
  func forEachStableSuccessor(_ body: (UnsafeBufferPointer<Int32>, Bool) -> Void) {
    beginSuccessors()
    stack.truncate(to: 0)
    stackStarts.truncate(to: 0)
    stackDecisions.truncate(to: 0)
    stackNews.truncate(to: 0)
    stackNewsStarts.truncate(to: 0)
    // Only the initial state may have steps that run at once itself: all others were stored after theirs.
    let isAtOnce = expand()
    pushResults { isAtOnce ? false : self.monotonicity.isDecision(Int(self.outputRules[$0])) }
    while stackStarts.count > 0 {
      let top = stackStarts.count - 1
      let (start, first) = (Int(stackStarts[top]), Int(stackNewsStarts[top]))
      let isDecision = stackDecisions[top] == 1
      let words = UnsafeBufferPointer(start: stack.base + start, count: stack.count - start)
      load(words)
      loadNews(UnsafeBufferPointer(start: stackNews.base + first, count: stackNews.count - first))
      stackStarts.truncate(to: top)
      stackDecisions.truncate(to: top)
      stackNewsStarts.truncate(to: top)
      discard(to: 0)
      if takeFurther() {
        stack.truncate(to: start)
        stackNews.truncate(to: first)
        pushResults { _ in isDecision }
      } else {
        if isAtOnce || !reductions.useful || hasLoadedGain() { body(words, isDecision) }
        stack.truncate(to: start)
        stackNews.truncate(to: first)
      }
    }
  }

  /// Forgets the events that questions were asked about; all that is left is old.
  func beginSuccessors() {
    forgetEvents()
    loadNews(nil)
  }

  /// Computes into `output` what becomes of the loaded state at once: the results of steps that need not wait, or the state without facts
  /// that are good for nothing. False if it is stable.
  func takeFurther() -> Bool {
    if reductions.monotone && runAtOnce() { return true }
    guard reductions.forget && dropDeadFacts() else { return false }
    discard(to: 0)
    newsStarts.append(Int32(news.count))
    outputStarts.append(Int32(output.count))
    outputRules.append(-1)
    encode(into: &output)
    recorder?.recordRenaming(self)
    return true
  }

  /// Puts the results on the stack, so that the first one is taken first.
  private func pushResults(_ isDecision: (Int) -> Bool) {
    for index in (0..<outputStarts.count).reversed() {
      stackStarts.append(Int32(stack.count))
      stackNewsStarts.append(Int32(stackNews.count))
      stackDecisions.append(isDecision(index) ? 1 : 0)
      stack.append(result(index, output, outputStarts))
      stackNews.append(result(index, news, newsStarts))
    }
  }

  /// The words of one result.
  func result(_ index: Int, _ words: Words, _ starts: Words) -> UnsafeBufferPointer<Int32> {
    let start = Int(starts[index])
    let end = index + 1 < starts.count ? Int(starts[index + 1]) : words.count
    return UnsafeBufferPointer(start: words.base + start, count: end - start)
  }
}
