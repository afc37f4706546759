import ExactNumbers
import Exploration

/// Draws runs of an explored graph, each with exactly the same probability; see ``RunCounts`` for what a run is.
///
/// Runs have numbers, from 0 on: those that go through the first successor of a state come before those through the second. A run is
/// drawn by drawing its number.
public struct RunSampler: Sendable {
  private let graph: StateGraph
  /// For each state, how many paths lead from there to a final state.
  private var runs: [BigNatural]

  /// How many runs there are.
  public var total: BigNatural { runs[0] }

  /// Counts from the final states back: an addition for each transition.
  ///
  /// `memory`: bytes for the numbers; nil: any.
  public init(_ graph: StateGraph, memory: Int? = nil) throws(CountFailure) {
    self.graph = graph
    runs = Array(repeating: .zero, count: graph.states)
    var bytes = 0
    for state in try TopologicalOrder(graph).states.reversed() {
      let transitions = graph.transitions(of: Int(state))
      var sum: BigNatural = transitions.isEmpty ? 1 : 0
      for transition in transitions { sum += runs[Int(graph.targets[transition])] }
      runs[Int(state)] = sum
      bytes += bytesOfNumber(sum)
      if let memory, bytes > memory { throw .numbersTooLarge(bytes: max(bytes, graph.states * bytesOfNumber(1))) }
    }
  }

  /// Draws a run; a bit pattern decides, so a seeded generator gives the same run everywhere.
  ///
  /// - Returns: the states after the initial one.
  public func draw(using generator: inout some RandomNumberGenerator) -> [Int] { run(.random(below: total, using: &generator)) }

  /// The run with a number.
  ///
  /// - Precondition: the number is less than ``total``.
  /// - Returns: the states after the initial one.
  public func run(_ number: BigNatural) -> [Int] {
    precondition(number < total, "there are not so many runs")
    var rest = number
    var path: [Int] = []
    var state = 0
    while true {
      var next: Int?
      for transition in graph.transitions(of: state) {
        let target = Int(graph.targets[transition])
        if rest < runs[target] {
          next = target
          break
        }
        rest -= runs[target]
      }
      guard let next else { return path }
      path.append(next)
      state = next
    }
  }
}
