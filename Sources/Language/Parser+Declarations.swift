/// Reads a model file. The tree is nil if not even its head can be read.
public func parseModel(file: Int, in sources: SourceSet) -> (model: ModelFile?, diagnostics: [Diagnostic]) {
  var parser = Parser(file: file, in: sources)
  let model = parser.modelFile()
  return (model, parser.diagnostics)
}

/// Reads a `clauses` file.
public func parseClauses(file: Int, in sources: SourceSet) -> (clauses: [ClauseDeclaration], diagnostics: [Diagnostic]) {
  var parser = Parser(file: file, in: sources)
  let clauses = parser.clauseFile()
  return (clauses, parser.diagnostics)
}

extension Parser {
  static let declarationWords = [
    "sort", "function", "open", "record", "option", "capability", "attacker", "setup", "role", "extend", "replace", "witness", "property", "drop",
  ]

  mutating func modelFile() -> ModelFile? {
    do throws(Unreadable) {
      guard take("model") else { throw fail("a model file begins with `model NAME \"…\"`") }
      var model = ModelFile(name: try name("the model's name"), text: try optionalSentence(), uses: [], extends: nil, declarations: [])
      var isBraced = false
      while true {
        if take("uses") {
          model.uses += try list { (parser) throws(Unreadable) in try parser.name("a model") }
        } else if take("extends") {
          model.extends = try name("a model")
        } else {
          break
        }
      }
      isBraced = take("{")
      while token.kind != .end && !(isBraced && at("}")) {
        do throws(Unreadable) {
          model.declarations.append(try declaration())
        } catch {
          skipDeclaration()
        }
      }
      if isBraced { try expect("}") }
      return model
    } catch {
      return nil
    }
  }

  private mutating func skipDeclaration() {
    let start = position
    while token.kind != .end {
      if position > start && token.kind == .word && Parser.declarationWords.contains(token.text) && isLineStart { return }
      advance()
    }
  }

  /// Whether nothing but blanks stands before the token on its line: approximated by its being the first after a gap in the tokens.
  private var isLineStart: Bool { position == 0 || tokens[position - 1].range.end < token.range.start }

  private mutating func declaration() throws(Unreadable) -> Declaration {
    let start = token.range.start
    guard token.kind == .word, Parser.declarationWords.contains(token.text) else {
      throw fail(
        "expected a declaration, found \(describe(token))",
        help: closest(to: token.text, among: Parser.declarationWords).map { "did you mean `\($0)`?" } ?? "declarations are \(Parser.declarationWords.joined(separator: ", "))")
    }
    let word = token.text
    advance()
    let kind = try declaration(word)
    return Declaration(kind, at: location(from: start))
  }

  private mutating func declaration(_ word: String) throws(Unreadable) -> Declaration.Kind {
    switch word {
    case "sort":
      let names = try list { (parser) throws(Unreadable) in try parser.name("a sort") }
      if take("names") { return .sorts(names, isNames: true, values: []) }
      guard take("=") else { return .sorts(names, isNames: false, values: []) }
      var values = [try name("a value")]
      while take("|") { values.append(try name("a value")) }
      return .sorts(names, isNames: false, values: values)
    case "function": return try function()
    case "open":
      let pattern = try expression()
      let needs = take("with") ? try list { (parser) throws(Unreadable) in try parser.expression() } : []
      try expect("gives")
      return .open(pattern: pattern, with: needs, gives: try expression())
    case "record":
      let name = try name("a record")
      let fields = try group("{", "}") { (parser) throws(Unreadable) in try parser.parameter() }
      if fields.count > 8 { report("a record has at most eight fields: put some into a record of their own", name.location) }
      return .record(name: name, fields: fields)
    case "option":
      let name = try name("an option")
      try expect(":")
      var values = [try self.name("a value")]
      while take("|") { values.append(try self.name("a value")) }
      return .option(name: name, values: values)
    case "capability": return .capability(name: try name("a capability"), text: try sentence())
    case "attacker": return try attacker()
    case "setup": return try setup()
    case "role": return .role(try role(isNew: true))
    case "extend":
      try expect("role")
      return .role(try role(isNew: false))
    case "replace":
      try expect("role")
      return .replaceRole(try role(isNew: false))
    case "witness":
      let name = try name("the witness's name")
      let text = try optionalSentence()
      _ = take(":")
      try expect("event")
      let event = try eventPattern()
      return .witness(name: name, text: text, event: event, condition: take("where") ? try condition() : nil)
    case "property": return .property(try property())
    default: return .dropClauses(try list { (parser) throws(Unreadable) in try parser.clauseName() })
    }
  }

