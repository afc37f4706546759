extension SequenceDiagram {
  /// What a notation draws for a row.
  enum Mark {
    /// From one lifeline to another; an answer is dashed.
    case arrow(from: Int, to: Int, isAnswer: Bool)
    case note(over: Int)
  }

  func mark(_ row: Row) -> Mark? {
    switch row.kind {
    case .action, .arrival, .knowledge, .leak: return (row.to ?? row.from).map { .note(over: $0) }
    case .request, .message, .redirect, .form, .page, .data:
      guard let from = row.from, let to = row.to else { return (row.from ?? row.to).map { .note(over: $0) } }
      return .arrow(from: from, to: to, isAnswer: row.kind != .request && row.kind != .message)
    }
  }

  /// The step's number, a diamond where the attacker acts, and what is sent, with its fields.
  func caption(_ row: Row) -> [String] {
    let head = SequenceDiagram.wrapped("\(row.step). \(row.isAttackers ? "◆ " : "")\(row.label)" + (row.content.isEmpty ? "" : " \(row.content)"))
    // What is taken up has its fields where it was sent.
    if row.kind == .knowledge || row.kind == .arrival { return head }
    // The method, the status and the URL are in the label.
    let fields = row.details.filter { !["method", "status", "URL"].contains($0.name) && !row.label.contains($0.value) }
    return head + fields.map { "\($0.name): \($0.value)" }
  }

  /// Lines of about 60 characters: a note is as wide as its longest line.
  private static func wrapped(_ text: String) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if lines[lines.count - 1].count + word.count > 60 && !lines[lines.count - 1].isEmpty { lines.append("") }
      lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
    }
    return lines
  }

  static let legend = "◆ done or sent by the attacker. Solid: requests and messages. Dashed: answers. Numbers: steps of the attack."

  /// The diagram in the language of Mermaid.
  ///
  /// - Parameter title: of one line.
  public func mermaid(title: String) -> String {
    var lines = ["sequenceDiagram", "  title \(SequenceDiagram.mermaid(title))"]
    for (number, lifeline) in lifelines.enumerated() {
      lines.append("  participant p\(number) as \(SequenceDiagram.mermaid("\(lifeline.name) (\(lifeline.role))"))")
    }
    for row in rows {
      let text = caption(row).map(SequenceDiagram.mermaid).joined(separator: "<br/>")
      switch mark(row) {
      case .arrow(let from, let to, let isAnswer): lines.append("  p\(from)\(isAnswer ? "-->>" : "->>")p\(to): \(text)")
      case .note(let place): lines.append("  Note over p\(place): \(text)")
      case nil: break
      }
    }
    if !lifelines.isEmpty { lines.append("  Note over p0: \(SequenceDiagram.mermaid(SequenceDiagram.legend))") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What means something to Mermaid is written by its number; `#` begins such a number, `;` ends a statement, and `end` a block.
  static func mermaid(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "#", ";", "<", ">", "\"", "'", "`", "%", "{", "}", "[", "]", "\\", "&", "*", "_", "~", "$", "|", "@", "^": escaped += "#\(scalar.value);"
      case _ where scalar.value < 0x20 || scalar.properties.generalCategory == .control: escaped += " "
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped.replacing(/\bend\b/.ignoresCase()) { "#\($0.output.unicodeScalars.first?.value ?? 101);\($0.output.dropFirst())" }
  }

  /// The diagram in the language of PlantUML.
  ///
  /// - Parameter title: of one line.
  public func plantUML(title: String) -> String {
    var lines = ["@startuml", "title \(SequenceDiagram.plantUML(title))"]
    for (number, lifeline) in lifelines.enumerated() {
      let name = [lifeline.name, lifeline.role].map(SequenceDiagram.plantUML).joined(separator: "\\n")
      lines.append("participant \"\(name)\" as p\(number)\(lifeline.isAttacker ? " #mistyrose" : "")")
    }
    for row in rows {
      let text = caption(row).map(SequenceDiagram.plantUML).joined(separator: "\\n")
      switch mark(row) {
      case .arrow(let from, let to, let isAnswer): lines.append("p\(from) \(isAnswer ? "-->" : "->") p\(to) : \(text)")
      case .note(let place): lines.append("note over p\(place) : \(text)")
      case nil: break
      }
    }
    lines += ["legend", SequenceDiagram.plantUML(SequenceDiagram.legend), "endlegend", "@enduml"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// What could be markup, a tag or an escape is written by its number.
  static func plantUML(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || scalar.properties.generalCategory == .control {
        escaped += " "
      } else if scalar.isASCII && !scalar.properties.isAlphabetic && scalar.properties.numericType == nil && !" .,:()=?+".unicodeScalars.contains(scalar) {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        escaped += "<U+\(String(repeating: "0", count: 4 - digits.count))\(digits)>"
      } else {
        escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
