import Compiler
import Dispatch
import Synchronization

/// Does work whose parts do not depend on one another, `jobs` parts at a time.
///
/// - Parameters:
///   - interrupted: `true` keeps further parts from being begun; those that were are ended.
///   - onEnd: called after each part with how many are done, from any thread.
///   - deliver: called with each part's number and result, in their order and one at a time, as soon as all before it are delivered.
func sideBySide<Part: Sendable>(
  _ count: Int, jobs: Int, interrupted: @Sendable () -> Bool, _ work: @Sendable (Int) -> Part, onEnd: @Sendable (Int) -> Void = { _ in },
  deliver: (Int, Part) -> Void = { _, _ in }
) {
  let desk = Mutex(Desk<Part>())
  // Only ever called while the desk is locked.
  nonisolated(unsafe) let deliver = deliver
  DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, count))) { _ in
    while !interrupted() {
      let taken = desk.withLock { desk -> Int? in
        guard desk.next < count else { return nil }
        defer { desk.next += 1 }
        return desk.next
      }
      guard let taken else { return }
      let part = work(taken)
      desk.withLock { desk in
        desk.done += 1
        onEnd(desk.done)
        desk.waiting[taken] = part
        while let ready = desk.waiting.removeValue(forKey: desk.delivered) {
          deliver(desk.delivered, ready)
          desk.delivered += 1
        }
      }
    }
  }
}

/// Which parts are taken, done and delivered.
private struct Desk<Part: Sendable>: Sendable {
  var next = 0
  var done = 0
  var delivered = 0
  var waiting: [Int: Part] = [:]
}

/// Checks scenarios, and calls `body` with the outcome of each, in their order and one at a time, with the library as it is then.
///
/// Several are checked side by side, so that small ones do not leave workers idle. Where time, memory or a checkpoint is asked for, which
/// a scenario must not share with another one, they are checked one after the other.
public func check(
  _ scenarios: [Library.Scenario], in library: inout Library, _ options: CheckOptions,
  _ body: (Library.Scenario, Result<ScenarioResult, CheckFailure>, Library) -> Void
) {
  let isShared = options.limits.seconds == nil && options.limits.memory == nil && options.checkpoints == nil
  let shared = Mutex(library)
  sideBySide(scenarios.count, jobs: isShared ? options.jobs : 1, interrupted: options.interrupted) { index in
    Result { () throws(CheckFailure) in
      // Its files are read once for all; compiled it is beside the others.
      var own = shared.withLock { library in
        library.read(scenarios[index])
        return library
      }
      return try check(scenarios[index], in: &own, options)
    }
  } deliver: { index, result in
    body(scenarios[index], result, shared.withLock { $0 })
  }
  library = shared.withLock { $0 }
}
