import Deduction

/// All states that were stored: open addressing, at most three quarters full.
///
/// There are two kinds. One keeps fingerprints only, 16 bytes a slot: states with the same fingerprint are taken to be the same. The other,
/// which is exact, keeps the words of each state too, and compares them: 4 bytes a word, 8 bytes a state and 4 bytes a slot more.
///
/// Read by all workers during a level, written between levels only.
final class VisitedSet: @unchecked Sendable {
  private var table: UnsafeMutablePointer<UInt64>
  private var mask: Int
  private(set) var count = 0
  let isExact: Bool
  /// The words of the states, one after the other, and where each begins; empty where only fingerprints are kept.
  private var words: Words
  private(set) var starts: [Int] = []
  /// For each slot, which of the states is there; of no use where only fingerprints are kept.
  private var numbers: UnsafeMutablePointer<Int32>

  init(isExact: Bool = false) {
    self.isExact = isExact
    mask = (1 << 12) - 1
    (table, numbers) = VisitedSet.tables(mask + 1, isExact)
    words = Words(capacity: isExact ? 1 << 12 : 1)
  }

  deinit {
    table.deallocate()
    numbers.deallocate()
    words.deallocate()
  }

  private static func tables(_ slots: Int, _ isExact: Bool) -> (UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<Int32>) {
    let table = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * slots)
    table.initialize(repeating: 0, count: 2 * slots)
    let numbers = UnsafeMutablePointer<Int32>.allocate(capacity: isExact ? slots : 1)
    numbers.initialize(repeating: 0, count: isExact ? slots : 1)
    return (table, numbers)
  }

  /// Bytes in use, by counts: how much room an array takes is the allocator's affair, and equal searches are to tell equal ones.
  var bytes: Int { 16 * (mask + 1) + (isExact ? 4 * (mask + 1) + 4 * words.capacity + 8 * starts.count : 0) }

  /// Bytes in use while the table is copied to make room for so many more, beyond those in use now.
  func bytesToGrow(for more: Int) -> Int {
    var size = mask + 1
    while (count + more) * 4 > size * 3 { size *= 2 }
    // The last growth has the old table beside the new one.
    return size == mask + 1 ? 0 : (isExact ? 20 : 16) * (size + size / 2) - bytes
  }

  /// Whether the state was stored: one with its fingerprint, or, in an exact set, one with its words.
  func contains(_ fingerprint: Fingerprint, _ state: UnsafeBufferPointer<Int32>) -> Bool { find(fingerprint, state).isThere }

  /// Adds it; false if it is there already.
  func insert(_ fingerprint: Fingerprint, _ state: UnsafeBufferPointer<Int32>) -> Bool {
    var (slot, isThere) = find(fingerprint, state)
    if isThere { return false }
    // Not before it is known to be new: so the size follows from the count.
    if (count + 1) * 4 > (mask + 1) * 3 {
      grow()
      slot = find(fingerprint, state).slot
    }
    table[2 * slot] = fingerprint.low
    table[2 * slot + 1] = fingerprint.high
    if isExact {
      numbers[slot] = Int32(count)
      starts.append(words.count)
      words.append(state)
    }
    count += 1
    return true
  }

  /// Where the state is, or the free slot where it would be put.
  @inline(__always) private func find(_ fingerprint: Fingerprint, _ state: UnsafeBufferPointer<Int32>) -> (slot: Int, isThere: Bool) {
    var slot = Int(truncatingIfNeeded: fingerprint.low) & mask
    while table[2 * slot + 1] != 0 {
      if table[2 * slot] == fingerprint.low && table[2 * slot + 1] == fingerprint.high && (!isExact || isEqual(Int(numbers[slot]), state)) {
        return (slot, true)
      }
      slot = (slot + 1) & mask
    }
    return (slot, false)
  }

  /// The words of the first states, one after the other; those of an exact set, and good until the next state is added.
  func keptWords(of states: Int) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(start: words.base, count: states < starts.count ? starts[states] : words.count)
  }

  private func isEqual(_ number: Int, _ state: UnsafeBufferPointer<Int32>) -> Bool {
    let end = number + 1 < starts.count ? starts[number + 1] : words.count
    return UnsafeBufferPointer(start: words.base + starts[number], count: end - starts[number]).elementsEqual(state)
  }

  private func grow() {
    let (old, oldNumbers, size) = (table, numbers, mask + 1)
    mask = size * 2 - 1
    (table, numbers) = VisitedSet.tables(mask + 1, isExact)
    for index in 0..<size where old[2 * index + 1] != 0 {
      var slot = Int(truncatingIfNeeded: old[2 * index]) & mask
      while table[2 * slot + 1] != 0 { slot = (slot + 1) & mask }
      table[2 * slot] = old[2 * index]
      table[2 * slot + 1] = old[2 * index + 1]
      if isExact { numbers[slot] = oldNumbers[index] }
    }
    old.deallocate()
    oldNumbers.deallocate()
  }
}
