/// Why a file was not formatted: it cannot be read.
public struct FormatFailure: Error, Sendable {
  public var diagnostics: [Diagnostic]
}

/// The file as it should be written. Only blanks, indentation and empty lines change: all tokens, comments and line breaks stay.
///
/// The kind of the file is taken from its name; a file of another name is formatted as a model.
/// - Returns: Text that is its own formatted form. A file that is no run of tokens comes back as it is: whoever overwrites files
///   calls ``formatted(file:in:as:)``, which refuses it.
public func format(_ file: SourceFile) -> String {
  var sources = SourceSet()
  let index = sources.add(file)
  return formatted(Lexer(file: index, in: sources), of: file, as: FileKind(fileName: file.name) ?? .model)
}

/// The file as it should be written, if it can be read.
/// - Throws: What is wrong with it otherwise.
public func formatted(file: Int, in sources: SourceSet, as kind: FileKind) throws(FormatFailure) -> String {
  let diagnostics = findings(file: file, in: sources, as: kind)
  guard diagnostics.isEmpty else { throw FormatFailure(diagnostics: diagnostics) }
  return formatted(Lexer(file: file, in: sources), of: sources.files[file], as: kind)
}

private func formatted(_ lexer: Lexer, of file: SourceFile, as kind: FileKind) -> String {
  guard lexer.diagnostics.isEmpty else { return String(decoding: file.bytes, as: UTF8.self) }
  var layout = Layout(tokens: lexer.tokens.dropLast(), kind: kind)
  var comments = lexer.comments[...]
  for index in layout.tokens.indices {
    while let comment = comments.first, comment.range.start < layout.tokens[index].range.start {
      layout.place(comment, before: index, in: file.bytes)
      comments.removeFirst()
    }
    layout.place(index, in: file.bytes)
  }
  for comment in comments { layout.place(comment, before: layout.tokens.count, in: file.bytes) }
  return layout.finish()
}

/// What stands between a token or comment and the one before it.
struct Gap {
  var lineBreaks = 0
  var blanks = 0

  init(_ bytes: ArraySlice<UInt8>) {
    for byte in bytes {
      if byte == 10 { lineBreaks += 1 } else { blanks += 1 }
    }
  }
}

/// Puts one token or comment after another, and keeps account of what is open.
///
/// What it decides depends on nothing but the tokens, the line breaks and the runs of blanks that it keeps: so to format twice
/// is to format once.
struct Layout {
  /// What a bracket that is still open does to the lines up to its end.
  struct Frame {
    /// Statements, declarations or the parts of a role stand in it: not fields or values.
    var isBlock: Bool
    /// Indentation of a line that begins with the closing bracket.
    var outside: Int
    /// Indentation of the lines within.
    var inside: Int
  }

  let tokens: [Token]
  let kind: FileKind
  private(set) var output = ""
  private(set) var frames: [Frame] = []
  /// Index of the first token of the present line, and the indentation of that line.
  private(set) var lineStart = 0
  private(set) var lineIndent = 0
  /// Whether the last token ended a block.
  private(set) var hasEndedBlock = false
  /// The present declaration or section: its first token, whether it has had a line such as `when …`, and whether it has had `expect`.
  private(set) var itemStart = 0
  private(set) var hasHead = false
  private(set) var hasExpect = false
  /// The column of the second token of the present section, as it was and as it is: lines that go on below it stay below it.
  private(set) var sectionColumn: (before: Int, after: Int)?
  /// Bytes of the file that are done with; where its present line begins; how many scalars the present line of the output has.
  private var done = 0
  private var sourceLine = 0
  private var column = 0

  init(tokens: ArraySlice<Token>, kind: FileKind) {
    self.tokens = Array(tokens)
    self.kind = kind
  }

  /// Puts the token at `index`.
  mutating func place(_ index: Int, in bytes: [UInt8]) {
    let token = tokens[index]
    let gap = Gap(bytes[done..<token.range.start])
    if index == 0 || gap.lineBreaks > 0 {
      let indent = indentation(ofLineFrom: index)
      startLine(gap, indent)
      startItem(at: index)
      lineStart = index
      lineIndent = indent
      sourceLine = token.range.start - (token.indent ?? 0)
    } else {
      write(String(repeating: " ", count: blanks(before: index, gap.blanks)))
      if index == lineStart + 1 && lineStart == itemStart { sectionColumn = (token.range.start - sourceLine, column) }
    }
    write(String(decoding: bytes[token.range.start..<token.range.end], as: UTF8.self))
    done = token.range.end
    account(for: index)
  }

  /// Puts a comment that stands before the token at `index`.
  mutating func place(_ comment: Token, before index: Int, in bytes: [UInt8]) {
    let gap = Gap(bytes[done..<comment.range.start])
    if gap.lineBreaks > 0 || done == 0 {
      startLine(gap, indentation(ofCommentBefore: index))
    } else {
      write(String(repeating: " ", count: max(1, gap.blanks)))
    }
    write(comment.text)
    done = comment.range.end
  }

  mutating func finish() -> String { output.isEmpty ? "" : output + "\n" }

  private mutating func startLine(_ gap: Gap, _ indent: Int) {
    if !output.isEmpty { output += gap.lineBreaks > 1 ? "\n\n" : "\n" }
    column = 0
    write(String(repeating: " ", count: indent))
  }

  private mutating func write(_ text: String) {
    output += text
    column += text.unicodeScalars.count
  }

  /// Notes which declaration or section a line belongs to.
  private mutating func startItem(at index: Int) {
    guard frames.isEmpty else { return }
    if startsItem(index) {
      itemStart = index
      hasHead = false
      hasExpect = false
      sectionColumn = nil
    } else if isHead(index) {
      hasHead = true
    }
  }

  /// Opens and closes frames.
  private mutating func account(for index: Int) {
    let token = tokens[index]
    hasEndedBlock = false
    if token.kind == .word && token.text == "expect" { hasExpect = true }
    guard token.kind == .mark else { return }
    switch token.text {
    case "(", "[": frames.append(Frame(isBlock: false, outside: lineIndent, inside: lineIndent + 2))
    case "{":
      // A block is indented as its statement is, a record as its line.
      let isBlock = beginsBlock(index)
      let outside = isBlock && frames.last?.isBlock != false ? frames.last?.inside ?? 0 : lineIndent
      frames.append(Frame(isBlock: isBlock, outside: outside, inside: outside + 2))
    case ")", "]", "}": hasEndedBlock = frames.popLast()?.isBlock ?? false
    default: break
    }
  }
}
