import Testing

@testable import Language

@Suite("Parser: scenarios")
struct ScenarioParserTests {
  private func scenario(_ sections: String...) throws -> ScenarioDeclaration {
    let text = "scenario \"title\"\nmodel M\n" + sections.joined(separator: "\n") + "\n"
    let (scenarios, diagnostics) = parseScenarios(file: 0, in: source(text, named: "s.scenario"))
    #expect(diagnostics.isEmpty)
    #expect(scenarios.count == 1)
    return try #require(scenarios.first)
  }

  @Test("A file holds several scenarios, each with its model")
  func several() {
    let (scenarios, diagnostics) = parseScenarios(file: 0, in: source("scenario \"a\"\nmodel M\nscenario \"b\" model N"))
    #expect(diagnostics.isEmpty)
    #expect(scenarios.map(\.title.text) == ["a", "b"])
    #expect(scenarios.map(\.model.text) == ["M", "N"])
  }

  @Test("Options are chosen and swept over")
  func options() throws {
    let scenario = try scenario("option constraint: mtls, method: par", "sweep other, third")
    #expect(scenario.options.map { "\($0.name.text): \($0.value.text)" } == ["constraint: mtls", "method: par"])
    #expect(scenario.sweeps.map(\.text) == ["other", "third"])
  }

  @Test("Clauses are dropped, on one line or several")
  func drops() throws {
    #expect(try scenario("drop A-1, B-2.3,", "  C", "drop D-4").drops.map(\.text) == ["A-1", "B-2.3", "C", "D-4"])
  }

  @Test("The cast has persons, roles and attackers")
  func cast() throws {
    let cast = try scenario("cast alice: Person with Browser Phone, shop: Client, mallory: attacker Person Agent at evil wicked", "register shop at bank").cast
    #expect(cast.map(\.name.text) == ["alice", "shop", "mallory"])
    guard case .person(let sort, let roles) = cast[0].kind, case .role(let role) = cast[1].kind, case .attacker(let sorts, let hosts) = cast[2].kind else {
      throw Missing()
    }
    #expect(sort.text == "Person" && roles.map(\.text) == ["Browser", "Phone"])
    #expect(role.text == "Client")
    #expect(sorts.map(\.text) == ["Person", "Agent"] && hosts.map(\.text) == ["evil", "wicked"])
  }

  @Test("A model's setups are applied")
  func setups() throws {
    let setups = try scenario("register shop at bank, shop at mallory", "account alice at bank for shop").setups
    #expect(
      setups.map { [$0.setup.text] + $0.arguments.map(\.text) } == [
        ["register", "shop", "bank"], ["register", "shop", "mallory"], ["account", "alice", "bank", "shop"],
      ])
  }

  @Test("Attackers are added up, sorts are confused")
  func attackers() throws {
    let scenario = try scenario("attacker A1 + A1a", "confuse Code, AccessToken", "confuse A, B")
    #expect(scenario.attackers.map(\.text) == ["A1", "A1a"])
    #expect(scenario.confusions.map { $0.map(\.text) } == [["Code", "AccessToken"], ["A", "B"]])
  }

  @Test("Bounds count who starts what")
  func bounds() throws {
    let bounds = try scenario("bounds flows 2 by alice, requests 1 per endpoint by attacker, navigations 1000").bounds
    #expect(bounds.map(\.name.text) == ["flows", "requests", "navigations"])
    #expect(bounds.map(\.count) == [2, 1, 1000])
    #expect(bounds.map(\.actor?.text) == ["alice", "attacker", nil])
    #expect(bounds.map(\.isPerEndpoint) == [false, true, false])
    #expect(try scenario("bounds requests 2 at /token by attacker, requests 1").bounds.map(\.path?.text) == ["/token", nil])
  }

  @Test("Each property has an expected verdict")
  func expectations() throws {
    let expectations = try scenario("expect a holds, b violated, c inconclusive").expectations
    #expect(expectations.map(\.property?.text) == ["a", "b", "c"])
    #expect(expectations.map(\.verdict) == [.holds, .violated, .inconclusive])
  }

  @Test(
    "All properties can have the same verdict",
    arguments: [("all hold", ScenarioDeclaration.Expected.holds), ("all violated", .violated), ("all inconclusive", .inconclusive)])
  func all(written: String, verdict: ScenarioDeclaration.Expected) throws {
    let expectations = try scenario("expect \(written)").expectations
    #expect(expectations.map(\.property?.text) == [nil])
    #expect(expectations.map(\.verdict) == [verdict])
  }

  @Test("A twin restores or drops clauses, and has expectations of its own")
  func twins() throws {
    let twins = try scenario("twin \"safe\" restores A-1, B-2 expect all hold", "twin \"worse\"", "  drops C-3", "  expect a violated").twins
    #expect(twins.map(\.title.text) == ["safe", "worse"])
    #expect(twins.map { $0.restores.map(\.text) } == [["A-1", "B-2"], []])
    #expect(twins.map { $0.drops.map(\.text) } == [[], ["C-3"]])
    #expect(twins.map(\.expectations.count) == [1, 1])
  }

  @Test("A twin can choose other options")
  func twinOptions() throws {
    let twin = try #require(try scenario("twin \"other\" option a: b, c: d expect all hold").twins.first)
    #expect(twin.options.map { "\($0.name.text): \($0.value.text)" } == ["a: b", "c: d"])
    #expect(twin.expectations.count == 1)
  }
}
