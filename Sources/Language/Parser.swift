/// Thrown to leave a construct that cannot be read; the error has been reported.
struct Unreadable: Error {}

/// A recursive-descent parser with recovery: an error is reported once, and reading goes on at the next statement or declaration.
struct Parser {
  /// Deeper nesting than any reader could follow is refused, so hostile input cannot exhaust the stack.
  static let maximumDepth = 100
  /// Nobody reads more errors in one go.
  static let maximumDiagnostics = 100

  let file: Int
  let source: SourceFile
  let tokens: [Token]
  let brackets: Brackets
  var position = 0
  var depth = 0
  private var diagnostics: [Diagnostic]
  /// The token that the last failure was at: a second one there says nothing new.
  private var failed: Int?
  /// How far the declarations, the parts of the present role and the sections of the present scenario are indented. What begins one of
  /// these and stands no further in ends what is still open, so a missing `}` is reported where it is missing. nil: not on a line of its own.
  var declarationIndent: Int?
  var memberIndent: Int?
  var sectionIndent: Int?

  init(file: Int, in sources: SourceSet) {
    self.file = file
    source = sources.files[file]
    let lexer = Lexer(file: file, in: sources)
    tokens = lexer.tokens
    diagnostics = lexer.diagnostics
    brackets = Brackets(tokens)
    // Nothing more can be said about a file without tokens if the lexer has said why.
    failed = tokens.count == 1 && !diagnostics.isEmpty ? 0 : nil
  }

  /// What is wrong with the file, in the order of its text.
  var findings: [Diagnostic] {
    diagnostics.enumerated().sorted { ($0.element.location?.range.start ?? 0, $0.offset) < ($1.element.location?.range.start ?? 0, $1.offset) }.map(\.element)
  }

  var token: Token { tokens[position] }
  func peek(_ offset: Int = 1) -> Token { tokens[min(position + offset, tokens.count - 1)] }
  mutating func advance() { if position < tokens.count - 1 { position += 1 } }

  func location(from start: Int) -> Location {
    let end = position > 0 ? tokens[position - 1].range.end : start
    return Location(file: file, range: SourceRange(start: start, end: max(start, end)))
  }
  var here: Location { Location(file: file, range: token.range) }

  // MARK: Errors

  mutating func report(_ message: String, _ location: Location, help: String? = nil) {
    guard diagnostics.count < Parser.maximumDiagnostics else { return }
    diagnostics.append(Diagnostic(message: message, location: location, help: help))
  }

  /// Reports that the present token is not what it should be.
  mutating func fail(_ message: String, help: String? = nil) -> Unreadable {
    if failed != position { report(message, here, help: help) }
    failed = position
    return Unreadable()
  }

  /// The help for an unknown word: the one that was meant, or all there are.
  func suggestion(for word: String, among known: [String], orElse list: String? = nil) -> String? {
    // Once nothing more is reported, nothing is looked for.
    guard diagnostics.count < Parser.maximumDiagnostics else { return nil }
    return closest(to: word, among: known).map { "did you mean `\($0)`?" } ?? list.map { "\($0) \(known.joined(separator: ", "))" }
  }

  func describe(_ token: Token) -> String {
    switch token.kind {
    case .end: "the end of the file"
    case .string: "a string"
    default: quoted(token.text)
    }
  }

  // MARK: Small parts

  func at(_ text: String) -> Bool { (token.kind == .word || token.kind == .mark) && token.text == text }

  mutating func take(_ text: String) -> Bool {
    guard at(text) else { return false }
    advance()
    return true
  }

  mutating func expect(_ text: String) throws(Unreadable) {
    guard take(text) else { throw fail("expected `\(text)`, found \(describe(token))") }
  }

  /// The `}` of what `open` began.
  mutating func close(_ open: Token) throws(Unreadable) {
    guard take("}") else {
      throw fail("expected `}`, found \(describe(token))", help: "the `{` in line \(source.lineAndColumn(of: open.range.start).line) is not closed")
    }
  }

  mutating func name(_ what: String = "a name") throws(Unreadable) -> Name {
    // What begins the next part of the file is not taken for a name that is missing here.
    let isName = token.kind == .number || (token.kind == .word && !beginsDeclaration && !beginsMember && !beginsSection)
    guard isName else { throw fail("expected \(what), found \(describe(token))") }
    defer { advance() }
    return Name(token.text, at: here)
  }

  mutating func clauseName() throws(Unreadable) -> Name {
    guard token.kind == .clause || token.kind == .word || token.kind == .number else { throw fail("expected a clause, found \(describe(token))") }
    defer { advance() }
    return Name(token.text, at: here)
  }

