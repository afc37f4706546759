import Foundation

/// SHA-256 as in FIPS 180-4: the digest that `sha256sum` prints.
///
/// Our own, since the package that has it compiles a whole cryptographic library, which takes longer than all of Interloper; here
/// nothing is secret, and nothing has to be fast.
struct SHA256 {
  private var state: [UInt32] = SHA256.fractions(SHA256.primes.prefix(8)) { $0.squareRoot() }
  private static let constants = fractions(primes[...]) { cbrt($0) }

  static func hash(_ message: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    var padded = message + [0x80]
    padded += Array(repeating: 0, count: (120 - padded.count % 64) % 64)
    padded += (0..<8).map { UInt8(truncatingIfNeeded: (UInt64(message.count) * 8) >> UInt64(56 - 8 * $0)) }
    for start in stride(from: 0, to: padded.count, by: 64) { hash.take(padded[start..<start + 64]) }
    return hash.state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
  }

  private mutating func take(_ block: ArraySlice<UInt8>) {
    var w = (0..<16).map { index in (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(block[block.startIndex + 4 * index + $1]) } }
    for t in 16..<64 {
      let s0 = SHA256.rotate(w[t - 15], 7) ^ SHA256.rotate(w[t - 15], 18) ^ w[t - 15] >> 3
      let s1 = SHA256.rotate(w[t - 2], 17) ^ SHA256.rotate(w[t - 2], 19) ^ w[t - 2] >> 10
      w.append(w[t - 16] &+ s0 &+ w[t - 7] &+ s1)
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for t in 0..<64 {
      let s1 = SHA256.rotate(e, 6) ^ SHA256.rotate(e, 11) ^ SHA256.rotate(e, 25)
      let first = h &+ s1 &+ (e & f ^ ~e & g) &+ SHA256.constants[t] &+ w[t]
      let s0 = SHA256.rotate(a, 2) ^ SHA256.rotate(a, 13) ^ SHA256.rotate(a, 22)
      let second = s0 &+ (a & b ^ a & c ^ b & c)
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

  // MARK: Constants

  /// The first 64 primes, of whose roots the constants are the fractional parts.
  private static let primes: [Double] = {
    var primes: [Int] = []
    var candidate = 2
    while primes.count < 64 {
      if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
      candidate += 1
    }
    return primes.map(Double.init)
  }()

  /// The first 32 bits of the fractional part of each root: a Double has 53 bits, of which the whole part takes five at most.
  private static func fractions(_ primes: ArraySlice<Double>, _ root: (Double) -> Double) -> [UInt32] {
    primes.map { prime in
      let value = root(prime)
      return UInt32((value - value.rounded(.down)) * 4_294_967_296)
    }
  }
}
