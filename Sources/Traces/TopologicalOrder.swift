import Exploration

/// The states of a graph, each before its successors; from the initial state on, and otherwise as they were stored, as far as that goes.
struct TopologicalOrder {
  private(set) var states: [Int32]

  /// - Throws: a cycle, if there is one.
  init(_ graph: StateGraph) throws(CountFailure) {
    var missing = Array(repeating: Int32(0), count: graph.states)
    for target in graph.targets { missing[Int(target)] += 1 }
    states = []
    states.reserveCapacity(graph.states)
    // All others are reached from the initial state, so nothing leads to it, or there is a cycle.
    if missing[0] == 0 { states.append(0) }
    var next = 0
    while next < states.count {
      for transition in graph.transitions(of: Int(states[next])) {
        let target = graph.targets[transition]
        missing[Int(target)] -= 1
        if missing[Int(target)] == 0 { states.append(target) }
      }
      next += 1
    }
    guard states.count == graph.states else { throw TopologicalOrder.cycle(in: graph) }
  }

  /// A cycle, and a path to it, by depth-first search.
  private static func cycle(in graph: StateGraph) -> CountFailure {
    enum Colour { case new, onPath, done }
    var colours = Array(repeating: Colour.new, count: graph.states)
    var path = [0]
    var nexts = [graph.transitions(of: 0)]
    colours[0] = .onPath
    while let state = path.last {
      guard let transition = nexts[nexts.count - 1].popFirst() else {
        colours[state] = .done
        path.removeLast()
        nexts.removeLast()
        continue
      }
      let target = Int(graph.targets[transition])
      switch colours[target] {
      case .done: break
      case .new:
        colours[target] = .onPath
        path.append(target)
        nexts.append(graph.transitions(of: target))
      case .onPath:
        let start = path.firstIndex(of: target) ?? 0
        return .cycle(path: Array(path[...start]), cycle: path[start...] + [target])
      }
    }
    preconditionFailure("a state was stored that nothing leads to")
  }
}
