extension Parser {
  static let statementWords = [
    "find", "take", "require", "if", "let", "new", "insert", "remove", "end", "event", "do", "redirect", "form", "respond", "ask", "visit", "send", "leak",
  ]

  /// Words that go on with the statement before them, and begin a line as that does.
  static let companionWords = ["else", "otherwise", "answered"]

  /// `{ statement … }`; an unreadable statement is skipped, and the rest is read.
  mutating func block() throws(Unreadable) -> [Statement] {
    let open = token
    try expect("{")
    return try nested { (parser) throws(Unreadable) in
      var statements: [Statement] = []
      while !parser.at("}") && !parser.isBeyondBlock {
        let start = parser.position
        do throws(Unreadable) {
          statements.append(try parser.statement())
        } catch {
          parser.skipStatement(from: start)
        }
      }
      try parser.close(open)
      return statements
    }
  }

  /// Whether a block that is still open must have ended: the file ends here, or the next part of the role, or the next declaration begins.
  private var isBeyondBlock: Bool { token.kind == .end || beginsDeclaration || beginsMember }

  /// Goes on to the next line with a statement beside the one that began at `start`, or to the end of its block.
  private mutating func skipStatement(from start: Int) {
    let depth = brackets.depth[start]
    while !isBeyondBlock {
      if at("}") && brackets.depth[position] < depth { return }
      if position > start && brackets.depth[position] == depth && token.indent != nil && (beginsStatement || isBeside(start)) { return }
      advance()
    }
  }

  /// Whether the line here is indented as the one that began at `start` is, and does not go on with it.
  func isBeside(_ start: Int) -> Bool {
    token.kind == .word && token.indent == tokens[start].indent && !Parser.companionWords.contains(token.text)
  }

  private var beginsStatement: Bool { token.kind == .word && (Parser.statementWords.contains(token.text) || isUpdate) }

  /// `row.column =`
  private var isUpdate: Bool { peek().kind == .mark && peek().text == "." && peek(3).kind == .mark && peek(3).text == "=" }

  mutating func statement() throws(Unreadable) -> Statement {
    let start = token.range.start
    guard token.kind == .word else { throw fail("expected a statement, found \(describe(token))") }
    let word = token.text
    if isUpdate { return try update() }
    guard Parser.statementWords.contains(word) else {
      throw fail("\(quoted(word)) begins no statement", help: suggestion(for: word, among: Parser.statementWords, orElse: "statements are"))
    }
    advance()
    var (kind, marker) = try body(of: word)
    if marker == nil { marker = try self.marker() }
    return Statement(kind, marker: marker, at: location(from: start))
  }

  private mutating func update() throws(Unreadable) -> Statement {
    let start = token.range.start
    let row = try name()
    try expect(".")
    let column = try name()
    try expect("=")
    let value = try expression()
    return Statement(.update(row: row, column: column, value), marker: try marker(), at: location(from: start))
  }

