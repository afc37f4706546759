import Testing

@testable import Language

/// Tokens and comments as text: what formatting may not change.
private func contents(_ file: SourceFile) -> [String] {
  var sources = SourceSet()
  let lexer = Lexer(file: sources.add(file), in: sources)
  return lexer.tokens.map { "\($0.kind) \($0.text)" } + lexer.comments.map(\.text)
}

private func format(_ text: String, named name: String) -> String { Language.format(SourceFile(name: name, bytes: Array(text.utf8))) }
private func asModel(_ text: String) -> String { format(text, named: "m.interloper") }
private func asScenario(_ text: String) -> String { format(text, named: "s.scenario") }

@Suite("Formatter: what it keeps")
struct FormatInvariantTests {
  /// Formats a file twice, and compares tokens, comments, line breaks and blanks.
  private func check(_ file: SourceFile, _ remark: Comment) {
    let once = Language.format(file)
    let formatted = SourceFile(name: file.name, bytes: Array(once.utf8))
    #expect(contents(formatted) == contents(file), remark)
    #expect(Language.format(formatted) == once, remark)
    let lines = once.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.last != " " && $0.last != "\t" && $0.last != "\r" }, remark)
    #expect(!once.hasPrefix("\n") && !once.contains("\n\n\n") && !once.hasSuffix("\n\n"), remark)
    #expect(once.isEmpty || once.hasSuffix("\n"), remark)
    let filled = String(decoding: file.bytes, as: UTF8.self).split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
    #expect(lines.count { !$0.isEmpty } == filled.count, remark)
  }

  @Test("There are files to format")
  func exist() {
    #expect(Shipped.files.count > 10)
  }

  @Test("A shipped file is formatted already", arguments: Shipped.files)
  func unchanged(path: String) throws {
    let file = try Shipped.read(path)
    #expect(Language.format(file) == String(decoding: file.bytes, as: UTF8.self))
    check(file, "\(path)")
  }

  @Test("A shipped file without its blanks is put back in form, but for its columns", arguments: Shipped.files)
  func squeezed(path: String) throws {
    let file = try Shipped.read(path)
    let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    let flat = lines.map { $0.drop { $0 == " " } }.joined(separator: "\n")
    check(SourceFile(name: path, bytes: Array(flat.utf8)), "\(path)")
    #expect(format(flat, named: path) == String(decoding: file.bytes, as: UTF8.self))
  }

  @Test(
    "Random tokens keep their order, their comments and their lines, and are formatted once and for all", arguments: 1...10,
    [("m.interloper", ""), ("m.interloper", "model M\nrole R at h: Host {\n"), ("s.scenario", "scenario \"x\"\n"), ("clauses", "clause A-1 \"x\"\n")])
  func soup(seed: Int, start: (name: String, text: String)) {
    var random = Seeded(seed)
    for round in 1...10 {
      let text = tokenSoup(&random, count: 60, opening: start.text)
      #expect(Lexer(file: 0, in: source(text)).diagnostics == [], "seed \(seed), round \(round)")
      check(SourceFile(name: start.name, bytes: Array(text.utf8)), "seed \(seed), round \(round):\n\(text)")
    }
  }

  @Test("A file that is no run of tokens comes back as it is", arguments: ["a  @  b", "  \"x", "model  M\u{0}", "\u{FEFF}  model"])
  func noTokens(text: String) {
    #expect(asModel(text) == text)
  }

  @Test("An empty file stays empty", arguments: ["", " ", "\n\n", "\r\n \t"])
  func empty(text: String) {
    #expect(asModel(text) == "")
  }

  @Test("Deep nesting does not make a file of blanks")
  func deep() {
    let count = 3_000
    let text = String(repeating: "if a == b {\n", count: count) + String(repeating: "}\n", count: count)
    #expect(asModel(text).utf8.count < 2 * count * 250)
  }
}

@Suite("Formatter: blanks")
struct FormatBlankTests {
  /// A statement in a block, formatted.
  private func statement(_ text: String) -> String {
    String(asModel("role R of p: Person {\nstep s {\n\(text)\n}\n}\n").split(separator: "\n")[2].drop { $0 == " " })
  }

