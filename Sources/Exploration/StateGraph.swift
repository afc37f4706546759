/// All stored states of a search that came to its end, and which lead to which: what the search reports, and no more.
///
/// States are numbered in the order in which they were stored, so none was first reached with more decisions than the next one. Several
/// ways from one state to another are one transition, with the least number of decisions of all. A way from a state back to itself changes
/// nothing and is none.
public struct StateGraph: Sendable {
  /// For each state, what stands for it in a path.
  public let fingerprints: [Fingerprint]
  /// Where the transitions of each state end in the lists below; they begin where those of the state before end.
  let ends: [Int]
  /// For each transition, the state that it leads to; of one state in the order of their numbers.
  public let targets: [Int32]
  /// For each transition, how many decisions it takes.
  public let decisions: [UInt16]
  /// How many ways back to the same state there were.
  public let loops: Int

  public var states: Int { fingerprints.count }
  public var transitions: Int { targets.count }

  /// The transitions of a state, as indices into ``targets`` and ``decisions``.
  public func transitions(of state: Int) -> Range<Int> { (state == 0 ? 0 : ends[state - 1])..<ends[state] }

  /// Bytes to keep a graph while it is made. For each transition: 16 of a fingerprint and 2 of decisions, twice, since lists grow by doubling,
  /// and 6 in the graph. For each state: where its transitions end, twice and once more in the graph, and up to four slots of an index.
  public static func bytes(states: Int, transitions: Int) -> Int { 42 * transitions + 40 * states }

  /// A graph from what is reported of each state: for each, in the order of their numbers, targets and decisions.
  init(_ fingerprints: [Fingerprint], ends reportedEnds: [Int], decisions reported: [UInt16], target: (Int) -> Int32) {
    self.fingerprints = fingerprints
    var ends: [Int] = []
    var targets: [Int32] = []
    var decisions: [UInt16] = []
    var loops = 0
    ends.reserveCapacity(fingerprints.count)
    targets.reserveCapacity(reported.count)
    decisions.reserveCapacity(reported.count)
    var own: [(target: Int32, decisions: UInt16)] = []
    var first = 0
    for (state, end) in reportedEnds.enumerated() {
      own.removeAll(keepingCapacity: true)
      for transition in first..<end { own.append((target(transition), reported[transition])) }
      own.sort { $0 < $1 }
      var last: Int32 = -1
      for (target, count) in own {
        if target == state {
          loops += 1
        } else if target != last {
          targets.append(target)
          decisions.append(count)
        }
        last = target
      }
      ends.append(targets.count)
      first = end
    }
    self.ends = ends
    self.targets = targets
    self.decisions = decisions
    self.loops = loops
  }
}

/// What a worker reports of some states, one after the other.
struct EdgeList {
  private(set) var targets: [Fingerprint] = []
  private(set) var decisions: [UInt16] = []
  private(set) var ends: [Int] = []

  mutating func append(_ target: Fingerprint, _ decisions: Int) {
    targets.append(target)
    // A chain of decisions has no more than there are bits for its steps.
    self.decisions.append(UInt16(decisions))
  }

  mutating func endState() { ends.append(targets.count) }

  fileprivate mutating func append(_ more: EdgeList) {
    let first = targets.count
    targets += more.targets
    decisions += more.decisions
    ends += more.ends.map { first + $0 }
  }
}

/// Keeps the transitions of a search until the numbers of all states are known.
final class GraphBuilder: @unchecked Sendable {
  private var edges = EdgeList()
  private(set) var isKept = true

  /// Adds what was reported of the next states.
  func append(_ block: EdgeList) { if isKept { edges.append(block) } }

  /// Forgets everything, and does not go on, if the graph takes more bytes than these.
  func giveUp(beyond bytes: Int, states: Int) {
    guard isKept, StateGraph.bytes(states: states, transitions: edges.targets.count) > bytes else { return }
    isKept = false
    edges = EdgeList()
  }

  /// The graph; nil if it was given up, or some state was not expanded.
  func graph(of fingerprints: [Fingerprint]) -> StateGraph? {
    guard isKept, edges.ends.count == fingerprints.count else { return nil }
    let index = FingerprintIndex(fingerprints)
    return StateGraph(fingerprints, ends: edges.ends, decisions: edges.decisions) { index.number(of: self.edges.targets[$0]) }
  }
}

/// The number of each state, by its fingerprint: open addressing, at most half full.
private struct FingerprintIndex {
  private var slots: [Int32]
  private let mask: Int
  private let fingerprints: [Fingerprint]

  init(_ fingerprints: [Fingerprint]) {
    self.fingerprints = fingerprints
    var size = 4
    while size < 2 * fingerprints.count { size *= 2 }
    mask = size - 1
    slots = Array(repeating: -1, count: size)
    for (number, fingerprint) in fingerprints.enumerated() {
      var slot = Int(truncatingIfNeeded: fingerprint.low) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(number)
    }
  }

  /// - Precondition: it is there, as every reported state was stored by the end of the search.
  func number(of fingerprint: Fingerprint) -> Int32 {
    var slot = Int(truncatingIfNeeded: fingerprint.low) & mask
    while slots[slot] >= 0 {
      if fingerprints[Int(slots[slot])] == fingerprint { return slots[slot] }
      slot = (slot + 1) & mask
    }
    fatalError("a state was reported and not stored")
  }
}
