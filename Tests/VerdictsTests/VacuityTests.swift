import Compiler
import Exploration
import Reports
import Testing

@testable import Verdicts

@Suite struct `Vacuity` {
  private func warnings(
    _ scenario: String, model: SmallModel = .unusedOfEach, reductions: Reductions = .all, limits: Limits = Limits()
  ) throws -> [String] {
    try model.scenarios(scenario) { library, scenarios in
      var options = CheckOptions()
      options.reductions = reductions
      options.limits = limits
      let result = try check(scenarios[0], in: &library, options)
      return result.warnings.map(\.message).filter { !$0.contains("gives it no bound") }
    }
  }

  @Test(arguments: [Reductions.all, .none]) func `is a warning of each property that nothing can threaten`(_ reductions: Reductions) throws {
    let told = try warnings(SmallModel.scenario, reductions: reductions)
    #expect(told.count == 4)
    for (property, awaited) in [("rested", "event Rested"), ("late", "event Late"), ("dark", "event Ended"), ("badges", "term badge(…)")] {
      #expect(told.contains { $0.hasPrefix("vacuous: `\(property)`,") && $0.hasSuffix("(\(awaited))") }, "\(property): \(told)")
    }
  }

  @Test func `is none where what the property speaks of comes about`() throws {
    var model = SmallModel.unusedOfEach
    // A badge that somebody makes, and keeps.
    model.text = model.text.replacing("table kept (nonce: Nonce)", with: "table kept (nonce: Badge)").replacing(
      "insert kept (nonce: nonce)", with: "insert kept (nonce: badge(me))")
    let bounds = SmallModel.scenario.replacing("answers 1 by alice", with: "answers 1 by alice, rests 1 by alice")
    let told = try warnings(bounds, model: model)
    #expect(told.count == 1 && told[0].hasPrefix("vacuous: `dark`"), "\(told)")
  }

  @Test func `is not claimed where a limit has stopped the search`() throws {
    #expect(try warnings(SmallModel.scenario, limits: Limits(states: 1)).isEmpty)
  }

  @Test func `is a warning of an attacker that never acts, of a clause and of an option that nothing hangs on`() throws {
    let quiet = SmallModel(
      text: """
        model Test "A test"
        sort Agent names
        option mode: plain | fancy default plain
        attacker Net "owns the network" { }
        role A of me: Agent {
          step begin "{me} begins" limit runs { event Begun (agent: me) }
        }
        role B of me: Agent {
          step end "{me} ends" limit runs {
            require me is honest [C-1]
            event Ended (agent: me) [mode: plain]
            send me
          }
        }
        witness begun event Begun (agent)
        property begun "Only the honest begin"
          when event Begun (agent) then agent is honest
        """, clauses: "clause C-1 \"here\" \"only the honest end\"\n")
    let alone = """
      scenario "test"
      model Test
      option mode: fancy
      drop C-1
      cast alice: Agent with A
      attacker Net
      bounds runs 1 by alice
      """
    let told = try warnings(alone, model: quiet)
    #expect(told.count == 3)
    #expect(told.contains { $0.hasPrefix("the attacker Net never gets to act") })
    #expect(told.contains { $0.hasPrefix("dropping the clause `C-1` changes nothing here") })
    #expect(told.contains { $0.hasPrefix("the option `mode` changes nothing here") })
    #expect(try warnings(alone.replacing("with A", with: "with A B"), model: quiet).isEmpty)
    #expect(
      try warnings(alone.replacing("drop C-1\n", with: "").replacing("option mode: fancy\n", with: "").replacing("attacker Net\n", with: ""), model: quiet)
        .isEmpty)
  }

  @Test func `is told under the scenario, and in JSON`() throws {
    try SmallModel.unusedOfEach.scenarios(SmallModel.scenario) { library, scenarios in
      let result = try check(scenarios[0], in: &library, CheckOptions())
      #expect(TextReport(usesColour: false).text(result) { _ in nil }.contains("  warning: vacuous: `rested`, "))
      #expect(JSONReport([result]).scenarios[0].warnings.contains { $0.hasPrefix("vacuous: `rested`") })
    }
  }
}
