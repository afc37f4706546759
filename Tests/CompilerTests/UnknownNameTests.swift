import Testing

@testable import Compiler

@Suite("Names that nothing declares")
struct UnknownNameTests {
  @Test(
    "A sort that is not declared is reported where it is used",
    arguments: [
      ("record Extra { a: «Nonec }", "", ""), ("function f(«Nonec) -> Out", "", ""), ("", "table u (x: «Nonec)", ""), ("", "session S (x: «Nonec)", ""),
      ("", "", "new m: «Nonec"), ("", "step other (x: «Nonec) by attacker { }", ""), ("", "on GET /x (x: «Nonec) { }", ""),
    ])
  func sort(declarations: String, members: String, step: String) throws {
    try expect(["there is no sort `Nonec` (did you mean `Nonce`?)"], of: Project(declarations: declarations, members: members, step: step))
  }

  @Test(
    "A sort that no model declares is reported where a scenario names it",
    arguments: [
      smallScenario(cast: "alice: «Agnet with R"), smallScenario("confuse Nonce, «Agnet"), smallScenario(cast: "alice: Agent with R, mallory: attacker «Agnet"),
    ])
  func sortOfScenario(scenario: String) throws {
    #expect(
      try Project(scenario: scenario).errors().first
        == Project(scenario: scenario).places.first.map { "\($0): there is no sort `Agnet` (did you mean `Agent`?)" })
  }

  @Test("Names can be cast only of a sort of names")
  func sortOfNames() throws {
    try expect(
      ["`Nonce` is not a sort of names (declare it with `sort Nonce names`)"],
      of: Project(scenario: smallScenario(cast: "alice: Agent with R, mallory: attacker «Nonce")))
  }

  @Test(
    "A role that is not declared is reported where it is cast, extended, replaced or set up",
    arguments: [
      ("", smallScenario(cast: "alice: Agent with R «Q"), "there is no role `Q`"),
      ("", smallScenario(cast: "alice: Agent with R, bob: «Roel"), "there is no role `Roel`"),
      ("extend role «Qq { }", smallScenario(), "there is no role `Qq` to extend"),
      ("replace role «Qq { }", smallScenario(), "there is no role `Qq`"),
      ("setup meet (a: R) with (b: «Qq) { }", smallScenario(), "there is no role `Qq`"),
    ])
  func role(declarations: String, scenario: String, message: String) throws {
    try expect([message], of: Project(declarations: declarations, scenario: scenario))
  }

  @Test("A role that a model almost has is suggested")
  func suggestedRole() throws {
    let project = try Shipped.project(web(), scenario: webScenario(cast: ", other: «Sever"))
    #expect(try project.errors().contains("\(project.places[0]): there is no role `Sever` (did you mean `Server`?)"))
  }

  @Test(
    "A function that is not declared is reported wherever a value is written",
    arguments: [
      ("function hash(Nonce) -> Hash", "", "send «hahs(n)"), ("function hash(Nonce) -> Hash", "on message «hahs(x) { }", ""),
      ("function hash(Nonce) -> Hash\nopen «hahs(x) gives x", "", ""),
      ("function hash(Nonce) -> Hash\nproperty other never attacker derives «hahs(x)", "", ""),
      ("function hash(Nonce) -> Hash\nattacker Other \"knows\" { knows «hahs(a) for a: Agent }", "", ""),
      ("function hash(Nonce) -> Hash", "", "if n == n { let «hahs(y) = n }"),
    ])
  func function(declarations: String, members: String, step: String) throws {
    try expect(["there is no function `hahs` (did you mean `hash`?)"], of: Project(declarations: declarations, members: members, step: step))
  }

  @Test("A function takes as many values as it declares")
  func arity() throws {
    try expect(["`hash` takes 1 values, not 2"], of: Project(declarations: "function hash(Nonce) -> Hash", step: "send «hash(n, n)"))
  }

  @Test("The exception of a private function names one of its parameters")
  func exception() throws {
    try expect(["the function `f` has no parameter `b`"], of: Project(declarations: "function f(a: Agent) -> Out private unless «b is attacker"))
  }

  @Test("A record that is not declared is reported")
  func record() throws { try expect(["there is no record `Pari` (did you mean `Pair`?)"], of: Project(step: "send «Pari { a: n }")) }

  @Test(
    "A field that a record does not have is reported", arguments: ["send Pair { a: n, «c: n }", "let p = Pair { a: n }\n    send p.«c"])
  func field(step: String) throws { try expect(["a `Pair` has no field `c`"], of: Project(step: step)) }

  @Test("A value without fields has none") func noFields() throws { try expect(["a `Nonce` has no fields"], of: Project(step: "send n.«c")) }

  @Test("A field that is not optional cannot be missing")
  func missingField() throws { try expect(["the field `a` of `Pair` is missing"], of: Project(step: "send «Pair { b: n }")) }

  @Test(
    "A column that a table does not have is reported, whatever is done with the table",
    arguments: [
      "find t (x == n, «z == n)", "find t (x == n, «z as z)", "require no t («z == n)", "insert t (x: n, «z: n)", "take t («z as other)",
      "find t (x == n) as row\n    send row.«z", "find t (x == n) as row\n    row.«z = n",
    ])
  func column(step: String) throws {
    #expect(try Project(step: step).errors().map { $0.replacing("`row`", with: "`t`") } == ["\(Project(step: step).places[0]): `t` has no column `z`"])
  }

  @Test("A column of a session that is not declared is reported")
  func sessionColumn() throws { try expect(["`Run` has no column `pear` (did you mean `peer`?)"], of: Project(step: "new run: Run (peer: me, «pear: me)")) }

  @Test("A column that is not optional cannot be missing")
  func missingColumn() throws { try expect(["the column `x` of `t` is missing"], of: Project(step: "«insert t (y: n)")) }

  @Test(
    "A table that the role does not have is reported", arguments: ["find «tt (x == n)", "take «tt (x == n)", "insert «tt (x: n)", "require no «tt (x == n)"])
  func table(step: String) throws { try expect(["the role `R` has no table `tt`"], of: Project(step: step)) }

  @Test("A handler that names the owner of a table is told that it has only its own")
  func owner() throws {
    try expect(
      ["a handler reads and writes its own tables (write `t`, without `other.`: only a setup says whose table it is)"],
      of: Project(step: "find «other.t (x == n)"))
  }

  @Test("A session that is not declared is reported where it is begun and where it is asked for")
  func session() throws {
    try expect(
      ["there is no session `Rnu` (did you mean `Run`?)", "there is no session `Rnu` (did you mean `Run`?)"],
      of: Project(members: "on message x in run: «Rnu { send run.peer }", step: "new run: «Rnu (peer: me)"))
  }

  @Test("A row is named only where one was found", arguments: ["«rwo.x = n", "remove «rwo"])
  func row(step: String) throws {
    try expect(["there is no row called `rwo` here (did you mean `row`?)"], of: Project(step: "find t (x == n) as row\n    \(step)"))
  }

  @Test("A row as a whole is no value") func wholeRow() throws {
    try expect(["`row` is a row: name the column, as in `row.column`"], of: Project(step: "find t (x == n) as row\n    send «row"))
  }

  @Test("A value that nothing binds is reported, with the name that was meant")
  func value() throws { try expect(["there is nothing called `nonec` here (did you mean `nonce`?)"], of: Project(step: "new nonce: Nonce\n    send «nonec")) }

  @Test("A procedure that is not declared is reported")
  func procedure() throws {
    try expect(["there is no procedure `chekc` (did you mean `check`?)"], of: Project(members: "procedure check (x) { }", step: "do «chekc (n)"))
  }

  @Test("A procedure takes as many values as it declares")
  func procedureArity() throws { try expect(["`check` takes 1 values, not 0"], of: Project(members: "procedure check (x) { }", step: "«do check ()")) }

  @Test(
    "An event that no handler emits is reported where a question asks for it",
    arguments: [
      "property other when event «Doen (who) then who is honest", "witness other event «Doen (who)",
      "property other when event Done (who) then earlier event «Doen (who)",
    ])
  func event(declarations: String) throws {
    try expect(["no handler emits the event `Doen` (did you mean `Done`?)"], of: Project(declarations: declarations))
  }

  @Test("A column that an event never has is reported")
  func eventColumn() throws {
    try expect(
      ["the event `Done` has no `whom` (did you mean `who`?)"], of: Project(declarations: "property other when event Done («whom) then whom is honest"))
  }

  @Test(
    "A capability that is not declared is reported, whether or not anyone has the attacker or plays the role",
    arguments: [
      ("capability fly \"flies\"\nattacker Other \"flies\" { may «fyl }"),
      ("capability fly \"flies\"\nrole Q of me: Agent { step s by attacker needs «fyl { } }"),
    ])
  func capability(declarations: String) throws { try expect(["there is no capability `fyl` (did you mean `fly`?)"], of: Project(declarations: declarations)) }

  @Test("An attacker that is not declared is reported, in a scenario and as what another one extends")
  func attacker() throws {
    try expect(
      ["there is no attacker `Evee` (did you mean `Eve`?)", "there is no attacker `Evve` (did you mean `Eve`?)"],
      of: Project(declarations: "attacker Other \"more\" extends «Evve { }", scenario: smallScenario(attacker: "«Evee")))
  }

  @Test("What an attacker knows for each of a sort is for a sort of names")
  func knowsForEach() throws {
    try expect(
      ["`Nonce` is not a sort of names (declare it with `sort Nonce names`)"],
      of: Project(declarations: "attacker Other \"knows\" { knows x for x: «Nonce }", scenario: smallScenario(attacker: "Other")))
  }

  @Test(
    "A clause that no clauses file describes is reported wherever it stands",
    arguments: [
      ("", "send n [«X-2]"), ("", "send Pair { a: n, b: n [«X-2] }"), ("", "find t (x == n [«X-2])"), ("", "event E (a: n [«X-2 without none])"),
      ("step other [«X-2] { }", ""), ("on GET /x { redirect 303 [«X-2 without 307] to url(https, h, p) }", ""),
    ])
  func clause(members: String, step: String) throws {
    let project = Project(members: members, step: step, clauses: clauses("X-1"))
    #expect(try project.errors().contains("\(project.places[0]): the clause `X-2` is in no clauses file (did you mean `X-1`?)"))
  }

  @Test("A model with clauses and without a clauses file is told to write one")
  func noClausesFile() throws {
    try expect(["the clause `RFC1-1` is in no clauses file (give its meaning in the model folder's `clauses` file)"], of: Project(step: "send n [«RFC1-1]"))
  }

  @Test("A clause that is dropped must be described, in a scenario and in a model")
  func droppedClause() throws {
    try expect(
      ["there is no clause `X-2` (did you mean `X-1`?)", "there is no clause `X-3` (did you mean `X-1`?)"],
      of: Project(declarations: "drop «X-3", step: "send n [X-1]", scenario: smallScenario("drop «X-2"), clauses: clauses("X-1")))
  }

  @Test("A setup that is not declared is reported, and one that is called with too few participants")
  func setup() throws {
    try expect(
      [
        "there is no setup `meat` (did you mean `meet`?)", "`meet` takes 2 participants, not 3", "`carol` does not play `R`",
        "`alic` does not play `R` (did you mean `alice`?)",
      ],
      of: Project(
        declarations: "setup meet (a: R) with (b: R) { }",
        scenario: smallScenario("«meat alice with alice\n«meet alice with alice with alice\nmeet alice with «carol\nmeet «alic with alice")))
  }

  @Test("A setup says whose table it fills, only makes values and inserts rows, and is checked even if nobody uses it")
  func setupBody() throws {
    try expect(
      ["there is nothing called `c` here", "the role `R` has no table `tt`", "`t` has no column `z`"],
      of: Project(declarations: "setup meet (a: R) {\n  insert «c.t (x: a)\n  insert a.«tt (x: a)\n  insert a.t («z: a)\n}"))
  }

  @Test("A setup does nothing but make values and insert rows")
  func setupStatements() throws {
    try expect(
      ["a setup only makes new values and inserts rows", "a setup says whose table it is: `owner.t`"],
      of: Project(
        declarations: "setup meet (a: R) at (b: R) {\n  «send a\n  new n: Nonce\n  insert «t (x: n)\n}", scenario: smallScenario("meet alice at alice")))
  }

  @Test("A property that is expected to hold must be one of the model's")
  func property() throws {
    try expect(["there is no property `secrte` (did you mean `secret`?)"], of: Project(scenario: smallScenario("expect «secrte holds")))
  }

  @Test("A cookie has only the attributes that its record has")
  func attribute() throws {
    let project = try Shipped.project(web(client: "session Flow keyed by cookie: Cookie { «secur: yes } (token: Token)\n  on POST /start { event Done () }"))
    try expect(["cookies have no attribute `secur` (did you mean `secure`?)"], of: project)
  }
}
