import Compiler
import Deduction
import Foundation
import Terms

extension Search {
  /// Where a search is between two levels. Cheap to take: states do not change once they are in a level or ahead of it, and the stored ones
  /// only become more.
  struct Mark {
    var level: States
    var firstOfLevel: Int
    var depth: Int
    var ahead: [[States]]
    var putOff: [PutOff]
    var putOffLater: [PutOff]
    /// How many states were stored.
    var stored: Int
    /// In phases that are over.
    var storedBefore: Int
    var computedBefore: Int
    var progress: Progress
    var violations: [Finding]
    var witnesses: [Finding]
    /// What was answered when each phase after the first began.
    var phases: [Answers]
  }

  /// What is small in a body; the rest are runs of numbers behind it.
  private struct Head: Codable {
    /// Whether no limit ended the search: then the head is all.
    var isFinished: Bool
    var progress: Progress
    var violations: [Finding]
    var witnesses: [Finding]
    var storedBytes: Int
    var depth = 0
    var firstOfLevel = 0
    /// Whether the words of all stored states are there.
    var isExact = false
    var phases: [Answers] = []
    var storedBefore = 0
    var computedBefore = 0
  }

  /// The body of a search that is over.
  func body(of outcome: Outcome) -> CheckpointBody {
    var data = Data()
    var head = Head(
      isFinished: true, progress: outcome.progress, violations: outcome.violations, witnesses: outcome.witnesses, storedBytes: outcome.storedBytes)
    head.phases = phases.dropFirst().map(\.answers)
    Search.append(head, to: &data)
    return CheckpointBody(data)
  }

