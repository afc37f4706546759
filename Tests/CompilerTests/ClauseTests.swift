import Testing

@testable import Compiler

@Suite("Clauses and options")
struct ClauseTests {
  private func lines(_ step: String, members: String = "", drop: Bool) throws -> [String] {
    let project = Project(
      declarations: "function hash(Nonce) -> Hash", members: members, step: step, scenario: smallScenario(drop ? "drop X-1" : ""), clauses: clauses("X-1"))
    return try project.compileFirst().system.lines("alice go")
  }

  @Test("A `require` goes away when its clause is dropped")
  func require() throws {
    let step = "find t (x as x)\n    require x == n [X-1]"
    #expect(try lines(step, drop: false).contains("find R alice.t(n, y)"))
    #expect(try lines(step, drop: true).contains("find R alice.t(x, y)"))
  }

  @Test("A field goes away when its clause is dropped")
  func field() throws {
    #expect(try lines("send Pair { a: n, b: n [X-1] }", drop: false).contains("learn Pair(n, n)"))
    #expect(try lines("send Pair { a: n, b: n [X-1] }", drop: true).contains("learn Pair(n, none)"))
  }

  @Test("A field takes what `without` says when its clause is dropped")
  func fieldWithout() throws {
    let step = "new m: Nonce\n    send Pair { a: n [X-1 without m] }"
    #expect(try lines(step, drop: false).contains("learn Pair(n, none)"))
    #expect(try lines(step, drop: true).contains("learn Pair(m, none)"))
  }

  @Test("A column that is inserted goes away when its clause is dropped")
  func insertedColumn() throws {
    #expect(try lines("insert t (x: n, y: n [X-1])", drop: false).contains("insert R alice.t(n, n)"))
    #expect(try lines("insert t (x: n, y: n [X-1])", drop: true).contains("insert R alice.t(n, none)"))
  }

  @Test("A column that is looked for is not compared when its clause is dropped")
  func foundColumn() throws {
    let members = "step second (m: Nonce) by attacker { find t (x == m [X-1])\n event E () }"
    func lines(_ scenario: String) throws -> [String] {
      try Project(members: members, scenario: scenario, clauses: clauses("X-1")).compileFirst().system.lines("alice second")
    }
    #expect(try lines(smallScenario()).contains { $0.hasPrefix("receive") })
    #expect(try !lines(smallScenario("drop X-1")).contains { $0.hasPrefix("receive") })
  }

  @Test("A column that is looked for is compared with what `without` says when its clause is dropped")
  func foundColumnWithout() throws {
    let step = "new k: Key\n    require no t (x == n, y == n [X-1 without none])"
    #expect(try lines(step, drop: false).contains("no R alice.t(n, n)"))
    #expect(try lines(step, drop: true).contains("no R alice.t(n, none)"))
  }

  @Test("A column of an event goes away when its clause is dropped")
  func eventColumn() throws {
    let declarations = "property other when event E (a) then a is absent"
    func lines(_ scenario: String) throws -> [String] {
      try Project(declarations: declarations, step: "event E (a: n [X-1])", scenario: scenario, clauses: clauses("X-1")).compileFirst().system.lines("alice go")
    }
    #expect(try lines(smallScenario()).contains("insert event E(n)"))
    #expect(try lines(smallScenario("drop X-1")).contains("insert event E(none)"))
  }

  @Test("A handler goes away when its clause is dropped")
  func handler() throws {
    let members = "on message x [X-1] { event E () }"
    func names(_ scenario: String) throws -> [String] {
      try Project(members: members, scenario: scenario, clauses: clauses("X-1")).compileFirst().system.rules.map(\.name)
    }
    #expect(try names(smallScenario()).count == 2)
    #expect(try names(smallScenario("drop X-1")) == ["alice go"])
  }

  @Test("A procedure does nothing when its clause is dropped")
  func procedure() throws {
    #expect(try lines("do p (n)", members: "procedure p (x) [X-1] { send x }", drop: false).contains("learn n"))
    #expect(try !lines("do p (n)", members: "procedure p (x) [X-1] { send x }", drop: true).contains("learn n"))
  }

