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

  init(_ system: TransitionSystem) {
    let count = system.predicates.count
    patterns = Array(repeating: [], count: count)
    isOnlyAsked = system.predicates.map { $0.kind == .event }
    receivingQueries = Array(repeating: [], count: count)
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