  private static func append(_ head: Head, to data: inout Data) {
    // Numbers and lists of them: nothing in it can fail to be encoded, but a number of seconds that is none.
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "0", negativeInfinity: "0", nan: "0")
    let json = (try? encoder.encode(head)) ?? Data()
    data += CheckpointFile.bytes(UInt64(json.count)) + json
  }

  /// The body of a search that is at the mark. It may be used as long as the search does not go on.
  func body(at mark: Mark) -> CheckpointBody {
    var head = Data()
    Search.append(
      Head(
        isFinished: false, progress: mark.progress, violations: mark.violations, witnesses: mark.witnesses, storedBytes: 0, depth: mark.depth,
        firstOfLevel: mark.firstOfLevel, isExact: visited.isExact, phases: mark.phases,
        storedBefore: mark.storedBefore, computedBefore: mark.computedBefore), to: &head)
    head += CheckpointFile.bytes(UInt64(mark.stored))
    let buckets = [[mark.level]] + mark.ahead
    let putOff = [mark.putOff, mark.putOffLater]
    let size = buckets.joined().reduce(0) { $0 + $1.savedBytes } + 8 * (buckets.count + 1) + putOff.joined().reduce(16) { $0 + $1.savedBytes }
    let (parents, fingerprints) = (parents, fingerprints)
    let kept = visited.isExact ? visited.keptWords(of: mark.stored) : nil
    let keptSize = kept.map { 8 + 8 * mark.stored + 4 * $0.count } ?? 0
    return CheckpointBody(byteCount: head.count + 20 * mark.stored + keptSize + size) { [visited] sink throws(CheckpointError) in
      try CheckpointFile.put(head, into: sink)
      var failure: CheckpointError?
      fingerprints.withUnsafeBytes { bytes in
        do throws(CheckpointError) { try sink(UnsafeRawBufferPointer(rebasing: bytes.prefix(16 * mark.stored))) } catch { failure = error }
      }
      if let failure { throw failure }
      try sink(UnsafeRawBufferPointer(start: parents.base, count: 4 * mark.stored))
      if let kept {
        try CheckpointFile.put(CheckpointFile.bytes(UInt64(kept.count)), into: sink)
        try CheckpointFile.put(visited.starts.withUnsafeBytes { Data($0.prefix(8 * mark.stored)) }, into: sink)
        try sink(UnsafeRawBufferPointer(kept))
      }
      try CheckpointFile.put(CheckpointFile.bytes(UInt64(buckets.count)), into: sink)
      for bucket in buckets {
        try CheckpointFile.put(CheckpointFile.bytes(UInt64(bucket.count)), into: sink)
        for states in bucket { try states.save(into: sink) }
      }
      for blocks in putOff {
        try CheckpointFile.put(CheckpointFile.bytes(UInt64(blocks.count)), into: sink)
        for block in blocks { try block.save(into: sink) }
      }
    }
  }

  /// Makes ``run(until:)`` go on where a body says, or give the outcome that it says.
  ///
  /// - Throws: where the body is not that of a search of this system with these reductions. Then the search must not be run.
  public func resume(_ data: Data) throws(CheckpointError) {
    var reader = ByteReader(data)
    let head: Head
    do {
      head = try JSONDecoder().decode(Head.self, from: try reader.take(try reader.count(of: 1)))
    } catch {
      throw CheckpointError("the checkpoint cannot be read: \((error as? CheckpointError)?.description ?? "what is at its head is no JSON of a search")")
    }
    let isKnown =
      (head.violations.map(\.property) + head.phases.flatMap(\.violated)).allSatisfy(system.properties.indices.contains)
      && (head.violations + head.witnesses).allSatisfy { 0...head.phases.count ~= $0.phase }
      && (head.witnesses.map(\.property) + head.phases.flatMap(\.witnessed)).allSatisfy(system.witnesses.indices.contains)
    try require(
      isKnown && head.progress.isPossible && [head.storedBytes, head.storedBefore, head.computedBefore].allSatisfy({ 0...(Int.max >> 1) ~= $0 }),
      "its findings and counts are not those of a search")
    for answers in head.phases { begin(asking: answers) }
    if head.isFinished {
      try require(reader.isAtEnd, "it says more than its outcome")
      finished = Outcome(
        violations: head.violations, witnesses: head.witnesses, progress: head.progress, stopped: nil, storedBytes: head.storedBytes)
      return
    }
    try require(
      head.isExact == visited.isExact,
      head.isExact ? "it compares whole states, as `--exact` does" : "it compares fingerprints, so it does not go on with `--exact`")
    let stored = try reader.count(of: 20)
    let (saved, savedParents) = (try reader.take(16 * stored), try reader.take(4 * stored))
    try restoreVisited(saved, parents: savedParents, words: head.isExact ? try KeptWords(&reader, states: stored) : nil)
    var buckets: [[States]] = []
    for _ in 0..<(try reader.count(of: 8)) {
      var bucket: [States] = []
      for _ in 0..<(try reader.count(of: 16)) { bucket.append(try States(&reader, parentsBelow: stored)) }
      buckets.append(bucket)
    }
    var putOff: [[PutOff]] = [[], []]
    for list in putOff.indices { for _ in 0..<(try reader.count(of: 16)) { putOff[list].append(try PutOff(&reader, parentsBelow: stored)) } }
    try require(reader.isAtEnd && buckets.first?.count == 1 && head.depth >= 0, "its parts do not fit")
    let level = buckets.removeFirst()[0]
    try require(
      head.firstOfLevel >= 0 && (level.count > 0 || !putOff[0].isEmpty) && stored - level.count == head.firstOfLevel,
      "its level is not the last of its states")
    try require(level.fingerprints.elementsEqual(fingerprints[head.firstOfLevel...]), "its level has other states than it stored")
    resumed = Mark(
      level: level, firstOfLevel: head.firstOfLevel, depth: head.depth, ahead: buckets, putOff: putOff[0], putOffLater: putOff[1], stored: stored,
      storedBefore: head.storedBefore, computedBefore: head.computedBefore, progress: head.progress, violations: head.violations, witnesses: head.witnesses,
      phases: head.phases)
    try requireSameEngine()
  }

  private func restoreVisited(_ saved: Data, parents savedParents: Data, words: KeptWords?) throws(CheckpointError) {
    var isSound = true
    saved.withUnsafeBytes { bytes in
      savedParents.withUnsafeBytes { parentBytes in
        for index in 0..<bytes.count / 16 where isSound {
          let fingerprint = bytes.loadUnaligned(fromByteOffset: 16 * index, as: Fingerprint.self)
          let parent = parentBytes.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self)
          isSound = (index == 0 ? parent == -1 : parent >= 0 && parent < index) && fingerprint.isPossible
          if let words {
            isSound = isSound && words.withState(index) { Fingerprint($0) == fingerprint && visited.insert(fingerprint, $0) }
          } else {
            isSound = isSound && visited.insert(fingerprint, UnsafeBufferPointer(start: nil, count: 0))
          }
          parents.append(parent)
          fingerprints.append(fingerprint)
        }
      }
    }
    try require(isSound, "its states are not those of a search")
  }

  /// Makes sure that this program would have come to the same states: paths to some states of the level are walked again. A program whose
  /// states are written otherwise, or whose reductions do otherwise, would go on with a search that was never begun.
  private func requireSameEngine() throws(CheckpointError) {
    let phase = phases[phases.count - 1]
    let engine = Engine(phase.system, reductions: reductions, analysis: phase.analysis)
    let isBegun = engine.initialState().withUnsafeBufferPointer { Fingerprint($0) } == fingerprints[0]
    let last = fingerprints.count - 1
    let first = min(resumed?.firstOfLevel ?? last, last)
    let paths = PathReplay(self)
    for state in isBegun ? Set([first, (first + last) / 2, last]).sorted() : [] {
      try require(paths.leads(path(to: state), phase: phases.count - 1), "another build of this program wrote it")
    }
    try require(isBegun, "another build of this program wrote it")
  }

  private func require(_ condition: Bool, _ reason: String) throws(CheckpointError) {
    guard condition else { throw CheckpointError("the checkpoint cannot be used: \(reason)") }
  }
}

