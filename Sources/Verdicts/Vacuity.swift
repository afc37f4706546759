import Compiler
import Exploration
import Language

/// Warnings of properties that hold for nothing, and of an attacker that never acts, after a search that has seen everything.
///
/// What the search has met on its way is taken from it; only what it has not met is looked for once more.
func vacuities(
  _ results: [PropertyResult], _ outcome: Outcome, _ compiled: Library.Compiled, of scenario: Library.Scenario, _ options: CheckOptions
) -> [Diagnostic] {
  guard outcome.stopped == nil && !outcome.isResumed else { return [] }
  let threats = compiled.sourceMap.threats.map(\.threat)
  let unmet = results.indices.filter { results[$0].verdict == .holds && !outcome.seen.contains($0) && threats[$0].isDecidable }
  var goals = unmet.map { Goal.threat(threats[$0]) }
  let attackers = Set(compiled.system.rules.indices.filter { compiled.sourceMap.isAttackers[$0] })
  let isIdle = !scenario.declaration.attackers.isEmpty && outcome.steps.isDisjoint(with: attackers)
  if isIdle { goals.append(.step(of: attackers)) }
  guard !goals.isEmpty else { return [] }
  let (reached, stopped) = reachable(goals, in: compiled.system, options)
  guard stopped == nil else { return [] }
  // Properties that wait for the same are named together.
  var messages: [String] = []
  let vacuous = unmet.enumerated().filter { !reached.contains($0.offset) }.map(\.element)
  for (position, index) in vacuous.enumerated() {
    let awaited = threats[index].description
    guard !vacuous[..<position].contains(where: { threats[$0].description == awaited }) else { continue }
    let names = vacuous[position...].filter { threats[$0].description == awaited }.map { "`\(results[$0].property)`" }.joined(separator: " and ")
    messages.append("vacuous: \(names), since within these bounds nothing comes about that could violate it" + (awaited.isEmpty ? "" : " (\(awaited))"))
  }
  if isIdle && !reached.contains(unmet.count) {
    let names = scenario.declaration.attackers.map(\.text).joined(separator: " + ")
    messages.append("the attacker \(names) never gets to act: within these bounds it neither sends nor learns anything")
  }
  return messages.map { Diagnostic(severity: .warning, message: $0, location: scenario.declaration.title.location) }
}
