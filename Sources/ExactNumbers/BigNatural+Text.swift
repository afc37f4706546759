internal import CGMP

extension BigNatural: CustomStringConvertible {
  /// The decimal digits, without leading zeros. Nearly linear in their number.
  public var description: String {
    withNumber { number in
      // GMP's bound may be one too many, and it also writes a zero byte (and a sign, were there one).
      String(unsafeUninitializedCapacity: Int(cgmp_decimal_capacity(number)) + 2) { buffer in
        guard let start = buffer.baseAddress else { return 0 }
        return UnsafeMutableRawBufferPointer(buffer).withMemoryRebound(to: CChar.self) { characters in
          guard let characters = characters.baseAddress else { return 0 }
          cgmp_get_decimal(characters, number)
          return UnsafeBufferPointer(start: start, count: buffer.count).firstIndex(of: 0) ?? 0
        }
      }
    }
  }
}

extension BigNatural: LosslessStringConvertible {
  /// The number with these decimal digits: `0` to `9` only, at least one, leading zeros allowed. Nil for any other text.
  public init?(_ description: String) {
    // GMP itself would also take a sign and white space between digits.
    guard !description.isEmpty, description.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
    var isRead = false
    self.init { result in isRead = description.withCString { cgmp_set_decimal(result, $0) } == 0 }
    guard isRead else { return nil }
  }
}
