/// A word, number, string or mark of a source file.
public struct Token: Sendable, Equatable {
  public enum Kind: Sendable, Equatable { case word, number, string, path, url, clause, mark, end }
  public var kind: Kind
  /// Words and marks as written; strings without quotes and escapes.
  public var text: String
  public var range: SourceRange
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
  /// Comments, for the formatter.
  public private(set) var comments: [Token] = []
  /// Whether clause identifiers are expected: a depth of brackets, or the rest of a `drop` line.
  private var brackets = 0
  private var isClauseLine = false

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
    guard diagnostics.count < 100 else { return }
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

  private mutating func add(_ kind: Token.Kind, from start: Int, text: String? = nil) {
    tokens.append(
      Token(kind: kind, text: text ?? String(decoding: bytes[start..<position], as: UTF8.self), range: SourceRange(start: start, end: position)))
  }

  private mutating func run() {
    while position < bytes.count {
      let start = position
      let current = byte()
      switch current {
      case 10:
        // A list of clauses goes on behind a comma.
        isClauseLine = isClauseLine && tokens.last?.text == ","
        position += 1
      case 32, 9, 13: position += 1
      case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
        while position < bytes.count && byte() != 10 { position += 1 }
        comments.append(Token(kind: .mark, text: String(decoding: bytes[start..<position], as: UTF8.self), range: SourceRange(start: start, end: position)))
      case UInt8(ascii: "/"): path()
      case UInt8(ascii: "\""): string()
      case 48...57, 65...90, 95, 97...122: word()
      default: mark()
      }
    }
    tokens.append(Token(kind: .end, text: "", range: SourceRange(start: bytes.count, end: bytes.count)))
  }

  private mutating func path() {
    let start = position
    position += 1
    while isWord(byte()) || [UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(byte()) { position += 1 }
    add(.path, from: start)
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
    if byte() == UInt8(ascii: "\"") && position < bytes.count {
      position += 1
    } else {
      report("the string does not end on its line", start, position, help: "close it with `\"`")
    }
    add(.string, from: start, text: String(decoding: text, as: UTF8.self))
  }

  private mutating func word() {
    let start = position
    while isWord(byte()) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if (text == "https" || text == "http") && byte() == UInt8(ascii: ":") && byte(1) == UInt8(ascii: "/") && byte(2) == UInt8(ascii: "/") {
      position += 3
      while isWord(byte()) || [UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(byte()) { position += 1 }
      add(.url, from: start)
      return
    }
    if (brackets > 0 || isClauseLine), let next = Optional(byte()), next == UInt8(ascii: "-") || next == UInt8(ascii: ".") {
      while isWord(byte()) || ((byte() == UInt8(ascii: "-") || byte() == UInt8(ascii: ".")) && isWord(byte(1))) { position += 1 }
      add(.clause, from: start)
      return
    }
    if ["drop", "restores", "drops", "clause"].contains(text) { isClauseLine = true }
    if text == "expect" { isClauseLine = false }
    add(bytes[start] >= 48 && bytes[start] <= 57 && text.allSatisfy(\.isNumber) ? .number : .word, from: start)
  }

  private mutating func mark() {
    let start = position
    let pair = [byte(), byte(1)]
    if [[61, 61], [33, 61], [45, 62]].contains(pair) {
      position += 2
      add(.mark, from: start)
      return
    }
    switch byte() {
    case UInt8(ascii: "["): brackets += 1
    case UInt8(ascii: "]"): brackets = max(0, brackets - 1)
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "="),
      UInt8(ascii: "|"), UInt8(ascii: "?"), UInt8(ascii: "+"), UInt8(ascii: ";"):
      break
    default:
      position += 1
      while position < bytes.count && byte() & 0xC0 == 0x80 { position += 1 }
      let text = bytes[start] < 32 || bytes[start] == 127 ? "a control character (\(bytes[start]))" : "`\(String(decoding: bytes[start..<position], as: UTF8.self))`"
      report("\(text) means nothing here", start, position)
      return
    }
    position += 1
    add(.mark, from: start)
  }
}
