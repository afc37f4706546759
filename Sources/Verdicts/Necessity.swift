import Compiler
import Language
import Synchronization

/// Which clauses a scenario needs: sets of clauses, each dropped together, and what that breaks.
///
/// A set is **minimal** for a property if dropping it breaks the property, and dropping no smaller part of it does. Sets of which a part
/// breaks something are not looked at: dropping more can only break more. Of a set that leaves the same system as one with a clause less
/// (`Behaviour` of Compiler), the outcome is known already.
public struct NecessityResult: Sendable, Codable {
  public enum Outcome: String, Sendable, Codable {
    /// At least one property that held is violated.
    case breaks
    /// All properties that held hold still.
    case holds
    /// Dropping the set changes no rule of this scenario.
    case unchanged
    /// A limit was reached.
    case inconclusive
    /// Without these clauses no honest run completes: a party insists on what another one no longer sends.
    case noHonestRun
    /// Without these clauses the scenario does not compile.
    case impossible
  }

  /// A property that breaks, under one of the smallest attackers that break it.
  public struct Broken: Sendable, Codable, Equatable {
    public var property: String
    public var attackers: [String]
    /// Steps and decisions of the shortest attack.
    public var steps: Int
    public var decisions: Int
    /// False: a limit came before it was known whether fewer of the attackers break it, too.
    public var isSmallest: Bool

    public init(property: String, attackers: [String], steps: Int, decisions: Int, isSmallest: Bool = true) {
      self.property = property
      self.attackers = attackers
      self.steps = steps
      self.decisions = decisions
      self.isSmallest = isSmallest
    }
  }

  public struct Entry: Sendable, Codable {
    public var clauses: [String]
    public var outcome: Outcome
    public var broken: [Broken]
    /// Properties of which a limit came first, where others break.
    public var unknown: [String]
    /// Why it is impossible.
    public var reason: String?

    public init(clauses: [String], outcome: Outcome, broken: [Broken] = [], unknown: [String] = [], reason: String? = nil) {
      self.clauses = clauses
      self.outcome = outcome
      self.broken = broken
      self.unknown = unknown
      self.reason = reason
    }
  }

  public var title: String
  public var model: String
  public var attackers: [String]
  public var bounds: [String]
  /// Dropped already in the scenario itself.
  public var dropped: [String]
  /// The properties that hold in the scenario as it is: the others say nothing about clauses.
  public var properties: [String]
  /// Up to how many clauses were dropped together.
  public var sets: Int
  public var entries: [Entry]
  /// Whether an interruption left sets out.
  public var isComplete = true
  /// The sets of clauses that are enough, if that was asked.
  public var sufficiency: Sufficiency?

  /// Clauses of which no set that was looked at breaks anything, though dropping them changes the model.
  public var neverNeeded: [String] {
    let needed = Set(entries.filter { $0.outcome != .holds && $0.outcome != .unchanged }.flatMap(\.clauses))
    return entries.filter { $0.clauses.count == 1 && $0.outcome == .holds && !needed.contains($0.clauses[0]) }.map { $0.clauses[0] }
  }
}

/// Drops each clause of a scenario's model, each pair, and so on, and finds what breaks, and under which smallest attackers.
///
/// - Parameters:
///   - scenario: The one whose clauses are dropped.
///   - library: The one that it was read by.
///   - options: Of each check.
///   - sets: Up to how many clauses are dropped together.
///   - jobs: How many scenarios are checked at the same time, each with one worker.
///   - known: Entries of an earlier run: they are not looked at again.
///   - onEntry: Called with all entries so far after each new one; from any thread, but never twice at a time.
/// - Throws: If the scenario itself cannot be compiled or checked.
public func necessity(
  of scenario: Library.Scenario, in library: inout Library, sets: Int, _ options: CheckOptions, jobs: Int, known: [NecessityResult.Entry] = [],
  onEntry: @escaping @Sendable ([NecessityResult.Entry], _ left: Int) -> Void = { _, _ in }
) throws(CheckFailure) -> NecessityResult {
  let single = options.single
  let base: Library.Compiled
  do { base = try library.compile(scenario) } catch { throw .invalid(error.diagnostics) }
  let whole = try check(base, of: scenario, options)
  let holding = whole.properties.filter { $0.verdict == .holds }.map(\.property)
  var result = NecessityResult(
    title: scenario.title, model: scenario.declaration.model.text, attackers: scenario.declaration.attackers.map(\.text), bounds: base.bounds,
    dropped: base.dropped, properties: holding, sets: sets, entries: [])
  let clauses = library.clauses(of: scenario).filter { !base.dropped.contains($0) }
  let dropping = Dropping(scenario, base, holding: holding, in: &library, single)
  let entries = Mutex<[NecessityResult.Entry]>(known.filter { Set($0.clauses).isSubset(of: clauses) && $0.clauses.count <= sets })
  var level: [[String]] = clauses.map { [$0] }
  for size in 1...max(1, sets) {
    let done = Set(entries.withLock { $0 }.map(\.clauses))
    let work = level.filter { !done.contains($0) }
    let known = Dictionary(entries.withLock { $0.map { (Set($0.clauses), $0.outcome) } }, uniquingKeysWith: { first, _ in first })
    let failure = Mutex<CheckFailure?>(nil)
    @Sendable func isOver() -> Bool { single.interrupted() || failure.withLock { $0 != nil } }
    sideBySide(work.count, jobs: jobs, interrupted: isOver) { index in
      do throws(CheckFailure) {
        // What an interruption cut short is no result.
        guard let entry = try dropping.entry(work[index], known: known), !single.interrupted() else { return }
        entries.withLock { all in
          all.append(entry)
          onEntry(all, work.count + done.count - all.count)
        }
      } catch { failure.withLock { $0 = error } }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    if single.interrupted() {
      result.isComplete = false
      break
    }
    // A set with a part that breaks something is not looked at. What changes nothing alone, or lets nothing run, may matter beside another.
    let breaking = entries.withLock { $0.filter { $0.outcome == .breaks }.map { Set($0.clauses) } }
    guard size < sets else { break }
    level = choices(of: clauses, size + 1).filter { set in !breaking.contains { $0.isSubset(of: set) } }
  }
  let order = Dictionary(clauses.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  result.entries = entries.withLock { $0 }.sorted { a, b in
    a.clauses.count != b.clauses.count
      ? a.clauses.count < b.clauses.count : a.clauses.compactMap { order[$0] }.lexicographicallyPrecedes(b.clauses.compactMap { order[$0] })
  }
  return result
}

extension CheckOptions {
  /// The same for one of several scenarios that are checked at the same time.
  var single: CheckOptions {
    var single = self
    single.jobs = 1
    single.onProgress = nil
    return single
  }
}