  @Test(
    "Blanks are as in the specification of the style",
    arguments: [
      ("require a==b", "require a == b"),
      ("require a  !=  b", "require a != b"),
      ("insert t(a:b,c :d , e)", "insert t(a: b, c: d, e)"),
      ("insert   t (  a: b  )", "insert t (a: b)"),
      ("a.b=c", "a.b = c"),
      ("send f( g(x),y )", "send f(g(x), y)"),
      ("send R{a:b}", "send R { a: b }"),
      ("send R {}", "send R {}"),
      ("new a:A ? ,b:B?", "new a: A?, b: B?"),
      ("require a == b[A-1 ,B-2]", "require a == b [A-1, B-2]"),
      ("require a == b [ A-1.2  without  no ]", "require a == b [A-1.2 without no]"),
      ("find a.b (c)", "find a.b (c)"),
      ("visit POST https://h/x   body   y", "visit POST https://h/x body y"),
      ("end x//remark", "end x //remark"),
      ("leak \t log\tx", "leak log x"),
    ])
  func blanks(written: String, formatted: String) {
    #expect(statement(written) == formatted)
  }

  @Test("Declarations have blanks around `|` and `->`")
  func declarations() {
    #expect(asModel("sort S=a|b\nfunction f(A)->B\noption o:x|y") == "sort S = a | b\nfunction f(A) -> B\noption o: x | y\n")
  }

  @Test("Columns of markers and of comments stay")
  func columns() {
    let text = "require a == b        [A-1]   // first\nend x                         // second"
    #expect(statement(text) == "require a == b        [A-1]   // first")
  }

  @Test("What follows the name of a declaration can stand in a column")
  func declarationColumns() {
    let text = """
      record A     { a: A }
      record Other { a: A }

      capability run  "runs"
      capability walk "walks"

      role R at h: Host {
        table a     (a: A)
        table other (a: A)
      }

      """
    #expect(asModel(text) == text)
  }

  @Test("Runs of blanks elsewhere become one")
  func runs() {
    #expect(asModel("record   A     { a:   A }\nopen  f(x)   gives   x") == "record A     { a: A }\nopen f(x) gives x\n")
  }

  @Test("Behind the first word of a section blanks stay, as the sections are a column")
  func sections() {
    #expect(
      asScenario("scenario \"x\"\nmodel    M\ncast     a:Person   with  Browser ,b:C\nattacker A+B\n")
        == "scenario \"x\"\nmodel    M\ncast     a: Person with Browser, b: C\nattacker A + B\n")
  }

  @Test("Empty lines come one at a time, and not at the ends")
  func emptyLines() {
    #expect(asModel("\n\nsort A\n\n\n  \nsort B\nsort C\n\n") == "sort A\n\nsort B\nsort C\n")
  }

  @Test("Line ends of other systems become those of this one")
  func lineEnds() {
    #expect(asModel("sort A  // x\r\n\r\nsort B\r\n") == "sort A  // x\n\nsort B\n")
  }
}