  private mutating func function() throws(Unreadable) -> Declaration.Kind {
    let name = try name("a function")
    var count = 0
    let parameters = try group("(", ")") { (parser) throws(Unreadable) -> Parameter in
      count += 1
      if parser.peek().text == ":" { return try parser.parameter() }
      let sort = try parser.sortName()
      return Parameter(name: Name("_\(count)", at: sort.name.location), sort: sort)
    }
    if parameters.count > 8 { report("a function takes at most eight values", name.location) }
    try expect("->")
    let result = try sortName()
    var isPrivate = false
    var unless: Name?
    while true {
      if take("private") {
        isPrivate = true
        if take("unless") {
          unless = try self.name("a parameter")
          try expect("is")
          try expect("attacker")
        }
      } else if take("public") || take("one_way") {
      } else {
        break
      }
    }
    return .function(name: name, parameters: parameters, result: result, isPrivate: isPrivate, unlessAttacker: unless)
  }

  private mutating func attacker() throws(Unreadable) -> Declaration.Kind {
    let name = try name("an attacker")
    let text = try sentence()
    let parents = take("extends") ? try list { (parser) throws(Unreadable) in try parser.name("an attacker") } : []
    try expect("{")
    var items: [AttackerItem] = []
    while !take("}") {
      if take("may") {
        items.append(.may(try list { (parser) throws(Unreadable) in try parser.name("a capability") }))
      } else if take("reads") {
        items.append(.reads(try list { (parser) throws(Unreadable) in try parser.name("what leaks") }))
      } else if take("replaces") {
        items.append(.replaces(try list { (parser) throws(Unreadable) in try parser.name("what leaks") }))
      } else if take("knows") {
        let value = try expression()
        items.append(.knows(value, for: take("for") ? try parameter() : nil))
      } else {
        throw fail("expected `may`, `reads`, `replaces` or `knows`, found \(describe(token))")
      }
    }
    return .attacker(name: name, text: text, extends: parents, items: items)
  }

  private mutating func setup() throws(Unreadable) -> Declaration.Kind {
    let name = try name("a setup")
    var parameters = try group("(", ")") { (parser) throws(Unreadable) in try parser.parameter() }
    while ["at", "with", "to", "for"].contains(token.text) && token.kind == .word {
      advance()
      parameters += try group("(", ")") { (parser) throws(Unreadable) in try parser.parameter() }
    }
    return .setup(name: name, parameters: parameters, body: try block())
  }

  private mutating func property() throws(Unreadable) -> PropertyDeclaration {
    let name = try name("the property's name")
    _ = take(":")
    let text = try optionalSentence()
    let start = token.range.start
    if take("never") || at("secret") {
      var inner: Condition
      if take("secret") { inner = Condition(.derives(try expression()), at: location(from: start)) } else { inner = try condition() }
      inner = Condition(.not(inner), at: inner.location)
      return PropertyDeclaration(name: name, text: text, events: [], condition: nil, conclusion: inner, exception: take("unless") ? try condition() : nil)
    }
    try expect("when")
    try expect("event")
    var events = [try eventPattern()]
    var condition: Condition?
    while take("and") {
      if take("event") {
        events.append(try eventPattern())
      } else {
        condition = try self.condition()
        break
      }
    }
    try expect("then")
    let conclusion = try self.condition()
    return PropertyDeclaration(name: name, text: text, events: events, condition: condition, conclusion: conclusion, exception: take("unless") ? try self.condition() : nil)
  }

  // MARK: Roles

  private mutating func role(isNew: Bool) throws(Unreadable) -> RoleDeclaration {
    let name = try name("a role")
    var role = RoleDeclaration(name: name, parameter: nil, isHost: false)
    if isNew {
      role.isHost = at("at")
      guard take("at") || take("of") else { throw fail("expected `at host: Host` or `of person: Person`, found \(describe(token))") }
      role.parameter = try parameter()
    }
    try expect("{")
    while !at("}") && token.kind != .end {
      do throws(Unreadable) {
        try member(of: &role)
      } catch {
        skipMember()
      }
    }
    try expect("}")
    return role
  }

