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
private struct AttackerVerdicts {
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

/// A walk through the combinations of attackers until the verdicts on some properties are known for all of them.
struct AttackerWalk {
  typealias Combination = AttackerLattice.Combination

  let combinations: [Combination]
  private var verdicts: [String: AttackerVerdicts]
  private var tried: Set<Set<String>> = []
  private var isFromBelow = true

  init(_ lattice: AttackerLattice, _ properties: [String]) {
    combinations = lattice.combinations
    verdicts = Dictionary(properties.map { ($0, AttackerVerdicts()) }, uniquingKeysWith: { first, _ in first })
  }

  /// How many were looked at.
  var explored: Int { tried.count }

  /// - Parameter verdict: nil of what was not asked.
  mutating func note(_ combination: Combination, _ verdict: (_ property: String) -> Verdict?) {
    tried.insert(combination.all)
    for property in verdicts.keys { if let verdict = verdict(property) { verdicts[property]?.note(verdict, for: combination.all) } }
  }

  /// nil: does not follow from what is known.
  func verdict(_ property: String, _ combination: Combination) -> Verdict? { verdicts[property]?.verdict(combination.all) }

  func isUnknown(_ combination: Combination) -> Bool { verdicts.values.contains { $0.verdict(combination.all) == nil } }

  /// The one to look at next, from both ends: what a weak one breaks, and what a strong one does not, says most about the others.
  mutating func next() -> Combination? {
    let isOpen = { [tried, verdicts] (combination: Combination) in
      !tried.contains(combination.all) && verdicts.values.contains { $0.verdict(combination.all) == nil }
    }
    defer { isFromBelow.toggle() }
    return isFromBelow ? combinations.first(where: isOpen) : combinations.last(where: isOpen)
  }

  /// The smallest that are known to break a property.
  func smallest(_ property: String) -> [Combination] {
    let breaking = combinations.filter { verdict(property, $0) == .violated }
    return breaking.filter { one in !breaking.contains { $0.all.isStrictSubset(of: one.all) } }
  }
}

/// Looks at as many combinations of a scenario's attackers as it takes to know all verdicts.
///
/// - Parameter whole: What came of all of them together.
func sweepAttackers(of scenario: Library.Scenario, whole: ScenarioResult, in library: Library, _ options: CheckOptions) throws(CheckFailure)
  -> AttackerSweep
{
  var library = library
  var walk = AttackerWalk(
    AttackerLattice(scenario.declaration.attackers.map(\.text), included: library.attackers(of: scenario)), whole.properties.map(\.property))
  if let all = walk.combinations.last { walk.note(all, whole.verdict) }
  var single = options
  (single.checkpoints, single.oracle) = (nil, nil)
  while !options.interrupted(), let next = walk.next() {
    var variant: Library.Scenario
    do throws(Library.Failure) {
      variant = try library.scenario(scenario, as: Variant(attackers: next.attackers))
    } catch {
      throw .invalid(error.diagnostics)
    }
    variant.declaration.attackerSweep = nil
    walk.note(next, try check(variant, in: &library, single).verdict)
  }
  let properties = whole.properties.map { AttackerSweep.Property(property: $0.property, breaking: walk.smallest($0.property).map(\.attackers)) }
  let holding = walk.combinations.filter { combination in whole.properties.allSatisfy { walk.verdict($0.property, combination) == .holds } }
  return AttackerSweep(
    properties: properties, holding: holding.filter { one in !holding.contains { $0.all.isStrictSuperset(of: one.all) } }.map(\.attackers),
    combinations: walk.combinations.count, explored: walk.explored, inconclusive: walk.combinations.filter(walk.isUnknown).map(\.attackers))
}

extension ScenarioResult {
  fileprivate func verdict(_ property: String) -> Verdict { properties.first { $0.property == property }?.verdict ?? .inconclusive }
}
