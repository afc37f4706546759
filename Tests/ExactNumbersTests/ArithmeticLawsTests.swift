import ExactNumbers
import Testing

@Suite struct `Arithmetic laws` {
  static let seeds: ClosedRange<UInt64> = 1...40

  @Test(arguments: seeds) func `sums and products do not depend on order`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let (a, b, c) = (numbers.next(), numbers.next(), numbers.next())
    #expect(a + b == b + a)
    #expect(a * b == b * a)
    #expect((a + b) + c == a + (b + c))
    #expect((a * b) * c == a * (b * c))
  }

  @Test(arguments: seeds) func `products distribute over sums`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let (a, b, c) = (numbers.next(), numbers.next(), numbers.next())
    #expect(a * (b + c) == a * b + a * c)
  }

  @Test(arguments: seeds) func `zero and one change nothing`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let a = numbers.next()
    #expect(a + 0 == a)
    #expect(a - 0 == a)
    #expect(a * 1 == a)
    #expect((a * 0).isZero)
    #expect((a - a).isZero)
  }

  @Test(arguments: seeds) func `a difference undoes a sum`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let (a, b) = (numbers.next(), numbers.next())
    #expect((a + b) - b == a)
    #expect((a + b) - a == b)
  }

  @Test(arguments: seeds) func `quotient and remainder make up the dividend`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let (dividend, divisor) = (numbers.next(), numbers.nextNotZero())
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    #expect(quotient * divisor + remainder == dividend)
    #expect(remainder < divisor)
  }

  @Test(arguments: seeds) func `a product divides without remainder`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let (a, b) = (numbers.next(), numbers.nextNotZero())
    let (quotient, remainder) = (a * b).quotientAndRemainder(dividingBy: b)
    #expect(quotient == a)
    #expect(remainder.isZero)
  }

  @Test(arguments: seeds) func `powers of a number multiply by adding exponents`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let a = numbers.next()
    #expect(a.power(5) == a * a * a * a * a)
    #expect(a.power(3) * a.power(4) == a.power(7))
  }

  @Test(arguments: seeds) func `order is that of differences`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let (a, b) = (numbers.next(), numbers.nextNotZero())
    #expect(a < a + b)
    #expect(a + b > a)
    #expect(!(a < a))
    #expect(a <= a && a >= a)
    #expect(a != a + b)
  }

  @Test(arguments: seeds) func `assignment operators agree with their plain forms`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let (a, b) = (numbers.next(), numbers.next())
    var result = a
    result += b
    #expect(result == a + b)
    result -= a
    #expect(result == b)
    result *= a
    #expect(result == a * b)
  }

  @Test(arguments: seeds) func `equal numbers hash alike however they were made`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let (a, b) = (numbers.next(), numbers.next())
    #expect(Set([a + b, b + a, (a + b) * 1, a + b + 1 - 1]).count == 1)
    #expect(Set([a, a + 1, a + 2]).count == 3)
  }

  @Test func `different numbers hash differently`() {
    // By chance two of a thousand hashes of 64 bits are the same once in 10¹³ runs.
    let numbers = (1...1000 as ClosedRange<UInt>).map { BigNatural(3).power($0) }
    #expect(Set(numbers.map(\.hashValue)).count == numbers.count)
  }

  @Test(arguments: seeds) func `the bit width is the place of the leading bit`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let a = numbers.nextNotZero()
    #expect(a < BigNatural(2).power(UInt(a.bitWidth)))
    #expect(a >= BigNatural(2).power(UInt(a.bitWidth - 1)))
  }

  @Test func `small numbers behave as machine integers`() {
    var generator = SplitMix64(seed: 7)
    for _ in 0..<1000 {
      let (a, b) = (generator.next() >> (generator.next() % 64), generator.next() >> (generator.next() % 64) | 1)
      let (high, low) = a.multipliedFullWidth(by: b)
      #expect(BigNatural(a) * BigNatural(b) == BigNatural(high) * BigNatural(2).power(64) + BigNatural(low))
      #expect((BigNatural(a) < BigNatural(b)) == (a < b))
      let (quotient, remainder) = BigNatural(a).quotientAndRemainder(dividingBy: BigNatural(b))
      #expect(UInt64(exactly: quotient) == a / b)
      #expect(UInt64(exactly: remainder) == a % b)
      #expect(BigNatural(a).bitWidth == 64 - a.leadingZeroBitCount)
    }
  }

  @Test func `a number past 64 bits has no 64-bit form`() {
    #expect(UInt64(exactly: BigNatural(.max)) == .max)
    #expect(UInt64(exactly: BigNatural(.max) + 1) == nil)
    #expect(UInt64(exactly: BigNatural.zero) == 0)
  }

  @Test func `zero has no bits`() {
    #expect(BigNatural().isZero)
    #expect(BigNatural().bitWidth == 0)
    #expect(!BigNatural(1).isZero)
  }

  @Test func `a difference below zero is refused`() async {
    await #expect(processExitsWith: .failure) { _ = BigNatural(1) - BigNatural(2) }
  }

  @Test func `a difference below zero is refused in place too`() async {
    await #expect(processExitsWith: .failure) {
      var number: BigNatural = 1
      number -= 2
    }
  }

  @Test func `division by zero is refused`() async {
    await #expect(processExitsWith: .failure) { _ = BigNatural(1).quotientAndRemainder(dividingBy: 0) }
  }
}
