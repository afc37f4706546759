import Testing

@testable import Language

/// Reads a file as each kind, renders all that is wrong with it, and formats it.
private func readAll(_ bytes: [UInt8]) -> [FileKind: [Diagnostic]] {
  let sources = source(bytes)
  var found: [FileKind: [Diagnostic]] = [:]
  for kind in FileKind.allCases {
    let diagnostics = findings(file: 0, in: sources, as: kind)
    for diagnostic in diagnostics { _ = render(diagnostic, in: sources) }
    found[kind] = diagnostics
  }
  _ = format(sources.files[0])
  return found
}

private func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

@Suite("Bad input")
struct BadInputTests {
  @Test("An empty file is no model and no scenario")
  func empty() {
    #expect(errors("") == ["1: a model file begins with `model NAME \"…\"`"])
    #expect(errors("", as: .scenario) == ["1: the file has no scenario"])
    #expect(errors("", as: .clauses) == [])
  }

  @Test("A string that does not end on its line is reported, and the next line is read")
  func unterminated() {
    #expect(
      errors("model M \"says\nsort A\nsotr B\ncapability c \"\\\"") == [
        "1: the string does not end on its line", "3: expected a declaration, found `sotr`", "4: the string does not end on its line",
      ])
  }

  @Test(
    "Bytes that are no UTF-8 are reported, wherever they stand",
    arguments: [[0xFF], [0xC3], [0xC3, 0x28], [0x80], [0xE2, 0x82], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]],
    ["model M\n// %\n", "model M \"%\"\n", "model M\nsort %A\n", "%"])
  func encoding(bytes: [UInt8], place: String) throws {
    let parts = place.utf8.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false).map(Array.init)
    let found = readAll(parts[0] + bytes + parts[1])
    let message = "the file is not UTF-8: the byte at offset \(parts[0].count) begins no character"
    #expect(found.values.allSatisfy { $0.contains { $0.message == message } })
  }

  @Test(
    "Control characters, and those that turn the reading direction, are reported wherever they stand",
    arguments: ["\u{0}", "\u{1}", "\u{8}", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{200B}", "\u{200F}", "\u{202E}", "\u{2028}", "\u{2066}", "\u{FEFF}"],
    ["model M\n// a%b\n", "model M \"a%b\"\n", "model M\nsort %A\n", "%model M"])
  func invisible(character: String, place: String) {
    let text = place.split(separator: "%", omittingEmptySubsequences: false).joined(separator: character)
    let found = errors(text)
    #expect(found.count == 1)
    #expect(found.first?.contains(": the invisible character U+") == true)
  }

  @Test("Tabs, joiners and the line ends of other systems are no errors")
  func harmless() {
    #expect(errors("model M \"a\tb\"\r\n// a\tb  \r\n\tsort\tA\r\ncapability c \"👩\u{200D}💻\"\r\n") == [])
  }

  @Test("A byte order mark is called what it is")
  func byteOrderMark() {
    #expect(findings(file: 0, in: source("\u{FEFF}model M"), as: .model).map(\.help) == ["save the file as UTF-8 without a byte order mark"])
  }

  @Test("A file above the limit is refused with one error, and at once")
  func size() {
    let bytes = Array(times(5_000_000 / 2, "a ").utf8)
    for diagnostics in readAll(bytes).values {
      #expect(diagnostics.map(\.message) == ["the file has 5000000 bytes; a model or scenario has at most 4194304"])
    }
  }

  static let deep: [(what: String, text: String)] = [
    ("parentheses of a value", model("send \(times(10_000, "("))a\(times(10_000, ")"))")),
    ("parentheses of a condition", model("require \(times(10_000, "("))a == b\(times(10_000, ")"))")),
    ("parentheses that are not closed", model("require \(times(10_000, "("))a == b")),
    ("functions", model("send \(times(10_000, "f("))a\(times(10_000, ")"))")),
    ("records", model("send \(times(10_000, "R { a: "))a\(times(10_000, " }"))")),
    ("records in lines", model("send \(times(10_000, "R {\na: "))a\(times(10_000, "\n}"))")),
    ("fields", model("send a\(times(10_000, ".b"))")),
    ("not", model("require \(times(10_000, "not "))a == b")),
    ("if", model("\(times(10_000, "if a == b {\n"))\(times(10_000, "}\n"))")),
    ("if in one line", model("\(times(10_000, "if a == b { "))\(times(10_000, "} "))")),
    ("else if", model("if a == b {\n\(times(10_000, "} else if a == b {\n"))}")),
    ("otherwise", model("\(times(10_000, "require a == b otherwise {\n"))\(times(10_000, "}\n"))")),
    ("answered", model("\(times(10_000, "ask GET u m answered (x) {\n"))\(times(10_000, "}\n"))")),
    ("without", model("require a == b \(times(10_000, "[A-1 without R { a: b "))")),
  ]

  @Test("Nesting that is too deep is reported once, and what follows it is read", arguments: deep.map(\.what))
  func nesting(what: String) throws {
    let text = try #require(Self.deep.first { $0.what == what }).text
    let found = errors(text + "sotr A\n")
    #expect(found.filter { $0.hasSuffix("nested more than 100 deep") }.count == 1)
    #expect(found.last?.hasSuffix("expected a declaration, found `sotr`") == true || what == "without")
    #expect(found.count <= 3)
    _ = format(SourceFile(name: "m.interloper", bytes: Array(text.utf8)))
  }

  @Test("Nesting within the limit is read")
  func allowedNesting() {
    #expect(errors(model("send \(times(90, "("))a\(times(90, ")"))", "require \(times(90, "not "))a == b", "send a\(times(90, ".b"))")) == [])
    #expect(errors(model("require \(times(80, "("))a == b\(times(80, ")"))", "if a == b {\n\(times(80, "} else if a == b {\n"))}")) == [])
  }

  @Test("Braces and brackets alone, however many, are read to the end", arguments: ["{", "}", "(", ")", "[", "]", "{}", ")(", "({[", "}])"])
  func brackets(text: String) {
    for opening in ["", "model M\n", "model M\nrole R at h: Host {\n", "model M\nrole R at h: Host {\n  on GET /x {\n    require "] {
      #expect(readAll(Array((opening + times(2_000, text)).utf8)).values.contains { !$0.isEmpty })
    }
  }

  @Test(
    "Reading takes no time to speak of, whatever is repeated", .timeLimit(.minutes(1)),
    arguments: [
      "sort\n", "x\n", "@", "\"", "(", "{", "[A-1,\n", "require (a == b and ", "((a) == b and ", "role R {\n", "  on GET {\n", "if a {\n", "a.b = \n", "//\n",
      "\n",
    ])
  func linear(unit: String) {
    let count = 30_000 / unit.utf8.count
    for opening in ["model M\n", "model M\nrole R at h: Host {\n  on GET /x {\n", "model M\nrole R at h: Host {\n  on GET /x {\n    require "] {
      let sources = source(opening + times(count, unit))
      #expect(findings(file: 0, in: sources, as: .model).count <= 100)
    }
    #expect(findings(file: 0, in: source("scenario \"x\"\nmodel M\n" + times(count, unit)), as: .scenario).count <= 100)
  }

  @Test("Many errors in long lines are rendered in proportion to the size of the file")
  func longLines() {
    let sources = source("model M\n" + times(200, "sort \(times(2_000, "a")) @ \n") + times(400_000, "b") + " @ " + times(400_000, "c"))
    let diagnostics = findings(file: 0, in: sources, as: .model)
    #expect(diagnostics.count == 100)
    #expect(diagnostics.allSatisfy { render($0, in: sources).utf8.count < 1000 })
  }
}

@Suite("Random input")
struct RandomInputTests {
  /// Each seed is a test case of its own, so a failure names it.
  static let seeds = 1...8

  // (The testing library records a backtrace for each character that is repaired, so the files are short.)
  @Test("Random bytes are never read as a model or scenario", arguments: seeds)
  func bytes(seed: Int) {
    var random = Seeded(seed)
    for round in 1...40 {
      let count = Int.random(in: 1...50, using: &random)
      let found = readAll((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
      #expect(found[.model]?.isEmpty == false, "seed \(seed), round \(round)")
      #expect(found[.scenario]?.isEmpty == false, "seed \(seed), round \(round)")
    }
  }

  @Test("Random characters behind the beginning of a model are read without a crash", arguments: seeds)
  func characters(seed: Int) {
    var random = Seeded(seed)
    let alphabet = Array("ab A1_.-/\\\"{}()[],:=!>|?+;@\n\n\t\r\u{0}é→😀".unicodeScalars)
    for opening in ["", "model M\n", "model M\nrole R at h: Host {\n  on GET /x {\n", "scenario \"x\"\nmodel M\n", "clause A-1 \"x\""] {
      for _ in 1...10 {
        var text = String.UnicodeScalarView()
        for _ in 0..<300 { text.append(alphabet.randomElement(using: &random) ?? "a") }
        _ = readAll(Array((opening + String(text)).utf8))
      }
    }
  }

  @Test("Random tokens that do not begin as a model are no model", arguments: seeds)
  func tokens(seed: Int) {
    var random = Seeded(seed)
    for round in 1...30 {
      let found = readAll(Array(tokenSoup(&random, count: 80, opening: "= ").utf8))
      for kind in FileKind.allCases { #expect(found[kind]?.isEmpty == false, "seed \(seed), round \(round)") }
    }
  }

  @Test("Random tokens within a model, a scenario or a clause are read without a crash", arguments: seeds)
  func openings(seed: Int) {
    var random = Seeded(seed)
    for opening in ["model M\n", "model M\nrole R at h: Host {\n  on GET /x {\n    ", "scenario \"x\"\nmodel M\n", "clause A-1 \"x\" "] {
      for _ in 1...10 { _ = readAll(Array(tokenSoup(&random, count: 80, opening: opening).utf8)) }
    }
  }

  @Test("A shipped file with random damage is read without a crash", arguments: Shipped.files)
  func damage(path: String) throws {
    let file = try Shipped.read(path)
    var random = Seeded(file.bytes.count)
    for _ in 1...4 {
      var bytes = file.bytes
      for _ in 1...5 {
        guard let index = bytes.indices.randomElement(using: &random) else { continue }
        switch Int.random(in: 0...2, using: &random) {
        case 0: bytes.remove(at: index)
        case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
        default: bytes.removeSubrange(index..<min(bytes.count, index + 40))
        }
      }
      _ = readAll(bytes)
    }
  }
}
