import Compiler
import Terms
import Verification

/// A run in the making, step by step, by somebody who plays the honest participants and the attacker. A value: a copy is another play.
///
/// It is played on ground terms, and each step is taken by the independent checker (`Replay`): what was played is a run. Nothing is left out
/// either: each step that the article *Semantics* has is one of the ``moves()``, with values for its fields from ``choices(for:of:filled:)``.
/// Reductions play no part; what the search takes at once is a move like any other here.
public struct Play: Sendable {
  public let system: TransitionSystem
  /// What was played.
  public private(set) var turns: [Turn] = []
  /// The replay before the first turn, and after each.
  private var replays: [Replay]
  /// What breaks in the initial state, and after each turn.
  private var broken: [[Violation]]
  private var undone: [GroundStep] = []

  /// A step that was taken, and what came of it.
  public struct Turn: Sendable {
    public var step: GroundStep
    /// What the attacker can derive now and could not before: what it was told, and what it could take out of that.
    public var learned: [GroundTerm]
    /// The properties that are broken now and were not before.
    public var broken: [Violation]
  }

  /// A property that the present state violates.
  public struct Violation: Sendable {
    /// An index into the system's properties.
    public var property: Int
    /// What the property forbids, and the values of its registers with which it is so.
    public var query: Rule
    public var values: [GroundTerm?]
  }

  /// At the system's initial state.
  public init(_ system: TransitionSystem) {
    self.system = system
    let start = Replay(system)
    replays = [start]
    broken = [Play.violations(start)]
  }

  /// The run so far, as the checker has it.
  public var present: Replay { replays[turns.count] }
  /// The properties that the present state violates.
  public var violations: [Violation] { broken[turns.count] }

  private static func violations(_ replay: Replay) -> [Violation] {
    replay.system.properties.enumerated().compactMap { index, property in
      replay.answer(property).map { Violation(property: index, query: $0.query, values: $0.values) }
    }
  }

  // MARK: Steps

  /// Takes a step. After an error the play is where it was. What was undone cannot be done again afterwards.
  ///
  /// - Throws: the instruction that refuses the step; `ReplayError/text(in:)` says it in words.
  @discardableResult public mutating func take(_ step: GroundStep) throws(ReplayError) -> Turn {
    let turn = try append(step)
    undone = []
    return turn
  }

  private mutating func append(_ step: GroundStep) throws(ReplayError) -> Turn {
    let before = present
    var next = before
    try next.take(step)
    let now = Play.violations(next)
    let known = Set(violations.map(\.property))
    let turn = Turn(
      step: step, learned: next.analysis.terms.filter { !before.analysis.isDerivable($0) && !isTransparent($0) },
      broken: now.filter { !known.contains($0.property) })
    replays.append(next)
    broken.append(now)
    turns.append(turn)
    return turn
  }

  public var canUndo: Bool { !turns.isEmpty }
  public var canRedo: Bool { !undone.isEmpty }

  /// Takes the last step back; false where there is none.
  @discardableResult public mutating func undo() -> Bool {
    guard let last = turns.popLast() else { return false }
    replays.removeLast()
    broken.removeLast()
    undone.append(last.step)
    return true
  }

  /// Takes the step again that was taken back last; false where there is none.
  @discardableResult public mutating func redo() -> Bool {
    guard let step = undone.last, (try? append(step)) != nil else { return false }
    undone.removeLast()
    return true
  }

  /// Takes steps of another run with the same beginning, in whose names and own constants are others than here: those of an attack that a
  /// search has found, or of a saved trace.
  ///
  /// - Throws: the error of the first step that is refused; those before it were taken.
  public mutating func take(allOf steps: [GroundStep]) throws(ReplayError) {
    var renaming = Renaming()
    for step in steps { try take(renaming.step(step, in: self)) }
  }

  // MARK: What can be seen

  /// What the attacker has without building it, apart from what is only a wrapping, in the order in which it came by it.
  public var knowledge: [GroundTerm] { present.analysis.terms.filter { !isTransparent($0) } }

  /// How the attacker comes by a term; nil where it cannot.
  public func derivation(of term: GroundTerm) -> Derivation? { present.analysis.derivation(of: term) }

  /// The facts of a part of the state.
  public struct Section: Sendable {
    /// Whose it is: `Client shop`, `under way`, `events`.
    public var owner: String
    /// What the model calls it: `servers`.
    public var name: String
    public var predicate: PredicateID
    public var facts: [GroundFact]
  }

  /// Tables and sessions of the participants, also empty ones; then messages under way, then events.
  public var sections: [Section] {
    let facts = Dictionary(grouping: present.state.facts, by: \.predicate)
    let sections = system.predicates.indices.compactMap { index -> Section? in
      let facts = facts[index] ?? []
      let name = system.predicates[index].name
      switch system.predicates[index].kind {
      case .table, .session:
        let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
        return Section(owner: parts.count == 2 ? parts[0] : name, name: parts.last ?? name, predicate: index, facts: facts)
      case .message where facts.isEmpty, .event where facts.isEmpty: return nil
      case .message: return Section(owner: "under way", name: name, predicate: index, facts: facts)
      case .event: return Section(owner: "events", name: name, predicate: index, facts: facts)
      }
    }
    func rank(_ section: Section) -> Int {
      switch system.predicates[section.predicate].kind {
      case .table, .session: 0
      case .message: 1
      case .event: 2
      }
    }
    return sections.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
  }

  /// How often each thing may still start.
  public var budgets: [(name: String, left: Int)] { zip(system.budgets, present.state.budgets).map { ($0.name, $1) } }

  func isTransparent(_ term: GroundTerm) -> Bool {
    guard case .apply(let symbol, _) = term else { return false }
    return system.signature.symbols[symbol].isTransparent
  }
}

/// Which names and own constants of another run are which in a play.
public struct Renaming: Sendable {
  private var names: [Int: Int] = [:]
  private var owns: [GroundTerm: GroundTerm] = [:]

  public init() {}

  /// The step with the play's next names for those that it makes, and new own constants of the play for those that were never there.
  public mutating func step(_ step: GroundStep, in play: Play) -> GroundStep {
    guard play.system.rules.indices.contains(step.rule), step.values.count == play.system.rules[step.rule].registers.count else { return step }
    var next = play.present.state.nextName
    for case .fresh(let register) in play.system.rules[step.rule].instructions {
      guard case .name(let number, _) = step.values[register] else { continue }
      names[number] = next
      next += 1
    }
    var used: [GroundTerm] = []
    for value in step.values {
      value?.forEachSubterm { if case .own = $0, owns[$0] == nil, !used.contains($0) { used.append($0) } }
    }
    for own in used {
      if case .own(_, let sort) = own { owns[own] = play.newConstant(of: sort, besides: Array(owns.values)) }
    }
    return GroundStep(rule: step.rule, values: step.values.map { $0.map(renamed) })
  }

  private func renamed(_ term: GroundTerm) -> GroundTerm {
    switch term {
    case .name(let number, let sort): .name(names[number] ?? number, sort: sort)
    case .own: owns[term] ?? term
    case .apply(let symbol, let arguments): .apply(symbol, arguments.map(renamed))
    }
  }
}
