import Terms
import Testing
import Traces

@testable import Compiler
@testable import Exploration

/// At once all that a search does only where there is much to do.
private let hasty: Pace = {
  var pace = Pace()
  (pace.narrowsAfter, pace.narrowsWhereWaiting, pace.longChains) = (0, 0, 0)
  return pace
}()

private func without(_ name: String) -> Reductions {
  var reductions = Reductions.all
  _ = reductions.turnOff(name)
  return reductions
}

/// One decision breaks the first property, three the second, and what the third asks for never comes about. Two more decisions matter to the
/// first alone.
private func ladder() -> TransitionSystem {
  var signature = Signature()
  let nonce = signature.addSort("Nonce", values: nil)
  let predicates = ["broken", "first", "second", "third", "beside", "never"]
  func rule(_ name: String, _ instructions: [Instruction]) -> Rule {
    Rule(
      name: name, registers: [Register(name: "x", sort: nonce, isOptional: false)], instructions: instructions, narration: [], file: "", line: 0)
  }
  func find(_ predicate: Int) -> Instruction { .lookup(Fact(predicate, [.variable(0)]), consumes: false) }
  func insert(_ predicate: Int) -> Instruction { .insert(Fact(predicate, [.variable(0)])) }
  // What wants something to be absent is a decision.
  let decides = Instruction.missing(Fact(5, [.variable(0)]), universal: [])
  let rules = [
    rule("break", [.spend(0), .fresh(0), decides, insert(0)]), rule("begin", [.spend(1), .fresh(0), decides, insert(1)]),
    rule("climb", [.spend(2), find(1), decides, insert(2)]), rule("arrive", [.spend(3), find(2), decides, insert(3)]),
    // Of use to nobody but the first property.
    rule("enter", [.spend(4), .fresh(0), decides, insert(4)]), rule("wander", [.spend(5), find(4), decides, insert(0)]),
  ]
  func property(_ predicate: Int) -> Property { Property(name: predicates[predicate], text: "", queries: [rule("query", [find(predicate)])]) }
  return TransitionSystem(
    title: "", signature: signature, predicates: predicates.map { Predicate(name: $0, kind: .table, columns: [nonce]) },
    budgets: (0..<6).map { Budget(name: "\($0)", count: 1) }, rules: rules, openings: [], properties: [property(0), property(3), property(5)],
    witnesses: [], initialFacts: [], initialKnowledge: [])
}

@Suite struct `The pace of a search` {
  @Test(arguments: SmallModels.all) func `changes neither verdicts nor lengths of small models`(_ small: SmallModels.Case) throws {
    let system = try compiled(model: small.model, scenario: small.scenario)
    #expect(lengths(Search(system, pace: hasty).run(), system) == lengths(Search(system).run(), system))
  }

  @Test(arguments: ["classic/nspk", "classic/nsl", "oauth/csrf", "oauth/mix-up"]) func `leads to the same attacks, which can be walked`(_ name: String) throws {
    let system = try compiled(name)
    let search = Search(system, jobs: 2, pace: hasty)
    let outcome = search.run()
    #expect(outcome.stopped == nil)
    #expect(lengths(outcome, system) == lengths(Search(system).run(), system))
    let replay = PathReplay(search)
    for finding in outcome.violations {
      let attack = try attack(from: finding, in: system, along: replay)
      #expect(attack.decisions == finding.depth)
    }
  }

  @Test func `takes long chains decision by decision, to the same states`() throws {
    let system = try compiled("oauth/csrf")
    var pace = Pace()
    pace.longChains = 0
    let (stepwise, whole) = (Search(system, pace: pace).run(), Search(system).run())
    #expect(stepwise.progress.states == whole.progress.states)
    #expect(stepwise.progress.statesByDepth == whole.progress.statesByDepth)
    #expect(stepwise.progress.transitions == whole.progress.transitions)
    // What was left out at first is computed again.
    #expect(stepwise.progress.computed > whole.progress.computed)
    // With few decisions, chains that take many are not begun.
    let early = Search(system, limits: Limits(depth: 0), pace: pace).run()
    #expect(early.stopped == .depth && early.progress.computed < Search(system, limits: Limits(depth: 0)).run().progress.computed)
  }

  @Test func `does not depend on the number of workers`() throws {
    let system = try compiled("oauth/mix-up")
    let (one, two) = (Search(system, jobs: 1, pace: hasty).run(), Search(system, jobs: 2, pace: hasty).run())
    #expect(one.progress.states == two.progress.states && one.progress.transitions == two.progress.transitions)
    #expect(one.violations.map(\.path) == two.violations.map(\.path))
  }

  @Test func `leaves out what mattered only to questions that are answered`() {
    let system = ladder()
    let narrowed = Search(system, pace: hasty)
    let outcome = narrowed.run()
    let whole = Search(system, reductions: without("answered"), pace: hasty).run()
    #expect(lengths(outcome, system) == lengths(whole, system))
    #expect(outcome.violations.count == 2 && outcome.stopped == nil && whole.stopped == nil)
    #expect(outcome.progress.states < whole.progress.states)
    // Asked for all, then for the two that are open, then for the one that is left.
    #expect(narrowed.phases.map(\.answers.violated) == [[], [0], [0, 1]])
    #expect(narrowed.phases[1].system.properties.map(\.queries.count) == [0, 1, 1])
    // Before there is much to do, all goes on as it began.
    #expect(Search(system).phases.count == 1)
  }

  @Test func `says that a depth ended it where chains are left`() throws {
    let system = try compiled("oauth/csrf")
    let outcome = Search(system, limits: Limits(depth: 1), pace: hasty).run()
    #expect(outcome.stopped == .depth)
    #expect(outcome.violations.isEmpty)
  }
}
