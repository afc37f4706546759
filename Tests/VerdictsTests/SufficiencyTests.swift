import Compiler
import Exploration
import Foundation
import Language
import Synchronization
import Testing

@testable import Verdicts

/// The same sequence for the same seed.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 31) | (state << 33)
  }
}

/// What dropping clauses does, said at once: some sets break something, some do not run, and of some it is not known.
private struct Made: Sendable {
  var count: Int
  var breaking: [Set<Int>] = []
  /// Nothing runs without the first while the second is there.
  var needs: [(Int, Int)] = []
  var unknown: [Set<Int>] = []

  func outcome(_ dropped: Set<Int>) -> NecessityResult.Outcome {
    if !runs(dropped) { return .impossible }
    if breaking.contains(where: { $0.isSubset(of: dropped) }) { return .breaks }
    return unknown.contains { $0.isSubset(of: dropped) } ? .inconclusive : .holds
  }
  func runs(_ dropped: Set<Int>) -> Bool { !needs.contains { dropped.contains($0.0) && !dropped.contains($0.1) } }

  var names: [String] { (0..<count).map { "C-\($0)" } }

  func search(known: [Sufficiency.Run] = [], jobs: Int = 1) throws -> Sufficiency {
    let made = self
    let questions = ClauseQuestions(outcome: { made.outcome($0) }, runs: { made.runs($0) })
    return try SufficiencySearch(names, questions, known: known, interrupted: { false }, onRun: { _ in }).run(jobs: jobs)
  }

  /// The minimal sets that are enough, by looking at all.
  var bruteForce: Set<Set<String>> {
    let all = Set(0..<count)
    let enough = subsets(all).filter { outcome(all.subtracting($0)) == .holds }
    return Set(enough.filter { set in !enough.contains { $0.isStrictSubset(of: set) } }.map { Set($0.map { names[$0] }) })
  }
}

private func subsets<Item>(_ items: Set<Item>) -> [Set<Item>] {
  items.reduce([[]]) { sets, item in sets + sets.map { $0.union([item]) } }
}

@Suite struct `Sets of clauses that are enough` {
  @Test(arguments: 1...40) func `are those that brute force finds`(seed: UInt64) throws {
    var random = Seeded(state: seed)
    var made = Made(count: Int.random(in: 1...7, using: &random))
    let clauses = 0..<made.count
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      made.breaking.append(Set((0..<Int.random(in: 1...3, using: &random)).map { _ in Int.random(in: clauses, using: &random) }))
    }
    for _ in 0..<Int.random(in: 0...2, using: &random) { made.needs.append((Int.random(in: clauses, using: &random), Int.random(in: clauses, using: &random))) }
    let found = try made.search(jobs: Int(seed % 3) + 1)
    #expect(Set(found.sets.map(Set.init)) == made.bruteForce && Set(found.sets).count == found.sets.count, "seed \(seed)")
    #expect(found.isComplete && found.contradictions.isEmpty && found.inconclusive.isEmpty)
    // One of each breaking set is in each that is enough.
    for set in found.sets { #expect(found.breaking.allSatisfy { !Set($0).isDisjoint(with: set) }) }
  }

  @Test func `go on from the runs that are known`() throws {
    let made = Made(count: 6, breaking: [[0], [1, 2], [2, 3, 4]], needs: [(5, 4)])
    let whole = try made.search()
    for count in 0...whole.runs.count {
      let resumed = try made.search(known: Array(whole.runs.prefix(count)))
      #expect(resumed.sets == whole.sets)
    }
    // What is known is not run again.
    let known = Set(whole.runs.map { Set($0.dropped) })
    let asked = ClauseQuestions(
      outcome: { dropped in
        if known.contains(Set(dropped.map { made.names[$0] })) { Issue.record("a run is made again") }
        return made.outcome(dropped)
      }, runs: { made.runs($0) })
    let again = try SufficiencySearch(made.names, asked, known: whole.runs, interrupted: { false }, onRun: { _ in }).run(jobs: 1)
    #expect(again.sets == whole.sets)
  }

  @Test func `are not claimed to be all where a limit was reached`() throws {
    let found = try Made(count: 3, breaking: [[0]], unknown: [[1, 2]]).search()
    #expect(!found.isComplete && found.inconclusive == [["C-1", "C-2"]])
    #expect(Set(found.sets) == [["C-0", "C-1"], ["C-0", "C-2"]], "nothing less is known to hold")
  }

  @Test func `come with what contradicts that dropping more never mends`() throws {
    let runs = [Sufficiency.Run(dropped: ["C-0"], outcome: .breaks), Sufficiency.Run(dropped: ["C-0", "C-1"], outcome: .holds)]
    let found = try Made(count: 2, breaking: [[0]]).search(known: runs)
    #expect(found.contradictions == [Sufficiency.Contradiction(breaks: ["C-0"], holds: ["C-0", "C-1"])])
  }

  @Test func `of a model are those that brute force finds, and a run that goes on finds the same`() throws {
    try inFolder("Mallory + Reader") { path in
      var library = Library()
      let scenario = try library.scenarios(in: path)[0]
      let single = try necessity(of: scenario, in: &library, sets: 1, CheckOptions(), jobs: 1)
      let kept = Mutex<[Sufficiency.Run]>([])
      let found = try sufficiency(of: scenario, in: &library, after: single, CheckOptions(), jobs: 2) { runs in kept.withLock { $0 = runs } }
      let all = Set(found.considered)
      let enough = try subsets(all).filter { set in
        let variant = try library.scenario(scenario, as: Variant(drops: Array(all.subtracting(set))))
        return try check(variant, in: &library, CheckOptions()).properties.allSatisfy { $0.verdict == .holds }
      }
      let minimal = enough.filter { set in !enough.contains { $0.isStrictSubset(of: set) } }
      #expect(Set(found.sets.map(Set.init)) == Set(minimal) && minimal == minimal.filter { $0.count == 3 } && minimal.count == 2)
      #expect(found.always == ["ALONE", "LOGGED"] && found.never == ["NEVER"] && found.isComplete && found.contradictions.isEmpty)
      let resumed = try sufficiency(of: scenario, in: &library, after: single, CheckOptions(), jobs: 1, known: Array(kept.withLock { $0 }.prefix(7)))
      #expect(resumed.sets == found.sets)
    }
  }

  @Test func `are not known where a limit comes first`() throws {
    try inFolder("Mallory + Reader") { path in
      var library = Library()
      let scenario = try library.scenarios(in: path)[0]
      let single = try necessity(of: scenario, in: &library, sets: 1, CheckOptions(), jobs: 1)
      var options = CheckOptions()
      options.limits = Limits(seconds: nil, memory: nil, depth: nil, states: 1)
      let found = try sufficiency(of: scenario, in: &library, after: single, options, jobs: 1)
      #expect(!found.isComplete && !found.inconclusive.isEmpty)
    }
  }
}
