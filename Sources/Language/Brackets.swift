/// How the brackets of a file nest, found in one pass before it is parsed: so that the parser never has to go back, and knows after an
/// error where the construct ends that it could not read.
struct Brackets {
  /// For each token, how many blocks or records are open around it; a brace counts as outside of what it encloses.
  private(set) var depth: [Int32] = []
  /// For each `(`, the index of its `)`; -1 for other tokens, and where it is not closed.
  private(set) var closing: [Int32]

  init(_ tokens: [Token]) {
    closing = Array(repeating: -1, count: tokens.count)
    depth.reserveCapacity(tokens.count)
    var open: [(index: Int, isBrace: Bool)] = []
    var braces: Int32 = 0
    for (index, token) in tokens.enumerated() {
      guard token.kind == .mark else {
        depth.append(braces)
        continue
      }
      switch token.text {
      case "{":
        depth.append(braces)
        open.append((index, true))
        braces += 1
      case "}":
        if braces > 0 {
          // Parentheses that are still open here are never closed.
          while let last = open.popLast(), !last.isBrace {}
          braces -= 1
        }
        depth.append(braces)
      case "(":
        depth.append(braces)
        open.append((index, false))
      case ")":
        depth.append(braces)
        if let last = open.last, !last.isBrace {
          open.removeLast()
          closing[last.index] = Int32(index)
        }
      default: depth.append(braces)
      }
    }
  }
}
