import Testing

@testable import Language

@Suite("Parser: values")
struct ValueParserTests {
  @Test(
    "A value is read as written",
    arguments: [
      ("request", "request"),
      ("303", "303"),
      ("request.form.state", "request.form.state"),
      ("S256(verifier)", "S256(verifier)"),
      ("f()", "f()"),
      ("f(a, g(b.c)).d", "f(a, g(b.c)).d"),
      ("Third { nb: nb, na }", "Third{nb: nb, na: na}"),
      ("Empty {}", "Empty{}"),
      ("(password, request)", "(password, request)"),
      ("(request)", "request"),
      ("()", "()"),
      ("https://client/callback", "https|client|/callback"),
      ("http://client", "http|client|/"),
      ("R { state: s [A-1], mode: m [A-1, B-2 without no] }", "R{state: s[A-1], mode: m[A-1, B-2 without no]}"),
    ])
  func values(written: String, read: String) throws {
    #expect(text(try value(written)) == read)
  }

  @Test("A URL's host has a place of its own")
  func host() throws {
    guard case .url(_, let host, _) = try value("https://client/callback").kind else { throw Missing() }
    // Behind `model M`, the role, the step and `    send https://`.
    #expect(host.location.range.end - host.location.range.start == "client".utf8.count)
    #expect(host.location.range.start == "model M\nrole R of me: Agent {\n  step s {\n    send https://".utf8.count)
  }

  @Test("A name with a small letter before a brace is a value before a block")
  func noRecord() throws {
    guard case .check(let condition, let then, _) = try #require(try statements("if a == b { end c }").first).kind else { throw Missing() }
    #expect(text(condition) == "a == b")
    #expect(then.count == 1)
  }
}

@Suite("Parser: conditions")
struct ConditionParserTests {
  @Test(
    "A condition is read as written, and `and` binds closer than `or`",
    arguments: [
      ("a == b.c", "a == b.c"),
      ("a != f(b)", "a != f(b)"),
      ("a is present", "a present"),
      ("a is absent", "a absent"),
      ("a is honest", "a honest"),
      ("a is attacker", "a attacker"),
      ("a == b and c == d and e == f", "(a == b & c == d & e == f)"),
      ("a == b or c == d and e == f", "(a == b | (c == d & e == f))"),
      ("(a == b or c == d) and e == f", "((a == b | c == d) & e == f)"),
      ("not a == b and c == d", "(!a == b & c == d)"),
      ("not not a is present", "!!a present"),
      ("not (a == b or c == d)", "!(a == b | c == d)"),
      ("((a == b))", "a == b"),
    ])
  func conditions(written: String, read: String) throws {
    #expect(text(try condition(written)) == read)
  }

  @Test(
    "Parentheses hold a value where something is asked of it, and a condition elsewhere",
    arguments: [
      ("(a) == b", "a == b"),
      ("(a, b) == c", "(a, b) == c"),
      ("(a) is present", "a present"),
      ("(a).b != c", "a.b != c"),
      ("((a, b) == c and (d) == e)", "((a, b) == c & d == e)"),
    ])
  func parentheses(written: String, read: String) throws {
    #expect(text(try condition(written)) == read)
  }
}

@Suite("Parser: statements")
struct StatementParserTests {
  private func first(_ lines: String...) throws -> Statement {
    let text = lines.joined(separator: "\n")
    return try #require(try statements(text).first)
  }

  @Test("`find` looks a row up")
  func find() throws {
    guard
      case .find(let table, let columns, let row, let takes, let otherwise) = try first("find codes (code == r.code [A-1], owner as person, id) as row").kind
    else { throw Missing() }
    #expect(table.owner == nil && table.table.text == "codes")
    #expect(text(columns) == "code == r.code[A-1], owner as person, id as id")
    #expect(row?.text == "row")
    #expect(!takes)
    #expect(otherwise == nil)
  }

