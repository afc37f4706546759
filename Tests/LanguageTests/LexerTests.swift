import Testing

@testable import Language

private func lex(_ text: String) -> Lexer { Lexer(file: 0, in: source(text)) }

/// Tokens as `kind text`, without the end.
private func tokens(_ text: String) -> [String] { lex(text).tokens.dropLast().map { "\($0.kind) \($0.text)" } }

@Suite("Lexer")
struct LexerTests {
  @Test("Words, numbers and marks are told apart")
  func kinds() {
    #expect(tokens("find x2 303 2x == != -> = { } ( ) [ ] , : . | ? + ;").first == "word find")
    #expect(tokens("x2 303 2x") == ["word x2", "number 303", "word 2x"])
    #expect(tokens("== != -> =") == ["mark ==", "mark !=", "mark ->", "mark ="])
    #expect(tokens("{}()[],:.|?+;").count == 13)
  }

  @Test("Marks need no blanks around them")
  func adjacentMarks() {
    #expect(tokens("a==b!=c->d=e") == ["word a", "mark ==", "word b", "mark !=", "word c", "mark ->", "word d", "mark =", "word e"])
  }

  @Test("Paths and URLs are tokens")
  func paths() {
    #expect(tokens("/token /a/b-c.d /") == ["path /token", "path /a/b-c.d", "path /"])
    #expect(tokens("https://host/callback http://h") == ["url https://host/callback", "url http://h"])
    #expect(tokens("/a->/b// remark") == ["path /a", "mark ->", "path /b"])
    #expect(tokens("https : /x") == ["word https", "mark :", "path /x"])
  }

  @Test("A string keeps its text without quotes and escapes")
  func strings() {
    #expect(tokens(#""says \"yes\" and \\ // no remark""#) == [#"string says "yes" and \ // no remark"#])
    #expect(tokens("\"größer\"") == ["string größer"])
  }

  @Test("A comment is no token, and is kept for the formatter without the blanks behind it")
  func comments() {
    let lexer = lex("a // first \t\r\n//second")
    #expect(lexer.tokens.map(\.text) == ["a", ""])
    #expect(lexer.comments.map(\.text) == ["// first", "//second"])
  }

  @Test(
    "A clause identifier is one token where clauses stand",
    arguments: ["[RFC6749-4.1.3-uri]", "drop RFC6749-4.1.3-uri", "restores RFC6749-4.1.3-uri", "drops RFC6749-4.1.3-uri", "clause RFC6749-4.1.3-uri \"x\""])
  func clauses(text: String) {
    #expect(tokens(text).contains("clause RFC6749-4.1.3-uri"))
  }

  @Test("A list of clauses goes on behind a comma at the end of a line, and nowhere else")
  func clauseLines() {
    #expect(tokens("drop A-1,\n  B-2") == ["word drop", "clause A-1", "mark ,", "clause B-2"])
    #expect(tokens("drop A-1\na.b") == ["word drop", "clause A-1", "word a", "mark .", "word b"])
    #expect(tokens("[A-1,\nB-2]") == ["mark [", "clause A-1", "mark ,", "clause B-2", "mark ]"])
  }

  @Test("Behind `without` a value stands, so a dot selects a field")
  func without() {
    #expect(tokens("[A-1 without request.state]") == ["mark [", "clause A-1", "word without", "word request", "mark .", "word state", "mark ]"])
  }

  @Test("An open bracket does not reach into the next line")
  func openBracket() {
    #expect(tokens("[A-1\nrow.used") == ["mark [", "clause A-1", "word row", "mark .", "word used"])
  }

  @Test("Elsewhere a dot selects a field")
  func members() {
    #expect(tokens("request.state") == ["word request", "mark .", "word state"])
  }

  @Test("A token knows its bytes, and the first of a line how far it is indented")
  func places() {
    let lexer = lex("a\n  größe == b")
    #expect(lexer.diagnostics.count == 2)
    #expect(lex("a\n  bc  d").tokens.map(\.range) == [.init(start: 0, end: 1), .init(start: 4, end: 6), .init(start: 8, end: 9), .init(start: 9, end: 9)])
    #expect(lex("a\n  bc  d\ne").tokens.map(\.indent) == [0, 2, nil, 0, nil])
  }

  @Test("What is missing at the end is missing behind the last token")
  func end() {
    #expect(lex("a b \n\n// remark\n").tokens.last?.range == SourceRange(start: 3, end: 3))
  }

  @Test("A character that begins no token is reported and skipped", arguments: ["@", "#", "!", "-", "%", "é", "→", "😀"])
  func unknown(character: String) {
    let lexer = lex("a \(character) b")
    #expect(lexer.tokens.map(\.text) == ["a", "b", ""])
    #expect(lexer.diagnostics.map(\.message) == ["`\(character)` means nothing here"])
  }
}
