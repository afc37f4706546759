import Testing

@testable import Compiler

@Suite("Scenarios and steps that cannot be")
struct ScenarioErrorTests {
  @Test("A model without a witness is refused")
  func witness() throws {
    let model = small().replacing("witness done event Done (who)\n", with: "")
    try expect(
      ["the model `M` declares no witness (write `witness name \"…\" event E (…)`: a model whose honest run cannot finish would hold for nothing)"],
      of: Project(model: model, scenario: "«" + smallScenario()))
  }

  @Test("A bound names somebody who is cast, with a suggestion")
  func actor() throws {
    try expect(["nobody called `alic` is cast (did you mean `alice`?)"], of: Project(scenario: smallScenario(bounds: "runs 1 by alice, runs 1 by «alic")))
  }

  @Test("A bound of the attacker's says `attacker`, not its name")
  func attacker() throws {
    try expect(
      ["`mallory` is the attacker (write `by attacker`)"],
      of: Project(scenario: smallScenario(cast: "alice: Agent with R, mallory: attacker Agent", bounds: "runs 1 by alice, runs 1 by «mallory")))
  }

  @Test("A bound that limits nothing in the model is reported")
  func limit() throws {
    try expect(
      ["nothing in the model is limited by `rusn` (did you mean `runs`?)"], of: Project(scenario: smallScenario(bounds: "runs 1 by alice, «rusn 1 by alice")))
  }

  @Test("A bound that limits nothing of what its actor does is reported")
  func uselessBound() throws {
    try expect(
      ["nothing that `bob` does is limited by `runs` (write `by alice`)"],
      of: Project(
        declarations: "role Q of me: Agent { }",
        scenario: smallScenario(cast: "alice: Agent with R, bob: Agent with Q", bounds: "runs 1 by alice, runs 1 by «bob")))
  }

  @Test("A bound without an actor is the attacker's, so for what participants do it is reported")
  func boundWithoutActor() throws {
    try expect(["nothing that the attacker does is limited by `runs` (write `by alice`)"], of: Project(scenario: smallScenario(bounds: "«runs 1")))
  }

  @Test("Only requests are counted per endpoint")
  func perEndpoint() throws {
    try expect(["only `requests` are counted per endpoint"], of: Project(scenario: smallScenario(bounds: "«runs 1 per endpoint by alice")))
  }

  @Test(
    "A bound at an endpoint is for requests, at a path that somebody serves, and counts nothing else",
    arguments: [
      ("«runs 1 at /a by alice", "only `requests` are counted at an endpoint"),
      ("requests 1 at «/aa", "nobody who is cast has an endpoint `/aa` (did you mean `/a`?)"),
      ("requests 1 at «/b", "requests at `/b` are limited by `runs`"),
      ("requests 1 per endpoint at «/a", "the bound is for each endpoint or for some, not both"),
      ("requests 1 at /a, «requests 2 at /a", "the bound `requests` is given twice"),
    ])
  func atEndpoint(bounds: String, message: String) throws {
    try expect(
      [message],
      of: Project(
        members: "on GET /a { new m: Nonce\n insert t (x: m) }\n  on GET /b limit runs { new m: Nonce\n insert t (x: m) }",
        scenario: smallScenario(bounds: bounds)))
  }

  @Test("A limit that gets no bound is a warning: nothing starts")
  func unbounded() throws {
    let project = Project(
      members: "step other limit others { }", scenario: smallScenario())
    #expect(try project.compileFirst().warnings.map(\.message) == ["nothing that is limited by `others` starts: the scenario gives it no bound"])
  }