  @Test("`take` finds and removes, `otherwise` says what happens without a row")
  func take() throws {
    let statement = try first("take server.codes (code) [A-1] otherwise { end flow }")
    guard case .find(let table, _, let row, let takes, let otherwise) = statement.kind else { throw Missing() }
    #expect(table.owner?.text == "server" && table.table.text == "codes")
    #expect(row == nil)
    #expect(takes)
    #expect(otherwise?.count == 1)
    #expect(statement.marker.map { text($0) } == "[A-1]")
  }

  @Test("`require` tests a condition, and can carry clauses")
  func require() throws {
    let statement = try first("require a == b [A-1, B-2] otherwise { end flow }")
    guard case .require(let condition, let otherwise) = statement.kind else { throw Missing() }
    #expect(text(condition) == "a == b")
    #expect(otherwise?.count == 1)
    #expect(statement.marker.map { text($0) } == "[A-1, B-2]")
  }

  @Test("A marker can name values of options, alone and beside clauses, and `without` ends it")
  func optionMarker() throws {
    let marker = try #require(try first("require a == b [A-1, mode: mtls, B-2, kind: 2 without c]").marker)
    #expect(marker.clauses.map(\.text) == ["A-1", "B-2"])
    #expect(text(marker) == "[A-1, B-2, mode: mtls, kind: 2 without c]")
  }

  @Test("A value that a bracket closes can carry a marker, in another one's `without` too")
  func markedValues() throws {
    guard case .call(_, let arguments) = try first("do p (a [A-1 without (b [mode: mtls without c])], f(d [B-2]))").kind else { throw Missing() }
    guard case .marked(let value, let marker) = arguments[0].kind, case .marked(_, let inner)? = marker.without?.kind,
      case .apply(_, let parts) = arguments[1].kind, case .marked(_, let last) = parts[0].kind
    else { throw Missing() }
    #expect(text(value) == "a" && text(last) == "[B-2]")
    #expect(marker.clauses.map(\.text) == ["A-1"] && text(inner) == "[mode: mtls without c]")
  }

  @Test("`require no` asks that no row is there")
  func requireNone() throws {
    guard case .requireNone(let table, let columns) = try first("require no used (code == c) [A-1]").kind else { throw Missing() }
    #expect(table.table.text == "used")
    #expect(text(columns) == "code == c")
  }

  @Test("`if` goes on with `else if` and `else`")
  func check() throws {
    guard case .check(let condition, let then, let otherwise) = try first("if a == b {", "end c", "} else if d == e {", "} else {", "end f", "end g", "}").kind
    else { throw Missing() }
    #expect(text(condition) == "a == b")
    #expect(then.count == 1)
    guard case .check(let inner, let innerThen, let innerOtherwise) = try #require(otherwise.first).kind else { throw Missing() }
    #expect(text(inner) == "d == e")
    #expect(innerThen.isEmpty)
    #expect(innerOtherwise.count == 2)
  }

  @Test("`let` takes a value apart")
  func bind() throws {
    guard case .bind(let pattern, let value) = try first("let Resource(server, owner) = data").kind else { throw Missing() }
    #expect(text(pattern) == "Resource(server, owner)")
    #expect(text(value) == "data")
  }

  @Test("`new` makes fresh values")
  func new() throws {
    guard case .new(let parameters) = try first("new state: State, verifier: Verifier?").kind else { throw Missing() }
    #expect(text(parameters) == "state: State, verifier: Verifier?")
  }

  @Test("`new` with columns makes a session")
  func newSession() throws {
    guard case .newSession(let variable, let session, let columns) = try first("new flow: Flow (issuer: server, state [A-1])").kind else { throw Missing() }
    #expect(variable.text == "flow" && session.text == "Flow")
    #expect(text(columns) == "issuer: server, state: state[A-1]")
  }

  @Test("`insert` adds a row")
  func insert() throws {
    guard case .insert(let table, let columns) = try first("insert client.servers (issuer: server, secret)").kind else { throw Missing() }
    #expect(table.owner?.text == "client")
    #expect(text(columns) == "issuer: server, secret: secret")
  }

