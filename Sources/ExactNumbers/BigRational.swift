/// An exact non-negative fraction: a probability, an expected value, a bound on either.
///
/// Always in lowest terms, with a denominator that is not zero, so equal values have equal parts. Zero is 0/1.
///
/// ```swift
/// let third = BigRational(1, over: 3)
/// print(third + third)                      // 2/3
/// print(third.decimalExpansion(digits: 4))  // 0.3333
/// ```
public struct BigRational: Hashable, Sendable {
  /// What is divided; has no divisor in common with the denominator.
  public let numerator: BigNatural
  /// What it is divided by; at least 1.
  public let denominator: BigNatural

  /// The fraction in lowest terms. Takes a greatest common divisor.
  ///
  /// - Precondition: `denominator` is not zero.
  public init(_ numerator: BigNatural, over denominator: BigNatural) {
    precondition(!denominator.isZero, "division by zero has no result")
    let divisor = numerator.greatestCommonDivisor(with: denominator)
    self.init(lowest: numerator.divided(exactlyBy: divisor), denominator.divided(exactlyBy: divisor))
  }

  /// The whole number.
  public init(_ whole: BigNatural) { self.init(lowest: whole, 1) }

  /// The fraction of two numbers that are known to have no divisor in common, the second of them not zero.
  init(lowest numerator: BigNatural, _ denominator: BigNatural) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// Whether the value is zero. Constant time.
  public var isZero: Bool { numerator.isZero }

  /// Whether the value is a whole number.
  public var isWhole: Bool { denominator == 1 }
}

extension BigRational: Comparable {
  public static func < (left: BigRational, right: BigRational) -> Bool {
    left.numerator * right.denominator < right.numerator * left.denominator
  }
}

extension BigRational: ExpressibleByIntegerLiteral {
  /// The whole number of a literal. The compiler rejects negative literals, and those past 64 bits.
  public init(integerLiteral value: UInt64) { self.init(BigNatural(value)) }
}
