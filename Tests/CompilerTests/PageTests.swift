import Terms
import Testing

@testable import Compiler

@Suite("Pages, fragments, paths and defaults of options")
struct PageTests {
  private func web(client: String, server: String = "", declarations: String = "", scenario: String = webScenario()) throws -> TransitionSystem {
    try Shipped.project(CompilerTests.web(declarations: declarations, client: client, server: server), scenario: scenario).compileFirst().system
  }

  @Test("A fragment stays in the browser: no handler gets it, and a redirect without one of its own keeps it")
  func fragment() throws {
    let client =
      "on POST /start {\n  event Done ()\n  redirect 303 to https://host/next fragment host\n}\non GET /next (q: Message) {\n  redirect 303 to https://host/end\n}"
    let system = try web(client: client)
    let start = try #require(system.rules.first { $0.name == "alice begin to shop/start" })
    #expect(system.lines(start).contains("insert Browser alice.pending(GET, url(https, shop, /next), none, none, shop)"))
    let follow = try #require(system.rules.first { $0.name == "alice follow to shop/next" })
    #expect(
      system.lines(follow) == [
        "take Browser alice.pending(GET, url(https, shop, /next), query, body, fragment)",
        "insert Browser alice.pending(GET, url(https, shop, /end), none, none, fragment)",
      ])
  }

  @Test("The attacker's page reads the fragment of its own URL")
  func attackersPage() throws {
    let system = try web(client: "on POST /start {\n  event Done ()\n}")
    let follow = try #require(system.rules.first { $0.name == "alice follow to evil" })
    #expect(system.lines(follow).contains("learn fragment"))
  }

  @Test("An answer with headers is a page, and stays with its URL; one without is none")
  func page() throws {
    let start = "on POST /start {\n  event Done ()\n  respond host"
    let page = try web(client: start + " headers Headers { referrer_policy: full_url }\n}")
    #expect(page.allLines.contains("insert Browser alice.documents(url(https, shop, /start), none, none, shop, full_url)"))
    #expect(try !web(client: start + "\n}").allLines.contains { $0.hasPrefix("insert Browser alice.documents") })
  }

  @Test("What a browser knows of its request is still known when the answer comes later")
  func late() throws {
    let client = """
      on POST /start {
        event Done ()
        redirect 303 to https://host/next with host
      }
      on GET /next (q: Host) {
        ask POST https://bank/a Question { } answered (a: Answer) { respond a headers Headers { referrer_policy: full_url } }
      }
      """
    let system = try web(client: client, server: "on POST /a (q: Question) {\n  new t: Token\n  respond Answer { token: t }\n}")
    let inserts = system.rules.filter { $0.name.hasPrefix("shop is answered (") }.flatMap(system.lines).filter { $0.contains(".documents") }
    #expect(inserts.count == 1)
    // URL and query come from the request, and the token from the answer.
    #expect(inserts.first?.hasPrefix("insert Browser alice.documents(url(https, shop, /next), q, fragment, Answer(") == true, "\(inserts)")
  }

  @Test("A path with a name in it is handled for each name, and who asks for one gets that one")
  func path() throws {
    let client = """
      on POST /start {
        event Done ()
        redirect 303 to https://host/next/{host}
      }
      on GET /next/{server} {
        redirect 303 to https://server/end
      }
      """
    let system = try web(client: client)
    let start = try #require(system.rules.first { $0.name == "alice begin to shop/start" })
    #expect(system.lines(start).contains { $0.contains("url(https, shop, /next/{}(shop))") })
    let follow = try #require(system.rules.first { $0.name == "alice follow to shop/next/{server}" })
    #expect(system.lines(follow).contains { $0.contains("url(https, shop, /next/{}(server))") })
    #expect(system.lines(follow).contains { $0.contains("url(https, server, /end)") })
  }

  @Test("A name in a path that nothing declares is an error")
  func unknownName() throws {
    let client = "on POST /start {\n  event Done ()\n  redirect 303 to «https://host/next/{nobody}\n}"
    try expect(["there is nothing called `nobody` here"], of: try Shipped.project(CompilerTests.web(client: client)))
  }

  // MARK: Options

  private func sent(_ scenario: String) throws -> [Library.Compiled] {
    try Project(
      declarations: "option o: a | b default b", step: "send n [o: a]\n    send me [o: b]", scenario: smallScenario(scenario)
    ).compile()
  }

  @Test("A marker may ask for one of several values")
  func values() throws {
    func learns(_ value: String) throws -> Bool {
      try Project(declarations: "option o: a | b | c", step: "send n [o: a | c]", scenario: smallScenario("option o: \(value)"))
        .compileFirst().system.lines("alice go").contains("learn n")
    }
    #expect(try learns("a") && learns("c"))
    #expect(try !learns("b"))
    try expect(
      ["the option `o` has no value `d` (its values are `a`, `b`)"],
      of: Project(declarations: "option o: a | b", step: "send n [o: a | «d]", scenario: smallScenario("option o: a")))
  }

  @Test("An option that is not chosen has its default, if it has one")
  func presets() throws {
    let preset = try sent("")[0]
    #expect(preset.options == ["o: b"] && preset.system.lines("alice go").contains("learn alice"))
    #expect(try sent("option o: a")[0].system.lines("alice go").contains("learn n"))
    #expect(try sent("sweep o").count == 2)
    try expect(
      ["the option `o` has no value `c` (its values are `a`, `b`)"], of: Project(declarations: "option o: a | b default «c", scenario: smallScenario()))
  }
}
