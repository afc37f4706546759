import ExactNumbers
import Exploration

/// How many runs there are in an explored graph, exactly.
///
/// A **run** is a path from the initial state to a **final** state, which is one without successors: a sequence of stored states. Its length
/// is the number of its decisions. A state in which a property breaks ends no run: the others go on from there.
public struct RunCounts: Sendable {
  /// For each number of decisions, how many runs have so many. The last is not zero.
  public var byDecisions: [BigNatural]
  /// The sum of these: at least 1.
  public var total: BigNatural
  /// How many states have no successors.
  public var finalStates: Int

  /// The number of decisions of a run that is drawn uniformly among all, on average.
  public var expectedDecisions: BigRational {
    var sum = BigNatural.zero
    for (decisions, count) in byDecisions.enumerated() { sum += count * BigNatural(UInt64(decisions)) }
    return BigRational(sum, over: total)
  }

  /// Counts from the initial state on, in an order in which each state comes before its successors: an addition for each transition and
  /// length. What leads to a state is forgotten when it has been passed on.
  ///
  /// `memory`: bytes for the numbers; nil: any.
  public init(_ graph: StateGraph, memory: Int? = nil) throws(CountFailure) {
    let order = try TopologicalOrder(graph)
    var arrivals = Array(repeating: Arrivals(), count: graph.states)
    var live = 1
    byDecisions = []
    finalStates = 0
    arrivals[0].add(1, after: 0)
    for state in order.states {
      let here = arrivals[Int(state)]
      arrivals[Int(state)] = Arrivals()
      let transitions = graph.transitions(of: Int(state))
      if transitions.isEmpty {
        finalStates += 1
        while byDecisions.count < here.end { byDecisions.append(.zero) }
        for (offset, count) in here.counts.enumerated() { byDecisions[here.first + offset] += count }
      }
      for transition in transitions {
        let target = Int(graph.targets[transition])
        live += arrivals[target].add(here, after: Int(graph.decisions[transition]))
      }
      if let memory, live * bytesOfNumber(here.counts.last) > memory { throw .numbersTooLarge(bytes: live * bytesOfNumber(here.counts.last)) }
      live -= here.counts.count
    }
    total = byDecisions.reduce(.zero, +)
  }
}

/// Bytes that a number takes in an array: a reference, an object with GMP's header, and the limbs with the header of their block.
func bytesOfNumber(_ number: BigNatural?) -> Int { 72 + (number?.bitWidth ?? 0) / 64 * 8 }

/// How many paths lead to a state, by their numbers of decisions, from the first that occurs on.
private struct Arrivals {
  var first = 0
  var counts: [BigNatural] = []
  var end: Int { first + counts.count }

  mutating func add(_ count: BigNatural, after decisions: Int) {
    first = decisions
    counts = [count]
  }

  /// - Returns: how many numbers more there are.
  mutating func add(_ other: Arrivals, after decisions: Int) -> Int {
    let start = other.first + decisions
    if counts.isEmpty {
      first = start
      counts = other.counts
      return counts.count
    }
    let before = counts.count
    if start < first {
      counts.insert(contentsOf: Array(repeating: .zero, count: first - start), at: 0)
      first = start
    }
    while end < start + other.counts.count { counts.append(.zero) }
    for (offset, count) in other.counts.enumerated() { counts[start - first + offset] += count }
    return counts.count - before
  }
}

/// Why the runs of a graph are not counted.
public enum CountFailure: Error, Equatable {
  /// A run can come back to where it was, so there is no end of runs: the states on a path from the initial state to the cycle, then those of
  /// the cycle, the first one once more at the end.
  case cycle(path: [Int], cycle: [Int])
  /// The numbers would take at least so many bytes.
  case numbersTooLarge(bytes: Int)
}
