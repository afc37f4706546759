import ExactNumbers
import Testing

@Suite struct `Decimal text` {
  @Test(arguments: 1...200 as ClosedRange<UInt64>) func `a number is read back from its digits`(seed: UInt64) {
    var numbers = SeededNumbers(seed: seed)
    let number = numbers.next()
    #expect(BigNatural(number.description) == number)
  }

  @Test(arguments: ["0", "1", "9", "10", "18446744073709551615", "18446744073709551616", "100000000000000000000000000000000000000000"])
  func `digits are written as they were read`(digits: String) {
    #expect(BigNatural(digits)?.description == digits)
  }

  @Test func `every length of number is written in full`() {
    for length in 1...400 {
      #expect(BigNatural(10).power(UInt(length)).description == "1" + String(repeating: "0", count: length))
      #expect((BigNatural(10).power(UInt(length)) - 1).description == String(repeating: "9", count: length))
    }
  }

  @Test func `leading zeros do not count`() {
    #expect(BigNatural("000120") == 120)
    #expect(BigNatural("000") == 0)
  }

  @Test(arguments: ["", " ", "-1", "+1", " 1", "1 ", "1 2", "1_000", "0x10", "1e3", "12a", "1.5", "1:", "/1", "١٢", "1\0", "\0"])
  func `text that is not all digits is no number`(text: String) {
    #expect(BigNatural(text) == nil)
  }

  @Test func `literals are numbers`() {
    #expect(BigNatural(18_446_744_073_709_551_615) == BigNatural(UInt64.max))
    #expect((5 as BigNatural).description == "5")
  }
}
