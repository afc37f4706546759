import Testing

@testable import Language

@Suite("Parser: models")
struct ModelParserTests {
  private func first(_ text: String) throws -> Declaration.Kind { try #require(try declarations(text).first) }

  @Test("A model has a name, a sentence, what it uses and what it extends")
  func head() throws {
    let (model, diagnostics) = parseModel(file: 0, in: source("model M \"says what\"\n  uses A, B\n  extends C\n  uses D\nsort S\n"))
    #expect(diagnostics.isEmpty)
    let read = try #require(model)
    #expect(read.name.text == "M" && read.text?.text == "says what")
    #expect(read.uses.map(\.text) == ["A", "B", "D"])
    #expect(read.extends?.text == "C")
    #expect(read.declarations.count == 1)
  }

  @Test("The declarations of a model can stand in braces")
  func braced() throws {
    let (model, diagnostics) = parseModel(file: 0, in: source("model M extends N {\n  drop A-1, B\n  replace role R {\n  }\n}\n"))
    #expect(diagnostics.isEmpty)
    let kinds = try #require(model).declarations.map(\.kind)
    guard case .dropClauses(let clauses) = kinds[0], case .replaceRole(let role) = kinds[1] else { throw Missing() }
    #expect(clauses.map(\.text) == ["A-1", "B"])
    #expect(role.name.text == "R" && role.parameter == nil)
  }

  @Test("`sort` declares sorts, names, or values")
  func sorts() throws {
    guard case .sorts(let plain, false, let none) = try first("sort A, B") else { throw Missing() }
    #expect(plain.map(\.text) == ["A", "B"] && none.isEmpty)
    guard case .sorts(_, true, _) = try first("sort A names") else { throw Missing() }
    guard case .sorts(_, false, let values) = try first("sort S = Strict | Lax | None") else { throw Missing() }
    #expect(values.map(\.text) == ["Strict", "Lax", "None"])
  }

  @Test("`function` has parameters with or without names, a result, and can be private")
  func functions() throws {
    guard case .function(let name, let parameters, let result, false, nil) = try first("function f(A, b: B?) -> C?") else { throw Missing() }
    #expect(name.text == "f" && text(result) == "C?")
    #expect(text(parameters) == "_1: A, b: B?")
    guard case .function(_, _, _, true, let unless) = try first("function f(a: A) -> B private unless a is attacker") else { throw Missing() }
    #expect(unless?.text == "a")
    guard case .function(_, _, _, false, nil) = try first("function f(A) -> B one_way") else { throw Missing() }
  }

  @Test("`open` says what takes a value apart")
  func open() throws {
    guard case .open(let pattern, let needs, let gives) = try first("open seal(key, body) with key, other gives body") else { throw Missing() }
    #expect(text(pattern) == "seal(key, body)" && needs.map { text($0) } == ["key", "other"] && text(gives) == "body")
  }

  @Test("`record` has fields")
  func record() throws {
    guard case .record(let name, let fields) = try first("record R { a: A, b: B? }") else { throw Missing() }
    #expect(name.text == "R" && text(fields) == "a: A, b: B?")
  }

  @Test("`option` has values")
  func option() throws {
    guard case .option(let name, let values, let usual) = try first("option constraint: mtls | dpop") else { throw Missing() }
    #expect(name.text == "constraint" && values.map(\.text) == ["mtls", "dpop"] && usual == nil)
  }

  @Test("`option` can say what is chosen where a scenario does not choose")
  func optionWithDefault() throws {
    guard case .option(_, let values, let usual) = try first("option constraint: mtls | dpop default dpop") else { throw Missing() }
    #expect(values.map(\.text) == ["mtls", "dpop"] && usual?.text == "dpop")
  }

  @Test("`capability` and `attacker` say what an attacker can do")
  func attackers() throws {
    guard case .capability(let name, let sentence) = try first("capability network \"reads all\"") else { throw Missing() }
    #expect(name.text == "network" && sentence.text == "reads all")
    guard
      case .attacker(let attacker, _, let parents, let items) = try first(
        "attacker A \"x\" extends B, C { may d, e reads f replaces g knows k(a) for attacker a: Agent }")
    else { throw Missing() }
    #expect(attacker.text == "A" && parents.map(\.text) == ["B", "C"])
    #expect(items.count == 4)
    guard case .may(let capabilities) = items[0], case .knows(let value, let parameter, true) = items[3] else { throw Missing() }
    #expect(capabilities.map(\.text) == ["d", "e"])
    #expect(text(value) == "k(a)" && parameter.map { text([$0]) } == "a: Agent")
  }

  @Test("An attacker knows a value, one for each of a sort, or one for each that is its own")
  func knowledge() throws {
    guard case .attacker(_, _, _, let items) = try first("attacker A \"x\" {\n  knows k\n  knows f(a) for a: Agent\n  knows g(a) for attacker a: Agent\n}")
    else {
      throw Missing()
    }
    guard case .knows(_, nil, false) = items[0], case .knows(_, .some, false) = items[1], case .knows(_, .some, true) = items[2] else { throw Missing() }
  }

  @Test("`setup` says what was agreed before the run")
  func setup() throws {
    guard case .setup(let name, let parameters, let body) = try first("setup register (client: Client) at (server: Server) {\n  new s: Secret\n}") else {
      throw Missing()
    }
    #expect(name.text == "register" && text(parameters) == "client: Client, server: Server" && body.count == 1)
  }

  @Test("`witness` is an event that must be reached")
  func witness() throws {
    guard case .witness(let name, let sentence, let event, let condition) = try first("witness w \"x\"\n  event E (a, b) where a is honest") else {
      throw Missing()
    }
    #expect(name.text == "w" && sentence?.text == "x" && text(event) == "E(a as a, b as b)")
    #expect(condition.map { text($0) } == "a honest")
  }

  @Test(
    "`property` says what must hold",
    arguments: [
      ("never attacker derives f(a)", "", "!derives f(a)", ""),
      ("secret a unless a is attacker", "", "!derives a", "a attacker"),
      ("when event E (a) then b == a", "E(a as a)", "b == a", ""),
      ("when event E and event F (x == y) then not attacker derives a", "E() F(x == y)", "!derives a", ""),
      ("when event E then attacker cannot derive a", "E()", "!derives a", ""),
      ("when event E and a is honest and b is honest then a == b unless b is attacker", "E()", "a == b", "b attacker"),
      ("when event E then injective earlier event F (a == a) and earlier event G", "E()", "(injective earlier F(a == a) & earlier G())", ""),
    ])
  func properties(written: String, events: String, conclusion: String, exception: String) throws {
    guard case .property(let property) = try first("property p \"x\"\n  \(written)") else { throw Missing() }
    #expect(property.events.map { text($0) }.joined(separator: " ") == events)
    #expect(text(property.conclusion) == conclusion)
    #expect(property.exception.map { text($0) } ?? "" == exception)
  }

  @Test("A property can have a further condition")
  func propertyCondition() throws {
    guard case .property(let property) = try first("property p \"x\"\n  when event E (a) and a is honest and b == a then a == b") else { throw Missing() }
    #expect(property.condition.map { text($0) } == "(a honest & b == a)")
  }
}

@Suite("Parser: roles")
struct RoleParserTests {
  private func role(_ members: String) throws -> RoleDeclaration {
    guard case .role(let role) = try #require(try declarations("role R at host: Host {\n\(members)\n}").first) else { throw Missing() }
    return role
  }

