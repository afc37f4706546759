import Compiler
import ExactNumbers
import Exploration
import Foundation
import Reports
import Testing
import Verdicts

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

@Suite struct `The bound of a missed state` {
  @Test func `is n (n + 1) / 2^128 for stored states, and 4096 / 2^126 for each computed one`() {
    #expect(MissedStates(states: 0, computed: 0).bound == 0)
    #expect(MissedStates(states: 3, computed: 0).bound == BigRational(12, over: BigNatural(2).power(128)))
    #expect(MissedStates(states: 0, computed: 1).bound == BigRational(1, over: BigNatural(2).power(114)))
    #expect(
      MissedStates(states: 1_000_000, computed: 5_000_000).bound
        == BigRational(BigNatural(1_000_001_000_000 + 5_000_000 << 14), over: BigNatural(2).power(128)))
  }

  @Test func `is less than the power of two that is told, and not less than half of it`() throws {
    for (states, computed) in [(1, 0), (1, 1), (37, 100), (1_000, 0), (1 << 20, 1 << 22), (60_423, 6_153_209)] {
      let missed = MissedStates(states: states, computed: computed)
      let power = BigRational(1, over: BigNatural(2).power(UInt(-(try #require(missed.exponent)))))
      #expect(missed.bound < power && missed.bound + missed.bound >= power)
    }
    #expect(MissedStates.none.bound == 0 && MissedStates.none.exponent == nil)
  }

  @Test func `is said where something holds, and zero where whole states were compared`() throws {
    var library = Library()
    let nsl = try library.scenarios(in: "\(root)/Scenarios/classic/nsl.scenario")[0]
    let nspk = try library.scenarios(in: "\(root)/Scenarios/classic/nspk.scenario")[0]
    var exactly = CheckOptions()
    exactly.isExact = true
    let results = [
      try check(nsl, in: &library, CheckOptions()), try check(nsl, in: &library, exactly), try check(nspk, in: &library, CheckOptions()),
    ]
    let texts = results.map { TextReport(usesColour: false).text($0) { _ in nil } }
    let below = "2^\(try #require(results[0].missedStates.exponent))"
    #expect(texts[0].contains("a state was missed < \(below)") && texts[1].contains("no state was missed") && !texts[2].contains("missed"))
    let entries = JSONReport(results).scenarios
    #expect(entries.map(\.missedStateBelow) == [below, nil, nil])
    #expect(entries.map(\.missedStateBound) == ["\(results[0].missedStates.bound)", "0", nil])
    #expect(results[0].states == results[1].states && results[0].transitions == results[1].transitions)
  }
}
