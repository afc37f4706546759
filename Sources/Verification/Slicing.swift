import Compiler

/// The trace without steps that it does not need: each step that is left is needed for the others or for the end.
///
/// Goes over the steps from the last to the first, leaves out each without which the rest is still a run to the same end, and does so
/// until nothing more can be left out. A step may still be superfluous together with another one.
/// Every shortened trace is replayed. A trace that is no run is returned as it is.
public func slice(_ trace: GroundTrace, in system: TransitionSystem) -> GroundTrace {
  guard let question = trace.question(in: system) else { return trace }
  /// The replay before each of the steps, and at the end.
  var before = [Replay(system)]
  for step in trace.steps {
    guard let last = before.last, let next = last.taking(step) else { return trace }
    before.append(next)
  }
  guard let end = before.last, end.answers(question) else { return trace }

  var sliced = trace
  // The end may come earlier than the trace has it.
  if let first = before.firstIndex(where: { $0.answers(question) }) {
    sliced.steps.removeLast(sliced.steps.count - first)
    before.removeLast(before.count - 1 - first)
  }
  var changed = true
  while changed {
    changed = false
    for index in sliced.steps.indices.reversed() {
      guard let rest = replays(of: sliced.steps[(index + 1)...], from: before[index]), (rest.last ?? before[index]).answers(question) else { continue }
      sliced.steps.remove(at: index)
      before.replaceSubrange((index + 1)..., with: rest)
      changed = true
    }
  }
  return sliced
}

/// The replay after each of the steps; nil where one cannot be taken.
private func replays(of steps: ArraySlice<GroundStep>, from start: Replay) -> [Replay]? {
  var replays: [Replay] = []
  var current = start
  for step in steps {
    guard let next = current.taking(step) else { return nil }
    replays.append(next)
    current = next
  }
  return replays
}

extension Replay {
  /// The replay after one more step; nil where it cannot be taken.
  fileprivate func taking(_ step: GroundStep) -> Replay? {
    var next = self
    do {
      try next.take(step)
      return next
    } catch {
      return nil
    }
  }
}