  @Test("What a browser does with an answer goes away when its clause is dropped")
  func browserHandler() throws {
    let web = try Shipped.model("Web/Web").replacing(
      "answered form (to, content, headers) after (url, query) {", with: "answered form (to, content, headers) after (url, query) [X-1] {")
    let client = "on POST /start {\n  event Done ()\n  form host to POST /start\n}"
    func lines(_ more: String) throws -> [String] {
      let project = Project(
        scenario: webScenario(more), models: ["M": CompilerTests.web(client: client), "Web": web, "Crypto": try Shipped.model("Crypto/Crypto")],
        clauses: clauses("X-1"))
      return try project.compileFirst().system.allLines
    }
    #expect(try lines("").contains { $0.hasPrefix("insert Browser alice.forms") })
    #expect(try !lines("drop X-1").contains { $0.hasPrefix("insert Browser alice.forms") })
  }

  @Test("A statement that carries several clauses goes away when one of them is dropped")
  func several() throws {
    let project = Project(step: "send n [X-1, X-2]", scenario: smallScenario("drop X-2"), clauses: clauses("X-1", "X-2"))
    #expect(try !project.compileFirst().system.lines("alice go").contains("learn n"))
  }

  @Test("A compiled scenario says which clauses are dropped, those of its model among them")
  func dropped() throws {
    let project = Project(
      declarations: "drop X-2", step: "send n [X-1]\n    send n [X-2]", scenario: smallScenario("drop X-1"), clauses: clauses("X-1", "X-2"))
    #expect(try project.compileFirst().dropped == ["X-1", "X-2"])
  }

  @Test("Twins restore clauses and drop others")
  func twins() throws {
    let twins = """
      drop X-1
      expect secret holds
      twin "restored" restores X-1 expect secret violated
      twin "other" restores X-1 drops X-2
      twin "both" drops X-2
      """
    let project = Project(step: "send n [X-1]\n    send me [X-2]", scenario: smallScenario(twins), clauses: clauses("X-1", "X-2"))
    let compiled = try project.compile()
    #expect(compiled.map(\.dropped) == [["X-1"], [], ["X-2"], ["X-1", "X-2"]])
    #expect(compiled.map { $0.system.lines("alice go").contains("learn n") } == [false, true, true, false])
    #expect(compiled.map(\.system.title) == ["S", "S — restored", "S — other", "S — both"])
  }

  @Test("A twin has its own expectations")
  func expectations() throws {
    try Project(scenario: smallScenario("expect secret holds\ntwin \"t\" expect secret violated")).inFolder { folder in
      var library = Library()
      let scenarios = try library.scenarios(in: folder.appending(path: "s.scenario").path)
      #expect(scenarios.map { $0.expectations.map(\.verdict) } == [[.holds], [.violated]])
    }
  }

  // MARK: Options

  private let options = "option mode: mtls | dpop\noption kind: a | b | c"

  @Test("What is marked with an option is there only if the scenario chose its value", arguments: ["mtls", "dpop"])
  func option(value: String) throws {
    let project = Project(
      declarations: "option mode: mtls | dpop", members: "on message x [mode: mtls] { event E () }",
      step: "send Pair { a: n, b: n [mode: mtls] }\n    send n [mode: dpop]\n    insert t (x: n [mode: mtls without n], y: n [mode: dpop])",
      scenario: smallScenario("option mode: \(value)"))
    let compiled = try project.compileFirst()
    let lines = compiled.system.lines("alice go")
    let isMutual = value == "mtls"
    #expect(lines.contains(isMutual ? "learn Pair(n, n)" : "learn Pair(n, none)"))
    #expect(lines.contains("learn n") != isMutual)
    #expect(lines.contains(isMutual ? "insert R alice.t(n, none)" : "insert R alice.t(n, n)"))
    #expect(compiled.system.rules.count == (isMutual ? 2 : 1))
    #expect(compiled.dropped == [])
  }

  @Test("An option with a default need not be chosen, and can be chosen otherwise", arguments: [("", "n"), ("option mode: dpop", "me")])
  func defaultOption(choice: String, learned: String) throws {
    let project = Project(
      declarations: "option mode: mtls | dpop default mtls", step: "send (n [mode: mtls without me])", scenario: smallScenario(choice))
    #expect(try project.compileFirst().system.lines("alice go").contains("learn \(learned == "me" ? "alice" : learned)"))
  }

