internal import CGMP

extension BigNatural {
  /// The number in binary scientific form: it is about `significand * 2^exponent`, also where that is too large for a `Double`.
  ///
  /// The significand is at least 1 and less than 2, and the nearest that a `Double` can hold. Zero is (0, 0). The logarithm to base 2 is
  /// `exponent + log2(significand)`.
  public var scientificForm: (significand: Double, exponent: Int) {
    guard !isZero else { return (0, 0) }
    let (leading, shift) = leadingBits
    return (leading.significand, Int(leading.exponent) + shift)
  }

  /// A `leading` less than or equal to 2⁶⁴, and a `shift` that is not negative, so that `leading * 2^shift` is the nearest to the number
  /// among the products of a `Double` and a power of two.
  fileprivate var leadingBits: (leading: Double, shift: Int) {
    let shift = max(0, bitWidth - 64)
    guard shift > 0 else { return (Double(lowWord), 0) }
    let leading = shiftedRight(by: shift).lowWord
    // A 1 bit below the leading 64 decides on which side of a tie between two Doubles the number is. The last of the 64 stands for
    // all of them: the significand of a Double ends eleven bits above it.
    let isInexact = withNumber { Int(cgmp_trailing_zeros($0)) } < shift
    return (Double(isInexact ? leading | 1 : leading), shift)
  }
}

extension Double {
  /// The `Double` nearest to the number, of two equally near the one whose last bit is 0; infinity from about 1.8 · 10³⁰⁸.
  ///
  /// For larger numbers see ``BigNatural/scientificForm``.
  public init(_ value: BigNatural) {
    let (leading, shift) = value.leadingBits
    self.init(sign: .plus, exponent: shift, significand: leading)
  }
}
