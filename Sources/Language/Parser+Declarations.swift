/// Reads a model file. The tree is nil if not even its head can be read.
public func parseModel(file: Int, in sources: SourceSet) -> (model: ModelFile?, diagnostics: [Diagnostic]) {
  var parser = Parser(file: file, in: sources)
  let model = parser.modelFile()
  return (model, parser.findings)
}

/// Reads a `clauses` file.
public func parseClauses(file: Int, in sources: SourceSet) -> (clauses: [ClauseDeclaration], diagnostics: [Diagnostic]) {
  var parser = Parser(file: file, in: sources)
  let clauses = parser.clauseFile()
  return (clauses, parser.findings)
}

extension Parser {
  static let declarationWords = [
    "sort", "function", "open", "record", "option", "capability", "attacker", "setup", "role", "extend", "replace", "witness", "property", "drop",
  ]

  mutating func modelFile() -> ModelFile? {
    declarationIndent = 0
    do throws(Unreadable) {
      guard take("model") else { throw fail("a model file begins with `model NAME \"…\"`") }
      var model = ModelFile(name: try name("the model's name"), text: try optionalSentence(), uses: [], extends: nil, declarations: [])
      while true {
        if take("uses") {
          model.uses += try list { (parser) throws(Unreadable) in try parser.name("a model") }
        } else if take("extends") {
          model.extends = try name("a model")
        } else {
          break
        }
      }
      let open = token
      let isBraced = take("{")
      declarationIndent = token.indent
      while token.kind != .end && !(isBraced && at("}")) {
        let start = position
        do throws(Unreadable) {
          model.declarations.append(try declaration())
        } catch {
          skipDeclaration(from: start, isBraced)
        }
      }
      if isBraced {
        try close(open)
        if token.kind != .end { throw fail("expected the end of the file, found \(describe(token))", help: "a file holds one model") }
      }
      return model
    } catch {
      return nil
    }
  }

  /// Goes on to the next declaration on a line of its own, or to the end of the model.
  private mutating func skipDeclaration(from start: Int, _ isBraced: Bool) {
    while token.kind != .end {
      let isNext = brackets.depth[position] == brackets.depth[start] && token.indent != nil && isBeside(start)
      if position > start && (beginsDeclaration || isNext) { return }
      if isBraced && at("}") && brackets.depth[position] < brackets.depth[start] { return }
      advance()
    }
  }

  /// Whether a declaration begins here, indented as declarations are.
  var beginsDeclaration: Bool {
    guard let indent = token.indent, let declarationIndent, indent <= declarationIndent, token.kind == .word else { return false }
    return Parser.declarationWords.contains(token.text) && peek().kind == .word
  }

  private mutating func declaration() throws(Unreadable) -> Declaration {
    let start = token.range.start
    guard token.kind == .word, Parser.declarationWords.contains(token.text) else {
      throw fail(
        "expected a declaration, found \(describe(token))", help: suggestion(for: token.text, among: Parser.declarationWords, orElse: "declarations are"))
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
      return .option(name: name, values: values, default: take("default") ? try self.name("a value") : nil)
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
        let isQuantified = take("for")
        let isAttackers = isQuantified && take("attacker")
        items.append(.knows(value, for: isQuantified ? try parameter() : nil, isAttackers: isAttackers))
      } else {
        throw fail("expected `may`, `reads`, `replaces` or `knows`, found \(describe(token))")
      }
    }
    return .attacker(name: name, text: text, extends: parents, items: items)
  }

  private mutating func setup() throws(Unreadable) -> Declaration.Kind {
    let name = try name("a setup")
    var parameters = try parameters()
    while ["at", "with", "to", "for"].contains(token.text) && token.kind == .word {
      advance()
      parameters += try self.parameters()
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
      let exception = take("unless") ? try condition() : nil
      return PropertyDeclaration(name: name, text: text, events: [], condition: nil, conclusion: inner, exception: exception)
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
    let exception = take("unless") ? try self.condition() : nil
    return PropertyDeclaration(name: name, text: text, events: events, condition: condition, conclusion: conclusion, exception: exception)
  }

  mutating func clauseFile() -> [ClauseDeclaration] {
    var clauses: [ClauseDeclaration] = []
    while token.kind != .end {
      let start = position
      do throws(Unreadable) {
        try expect("clause")
        let name = try clauseName()
        let source = try sentence()
        guard token.kind == .string else { throw fail("the clause \(quoted(name.text)) has no meaning", help: "say in one sentence what it asks for") }
        let meaning = try sentence()
        if meaning.text.isEmpty {
          report("the clause \(quoted(name.text)) has no meaning", meaning.location, help: "say in one sentence what it asks for")
        }
        clauses.append(ClauseDeclaration(name: name, source: source, meaning: meaning, without: take("without") ? try sentence() : nil))
      } catch {
        while token.kind != .end && !(position > start && at("clause")) { advance() }
      }
    }
    return clauses
  }
}
