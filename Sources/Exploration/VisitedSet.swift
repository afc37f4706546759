import Deduction

/// 128 bits that stand for a state's words.
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

/// The fingerprints of all states that were stored: open addressing, 16 bytes a slot, at most three quarters full.
///
/// Read by all workers during a level, written between levels only.
final class VisitedSet: @unchecked Sendable {
  private var table: UnsafeMutablePointer<UInt64>
  private var mask: Int
  private(set) var count = 0

  init() {
    mask = (1 << 12) - 1
    table = .allocate(capacity: 2 * (mask + 1))
    table.initialize(repeating: 0, count: 2 * (mask + 1))
  }

  deinit {
    table.deallocate()
  }

  /// Bytes in use.
  var bytes: Int { 16 * (mask + 1) }

  /// Bytes in use while the table is copied to make room for so many more, beyond those in use now.
  func bytesToGrow(for more: Int) -> Int {
    var size = mask + 1
    while (count + more) * 4 > size * 3 { size *= 2 }
    // The last growth has the old table beside the new one.
    return size == mask + 1 ? 0 : 16 * (size + size / 2) - bytes
  }

  func contains(_ fingerprint: Fingerprint) -> Bool {
    var slot = Int(truncatingIfNeeded: fingerprint.low) & mask
    while table[2 * slot + 1] != 0 {
      if table[2 * slot] == fingerprint.low && table[2 * slot + 1] == fingerprint.high { return true }
      slot = (slot + 1) & mask
    }
    return false
  }

  /// Adds it; false if it is there already.
  func insert(_ fingerprint: Fingerprint) -> Bool {
    var slot = Int(truncatingIfNeeded: fingerprint.low) & mask
    while table[2 * slot + 1] != 0 {
      if table[2 * slot] == fingerprint.low && table[2 * slot + 1] == fingerprint.high { return false }
      slot = (slot + 1) & mask
    }
    // Not before it is known to be new: so the size follows from the count.
    if (count + 1) * 4 > (mask + 1) * 3 {
      grow()
      slot = Int(truncatingIfNeeded: fingerprint.low) & mask
      while table[2 * slot + 1] != 0 { slot = (slot + 1) & mask }
    }
    table[2 * slot] = fingerprint.low
    table[2 * slot + 1] = fingerprint.high
    count += 1
    return true
  }

  private func grow() {
    let (old, size) = (table, mask + 1)
    mask = size * 2 - 1
    table = .allocate(capacity: 2 * (mask + 1))
    table.initialize(repeating: 0, count: 2 * (mask + 1))
    for index in 0..<size where old[2 * index + 1] != 0 {
      var slot = Int(truncatingIfNeeded: old[2 * index]) & mask
      while table[2 * slot + 1] != 0 { slot = (slot + 1) & mask }
      table[2 * slot] = old[2 * index]
      table[2 * slot + 1] = old[2 * index + 1]
    }
    old.deallocate()
  }
}
