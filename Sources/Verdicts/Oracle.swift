import Compiler
import Foundation
import Verification

/// What the naive explorer says of a scenario, beside the engine.
public struct OracleResult: Sendable {
  /// For each property of the scenario, in its order.
  public var verdicts: [Verdict]
  public var agreements: [Agreement]
  /// Ground states that were visited.
  public var states: Int
  public var seconds: Double

  /// Whether some verdict could not be compared.
  public var isInconclusive: Bool { agreements.contains { $0 != .agrees } }
}

/// Has the naive explorer look at a scenario that the engine has judged.
///
/// - Throws: an internal error if the two disagree.
func ask(
  _ limits: NaiveExplorer.Limits, about system: TransitionSystem, _ properties: [PropertyResult], _ scenario: String,
  interrupted: @Sendable @escaping () -> Bool
)
  throws(CheckFailure) -> OracleResult
{
  let start = Date()
  let result = NaiveExplorer(system, limits: limits).explore(interrupted: interrupted)
  var oracle = OracleResult(verdicts: [], agreements: [], states: result.states, seconds: Date().timeIntervalSince(start))
  for (property, answer) in zip(properties, result.properties) {
    let agreement = Agreement(of: property.verdict, property.attack, with: answer, limits: limits, in: system)
    if case .disagrees(let reason) = agreement {
      let run = answer.trace.map { "\nThe naive explorer's run: " + $0.steps.map { system.rules[$0.rule].name }.joined(separator: "; ") } ?? ""
      throw .internalError("\(scenario), \(property.property): \(reason)\(run)")
    }
    oracle.agreements.append(agreement)
    oracle.verdicts.append(Verdict(answer))
  }
  return oracle
}

extension Verdict {
  fileprivate init(_ answer: NaiveExplorer.Answer) {
    self =
      switch answer {
      case .found: .violated
      case .notFound: .holds
      case .undecided: .inconclusive
      }
  }
}
