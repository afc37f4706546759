import Compiler
import Testing
import Verification

@testable import Exploration

private let combinations: [String] = Reductions.names + ["all of them"]

private func without(_ name: String) -> Reductions {
  var reductions = Reductions.all
  if !reductions.turnOff(name) { reductions = .none }
  return reductions
}

@Suite struct `Reductions lose no attack` {
  @Test(.timeLimit(.minutes(5)), arguments: SmallModels.all, combinations) func `verdicts and lengths are the same without`(
    _ small: SmallModels.Case, _ name: String
  ) throws {
    let system = try compiled(model: small.model, scenario: small.scenario)
    let with = Search(system).run()
    let without = Search(system, reductions: without(name)).run()
    #expect(with.stopped == nil && without.stopped == nil)
    #expect(lengths(with, system) == lengths(without, system))
    #expect(with.progress.states <= without.progress.states)
  }

  @Test(arguments: ["classic/nspk", "classic/nsl"], combinations) func `classic protocols have the same attacks without`(_ scenario: String, _ name: String)
    throws
  {
    let system = try compiled(scenario)
    #expect(lengths(Search(system).run(), system) == lengths(Search(system, reductions: without(name)).run(), system))
  }

  @Test(arguments: ["monotone", "symmetry", "useful", "forget", "epochs"]) func `the CSRF attack and its length are the same without`(_ name: String) throws {
    let system = try compiled("oauth/csrf")
    let violated = { (violated: Set<Int>, _: Set<Int>) in violated.count == 2 }
    let with = Search(system).run(until: violated)
    let without = Search(system, reductions: without(name)).run(until: violated)
    #expect(lengths(with, system) == ["session_integrity_authentication": 2, "session_integrity_authorization": 2])
    #expect(lengths(without, system) == lengths(with, system))
  }
}

@Suite struct `The naive explorer agrees` {
  private func compare(_ system: TransitionSystem) {
    let symbolic = lengths(Search(system).run(), system)
    let naive = NaiveExplorer(system).explore()
    #expect(!naive.isLimited)
    let monotonicity = Monotonicity(system)
    for (property, answer) in zip(system.properties, naive.properties) {
      let decisions = answer.trace.map { $0.steps.count { monotonicity.isDecision($0.rule) } }
      #expect(symbolic[property.name] == decisions, "\(property.name)")
    }
  }

  @Test(arguments: SmallModels.all) func `on the verdicts and lengths of small models`(_ small: SmallModels.Case) throws {
    compare(try compiled(model: small.model, scenario: small.scenario))
  }

  @Test(arguments: ["classic/nspk", "classic/nsl"]) func `on the verdicts and lengths of classic protocols`(_ scenario: String) throws {
    compare(try compiled(scenario))
  }
}
