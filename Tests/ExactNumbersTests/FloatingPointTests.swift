import ExactNumbers
import Testing

@Suite struct `Floating point` {
  @Test func `numbers of 64 bits convert as machine integers do`() {
    var generator = SplitMix64(seed: 11)
    for _ in 0..<1000 {
      let word = generator.next() >> (generator.next() % 64)
      #expect(Double(BigNatural(word)) == Double(word))
    }
    #expect(Double(BigNatural.zero) == 0)
    #expect(Double(BigNatural(.max)) == Double(UInt64.max))
  }

  @Test(arguments: 1...200 as ClosedRange<UInt64>) func `larger numbers convert as their digits are parsed`(seed: UInt64) {
    // The C library reads decimal digits to the nearest Double, by other means.
    var generator = SplitMix64(seed: seed)
    let number = BigNatural.random(below: BigNatural(2).power(UInt(64 + generator.next() % 960)), using: &generator)
    #expect(Double(number) == Double(number.description))
  }

  @Test(arguments: [64, 65, 100, 127, 128, 900] as [UInt]) func `ties go to the even neighbour and anything else to the nearest`(exponent: UInt) {
    // With 53 bits of significand, the neighbours of 2^n are 2^(n-52) apart.
    let (power, half) = (BigNatural(2).power(exponent), BigNatural(2).power(exponent - 53))
    let step = Double(half) * 2
    #expect(Double(power + half) == Double(power))
    #expect(Double(power + half + 1) == Double(power) + step)
    #expect(Double(power + half * 3) == Double(power) + step * 2)
    #expect(Double(power + half * 3 - 1) == Double(power) + step)
  }

  @Test func `the largest finite value is reached and what rounds past it is infinite`() {
    let largest = BigNatural(2).power(1024) - BigNatural(2).power(971)
    let half = BigNatural(2).power(970)
    #expect(Double(largest) == .greatestFiniteMagnitude)
    #expect(Double(largest + half - 1) == .greatestFiniteMagnitude)
    #expect(Double(largest + half) == .infinity)
    #expect(Double(BigNatural(10).power(400)) == .infinity)
  }

  @Test func `the scientific form reaches beyond Double`() {
    let (significand, exponent) = (BigNatural(3) * BigNatural(2).power(100_000)).scientificForm
    #expect(significand == 1.5)
    #expect(exponent == 100_001)
  }

  @Test func `a significand that rounds up to two moves into the exponent`() {
    let (significand, exponent) = (BigNatural(2).power(5000) - 1).scientificForm
    #expect(significand == 1)
    #expect(exponent == 5000)
  }

  @Test func `the scientific form of zero is zero`() {
    let (significand, exponent) = BigNatural.zero.scientificForm
    #expect(significand == 0)
    #expect(exponent == 0)
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>) func `the scientific form is the Double where there is one`(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let number = BigNatural.random(below: BigNatural(2).power(UInt(1 + generator.next() % 1000)), using: &generator) + 1
    let (significand, exponent) = number.scientificForm
    #expect(Double(sign: .plus, exponent: exponent, significand: significand) == Double(number))
    #expect((1..<2).contains(significand))
  }
}
