/// With how many others what is between stored states is compared, at most: see `ChainCache`.
public let comparedBetweenStoredStates = ChainCache.size

/// Which states between stored ones were taken further already on the way from the state that is expanded, so that this is not done again
/// where decisions commute.
///
/// A state counts as taken further only if that was done after at least as many steps. So it does not count on the way from itself: where
/// steps go round in a circle, nobody else would take it further.
///
/// A table of a fixed size that forgets; what it knows of one state is worth nothing for the next. So what is reported does not depend on
/// how workers share the states. The key is all that decides what comes of a state: its words and its news. An entry holds a fingerprint of
/// the key; in an exact cache the key too.
struct ChainCache {
  private struct Entry {
    var fingerprint: Fingerprint
    var decisions: Int32
    var steps: Int32
    var generation: Int32
  }
  private let entries: UnsafeMutablePointer<Entry>
  /// How many entries there are: as many keys are compared with a new one, at most.
  static let size = 1 << 12
  private static let mask = size - 1
  /// The words and the news of each entry, if the cache is exact.
  private var keys: [[Int32]]
  private let isExact: Bool
  /// Counts the states that are expanded.
  var generation: Int32 = 0

  init(isExact: Bool = false) {
    self.isExact = isExact
    keys = isExact ? Array(repeating: [], count: ChainCache.size) : []
    entries = .allocate(capacity: ChainCache.mask + 1)
    entries.initialize(
      repeating: Entry(fingerprint: Fingerprint(UnsafeBufferPointer(start: nil, count: 0)), decisions: .max, steps: 0, generation: -1),
      count: ChainCache.mask + 1)
  }

  func deallocate() { entries.deallocate() }

  /// Whether the state was taken further with no more decisions and no fewer steps; if not, it counts as such from now on.
  mutating func contains(_ words: UnsafeBufferPointer<Int32>, _ news: UnsafeBufferPointer<Int32>, decisions: Int32, steps: Int32) -> Bool {
    let (first, second) = (Fingerprint(words), Fingerprint(news))
    let fingerprint = Fingerprint(low: first.low &+ second.low &* 0x9E37_79B9_7F4A_7C15, high: first.high ^ second.high << 1)
    let slot = Int(truncatingIfNeeded: fingerprint.low) & ChainCache.mask
    if entries[slot].generation == generation && entries[slot].fingerprint == fingerprint && entries[slot].decisions <= decisions
      && entries[slot].steps >= steps && (!isExact || isKey(slot, words, news))
    {
      return true
    }
    if isExact {
      keys[slot].removeAll(keepingCapacity: true)
      keys[slot].append(Int32(words.count))
      keys[slot].append(contentsOf: words)
      keys[slot].append(contentsOf: news)
    }
    entries[slot] = Entry(fingerprint: fingerprint, decisions: decisions, steps: steps, generation: generation)
    return false
  }

  private func isKey(_ slot: Int, _ words: UnsafeBufferPointer<Int32>, _ news: UnsafeBufferPointer<Int32>) -> Bool {
    keys[slot].first == Int32(words.count) && keys[slot].count == 1 + words.count + news.count
      && keys[slot][1...words.count].elementsEqual(words) && keys[slot][(1 + words.count)...].elementsEqual(news)
  }
}
