/// 128 bits that stand for a state's words; one of them is always set, so 127 tell states apart.
public struct Fingerprint: Hashable, Sendable, Codable {
  var low: UInt64
  var high: UInt64

  init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  init(_ words: UnsafeBufferPointer<Int32>) {
    var a: UInt64 = 0x9E37_79B9_7F4A_7C15
    var b: UInt64 = 0xC2B2_AE3D_27D4_EB4F &+ UInt64(words.count)
    for word in words {
      let value = UInt64(UInt32(bitPattern: word))
      a = (a ^ value) &* 0xFF51_AFD7_ED55_8CCD
      a ^= a >> 33
      b = (b &+ value) &* 0xC4CE_B9FE_1A85_EC53
      b ^= b >> 29
    }
    low = a
    // The empty slot of the table is all zeros.
    high = b | 1
  }

  /// Whether it can stand for words.
  var isPossible: Bool { high & 1 == 1 }
}
