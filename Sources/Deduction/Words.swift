import Foundation

/// A growing run of words that is never copied and never counted: the engine's stacks.
///
/// Owned by exactly one ``Workspace``, which frees it.
public struct Words {
  public internal(set) var base: UnsafeMutablePointer<Int32>
  public internal(set) var count = 0
  public internal(set) var capacity: Int

  public init(capacity: Int = 256) {
    self.capacity = capacity
    base = Words.room(nil, capacity)
  }

  public func deallocate() { free(base) }

  /// Memory of malloc, since large blocks then grow without being copied.
  private static func room(_ old: UnsafeMutablePointer<Int32>?, _ capacity: Int) -> UnsafeMutablePointer<Int32> {
    guard let room = realloc(old, max(1, capacity) * MemoryLayout<Int32>.stride) else { fatalError("no memory for \(capacity) words") }
    return room.bindMemory(to: Int32.self, capacity: capacity)
  }

  @inlinable @inline(__always)
  public subscript(index: Int) -> Int32 {
    get {
      assert(index >= 0 && index < count)
      return base[index]
    }
    nonmutating set {
      assert(index >= 0 && index < count)
      let base = base
      base[index] = newValue
    }
  }

  @inline(__always)
  public mutating func append(_ word: Int32) {
    if count == capacity { grow(to: count + 1) }
    base[count] = word
    count += 1
  }

  public mutating func append(_ words: UnsafeBufferPointer<Int32>) {
    if count + words.count > capacity { grow(to: count + words.count) }
    if let source = words.baseAddress { (base + count).update(from: source, count: words.count) }
    count += words.count
  }

  /// Makes room for `length` more words without giving them values.
  public mutating func extend(by length: Int) {
    if count + length > capacity { grow(to: count + length) }
    count += length
  }

  @inline(__always)
  public mutating func truncate(to length: Int) {
    assert(length <= count)
    count = length
  }

  @inline(never)
  mutating func grow(to needed: Int) {
    let larger = Swift.max(needed, capacity * 2)
    base = Words.room(base, larger)
    capacity = larger
  }
}
