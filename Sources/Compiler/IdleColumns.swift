import Terms

/// Columns of facts at which nobody looks.
///
/// **Claim.** A variable that occurs in a state only in such columns can take any one of its values, and nothing else comes of the others.
///
/// **Proof sketch.** Whoever looks such a fact up has there a register of any message, and does with it no more than to put it into such columns
/// again, or to give it to the attacker where anyone can take it out. So whether a step is possible, and whether a question succeeds, does not
/// hang on the value; and the attacker, who chose it, learns nothing by getting it back. ∎
public struct IdleColumns: Sendable {
  /// For each kind of fact and column.
  public private(set) var isIdle: [[Bool]]

  public init(_ system: TransitionSystem) {
    isIdle = system.predicates.map { $0.columns.map { _ in true } }
    let readers = system.rulesAndQueries.map { ($0, IdleColumns.occurrences(in: $0)) }
    for (rule, _) in readers {
      // Counted rows are compared as wholes.
      for case .outnumbered(let many, let few) in rule.instructions { for fact in [many, few] { look(at: fact.predicate) } }
    }
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for (rule, occurrences) in readers {
        var passed: [Int: Int] = [:]
        for instruction in rule.instructions {
          switch instruction {
          case .insert(let fact):
            for (column, term) in fact.arguments.enumerated() where isIdle[fact.predicate][column] { term.forEachVariable { passed[$0, default: 0] += 1 } }
          case .learn(let term): IdleColumns.forEachOpen(in: term, system.signature) { passed[$0, default: 0] += 1 }
          default: break
          }
        }
        for instruction in rule.instructions {
          guard let fact = instruction.read else { continue }
          for (column, term) in fact.arguments.enumerated() where isIdle[fact.predicate][column] {
            if case .variable(let register) = term, rule.registers[register].sort == Signature.message,
              occurrences[register] == 1 + passed[register, default: 0]
            {
              continue
            }
            isIdle[fact.predicate][column] = false
            hasChanged = true
          }
        }
      }
    }
  }

  private mutating func look(at predicate: PredicateID) { isIdle[predicate] = isIdle[predicate].map { _ in false } }

  /// How often each register occurs.
  private static func occurrences(in rule: Rule) -> [Int: Int] {
    var counts: [Int: Int] = [:]
    for instruction in rule.instructions { instruction.forEachTerm { $0.forEachVariable { counts[$0, default: 0] += 1 } } }
    return counts
  }

  /// The variables that anyone can take out of the term.
  private static func forEachOpen(in term: Term, _ signature: Signature, _ body: (Int) -> Void) {
    switch term {
    case .variable(let register): body(register)
    case .apply(let symbol, let arguments):
      if signature.symbols[symbol].isTransparent { for argument in arguments { forEachOpen(in: argument, signature, body) } }
    }
  }
}

extension Instruction {
  /// The pattern of the facts that it looks for, or whose absence it tests.
  fileprivate var read: Fact? {
    switch self {
    case .lookup(let fact, _), .missing(let fact, _): fact
    default: nil
    }
  }
}
