/// A file's name and its bytes.
public struct SourceFile: Sendable {
  public let name: String
  public let bytes: [UInt8]
  /// Where each line begins: found once, because a file can have as many diagnostics as lines.
  private let lineStarts: [Int]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    var starts = [0]
    bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices where bytes[index] == 10 { starts.append(index + 1) }
    }
    lineStarts = starts
  }

  /// Line and column of a byte offset, both from 1; columns count Unicode scalars.
  public func lineAndColumn(of offset: Int) -> (line: Int, column: Int) {
    let end = max(0, min(offset, bytes.count))
    let line = lineIndex(of: end)
    return (line + 1, scalars(in: lineStarts[line]..<end) + 1)
  }

  /// The text of a line, from 1, without its end.
  public func line(_ number: Int) -> String {
    lineStarts.indices.contains(number - 1) ? String(decoding: bytes[range(ofLine: number - 1)], as: UTF8.self) : ""
  }

  /// A stretch of the line around a place, as a person is shown it: hostile lines can be as long as the file.
  struct Excerpt {
    var line: Int
    var column: Int
    var text: String
    /// Unicode scalars of `text` before the place, and within it.
    var before: Int
    var length: Int
  }

  /// The line of `range`, or as much of it as fits `width` scalars; nothing is read beyond that but the line's beginning.
  func excerpt(of range: SourceRange, width: Int = 200) -> Excerpt {
    let start = max(0, min(range.start, bytes.count))
    let line = lineIndex(of: start)
    let whole = self.range(ofLine: line)
    let column = scalars(in: whole.lowerBound..<max(whole.lowerBound, start)) + 1
    // A very long line is shown from a little before the place.
    var before = column - 1
    var from = whole.lowerBound
    if column > width - 40 {
      before = 0
      from = min(start, whole.upperBound)
      while before < 40 && from > whole.lowerBound {
        from -= 1
        if bytes[from] & 0xC0 != 0x80 { before += 1 }
      }
    }
    let text = String(decoding: bytes[from..<min(whole.upperBound, from + 4 * width)], as: UTF8.self).unicodeScalars.prefix(width)
    let end = max(start, min(range.end, whole.upperBound, start + 4 * width))
    return Excerpt(
      line: line + 1, column: column, text: String(text), before: before, length: max(1, min(scalars(in: start..<end), width - before)))
  }

  /// Index of the line that holds a byte.
  private func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The bytes of a line, by index, without its end.
  private func range(ofLine index: Int) -> Range<Int> {
    let start = lineStarts[index]
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
    if end > start && bytes[end - 1] == 13 { end -= 1 }
    return start..<end
  }

  /// Continuation bytes of UTF-8 are no columns of their own.
  private func scalars(in range: Range<Int>) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      var count = 0
      for index in range where bytes[index] & 0xC0 != 0x80 { count += 1 }
      return count
    }
  }
}

/// The files that a run has read; locations refer to them by index.
public struct SourceSet: Sendable {
  public private(set) var files: [SourceFile] = []
  public init() {}

  /// Adds a file and returns its index.
  public mutating func add(_ file: SourceFile) -> Int {
    files.append(file)
    return files.count - 1
  }
}
