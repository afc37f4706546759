import Compiler
import Exploration
import Language

/// One scenario, to be checked without some of its clauses and with some of its attackers.
struct Dropping: Sendable {
  private let scenario: Library.Scenario
  private let lattice: AttackerLattice
  private let behaviour: Behaviour
  private let holding: [String]
  private let library: Library
  private let options: CheckOptions

  /// - Parameters:
  ///   - base: The scenario as it is.
  ///   - holding: The properties that hold in it.
  init(_ scenario: Library.Scenario, _ base: Library.Compiled, holding: [String], in library: inout Library, _ options: CheckOptions) {
    self.scenario = scenario
    lattice = AttackerLattice(scenario.declaration.attackers.map(\.text), included: library.attackers(of: scenario))
    behaviour = Behaviour(base.system)
    self.holding = holding
    self.library = library
    self.options = options
  }

  /// What comes of dropping these clauses; nil: interrupted.
  ///
  /// - Parameter known: Outcomes of sets with one clause less. None of them breaks anything.
  func entry(_ clauses: [String], known: [Set<String>: NecessityResult.Outcome] = [:]) throws(CheckFailure) -> NecessityResult.Entry? {
    var entry = NecessityResult.Entry(clauses: clauses, outcome: .holds)
    var library = library
    let attackers = scenario.declaration.attackers.map(\.text)
    let (variant, compiled): (Library.Scenario, Library.Compiled)
    do throws(Library.Failure) {
      (variant, compiled) = try compile(clauses, attackers, &library)
    } catch {
      entry.outcome = .impossible
      entry.reason = error.diagnostics.first { $0.severity == .error }?.message
      return entry
    }
    let changed = Behaviour(compiled.system)
    if changed == behaviour {
      entry.outcome = .unchanged
      return entry
    }
    for clause in clauses {
      // What is the same without one of the clauses has been looked at.
      let fewer = clauses.filter { $0 != clause }
      guard let outcome = known[Set(fewer)], let other = try? compile(fewer, attackers, &library).1, Behaviour(other.system) == changed else { continue }
      entry.outcome = outcome
      return entry
    }
    let found: Violations
    do throws(CheckFailure) {
      found = try violations(of: holding, in: compiled, variant)
    } catch {
      guard case .invalid = error else { throw error }
      entry.outcome = .noHonestRun
      return entry
    }
    if found.attacks.isEmpty {
      if !found.isWhole { entry.outcome = .inconclusive }
      return entry
    }
    entry.outcome = .breaks
    entry.unknown = holding.filter { found.verdict($0) == .inconclusive }
    guard let broken = try smallestAttackers(clauses, after: found, &library) else { return nil }
    entry.broken = broken
    return entry
  }

  /// The smallest attackers that break what all of them together break; nil: interrupted.
  private func smallestAttackers(_ clauses: [String], after whole: Violations, _ library: inout Library) throws(CheckFailure) -> [NecessityResult.Broken]? {
    let properties = whole.attacks.keys.sorted()
    var walk = AttackerWalk(lattice, properties)
    var found: [AttackerLattice.Combination: Violations] = [:]
    if let all = walk.combinations.last {
      found[all] = whole
      walk.note(all, whole.verdict)
    }
    while let next = walk.next() {
      if options.interrupted() { return nil }
      let open = properties.filter { walk.verdict($0, next) == nil }
      let (variant, compiled): (Library.Scenario, Library.Compiled)
      do { (variant, compiled) = try compile(clauses, next.attackers, &library) } catch { throw .invalid(error.diagnostics) }
      let violations = try violations(of: open, in: compiled, variant)
      found[next] = violations
      walk.note(next) { open.contains($0) ? violations.verdict($0) : nil }
    }
    return properties.flatMap { property in
      walk.smallest(property).compactMap { combination in
        found[combination]?.attacks[property].map { attack in
          NecessityResult.Broken(
            property: property, attackers: combination.attackers, steps: attack.steps, decisions: attack.decisions,
            isSmallest: !walk.combinations.contains { $0.all.isStrictSubset(of: combination.all) && walk.verdict(property, $0) == nil })
        }
      }.sorted { ($0.attackers.count, $0.attackers.joined()) < ($1.attackers.count, $1.attackers.joined()) }
    }
  }

  /// Which of the properties are violated; the search ends when all are.
  private func violations(of properties: [String], in compiled: Library.Compiled, _ variant: Library.Scenario) throws(CheckFailure) -> Violations {
    try Verdicts.violations(of: Set(properties), in: compiled, variant, options) { $0 == properties.count }
  }

  private func compile(_ clauses: [String], _ attackers: [String], _ library: inout Library) throws(Library.Failure) -> (Library.Scenario, Library.Compiled) {
    let variant = try library.scenario(scenario, as: Variant(attackers: attackers, drops: clauses))
    return (variant, try library.compile(variant))
  }

  // MARK: Sets that are enough

  /// Without these clauses, under all attackers; nil: interrupted.
  func outcome(_ clauses: [String]) throws(CheckFailure) -> NecessityResult.Outcome? {
    var library = library
    guard let (variant, compiled) = try? compile(clauses, scenario.declaration.attackers.map(\.text), &library) else { return .impossible }
    if Behaviour(compiled.system) == behaviour { return .unchanged }
    do throws(CheckFailure) {
      let found = try Verdicts.violations(of: Set(holding), in: compiled, variant, options) { $0 > 0 }
      if !found.attacks.isEmpty { return .breaks }
      return found.isWhole ? .holds : options.interrupted() ? nil : .inconclusive
    } catch {
      guard case .invalid = error else { throw error }
      return .noHonestRun
    }
  }

  /// Whether an honest run completes without these clauses.
  func completes(_ clauses: [String]) throws(CheckFailure) -> Bool {
    var library = library
    guard let (variant, compiled) = try? compile(clauses, [], &library) else { return false }
    return try Verdicts.completes(compiled, variant, options)
  }
}
