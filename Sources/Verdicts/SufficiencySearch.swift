import Synchronization

/// The search that ``Sufficiency`` describes.
final class SufficiencySearch: Sendable {
  typealias Outcome = NecessityResult.Outcome

  /// What became of a set that was to be enough.
  private enum Finding: Sendable {
    /// It is, and no set with one clause less.
    case enough(Set<Int>)
    /// Dropping these breaks a property; putting any one of them back mends it.
    case breaking(Set<Int>)
    case impossible(dropped: Set<Int>, kept: Set<Int>)
    case inconclusive(Set<Int>)
  }

  private let clauses: [String]
  private let all: Set<Int>
  private let questions: ClauseQuestions
  private let interrupted: @Sendable () -> Bool
  private let outcomes: Mutex<[Set<Int>: Outcome]>
  private let onRun: @Sendable ([Sufficiency.Run]) -> Void

  /// - Parameters:
  ///   - known: Runs of earlier: they are not made again.
  ///   - onRun: Called with all runs so far after each new one; from any thread, but never twice at a time.
  init(
    _ clauses: [String], _ questions: ClauseQuestions, known: [Sufficiency.Run], interrupted: @escaping @Sendable () -> Bool,
    onRun: @escaping @Sendable ([Sufficiency.Run]) -> Void
  ) {
    self.clauses = clauses
    all = Set(clauses.indices)
    self.questions = questions
    self.interrupted = interrupted
    self.onRun = onRun
    let numbers = Dictionary(clauses.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var outcomes: [Set<Int>: Outcome] = [:]
    for run in known {
      let dropped = run.dropped.compactMap { numbers[$0] }
      if dropped.count == run.dropped.count { outcomes[Set(dropped)] = run.outcome }
    }
    self.outcomes = Mutex(outcomes)
  }

  func run(jobs: Int) throws(CheckFailure) -> Sufficiency {
    var lattice = ClauseLattice(count: clauses.count)
    var enough: [Set<Int>] = []
    var breaking: Set<Set<Int>> = []
    var inconclusive: Set<Set<Int>> = []
    // What is known already spares what it rules out.
    let known = ordered(outcomes.withLock { $0.filter { $0.value == .breaks }.map(\.key) })
    for set in known where !breaking.contains(where: { $0.isSubset(of: set) }) {
      guard let minimal = try shrunk(set) else { break }
      if breaking.insert(minimal).inserted { lattice.keepOne(of: minimal) }
    }
    while !interrupted() {
      // Several sets at a time: each is put aside while the next one is looked for.
      var aside = lattice
      var seeds: [Set<Int>] = []
      while seeds.count < max(1, jobs), let seed = aside.next() {
        seeds.append(seed)
        aside.leaveOut(dropping: all.subtracting(seed), keeping: seed)
      }
      if seeds.isEmpty { break }
      for finding in try findings(seeds) {
        switch finding {
        case .enough(let kept):
          enough.append(kept)
          lattice.leaveOut(setsWith: kept)
        case .breaking(let dropped):
          breaking.insert(dropped)
          lattice.keepOne(of: dropped)
        case .impossible(let dropped, let kept): lattice.leaveOut(dropping: dropped, keeping: kept)
        case .inconclusive(let dropped):
          inconclusive.insert(dropped)
          lattice.keepOne(of: dropped)
        }
      }
    }
    return result(enough, breaking, inconclusive)
  }

  /// What becomes of the seeds, in their order; those that an interruption left out are not there.
  private func findings(_ seeds: [Set<Int>]) throws(CheckFailure) -> [Finding] {
    var results: [Result<Finding?, CheckFailure>] = []
    sideBySide(seeds.count, jobs: seeds.count, interrupted: interrupted) { index in
      Result { () throws(CheckFailure) in try self.finding(seeds[index]) }
    } deliver: {
      results.append($1)
    }
    var findings: [Finding] = []
    for result in results { if let finding = try result.get() { findings.append(finding) } }
    return findings
  }

  private func finding(_ seed: Set<Int>) throws(CheckFailure) -> Finding? {
    switch try outcome(all.subtracting(seed)) {
    case nil: return nil
    case .breaks: return try shrunk(all.subtracting(seed)).map { .breaking($0) }
    case .noHonestRun, .impossible: return try generalised(all.subtracting(seed)).map { .impossible(dropped: $0, kept: $1) }
    case .inconclusive: return .inconclusive(all.subtracting(seed))
    case .holds, .unchanged:
      // That no clause can be left out follows from the duality; it is looked at all the same.
      var kept = seed
      for clause in seed.sorted() {
        guard let outcome = try outcome(all.subtracting(kept).union([clause])) else { return nil }
        if outcome == .holds || outcome == .unchanged { kept.remove(clause) }
      }
      return .enough(kept)
    }
  }

  /// Puts back what can be put back so that it still breaks.
  private func shrunk(_ dropped: Set<Int>) throws(CheckFailure) -> Set<Int>? {
    var dropped = dropped
    for clause in dropped.sorted() {
      guard let outcome = try outcome(dropped.subtracting([clause])) else { return nil }
      if outcome == .breaks { dropped.remove(clause) }
    }
    return dropped
  }

  /// Drops what it does not hang on that they are kept, and then puts back what it does not hang on that they are dropped.
  private func generalised(_ dropped: Set<Int>) throws(CheckFailure) -> (dropped: Set<Int>, kept: Set<Int>)? {
    var most = dropped
    for clause in all.subtracting(dropped).sorted() {
      if interrupted() { return nil }
      if try !questions.runs(most.union([clause])) { most.insert(clause) }
    }
    let kept = all.subtracting(most)
    var least = dropped
    for clause in dropped.sorted() {
      if interrupted() { return nil }
      if try !questions.runs(least.subtracting([clause])) { least.remove(clause) }
    }
    return (least, kept)
  }

  private func outcome(_ dropped: Set<Int>) throws(CheckFailure) -> Outcome? {
    if let known = outcomes.withLock({ $0[dropped] }) { return known }
    if interrupted() { return nil }
    guard let outcome = try questions.outcome(dropped), !interrupted() else { return nil }
    outcomes.withLock {
      $0[dropped] = outcome
      onRun(runs($0))
    }
    return outcome
  }

  // MARK: Results

  private func names(_ set: Set<Int>) -> [String] { set.sorted().map { clauses[$0] } }

  private func runs(_ outcomes: [Set<Int>: Outcome]) -> [Sufficiency.Run] {
    ordered(Array(outcomes.keys)).map { Sufficiency.Run(dropped: names($0), outcome: outcomes[$0] ?? .inconclusive) }
  }

  /// The smallest first, then by the order of the clauses.
  private func ordered(_ sets: [Set<Int>]) -> [Set<Int>] {
    sets.map { ($0, $0.sorted()) }.sorted { a, b in a.1.count != b.1.count ? a.1.count < b.1.count : a.1.lexicographicallyPrecedes(b.1) }.map(\.0)
  }

  private func result(_ enough: [Set<Int>], _ breaking: Set<Set<Int>>, _ inconclusive: Set<Set<Int>>) -> Sufficiency {
    let known = outcomes.withLock { $0 }
    // Where nothing runs without one clause alone but without two, a smaller set can turn up after a larger one.
    let minimal = enough.filter { set in !enough.contains { $0.isStrictSubset(of: set) } }
    let broken = ordered(known.filter { $0.value == .breaks }.map(\.key))
    let holding = ordered(known.filter { $0.value == .holds }.map(\.key))
    let contradictions = holding.compactMap { more in
      broken.first { $0.isStrictSubset(of: more) }.map { Sufficiency.Contradiction(breaks: names($0), holds: names(more)) }
    }
    return Sufficiency(
      considered: clauses, sets: ordered(Array(Set(minimal))).map(names), breaking: ordered(Array(breaking)).map(names),
      inconclusive: ordered(Array(inconclusive)).map(names), contradictions: contradictions, runs: runs(known),
      isComplete: inconclusive.isEmpty && !interrupted())
  }
}