  @Test("`row.column = value` changes a row")
  func update() throws {
    let statement = try first("entry.used = yes [A-1]")
    guard case .update(let row, let column, let value) = statement.kind else { throw Missing() }
    #expect(row.text == "entry" && column.text == "used" && text(value) == "yes")
    #expect(statement.marker != nil)
  }

  @Test("`remove` and `end` take a row out", arguments: ["remove entry", "end entry"])
  func remove(written: String) throws {
    guard case .remove(let row) = try first(written).kind else { throw Missing() }
    #expect(row.text == "entry")
  }

  @Test("`event` notes that something happened")
  func event() throws {
    guard case .event(let name, let columns) = try first("event LoggedIn (client: host, person)").kind else { throw Missing() }
    #expect(name.text == "LoggedIn")
    #expect(text(columns) == "client: host, person: person")
  }

  @Test("`do` calls a procedure")
  func call() throws {
    guard case .call(let procedure, let values) = try first("do accept (request, a.b)").kind else { throw Missing() }
    #expect(procedure.text == "accept")
    #expect(values.map { text($0) } == ["request", "a.b"])
  }

  @Test("`redirect` answers with a status, a message and what leaks")
  func redirect() throws {
    guard
      case .redirect(let status, let to, let message, nil, let leaks) = try first("redirect 303 [A-1 without 307] to uri", "with R { code: c }", "leaks log")
        .kind
    else { throw Missing() }
    #expect(text(status) == "303[A-1 without 307]")
    #expect(text(to) == "uri")
    #expect(message.map { text($0) } == "R{code: c}")
    #expect(leaks?.text == "log")
  }

  @Test("`form` shows a form")
  func form() throws {
    guard case .form(let content, let method, let path, nil) = try first("form request to POST /login").kind else { throw Missing() }
    #expect(text(content) == "request" && method.text == "POST" && path.text == "/login")
  }

  @Test("A form is sent by POST only", arguments: ["GET", "ANY", "PUT"])
  func formMethod(method: String) {
    #expect(errors(model("form request to \(method) /login")) == ["4: a form is sent by POST, not by `\(method)`"])
  }

  @Test("`respond` answers")
  func respond() throws {
    guard case .respond(let message, nil, let leaks) = try first("respond data leaks log").kind else { throw Missing() }
    #expect(text(message) == "data" && leaks?.text == "log")
  }

  @Test("`ask` sends a request, and goes on when it is answered")
  func ask() throws {
    let statement = try first("ask POST url R { code } over mutual with key [A-1]", "answered (answer: T?, 303) {", "respond answer", "}")
    guard case .ask(let call, let pattern, let answered) = statement.kind else { throw Missing() }
    #expect(text(call.method) == "POST" && text(call.url) == "url")
    #expect(call.message.map { text($0) } == "R{code: code}")
    #expect(call.clientKey.map { text($0) } == "key")
    #expect(pattern.map { text($0) } == ["answer: T?", "303"])
    #expect(answered.count == 1)
    #expect(statement.marker != nil)
  }

  @Test("`visit` sends a browser")
  func visit() throws {
    guard case .visit(let call) = try first("visit method to query q body (a, b) site cross").kind else { throw Missing() }
    #expect(text(call.method) == "method" && text(call.url) == "to")
    #expect([call.query, call.body, call.site].compactMap { $0 }.map { text($0) } == ["q", "(a, b)", "cross"])
  }

  @Test("`send` and `leak` give a value away")
  func send() throws {
    guard case .send(let sent) = try first("send f(x)").kind else { throw Missing() }
    #expect(text(sent) == "f(x)")
    guard case .leak(let name, let leaked) = try first("leak log response").kind else { throw Missing() }
    #expect(name.text == "log" && text(leaked) == "response")
  }

  @Test("A statement knows the text it was read from")
  func place() throws {
    let location = try first("send a.b [A-1]").location
    #expect(location.range.end - location.range.start == "send a.b [A-1]".utf8.count)
  }
}