  mutating func sentence() throws(Unreadable) -> Sentence {
    guard token.kind == .string else { throw fail("expected a sentence in quotes, found \(describe(token))") }
    defer { advance() }
    return Name(token.text, at: here)
  }

  mutating func optionalSentence() throws(Unreadable) -> Sentence? { token.kind == .string ? try sentence() : nil }

  mutating func path() throws(Unreadable) -> Name {
    guard token.kind == .path else { throw fail("expected a path such as `/token`, found \(describe(token))") }
    defer { advance() }
    return Name(token.text, at: here)
  }

  mutating func list<T>(_ item: (inout Parser) throws(Unreadable) -> T) throws(Unreadable) -> [T] {
    var items = [try item(&self)]
    while take(",") { items.append(try item(&self)) }
    return items
  }

  /// `( item, … )`, possibly empty.
  mutating func group<T>(_ open: String, _ close: String, _ item: (inout Parser) throws(Unreadable) -> T) throws(Unreadable) -> [T] {
    try expect(open)
    if take(close) { return [] }
    let items = try list(item)
    try expect(close)
    return items
  }

  mutating func sortName() throws(Unreadable) -> SortName {
    let name = try name("a sort")
    return SortName(name: name, isOptional: take("?"))
  }

  mutating func parameter() throws(Unreadable) -> Parameter {
    let name = try name()
    guard take(":") else { throw fail("expected `: Sort` after \(quoted(name.text)), found \(describe(token))") }
    return Parameter(name: name, sort: try sortName())
  }

  /// `[A, B, option: value without value]`, if it is there.
  mutating func marker() throws(Unreadable) -> ClauseMarker? {
    guard take("[") else { return nil }
    var marker = ClauseMarker(clauses: [])
    repeat {
      let name = try clauseName()
      if take(":") {
        var values = [try self.name("a value")]
        while take("|") { values.append(try self.name("a value")) }
        marker.options.append(OptionChoice(name: name, values: values))
      } else {
        marker.clauses.append(name)
      }
    } while take(",")
    if take("without") { marker.without = try expression() }
    try expect("]")
    return marker
  }

  mutating func nested<T>(_ body: (inout Parser) throws(Unreadable) -> T) throws(Unreadable) -> T {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Parser.maximumDepth else { throw tooDeep() }
    return try body(&self)
  }

  private mutating func tooDeep() -> Unreadable {
    fail("nested more than \(Parser.maximumDepth) deep", help: "name its parts with `let`, or put them into a procedure")
  }

  // MARK: Expressions

  mutating func expression() throws(Unreadable) -> Expression {
    try nested { (parser) throws(Unreadable) in
      var result = try parser.primary()
      var fields = 0
      while parser.at("."), parser.peek().kind == .word {
        parser.advance()
        // The tree is as deep as the chain is long.
        fields += 1
        guard parser.depth + fields <= Parser.maximumDepth else { throw parser.tooDeep() }
        let field = try parser.name()
        result = Expression(.member(result, field), at: parser.location(from: result.location.range.start))
      }
      return result
    }
  }

  /// `value [clause without other]`: where a bracket closes the value, nothing else can be meant by the marker.
  mutating func markedExpression() throws(Unreadable) -> Expression {
    let start = token.range.start
    let value = try expression()
    guard let marker = try marker() else { return value }
    return Expression(.marked(value, marker), at: location(from: start))
  }

  private mutating func primary() throws(Unreadable) -> Expression {
    let start = token.range.start
    if token.kind == .url { return url() }
    if at("(") {
      let parts = try group("(", ")") { (parser) throws(Unreadable) in try parser.markedExpression() }
      if parts.count == 1 { return parts[0] }
      return Expression(.tuple(parts), at: location(from: start))
    }
    let name = try name("a value")
    if at("(") {
      let arguments = try group("(", ")") { (parser) throws(Unreadable) in try parser.markedExpression() }
      return Expression(.apply(name, arguments), at: location(from: start))
    }
    // A block after a condition begins with `{` too: a record's name has a capital letter.
    if at("{"), name.text.first?.isUppercase == true {
      let arguments = try group("{", "}") { (parser) throws(Unreadable) in try parser.argument() }
      return Expression(.record(name, arguments), at: location(from: start))
    }
    return Expression(.name(name.text), at: location(from: start))
  }

