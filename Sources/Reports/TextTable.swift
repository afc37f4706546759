/// Rows in columns, for people.
struct TextTable {
  var header: [String]
  var rows: [[String]] = []
  /// Columns whose cells stand at their right.
  var numbers: Set<Int> = []

  /// The lines. Where they would be longer than the width, cells are broken at their blanks; where that is not enough, each row becomes a few lines in
  /// which the columns have names.
  ///
  /// - Parameter width: in characters; nil: as wide as it is.
  func lines(width: Int? = nil) -> [String] {
    let all = [header] + rows
    var widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    if let width {
      // No word is broken, and no number.
      let least = header.indices.map { column in all.map { numbers.contains(column) ? $0[column].count : longestWord($0[column]) }.max() ?? 0 }
      var excess = widths.reduce(2 * (widths.count - 1), +) - width
      while excess > 0 {
        guard let widest = widths.indices.filter({ widths[$0] > least[$0] }).max(by: { widths[$0] < widths[$1] }) else { return stacked(width) }
        widths[widest] -= 1
        excess -= 1
      }
    }
    return all.flatMap { row -> [String] in
      let cells = row.indices.map { row[$0].count <= widths[$0] ? [row[$0]] : Document.wrapped(row[$0], widths[$0], first: "") }
      return (0..<(cells.map(\.count).max() ?? 0)).map { line in
        cells.indices.map { column in
          let text = line < cells[column].count ? cells[column][line] : ""
          return numbers.contains(column) ? leftPad(text, widths[column]) : pad(text, widths[column])
        }.joined(separator: "  ").trimmingSuffixBlanks
      }
    }
  }

  private func longestWord(_ text: String) -> Int { text.split(separator: " ").map(\.count).max() ?? 0 }

  /// What stands under no name, and first under a name, is the heading of its row.
  private func stacked(_ width: Int) -> [String] {
    let first = header.firstIndex { !$0.isEmpty } ?? 0
    return rows.flatMap { row -> [String] in
      let mark = row[..<first].filter { !$0.isEmpty }.joined(separator: " ")
      let indent = first == 0 ? "" : "   "
      let named = row.indices.filter { $0 > first && !row[$0].isEmpty }.map { "\(header[$0]) \(row[$0])" }.joined(separator: ", ")
      let heading = row[first].isEmpty ? [] : Document.wrapped(row[first], width, first: pad(mark, indent.count), rest: indent)
      return heading + Document.wrapped(named, width, first: heading.isEmpty ? pad(mark, indent.count) : indent, rest: indent)
    }
  }
}
