import Compiler
import Foundation
import Reports
import Testing
import Verdicts

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

private let shipped: [String] =
  (FileManager.default.enumerator(atPath: "\(root)/Scenarios")?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".scenario") }.sorted()

@Suite struct `Shipped scenarios` {
  @Test func `are there`() { #expect(shipped.count >= 10) }

  @Test(arguments: shipped) func `have the verdicts that they expect, each attack verified and certified, each twin holding`(_ path: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var library = Library()
    for scenario in try library.scenarios(in: "\(root)/Scenarios/\(path)") {
      var options = CheckOptions()
      options.jobs = 2
      let result = try check(scenario, in: &library, options)
      // Without OpenID Connect nobody logs in; and where the way back to the client is plain http, nobody but the network attacker gets there.
      let hasNoLogIn = result.options.contains("openid: no")
      let isTakenOver = result.options.contains("callback: plain")
      #expect(
        result.warnings.allSatisfy {
          hasNoLogIn && $0.message.hasPrefix("vacuous: `authentication` and `session_integrity_authentication`")
            || isTakenOver && $0.message.hasPrefix("vacuous: `session_integrity_authorization` and `session_integrity_authentication`")
        })
      for property in result.properties {
        #expect(property.isAsExpected, "\(scenario.title): \(property.property) is \(property.verdict.rawValue)")
        #expect((property.attack != nil) == (property.verdict == .violated))
        // The search minimises decisions; slicing leaves no more than it found.
        if let attack = property.attack { #expect(attack.decisions <= attack.steps && attack.steps > 0) }
      }
      let certificates = try certificates(for: result, in: folder, producer: "test")
      #expect(certificates.count { $0.certificate.attack != nil } == result.properties.count { $0.verdict == .violated })
      #expect(certificates.contains { $0.certificate.exploration != nil } == result.properties.contains { $0.verdict == .holds })
      for named in certificates where named.certificate.attack != nil {
        try named.certificate.write(to: "\(folder)/\(named.fileName)")
        guard case .verified = verify(certificate: "\(folder)/\(named.fileName)", VerifyOptions()).judgement else {
          Issue.record("\(named.fileName) is not verified")
          continue
        }
      }
    }
  }

  @Test func `tell Lowe's attack in four steps`() throws {
    var library = Library()
    let scenario = try library.scenarios(in: "\(root)/Scenarios/classic/nspk.scenario")[0]
    let result = try check(scenario, in: &library, CheckOptions())
    let attack = try #require(result.properties[0].attack)
    let story = Story(attack, in: result.system)
    #expect(
      story.steps.map { $0.lines[0] } == [
        "alice starts a run with mallory",
        "bob receives encrypt(public(key_of(bob)), First { na: na, initiator: alice })",
        "alice receives encrypt(public(key_of(alice)), Second { na: na, nb: nb })",
        "bob receives encrypt(public(key_of(bob)), Third { nb: nb })",
      ])
    #expect(story.steps[2].learned.contains("nb"))
  }

  @Test func `are written to JSON with version, verdicts and counts`() throws {
    var library = Library()
    let scenario = try library.scenarios(in: "\(root)/Scenarios/classic/nsl.scenario")[0]
    let text = try JSONReport([try check(scenario, in: &library, CheckOptions())]).text()
    let decoded = try JSONDecoder().decode(JSONReport.self, from: Data(text.utf8))
    #expect(decoded.version == 1)
    #expect(decoded.scenarios[0].states == 33)
    #expect(decoded.scenarios[0].verdicts.map(\.verdict) == [.holds, .holds])
  }
}
