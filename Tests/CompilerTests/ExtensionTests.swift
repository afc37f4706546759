import Testing

@testable import Compiler

@Suite("Models that extend others")
struct ExtensionTests {
  private func system(_ extending: String, base: String = small(), clauses: String? = nil) throws -> TransitionSystem {
    try Project(scenario: smallScenario(model: "New"), models: ["M": base, "New": "model New\n  extends M\n\(extending)\n"], clauses: clauses).compileFirst()
      .system
  }

  @Test("A model has all that the one it extends declares")
  func inherits() throws {
    let system = try system("")
    #expect(system.rules.map(\.name) == ["alice go"])
    #expect(system.properties.map(\.name) == ["secret"])
    #expect(system.witnesses.map(\.name) == ["done"])
  }

  @Test("`drop` takes out what carries the clause")
  func drop() throws {
    let base = small(step: "send n [X-1]")
    #expect(try system("", base: base, clauses: clauses("X-1")).lines("alice go").contains("learn n"))
    #expect(try !system("drop X-1", base: base, clauses: clauses("X-1")).lines("alice go").contains("learn n"))
  }

  @Test("`replace role` exchanges the handlers that it names, and leaves the others")
  func replaceHandler() throws {
    let system = try system("replace role R { step go limit runs { event Done (who: me, n: me) } }", base: small(members: "step other { send me }"))
    #expect(system.lines("alice go") == ["spend runs by alice", "insert event Done(alice, alice)"])
    #expect(system.lines("alice other") == ["learn alice"])
  }

  @Test("`replace role` exchanges tables")
  func replaceTable() throws {
    let system = try system("replace role R { table t (z: Agent) }")
    #expect(system.predicates.first { $0.name == "R alice.t" }?.columnNames == ["z"])
  }

  @Test("`extend role` adds handlers, tables and sessions")
  func extend() throws {
    let system = try system("extend role R { table u (z: Agent) step more { insert u (z: me) } }")
    #expect(system.lines("alice more") == ["insert R alice.u(alice)"])
  }

  @Test("An extending model can say a property in its own way, in its place")
  func property() throws {
    let system = try system("property secret \"in other words\" when event Done (who) then who is honest\nproperty last never attacker derives none")
    #expect(system.properties.map(\.name) == ["secret", "last"])
    #expect(system.properties.first?.text == "in other words")
  }

  @Test("A handler that the role does not have cannot be replaced, and one that was meant is named")
  func replaceUnknown() throws {
    let extending = "model New\n  extends M\nreplace role R {\n  «step og { }\n  «on GET /authorize { }\n  «on message x { }\n}\n"
    try expect(
      [
        "the role `R` has no handler `step og` to replace (did you mean `step go`?)",
        "the role `R` has no handler `GET /authorize` to replace (to add one, write `extend role R`)",
        "a handler of messages has no name to be replaced by (drop a clause at it, and add the other one with `extend role R`)",
      ], of: Project(scenario: smallScenario(model: "New"), models: ["M": small(), "New": extending]))
  }

  @Test("An error in a model that is extended is reported in its own file")
  func errorBelow() throws {
    try expect(
      ["there is no sort `Nonec` (did you mean `Nonce`?)"],
      of: Project(scenario: smallScenario(model: "New"), models: ["New": "model New\n  extends M\n", "M": small(step: "new m: «Nonec")]))
  }
}
