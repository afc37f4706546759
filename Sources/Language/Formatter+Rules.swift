/// What stands in the block of an attacker.
private let attackerWords = ["may", "reads", "replaces", "knows"]
/// Lines of a declaration that later lines can go on from.
private let headWords = ["uses", "extends", "event", "when", "then", "unless", "never", "secret", "where"]
/// Marks and words that cannot end a line without its going on.
private let openMarks = [",", ":", ".", "=", "==", "!=", "->", "|", "+"]
private let openWords = ["and", "or", "not", "is"]
private let setupWords = ["at", "with", "to", "for"]
private let spacedMarks = ["=", "==", "!=", "->", "|", "+"]

// MARK: Indentation

extension Layout {
  private func isMark(_ index: Int, _ texts: [String]) -> Bool {
    tokens.indices.contains(index) && tokens[index].kind == .mark && texts.contains(tokens[index].text)
  }

  private func isWord(_ index: Int, _ texts: [String]? = nil) -> Bool {
    tokens.indices.contains(index) && tokens[index].kind == .word && texts?.contains(tokens[index].text) != false
  }

  private func isClosing(_ index: Int) -> Bool { isMark(index, [")", "]", "}"]) }

  /// The indentation of a line whose first token is at `index`: no deeper than what can be read, lest hostile nesting be all blanks.
  func indentation(ofLineFrom index: Int) -> Int { min(levels(ofLineFrom: index), 2 * Parser.maximumDepth) }

  private func levels(ofLineFrom index: Int) -> Int {
    if isClosing(index) {
      // The last of several brackets decides: `})`.
      var open = frames.count - 1
      var next = index + 1
      while open > 0 && isClosing(next) && tokens[next].indent == nil {
        open -= 1
        next += 1
      }
      return open >= 0 ? frames[open].outside : 0
    }
    guard let frame = frames.last else { return startsItem(index) ? 0 : continuation(index) }
    return !frame.isBlock || startsItem(index) ? frame.inside : frame.inside + 2
  }

  /// A comment of its own line stands as what follows it, and at the end of a block as what was before.
  func indentation(ofCommentBefore index: Int) -> Int {
    guard index < tokens.count, !isClosing(index) else { return min(frames.last?.inside ?? 0, 2 * Parser.maximumDepth) }
    return indentation(ofLineFrom: index)
  }

  /// How far a line is indented that goes on with a declaration or a section.
  private func continuation(_ index: Int) -> Int {
    switch kind {
    case .clauses, .claims: 2
    case .model: hasHead && !isHead(index) ? 4 : 2
    case .scenario:
      if let sectionColumn, tokens[index].indent == sectionColumn.before { sectionColumn.after } else { 2 }
    }
  }

  /// Whether this is a line such as `when …` of a declaration.
  func isHead(_ index: Int) -> Bool { kind == .model && isWord(index, headWords) }

  /// Whether the line whose first token is at `index` begins a declaration, a part of a role, a statement or a section.
  func startsItem(_ index: Int) -> Bool {
    if index == 0 || hasEndedBlock || (frames.last?.isBlock == true && isMark(index - 1, ["{"])) { return true }
    guard isWord(index), !isMark(index - 1, openMarks), !isWord(index - 1, openWords) else { return false }
    switch kind {
    case .clauses: return isWord(index, ["clause"])
    case .claims: return isWord(index, ["claim"])
    case .scenario: return startsSection(index)
    case .model: break
    }
    let isDeclaration = isWord(index, Parser.declarationWords) && !isWord(index + 1, ["derives", "cannot"])
    if frames.isEmpty { return isDeclaration }
    // A model can have its declarations in a block.
    if frames.count == 1 && isDeclaration { return true }
    return isWord(index, Parser.statementWords) || isWord(index, Parser.memberWords) || isWord(index, Parser.companionWords) || isWord(index, attackerWords)
      || (isMark(index + 1, ["."]) && isMark(index + 3, ["="]))
  }

  private func startsSection(_ index: Int) -> Bool {
    // The word alone is not a section, and a twin has expectations of its own.
    if index - 1 == itemStart && isWord(index - 1) { return false }
    if isWord(index, ["expect"]) && isWord(itemStart, ["twin"]) && !hasExpect { return false }
    return isWord(index, Parser.sectionWords) || (isWord(index + 1) && isWord(index + 2, setupWords))
  }

  /// Whether the `{` at `index` begins a block: fields of a record are names with `:`, `,`, `[` or the end behind them.
  func beginsBlock(_ index: Int) -> Bool { !(isWord(index + 1) && isMark(index + 2, [":", ",", "[", "}"])) }
}

// MARK: Blanks

extension Layout {
  /// How many blanks stand before the token at `index`, which had `written`, in its line.
  func blanks(before index: Int, _ written: Int) -> Int {
    if isMark(index - 1, ["(", "["]) || isMark(index, [")", "]", ",", ":", "?", ";"]) { return 0 }
    if written > 1 && isAligned(index) { return written }
    if isMark(index - 1, ["{"]) && isMark(index, ["}"]) { return min(written, 1) }
    if isMark(index, spacedMarks + ["[", "{", "}"]) || isMark(index - 1, spacedMarks + [",", ":", ";", "{"]) { return 1 }
    return min(written, 1)
  }

  /// Whether blanks before the token make a column: of markers, of what follows the name of a declaration, or of sections.
  private func isAligned(_ index: Int) -> Bool {
    if isMark(index, ["["]) { return true }
    if kind == .scenario { return index == lineStart + 1 && frames.isEmpty }
    guard index == lineStart + 2, frames.last?.isBlock != false else { return false }
    return isMark(index, ["(", "{"]) || tokens[index].kind == .string
  }
}
