import ExactNumbers

/// Numbers for the tests of laws: of all sizes from nothing to a few thousand bits, with small and round ones often among them.
struct SeededNumbers {
  private var generator: SplitMix64

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  mutating func next() -> BigNatural {
    switch generator.next() % 8 {
    case 0: return BigNatural(generator.next() % 4)
    case 1: return BigNatural(2).power(UInt(generator.next() % 300))
    case 2: return BigNatural(2).power(UInt(1 + generator.next() % 300)) - 1
    case 3: return BigNatural(generator.next())
    default: return .random(below: BigNatural(2).power(UInt(generator.next() % 2500)), using: &generator)
    }
  }

  mutating func nextNotZero() -> BigNatural { next() + 1 }

  mutating func nextFraction() -> BigRational { BigRational(next(), over: nextNotZero()) }
}
