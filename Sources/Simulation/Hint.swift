import Compiler
import Exploration
import Terms
import Traces
import Verification

/// How far it is from the present state to one in which a property is broken.
public enum Hint: Sendable {
  /// So many decisions away (the fewest), by these steps in the play's names; the first of them is this move with these values.
  case found(property: Int, decisions: Int, steps: [GroundStep], first: (index: Int, move: Move, filled: [Int: GroundTerm]))
  /// No run from here on, within what is left of the bounds, breaks it.
  case none
  /// A limit ended the search after so many decisions: nothing up to there.
  case undecided(decisions: Int)
  /// A mistake of the program.
  case failed(String)
}

extension Play {
  /// Searches from the present state, with all reductions.
  ///
  /// - Parameters:
  ///   - interrupted: asked now and then; `true` ends the search.
  ///   - property: an index into the system's properties; nil: any that is not broken yet.
  ///   - limits: how far; by default until some thousands of states are stored.
  public func hint(for property: Int? = nil, limits: Limits = Limits(states: 20_000), interrupted: @escaping @Sendable () -> Bool = { false }) -> Hint {
    let known = Set(violations.map(\.property))
    let asked = property.map { [$0] } ?? system.properties.indices.filter { !known.contains($0) }
    guard !asked.isEmpty else { return .none }
    let continuation = Continuation(of: self, asking: asked)
    let search = Search(continuation.system, limits: limits, interrupted: interrupted)
    let outcome = search.run { violated, _ in !violated.isEmpty }
    guard let finding = outcome.violations.first else { return outcome.stopped == nil ? .none : .undecided(decisions: outcome.progress.depth) }
    do throws(UnverifiedAttack) {
      let attack = try attack(from: finding, in: continuation.system, along: PathReplay(search))
      let steps = attack.trace.steps.map(continuation.translate)
      guard let first = steps.first, let move = move(for: first) else { return .failed("the search found a run that is none from here") }
      return .found(property: asked[finding.property], decisions: attack.decisions, steps: steps, first: move)
    } catch {
      return .failed(error.description)
    }
  }
}

/// What can still happen, as a system whose initial state is the present one.
///
/// A name of the run becomes a private function of `none`, and an own constant of the attacker's a public one: not constants, since `honest` and
/// `dishonest` are true of constants only.
struct Continuation {
  private(set) var system: TransitionSystem
  private var symbols: [GroundTerm: SymbolID] = [:]
  private var terms: [SymbolID: GroundTerm] = [:]
  private let nextName: Int
  private let nextOwn: Int

  init(of play: Play, asking properties: [Int]) {
    system = play.system
    let state = play.present.state
    nextName = state.nextName
    nextOwn = play.ownConstants.reduce(0) { if case .own(let number, _) = $1 { max($0, number + 1) } else { $0 } }
    system.properties = properties.map { play.system.properties[$0] }
    system.witnesses = []
    for index in system.budgets.indices { system.budgets[index].count = state.budgets[index] }
    system.initialFacts = []
    for fact in state.facts { system.initialFacts.append(Fact(fact.predicate, fact.arguments.map { term($0) })) }
    system.initialKnowledge = []
    for known in state.knowledge.sorted() { system.initialKnowledge.append(term(known)) }
  }

  private mutating func term(_ ground: GroundTerm) -> Term {
    switch ground {
    case .name(let number, let sort): symbolTerm(ground, "name \(number)", sort, isPublic: false)
    case .own(let number, let sort): symbolTerm(ground, "own \(number) of \(system.signature.sorts[sort].name)", sort, isPublic: true)
    case .apply(let symbol, let arguments): .apply(symbol, arguments.map { term($0) })
    }
  }

  private mutating func symbolTerm(_ ground: GroundTerm, _ name: String, _ sort: SortID, isPublic: Bool) -> Term {
    let symbol = symbols[ground] ?? system.signature.addSymbol(name, arguments: [Signature.message], result: sort, isPublic: isPublic)
    symbols[ground] = symbol
    terms[symbol] = ground
    return .apply(symbol, [.constant(Signature.none)])
  }

  /// A step of this system as one of the play.
  func translate(_ step: GroundStep) -> GroundStep { GroundStep(rule: step.rule, values: step.values.map { $0.map(translate) }) }

  private func translate(_ term: GroundTerm) -> GroundTerm {
    switch term {
    case .name(let number, let sort): .name(nextName + number, sort: sort)
    case .own(let number, let sort): .own(nextOwn + number, sort: sort)
    case .apply(let symbol, let arguments): terms[symbol] ?? .apply(symbol, arguments.map(translate))
    }
  }
}
