import Foundation

/// SHA-256 as in FIPS 180-4: the digest that `sha256sum` prints.
///
/// Our own, since the package that has it compiles a whole cryptographic library, which takes longer than all of Interloper. Nothing that
/// is hashed here is secret.
public struct SHA256 {
  /// Bytes of a digest.
  public static let byteCount = 32
  private static let blockSize = 64
  private var state: [UInt32] = SHA256.fractions(SHA256.primes.prefix(8)) { $0.squareRoot() }
  private static let constants = fractions(primes[...]) { cbrt($0) }
  /// What has not filled a block yet.
  private var rest: [UInt8] = []
  private var length: UInt64 = 0
  private var schedule = [UInt32](repeating: 0, count: 64)

  public init() {}

  public static func hash(_ message: some DataProtocol) -> [UInt8] {
    var hash = SHA256()
    for region in message.regions { region.withUnsafeBytes { hash.update($0) } }
    return hash.finalize()
  }

  /// Takes more of the message.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    length += UInt64(bytes.count)
    var next = 0
    if !rest.isEmpty {
      next = min(SHA256.blockSize - rest.count, bytes.count)
      rest += bytes[..<next]
      guard rest.count == SHA256.blockSize else { return }
      rest.withUnsafeBytes { SHA256.take($0, &state, &schedule) }
      rest.removeAll(keepingCapacity: true)
    }
    while bytes.count - next >= SHA256.blockSize {
      SHA256.take(UnsafeRawBufferPointer(rebasing: bytes[next..<next + SHA256.blockSize]), &state, &schedule)
      next += SHA256.blockSize
    }
    rest += bytes[next...]
  }

  /// The digest of the whole message; nothing can be added behind it.
  public mutating func finalize() -> [UInt8] {
    let bits = length * 8
    var padding: [UInt8] = [0x80]
    padding += Array(repeating: 0, count: (119 - rest.count % 64) % 64)
    padding += (0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * $0)) }
    padding.withUnsafeBytes { update($0) }
    return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
  }

  private static func take(_ block: UnsafeRawBufferPointer, _ state: inout [UInt32], _ schedule: inout [UInt32]) {
    schedule.withUnsafeMutableBufferPointer { w in
      for t in 0..<16 { w[t] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * t, as: UInt32.self)) }
      for t in 16..<64 {
        let s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3
        let s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10
        w[t] = w[t - 16] &+ s0 &+ w[t - 7] &+ s1
      }
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for (constant, word) in zip(constants, schedule) {
      let s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      let first = h &+ s1 &+ (e & f ^ ~e & g) &+ constant &+ word
      let s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
      let second = s0 &+ (a & b ^ a & c ^ b & c)
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
    state[5] &+= f
    state[6] &+= g
    state[7] &+= h
  }

  @inline(__always) private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

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