  private func handler(_ header: String) throws -> HandlerDeclaration { try #require(try role("  \(header) {\n    end x\n  }").handlers.first) }

  @Test("A role is a host or belongs to a person, or extends another")
  func kinds() throws {
    guard case .role(let host) = try declarations("role R at host: Host {}")[0], case .role(let person) = try declarations("role R of p: Person {}")[0],
      case .role(let extended) = try declarations("extend role R {}")[0]
    else { throw Missing() }
    #expect(host.isHost && host.parameter.map { text([$0]) } == "host: Host")
    #expect(!person.isHost && person.parameter.map { text([$0]) } == "p: Person")
    #expect(extended.parameter == nil)
  }

  @Test("A table has columns")
  func table() throws {
    let table = try #require(try role("  table codes (code: Code, owner: Person?)").tables.first)
    #expect(table.name.text == "codes" && text(table.columns) == "code: Code, owner: Person?")
  }

  @Test("A session can be keyed by a cookie with attributes")
  func session() throws {
    let session = try #require(try role("  session Flow keyed by c: Cookie { secure: yes, prefix: yes [A-1 without no] }\n    (state: State?)").sessions.first)
    #expect(session.name.text == "Flow" && session.cookie.map { text([$0]) } == "c: Cookie")
    #expect(text(session.attributes) == "secure: yes, prefix: yes[A-1 without no]")
    #expect(text(session.columns) == "state: State?")
    #expect(try #require(try role("  session Run (peer: Agent)").sessions.first).cookie == nil)
  }

  @Test("A handler of requests has a method, a path and what it receives")
  func request() throws {
    let handler = try handler("on POST /login (password: Password, request: R)")
    guard case .http(let method, let path, let parameters) = handler.trigger else { throw Missing() }
    #expect(method.text == "POST" && path.text == "/login" && text(parameters) == "password: Password, request: R")
    guard case .https = handler.channel else { throw Missing() }
    #expect(handler.body.count == 1)
  }

  @Test("A handler says in which session it is, what limits it, what leaks, and under which clause it is there")
  func suffixes() throws {
    let handler = try handler("on GET /x in flow: Flow limit flows leaks log [A-1]")
    #expect(handler.session.map { text([$0]) } == "flow: Flow")
    #expect(handler.limit?.text == "flows" && handler.leaks?.text == "log")
    #expect(handler.marker.map { text($0) } == "[A-1]")
  }

  @Test("A handler has a channel")
  func channels() throws {
    guard case .http = try handler("on GET /x over http").channel else { throw Missing() }
    guard case .https = try handler("on GET /x over https").channel else { throw Missing() }
    guard case .outOfBand = try handler("on GET /x over out of band").channel else { throw Missing() }
    guard case .mutual(let certificate) = try handler("on GET /x over mutual as certificate").channel else { throw Missing() }
    #expect(certificate.text == "certificate")
  }

  @Test("A handler of messages has a pattern")
  func message() throws {
    guard case .message(let pattern) = try handler("on message encrypt(public(key), Second { na }) in run: Run").trigger else { throw Missing() }
    #expect(text(pattern) == "encrypt(public(key), Second{na: na})")
  }

  @Test("A step is taken by a person, or by the attacker who has a capability")
  func steps() throws {
    guard case .step(let name, let sentence, false, nil, let parameters) = try handler("step start \"{p} starts\" limit runs (peer: Agent)").trigger else {
      throw Missing()
    }
    #expect(name.text == "start" && sentence?.text == "{p} starts" && text(parameters) == "peer: Agent")
    guard case .step(_, nil, true, let needs, _) = try handler("step forced by attacker needs navigate").trigger else { throw Missing() }
    #expect(needs?.text == "navigate")
  }

  @Test("A browser says what it does with answers, and which cookies it attaches")
  func browsers() throws {
    guard case .answered(let kind, let names, let after) = try handler("answered redirect (status, to) after (method, body)").trigger else { throw Missing() }
    #expect(kind.text == "redirect" && names.map(\.text) == ["status", "to"] && after.map(\.text) == ["method", "body"])
    guard case .attach(let cookie, let request) = try handler("attach cookie (host, name) after (method, site)").trigger else { throw Missing() }
    #expect(cookie.map(\.text) == ["host", "name"] && request.map(\.text) == ["method", "site"])
  }

  @Test("A procedure has parameters")
  func procedure() throws {
    guard case .procedure(let name, let parameters) = try handler("procedure accept (request, other)").trigger else { throw Missing() }
    #expect(name.text == "accept" && parameters.map(\.text) == ["request", "other"])
  }
}

@Suite("Parser: clauses files")
struct ClausesParserTests {
  @Test("A clause has its source, its meaning, and what is without it")
  func clauses() {
    let (clauses, diagnostics) = parseClauses(file: 0, in: source("clause A-1.2 \"RFC 1\"\n  \"means\"\n  without \"does not\"\nclause B \"RFC 2\" \"too\"\n"))
    #expect(diagnostics.isEmpty)
    #expect(clauses.map(\.name.text) == ["A-1.2", "B"])
    #expect(clauses.map(\.source.text) == ["RFC 1", "RFC 2"])
    #expect(clauses.map(\.meaning.text) == ["means", "too"])
    #expect(clauses.map(\.without?.text) == ["does not", nil])
  }
}

@Suite("Parser: shipped files")
struct ShippedParserTests {
  @Test("A shipped file can be read", arguments: Shipped.files)
  func shipped(path: String) throws {
    var sources = SourceSet()
    let file = sources.add(try Shipped.read(path))
    let kind = try #require(FileKind(fileName: path))
    #expect(findings(file: file, in: sources, as: kind).map { render($0, in: sources) } == [])
  }
}
