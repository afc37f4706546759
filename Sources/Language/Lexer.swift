/// A word, number, string or mark of a source file.
public struct Token: Sendable, Equatable {
  public enum Kind: Sendable, Equatable { case word, number, string, path, url, clause, mark, end }
  public var kind: Kind
  /// Words and marks as written; strings without quotes and escapes.
  public var text: String
  public var range: SourceRange
  /// How many blanks stand before the first token of a line; nil for the tokens after it.
  public var indent: Int?
}

/// Splits a file into tokens. Accepts any bytes: what is no token is reported and skipped.
///
/// Clause identifiers (`RFC6749-3.1.2.3`) and paths (`/authorize`) are tokens by their shape: a word that goes on with `-` or `.` and
/// a letter or digit is a clause where the parser allows one, which is inside `[…]` and after `drop`, `restores`, `drops`, `clause`.
public struct Lexer {
  /// Files above this size are refused: no model comes near it.
  public static let maximumSize = 4 << 20

  private let bytes: [UInt8]
  private let file: Int
  private var position = 0
  public private(set) var tokens: [Token] = []
  public private(set) var diagnostics: [Diagnostic] = []
  /// Comments without the blanks behind them, for the formatter.
  public private(set) var comments: [Token] = []
  /// Whether clause identifiers are expected: in brackets up to `without`, or in the rest of a `drop` line.
  private var expectsClauses = false
  /// Where the line begins; nil once it has a token.
  private var freshLine: Int? = 0

  public init(file: Int, in sources: SourceSet) {
    self.file = file
    bytes = sources.files[file].bytes
    guard bytes.count <= Lexer.maximumSize else {
      report("the file has \(bytes.count) bytes; a model or scenario has at most \(Lexer.maximumSize)", 0, 0)
      tokens = [Token(kind: .end, text: "", range: SourceRange(start: 0, end: 0))]
      return
    }
    checkEncoding()
    run()
  }

  private mutating func report(_ message: String, _ start: Int, _ end: Int, help: String? = nil) {
    guard diagnostics.count < Parser.maximumDiagnostics else { return }
    diagnostics.append(Diagnostic(message: message, location: Location(file: file, range: SourceRange(start: start, end: end)), help: help))
  }

