import Testing

@testable import Compiler

@Suite("Names that are given twice")
struct DuplicateTests {
  @Test(
    "What a model declares twice is reported at the second place",
    arguments: [
      ("sort «Nonce", "the sort `Nonce` is declared twice"),
      ("sort «Pair", "the sort `Pair` is declared twice"),
      ("sort Colour = red | «red", "the value `red` is declared twice"),
      ("record «Pair { c: Nonce }", "the record `Pair` is declared twice"),
      ("record «Nonce { c: Agent }", "the sort `Nonce` is declared twice"),
      ("record Other { a: Nonce, «a: Nonce }", "the field `a` is declared twice"),
      ("function f(Nonce) -> Out\nfunction «f(Nonce) -> Out", "the function `f` is declared twice"),
      ("function f(a: Nonce, «a: Nonce) -> Out", "the parameter `a` is declared twice"),
      ("option mode: a | b\noption «mode: c", "the option `mode` is declared twice"),
      ("option mode: a | «a", "the value `a` is declared twice"),
      ("capability c \"x\"\ncapability «c \"y\"", "the capability `c` is declared twice"),
      ("attacker «Eve \"again\" { }", "the attacker `Eve` is declared twice"),
      ("setup s (a: R) { }\nsetup «s (a: R) { }", "the setup `s` is declared twice"),
      ("setup s (a: R) at («a: R) { }", "the parameter `a` is declared twice"),
      ("witness «done event Done (who)", "the witness `done` is declared twice"),
      ("property «secret never attacker derives me_too", "the property `secret` is declared twice"),
      ("role Q of me: Agent { table u (x: Nonce, «x: Nonce) }", "the column `x` is declared twice"),
      ("role Q of me: Agent { session S (x: Nonce, «x: Nonce) }", "the column `x` is declared twice"),
      ("role Q of me: Agent { session S keyed by x: Nonce («x: Nonce) }", "the column `x` is declared twice"),
      ("role Q of me: Agent { step s (x: Agent, «x: Agent) { } }", "the parameter `x` is declared twice"),
      ("role Q of me: Agent { procedure p (x, «x) { } }", "the parameter `x` is declared twice"),
      ("extend role R { table «t (x: Nonce) }", "the table `t` is declared twice"),
      ("extend role R { session «t (x: Nonce) }", "the table `t` is declared twice"),
    ])
  func declarations(declarations: String, message: String) throws {
    let project = Project(declarations: declarations)
    let errors = try project.errors().filter { !$0.contains("option") || message.contains("option") }
    #expect(errors.contains("\(project.places[0]): \(message)"))
    #expect(errors.count { $0.contains("declared twice") } == 1)
  }

  @Test(
    "What the language has built in cannot be declared again",
    arguments: [
      ("sort «Host names", "the sort `Host` is built in"), ("record «URL { a: Nonce }", "the sort `URL` is built in"),
      ("function «url(Nonce) -> Out", "the function `url` is built in"), ("capability «serve \"x\"", "the capability `serve` is built in"),
    ])
  func builtIn(declarations: String, message: String) throws { try expect(["\(message) (take another name)"], of: Project(declarations: declarations)) }

  @Test("A role is declared once, and then extended")
  func role() throws {
    try expect(["the role `R` is declared twice (write `extend role R` to add to it)"], of: Project(declarations: "role «R of me: Agent { }"))
  }

  @Test(
    "A role handles a thing once",
    arguments: [
      ("on GET /a { }\n«on GET /a { }", "`GET /a` twice"), ("on ANY /a { }\n«on POST /a { }", "`POST /a` twice, as ANY /a"),
      ("«step go { }", "`step go` twice"),
      ("procedure p (x) { }\n«procedure p (y) { }", "`procedure p` twice"), ("answered form (to) { }\n«answered form (to) { }", "`answered form` twice"),
    ])
  func handlers(members: String, message: String) throws {
    let project = Project(members: members)
    #expect(try project.errors() == ["\(project.places[0]): the role `R` has the handler \(message) (to exchange it, write `replace role R`)"])
  }

  @Test("A role that is extended handles a thing once too")
  func extended() throws {
    try expect(
      ["the role `R` has the handler `step go` twice (to exchange it, write `replace role R`)"], of: Project(declarations: "extend role R { «step go { } }"))
  }

  @Test("Handlers for different methods, paths and messages stand beside each other")
  func different() throws { _ = try Project(members: "on GET /a { }\non POST /a { }\non GET /b { }\non message x { }\non message x { }").compile() }

  @Test(
    "A value, a column or a field is given once",
    arguments: [
      ("send Pair { a: n, «a: n }", "the field `a` is given twice"), ("insert t (x: n, «x: n)", "the column `x` is given twice"),
      ("event E (x: n, «x: n)", "the column `x` is given twice"), ("new run: Run (peer: me, «peer: me)", "the column `peer` is given twice"),
    ])
  func given(step: String, message: String) throws { try expect([message], of: Project(step: step)) }

  @Test(
    "A participant is cast once, and a host of the attacker's is nobody else",
    arguments: [
      "alice: Agent with R, «alice: Agent with R", "alice: Agent with R, mallory: attacker Agent at «alice",
      "alice: Agent with R, mallory: attacker Agent at e, «e: Agent with R",
    ])
  func cast(cast: String) throws {
    let project = Project(scenario: smallScenario(cast: cast))
    let name = cast.contains("«e") ? "e" : "alice"
    #expect(try project.errors().contains("\(project.places[0]): `\(name)` is cast twice"))
  }

  @Test("A clause is described once in a file")
  func clause() throws { try expect(["the clause `X-1` is described twice"], of: Project(clauses: clauses("X-1") + "clause «X-1 \"a\" \"b\"\n")) }

  @Test("A bound is given once for each limit and actor")
  func bound() throws { try expect(["the bound `runs` is given twice"], of: Project(scenario: smallScenario(bounds: "runs 1 by alice, «runs 2 by alice"))) }

  @Test("One verdict is expected of a property")
  func expectation() throws {
    try expect(["two verdicts are expected of `secret`"], of: Project(scenario: smallScenario("expect secret holds, «secret violated")))
  }

  @Test("An option is chosen once, by a value or by a sweep")
  func option() throws {
    try expect(
      ["the option `mode` is chosen twice", "the option `kind` is chosen twice (a sweep takes each of its values)"],
      of: Project(declarations: "option mode: a | b\noption kind: c | d", scenario: smallScenario("option mode: a, «mode: b, kind: c\nsweep «kind")))
  }
}
