import Compiler

extension NecessityResult {
  /// A minimal set of clauses whose absence breaks something, under smallest attackers that do, checked once more for the attacks.
  public struct Demonstration: Sendable {
    public var clauses: [String]
    public var attackers: [String]
    public var result: ScenarioResult
  }
}

/// Checks the scenario without each set of clauses that breaks something, under each of the smallest attackers: for reports that tell the attacks.
///
/// An interruption leaves the rest out.
public func demonstrations(
  of result: NecessityResult, _ scenario: Library.Scenario, in library: inout Library, _ options: CheckOptions
) throws(CheckFailure) -> [NecessityResult.Demonstration] {
  var ways: [(clauses: [String], attackers: [String])] = []
  var variants: [Library.Scenario] = []
  for entry in result.entries where entry.outcome == .breaks {
    var attackers: [[String]] = []
    for broken in entry.broken where !attackers.contains(broken.attackers) { attackers.append(broken.attackers) }
    for some in attackers {
      do throws(Library.Failure) {
        var variant = try library.scenario(scenario, as: Variant(attackers: some, drops: entry.clauses))
        variant.title = "Without \(entry.clauses.joined(separator: " and ")), under \(some.isEmpty ? "no attacker" : some.joined(separator: " + "))"
        variants.append(variant)
      } catch { throw .invalid(error.diagnostics) }
      ways.append((entry.clauses, some))
    }
  }
  var results: [Result<ScenarioResult, CheckFailure>] = []
  check(variants, in: &library, options) { _, outcome, _ in results.append(outcome) }
  var found: [NecessityResult.Demonstration] = []
  for (way, outcome) in zip(ways, results) {
    var result = try outcome.get()
    // What breaks is what was looked for.
    for index in result.properties.indices { result.properties[index].expected = result.properties[index].verdict }
    found.append(NecessityResult.Demonstration(clauses: way.clauses, attackers: way.attackers, result: result))
  }
  return found
}