  private static let memberWords = ["table", "session", "on", "step", "answered", "attach", "procedure"]

  private mutating func skipMember() {
    var open = 0
    while token.kind != .end {
      if at("{") { open += 1 }
      if at("}") {
        if open <= 0 { return }
        open -= 1
      }
      advance()
      if open <= 0 && token.kind == .word && Parser.memberWords.contains(token.text) { return }
    }
  }

  private mutating func member(of role: inout RoleDeclaration) throws(Unreadable) {
    let start = token.range.start
    let word = token.text
    guard token.kind == .word, Parser.memberWords.contains(word) else {
      throw fail(
        "expected a part of a role, found \(describe(token))",
        help: closest(to: word, among: Parser.memberWords).map { "did you mean `\($0)`?" } ?? "a role has \(Parser.memberWords.joined(separator: ", "))")
    }
    advance()
    switch word {
    case "table":
      let name = try name("a table")
      role.tables.append(TableDeclaration(name: name, columns: try group("(", ")") { (parser) throws(Unreadable) in try parser.parameter() }))
    case "session": role.sessions.append(try session())
    default:
      var handler = try handler(word, start)
      handler.location = Location(file: file, range: SourceRange(start: start, end: start + word.utf8.count))
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
    return SessionDeclaration(name: name, cookie: cookie, attributes: attributes, columns: try group("(", ")") { (parser) throws(Unreadable) in try parser.parameter() })
  }

  private mutating func names() throws(Unreadable) -> [Name] { try group("(", ")") { (parser) throws(Unreadable) in try parser.name() } }

  private mutating func handler(_ word: String, _ start: Int) throws(Unreadable) -> HandlerDeclaration {
    let place = location(from: start)
    var trigger: HandlerDeclaration.Trigger
    switch word {
    case "on":
      if take("message") {
        trigger = .message(try expression())
      } else {
        let method = try name("a method")
        if !["GET", "POST"].contains(method.text) { report("`\(method.text)` is no method: write `GET` or `POST`", method.location) }
        let path = try path()
        trigger = .http(method: method, path: path, parameters: at("(") ? try group("(", ")") { (parser) throws(Unreadable) in try parser.parameter() } : [])
      }
    case "step": trigger = .step(name: try name("the step's name"), text: try optionalSentence(), byAttacker: false, needs: nil, parameters: [])
    case "answered":
      let kind = try name("`redirect`, `form`, `data` or `cookie`")
      if !["redirect", "form", "data", "cookie"].contains(kind.text) { report("there is no answer `\(kind.text)`: write `redirect`, `form`, `data` or `cookie`", kind.location) }
      trigger = .answered(kind: kind, parameters: try names(), after: take("after") ? try names() : [])
    case "attach":
      try expect("cookie")
      trigger = .attach(parameters: try names(), after: take("after") ? try names() : [])
    default: trigger = .procedure(name: try name("a procedure"), parameters: try names())
    }
    var handler = HandlerDeclaration(trigger: trigger, body: [], at: place)
    try suffixes(&handler)
    handler.body = try block()
    return handler
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
          let given = try group("(", ")") { (parser) throws(Unreadable) in try parser.parameter() }
          handler.trigger = .step(name: name, text: text, byAttacker: byAttacker, needs: needs, parameters: given)
        } else {
          throw fail("expected `by attacker`, `needs`, `limit`, parameters or `{`, found \(describe(token))")
        }
      } else {
        throw fail("expected `in`, `over`, `limit`, `leaks` or `{`, found \(describe(token))")
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

  mutating func clauseFile() -> [ClauseDeclaration] {
    var clauses: [ClauseDeclaration] = []
    while token.kind != .end {
      do throws(Unreadable) {
        try expect("clause")
        let name = try clauseName()
        let source = try sentence()
        guard token.kind == .string else { throw fail("the clause `\(name.text)` has no meaning", help: "say in one sentence what it asks for") }
        let meaning = try sentence()
        if meaning.text.isEmpty { report("the clause `\(name.text)` has no meaning", meaning.location, help: "say in one sentence what it asks for") }
        clauses.append(ClauseDeclaration(name: name, source: source, meaning: meaning, without: take("without") ? try sentence() : nil))
      } catch {
        repeat { advance() } while token.kind != .end && !at("clause")
      }
    }
    return clauses
  }
}
