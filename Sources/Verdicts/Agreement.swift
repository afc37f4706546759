import Compiler
import Terms
import Traces
import Verification

/// What comes of laying an answer of the naive explorer beside a verdict of the engine.
public enum Agreement: Sendable, Equatable {
  case agrees
  /// The two cannot be compared: one of them came to a limit, or the attack is made of more than the naive explorer tries.
  case undecided(String)
  /// One of the two is wrong.
  case disagrees(String)

  /// Compares an answer about one property or witness.
  ///
  /// - Parameters:
  ///   - system: the system that both explored.
  ///   - verdict: the engine's; `violated` of a witness means that it is reached.
  ///   - attack: the engine's run, if it has one: verified, and with the least number of decisions.
  ///   - answer: the naive explorer's.
  ///   - limits: how far the naive explorer looked.
  public init(of verdict: Verdict, _ attack: Attack?, with answer: NaiveExplorer.Answer, limits: NaiveExplorer.Limits, in system: TransitionSystem) {
    self =
      switch answer {
      case .undecided: .undecided("the naive explorer came to its limit")
      case .notFound: Agreement.nothingFound(verdict, attack, limits, system)
      case .found(let trace): Agreement.found(Agreement.decisions(of: trace, in: system), verdict, attack, limits, system)
      }
  }

  private static func nothingFound(_ verdict: Verdict, _ attack: Attack?, _ limits: NaiveExplorer.Limits, _ system: TransitionSystem) -> Agreement {
    guard let attack else { return verdict == .holds ? .agrees : .undecided("the engine came to a limit") }
    if let need = need(of: attack.trace, beyond: limits, in: system) { return .undecided(need) }
    return .disagrees("the engine has an attack of \(attack.decisions) decisions, the naive explorer finds none")
  }

  private static func found(
    _ decisions: Int, _ verdict: Verdict, _ attack: Attack?, _ limits: NaiveExplorer.Limits, _ system: TransitionSystem
  ) -> Agreement {
    guard let attack else {
      return verdict == .holds
        ? .disagrees("the engine finds no attack, the naive explorer has one of \(decisions) decisions") : .undecided("the engine came to a limit")
    }
    if decisions == attack.decisions { return .agrees }
    if decisions > attack.decisions, let need = need(of: attack.trace, beyond: limits, in: system) { return .undecided(need) }
    return .disagrees("the engine's shortest attack has \(attack.decisions) decisions, the naive explorer's \(decisions)")
  }

  /// How many steps of the run are decisions.
  public static func decisions(of trace: GroundTrace, in system: TransitionSystem) -> Int {
    let monotonicity = Monotonicity(system)
    return trace.steps.count { monotonicity.isDecision($0.rule) }
  }

  /// What the run is made of that an explorer with these limits may not have tried; nil: nothing, so it would have found the run.
  private static func need(of trace: GroundTrace, beyond limits: NaiveExplorer.Limits, in system: TransitionSystem) -> String? {
    var own: [SortID: Set<Int>] = [:]
    var size = 0
    for step in trace.steps {
      var received: Set<Int> = []
      for case .receive(let term) in system.rules[step.rule].instructions { term.forEachVariable { received.insert($0) } }
      for (register, value) in step.values.enumerated() {
        guard let value else { continue }
        var symbols = 0
        value.forEachSubterm { part in
          symbols += 1
          if case .own(let number, let sort) = part { own[sort, default: []].insert(number) }
        }
        if received.contains(register) { size = max(size, symbols) }
      }
    }
    if size > limits.messageSize { return "the attack has a field of \(size) symbols, and the naive explorer tried \(limits.messageSize)" }
    let constants = own.values.map(\.count).max() ?? 0
    if constants > limits.ownConstants {
      return "the attack has \(constants) own constants of one sort, and the naive explorer tried \(limits.ownConstants)"
    }
    return nil
  }
}
