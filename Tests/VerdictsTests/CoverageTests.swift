import Compiler
import Exploration
import Reports
import Testing

@testable import Verdicts

@Suite struct `The coverage of a model` {
  private func found(_ scenario: String, limits: Limits = Limits(), reductions: Reductions = .all) throws -> Coverage {
    try SmallModel.unusedOfEach.scenarios(scenario) { library, scenarios in
      var options = CheckOptions()
      options.limits = limits
      options.reductions = reductions
      return try coverage(of: scenarios, in: &library, options)
    }
  }

  private func told(_ coverage: Coverage) -> [String] { coverage.files.flatMap { $0.unused.map { "\($0.line) \($0.item.kind.rawValue) \($0.item.text)" } } }

  private let unused = [
    "5 option mode: fancy", "9 attacker Other", "18 row insert kept", "20 event event Noted", "25 clause [C-2]", "26 branch find closed: a row is there",
    "31 handler A step rest", "35 handler A step badge", "40 handler B step idle", "45 property rested", "47 property late", "49 property dark",
    "51 property badges",
  ]

  @Test(arguments: [Reductions.all, .none]) func `lists what no scenario uses, each thing once, with or without reductions`(_ reductions: Reductions) throws {
    let coverage = try found(SmallModel.scenario, reductions: reductions)
    #expect(told(coverage) == unused)
    #expect(coverage.hasUnused && coverage.stopped.isEmpty && coverage.scenarios == 1)
  }

  @Test func `takes all scenarios together`() throws {
    let second = """
      scenario "second"
      model Test
      option mode: fancy
      cast alice: Agent with A B, mallory: attacker Agent
      attacker Other
      bounds runs 1 by alice, answers 1 by alice, rests 1 by alice, badges 1 by alice
      """
    #expect(told(try found(SmallModel.scenario + second)) == ["18 row insert kept", "20 event event Noted", "49 property dark", "51 property badges"])
  }

  @Test func `claims nothing of what a limit keeps from being known`() throws {
    let coverage = try found(SmallModel.scenario, limits: Limits(states: 1))
    #expect(coverage.stopped.map(\.title) == ["test"])
    let branches = coverage.files[0].items.filter { $0.item.kind == .branch }
    #expect(branches.allSatisfy { if case .undecided = $0.state { true } else { false } })
    // Nothing in the scenario could use this.
    #expect(told(coverage).contains("31 handler A step rest"))
    let text = CoverageReport(coverage).text()
    #expect(text.contains("(undecided)") && text.contains("not exhausted (stopped: states): test"))
  }

  @Test func `is told by file and line, and counted`() throws {
    let report = CoverageReport(try found(SmallModel.scenario))
    let text = report.text()
    #expect(text.hasPrefix("Models/Test.interloper\n"))
    #expect(text.contains("  26  branch    find closed: a row is there\n"))
    #expect(text.contains("2 of 5 handlers, 1 of 2 branches, 1 of 3 clauses") && text.contains("1 of 5 properties"))
    #expect(report.files[0].declared["option"] == 2 && report.files[0].used["option"] == 1)
  }
}
