import Compiler
import ExactNumbers
import Testing
import Traces

@testable import Exploration

/// A graph with these successors of each state, and the decisions that each takes.
private func graph(_ successors: [[(target: Int, decisions: Int)]]) -> StateGraph {
  let all = successors.joined().map { $0 }
  var ends: [Int] = []
  for own in successors { ends.append((ends.last ?? 0) + own.count) }
  let fingerprints = successors.indices.map { Fingerprint(low: UInt64($0), high: 1) }
  return StateGraph(fingerprints, ends: ends, decisions: all.map { UInt16($0.decisions) }) { Int32(all[$0].target) }
}

/// Any graph of which each state leads to later ones only, and is reached.
private func randomGraph(_ generator: inout SplitMix64) -> StateGraph {
  let count = Int.random(in: 1...8, using: &generator)
  var successors: [[(target: Int, decisions: Int)]] = Array(repeating: [], count: count)
  for target in 1..<max(1, count) {
    for _ in 0..<Int.random(in: 1...3, using: &generator) {
      successors[Int.random(in: 0..<target, using: &generator)].append((target, Int.random(in: 0...3, using: &generator)))
    }
  }
  return graph(successors)
}

/// All runs, each with its number of decisions, by walking them one after the other.
private func allRuns(_ graph: StateGraph, from state: Int = 0) -> [(path: [Int], decisions: Int)] {
  let transitions = graph.transitions(of: state)
  if transitions.isEmpty { return [([], 0)] }
  return transitions.flatMap { transition -> [(path: [Int], decisions: Int)] in
    let target = Int(graph.targets[transition])
    return allRuns(graph, from: target).map { ([target] + $0.path, Int(graph.decisions[transition]) + $0.decisions) }
  }
}

