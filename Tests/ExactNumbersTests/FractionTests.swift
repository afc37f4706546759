import ExactNumbers
import Testing

@Suite struct `Fractions` {
  static let seeds: ClosedRange<UInt64> = 1...40

  private func fraction(_ numerator: BigNatural, _ denominator: BigNatural) -> BigRational { BigRational(numerator, over: denominator) }

  @Test func `fractions are kept in lowest terms`() {
    #expect(fraction(6, 8).numerator == 3)
    #expect(fraction(6, 8).denominator == 4)
    #expect(fraction(6, 8) == fraction(3, 4))
    #expect(Set([fraction(6, 8), fraction(3, 4), fraction(300, 400)]).count == 1)
  }

  @Test func `zero is zero over one`() {
    #expect(fraction(0, 12) == 0)
    #expect(fraction(0, 12).denominator == 1)
    #expect(BigRational.zero.isZero)
    #expect(BigRational.zero == 0)
  }

  @Test(
    arguments: [
      (BigRational(1, over: 3), "1/3"), (BigRational(10, over: 4), "5/2"), (BigRational(7), "7"), (0, "0"),
    ] as [(BigRational, String)])
  func `a fraction reads as its two parts and a whole number as one`(value: BigRational, text: String) {
    #expect(value.description == text)
  }

  @Test(arguments: seeds) func `results are in lowest terms`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let (a, b) = (numbers.nextFraction(), numbers.nextFraction() + fraction(1, 6))
    for result in [a + b, a * b, a / b, a + b - a] {
      // Bringing it to lowest terms again, from the parts, changes nothing.
      let again = fraction(result.numerator, result.denominator)
      #expect(again.numerator == result.numerator)
      #expect(again.denominator == result.denominator)
    }
  }

  @Test(arguments: seeds) func `sums and products are those of the schoolbook`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let (a, b, c, d) = (numbers.next(), numbers.nextNotZero(), numbers.nextNotZero(), numbers.nextNotZero())
    #expect(fraction(a, b) + fraction(c, d) == fraction(a * d + c * b, b * d))
    #expect(fraction(a, b) * fraction(c, d) == fraction(a * c, b * d))
    #expect(fraction(a, b) / fraction(c, d) == fraction(a * d, b * c))
  }

  @Test(arguments: seeds) func `fractions form a field but for negatives`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let (a, b, c) = (numbers.nextFraction(), numbers.nextFraction(), numbers.nextFraction() + 1)
    #expect(a + b == b + a)
    #expect(a * b == b * a)
    #expect(a + b + c == a + (b + c))
    #expect(a * b * c == a * (b * c))
    #expect((a + b) * c == a * c + b * c)
    #expect(a / c * c == a)
    #expect(a + b - b == a)
    #expect(c / c == 1)
  }

  @Test(arguments: seeds) func `assignment operators of fractions agree with their plain forms`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let (a, b) = (numbers.nextFraction(), numbers.nextFraction() + 1)
    var result = a
    result += b
    #expect(result == a + b)
    result -= b
    #expect(result == a)
    result *= b
    #expect(result == a * b)
    result /= b
    #expect(result == a)
  }

  @Test(arguments: seeds) func `fractions are ordered by value`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let (a, b) = (numbers.nextFraction(), numbers.nextFraction() + fraction(1, 1000))
    #expect(a < a + b)
    #expect(!(a < a))
    #expect((a < b) == !(b <= a))
  }

  @Test func `unit fractions fall as their denominators rise`() {
    let units = (1...50 as ClosedRange<UInt64>).map { fraction(1, BigNatural($0)) }
    #expect(units.sorted() == units.reversed())
  }

  @Test func `harmonic numbers are those of the tables`() {
    var harmonic = BigRational.zero
    for denominator in 1...20 as ClosedRange<UInt64> { harmonic += fraction(1, BigNatural(denominator)) }
    #expect(harmonic.description == "55835135/15519504")
  }

  @Test func `the expected number of rolls until a six is six`() {
    // The sum of n · 1/6 · (5/6)^(n-1) falls short of 6 by (n + 6) · (5/6)^n.
    var (expected, miss) = (BigRational.zero, 1 as BigRational)
    for roll in 1...100 as ClosedRange<UInt64> {
      expected += BigRational(BigNatural(roll)) * miss * fraction(1, 6)
      miss *= fraction(5, 6)
    }
    #expect(6 - expected == 106 * miss)
  }

  @Test(
    arguments: [
      (BigRational(1, over: 3), 4, "0.3333"), (BigRational(2, over: 3), 4, "0.6667"), (BigRational(1, over: 8), 3, "0.125"),
      (BigRational(1, over: 8), 6, "0.125000"), (BigRational(22, over: 7), 10, "3.1428571429"), (BigRational(1, over: 1000), 2, "0.00"),
      (BigRational(999, over: 1000), 2, "1.00"), (12, 0, "12"), (12, 2, "12.00"), (0, 3, "0.000"), (BigRational(7, over: 2), 0, "4"),
    ] as [(BigRational, UInt, String)])
  func `decimals are cut at the digits asked for`(value: BigRational, digits: UInt, text: String) {
    #expect(value.decimalExpansion(digits: digits) == text)
  }

  @Test(
    arguments: [
      (.up, ["0.1", "0.1", "0.2", "0.3"]), (.awayFromZero, ["0.1", "0.1", "0.2", "0.3"]),
      (.down, ["0.0", "0.1", "0.1", "0.2"]), (.towardZero, ["0.0", "0.1", "0.1", "0.2"]),
      (.toNearestOrEven, ["0.0", "0.1", "0.2", "0.2"]), (.toNearestOrAwayFromZero, ["0.0", "0.1", "0.2", "0.3"]),
    ] as [(FloatingPointRoundingRule, [String])])
  func `rounding follows the rule`(rule: FloatingPointRoundingRule, expected: [String]) {
    let values = [fraction(4, 100), fraction(1, 10), fraction(15, 100), fraction(25, 100)]
    #expect(values.map { $0.decimalExpansion(digits: 1, rounding: rule) } == expected)
  }

  @Test func `a hundred digits of a seventh repeat`() {
    let expansion = fraction(1, 7).decimalExpansion(digits: 102, rounding: .down)
    #expect(expansion == "0." + String(repeating: "142857", count: 17))
  }

  @Test func `a fraction over zero is refused`() async {
    await #expect(processExitsWith: .failure) { _ = BigRational(1, over: 0) }
  }

  @Test func `division of a fraction by zero is refused`() async {
    await #expect(processExitsWith: .failure) { _ = BigRational(1) / BigRational.zero }
  }
}
