// The results are brought to lowest terms by greatest common divisors of the operands' parts, which are half as long as those of
// the result (Knuth, The Art of Computer Programming 2, section 4.5.1).

extension BigRational: AdditiveArithmetic {
  /// Zero.
  public static var zero: BigRational { BigRational(BigNatural()) }

  /// The sum.
  public static func + (left: BigRational, right: BigRational) -> BigRational {
    left.combined(with: right, by: +)
  }

  /// The difference.
  ///
  /// - Precondition: `left >= right`.
  public static func - (left: BigRational, right: BigRational) -> BigRational {
    left.combined(with: right, by: -)
  }

  /// The sum or the difference: what `operation` makes of the numerators over a common denominator.
  private func combined(with other: BigRational, by operation: (BigNatural, BigNatural) -> BigNatural) -> BigRational {
    let shared = denominator.greatestCommonDivisor(with: other.denominator)
    let ownRest = denominator.divided(exactlyBy: shared)
    let otherRest = other.denominator.divided(exactlyBy: shared)
    let sum = operation(numerator * otherRest, other.numerator * ownRest)
    // What the sum has in common with the denominator it has in common with the shared part of it.
    let common = sum.greatestCommonDivisor(with: shared)
    return BigRational(lowest: sum.divided(exactlyBy: common), ownRest * other.denominator.divided(exactlyBy: common))
  }
}

extension BigRational {
  /// The product.
  public static func * (left: BigRational, right: BigRational) -> BigRational {
    left.multiplied(by: right.numerator, over: right.denominator)
  }

  /// Multiplies by `right`.
  public static func *= (left: inout BigRational, right: BigRational) { left = left * right }

  /// The quotient.
  ///
  /// - Precondition: `right` is not zero.
  public static func / (left: BigRational, right: BigRational) -> BigRational {
    precondition(!right.isZero, "division by zero has no result")
    return left.multiplied(by: right.denominator, over: right.numerator)
  }

  /// Divides by `right`.
  ///
  /// - Precondition: `right` is not zero.
  public static func /= (left: inout BigRational, right: BigRational) { left = left / right }

  /// The product with a fraction in lowest terms. Each numerator can have divisors in common with the other's denominator only.
  private func multiplied(by otherNumerator: BigNatural, over otherDenominator: BigNatural) -> BigRational {
    let first = numerator.greatestCommonDivisor(with: otherDenominator)
    let second = otherNumerator.greatestCommonDivisor(with: denominator)
    return BigRational(
      lowest: numerator.divided(exactlyBy: first) * otherNumerator.divided(exactlyBy: second),
      denominator.divided(exactlyBy: second) * otherDenominator.divided(exactlyBy: first))
  }
}
