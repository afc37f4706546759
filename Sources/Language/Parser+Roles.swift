extension Parser {
  mutating func role(isNew: Bool) throws(Unreadable) -> RoleDeclaration {
    let name = try name("a role")
    var role = RoleDeclaration(name: name, parameter: nil, isHost: false)
    if isNew {
      do throws(Unreadable) {
        role.isHost = at("at")
        guard take("at") || take("of") else { throw fail("expected `at host: Host` or `of person: Person`, found \(describe(token))") }
        role.parameter = try parameter()
      } catch {
        // The rest is read for its errors.
        skipToBlock()
      }
    }
    let open = token
    try expect("{")
    while !at("}") && token.kind != .end && !beginsDeclaration {
      let start = position
      do throws(Unreadable) {
        try member(of: &role)
      } catch {
        skipMember(from: start)
      }
      memberIndent = nil
    }
    try close(open)
    return role
  }

  static let memberWords = ["table", "session", "on", "step", "answered", "attach", "procedure"]

  /// Whether a part of the role begins here, indented as they are.
  var beginsMember: Bool {
    guard let indent = token.indent, let memberIndent, indent <= memberIndent, token.kind == .word else { return false }
    return Parser.memberWords.contains(token.text) && peek().kind == .word
  }

  /// Goes on to the `{` of a role, or to that of a handler: there a line ends, while records in its pattern go on.
  private mutating func skipToBlock(endingLine: Bool = false) {
    while token.kind != .end && !at("}") && !beginsDeclaration && !beginsMember {
      if at("{") && (!endingLine || peek().indent != nil) { return }
      advance()
    }
  }

  /// Goes on to the next part of the role, or to its end.
  private mutating func skipMember(from start: Int) {
    let depth = brackets.depth[start]
    memberIndent = tokens[start].indent
    while token.kind != .end && !beginsDeclaration {
      if at("}") && brackets.depth[position] < depth { return }
      let isNext = brackets.depth[position] == depth && token.indent != nil && (Parser.memberWords.contains(token.text) || isBeside(start))
      if position > start && (beginsMember || isNext) { return }
      advance()
    }
  }

  private mutating func member(of role: inout RoleDeclaration) throws(Unreadable) {
    let start = token.range.start
    let word = token.text
    guard token.kind == .word, Parser.memberWords.contains(word) else {
      throw fail("expected a part of a role, found \(describe(token))", help: suggestion(for: word, among: Parser.memberWords, orElse: "a role has"))
    }
    memberIndent = token.indent
    advance()
    switch word {
    case "table":
      let name = try name("a table")
      role.tables.append(TableDeclaration(name: name, columns: try parameters()))
    case "session": role.sessions.append(try session())
    default:
      var handler = try header(word)
      handler.location = Location(file: file, range: SourceRange(start: start, end: start + word.utf8.count))
      handler.body = try block()
      handler.end = tokens[max(0, position - 1)].range.end
      role.handlers.append(handler)
    }
  }

  private mutating func session() throws(Unreadable) -> SessionDeclaration {
    let name = try name("a session")
    var cookie: Parameter?
    var attributes: [Argument] = []
    if take("keyed") {
      try expect("by")
      cookie = try parameter()
      if at("{") { attributes = try group("{", "}") { (parser) throws(Unreadable) in try parser.argument() } }
    }
    return SessionDeclaration(name: name, cookie: cookie, attributes: attributes, columns: try parameters())
  }

  mutating func parameters() throws(Unreadable) -> [Parameter] { try group("(", ")") { (parser) throws(Unreadable) in try parser.parameter() } }

  private mutating func names() throws(Unreadable) -> [Name] { try group("(", ")") { (parser) throws(Unreadable) in try parser.name() } }

  /// All of a handler but its block. Where it cannot be read, the block is read for its errors.
  private mutating func header(_ word: String) throws(Unreadable) -> HandlerDeclaration {
    do throws(Unreadable) {
      var handler = HandlerDeclaration(trigger: try trigger(word), body: [], at: here)
      try suffixes(&handler)
      return handler
    } catch {
      skipToBlock(endingLine: true)
      if at("{") { _ = try block() }
      throw error
    }
  }

  private mutating func trigger(_ word: String) throws(Unreadable) -> HandlerDeclaration.Trigger {
    switch word {
    case "on":
      if take("message") { return .message(try expression()) }
      let method = try name("a method")
      if !["GET", "POST", "ANY"].contains(method.text) { report("\(quoted(method.text)) is no method: write `GET`, `POST` or `ANY`", method.location) }
      let path = try path()
      return .http(method: method, path: path, parameters: at("(") ? try parameters() : [])
    case "step": return .step(name: try name("the step's name"), text: try optionalSentence(), byAttacker: false, needs: nil, parameters: [])
    case "answered":
      let kind = try name("`redirect`, `form`, `page`, `data` or `cookie`")
      if !["redirect", "form", "page", "data", "cookie"].contains(kind.text) {
        report("there is no answer \(quoted(kind.text)): write `redirect`, `form`, `page`, `data` or `cookie`", kind.location)
      }
      return .answered(kind: kind, parameters: try names(), after: take("after") ? try names() : [])
    case "attach":
      try expect("cookie")
      return .attach(parameters: try names(), after: take("after") ? try names() : [])
    default: return .procedure(name: try name("a procedure"), parameters: try names())
    }
  }

  private mutating func suffixes(_ handler: inout HandlerDeclaration) throws(Unreadable) {
    while !at("{") {
      if take("limit") {
        handler.limit = try name("a limit")
      } else if take("leaks") {
        handler.leaks = try name("what leaks")
      } else if take("in") {
        handler.session = try parameter()
      } else if take("over") {
        handler.channel = try channel()
      } else if at("[") {
        handler.marker = try marker()
      } else if case .step(let name, let text, let byAttacker, let needs, let parameters) = handler.trigger {
        if take("by") {
          try expect("attacker")
          handler.trigger = .step(name: name, text: text, byAttacker: true, needs: needs, parameters: parameters)
        } else if take("needs") {
          handler.trigger = .step(name: name, text: text, byAttacker: byAttacker, needs: try self.name("a capability"), parameters: parameters)
        } else if at("(") {
          handler.trigger = .step(name: name, text: text, byAttacker: byAttacker, needs: needs, parameters: try self.parameters())
        } else {
          let help = suggestion(for: token.text, among: ["by", "needs", "limit", "leaks", "in", "over"])
          throw fail("expected `by attacker`, `needs`, `limit`, parameters or `{`, found \(describe(token))", help: help)
        }
      } else {
        let help = suggestion(for: token.text, among: ["in", "over", "limit", "leaks"])
        throw fail("expected `in`, `over`, `limit`, `leaks` or `{`, found \(describe(token))", help: help)
      }
    }
  }

  private mutating func channel() throws(Unreadable) -> HandlerDeclaration.Channel {
    if take("https") { return .https }
    if take("http") { return .http }
    if take("mutual") {
      try expect("as")
      return .mutual(certificate: try name())
    }
    if take("out") {
      try expect("of")
      try expect("band")
      return .outOfBand
    }
    throw fail("expected `https`, `http`, `mutual as NAME` or `out of band`, found \(describe(token))")
  }
}
