/// A text in parts, before it is laid out for a terminal or as Markdown.
struct Document {
  indirect enum Block {
    /// From 1.
    case heading(Int, String)
    case paragraph(String)
    /// Points; each may have details below it.
    case list([(text: String, details: [String])])
    /// Lines that are shown as they are, below a title.
    case code(String, [String])
  }
  var blocks: [Block] = []

  mutating func add(_ block: Block) { blocks.append(block) }

  mutating func list(_ items: [String]) { if !items.isEmpty { blocks.append(.list(items.map { ($0, []) })) } }
}

extension Document {
  /// For a terminal: no line is longer than `width`, where its words allow that; headings are bold.
  func text(width: Int, _ style: TextStyle, withDetails: Bool) -> String {
    var lines: [String] = []
    for block in blocks {
      switch block {
      case .heading(let level, let title):
        if !lines.isEmpty { lines.append("") }
        lines += Document.wrapped(title, width, first: level > 2 ? "  " : "").map { style.paint($0, .bold) }
      case .paragraph(let text): lines += Document.wrapped(text, width, first: "  ")
      case .list(let items):
        for item in items {
          lines += Document.wrapped(item.text, width, first: "  - ", rest: "    ")
          if withDetails {
            for detail in item.details { lines += Document.wrapped(detail, width, first: "      ", rest: "        ").map { style.paint($0, .dim) } }
          }
        }
      case .code(let title, let code):
        lines += Document.wrapped(title, width, first: "  ")
        for line in code { lines += Document.wrapped(line, width, first: "    ", rest: "           ", keepsBlanks: true).map { style.paint($0, .dim) } }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// As Markdown (CommonMark with HTML for what can be folded).
  func markdown() -> String {
    var parts: [String] = []
    for block in blocks {
      switch block {
      case .heading(let level, let title): parts.append(String(repeating: "#", count: level) + " " + Document.escaped(title))
      case .paragraph(let text): parts.append(Document.escaped(text))
      case .list(let items):
        parts.append(
          items.map { item in
            (["- " + Document.escaped(item.text)] + item.details.map { "  - " + Document.escaped($0) }).joined(separator: "\n")
          }.joined(separator: "\n"))
      case .code(let title, let code):
        parts.append("<details><summary>\(Document.escaped(title))</summary>\n\n```\n\(code.joined(separator: "\n"))\n```\n\n</details>")
      }
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// What would be read as markup; a stretch between two ` is code, and stays as it is.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    var isCode = false
    for character in text {
      if character == "`" { isCode.toggle() }
      switch character {
      case "<" where !isCode: escaped += "&lt;"
      case "\\", "*", "_", "[", "]", "|": escaped += isCode ? String(character) : "\\\(character)"
      default: escaped.append(character)
      }
    }
    return escaped
  }

  /// Breaks a text into lines at its blanks; a word that is longer than a line is broken too, if `breaksWords`.
  static func wrapped(_ text: String, _ width: Int, first: String, rest: String? = nil, keepsBlanks: Bool = false, breaksWords: Bool = true) -> [String] {
    let rest = rest ?? first
    var lines: [String] = []
    var line = first
    var isEmpty = true
    func room(_ indent: String) -> Int { max(1, width - indent.count) }
    for word in text.split(separator: " ", omittingEmptySubsequences: !keepsBlanks) {
      if !isEmpty && line.withoutColours.count + 1 + word.withoutColours.count > width {
        lines.append(line.trimmingSuffixBlanks)
        (line, isEmpty) = (rest, true)
      }
      // Blanks at the beginning of a line are kept only where the text begins with them.
      if isEmpty && word.isEmpty && !lines.isEmpty { continue }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
      while breaksWords, line.count > width, line.count > rest.count + 1 {
        lines.append(String(line.prefix(max(width, rest.count + 1))))
        line = rest + line.dropFirst(max(width, rest.count + 1))
      }
    }
    return lines + [line.trimmingSuffixBlanks]
  }
}
