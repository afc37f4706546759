import Terms
import Testing

@testable import Compiler

@Suite("Cryptography, channels and attackers")
struct AttackerTests {
  private func crypto(_ step: String, declarations: String = "") throws -> TransitionSystem {
    try Shipped.project(small(declarations: declarations, step: step).replacing("model M\n", with: "model M\n  uses Crypto\n"), scenario: smallScenario())
      .compileFirst().system
  }

  @Test(
    "The functions of Crypto make terms of their own",
    arguments: [
      ("new k: PrivateKey\n    send sign(k, n)", "learn sign(k, n)"), ("new k: SymmetricKey\n    send mac(k, n)", "learn mac(k, n)"),
      ("new k: SymmetricKey\n    send seal(k, (n, me))", "learn seal(k, tuple2(n, alice))"),
      ("new k: PrivateKey\n    send encrypt(public(k), n)", "learn encrypt(public(k), n)"),
      ("send hash(Pair { a: n })", "learn hash(Pair(n, none))"),
    ])
  func functions(step: String, line: String) throws { #expect(try crypto(step).lines("alice go").contains(line)) }

  @Test("Crypto opens signatures for all, seals and encryptions with their keys, and neither hashes nor MACs")
  func openings() throws {
    let system = try crypto("")
    #expect(system.openings.map { system.text($0.pattern, $0.registers) } == ["sign(key, body)", "seal(key, body)", "encrypt(public(key), body)"])
    #expect(system.openings.map { $0.needs.count } == [0, 1, 1])
  }

  @Test("A signature with a symmetric key is a sort mismatch")
  func keySort() throws {
    let project = try Shipped.project(
      small(step: "new k: SymmetricKey\n    send sign(«k, n)").replacing("model M\n", with: "model M\n  uses Crypto\n"), scenario: smallScenario())
    try expect(["expected a `PrivateKey`, found a `SymmetricKey`"], of: project)
  }

  @Test("A message is taken apart where it is received")
  func receive() throws {
    let project = try Shipped.project(
      small(members: "on message encrypt(public(k), Pair { a, b }) { send (a, b) }").replacing("model M\n", with: "model M\n  uses Crypto\n"),
      scenario: smallScenario())
    let system = try project.compileFirst().system
    let rule = try #require(system.rules.first { $0.name.hasPrefix("alice receives") })
    #expect(system.lines(rule) == ["receive encrypt(public(k), Pair(a, b))", "learn tuple2(a, b)"])
  }

  @Test("In an honest run messages pass over the network, and nobody else learns them")
  func honestRun() throws {
    let compiled = try Project(members: "on message x { send x }").compileFirst()
    #expect(compiled.honest.allLines.contains("insert network(x)"))
    #expect(!compiled.honest.allLines.contains { $0.hasPrefix("learn") || $0.hasPrefix("receive") })
  }

  // MARK: Channels

  private func start(_ body: String) -> String { "on POST /start {\n  event Done ()\n  \(body)\n}" }

  private func web(_ client: String, server: String, declarations: String = "", scenario: String = webScenario()) throws -> TransitionSystem {
    try Shipped.project(CompilerTests.web(declarations: declarations, client: start(client), server: server), scenario: scenario).compileFirst().system
  }

  @Test("A request over https goes to the host that the URL names, and its answer comes back")
  func https() throws {
    let system = try web(
      "ask POST https://bank/a Question { } answered (a: Answer) { send a.token }",
      server: "on POST /a (q: Question) {\n  new t: Token\n  respond Answer { token: t }\n}")
    #expect(system.rules.contains { $0.name.hasPrefix("bank/a for shop") })
    #expect(system.rules.contains { $0.name.hasPrefix("shop is answered (") })
    #expect(!system.rules.contains { $0.name.contains("attacker at network") })
  }

  @Test("What an answer needs of a row waits with the request, also where only a procedure takes it", arguments: ["send row.key", "do tell (row)"])
  func waitingRow(answered: String) throws {
    let system = try web(
      "find keys (key as key) as row\n  ask POST https://bank/a Question { } answered (a: Answer) { \(answered) }",
      server: "on POST /a (q: Question) {\n  new t: Token\n  respond Answer { token: t }\n}",
      declarations: "extend role Client { procedure tell (row) { do show (row) }\n procedure show (it) { send it.key } }")
    let rule = try #require(system.rules.first { $0.name.hasPrefix("shop is answered (") })
    #expect(system.lines(rule).contains("learn key"))
  }

  @Test("What a browser has to know of its request is still known when the answer comes later")
  func laterRedirect() throws {
    func project(_ status: String) throws -> Project {
      try Shipped.project(
        CompilerTests.web(
          declarations:
            "extend role Client { on POST /later (body: Host) { ask POST https://bank/a Question { } answered (a: Answer) { redirect \(status) to https://host/start } } }",
          client: start(""), server: "on POST /a (q: Question) {\n  new t: Token\n  respond Answer { token: t }\n}"))
    }
    #expect(try project("303").errors() == [])
    #expect(try project("307").errors() == [])
    // The body, of which nothing is constant, travels with what is asked.
    let waiting = try project("307").compileFirst().system.predicates.filter { $0.name.hasPrefix("waiting of shop") }
    #expect(waiting.contains { !$0.columns.isEmpty })
  }

  @Test("A request that is certain to go to an honest host never comes to the attacker's")
  func honestHost() throws {
    let system = try web("ask POST https://bank/a Question { } answered (a: Answer) { }", server: "on POST /a (q: Question) { }")
    #expect(!system.rules.contains { $0.name.hasPrefix("attacker at evil") })
  }

  @Test("A request to a URL that is not known beforehand goes to whatever host it can denote, the attacker's among them")
  func unknownHost() throws {
    let system = try web(
      "", server: "on POST /a (q: Question) { event Done () }",
      declarations: "extend role Client { on GET /go (host: Host) { ask POST https://host/a Question { } answered (a: Answer) { } } }")
    #expect(system.rules.contains { $0.name.hasPrefix("attacker at evil for shop") })
    #expect(system.rules.contains { $0.name.hasPrefix("bank/a for shop") })
  }

  @Test(
    "What a server asks a host of the attacker's comes there only if the attacker may serve, and what a browser sends always does", arguments: ["A1", "A1a"])
  func serve(attacker: String) throws {
    let system = try web(
      "", server: "on POST /a (q: Question) { event Done () }",
      declarations: """
        extend role Client { on GET /go (host: Host) { ask POST https://host/a Question { } answered (a: Answer) { } } }
        extend role Browser { step look limit flows (host: Host) { visit GET https://host/ site same } }
        """, scenario: webScenario(attacker: attacker))
    #expect(system.rules.contains { $0.name.hasPrefix("attacker at evil for shop") } == (attacker == "A1a"))
    #expect(system.rules.contains { $0.name == "alice look to evil" })
  }

  @Test("A request goes only to handlers that take what it sends")
  func otherMessage() throws {
    let system = try web(
      "", server: "on POST /a (q: Answer) { event Done () }",
      declarations: "extend role Client { on GET /go (host: Host) { ask POST https://host/a Question { } answered (a: Answer) { } } }")
    #expect(!system.rules.contains { $0.name.hasPrefix("bank/a for shop") })
  }

  @Test("Over mutual TLS the server knows the public key of whoever asks")
  func mutual() throws {
    let system = try web(
      "find keys (key as key)\n  ask POST https://bank/a Question { } over mutual with key answered (a: Answer) { }",
      server:
        "on POST /a (q: Question) over mutual as certificate {\n  new t: Token\n  insert tokens (token: t, owner: certificate)\n  respond Answer { token: t }\n}"
    )
    #expect(system.allLines.contains { $0.hasPrefix("insert request of shop") && $0.contains("public(key)") })
    #expect(system.lines("attacker POST bank/a").contains("receive key"))
    #expect(system.lines("attacker POST bank/a").contains("insert Server bank.tokens(t, public(key))"))
  }

  @Test("Mutual TLS needs a function from private to public keys, and says where to get it")
  func mutualWithoutCrypto() throws {
    let model = CompilerTests.web(client: start(""), server: "on POST /a (q: Question) over mutual as «c { }").replacing("uses Web, Crypto", with: "uses Web")
      .replacing("table keys (key: PrivateKey)", with: "").replacing("PublicKey?", with: "Token?")
    try expect(["`over mutual` needs a function `public` from private to public keys (write `uses Crypto`)"], of: Shipped.project(model))
  }

  @Test("Plain http is read and written by the network attacker, and by no other", arguments: ["A1a", "A2"])
  func http(attacker: String) throws {
    let system = try web(
      "ask POST http://bank/a Question { } answered (a: Answer) { }",
      server: "on POST /a (q: Question) over http {\n  new t: Token\n  respond Answer { token: t }\n}",
      scenario: webScenario(attacker: attacker))
    #expect(system.rules.contains { $0.name.hasPrefix("attacker at network") } == (attacker == "A2"))
    #expect(system.rules.contains { $0.name.hasPrefix("bank/a for shop") } == (attacker == "A1a"))
  }

  @Test("Over http and https different handlers are meant")
  func schemes() throws {
    let system = try web("ask POST http://bank/a Question { } answered (a: Answer) { }", server: "on POST /a (q: Question) { event Done () }")
    #expect(!system.rules.contains { $0.name.hasPrefix("bank/a for shop") })
  }

  @Test("What comes out of band is sent neither by the attacker nor by a browser")
  func outOfBand() throws {
    let system = try web("", server: "on POST /start over out of band { event Done () }")
    #expect(!system.rules.contains { $0.name.contains("bank") })
  }

  // MARK: Attackers

  @Test("An attacker makes requests only if it may", arguments: [("may request", true), ("may serve", false)])
  func requests(item: String, makes: Bool) throws {
    let project = Project(
      declarations: "attacker Other \"x\" { \(item) }", members: "on GET /a { event Done (who: me, n: none) }",
      scenario: smallScenario(attacker: "Other", bounds: "runs 1 by alice, requests 1 per endpoint by attacker"))
    #expect(try project.compileFirst().system.rules.contains { $0.name == "attacker GET alice/a" } == makes)
  }

  @Test("An attacker has all that the ones it extends have")
  func extends() throws {
    let project = Project(
      declarations: "attacker A \"x\" { may request }\nattacker B \"y\" extends A { }", members: "on GET /a { event Done (who: me, n: none) }",
      scenario: smallScenario(attacker: "B", bounds: "runs 1 by alice, requests 1 per endpoint by attacker"))
    #expect(try project.compileFirst().system.rule("attacker GET alice/a") != nil)
  }

  @Test("Several attackers act as one")
  func union() throws {
    let project = Project(
      declarations: "attacker A \"x\" { knows me for me: Agent }\nattacker B \"y\" { reads log }", step: "leak log n",
      scenario: smallScenario(attacker: "A + B"))
    #expect(try project.compileFirst().system.lines("alice go").contains("learn n"))
  }

  @Test(
    "What leaks is learned by an attacker that reads it, and by no other",
    arguments: [("reads log", true), ("reads other", false), ("replaces log", true), ("may serve", false)])
  func reads(item: String, learns: Bool) throws {
    let system = try Project(declarations: "attacker Other \"x\" { \(item) }", step: "leak log n", scenario: smallScenario(attacker: "Other")).compileFirst()
      .system
    #expect(system.lines("alice go").contains("learn n") == learns)
  }

  @Test("Requests that leak are learned where they arrive, by an attacker that reads them", arguments: ["reads log", "reads other"])
  func readsRequests(item: String) throws {
    let system = try web(
      "ask POST https://bank/a Question { } answered (a: Answer) { }",
      server: "on POST /a (q: Question) leaks log {\n  new t: Token\n  respond Answer { token: t }\n}",
      declarations: "attacker Reader \"x\" { \(item) }", scenario: webScenario(attacker: "Reader", bounds: "flows 1 by alice"))
    let lines = system.lines(system.rules.first { $0.name.hasPrefix("bank/a for shop") })
    #expect(lines.contains { $0.hasPrefix("learn Question") } == (item == "reads log"))
  }

  @Test("An attacker that replaces what leaks answers in the server's place")
  func replaces() throws {
    func names(_ item: String) throws -> [String] {
      try web(
        "ask POST https://bank/a Question { } answered (a: Answer) { }",
        server: "on POST /a (q: Question) leaks log {\n  new t: Token\n  respond Answer { token: t }\n}",
        declarations: "attacker Other \"x\" { \(item) }", scenario: webScenario(attacker: "Other", bounds: "flows 1 by alice")
      ).rules.map(\.name)
    }
    #expect(try names("replaces log").contains { $0.contains("in place of bank/a") })
    #expect(try !names("reads log").contains { $0.contains("in place of bank/a") })
  }

  @Test(
    "What an attacker knows it knows for each of the names, or for the attacker's own",
    arguments: [("knows key_of(a) for a: Agent", 2), ("knows key_of(a) for attacker a: Agent", 1), ("knows key_of(bob)", 0)])
  func knows(item: String, count: Int) throws {
    let project = Project(
      declarations: "function key_of(Agent) -> Secret private\nattacker Other \"x\" { \(item.replacing("bob", with: "mallory")) }",
      scenario: smallScenario(cast: "alice: Agent with R, mallory: attacker Agent", attacker: "Other"))
    let system = try project.compileFirst().system
    let known = system.initialKnowledge.map { system.text($0, []) }.filter { $0.hasPrefix("key_of") }
    #expect(known == (count == 2 ? ["key_of(alice)", "key_of(mallory)"] : ["key_of(mallory)"]))
  }

  @Test("A private function can be applied by the attacker where the exception holds, and a public one always")
  func privateFunctions() throws {
    let system = try Project(
      declarations: "function f(a: Agent) -> Out private unless a is attacker\nfunction g(Agent) -> Out\nfunction h(Agent) -> Out private"
    ).compileFirst().system
    let symbols = ["f", "g", "h"].compactMap { name in system.signature.symbols.first { $0.name == name } }
    #expect(symbols.map(\.isPublic) == [false, true, false])
    #expect(symbols.map(\.publicIfAttacker) == [0, nil, nil])
  }

  @Test("A step of the attacker's is there only with the capability that it needs", arguments: ["may fly", "may serve"])
  func needs(item: String) throws {
    let project = Project(
      declarations: "capability fly \"flies\"\nattacker Other \"x\" { \(item) }", members: "step s by attacker needs fly { send me }",
      scenario: smallScenario(attacker: "Other"))
    #expect(try (project.compileFirst().system.rule("alice s") != nil) == (item == "may fly"))
  }

  @Test("Without a bound nothing starts, and a bound is counted")
  func bounds() throws {
    let system = try Project(members: "step other limit others { }", scenario: smallScenario(bounds: "runs 3 by alice")).compileFirst().system
    #expect(system.budgets.map(\.name) == ["runs by alice"])
    #expect(system.budgets.map(\.count) == [3])
    #expect(system.rule("alice other") == nil)
  }

  @Test("Requests are counted for each endpoint by itself")
  func perEndpoint() throws {
    let project = Project(
      declarations: "attacker Other \"x\" { may request }",
      members: "on GET /a { new m: Nonce\n insert t (x: m) }\n  on GET /b { new m: Nonce\n insert t (x: m) }",
      scenario: smallScenario(attacker: "Other", bounds: "runs 1 by alice, requests 2 per endpoint by attacker"))
    #expect(try project.compileFirst().system.budgets.map(\.name) == ["runs by alice", "requests by attacker at alice/a", "requests by attacker at alice/b"])
  }

  @Test("What is said of an endpoint goes before what is said of all")
  func atEndpoint() throws {
    func budgets(_ bounds: String) throws -> [String] {
      let project = Project(
        declarations: "attacker Other \"x\" { may request }",
        members: "on GET /a { new m: Nonce\n insert t (x: m) }\n  on GET /b { new m: Nonce\n insert t (x: m) }",
        scenario: smallScenario(attacker: "Other", bounds: "runs 1 by alice, \(bounds)"))
      return try project.compileFirst().system.budgets.dropFirst().map { "\($0.name): \($0.count)" }
    }
    #expect(try budgets("requests 2 at /b") == ["requests by attacker at alice/b: 2"])
    #expect(try budgets("requests 1 per endpoint, requests 2 at /b") == ["requests by attacker at alice/a: 1", "requests by attacker at alice/b: 2"])
    #expect(try budgets("requests 1, requests 2 at /b") == ["requests by attacker: 1", "requests by attacker at alice/b: 2"])
  }

  @Test("A library can give all scenarios other bounds than their own")
  func otherBounds() throws {
    var library = Library()
    try library.use(Variant(bounds: "flows 3 by alice"))
    let path = Shipped.root.appending(path: "Scenarios/oauth/baseline.scenario").path
    let scenario = try #require(try library.scenarios(in: path).first)
    #expect(try library.compile(scenario).bounds == ["flows 3 by alice"])
  }

  @Test("Every shipped scenario compiles, with its twins and sweeps, and warns of nothing", arguments: Shipped.scenarios)
  func shipped(path: String) throws {
    var library = Library()
    for scenario in try library.scenarios(in: Shipped.root.appending(path: path).path) { #expect(try library.compile(scenario).warnings == []) }
  }
}