  /// Reports the first byte that is not UTF-8.
  private mutating func checkEncoding() {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput: return
      case .error:
        report("the file is not UTF-8: the byte at offset \(offset) begins no character", offset, offset + 1, help: "save the file as UTF-8")
        return
      }
    }
  }

  private func byte(_ offset: Int = 0) -> UInt8 { position + offset < bytes.count ? bytes[position + offset] : 0 }

  private func isWord(_ byte: UInt8) -> Bool {
    (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || (byte >= 48 && byte <= 57) || byte == 95
  }

  /// Goes on to the end of a path: at `->` and at a comment, too. A part of it may be a name in braces: `/callback/{issuer}`.
  private mutating func skipPath() {
    while true {
      switch (byte(), byte(1)) {
      case (UInt8(ascii: "-"), UInt8(ascii: ">")), (UInt8(ascii: "/"), UInt8(ascii: "/")): return
      case (UInt8(ascii: "/"), UInt8(ascii: "{")):
        position += 1
        guard skipName() else { return }
      case (UInt8(ascii: "/"), _), (UInt8(ascii: "-"), _), (UInt8(ascii: "."), _): position += 1
      case (let byte, _) where isWord(byte): position += 1
      default: return
      }
    }
  }

  /// Goes on behind `{name}`, if that is what stands here.
  private mutating func skipName() -> Bool {
    var offset = 1
    while isWord(byte(offset)) { offset += 1 }
    guard offset > 1, byte(offset) == UInt8(ascii: "}") else { return false }
    position += offset + 1
    return true
  }

  private func joinsClause(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") }

  private func text(from start: Int) -> String { String(decoding: bytes[start..<position], as: UTF8.self) }

  private mutating func add(_ kind: Token.Kind, from start: Int, text: String? = nil) {
    tokens.append(
      Token(kind: kind, text: text ?? self.text(from: start), range: SourceRange(start: start, end: position), indent: freshLine.map { start - $0 }))
    freshLine = nil
  }

  private mutating func run() {
    while position < bytes.count {
      let start = position
      switch byte() {
      case 10:
        // A list of clauses goes on behind a comma.
        if let last = tokens.last, last.kind != .mark || (last.text != "," && last.text != "[") { expectsClauses = false }
        position += 1
        freshLine = position
      case 32, 9, 13: position += 1
      case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"): comment()
      case UInt8(ascii: "/"):
        skipPath()
        add(.path, from: start)
      case UInt8(ascii: "\""): string()
      case 48...57, 65...90, 95, 97...122: word()
      default: mark()
      }
    }
    // What is missing at the end is missing behind the last token.
    let end = tokens.last?.range.end ?? 0
    tokens.append(Token(kind: .end, text: "", range: SourceRange(start: end, end: end)))
  }

  private mutating func comment() {
    let start = position
    while position < bytes.count && byte() != 10 { position += 1 }
    let end = position
    while [32, 9, 13].contains(bytes[position - 1]) { position -= 1 }
    checkVisible(from: start)
    comments.append(Token(kind: .mark, text: text(from: start), range: SourceRange(start: start, end: position)))
    position = end
  }

  private mutating func string() {
    let start = position
    var text: [UInt8] = []
    position += 1
    while position < bytes.count && byte() != UInt8(ascii: "\"") && byte() != 10 {
      if byte() == UInt8(ascii: "\\") && (byte(1) == UInt8(ascii: "\"") || byte(1) == UInt8(ascii: "\\")) { position += 1 }
      text.append(byte())
      position += 1
    }
    checkVisible(from: start)
    if byte() == UInt8(ascii: "\"") && position < bytes.count {
      position += 1
    } else {
      report("the string does not end on its line", start, position, help: "close it with `\"`")
    }
    add(.string, from: start, text: String(decoding: text, as: UTF8.self))
  }

  /// Reports what can hide in a string or comment up to here: reports and terminals would act on it.
  private mutating func checkVisible(from start: Int) {
    guard bytes[start..<position].contains(where: { ($0 < 32 && $0 != 9) || $0 >= 127 }) else { return }
    var offset = start
    for scalar in text(from: start).unicodeScalars {
      let end = min(offset + UTF8.width(scalar), position)
      if scalar.isInvisible && scalar != "\t" {
        report("\(describe(scalar)) does not belong into a file that people read", offset, end)
        return
      }
      offset = end
    }
  }

  private func describe(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "the invisible character U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)"
  }

  private mutating func word() {
    let start = position
    while isWord(byte()) { position += 1 }
    let text = text(from: start)
    if (text == "https" || text == "http") && byte() == UInt8(ascii: ":") && byte(1) == UInt8(ascii: "/") && byte(2) == UInt8(ascii: "/") {
      position += 3
      skipPath()
      add(.url, from: start)
      return
    }
    if expectsClauses, joinsClause(byte()), isWord(byte(1)) {
      while isWord(byte()) || (joinsClause(byte()) && isWord(byte(1))) { position += 1 }
      add(.clause, from: start)
      return
    }
    switch text {
    case "drop", "restores", "drops", "clause": expectsClauses = true
    case "expect", "without": expectsClauses = false
    default: break
    }
    add(bytes[start..<position].allSatisfy { $0 >= 48 && $0 <= 57 } ? .number : .word, from: start)
  }

  private mutating func mark() {
    let start = position
    switch (byte(), byte(1)) {
    case (UInt8(ascii: "="), UInt8(ascii: "=")), (UInt8(ascii: "!"), UInt8(ascii: "=")), (UInt8(ascii: "-"), UInt8(ascii: ">")):
      position += 2
      add(.mark, from: start)
      return
    case (UInt8(ascii: "["), _): expectsClauses = true
    case (UInt8(ascii: "]"), _): expectsClauses = false
    case (UInt8(ascii: "{"), _), (UInt8(ascii: "}"), _), (UInt8(ascii: "("), _), (UInt8(ascii: ")"), _), (UInt8(ascii: ","), _), (UInt8(ascii: ":"), _),
      (UInt8(ascii: "."), _), (UInt8(ascii: "="), _), (UInt8(ascii: "|"), _), (UInt8(ascii: "?"), _), (UInt8(ascii: "+"), _), (UInt8(ascii: ";"), _):
      break
    default:
      unknown()
      return
    }
    position += 1
    add(.mark, from: start)
  }

  /// Reports and skips a character that begins no token.
  private mutating func unknown() {
    let start = position
    position += 1
    while position < bytes.count && byte() & 0xC0 == 0x80 { position += 1 }
    let text = text(from: start)
    guard let scalar = text.unicodeScalars.first, scalar.isInvisible else {
      report("\(quoted(text)) means nothing here", start, position)
      return
    }
    let isMark = scalar.value == 0xFEFF && start == 0
    report("\(describe(scalar)) means nothing here", start, position, help: isMark ? "save the file as UTF-8 without a byte order mark" : nil)
  }
}
