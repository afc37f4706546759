import Compiler

/// The smallest sets of clauses that are enough: kept alone, all others dropped, every property that holds with all of them holds still.
///
/// They are found by the duality of Reiter (A theory of diagnosis from first principles, 1987), as the algorithms FORQES and MARCO do: if dropping
/// more never mends what is broken, a set is enough exactly if it has a clause in common with each minimal set whose absence breaks something. So a
/// minimal hitting set of the breaking sets that are known is kept, and all else is dropped and run. Either all holds: then it is one of the sets that
/// are looked for. Or something breaks: then as much as possible is put back while it still breaks, and one more minimal breaking set is known. At the
/// end no set is left that could be enough and is not listed.
///
/// **When dropping more never mends.** It is so where the clause stands at a `require`, or at a column of a `find` that has no `otherwise`: without
/// it, each run is there still, step by step with the same messages and events, and so is the attack. It need not be so where the clause stands at
/// something that is sent, stored or answered, or has a `without`: without a message, what leaks with it does not leak. So nothing rests on it that can
/// be looked at: each set in ``sets`` was run, and holds; each set with one clause less was run, and does not. Only that there are no *other* sets
/// rests on it, and each pair of runs that contradicts it is in ``contradictions``.
///
/// **What lets nothing run** (a sender without a message that the receiver insists on) is neither: no set is enough with which no honest run completes.
/// If that stays so when all the clauses that it does not hang on are dropped as well as when they are kept, it is taken to stay so in between.
public struct Sufficiency: Sendable, Codable, Equatable {
  /// One run: these clauses dropped, the others kept.
  public struct Run: Sendable, Codable, Equatable {
    public var dropped: [String]
    public var outcome: NecessityResult.Outcome
  }
  /// Dropping these breaks a property, dropping those, which are more, does not.
  public struct Contradiction: Sendable, Codable, Equatable {
    public var breaks: [String]
    public var holds: [String]
  }

  /// The clauses that were dropped or kept: all that are not dropped in the scenario itself and that what its cast does carries.
  public var considered: [String]
  /// The minimal sets that are enough, the smallest first.
  public var sets: [[String]]
  /// Minimal sets whose absence breaks a property: each of `sets` has one of each.
  public var breaking: [[String]]
  /// Sets that were dropped when a limit was reached: what leaves out all of one of these is not known.
  public var inconclusive: [[String]]
  public var contradictions: [Contradiction]
  /// All that was run, for a later run to go on from.
  public var runs: [Run]
  /// Whether nothing is left to look at: no interruption, no limit.
  public var isComplete: Bool

  /// In each of the sets.
  public var always: [String] { considered.filter { clause in sets.allSatisfy { $0.contains(clause) } } }
  /// In none of the sets: nothing that holds rests on them, within the bounds.
  public var never: [String] { considered.filter { clause in !sets.contains { $0.contains(clause) } } }
}

/// What comes of dropping sets of clauses: a scenario, or in a test anything else.
struct ClauseQuestions: Sendable {
  /// nil: interrupted.
  var outcome: @Sendable (Set<Int>) throws(CheckFailure) -> NecessityResult.Outcome?
  /// Whether an honest run completes without these.
  var runs: @Sendable (Set<Int>) throws(CheckFailure) -> Bool
}

/// Finds the smallest sets of a scenario's clauses that keep all properties which hold in it.
///
/// - Parameters:
///   - scenario: The one whose clauses are dropped.
///   - library: The one that it was read by.
///   - options: Of each check.
///   - result: What ``necessity(of:in:sets:_:jobs:known:onEntry:)`` found of the same scenario: what it has run is not run again.
///   - jobs: How many scenarios are checked at the same time, each with one worker.
///   - known: Runs of earlier.
///   - onRun: Called with all runs so far after each new one; from any thread, but never twice at a time.
/// - Throws: If the scenario itself cannot be compiled.
public func sufficiency(
  of scenario: Library.Scenario, in library: inout Library, after result: NecessityResult, _ options: CheckOptions, jobs: Int,
  known: [Sufficiency.Run] = [], onRun: @escaping @Sendable ([Sufficiency.Run]) -> Void = { _ in }
) throws(CheckFailure) -> Sufficiency {
  let base: Library.Compiled
  do { base = try library.compile(scenario) } catch { throw .invalid(error.diagnostics) }
  let clauses = base.carried.filter { !base.dropped.contains($0) }
  let dropping = Dropping(scenario, base, holding: result.properties, in: &library, options.single)
  let questions = ClauseQuestions(
    outcome: { (set) throws(CheckFailure) in try dropping.outcome(set.sorted().map { clauses[$0] }) },
    runs: { (set) throws(CheckFailure) in try dropping.completes(set.sorted().map { clauses[$0] }) })
  let earlier = [Sufficiency.Run(dropped: [], outcome: .holds)] + result.entries.map { Sufficiency.Run(dropped: $0.clauses, outcome: $0.outcome) }
  return try SufficiencySearch(clauses, questions, known: earlier + known, interrupted: options.interrupted, onRun: onRun).run(jobs: jobs)
}
