/// A file's name and its bytes.
public struct SourceFile: Sendable {
  public let name: String
  public let bytes: [UInt8]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  /// Line and column of a byte offset, both from 1; columns count Unicode scalars.
  public func lineAndColumn(of offset: Int) -> (line: Int, column: Int) {
    var line = 1
    var start = 0
    let end = min(offset, bytes.count)
    for index in 0..<end where bytes[index] == 10 {
      line += 1
      start = index + 1
    }
    // Continuation bytes of UTF-8 are no columns of their own.
    let column = bytes[start..<end].count { $0 & 0xC0 != 0x80 } + 1
    return (line, column)
  }

  /// The text of a line, from 1, without its end.
  public func line(_ number: Int) -> String {
    var current = 1
    var start = 0
    for index in bytes.indices where bytes[index] == 10 {
      if current == number { return String(decoding: bytes[start..<index], as: UTF8.self) }
      current += 1
      start = index + 1
    }
    return current == number ? String(decoding: bytes[start...], as: UTF8.self) : ""
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
