import Testing

@testable import Compiler

@Suite("What statements are compiled to")
struct StatementTests {
  /// The instructions of each way through a step, without those of the step itself.
  private func ways(_ step: String, members: String = "", declarations: String = "") throws -> [[String]] {
    let system = try Project(
      declarations: declarations, members: "step s (x: Nonce, y: Nonce) by attacker {\n    \(step)\n  }\n  \(members)"
    ).compileFirst().system
    return system.rules.filter { $0.name.hasPrefix("alice s") }.map { system.lines($0).filter { $0 != "receive x" && $0 != "receive y" } }
  }

  @Test("`find … otherwise` goes on with a row, and ends without one")
  func findOtherwise() throws {
    #expect(
      try ways("find t (x == x) otherwise { send none }\n    send me")
        == [["find R alice.t(x, y)", "learn alice"], ["no R alice.t(x, y)", "learn none"]].map { $0 })
  }

  @Test("`take` consumes the row")
  func take() throws { #expect(try ways("take t (x == x)\n    send me") == [["take R alice.t(x, y)", "learn alice"]]) }

  @Test("`require … otherwise` goes on where the condition holds, and ends where not")
  func requireOtherwise() throws {
    #expect(try ways("require x == y otherwise { send none }\n    send me") == [["learn alice"], ["x != y", "learn none"]])
  }

  @Test(
    "An `otherwise` ends the whole handler, also from within an `if`, a procedure or another `otherwise`",
    arguments: [
      "if x != y { require x == y otherwise { send none } }", "do p (x, y)", "require x == y otherwise { require x == y otherwise { send none } }",
    ])
  func otherwiseEnds(statement: String) throws {
    let ways = try ways("\(statement)\n    send me", members: "procedure p (x, y) { require x == y otherwise { send none } }")
    #expect(ways.contains(["x != y", "learn none"]) || ways.contains(["x != y", "x != y", "learn none"]))
    #expect(ways.contains(["learn alice"]))
    #expect(!ways.contains { $0.contains("learn none") && $0.contains("learn alice") })
  }

  @Test("`if … else` goes on after either block")
  func check() throws {
    #expect(
      try ways("if x == y { send x } else { send none }\n    send me") == [["learn y", "learn alice"], ["x != y", "learn none", "learn alice"]]
        || ways("if x == y { send x } else { send none }\n    send me") == [["learn x", "learn alice"], ["x != y", "learn none", "learn alice"]])
  }

  @Test("`if` without `else` goes on without its block")
  func checkAlone() throws { #expect(try ways("if x != y { send none }\n    send me") == [["x != y", "learn none", "learn alice"], ["learn alice"]]) }

  @Test("`or` makes a way of each part")
  func or() throws { #expect(try ways("require x == y or me == x2\n send me".replacing("x2", with: "me")).count == 2) }

  @Test("A condition on constants is decided when it is compiled")
  func decided() throws {
    #expect(try ways("require me is attacker\n    send me") == [])
    #expect(try ways("require me is honest\n    send me") == [["learn alice"]])
  }

  @Test("`require no` asks that no row is there, whatever the columns that it does not name")
  func requireNone() throws { #expect(try ways("require no t (x == x)\n    send me") == [["no R alice.t(x, y)", "learn alice"]]) }

  @Test("A changed row is consumed and inserted again")
  func update() throws {
    #expect(try ways("find t (x == x) as row\n    row.y = x\n    send me") == [["take R alice.t(x, y)", "learn alice", "insert R alice.t(x, x)"]])
  }

  @Test("A removed row is consumed") func remove() throws {
    #expect(try ways("find t (x == x) as row\n    remove row\n    send me") == [["take R alice.t(x, y)", "learn alice"]])
  }

  @Test("An optional column that is not given is absent")
  func optionalColumn() throws { #expect(try ways("insert t (x: x)") == [["insert R alice.t(x, none)"]]) }

  @Test("An optional field that is not given is absent, and its absence can be asked for")
  func optionalField() throws {
    #expect(try ways("let p = Pair { a: x }\n    require p.b is absent\n    send me") == [["learn alice"]])
    #expect(try ways("let p = Pair { a: x }\n    require p.b is present\n    send me") == [])
  }

  @Test("An optional value that is found may be absent, and becomes present where that is required")
  func optionalFound() throws {
    let system = try Project(members: "step s by attacker {\n  find t (x as x, y as y)\n  require y is present\n  event Done (who: me, n: y)\n}").compileFirst()
      .system
    let rule = try #require(system.rule("alice s"))
    #expect(rule.registers.map(\.isOptional) == [false, false])
  }

  @Test("A procedure is run in its place, with its own names")
  func procedure() throws { #expect(try ways("do p (x)\n    send y", members: "procedure p (y) { insert t (x: y) }").first?.last == "learn y") }

  @Test("A session is begun with a key of its own, found by it, and ended")
  func session() throws {
    let system = try Project(
      members: "step begin { new run: Run (peer: me) }\n  on message x in run: Run {\n    end run\n    send run.peer\n  }"
    ).compileFirst().system
    #expect(system.lines("alice begin") == ["fresh id", "insert R alice.Run(id, alice)"])
    let receiving = try #require(system.rules.first { $0.name.hasPrefix("alice receives") })
    #expect(system.lines(receiving) == ["take R alice.Run(id, peer)", "learn peer"])
  }

  @Test("Merged sorts pass for one another with `confuse`, and only then")
  func confuse() throws {
    let step = "new k: Key\n    insert t (x: k)"
    #expect(try !Project(step: step).errors().isEmpty)
    #expect(
      try Project(step: step, scenario: smallScenario("confuse Nonce, Key")).compileFirst().system.lines("alice go").contains("insert R alice.t(k, none)"))
  }

  @Test(
    "What may be of any sort is put into no column or field of a narrower one: who looks there would not find it",
    arguments: ["insert t (x: «m)", "send Pair { a: «m }", "find t (y == n) as row\n    row.x = «m", "find t (y == n) as row\n    row.y = «m"])
  func anything(statement: String) throws {
    let project = Project(members: "on message (m, n) limit runs {\n    require n is present\n    \(statement)\n  }")
    let errors = try project.errors()
    #expect(errors.count == 1)
    #expect(errors.first?.hasPrefix("\(project.places[0]): this may be a term of any sort; only a `Nonce` can stand here") == true, "\(errors)")
  }

  @Test("What is of a sort by a comparison before may be put there")
  func compared() throws {
    #expect(try Project(members: "on message (m, n) limit runs {\n    find t (x == m)\n    insert t (x: m)\n  }").errors() == [])
  }

  @Test("`injective` compares nothing that the counted event does not have: it would never be looked at")
  func injective() throws {
    let wrong = Project(
      declarations: "property p when event Done (who) and event Other (n as m) then injective earlier event «Other (who == who, n == m)",
      members: "step other limit runs { event Other (who: me, n: me) }")
    let errors = try wrong.errors()
    #expect(errors.first?.hasPrefix("\(wrong.places[0]): `injective` counts the first event under `when`, and what `n` is compared with") == true, "\(errors)")
  }

  /// It taught that the engine looks at the compared columns of the counted events, where the checker and the naive explorer match all of them:
  /// the engine had an attack that the checker refused.
  @Test(
    "`injective` counts all events of the first kind: what it does not compare is free",
    arguments: [
      "event Two (who, a as x, «b == x) then injective earlier event Done (who == who)",
      "event Two (who, a as x, «b as y) and x == y then injective earlier event Done (who == who)",
      "event Two (who, a as x, «b as y) then injective earlier event Done (who == who) unless x != y",
      "event Two (who, a as x, «b as y) and event Two (a as z) and y == (x, z) then injective earlier event Done (who == who)",
    ])
  func injectiveCounted(property: String) throws {
    let members = "step two limit runs {\n    new n: Nonce\n    new k: Nonce\n    event Two (who: me, a: n, b: k)\n  }"
    let wrong = Project(declarations: "property p when \(property)", members: members)
    let errors = try wrong.errors()
    #expect(
      errors.first?.hasPrefix("\(wrong.places[0]): `injective` does not compare `b` of the first event, so nothing else may be asked of it") == true,
      "\(errors)")
    for right in [
      "event Two (who, a as x, b as y) then injective earlier event Done (who == who) unless x == y",
      "event Two (who, a as x, b == x) then injective earlier event Two (who == who, b == x)",
    ] {
      #expect(try Project(declarations: "property p when \(right)", members: members).errors() == [])
    }
  }

  @Test("Of an event only the columns are kept that a question reads")
  func event() throws {
    #expect(try ways("event Done (who: me, n: x, colour: y)") == [["insert event Done(alice, x)"]])
    #expect(try ways("event Unasked (who: me)\n    send me") == [["learn alice"]])
  }

  @Test("A setup fills tables before the run, with new values that nobody knows")
  func setup() throws {
    let system = try Project(
      declarations: "setup meet (a: R) at (b: R) {\n  new s: Nonce\n  insert a.t (x: s)\n  insert b.t (x: s, y: s)\n}",
      scenario: smallScenario("meet alice at bob", cast: "alice: Agent with R, bob: Agent with R", bounds: "runs 1 by alice, runs 1 by bob")
    ).compileFirst().system
    #expect(system.initialFacts.map { system.text($0, []) } == ["R alice.t(s_alice_bob, none)", "R bob.t(s_alice_bob, s_alice_bob)"])
    #expect(system.signature.symbols.first { $0.name == "s_alice_bob" }?.isPublic == false)
  }

  @Test("What a setup would give to the attacker's side the attacker knows")
  func setupWithAttacker() throws {
    let system = try Project(
      declarations: "setup meet (a: R) at (b: R) {\n  new s: Nonce\n  insert b.t (x: s)\n}",
      scenario: smallScenario("meet alice at mallory", cast: "alice: Agent with R, mallory: attacker Agent")
    ).compileFirst().system
    #expect(system.initialFacts == [])
    #expect(system.initialKnowledge.map { system.text($0, []) }.contains("s_alice_mallory"))
  }
}
