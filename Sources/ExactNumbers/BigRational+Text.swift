extension BigRational: CustomStringConvertible {
  /// The fraction in lowest terms, as in `2/3`; a whole number without the denominator, as in `2`.
  public var description: String { isWhole ? "\(numerator)" : "\(numerator)/\(denominator)" }

  /// The value in decimal with `digits` digits after the point; without a point if `digits` is 0.
  ///
  /// Rounds exactly. A bound should be rounded away from what it bounds: pass `.up` for an upper one and `.down` for a lower one.
  ///
  /// - Parameters:
  ///   - digits: How many digits to write after the point, zeros at the end included.
  ///   - rule: Where to go from between two decimals.
  public func decimalExpansion(digits: UInt, rounding rule: FloatingPointRoundingRule = .toNearestOrEven) -> String {
    let scaled = numerator * BigNatural(10).power(digits)
    var (quotient, remainder) = scaled.quotientAndRemainder(dividingBy: denominator)
    if rule.roundsUp(from: remainder, of: denominator, isOdd: quotient.isOdd) { quotient += 1 }
    let text = quotient.description
    guard digits > 0 else { return text }
    let padded = String(repeating: "0", count: max(0, Int(digits) + 1 - text.count)) + text
    return "\(padded.dropLast(Int(digits))).\(padded.suffix(Int(digits)))"
  }
}

extension BigNatural {
  fileprivate var isOdd: Bool { lowWord & 1 == 1 }
}

extension FloatingPointRoundingRule {
  /// Whether the rule takes a number that is `remainder / denominator` above a whole number, which `isOdd` or not, to the next one.
  fileprivate func roundsUp(from remainder: BigNatural, of denominator: BigNatural, isOdd: Bool) -> Bool {
    guard !remainder.isZero else { return false }
    let twice = remainder + remainder
    switch self {
    case .up, .awayFromZero: return true
    case .down, .towardZero: return false
    case .toNearestOrAwayFromZero: return twice >= denominator
    case .toNearestOrEven: return twice > denominator || (twice == denominator && isOdd)
    @unknown default: return twice >= denominator
    }
  }
}
