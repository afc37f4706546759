/// A part of a model's or scenario's text that can be left out: a line, or a line with a block behind it.
struct Piece: Hashable, Sendable {
  enum Shape: Hashable, Sendable {
    case line
    /// `text { parts }`
    case block
    /// `text part, part`: gone without parts.
    case list
  }
  var text: String
  var shape = Shape.line
  var parts: [Piece] = []

  static func line(_ text: String) -> Piece { Piece(text: text) }
  static func block(_ text: String, _ parts: [Piece]) -> Piece { Piece(text: text, shape: .block, parts: parts) }
  static func list(_ text: String, _ items: [String]) -> Piece { Piece(text: text, shape: .list, parts: items.map(Piece.line)) }

  func rendered(_ indentation: String = "") -> String {
    switch shape {
    case .line: return indentation + text + "\n"
    case .block:
      return indentation + text + " {" + (parts.isEmpty ? " }\n" : "\n" + parts.map { $0.rendered(indentation + "  ") }.joined() + indentation + "}\n")
    case .list: return parts.isEmpty ? "" : indentation + text + " " + parts.map(\.text).joined(separator: ", ") + "\n"
    }
  }

  /// All lines of it: what a count of constructs looks at.
  var lines: [String] { [text] + parts.flatMap(\.lines) }
}

extension [Piece] {
  var text: String { map { $0.rendered() }.joined() }

  /// Each way to leave something out: one piece, or a block around its parts; or to lower a bound, or to take one item out of a list.
  var smaller: [[Piece]] {
    var results: [[Piece]] = []
    for index in indices {
      var without = self
      without.remove(at: index)
      results.append(without)
    }
    for index in indices {
      let piece = self[index]
      if piece.shape == .block && !piece.parts.isEmpty {
        var opened = self
        opened.replaceSubrange(index...index, with: piece.parts)
        results.append(opened)
      }
      for parts in piece.parts.smaller {
        var changed = self
        changed[index].parts = parts
        results.append(changed)
      }
      for text in piece.text.smallerLines {
        var changed = self
        changed[index].text = text
        results.append(changed)
      }
    }
    return results
  }
}

extension String {
  /// The line with a lower bound, without a marker, or without one of the items in its brackets.
  fileprivate var smallerLines: [String] {
    var results: [String] = []
    let characters = Array(self)
    for (index, character) in characters.enumerated() where character == "2" && index > 0 && characters[index - 1] == " " {
      results.append(String(characters[..<index]) + "1" + String(characters[(index + 1)...]))
    }
    // Items: between an opening bracket or comma and the next comma or closing bracket of the same depth.
    for start in characters.indices where "({[,".contains(characters[start]) {
      var depth = 0
      var end = start + 1
      while end < characters.count, depth > 0 || !",)}]".contains(characters[end]) {
        if "({[".contains(characters[end]) { depth += 1 }
        if ")}]".contains(characters[end]) { depth -= 1 }
        end += 1
      }
      guard end < characters.count else { continue }
      if characters[start] == "," {
        results.append(String(characters[..<start]) + String(characters[end...]))
      } else if characters[end] == "," {
        results.append(String(characters[...start]) + String(characters[(end + 1)...]))
      } else {
        results.append(String(characters[..<start]) + String(characters[(end + 1)...]))
      }
    }
    return results
  }
}

/// A model with its clauses and a scenario, as pieces of text.
struct SmallModel: Hashable, Sendable {
  var model: [Piece]
  var scenario: [Piece]

  /// All that its texts say, as one text with a model's and a scenario's part: what is printed, and what a regression file holds.
  var text: String { model.text + "\n" + SmallModel.divider + "\n" + scenario.text }

  static let divider = "// scenario"
  /// The clauses that generated models may be marked with.
  static let clauses = (1...3).map { "clause C-\($0) \"Clause \($0)\"\n  \"Something is done.\"\n" }.joined()

  /// Each way to leave something out.
  var smaller: [SmallModel] {
    model.smaller.map { SmallModel(model: $0, scenario: scenario) } + scenario.smaller.map { SmallModel(model: model, scenario: $0) }
  }
}