/// The words of stored states, as a checkpoint has them: their number, where each state begins, the words.
private struct KeptWords {
  private var starts: [Int] = []
  private var words: [Int32]

  init(_ reader: inout ByteReader, states: Int) throws(CheckpointError) {
    let length = try reader.count(of: 4)
    for _ in 0..<states { starts.append(Int(truncatingIfNeeded: try reader.number(of: UInt64.self))) }
    starts.append(length)
    let isInOrder = starts[0] == 0 && zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 }
    guard isInOrder else { throw CheckpointError("the checkpoint cannot be used: its parts do not fit") }
    let bytes = try reader.take(4 * length)
    words = Array(repeating: 0, count: length)
    _ = words.withUnsafeMutableBytes { bytes.copyBytes(to: $0) }
  }

  func withState<Result>(_ index: Int, _ body: (UnsafeBufferPointer<Int32>) -> Result) -> Result {
    words.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[starts[index]..<starts[index + 1]])) }
  }
}

extension Search.States {
  /// Bytes in a checkpoint.
  fileprivate var savedBytes: Int { 16 + 12 * count + 4 * words.count }

  /// Number of states, number of words; where each begins, where each came from, the words. Fingerprints follow from the words.
  fileprivate func save(into sink: ByteSink) throws(CheckpointError) {
    try CheckpointFile.put(CheckpointFile.bytes(UInt64(count)) + CheckpointFile.bytes(UInt64(words.count)), into: sink)
    try sink(UnsafeRawBufferPointer(start: starts.base, count: 8 * count))
    for part in [parents, words] { try sink(UnsafeRawBufferPointer(start: part.base, count: 4 * part.count)) }
  }

  fileprivate convenience init(_ reader: inout ByteReader, parentsBelow stored: Int) throws(CheckpointError) {
    self.init()
    // Not by `count(of:)` alone: a wrong number must not ask for room that the file does not fill.
    let (count, length) = (try reader.count(of: 12), try reader.count(of: 4))
    for _ in 0..<count { starts.append(Int(truncatingIfNeeded: try reader.number(of: UInt64.self))) }
    for part in [\Search.States.parents, \.words] {
      let bytes = try reader.take(4 * (part == \.words ? length : count))
      bytes.withUnsafeBytes { bytes in
        for index in 0..<bytes.count / 4 { self[keyPath: part].append(bytes.loadUnaligned(fromByteOffset: 4 * index, as: Int32.self)) }
      }
    }
    for index in 0..<count {
      let end = index + 1 < count ? starts[index + 1] : length
      let isFirst = index > 0 || starts[0] == 0
      guard isFirst, starts[index] < end, end <= length, parents[index] >= -1, Int(parents[index]) < stored else {
        throw CheckpointError("the checkpoint cannot be used: its parts do not fit")
      }
    }
    for index in 0..<count { fingerprints.append(Fingerprint(words(of: index))) }
  }
}

extension Search.PutOff {
  fileprivate var savedBytes: Int { states.savedBytes + 4 * states.count }

  /// The states, then how many decisions each one's chains have had.
  fileprivate func save(into sink: ByteSink) throws(CheckpointError) {
    try states.save(into: sink)
    try CheckpointFile.put(decisions.withUnsafeBytes { Data($0) }, into: sink)
  }

  fileprivate convenience init(_ reader: inout ByteReader, parentsBelow stored: Int) throws(CheckpointError) {
    let states = try Search.States(&reader, parentsBelow: stored)
    var decisions: [Int32] = []
    for _ in 0..<states.count { decisions.append(Int32(truncatingIfNeeded: try reader.number(of: UInt32.self))) }
    guard decisions.allSatisfy({ 1..<1 << 16 ~= $0 }) && (0..<states.count).allSatisfy({ states.parents[$0] >= 0 }) else {
      throw CheckpointError("the checkpoint cannot be used: its parts do not fit")
    }
    self.init(states, decisions: decisions)
  }
}

extension Progress {
  /// Whether it can be that of a search.
  fileprivate var isPossible: Bool {
    ([states, transitions, computed, depth, frontier] + statesByDepth).allSatisfy { 0...(Int.max >> 1) ~= $0 } && seconds.isFinite && seconds >= 0
  }
}
