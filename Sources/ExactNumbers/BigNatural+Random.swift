internal import CGMP

extension BigNatural {
  /// A number drawn from 0 ..< `bound`, each exactly as likely as any other if the bits of the generator are.
  ///
  /// Draws as many bits as `bound - 1` has, and draws again while they make a number that is not below `bound`: less than twice on
  /// average. Words of 64 bits come from the generator least significant first; of the last, the highest bits count. A seeded
  /// generator thus gives the same number on each platform and in each version.
  ///
  /// - Precondition: `bound` is not zero.
  public static func random(below bound: BigNatural, using generator: inout some RandomNumberGenerator) -> BigNatural {
    precondition(!bound.isZero, "no natural number is below zero")
    let width = (bound - 1).bitWidth
    let wordCount = (width + 63) / 64
    let unusedBits = wordCount * 64 - width
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: wordCount) { words in
      guard let start = words.baseAddress, let last = words.indices.last else { return .zero }
      var candidate = BigNatural()
      repeat {
        for index in words.indices { words.initializeElement(at: index, to: generator.next()) }
        words[last] >>= UInt64(unusedBits)
        candidate.update { result, _ in cgmp_set_words(result, start, wordCount) }
      } while candidate >= bound
      return candidate
    }
  }
}
