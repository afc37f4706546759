/// A growing run of plain values that is never copied and never counted: the scratch room of an ``Engine``.
///
/// Owned by exactly one engine, which frees it.
struct Pool<Element: BitwiseCopyable> {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var count = 0
  private(set) var capacity: Int

  init(capacity: Int = 64) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  func deallocate() { base.deallocate() }

  @inline(__always) subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count)
      return base[index]
    }
    nonmutating set {
      assert(index >= 0 && index < count)
      base[index] = newValue
    }
  }

  @inline(__always) mutating func append(_ element: Element) {
    if count == capacity { grow(to: count + 1) }
    base[count] = element
    count += 1
  }

  @inline(__always) mutating func removeAll() { count = 0 }

  mutating func truncate(to length: Int) { count = min(count, length) }

  /// As many elements as said, all equal.
  mutating func reset(to length: Int, _ element: Element) {
    if length > capacity { grow(to: length) }
    count = length
    for index in 0..<length { base[index] = element }
  }

  /// The elements of another pool.
  mutating func copy(_ other: Pool<Element>) {
    if other.count > capacity { grow(to: other.count) }
    count = other.count
    base.update(from: other.base, count: count)
  }

  private mutating func grow(to needed: Int) {
    let larger = Swift.max(needed, capacity * 2)
    let room = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    room.update(from: base, count: count)
    base.deallocate()
    base = room
    capacity = larger
  }

  /// Sorts in place: insertion sort, since what an engine sorts is short.
  @inline(__always) func sort(_ precedes: (Element, Element) -> Bool) {
    guard count > 1 else { return }
    for index in 1..<count {
      let element = base[index]
      var hole = index
      while hole > 0 && precedes(element, base[hole - 1]) {
        base[hole] = base[hole - 1]
        hole -= 1
      }
      base[hole] = element
    }
  }
}
