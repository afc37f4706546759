import Testing

@testable import Language

/// Reads a text that is no file of the package.
func source(_ text: String, named name: String = "test.interloper") -> SourceSet { source(Array(text.utf8), named: name) }

func source(_ bytes: [UInt8], named name: String = "test.interloper") -> SourceSet {
  var sources = SourceSet()
  _ = sources.add(SourceFile(name: name, bytes: bytes))
  return sources
}

/// What is wrong with a text, as `LINE: MESSAGE`.
func errors(_ text: String, as kind: FileKind = .model) -> [String] {
  let sources = source(text)
  return findings(file: 0, in: sources, as: kind).map { finding in
    "\(sources.files[0].lineAndColumn(of: finding.location?.range.start ?? 0).line): \(finding.message)"
  }
}

/// A model whose role has one step with these statements, each on its own line from line 4 on.
func model(_ statements: String...) -> String {
  "model M\nrole R of me: Agent {\n  step s {\n" + statements.map { "    \($0)\n" }.joined() + "  }\n}\n"
}

/// The statements of `model(…)`; an error is an issue of the test.
func statements(_ lines: String...) throws -> [Statement] {
  let text = "model M\nrole R of me: Agent {\n  step s {\n" + lines.map { "    \($0)\n" }.joined() + "  }\n}\n"
  let (model, diagnostics) = parseModel(file: 0, in: source(text))
  #expect(diagnostics.isEmpty)
  guard case .role(let role) = try #require(model?.declarations.first).kind else { throw Missing() }
  return try #require(role.handlers.first).body
}

/// The declarations of a model with this text behind its first line.
func declarations(_ text: String) throws -> [Declaration.Kind] {
  let (model, diagnostics) = parseModel(file: 0, in: source("model M\n\(text)\n"))
  #expect(diagnostics.isEmpty)
  return try #require(model).declarations.map(\.kind)
}

/// Thrown where a tree is not of the form that a test is about.
struct Missing: Error {}

/// The condition of `require …`.
func condition(_ text: String) throws -> Condition {
  guard case .require(let condition, _) = try #require(try statements("require \(text)").first).kind else { throw Missing() }
  return condition
}

/// The value of `send …`.
func value(_ text: String) throws -> Expression {
  guard case .send(let value) = try #require(try statements("send \(text)").first).kind else { throw Missing() }
  return value
}

// MARK: Trees as text, to compare them

func text(_ value: Expression) -> String {
  switch value.kind {
  case .name(let name): name
  case .member(let inner, let name): "\(text(inner)).\(name.text)"
  case .apply(let name, let values): "\(name.text)(\(values.map { text($0) }.joined(separator: ", ")))"
  case .record(let name, let fields): "\(name.text){\(text(fields))}"
  case .tuple(let values): "(\(values.map { text($0) }.joined(separator: ", ")))"
  case .url(let scheme, let host, let path): "\(scheme)|\(host.text)|\(path)"
  case .marked(let inner, let marker): "\(text(inner))\(text(marker))"
  case .typed(let name, let sort): "\(name.text): \(text(sort))"
  case .invalid: "?"
  }
}

func text(_ fields: [Argument]) -> String {
  fields.map { "\($0.name.text): \(text($0.value))\($0.marker.map { text($0) } ?? "")" }.joined(separator: ", ")
}

func text(_ marker: ClauseMarker) -> String {
  let parts = marker.clauses.map(\.text) + marker.options.map { "\($0.name.text): \($0.values.map(\.text).joined(separator: " | "))" }
  return "[\(parts.joined(separator: ", "))\(marker.without.map { " without \(text($0))" } ?? "")]"
}

func text(_ sort: SortName) -> String { sort.name.text + (sort.isOptional ? "?" : "") }

func text(_ parameters: [Parameter]) -> String { parameters.map { "\($0.name.text): \(text($0.sort))" }.joined(separator: ", ") }

func text(_ columns: [ColumnPattern]) -> String {
  columns.map { column in
    let marker = column.marker.map { text($0) } ?? ""
    return switch column.test {
    case .equals(let value): "\(column.column.text) == \(text(value))\(marker)"
    case .bind(let name): "\(column.column.text) as \(name.text)\(marker)"
    }
  }.joined(separator: ", ")
}

func text(_ event: EventPattern) -> String { "\(event.name.text)(\(text(event.columns)))" }

func text(_ condition: Condition) -> String {
  switch condition.kind {
  case .equal(let a, let b): "\(text(a)) == \(text(b))"
  case .different(let a, let b): "\(text(a)) != \(text(b))"
  case .present(let a): "\(text(a)) present"
  case .absent(let a): "\(text(a)) absent"
  case .honest(let a): "\(text(a)) honest"
  case .attacker(let a): "\(text(a)) attacker"
  case .and(let parts): "(\(parts.map { text($0) }.joined(separator: " & ")))"
  case .or(let parts): "(\(parts.map { text($0) }.joined(separator: " | ")))"
  case .not(let inner): "!\(text(inner))"
  case .earlier(let event, let injective): "\(injective ? "injective " : "")earlier \(text(event))"
  case .derives(let value): "derives \(text(value))"
  case .invalid: "?"
  }
}

// MARK: Chance

/// SplitMix64: the same seed gives the same text on all machines.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Words, marks and gaps of the language in any order: each lexes.
func tokenSoup(_ random: inout Seeded, count: Int, opening: String = "") -> String {
  let words =
    Parser.declarationWords + Parser.statementWords + Parser.memberWords + Parser.sectionWords + [
      "model", "uses", "extends", "not", "and", "or", "is", "present", "otherwise", "else", "answered", "with", "without", "at", "of", "by", "as", "to", "when",
      "then", "unless", "never", "secret", "earlier", "injective", "derives", "restores", "drops", "clause", "all", "hold", "violated", "x", "Record", "Host",
      "https", "http", "0", "7", "42", "\"a sentence\"", "\"a \\\"quoted\\\" // one\"", "\"\"", "/path", "/a/b-c.d", "https://host/callback", "http://",
      "[RFC6749-4.1.3]", "[ A-1 ,", "[A-1.2 without ", " drop A-1,\n  B-2", " restores A-1 . b", " drops a->b", "a.b",
    ]
  let marks = ["{", "}", "(", ")", "[", "]", ",", ":", ".", "=", "==", "!=", "->", "|", "?", "+", ";"]
  let gaps = ["", " ", " ", " ", "  ", "     ", "\n", "\n  ", "\n\n", "\n \n\n    ", "\t", "\r\n", " // remark\n", "\n// remark  \n", "//\n"]
  var text = opening
  for _ in 0..<count {
    text += Bool.random(using: &random) ? words.randomElement(using: &random) ?? "" : marks.randomElement(using: &random) ?? ""
    text += gaps.randomElement(using: &random) ?? ""
  }
  return text
}