  /// The rest of a statement; with its marker where that stands before a block.
  private mutating func body(of word: String) throws(Unreadable) -> (Statement.Kind, ClauseMarker?) {
    switch word {
    case "find", "take":
      let table = try tableName()
      let columns = try group("(", ")") { (parser) throws(Unreadable) in try parser.columnPattern() }
      let row = take("as") ? try name() : nil
      let marker = try marker()
      let otherwise = take("otherwise") ? try block() : nil
      return (.find(table, columns, row: row, takes: word == "take", otherwise: otherwise), marker)
    case "require":
      if at("no"), peek().kind == .word {
        advance()
        let table = try tableName()
        return (.requireNone(table, try group("(", ")") { (parser) throws(Unreadable) in try parser.columnPattern() }), nil)
      }
      let condition = try condition()
      let marker = try marker()
      let otherwise = take("otherwise") ? try block() : nil
      return (.require(condition, otherwise: otherwise), marker)
    case "if": return (try check(), nil)
    case "let":
      let pattern = try expression()
      try expect("=")
      return (.bind(pattern: pattern, value: try expression()), nil)
    case "new":
      // `new flow: Flow (…)` makes a session; `new code: Code` a value.
      let first = try parameter()
      if at("(") {
        let columns = try group("(", ")") { (parser) throws(Unreadable) in try parser.argument() }
        return (.newSession(variable: first.name, session: first.sort.name, columns), nil)
      }
      return (.new(take(",") ? [first] + (try list { (parser) throws(Unreadable) in try parser.parameter() }) : [first]), nil)
    case "insert":
      let table = try tableName()
      return (.insert(table, try group("(", ")") { (parser) throws(Unreadable) in try parser.argument() }), nil)
    case "remove", "end": return (.remove(row: try name("a row")), nil)
    case "event":
      let event = try name("an event")
      return (.event(event, try group("(", ")") { (parser) throws(Unreadable) in try parser.argument() }), nil)
    case "do":
      let procedure = try name("a procedure")
      return (.call(procedure: procedure, try group("(", ")") { (parser) throws(Unreadable) in try parser.markedExpression() }), nil)
    case "redirect":
      var status = try expression()
      let start = status.location.range.start
      if let marker = try marker() { status = Expression(.marked(status, marker), at: location(from: start)) }
      try expect("to")
      let to = try expression()
      let message = take("with") ? try expression() : nil
      let fragment = take("fragment") ? try expression() : nil
      return (.redirect(status: status, to: to, message: message, fragment: fragment, leaks: try leaks()), nil)
    case "form":
      let content = try expression()
      try expect("to")
      let method = try name("a method")
      // Sent by GET, the password would stand in the URL, and no browser of a model does that.
      if method.text != "POST" { report("a form is sent by POST, not by \(quoted(method.text))", method.location) }
      let path = try path()
      return (.form(content: content, method: method, path: path, headers: try headers()), nil)
    case "respond":
      let message = try expression()
      let headers = try headers()
      return (.respond(message, headers: headers, leaks: try leaks()), nil)
    case "ask":
      var call = try self.call()
      call.message = try expression()
      try mutual(&call)
      let marker = try marker()
      guard at("answered") else {
        throw fail("expected `answered (…) { … }` after `ask`, found \(describe(token))", help: suggestion(for: token.text, among: ["answered"]))
      }
      advance()
      let pattern = try group("(", ")") { (parser) throws(Unreadable) in try parser.received() }
      return (.ask(call, pattern: pattern, answered: try block()), marker)
    case "visit":
      var call = try self.call()
      while true {
        if take("query") {
          call.query = try expression()
        } else if take("body") {
          call.body = try expression()
        } else if take("site") {
          call.site = try expression()
        } else if take("fragment") {
          call.fragment = try expression()
        } else {
          return (.visit(call), nil)
        }
      }
    case "send": return (.send(try expression()), nil)
    default:
      let leak = try name("what leaks")
      return (.leak(leak, try expression()), nil)
    }
  }

  private mutating func check() throws(Unreadable) -> Statement.Kind {
    let condition = try condition()
    let then = try block()
    guard take("else") else { return .check(condition, then: then, otherwise: []) }
    if at("if") {
      let start = token.range.start
      advance()
      let inner = try nested { (parser) throws(Unreadable) in try parser.check() }
      return .check(condition, then: then, otherwise: [Statement(inner, at: location(from: start))])
    }
    return .check(condition, then: then, otherwise: try block())
  }

  private mutating func headers() throws(Unreadable) -> Expression? { take("headers") ? try expression() : nil }

  private mutating func leaks() throws(Unreadable) -> Name? { take("leaks") ? try name("what leaks") : nil }

  private mutating func call() throws(Unreadable) -> Call {
    let method = try expression()
    return Call(method: method, url: try expression())
  }

  private mutating func mutual(_ call: inout Call) throws(Unreadable) {
    guard take("over") else { return }
    try expect("mutual")
    try expect("with")
    call.clientKey = try expression()
  }

  /// `answer: TokenResponse`, or a pattern.
  private mutating func received() throws(Unreadable) -> Expression {
    let start = token.range.start
    if token.kind == .word, peek().text == ":" {
      let parameter = try parameter()
      return Expression(.typed(parameter.name, parameter.sort), at: location(from: start))
    }
    return try expression()
  }

  private mutating func tableName() throws(Unreadable) -> TableName {
    let first = try name("a table")
    guard take(".") else { return TableName(owner: nil, table: first) }
    return TableName(owner: first, table: try name("a table"))
  }
}
