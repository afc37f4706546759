internal import CGMP

/// A non-negative integer of any size: a number of traces, of interleavings, of outcomes.
///
/// A value like `Int`: a copy is independent of its original. Copies share memory until one of them changes.
///
/// ```swift
/// var traces: BigNatural = 1
/// for choices in 1...60 { traces *= BigNatural(UInt64(choices)) }
/// print(traces == .factorial(60))  // true
/// ```
///
/// A number of `n` bits takes about `n / 8` bytes. GMP ends the process when it cannot get memory, so whoever takes an exponent or
/// the argument of a factorial from input has to bound it first.
public struct BigNatural: Sendable {
  private var box: IntegerBox

  /// Zero.
  public init() { box = IntegerBox() }

  /// The number with the same value.
  public init(_ value: UInt64) {
    self.init { result in withUnsafePointer(to: value) { cgmp_set_words(result, $0, 1) } }
  }

  /// The number that `compute` leaves in a box of its own. `compute` sees zero at first.
  init(computedBy compute: (UnsafeMutablePointer<cgmp_integer>) -> Void) {
    box = IntegerBox()
    box.withMutableNumber(compute)
  }

  /// Gives GMP's number for reading. The pointer is valid during the call.
  func withNumber<Result>(_ body: (UnsafePointer<cgmp_integer>) -> Result) -> Result { box.withNumber(body) }

  /// Replaces the value by what `compute` makes of it: in place if no other value shares the memory, else in a new box.
  ///
  /// - Parameter compute: Gets the place of the result and the current number. They may be the same.
  mutating func update(_ compute: (_ result: UnsafeMutablePointer<cgmp_integer>, _ current: UnsafePointer<cgmp_integer>) -> Void) {
    if isKnownUniquelyReferenced(&box) {
      box.withMutableNumber { compute($0, UnsafePointer($0)) }
    } else {
      self = withNumber { current in BigNatural { compute($0, current) } }
    }
  }

  /// Whether the number is zero. Constant time.
  public var isZero: Bool { withNumber { cgmp_sign($0) == 0 } }

  /// How many bits the number has in binary, without leading zeros: 0 for zero, 1 for one, 8 for 255. Constant time.
  public var bitWidth: Int { isZero ? 0 : withNumber { Int(cgmp_bit_width($0)) } }
}

extension BigNatural: Equatable {
  public static func == (left: BigNatural, right: BigNatural) -> Bool {
    left.box === right.box || left.comparison(with: right) == 0
  }
}

extension BigNatural: Comparable {
  public static func < (left: BigNatural, right: BigNatural) -> Bool { left.comparison(with: right) < 0 }

  /// Negative, zero or positive, as the number is less than, equal to or greater than `other`.
  private func comparison(with other: BigNatural) -> Int32 {
    withNumber { left in other.withNumber { right in cgmp_compare(left, right) } }
  }
}

extension BigNatural: Hashable {
  public func hash(into hasher: inout Hasher) {
    withNumber { number in
      let size = cgmp_limb_count(number) * cgmp_bytes_per_limb()
      // The size goes first, so that of two numbers in a row one cannot pass its limbs to the other.
      hasher.combine(size)
      hasher.combine(bytes: UnsafeRawBufferPointer(start: cgmp_limbs(number), count: size))
    }
  }
}

extension BigNatural: ExpressibleByIntegerLiteral {
  /// The number of a literal. The compiler rejects negative literals, and those past 64 bits: write these as strings.
  public init(integerLiteral value: UInt64) { self.init(value) }
}

extension UInt64 {
  /// The same number in 64 bits, or nil if it does not fit.
  public init?(exactly value: BigNatural) {
    guard value.bitWidth <= 64 else { return nil }
    self = value.lowWord
  }
}

extension BigNatural {
  /// The number modulo 2⁶⁴.
  var lowWord: UInt64 { withNumber { cgmp_low_word($0) } }
}
