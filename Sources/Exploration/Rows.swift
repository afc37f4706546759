/// Lists of different lengths, kept one after the other: what the inner loop reads of one counts no references.
struct Rows<Element> {
  private let starts: [Int]
  private let elements: [Element]

  init(_ rows: [[Element]]) {
    starts = rows.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    elements = rows.flatMap(\.self)
  }

  /// Where the elements of a row are.
  @inline(__always) func range(of row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

  @inline(__always) subscript(index: Int) -> Element { elements[index] }
}
