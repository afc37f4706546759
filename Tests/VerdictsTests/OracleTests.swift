import Compiler
import Foundation
import Testing
import Traces
import Verification

@testable import Verdicts

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

@Suite struct `The naive explorer's opinion` {
  private func checked(_ name: String) throws -> ScenarioResult {
    var library = Library()
    let scenario = try library.scenarios(in: "\(root)/Scenarios/classic/\(name).scenario")[0]
    var options = CheckOptions()
    options.oracle = NaiveExplorer.Limits()
    return try check(scenario, in: &library, options)
  }

  @Test(arguments: ["nspk", "nsl"]) func `is that of the engine on classic protocols`(_ name: String) throws {
    let result = try checked(name)
    let oracle = try #require(result.oracle)
    #expect(oracle.verdicts == result.properties.map(\.verdict))
    #expect(oracle.agreements == [.agrees, .agrees] && !oracle.isInconclusive && oracle.states > 0)
  }

  @Test func `is an internal error where the engine has lost an attack`() throws {
    let result = try checked("nspk")
    let wrong = result.properties.map { PropertyResult(property: $0.property, sentence: "", verdict: .holds) }
    #expect {
      try ask(NaiveExplorer.Limits(), about: result.system, wrong, "a scenario", interrupted: { false })
    } throws: { error in
      guard case CheckFailure.internalError(let message) = error else { return false }
      return message.contains("the engine finds no attack, the naive explorer has one of 3 decisions")
        && message.contains("The naive explorer's run: alice start")
    }
  }

  @Test func `is an internal error where the lengths differ, or the explorer has lost an attack within its limits`() throws {
    let result = try checked("nspk")
    let attack = try #require(result.properties[0].attack)
    var longer = attack
    longer.decisions += 1
    func agreement(_ answer: NaiveExplorer.Answer, _ attack: Traces.Attack?, _ limits: NaiveExplorer.Limits = NaiveExplorer.Limits(messageSize: 9)) -> Agreement
    {
      Agreement(of: attack == nil ? .holds : .violated, attack, with: answer, limits: limits, in: result.system)
    }
    #expect(agreement(.found(attack.trace), attack) == .agrees)
    #expect(agreement(.notFound, nil) == .agrees)
    guard case .disagrees = agreement(.found(attack.trace), longer), case .disagrees = agreement(.notFound, attack),
      case .disagrees = agreement(.found(attack.trace), nil)
    else {
      Issue.record("a disagreement is not noticed")
      return
    }
    guard case .undecided = agreement(.undecided, attack), case .undecided = agreement(.notFound, attack, NaiveExplorer.Limits(messageSize: 0)) else {
      Issue.record("what lies beyond a limit is compared")
      return
    }
  }
}
