import Compiler
import Language

/// Which combinations of a scenario's attackers break its properties (`sweep attackers`).
///
/// An attacker class only adds: what it may do, reads and knows, and messages that it may hold back, which the network may do anyway. So a run
/// under some attackers is one under more of them, too: more attacker never turns `violated` into `holds`. A combination that contains one that
/// breaks a property, or is part of one under which it holds, is not explored for it.
public struct AttackerSweep: Sendable, Codable, Equatable {
  public struct Property: Sendable, Codable, Equatable {
    public var property: String
    /// The smallest attackers that break it; none: it holds under all of them together.
    public var breaking: [[String]]
  }
  public var properties: [Property]
  /// The largest for which all properties hold.
  public var holding: [[String]]
  /// Of how many combinations those are that are the same by what the attackers extend counted once.
  public var combinations: Int
  /// How many were explored; the others follow from these.
  public var explored: Int
  /// Those for which a limit came before all verdicts were known: where they are of the smallest or largest is not known.
  public var inconclusive: [[String]]
}

/// What is known of one property, for sets of attackers.
struct AttackerVerdicts {
  private(set) var breaking: [Set<String>] = []
  private(set) var holding: [Set<String>] = []

  /// nil: does not follow from what is known.
  func verdict(_ attackers: Set<String>) -> Verdict? {
    if breaking.contains(where: { $0.isSubset(of: attackers) }) { return .violated }
    if holding.contains(where: { $0.isSuperset(of: attackers) }) { return .holds }
    return nil
  }

  mutating func note(_ verdict: Verdict, for attackers: Set<String>) {
    switch verdict {
    case .violated: breaking.append(attackers)
    case .holds: holding.append(attackers)
    case .inconclusive: break
    }
  }
}

/// Looks at as many combinations of a scenario's attackers as it takes to know all verdicts.
///
/// - Parameter whole: What came of all of them together.
func sweepAttackers(of scenario: Library.Scenario, whole: ScenarioResult, in library: Library, _ options: CheckOptions) throws(CheckFailure)
  -> AttackerSweep
{
  var library = library
  let lattice = AttackerLattice(scenario.declaration.attackers.map(\.text), included: library.attackers(of: scenario))
  let combinations = lattice.combinations
  var verdicts = whole.properties.map { _ in AttackerVerdicts() }
  var tried: Set<Set<String>> = []
  var explored = 1
  func note(_ result: ScenarioResult, for attackers: Set<String>) {
    tried.insert(attackers)
    for (index, property) in result.properties.enumerated() { verdicts[index].note(property.verdict, for: attackers) }
  }
  if let all = combinations.last { note(whole, for: all.all) }
  func isOpen(_ combination: AttackerLattice.Combination) -> Bool {
    !tried.contains(combination.all) && verdicts.contains { $0.verdict(combination.all) == nil }
  }
  var single = options
  (single.checkpoints, single.oracle) = (nil, nil)
  // From both ends: what a weak one breaks, and what a strong one does not, says most about the others.
  var isFromBelow = true
  while !options.interrupted(), let next = isFromBelow ? combinations.first(where: isOpen) : combinations.last(where: isOpen) {
    isFromBelow.toggle()
    var variant: Library.Scenario
    do throws(Library.Failure) {
      variant = try library.scenario(scenario, as: Variant(attackers: next.attackers))
    } catch {
      throw .invalid(error.diagnostics)
    }
    variant.declaration.attackerSweep = nil
    note(try check(variant, in: &library, single), for: next.all)
    explored += 1
  }
  func named(_ sets: [AttackerLattice.Combination]) -> [[String]] { sets.map(\.attackers) }
  let properties = zip(whole.properties, verdicts).map { property, known in
    let breaking = combinations.filter { known.verdict($0.all) == .violated }
    return AttackerSweep.Property(
      property: property.property, breaking: named(breaking.filter { one in !breaking.contains { $0.all.isStrictSubset(of: one.all) } }))
  }
  let holding = combinations.filter { combination in verdicts.allSatisfy { $0.verdict(combination.all) == .holds } }
  return AttackerSweep(
    properties: properties, holding: named(holding.filter { one in !holding.contains { $0.all.isStrictSuperset(of: one.all) } }),
    combinations: combinations.count, explored: explored,
    inconclusive: named(combinations.filter { combination in verdicts.contains { $0.verdict(combination.all) == nil } }))
}
