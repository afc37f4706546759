import Compiler
import Foundation
import Terms
import Traces
import Verification

/// An attack in the Informal Trace Format of Apalache: its states one after the other.
///
/// Variables: `step`, the number of steps so far; `rule`, the one that led here, empty at the beginning; `facts`, a function from the facts to
/// how often each is there; `knowledge`, the set of what the attacker was told; `budgets`, a function from bounds to what is left. Terms are
/// texts, two different terms different texts: `Code#2` is the third name that was made, of sort `Code`; `attacker's Code#0` a constant of the
/// attacker's own.
///
/// Source: Apalache's ADR-015, "Informal Trace Format in JSON".
public struct InformalTrace {
  private let attack: Attack
  private let system: TransitionSystem

  public init(_ attack: Attack, in system: TransitionSystem) {
    self.attack = attack
    self.system = system
  }

  /// The trace as JSON.
  ///
  /// - Parameter title: what the trace shows, for people.
  /// - Throws: what the checker finds wrong with the trace.
  public func text(title: String) throws -> String {
    let initial = GroundState(initialOf: system)
    let states = [initial] + (try replay(attack.trace, in: system))
    let trace: [String: Any] = [
      "#meta": [
        "format": "ITF", "format-description": "https://apalache.informal.systems/docs/adr/015adr-trace.html", "source": system.title, "description": title,
      ],
      "vars": ["step", "rule", "facts", "knowledge", "budgets"],
      "states": states.enumerated().map { number, state in self.state(state, number) },
    ]
    let data = try JSONSerialization.data(withJSONObject: trace, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  private func integer(_ value: Int) -> [String: String] { ["#bigint": String(value)] }

  private func state(_ state: GroundState, _ number: Int) -> [String: Any] {
    let counts = Dictionary(state.facts.map { ($0, 1) }, uniquingKeysWith: +)
    let facts = counts.keys.sorted().map { fact -> [Any] in
      let arguments = ["#tup": fact.arguments.map(text)]
      return [["predicate": system.predicates[fact.predicate].name, "arguments": arguments] as [String: Any], integer(counts[fact] ?? 0)]
    }
    return [
      "#meta": ["index": number], "step": integer(number), "rule": number == 0 ? "" : system.rules[attack.trace.steps[number - 1].rule].name,
      "facts": ["#map": facts], "knowledge": ["#set": state.knowledge.map(text).sorted()],
      "budgets": ["#map": zip(system.budgets, state.budgets).map { [$0.name, integer($1)] as [Any] }],
    ]
  }

  private func text(_ term: GroundTerm) -> String {
    switch term {
    case .name(let number, let sort): "\(system.signature.sorts[sort].name)#\(number)"
    case .own(let number, let sort): "attacker's \(system.signature.sorts[sort].name)#\(number)"
    case .apply(let symbol, let arguments):
      system.signature.symbols[symbol].name + (arguments.isEmpty ? "" : "(\(arguments.map(text).joined(separator: ", ")))")
    }
  }
}
