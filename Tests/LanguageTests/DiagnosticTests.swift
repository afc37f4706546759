import Testing

@testable import Language

@Suite("Diagnostics")
struct DiagnosticTests {
  private func rendered(_ text: String, as kind: FileKind = .model) -> [String] {
    let sources = source(text, named: "Models/M.interloper")
    return findings(file: 0, in: sources, as: kind).map { render($0, in: sources) }
  }

  @Test("A diagnostic shows file, line, column, the source line, a range of carets and help")
  func rendering() {
    #expect(
      rendered(model("send a", "rqeuire a == b")) == [
        """
        error: `rqeuire` begins no statement
         --> Models/M.interloper:5:5
          |
        5 |     rqeuire a == b
          |     ^^^^^^^
          = help: did you mean `require`?

        """
      ])
  }

  @Test("The margin is as wide as the line's number")
  func margin() {
    #expect(
      rendered("model M\n" + String(repeating: "\n", count: 98) + "sotr A\n") == [
        """
        error: expected a declaration, found `sotr`
           --> Models/M.interloper:100:1
            |
        100 | sotr A
            | ^^^^
            = help: did you mean `sort`?

        """
      ])
  }

  @Test("At the end of the file the caret stands behind the last token")
  func end() {
    #expect(
      rendered("model M\nsort\n\n\n") == [
        """
        error: expected a sort, found the end of the file
         --> Models/M.interloper:2:5
          |
        2 | sort
          |     ^

        """
      ])
  }

  @Test("Columns count characters, not bytes")
  func columns() {
    let file = SourceFile(name: "f", bytes: Array("ä→😀x\ny".utf8))
    #expect(file.lineAndColumn(of: 9) == (1, 4))
    #expect(file.lineAndColumn(of: 10) == (1, 5))
    #expect(file.lineAndColumn(of: 11) == (2, 1))
    #expect(rendered("model M \"ä→😀\" {\n}\nx")[0].contains(":3:1\n"))
    #expect(rendered("model M\nsort \"ä\" \"→\"")[0].contains("2 | sort \"ä\" \"→\"\n  |      ^^^\n"))
  }

  @Test("Offsets before and beyond the file are those of its ends")
  func offsets() {
    let file = SourceFile(name: "f", bytes: Array("a\nb".utf8))
    #expect(file.lineAndColumn(of: -1) == (1, 1))
    #expect(file.lineAndColumn(of: 99) == (2, 2))
    #expect((0...3).map { file.line($0) } == ["", "a", "b", ""])
  }

  @Test("A range over several lines is underlined to the end of its first")
  func longRange() {
    let sources = source("ab cd\nef")
    let diagnostic = Diagnostic(message: "m", location: Location(file: 0, range: SourceRange(start: 3, end: 8)))
    #expect(render(diagnostic, in: sources).hasSuffix("1 | ab cd\n  |    ^^\n"))
  }

  @Test("What a terminal would act on is shown as a blank")
  func control() {
    let shown = rendered("model M\nsort \u{1B}[31m\u{202E}\tA\u{9B}\n")
    #expect(shown.allSatisfy { text in text.unicodeScalars.allSatisfy { $0 == "\n" || !$0.isInvisible } })
    #expect(shown.first?.contains("2 | sort  [31m  A \n  |      ^\n") == true)
  }

  @Test("Of a very long line the part around the place is shown")
  func longLine() {
    let shown = rendered("model M\nsort \(String(repeating: "a", count: 100_000)) @ \(String(repeating: "b", count: 100_000))\n")
    #expect(shown.first?.count ?? 0 < 600)
    #expect(shown.first?.contains(" --> Models/M.interloper:2:100007\n") == true)
    #expect(shown.first?.contains("aaa @ bbb") == true)
    let lines = shown.first?.split(separator: "\n") ?? []
    let caret = lines.last?.prefix { $0 != "^" }.count ?? 0
    #expect(lines.count == 5 && lines[3].dropFirst(caret).first == "@")
  }

  @Test("A very long word is not repeated in full")
  func longWord() {
    let message = findings(file: 0, in: source("model M\n\(String(repeating: "x", count: 100_000)) A\n"), as: .model).first?.message
    #expect(message == "expected a declaration, found `\(String(repeating: "x", count: 60))…`")
  }

  @Test("Without a place the message and the help are all there is")
  func noPlace() {
    #expect(render(Diagnostic(severity: .warning, message: "m", help: "h"), in: SourceSet()) == "warning: m\n  = help: h\n")
  }

  @Test(
    "The word that was meant is suggested",
    arguments: [
      ("requier", "require"), ("fnid", "find"), ("insrt", "insert"), ("REQUIRE", "require"), ("viist", "visit"), ("respondd", "respond"), ("taek", "take"),
    ])
  func suggestions(written: String, meant: String) {
    #expect(closest(to: written, among: Parser.statementWords) == meant)
    #expect(findings(file: 0, in: source(model("\(written) x")), as: .model).first?.help == "did you mean `\(meant)`?")
  }

  @Test("A word that is far from all known ones has no suggestion, but a list", arguments: ["x", "banana", "q", "o"])
  func noSuggestion(written: String) {
    #expect(closest(to: written, among: Parser.statementWords) == nil)
    #expect(findings(file: 0, in: source(model("\(written) x")), as: .model).first?.help?.hasPrefix("statements are find, take") == true)
  }

  @Test("What is wrong in other places has a suggestion too")
  func otherSuggestions() {
    func help(_ text: String, _ kind: FileKind = .model) -> [String?] { findings(file: 0, in: source(text), as: kind).map(\.help) }
    #expect(help("model M\nrecrod R { a: A }") == ["did you mean `record`?"])
    #expect(help("model M\nrole R at h: Host {\n  proceduer p (x) {\n  }\n}") == ["did you mean `procedure`?"])
    #expect(help("scenario \"a\"\nmodel M\nbuonds x 1", .scenario) == ["did you mean `bounds`?"])
    #expect(help("scenario \"a\"\nmodel M\nexpect a violatd", .scenario) == ["did you mean `violated`?"])
    #expect(help(model("require a = b")) == ["values are compared with `==`"])
    #expect(help(model("find t (a = b)")) == ["values are compared with `==`"])
    #expect(help(model("require a present")) == ["write `is present`"])
    #expect(help(model("ask GET u m", "anwsered (x) {", "}")) == ["did you mean `answered`?"])
    #expect(help("model M\nrole R at h: Host {\n  on GET /x limt flows {\n  }\n}") == ["did you mean `limit`?"])
  }
}
