import Compiler
import Exploration
import Language
import Traces
import Verification

/// A scenario with one of its dropped clauses put back: what comes of a property, and of one attack on it.
public struct Restoration: Sendable {
  public var clause: String
  /// What the property is with the clause in force; nil: the scenario cannot be checked then, see `problem`.
  public var verdict: Verdict?
  public var problem: String?
  /// The steps of the shortest attack that there is all the same.
  public var otherAttack: Int?
  /// How far the attack gets with the clause in force.
  public var reenactment: Reenactment?
  /// The scenario with the clause in force.
  public var compiled: Library.Compiled?
}

/// Puts back each clause that a scenario or its model drops, one at a time.
///
/// - Parameters:
///   - result: what was found without the clauses.
///   - library: the one that the scenario was compiled with.
///   - options: of each check.
///   - property: an index into the result's properties; the property is violated.
/// - Throws: an internal error; what a clause makes impossible is a ``Restoration/problem``.
public func restorations(
  of result: ScenarioResult, property: Int, in library: inout Library, _ options: CheckOptions
) throws(CheckFailure) -> [Restoration] {
  guard let attack = result.properties[property].attack else { return [] }
  let original = AccountedSystem(result.system, result.compiled.accounts)
  var restorations: [Restoration] = []
  for clause in result.dropped {
    if options.interrupted() { break }
    var scenario = result.scenario
    scenario.keeps.insert(clause)
    var restoration = Restoration(clause: clause)
    do throws(CheckFailure) {
      let compiled: Library.Compiled
      do { compiled = try library.compile(scenario) } catch { throw .invalid(error.diagnostics) }
      restoration.compiled = compiled
      restoration.reenactment = reenact(
        attack.trace.steps, violating: property, of: original,
        in: AccountedSystem(compiled.system, compiled.accounts))
      let checked = try check(compiled, of: scenario, options)
      restoration.verdict = checked.properties[property].verdict
      restoration.otherAttack = checked.properties[property].attack?.steps
    } catch {
      guard case .invalid(let diagnostics) = error else { throw error }
      restoration.problem = diagnostics.first { $0.severity == .error }?.message
    }
    restorations.append(restoration)
  }
  return restorations
}