private func explored(_ name: String, _ reductions: Reductions = .all, jobs: Int = 1) throws -> (outcome: Outcome, graph: StateGraph) {
  let outcome = Search(try compiled(name), reductions: reductions, jobs: jobs, keepsGraph: true).run()
  return (outcome, try #require(outcome.graph))
}

private func without(_ names: String...) -> Reductions {
  var reductions = Reductions.all
  for name in names { _ = reductions.turnOff(name) }
  return reductions
}

@Suite struct `Counting runs` {
  @Test func `agrees with walking all runs of random graphs, and each number is a run of its own`() throws {
    var generator = SplitMix64(seed: 4)
    for _ in 0..<200 {
      let graph = randomGraph(&generator)
      let runs = allRuns(graph)
      let counts = try RunCounts(graph)
      #expect(counts.total == BigNatural(UInt64(runs.count)))
      for (decisions, count) in counts.byDecisions.enumerated() { #expect(count == BigNatural(UInt64(runs.count { $0.decisions == decisions }))) }
      #expect(counts.expectedDecisions == BigRational(BigNatural(UInt64(runs.reduce(0) { $0 + $1.decisions })), over: counts.total))
      #expect(counts.finalStates == Set(runs.map { $0.path.last ?? 0 }).count)
      let sampler = try RunSampler(graph)
      #expect(sampler.total == counts.total)
      #expect((0..<runs.count).map { sampler.run(BigNatural(UInt64($0))) } == runs.map(\.path))
    }
  }

  @Test func `is exact where the numbers are large: interleavings of two runs of a hundred steps`() throws {
    let side = 101
    let grid = graph(
      (0..<side * side).map { state in
        let (row, column) = state.quotientAndRemainder(dividingBy: side)
        return (row + 1 < side ? [(state + side, 1)] : []) + (column + 1 < side ? [(state + 1, 1)] : [])
      })
    let counts = try RunCounts(grid)
    #expect(counts.total == .binomial(200, choose: 100))
    #expect(counts.byDecisions.count == 201 && counts.byDecisions[200] == counts.total)
    #expect(counts.expectedDecisions == 200)
  }

  @Test func `takes several ways to the same state as one, with the fewest decisions, and none back to it`() throws {
    let merged = graph([[(1, 3), (0, 1), (1, 2)], []])
    #expect(merged.transitions == 1 && merged.loops == 1 && merged.decisions == [2])
    #expect(try RunCounts(merged).byDecisions == [0, 0, 1])
  }

  @Test func `refuses a cycle and shows it, and numbers that are too large`() throws {
    let cyclic = graph([[(1, 1)], [(2, 1), (3, 1)], [(4, 0)], [], [(1, 1)]])
    #expect(throws: CountFailure.cycle(path: [0, 1], cycle: [1, 2, 4, 1])) { try RunCounts(cyclic) }
    #expect(throws: CountFailure.cycle(path: [0, 1], cycle: [1, 2, 4, 1])) { try RunSampler(cyclic) }
    #expect(throws: CountFailure.self) { try RunCounts(graph([[(1, 1)], []]), memory: 10) }
    #expect(throws: CountFailure.self) { try RunSampler(graph([[(1, 1)], []]), memory: 10) }
  }
}

@Suite struct `The graph of a search` {
  @Test(arguments: [Reductions.all, .none, without("monotone"), without("deferred")]) func `has all that the search counts`(_ reductions: Reductions) throws {
    let (outcome, graph) = try explored("classic/nsl", reductions)
    #expect(graph.states == outcome.progress.states)
    #expect(graph.transitions <= outcome.progress.transitions)
    #expect(Set(graph.targets).union([0]).count == graph.states)
    let depths = outcome.progress.statesByDepth.enumerated().flatMap { Array(repeating: $0, count: $1) }
    for state in 0..<graph.states {
      for transition in graph.transitions(of: state) {
        // What a search reaches first by fewer decisions it cannot reach by more.
        #expect(depths[Int(graph.targets[transition])] <= depths[state] + Int(graph.decisions[transition]))
      }
    }
  }

  @Test func `is the same whatever the number of workers`() throws {
    let one = try explored("classic/nsl", .none).graph
    let two = try explored("classic/nsl", .none, jobs: 2).graph
    #expect(one.targets == two.targets && one.decisions == two.decisions && one.ends == two.ends)
  }

  @Test func `is there only if the search came to its end, and if it was to be kept`() throws {
    let system = try compiled("classic/nsl")
    #expect(Search(system, limits: Limits(depth: 2), keepsGraph: true).run().graph == nil)
    #expect(Search(system, keepsGraph: true).run { _, _ in true }.graph == nil)
    #expect(Search(system).run().graph == nil)
  }

  @Test func `is given up when it needs more memory than there is`() {
    var list = EdgeList()
    for target in 0..<10 { list.append(Fingerprint(low: UInt64(target), high: 1), 1) }
    list.endState()
    let builder = GraphBuilder()
    builder.append(list)
    let needed = StateGraph.bytes(states: 1, transitions: 10)
    builder.giveUp(beyond: needed, states: 1)
    #expect(builder.isKept)
    builder.giveUp(beyond: needed - 1, states: 1)
    #expect(!builder.isKept && builder.graph(of: []) == nil)
  }
}

@Suite struct `Drawing runs` {
  @Test func `gives each run of a graph as often as chance does`() throws {
    let graph = try explored("classic/nsl", .none).graph
    let sampler = try RunSampler(graph)
    let runs = Set(allRuns(graph).map(\.path))
    #expect(sampler.total == BigNatural(UInt64(runs.count)) && runs.count == 58)
    var generator = SplitMix64(seed: 1)
    var frequencies: [[Int]: Int] = [:]
    let draws = 100 * runs.count
    for _ in 0..<draws { frequencies[sampler.draw(using: &generator), default: 0] += 1 }
    #expect(runs.isSuperset(of: frequencies.keys))
    let statistic = runs.reduce(0.0) { sum, run in
      let difference = Double(frequencies[run] ?? 0) - 100
      return sum + difference * difference / 100
    }
    // Chi-square with 57 degrees of freedom is in this range with a probability of 0.998.
    #expect(statistic > 29.6 && statistic < 95.8, "\(statistic)")
  }

  @Test func `draws the same runs for the same seed, and others for another`() throws {
    let sampler = try RunSampler(try explored("classic/nsl", .none).graph)
    func draw(_ seed: UInt64) -> [[Int]] {
      var generator = SplitMix64(seed: seed)
      return (0..<5).map { _ in sampler.draw(using: &generator) }
    }
    #expect(draw(7) == draw(7) && draw(7) != draw(8))
  }

  @Test(arguments: [("classic/nsl", Reductions.all), ("classic/nspk", .none), ("oauth/mix-up", .all), ("oauth/csrf", without("monotone"))])
  func `makes runs that the checker accepts, with as many decisions as were counted`(_ name: String, _ reductions: Reductions) throws {
    let system = try compiled(name)
    let graph = try explored(name, reductions).graph
    let sampler = try RunSampler(graph)
    let maker = RunMaker(system, reductions: reductions)
    var generator = SplitMix64(seed: 2)
    for _ in 0..<8 {
      let path = sampler.draw(using: &generator)
      let run = try maker.run(along: path.map { graph.fingerprints[$0] })
      var (state, decisions) = (0, 0)
      for next in path {
        decisions += Int(graph.decisions[try #require(graph.transitions(of: state).first { graph.targets[$0] == Int32(next) })])
        state = next
      }
      #expect(run.decisions == decisions)
    }
  }
}