  @Test("Dropping a clause that nothing carries is a warning")
  func effectless() throws {
    #expect(
      try Project(scenario: smallScenario("drop X-1"), clauses: clauses("X-1")).compileFirst().warnings.map(\.message)
        == ["nothing in the model carries the clause `X-1`: dropping it changes nothing"])
  }

  @Test("An attacker that reads what nothing leaks is a warning, with a suggestion")
  func unreadLeak() throws {
    let warnings = try Project(declarations: "attacker Reader \"reads\" { reads lgo }", step: "leak log n", scenario: smallScenario(attacker: "Reader"))
      .compileFirst().warnings
    #expect(warnings.map(\.message) == ["nothing leaks `lgo`"])
    #expect(warnings.map(\.help) == ["did you mean `log`?"])
  }

  @Test("A clause that a twin restores must have been dropped")
  func twin() throws {
    try expect(
      ["the clause `X-1` is not dropped, so it cannot be restored"],
      of: Project(step: "send n [X-1]", scenario: smallScenario("expect all hold\ntwin \"t\" restores «X-1 expect all hold"), clauses: clauses("X-1")))
  }

  @Test("A clause that a twin drops must be described")
  func twinDrop() throws {
    try expect(["there is no clause `X-9`"], of: Project(scenario: smallScenario("expect all hold\ntwin \"t\" drops «X-9 expect all hold")))
  }

  @Test(
    "Where another sort is expected, a value is reported",
    arguments: [
      ("insert t (x: «me)", "expected a `Nonce`, found a `Agent`"), ("send Pair { a: «me }", "expected a `Nonce`, found a `Agent`"),
      ("require n == «me", "expected a `Nonce`, found a `Agent`"), ("find t (x == «me)", "expected a `Nonce`, found a `Agent`"),
      ("require no t (x == «me)", "expected a `Nonce`, found a `Agent`"), ("find t (x == n) as row\n    row.x = «me", "expected a `Nonce`, found a `Agent`"),
      ("let Pair { a: «me, b } = Pair { a: n }", "expected a `Nonce`, found a `Agent`"), ("new run: Run (peer: «n)", "expected a `Agent`, found a `Nonce`"),
      ("send hash(«me)", "expected a `Nonce`, found a `Agent`"),
    ])
  func mismatch(step: String, message: String) throws {
    try expect([message], of: Project(declarations: "function hash(Nonce) -> Hash", step: step))
  }

  @Test("Nothing new can be made of a sort of names")
  func newName() throws { try expect(["`Agent` is a sort of names: nothing new can be made of it"], of: Project(step: "new other: «Agent")) }

  @Test("An honest participant chooses only among names")
  func choice() throws {
    try expect(["an honest participant chooses only among names: `Nonce` has infinitely many values"], of: Project(members: "step other («x: Nonce) { }"))
  }

  @Test("Nobody is answered where nobody asked", arguments: ["«respond n", "«redirect 303 to target", "«form n to POST /p"])
  func answer(step: String) throws {
    try expect(["there is nobody to answer"], of: Project(members: "step other by attacker (n: Nonce, target: URL) {\n    \(step)\n  }"))
  }

  @Test("Nobody is the caller where nobody called", arguments: ["caller", "fetch_site"])
  func caller(word: String) throws { try expect(["`\(word)` has no meaning here: nobody called"], of: Project(step: "send «\(word)")) }

  @Test(
    "Nothing can follow an `ask`, not even behind the block that it stands in",
    arguments: ["ask POST u n answered (a: Nonce) { }\n    «send n", "if n == n {\n      ask POST u n answered (a: Nonce) { }\n    }\n    «send n"])
  func afterAsk(step: String) throws {
    let project = Project(members: "step other by attacker (n: Nonce, u: URL) {\n\(step)\n  }")
    #expect(try project.errors() == ["\(project.places[0]): nothing can follow an `ask`: write it into its `answered` block"])
  }

  @Test("Nothing can follow a procedure that asks")
  func afterAskingProcedure() throws {
    try expect(
      ["nothing can follow an `ask`: write it into its `answered` block"],
      of: Project(
        members: "procedure p (u, n) { ask POST u n answered (a: Nonce) { } }\n  step other by attacker (n: Nonce, u: URL) {\n    do p (u, n)\n    «send n\n  }"
      ))
  }

  @Test(
    "A procedure that calls itself is reported with the way that leads back to it",
    arguments: [
      ("procedure p (x) { do «p (x) }", "`p` calls itself: p → p"),
      ("procedure p (x) { do q (x) }\n  procedure q (x) { if x == x { do «p (x) } }", "`p` calls itself: p → q → p"),
      ("procedure p (x) { require x == x otherwise { do «p (x) } }", "`p` calls itself: p → p"),
    ])
  func recursion(members: String, message: String) throws {
    try expect(["\(message) (a handler must finish)"], of: Project(members: members, step: "do p (n)"))
  }

  @Test("A record that holds itself is reported, and one that may be absent is not")
  func recursiveRecord() throws {
    try expect(
      ["a `Tree` holds another one, and so on without end (write `left: Tree?`: it can be absent)"],
      of: Project(declarations: "record Tree { «left: Tree }\nrecord List { head: Nonce, tail: List? }"))
  }

  @Test("Records that multiply are refused")
  func hugeRecord() throws {
    var text = "record A0 { a: Nonce, b: Nonce, c: Nonce, d: Nonce }\n"
    for level in 1...9 { text += "record A\(level) { a: A\(level - 1), b: A\(level - 1), c: A\(level - 1), d: A\(level - 1) }\n" }
    let errors = try Project(declarations: text).errors()
    #expect(errors.count == 1)
    #expect(errors.first?.contains("the record `A4` has too many fields") == true)
  }

  @Test("A condition that can come true in too many ways is refused")
  func manyBranches() throws {
    let condition = Array(repeating: "(n == x or n != x)", count: 40).joined(separator: " and ")
    let errors = try Project(step: "new x: Nonce\n    require \(condition)").errors()
    #expect(errors.count == 1)
    #expect(errors.first?.contains("the condition can come true in more than 4096 ways") == true)
  }

  @Test(
    "A handler with too many statements on one way is refused",
    arguments: [
      "send n", "if n == n { send n }", "find t (x == n)", "take t (x == n) otherwise { send n }", "require n == n otherwise { }", "do p (n)", "new m: Nonce",
    ])
  func manyStatements(statement: String) throws {
    let errors = try Project(members: "procedure p (x) { send x }", step: Array(repeating: "    \(statement)\n", count: 2000).joined()).errors()
    #expect(errors.first?.contains("more than \(Instantiation.maximumNesting) statements follow one another here") == true)
  }

  @Test("A handler that branches again and again is refused, and soon")
  func manyWays() throws {
    let step = (0..<20).map { "    find t (x as x\($0))\n    if x\($0) == n { send n } else { send me }\n" }.joined()
    let members = "step other by attacker (n: Nonce) {\n    \(step)  }"
    let errors = try Project(members: members).errors()
    #expect(errors.count == 1)
    #expect(errors.first?.contains("there are too many ways through the model's handlers") == true)
  }

  @Test("Servers that ask one another without end are refused")
  func endlessAsking() throws {
    let server = "on POST /a (q: Question) { ask POST https://host/a q answered (a: Answer) { respond a } }"
    let errors = try Shipped.project(
      web(client: "on POST /start {\n  event Done ()\n  ask POST https://bank/a Question { } answered (a: Answer) { }\n}", server: server)
    ).errors()
    #expect(errors.first?.contains("more than 8 requests wait for one another's answers") == true)
  }

  @Test("An option must be chosen, and the choices are named")
  func unchosen() throws {
    try expect(
      ["the option `mode` is not chosen (write `option mode: a` or `option mode: b`, or `sweep mode`)"],
      of: Project(declarations: "option mode: a | b", scenario: "«" + smallScenario()))
  }

  @Test("An option or a value that is not declared is reported in a scenario, with what was meant")
  func unknownOption() throws {
    try expect(
      ["there is no option `moed` (did you mean `mode`?)", "the option `mode` has no value `mlts` (did you mean `mtls`?)"],
      of: Project(declarations: "option mode: mtls | dpop", scenario: smallScenario("option «moed: mtls, mode: «mlts")))
  }

  @Test("An option that is swept must be declared")
  func unknownSweep() throws {
    try expect(
      ["there is no option `moed` (did you mean `mode`?)"],
      of: Project(declarations: "option mode: a | b", scenario: smallScenario("sweep «moed\noption mode: a")))
  }

  @Test("An option or a value that is not declared is reported in a marker, with what was meant")
  func unknownMarker() throws {
    try expect(
      [
        "there is no option `moed` (did you mean `mode`?)", "the option `mode` has no value `mlts` (did you mean `mtls`?)",
        "the option `mode` has no value `other` (its values are `mtls`, `dpop`)", "`mode` is an option (name the value too: `[mode: mtls]`)",
      ],
      of: Project(
        declarations: "option mode: mtls | dpop",
        step: "send n [«moed: mtls]\n    send n [mode: «mlts]\n    send n [mode: «other]\n    send n [«mode]", scenario: smallScenario("option mode: dpop")))
  }

  @Test("A statement has no `without`")
  func statementWithout() throws {
    try expect(
      ["a statement has nothing that could stand in its place (`without` belongs to a value; here, write `if`, or a second statement)"],
      of: Project(step: "require n == n [X-1 without «n]", clauses: clauses("X-1")))
  }

  @Test("A field that is not optional cannot be left out with its clause")
  func fieldWithClause() throws {
    try expect(
      ["the field `a` cannot be left out: it is not optional (write `a: …?` in `Pair`, or `[clause without value]`)"],
      of: Project(step: "send Pair { «a: n [X-1] }", scenario: smallScenario("drop X-1"), clauses: clauses("X-1")))
  }

  @Test("A row that an earlier step found is found again before it is changed or removed", arguments: ["«row.x = n", "remove «row"])
  func earlierRow(statement: String) throws {
    let kind = statement.contains("=") ? "changing" : "removing"
    try expect(
      ["`row` was found in an earlier step: find it again before \(kind) it"],
      of: Project(
        members:
          "step other by attacker (n: Nonce, u: URL) {\n    find t (x == n) as row\n    ask POST u n answered (a: Nonce) {\n      send row.x\n      \(statement)\n    }\n  }"
      ))
  }

  @Test("A property cannot ask that the attacker knows something")
  func derives() throws {
    try expect(
      ["a property cannot ask that the attacker derives something: only that it does not"],
      of: Project(declarations: "property other when event Done (n) then «attacker derives n"))
  }
}