  @Test("The default of an option is one of its values")
  func wrongDefault() throws {
    try expect(
      ["the option `mode` has no value `dpo` (did you mean `dpop`?)"],
      of: Project(declarations: "option mode: mtls | dpop default «dpo", scenario: smallScenario()))
  }

  @Test("A twin can choose other options than its scenario, each once")
  func twinOptions() throws {
    let project = Project(
      declarations: "option mode: mtls | dpop", step: "send n [mode: dpop]", scenario: smallScenario("option mode: mtls\ntwin \"t\" option mode: dpop"))
    #expect(try project.compile().map { $0.system.lines("alice go").contains("learn n") } == [false, true])
    try expect(
      ["the option `mode` is chosen twice"],
      of: Project(declarations: "option mode: a | b", scenario: smallScenario("option mode: a\ntwin \"t\" option mode: b, «mode: a")))
    try expect(
      ["the option `mode` has no value `c` (its values are `a`, `b`)"],
      of: Project(declarations: "option mode: a | b", scenario: smallScenario("option mode: a\ntwin \"t\" option mode: «c")))
  }

  @Test("A marked value among the arguments of a function or procedure becomes what `without` says when its clause is dropped", arguments: [true, false])
  func markedArgument(isDropped: Bool) throws {
    let project = Project(
      members: "procedure p (x) { send x }", step: "do p (n [X-1 without me])\n    send Pair { a: (n [X-1 without n]), b: n [X-1] }",
      scenario: smallScenario(isDropped ? "drop X-1" : ""), clauses: clauses("X-1"))
    let lines = try project.compileFirst().system.lines("alice go")
    #expect(lines.contains(isDropped ? "learn alice" : "learn n"))
    #expect(lines.contains(isDropped ? "learn Pair(n, none)" : "learn Pair(n, n)"))
  }

  @Test("A marker with an option and a clause asks for both", arguments: [("mtls", false, true), ("mtls", true, false), ("dpop", false, false)])
  func optionAndClause(value: String, isDropped: Bool, isThere: Bool) throws {
    let project = Project(
      declarations: "option mode: mtls | dpop", step: "send n [X-1, mode: mtls]",
      scenario: smallScenario("option mode: \(value)\n" + (isDropped ? "drop X-1" : "")), clauses: clauses("X-1"))
    #expect(try project.compileFirst().system.lines("alice go").contains("learn n") == isThere)
  }

  @Test("Two handlers for one thing can stand beside each other under different values of an option", arguments: ["a", "b"])
  func alternatives(value: String) throws {
    let project = Project(
      declarations: "option kind: a | b", members: "step s [kind: a] { send me }\n  step s [kind: b] { send none }",
      scenario: smallScenario("option kind: \(value)"))
    #expect(try project.compileFirst().system.lines("alice s") == ["learn \(value == "a" ? "alice" : "none")"])
  }

  @Test("A sweep makes a scenario of each value, and of each combination of values")
  func sweep() throws {
    let compiled = try Project(declarations: options, step: "send n [mode: dpop, kind: b]", scenario: smallScenario("sweep mode, kind")).compile()
    #expect(
      compiled.map(\.system.title) == [
        "S · mode: mtls · kind: a", "S · mode: mtls · kind: b", "S · mode: mtls · kind: c", "S · mode: dpop · kind: a", "S · mode: dpop · kind: b",
        "S · mode: dpop · kind: c",
      ])
    #expect(compiled.map { $0.system.lines("alice go").contains("learn n") } == [false, false, false, false, true, false])
  }

  @Test("Sweeps that make too many scenarios are refused")
  func manySweeps() throws {
    let names = (0..<12).map { "o\($0)" }
    let errors = try Project(
      declarations: names.map { "option \($0): a | b" }.joined(separator: "\n"), scenario: smallScenario("sweep \(names.joined(separator: ", "))")
    ).errors()
    #expect(errors.first?.hasSuffix("the sweeps make more than 1000 scenarios of one") == true)
  }
}
