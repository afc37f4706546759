import ExactNumbers
import Testing

/// Gives every word of `width` bits once, the largest first, as the highest bits of 64, and counts how many are left.
///
/// The largest first, so that those that are not below a bound come before those that are.
private struct CountingGenerator: RandomNumberGenerator {
  let width: Int
  var left: UInt64

  init(width: Int) {
    self.width = width
    left = 1 << UInt64(width)
  }

  mutating func next() -> UInt64 {
    left -= 1
    return left << UInt64(64 - width)
  }
}

/// Gives the words of a list in turn, from the start again after the last.
private struct ScriptedGenerator: RandomNumberGenerator {
  let words: [UInt64]
  var taken = 0

  mutating func next() -> UInt64 {
    defer { taken += 1 }
    return words[taken % words.count]
  }
}

@Suite struct `Random numbers` {
  @Test(arguments: 2...300 as ClosedRange<UInt64>)
  func `over all outcomes of the generator each number comes equally often`(bound: UInt64) {
    var generator = CountingGenerator(width: 64 - (bound - 1).leadingZeroBitCount)
    var counts = [UInt64: Int]()
    for _ in 0..<bound {
      guard let drawn = UInt64(exactly: BigNatural.random(below: BigNatural(bound), using: &generator)) else {
        Issue.record("a draw does not fit in 64 bits")
        return
      }
      counts[drawn, default: 0] += 1
    }
    #expect(counts == Dictionary(uniqueKeysWithValues: (0..<bound).map { ($0, 1) }))
    #expect(generator.left == 0)
  }

  @Test func `with more than one word each number comes equally often`() {
    // Below 3 · 2⁶⁴ a number is a low word and two bits: 0, 1 and 2 are equally likely, 3 is drawn again.
    let bound = BigNatural(3) * BigNatural(2).power(64)
    let words: [UInt64] = [10, 0 << 62, 11, 3 << 62, 12, 1 << 62, 13, 2 << 62]
    var generator = ScriptedGenerator(words: words)
    let drawn = (0..<3).map { _ in BigNatural.random(below: bound, using: &generator) }
    let unit = BigNatural(2).power(64)
    #expect(drawn == [10, unit + 12, unit + unit + 13])
    #expect(generator.taken == words.count)
  }

  @Test func `every part of a large range is hit as often as its share`() {
    // The number of the sixteenth that a draw falls in, for a bound that rejects almost half of the draws.
    let sixteenth = BigNatural(2).power(200) + BigNatural.factorial(30)
    let bound = sixteenth * 16
    var generator = SplitMix64(seed: 2024)
    var counts = [Int](repeating: 0, count: 16)
    let draws = 16_000
    for _ in 0..<draws {
      let drawn = BigNatural.random(below: bound, using: &generator)
      guard let part = UInt64(exactly: drawn.quotientAndRemainder(dividingBy: sixteenth).quotient), part < 16 else {
        Issue.record("a draw is not below its bound")
        return
      }
      counts[Int(part)] += 1
    }
    let expected = Double(draws) / 16
    let chiSquare = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    // With 15 degrees of freedom a uniform source exceeds 37.7 once in a thousand seeds. This seed is fixed, so the test cannot flicker.
    #expect(chiSquare < 37.7)
  }

  @Test func `below one there is only zero and no bits are taken`() {
    var generator = ScriptedGenerator(words: [.max])
    #expect(BigNatural.random(below: 1, using: &generator) == 0)
    #expect(generator.taken == 0)
  }

  @Test func `below a power of two nothing is drawn again`() {
    var generator = ScriptedGenerator(words: [.max])
    #expect(BigNatural.random(below: BigNatural(2).power(128), using: &generator) == BigNatural(2).power(128) - 1)
    #expect(generator.taken == 2)
  }

  @Test func `the same seed gives the same numbers`() {
    let bound = BigNatural.factorial(60)
    var (first, second) = (SplitMix64(seed: 5), SplitMix64(seed: 5))
    for _ in 0..<100 {
      #expect(BigNatural.random(below: bound, using: &first) == BigNatural.random(below: bound, using: &second))
    }
  }

  @Test func `a draw below zero is refused`() async {
    await #expect(processExitsWith: .failure) {
      var generator = SplitMix64(seed: 0)
      _ = BigNatural.random(below: 0, using: &generator)
    }
  }
}

@Suite struct `Seeded generator` {
  /// The outputs of the authors' reference program in C.
  @Test(
    arguments: [
      (0, [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F]),
      (1_234_567, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]),
    ] as [(UInt64, [UInt64])])
  func `outputs are those of the reference program`(seed: UInt64, expected: [UInt64]) {
    var generator = SplitMix64(seed: seed)
    #expect(expected.map { _ in generator.next() } == expected)
  }

  @Test func `a copy goes on from the same place`() {
    var generator = SplitMix64(seed: 3)
    _ = generator.next()
    var copy = generator
    #expect(generator == copy)
    #expect(generator.next() == copy.next())
  }
}
