import Compiler
import Foundation
import Reports
import Synchronization
import Testing
import Verdicts

private let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// A shipped scenario whose explanation is kept.
struct ExplainedScenario: CustomTestStringConvertible, Sendable {
  /// The first part of the golden files' names.
  var name: String
  var path: String
  var testDescription: String { name }

  static let mixUp = ExplainedScenario(name: "mix-up", path: "Scenarios/oauth/mix-up.scenario")
  /// The longest attack of all that are shipped.
  static let cuckoosToken = ExplainedScenario(name: "cuckoos-token", path: "Scenarios/fapi2/attacks/cuckoos-token.scenario")
  static let lowe = ExplainedScenario(name: "nspk", path: "Scenarios/classic/nspk.scenario")
  static let all = [mixUp, cuckoosToken, lowe, ExplainedScenario(name: "fapi2-no-pkce", path: "Scenarios/fapi2/dropped/no-pkce.scenario")]

  private static let made = Mutex<[String: Explained]>([:])

  /// Its first violated property, explained; once for all tests.
  func explained() throws -> Explained {
    try ExplainedScenario.made.withLock { made in
      if let known = made[path] { return known }
      var explained = try explain("\(repository)/\(path)")
      explained.explanation.file = path
      made[path] = explained
      return explained
    }
  }

  func explanation() throws -> Explanation { try explained().explanation }
}

/// What was found, and what is told of it.
struct Explained: Sendable {
  var result: ScenarioResult
  var library: Library
  var property: Int?
  var restored: [Restoration]
  var explanation: Explanation
}

private func explain(_ path: String) throws -> Explained {
  var library = Library()
  let scenario = try #require(try library.scenarios(in: path).first)
  let result = try check(scenario, in: &library, CheckOptions())
  let property = result.properties.firstIndex { $0.verdict == .violated }
  let restored = try property.map { try restorations(of: result, property: $0, in: &library, CheckOptions()) } ?? []
  let explanation = Explanation(result, property: property, restorations: restored, in: &library)
  return Explained(result: result, library: library, property: property, restored: restored, explanation: explanation)
}

@Suite struct `An explanation` {
  @Test(arguments: ExplainedScenario.all) func `keeps to the width of the terminal, and is plain where no colour is asked for`(_ scenario: ExplainedScenario)
    throws
  {
    let report = ExplanationReport(try scenario.explanation())
    for width in [40, 60, 80] {
      let text = report.text(width: width, withDetails: true)
      #expect(text.components(separatedBy: "\n").allSatisfy { $0.count <= width })
      #expect(!text.contains("\u{1B}"))
    }
    #expect(report.text(usesColour: true).contains("\u{1B}[1m"))
  }

  @Test(arguments: ExplainedScenario.all) func `says the same to programs`(_ scenario: ExplainedScenario) throws {
    let explanation = try scenario.explanation()
    let read = try JSONDecoder().decode(Explanation.self, from: Data(try ExplanationReport(explanation).json().utf8))
    #expect(read == explanation)
  }

  @Test func `tells at which step a clause would have stopped the attack, and why`() throws {
    let mixUp = try #require(try ExplainedScenario.mixUp.explanation().attack)
    let restored = try #require(mixUp.restored.first { $0.clause == "RFC9207-2.4" })
    let step = try #require(restored.refusedStep)
    #expect(restored.verdict == .holds && restored.reason.contains("response.iss == server"))
    // It is the first step in which the check that is not made would have failed.
    #expect(mixUp.steps.first { $0.checks.contains { $0.wouldPass == false } }?.number == step)

    let lowe = try #require(try ExplainedScenario.lowe.explanation().attack)
    #expect(lowe.restored.map(\.clause) == ["NSL-1"] && lowe.restored[0].refusedStep == 3 && lowe.restored[0].verdict == .holds)
  }

  @Test func `names the messages, with their cookies and headers, and where the attacker has each part from`() throws {
    let steps = try #require(try ExplainedScenario.mixUp.explanation().attack).steps
    let callback = try #require(steps.lazy.compactMap { step in step.messages.first { $0.url == "https://shop/callback" && $0.from == "the attacker" } }.first)
    #expect(callback.method == "GET" && callback.query.contains { $0.name == "code" } && callback.cookies.map(\.name) == ["Flow"])
    let visit = try #require(steps.lazy.compactMap { $0.messages.first { $0.from == "alice's browser" } }.first)
    #expect(visit.headers.contains { $0.name == "Sec-Fetch-Site" })
    let sent = try #require(steps.first { $0.messages.contains(callback) }?.sent)
    let code = try #require(sent.first { $0.name == "response.code" })
    let learned = try #require(steps.first { $0.learned.contains(code.value) })
    #expect(code.origin.contains("step \(learned.number)"))
    // Each line of the model that is shown is there.
    for excerpt in steps.flatMap(\.source) {
      let lines = try String(contentsOfFile: "\(repository)/\(excerpt.file)", encoding: .utf8).components(separatedBy: "\n")
      for line in excerpt.lines { #expect(lines[line.number - 1] == line.text) }
    }
  }

  @Test func `of a scenario in which all holds says so`() throws {
    let explanation = try explain("\(repository)/Scenarios/classic/nsl.scenario").explanation
    #expect(explanation.attack == nil)
    #expect(ExplanationReport(explanation).text().contains("hold within these bounds: runs 1"))
  }
}