  private mutating func url() -> Expression {
    let text = token.text
    let whole = here
    advance()
    let scheme = text.hasPrefix("https") ? "https" : "http"
    let rest = text.dropFirst(scheme.count + 3)
    let host = rest.prefix { $0 != "/" }
    let path = rest.dropFirst(host.count)
    if host.isEmpty { report("the URL has no host", whole) }
    let start = whole.range.start + scheme.count + 3
    let name = Name(String(host), at: Location(file: file, range: SourceRange(start: start, end: start + host.utf8.count)))
    return Expression(.url(scheme: scheme, host: name, path: path.isEmpty ? "/" : String(path)), at: whole)
  }

  /// `name: value [clause]`, or `name` for `name: name`.
  mutating func argument() throws(Unreadable) -> Argument {
    let name = try name("a field")
    let value = take(":") ? try expression() : Expression(.name(name.text), at: name.location)
    return Argument(name: name, value: value, marker: try marker())
  }

  /// `column == value [clause]`, `column as name`, `column`.
  mutating func columnPattern() throws(Unreadable) -> ColumnPattern {
    let column = try name("a column")
    if take("==") {
      let value = try expression()
      return ColumnPattern(column: column, test: .equals(value), marker: try marker())
    }
    if at("=") { throw fail("expected `==` or `as`, found `=`", help: comparisonHelp) }
    let bound = take("as") ? try name() : column
    return ColumnPattern(column: column, test: .bind(bound), marker: try marker())
  }

  mutating func eventPattern() throws(Unreadable) -> EventPattern {
    let name = try name("an event")
    let columns = at("(") ? try group("(", ")") { (parser) throws(Unreadable) in try parser.columnPattern() } : []
    return EventPattern(name: name, columns: columns)
  }

  // MARK: Conditions

  mutating func condition() throws(Unreadable) -> Condition {
    let start = token.range.start
    var parts = [try conjunction()]
    while take("or") { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : Condition(.or(parts), at: location(from: start))
  }

  private mutating func conjunction() throws(Unreadable) -> Condition {
    let start = token.range.start
    var parts = [try test()]
    while at("and"), !(peek().kind == .word && peek().text == "event") {
      advance()
      parts.append(try test())
    }
    return parts.count == 1 ? parts[0] : Condition(.and(parts), at: location(from: start))
  }

  private mutating func test() throws(Unreadable) -> Condition {
    let start = token.range.start
    if take("not") {
      let inner = try nested { (parser) throws(Unreadable) in try parser.test() }
      return Condition(.not(inner), at: location(from: start))
    }
    if at("injective") || (at("earlier") && peek().text == "event") {
      let injective = take("injective")
      try expect("earlier")
      try expect("event")
      return Condition(.earlier(try eventPattern(), injective: injective), at: location(from: start))
    }
    if at("attacker"), peek().text == "derives" || peek().text == "cannot" {
      advance()
      let isNegated = take("cannot")
      if isNegated { try expect("derive") } else { try expect("derives") }
      let derives = Condition(.derives(try expression()), at: location(from: start))
      return isNegated ? Condition(.not(derives), at: location(from: start)) : derives
    }
    if at("("), !isValueInParentheses {
      return try nested { (parser) throws(Unreadable) in
        parser.advance()
        let inner = try parser.condition()
        try parser.expect(")")
        return inner
      }
    }
    let left = try expression()
    if take("is") {
      let word = try name("`present`, `absent`, `honest` or `attacker`")
      let at = location(from: start)
      switch word.text {
      case "present": return Condition(.present(left), at: at)
      case "absent": return Condition(.absent(left), at: at)
      case "honest": return Condition(.honest(left), at: at)
      case "attacker": return Condition(.attacker(left), at: at)
      default:
        report("`is` is followed by `present`, `absent`, `honest` or `attacker`, not by \(quoted(word.text))", word.location)
        return Condition(.invalid, at: at)
      }
    }
    if take("==") { return Condition(.equal(left, try expression()), at: location(from: start)) }
    if take("!=") { return Condition(.different(left, try expression()), at: location(from: start)) }
    throw fail("expected `==`, `!=` or `is`, found \(describe(token))", help: comparisonHelp)
  }

  private var comparisonHelp: String? {
    if at("=") { return "values are compared with `==`" }
    return ["present", "absent", "honest", "attacker"].contains { at($0) } ? "write `is \(token.text)`" : nil
  }

  /// Whether the `(` here begins a value, not a condition: then what follows its `)` asks something of it.
  private var isValueInParentheses: Bool {
    let closing = Int(brackets.closing[position])
    guard closing >= 0, closing + 1 < tokens.count else { return false }
    let next = tokens[closing + 1]
    return (next.kind == .mark && ["==", "!=", "."].contains(next.text)) || (next.kind == .word && next.text == "is")
  }
}
