/// A text whose lines are longer than a terminal is wide, broken at blanks. What goes on in the next line stands below where it began: behind a label, a
/// number or a mark. A word that is longer than a line stays whole: a URL can still be copied.
///
/// `width`: in characters; nil: the text as it is.
public func folded(_ text: String, width: Int?) -> String {
  guard let width else { return text }
  return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { lines(of: $0, width) }.joined(separator: "\n")
}

private func lines(of line: Substring, _ width: Int) -> [String] {
  let visible = line.withoutColours
  guard visible.count > width else { return [String(line)] }
  func fold(_ text: Substring, first: Int, rest: Int) -> [String] {
    Document.wrapped(String(text), width, first: blanks(first), rest: blanks(rest), keepsBlanks: true, breaksWords: false)
  }
  let margin = visible.prefix { $0 == " " }.count
  let gaps = line.ranges(of: #/ {2,}(?=\S)/#).map { (range: $0, begin: column($0.lowerBound, in: line), end: column($0.upperBound, in: line)) }
  // Below a long label there is no room.
  if let gap = gaps.first(where: { $0.end > max(margin, width / 2) && $0.begin <= width }) {
    return [String(line[..<gap.range.lowerBound])] + fold(line[gap.range.upperBound...], first: margin + 4, rest: margin + 4)
  }
  let mark = visible.firstMatch(of: #/^ *([^\p{L}\p{N}‹ ]|\d+\.) /#).map { $0.output.0.count }
  let label = gaps.last { $0.end > margin && $0.end <= width / 2 }?.end
  return fold(line, first: 0, rest: label ?? mark ?? (margin == 0 ? 0 : margin + 2))
}

private func blanks(_ count: Int) -> String { String(repeating: " ", count: count) }

private func column(_ index: Substring.Index, in line: Substring) -> Int { line[..<index].withoutColours.count }

extension StringProtocol {
  /// Without ANSI's colours.
  var withoutColours: String { contains("\u{1B}") ? String(self).replacing(#/\u{1B}\[[0-9;]*m/#, with: "") : String(self) }
}
