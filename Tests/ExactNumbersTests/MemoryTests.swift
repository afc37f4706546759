// Boxes are counted in debug builds only.
#if DEBUG
  import Testing
  @testable import ExactNumbers

  @Suite struct `Memory` {
    @Test func `after a million operations no box is left`() {
      let census = IntegerBoxCensus()
      IntegerBoxCensus.$current.withValue(census) {
        var generator = SplitMix64(seed: 1)
        let modulus = BigNatural(2).power(127) - 1
        var (kept, value): (BigNatural, BigNatural) = (1, 3)
        // Ten operations a round: with and without a copy alive, in place and not.
        for _ in 0..<100_000 {
          let copy = value
          value += kept
          value *= copy
          let (quotient, remainder) = value.quotientAndRemainder(dividingBy: modulus)
          kept = quotient + BigNatural(generator.next())
          value = remainder
          value += 1
          value -= copy < value ? copy : 0
          if kept > modulus { kept -= modulus }
        }
        #expect(value < modulus + modulus)
      }
      #expect(census.liveCount == 0)
      #expect(census.totalCount > 500_000)
    }

    @Test func `text random numbers and fractions leave no box`() {
      let census = IntegerBoxCensus()
      IntegerBoxCensus.$current.withValue(census) {
        var generator = SplitMix64(seed: 2)
        var sum = BigRational.zero
        for _ in 0..<100 {
          let number = BigNatural.random(below: .factorial(40), using: &generator)
          #expect(BigNatural(number.description) == number)
          #expect(BigNatural("not \(number)") == nil)
          sum += BigRational(number, over: .factorial(40))
        }
        #expect(sum.decimalExpansion(digits: 20).count > 20)
      }
      #expect(census.liveCount == 0)
      #expect(census.totalCount > 0)
    }

    @Test func `a copy takes no box until it changes`() {
      let census = IntegerBoxCensus()
      IntegerBoxCensus.$current.withValue(census) {
        let original: BigNatural = 5
        var copy = original
        #expect(census.liveCount == 1)
        copy.update { _, _ in }
        #expect(census.liveCount == 2)
        withExtendedLifetime(original) {}
      }
    }

    @Test func `a number that nobody shares changes in place`() {
      let census = IntegerBoxCensus()
      IntegerBoxCensus.$current.withValue(census) {
        var number: BigNatural = 1
        let one: BigNatural = 1
        for _ in 0..<100 { number += one }
        #expect(census.totalCount == 2)
        #expect(number == 101)
      }
    }
  }
#endif