@Suite("Formatter: indentation")
struct FormatIndentationTests {
  /// Formats a text whose lines have lost their indentation, and expects it back.
  private func restores(_ text: String, named name: String = "m.interloper", _ location: SourceLocation = #_sourceLocation) {
    let flat = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.drop { $0 == " " } }.joined(separator: "\n")
    #expect(format(flat, named: name) == text, sourceLocation: location)
    #expect(format(text, named: name) == text, sourceLocation: location)
  }

  @Test("Declarations stand at the margin, `uses`, `extends` and what goes on two further in")
  func declarations() {
    restores(
      """
      model M "x"
        uses A,
          B
        extends C

      sort A,
        B
      // about the function
      function f(a: A, b: B)
        -> C private
        unless a is attacker
      witness w "x"
        // about the event
        event E (a)
      property p "x"
        when event E (a)
        then a == b
          and not
          attacker derives a
        unless a is attacker
      property q "x"
        never
          attacker derives a

      """)
  }

  @Test("Blocks are indented by two, and `else`, `otherwise` and `answered` stand with their statement")
  func blocks() {
    restores(
      """
      role R at h: Host {
        table a (b: B)

        // about the handler
        on GET /x (a: A,
          b: B)
          in flow: Flow {
          if a == b {
            end c
          } else if d == e {
            f.g = h
          }
          else {
            find t (a)
              as b
            otherwise {
              end c
              // at the end of a block
            }
          }
          ask GET u m
          answered (a: A) {
            respond a
          }
        }
      }

      setup s (a: A) {
        new b: B
      }
      attacker A "x" {
        may a,
          b
        knows c
      }

      """)
  }

  @Test("What is open goes on two further in than the line that opened it, and a statement two further in than itself")
  func continuations() {
    restores(
      """
      role R at h: Host {
        session S keyed by c: C { a: A }
          (b: B)

        step s {
          insert t (a: f(
            b),
            c: d)
          redirect 303 to x
            with R {
              a: b, c: d }
            leaks log
          send R {
            a: b
          }
          require a == b
            or c == d and
            take == e
          let f(x) = to
          find t (a)
        }
      }

      """)
  }

  @Test("A model in braces has its declarations two further in")
  func braced() {
    restores(
      """
      model M extends N {
        drop A-1,
          B-2
        replace role R {
          table a (b: B)
        }
      }

      """)
  }

  @Test("Clauses stand at the margin, their sentences two further in")
  func clauses() {
    restores(
      """
      // all of them
      clause A-1 "x"
        "y"
        without "z"
      clause B-1 "x"
        "y"

      """, named: "clauses")
  }

  @Test("Sections stand at the margin, what goes on two further in")
  func sections() {
    restores(
      """
      scenario "x"
      model    M
      drop     A-1,
        B-2
      cast     a: Person with Browser,
        b: attacker
        Person at evil
      register b at a
      // about the bounds
      bounds
        runs 1
      expect   a holds,
        b holds
      twin     "y"
        restores A-1
        expect all hold
      twin     "z"
      scenario "y"
      model    M

      """, named: "s.scenario")
  }

  @Test("In a section, lines that go on in its column stay in it")
  func sectionColumn() {
    let text = """
      scenario "x"
      model    M
      cast     a: Person with Browser,
               b: Client

      """
    #expect(asScenario(text) == text)
    #expect(asScenario(text.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")) == text)
  }
}

@Suite("Formatter: files")
struct FormatFileTests {
  @Test(
    "The kind of a file is told from its name",
    arguments: [
      ("M.interloper", FileKind.model), ("Models/OAuth/OAuth.interloper", .model), ("a/b.scenario", .scenario), ("clauses", .clauses), ("/x/clauses", .clauses),
      ("README.md", nil), ("subclauses", nil), ("clauses.txt", nil), ("", nil),
    ])
  func kinds(name: String, kind: FileKind?) {
    #expect(FileKind(fileName: name) == kind)
  }

  @Test("A file that can be read is formatted")
  func formatted() throws {
    #expect(try Language.formatted(file: 0, in: source("model   M"), as: .model) == "model M\n")
    #expect(try Language.formatted(file: 0, in: source("scenario   \"x\"\n model   M"), as: .scenario) == "scenario   \"x\"\nmodel   M\n")
    #expect(try Language.formatted(file: 0, in: source("clause   A-1 \"x\"  \"y\""), as: .clauses) == "clause A-1 \"x\" \"y\"\n")
  }

  @Test(
    "A file that cannot be read is not, and says why",
    arguments: [("model M\nsotr A", FileKind.model), ("model @ M", .model), ("", .scenario), ("x", .clauses)])
  func refused(text: String, kind: FileKind) {
    let failure = #expect(throws: FormatFailure.self) { try Language.formatted(file: 0, in: source(text), as: kind) }
    #expect(failure?.diagnostics == findings(file: 0, in: source(text), as: kind))
    #expect(failure?.diagnostics.isEmpty == false)
  }
}
