import Compiler
import Terms

/// Which rules and questions read which kinds of facts, and with what patterns.
struct ReaderIndex {
  /// For each predicate: the patterns of all its readers.
  private var patterns: [[[Term]]]
  /// Events that occur only as the single `when` event of queries: see ``Engine/forgetEvents()``.
  private(set) var isOnlyAsked: [Bool]
  /// For such events: the queries that wait for the attacker to learn something.
  private(set) var receivingQueries: [[Int]]

  /// A column of a fact that holds the key of a row which the same reader looks for.
  struct Join {
    var column: Int
    var predicate: Int
    var key: Int
  }
  /// For each predicate: the joins of each of its readers; nil: some reader has none, or somebody tests for absence.
  private(set) var joins: [[[Join]]?]
  /// For each predicate: key columns whose value each reader has from elsewhere.
  private(set) var presentedKeys: [[Int]]

  init(_ system: TransitionSystem, _ monotonicity: Monotonicity) {
    let count = system.predicates.count
    patterns = Array(repeating: [], count: count)
    isOnlyAsked = system.predicates.map { $0.kind == .event }
    receivingQueries = Array(repeating: [], count: count)
    joins = ReaderIndex.joins(system, monotonicity)
    presentedKeys = system.predicates.indices.map { predicate in
      system.predicates[predicate].columns.indices.filter { monotonicity.isKey[predicate][$0] && monotonicity.isPresented[predicate][$0] }
    }
    for rule in system.rules {
      for instruction in rule.instructions {
        switch instruction {
        case .lookup(let fact, _), .missing(let fact, _):
          patterns[fact.predicate].append(fact.arguments)
          isOnlyAsked[fact.predicate] = false
        default: break
        }
      }
    }
    for (index, query) in (system.properties + system.witnesses).flatMap(\.queries).enumerated() {
      let lookups = query.instructions.filter { if case .lookup = $0 { true } else { false } }.count
      let receives = query.instructions.contains { if case .receive = $0 { true } else { false } }
      for instruction in query.instructions {
        switch instruction {
        case .lookup(let fact, _):
          patterns[fact.predicate].append(fact.arguments)
          if lookups != 1 { isOnlyAsked[fact.predicate] = false }
          if receives { receivingQueries[fact.predicate].append(index) }
        case .missing(let fact, _):
          patterns[fact.predicate].append(fact.arguments)
          isOnlyAsked[fact.predicate] = false
        case .outnumbered(let many, let few):
          for fact in [many, few] {
            patterns[fact.predicate].append(fact.arguments)
            isOnlyAsked[fact.predicate] = false
          }
        default: break
        }
      }
    }
  }

  private static func joins(_ system: TransitionSystem, _ monotonicity: Monotonicity) -> [[[Join]]?] {
    var joins: [[[Join]]?] = system.predicates.indices.map { monotonicity.isTestedForAbsence[$0] || monotonicity.isStatic[$0] ? nil : [] }
    for rule in system.rules + (system.properties + system.witnesses).flatMap(\.queries) {
      let facts = rule.instructions.compactMap { if case .lookup(let fact, _) = $0 { fact } else { nil } }
      for fact in facts {
        var found: [Join] = []
        for (column, term) in fact.arguments.enumerated() {
          guard case .variable = term else { continue }
          for other in facts where other.predicate != fact.predicate {
            for key in other.arguments.indices where other.arguments[key] == term && monotonicity.isKey[other.predicate][key] {
              found.append(Join(column: column, predicate: other.predicate, key: key))
            }
          }
        }
        if found.isEmpty { joins[fact.predicate] = nil } else { joins[fact.predicate]?.append(found) }
      }
    }
    return joins
  }

  /// Whether some reader's pattern could match the fact whose cells begin at `start`, now or after its variables take values.
  func isReadable(_ start: Int, _ engine: Engine) -> Bool {
    let readers = patterns[Int(engine.factCells[start])]
    return readers.contains { pattern in
      for (column, term) in pattern.enumerated() where !couldMatch(term, engine.factCells[start + 1 + column], engine) { return false }
      return true
    }
  }

  private func couldMatch(_ pattern: Term, _ term: Int32, _ engine: Engine) -> Bool {
    guard case .apply(let symbol, let arguments) = pattern else { return true }
    let actual = engine.workspace.value(term)
    if actual < 0 { return true }
    guard !engine.workspace.isName(actual), engine.workspace.symbol(of: actual) == symbol else { return false }
    for (index, argument) in arguments.enumerated() where !couldMatch(argument, engine.workspace.argument(index, of: actual), engine) { return false }
    return true
  }
}
