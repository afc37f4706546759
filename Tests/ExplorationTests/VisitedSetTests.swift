import Compiler
import Testing

@testable import Exploration

@Suite struct `The visited set` {
  @Test(arguments: [false, true]) func `tells states with the same fingerprint apart only if it is exact`(_ isExact: Bool) {
    let visited = VisitedSet(isExact: isExact)
    let same = Fingerprint(low: 7, high: 9)
    func insert(_ words: [Int32]) -> Bool { words.withUnsafeBufferPointer { visited.insert(same, $0) } }
    func contains(_ words: [Int32]) -> Bool { words.withUnsafeBufferPointer { visited.contains(same, $0) } }
    #expect(insert([1, 2]) && !insert([1, 2]))
    #expect(contains([1, 2, 3]) != isExact)
    #expect(insert([1, 2, 3]) == isExact && insert([]) == isExact)
    #expect(contains([1, 2]) && visited.count == (isExact ? 3 : 1))
  }

  @Test func `keeps all states when it grows`() {
    let visited = VisitedSet(isExact: true)
    let all = (0..<10_000).map { [Int32($0), Int32($0 % 7)] }
    for words in all {
      words.withUnsafeBufferPointer {
        // A quarter of the states share the fingerprint of another.
        #expect(visited.insert(Fingerprint(low: UInt64(words[0] * 3 / 4), high: 1), $0))
      }
    }
    #expect(visited.count == all.count)
    for words in all { words.withUnsafeBufferPointer { #expect(!visited.insert(Fingerprint(low: UInt64(words[0] * 3 / 4), high: 1), $0)) } }
  }

  private func compare(_ system: TransitionSystem, _ reductions: Reductions = .all) {
    let hashed = Search(system, reductions: reductions).run()
    let exact = Search(system, reductions: reductions, isExact: true).run()
    #expect(exact.progress.states == hashed.progress.states && exact.progress.transitions == hashed.progress.transitions)
    #expect(exact.progress.computed == hashed.progress.computed && exact.progress.statesByDepth == hashed.progress.statesByDepth)
    #expect(exact.violations.map(\.path) == hashed.violations.map(\.path))
    #expect(exact.storedBytes > hashed.storedBytes)
  }

  @Test(arguments: SmallModels.all) func `gives the same counts for small models, exact or not`(_ small: SmallModels.Case) throws {
    compare(try compiled(model: small.model, scenario: small.scenario), .none)
  }

  @Test(arguments: ["classic/nsl", "oauth/csrf"]) func `gives the same counts for shipped scenarios, exact or not`(_ name: String) throws {
    compare(try compiled(name))
  }
}
