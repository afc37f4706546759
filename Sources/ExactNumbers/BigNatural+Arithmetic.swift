internal import CGMP

extension BigNatural: AdditiveArithmetic {
  /// Zero.
  public static var zero: BigNatural { BigNatural() }

  /// The sum. Linear in the number of bits.
  public static func + (left: BigNatural, right: BigNatural) -> BigNatural {
    left.combined(with: right, by: cgmp_add)
  }

  /// Adds `right`, in place if no copy of `left` is alive.
  public static func += (left: inout BigNatural, right: BigNatural) {
    left.combine(with: right, by: cgmp_add)
  }

  /// The difference. Linear in the number of bits.
  ///
  /// - Precondition: `left >= right`.
  public static func - (left: BigNatural, right: BigNatural) -> BigNatural {
    precondition(left >= right, "the difference would be negative, and a natural number is not")
    return left.combined(with: right, by: cgmp_subtract)
  }

  /// Subtracts `right`, in place if no copy of `left` is alive.
  ///
  /// - Precondition: `left >= right`.
  public static func -= (left: inout BigNatural, right: BigNatural) {
    precondition(left >= right, "the difference would be negative, and a natural number is not")
    left.combine(with: right, by: cgmp_subtract)
  }
}

extension BigNatural {
  /// The product. Quadratic in the number of bits for small numbers, nearly linear for huge ones.
  public static func * (left: BigNatural, right: BigNatural) -> BigNatural {
    left.combined(with: right, by: cgmp_multiply)
  }

  /// Multiplies by `right`.
  public static func *= (left: inout BigNatural, right: BigNatural) {
    left.combine(with: right, by: cgmp_multiply)
  }

  /// How often `divisor` goes into the number, and what is left over, which is less than `divisor`.
  ///
  /// - Precondition: `divisor` is not zero.
  public func quotientAndRemainder(dividingBy divisor: BigNatural) -> (quotient: BigNatural, remainder: BigNatural) {
    precondition(!divisor.isZero, "division by zero has no result")
    var remainder = BigNatural()
    let quotient = BigNatural { quotient in
      withNumber { dividend in
        divisor.withNumber { divisor in
          remainder.update { remainder, _ in cgmp_divide(quotient, remainder, dividend, divisor) }
        }
      }
    }
    return (quotient, remainder)
  }

  /// The number multiplied by itself `exponent` times; to the power of 0 every number is 1.
  ///
  /// The result has up to `exponent * bitWidth` bits.
  public func power(_ exponent: UInt) -> BigNatural {
    withNumber { base in BigNatural { cgmp_power($0, base, exponent) } }
  }

  /// The number of orders of `count` things: 1 · 2 · … · `count`.
  ///
  /// The result has about `count * log2(count)` bits.
  public static func factorial(_ count: UInt) -> BigNatural {
    BigNatural { cgmp_factorial($0, count) }
  }

  /// The number of ways to choose `chosen` of `count` things, without order; zero if there are not so many.
  ///
  /// Also the number of interleavings of a run of `chosen` steps with one of `count - chosen`. The result has up to `count` bits.
  public static func binomial(_ count: UInt, choose chosen: UInt) -> BigNatural {
    BigNatural { cgmp_binomial($0, count, chosen) }
  }

  /// The greatest number that divides both; the other one if one is zero.
  func greatestCommonDivisor(with other: BigNatural) -> BigNatural {
    combined(with: other, by: cgmp_gcd)
  }

  /// The quotient by a `divisor` that is known to leave nothing over: faster than division in general.
  func divided(exactlyBy divisor: BigNatural) -> BigNatural {
    precondition(!divisor.isZero, "division by zero has no result")
    return combined(with: divisor, by: cgmp_divide_exactly)
  }

  /// The quotient by 2 to the power of `bits`, rounded down.
  func shiftedRight(by bits: Int) -> BigNatural {
    withNumber { number in BigNatural { cgmp_shift_right($0, number, bits) } }
  }

  /// A function of GMP with one result and two operands, which may be the same number as the result.
  private typealias Operation = (UnsafeMutablePointer<cgmp_integer>, UnsafePointer<cgmp_integer>, UnsafePointer<cgmp_integer>) -> Void

  private func combined(with other: BigNatural, by operation: Operation) -> BigNatural {
    withNumber { left in other.withNumber { right in BigNatural { operation($0, left, right) } } }
  }

  private mutating func combine(with other: BigNatural, by operation: Operation) {
    // In `x += x` the parameter `other` is a second reference to the box, so `update` makes a new one.
    other.withNumber { right in update { operation($0, $1, right) } }
  }
}
