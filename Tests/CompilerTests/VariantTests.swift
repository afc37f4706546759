import Foundation
import Language
import Testing

@testable import Compiler

/// A model with two attackers, an option that the scenario sweeps over, and three clauses, one of which the scenario drops; and a version of the
/// model that drops another one.
private let project = Project(
  scenario: smallScenario("drop C-1\n  sweep mode\n  expect all hold"),
  models: [
    "M": small(
      declarations: "option mode: plain | fancy\nattacker Mallory \"listens, too\" extends Eve { }",
      members: "on message Pair { a, b } limit asks {\n require a == a [C-1]\n require b is present [C-2, mode: plain]\n require a == b [C-3]\n }"),
    "Draft": "model Draft\n  extends M\ndrop C-2\n",
  ],
  clauses: clauses("C-1", "C-2", "C-3"))

@Suite struct `A variant of a scenario` {
  private func compiled(_ variant: Variant) throws -> [(scenario: Library.Scenario, compiled: Library.Compiled)] {
    try project.inFolder { folder in
      var library = Library()
      try library.use(variant)
      return try library.scenarios(in: folder.appending(path: "s.scenario").path).map { ($0, try library.compile($0)) }
    }
  }

  @Test func `has the attackers, options, clauses, bounds and model that are asked for, and no expectations`() throws {
    let own = try compiled(Variant())
    #expect(own.map(\.compiled.options) == [["mode: plain"], ["mode: fancy"]] && own.allSatisfy { $0.compiled.dropped == ["C-1"] })
    #expect(own.map(\.scenario.swept) == [["mode": "plain"], ["mode": "fancy"]] && own.allSatisfy { $0.scenario.expectations.count == 1 })
    let other = try compiled(
      Variant(model: "Draft", attackers: ["Mallory", "Eve"], options: ["mode": "fancy"], drops: ["C-3"], keeps: ["C-1"], bounds: "runs 2 by alice"))
    #expect(other.count == 1, "an option that is given is not swept over")
    #expect(other[0].compiled.options == ["mode: fancy"] && other[0].compiled.dropped == ["C-2", "C-3"] && other[0].compiled.bounds == ["runs 2 by alice"])
    #expect(other[0].scenario.declaration.attackers.map(\.text) == ["Mallory", "Eve"] && other[0].scenario.expectations.isEmpty)
  }

  @Test func `can put back what a version of the model drops`() throws {
    #expect(try compiled(Variant(model: "Draft", keeps: ["C-2"]))[0].compiled.dropped == ["C-1"])
  }

  @Test func `keeps what the scenario expects where only its bounds are other`() throws {
    #expect(try compiled(Variant(bounds: "runs 2 by alice"))[0].scenario.expectations.count == 1)
  }

  @Test func `is made of a scenario at hand, and of a variant again`() throws {
    try project.inFolder { folder in
      var library = Library()
      let scenario = try library.scenarios(in: folder.appending(path: "s.scenario").path)[0]
      let one = try library.scenario(scenario, as: Variant(drops: ["C-2"]))
      let two = try library.scenario(one, as: Variant(attackers: [], keeps: ["C-1"]))
      #expect(try library.compile(two).dropped == ["C-2"] && two.declaration.attackers.isEmpty)
      #expect(try library.compile(try library.scenario(two, as: Variant(drops: ["C-1"]))).dropped == ["C-1", "C-2"])
    }
  }

  @Test(arguments: [
    (Variant(attackers: ["Eve", "Malory"]), "--attacker:1:7: there is no attacker `Malory` (did you mean `Mallory`?)"),
    (Variant(options: ["mod": "plain"]), "--option:1:1: there is no option `mod` (did you mean `mode`?)"),
    (Variant(options: ["mode": "fncy"]), "--option:1:6: the option `mode` has no value `fncy` (did you mean `fancy`?)"),
    (Variant(drops: ["C-2", "C-22"]), "--drop:1:6: there is no clause `C-22` (did you mean `C-2`?)"),
    (Variant(keeps: ["ELSEWHERE"]), "--keep:1:1: there is no clause `ELSEWHERE` (there are `C-1`, `C-2`, `C-3`)"),
    (Variant(drops: ["C-2"], keeps: ["C-2"]), "--keep:1:1: the clause `C-2` is dropped and put back"),
    (Variant(model: "Drft"), "--model:1:1: there is no model `Drft` (did you mean `Draft`?)"),
    (Variant(bounds: "runs 0 by alice"), "--bounds:1:6: a bound of zero starts nothing (leave `runs` out: what has no bound does not start)"),
  ])
  func `says what is wrong with it, and what was meant`(_ variant: Variant, _ message: String) throws {
    try project.inFolder { folder in
      var library = Library()
      do throws(Library.Failure) {
        try library.use(variant)
        _ = try library.scenarios(in: folder.appending(path: "s.scenario").path)
        Issue.record("nothing is said")
      } catch {
        #expect(error.diagnostics.map { describe($0, in: library.sources, folder) } == [message])
      }
    }
  }
}
