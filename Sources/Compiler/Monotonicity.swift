import Terms

/// Which rules may run at once, read off their text (*monotone steps first*).
///
/// **Claim.** Let `t` be a step of a monotone rule that is enabled in state `s`, and let `T` be all steps that now spend what `t`
/// spends (one message under way, or one unit of a budget). If every step of `T` is of a monotone rule, binds no variable of `s` and
/// adds no constraint to one, and no further step can ever come to spend the same, then exploring only `T` from `s` loses no attack.
///
/// **Proof sketch.** Take any run from `s` that violates a property. If it has a step of `T`, move that step to the front: nothing
/// before it consumes what it reads (it reads only rows that nobody removes), nothing tests for the absence of what it adds, and what
/// it adds to the attacker's knowledge only helps. If it has none, put any step of `T` before it: the run stays possible, since a
/// monotone step takes away only what the steps of `T` compete for, and stays violating, since no property tests for the absence
/// of what it adds. The resulting run begins with a step of `T`. ∎
///
/// A rule is **monotone** when
/// - it consumes nothing but its one trigger, and the trigger's kind of fact is only ever looked up in order to be consumed;
/// - its other lookups are of tables that never change, or find a row by a key that was fresh when the row was made, in a table from
///   which nothing is ever removed (then there is one such row for all time, and it is there already);
/// - it has no `missing`, and receives from the attacker only values of finite sorts, which are all public;
/// - it inserts no fact whose absence or number somebody tests.
public struct Monotonicity: Sendable {
  /// For each rule: what starts it, if it is monotone.
  public enum Trigger: Sendable, Equatable {
    case none
    case message(PredicateID)
    case budget(BudgetID)
  }
  public var triggers: [Trigger]
  /// For each rule: the columns of lookups that must hold a name (not a variable) for the rule to run at once: (instruction, column).
  public var keys: [[(instruction: Int, column: Int)]]
  /// Kinds of facts that are only looked up to be consumed: messages under way.
  public var isOwned: [Bool]
  /// Tables that no rule changes.
  public var isStatic: [Bool]
  /// Kinds of facts whose absence somebody tests. A monotone rule may insert one only where the same fact is there already.
  public var isTestedForAbsence: [Bool]

  /// Kinds of facts that are consumed or counted, so that having one twice is more than having it once.
  public var isConsumedOrCounted: [Bool]

  public init(_ system: TransitionSystem) {
    let count = system.predicates.count
    var isConsumed = Array(repeating: false, count: count)
    var isRead = Array(repeating: false, count: count)
    var isInserted = Array(repeating: false, count: count)
    var absent = Array(repeating: false, count: count)
    var counted = Array(repeating: false, count: count)
    // Column c of p is a fresh key if every insertion puts there a name that the same rule made, in one insertion only.
    var isKey = system.predicates.map { Array(repeating: true, count: $0.columns.count) }
    let questions = (system.properties + system.witnesses).flatMap(\.queries)
    for rule in system.rules + questions {
      var fresh: Set<Int> = []
      for instruction in rule.instructions { if case .fresh(let register) = instruction { fresh.insert(register) } }
      for instruction in rule.instructions {
        switch instruction {
        case .lookup(let fact, let consumes):
          if consumes { isConsumed[fact.predicate] = true } else { isRead[fact.predicate] = true }
        case .insert(let fact):
          isInserted[fact.predicate] = true
          for (column, term) in fact.arguments.enumerated() {
            if case .variable(let register) = term, fresh.contains(register) { continue }
            isKey[fact.predicate][column] = false
          }
        case .missing(let fact, _): absent[fact.predicate] = true
        case .outnumbered(let many, let few):
          counted[many.predicate] = true
          isRead[many.predicate] = true
          absent[few.predicate] = true
          counted[few.predicate] = true
        default: break
        }
      }
    }
    // Two rows with one key would make a lookup ambiguous.
    for rule in system.rules {
      var seen: [Int: Set<Int>] = [:]
      for instruction in rule.instructions {
        guard case .insert(let fact) = instruction else { continue }
        for (column, term) in fact.arguments.enumerated() {
          if case .variable(let register) = term, !seen[fact.predicate, default: []].insert(register * 64 + column).inserted { isKey[fact.predicate][column] = false }
        }
      }
    }
    isOwned = (0..<count).map { isConsumed[$0] && !isRead[$0] && !absent[$0] }
    isStatic = (0..<count).map { !isInserted[$0] && !isConsumed[$0] }
    isTestedForAbsence = absent
    isConsumedOrCounted = (0..<count).map { isConsumed[$0] || counted[$0] }
    // More of `many` can only make more questions succeed; more of `few` can make them fail.
    var isFew = Array(repeating: false, count: count)
    for query in questions {
      for instruction in query.instructions { if case .outnumbered(_, let few) = instruction { isFew[few.predicate] = true } }
    }
    triggers = []
    keys = []
    for rule in system.rules {
      var trigger = Trigger.none
      var isMonotone = true
      var ruleKeys: [(instruction: Int, column: Int)] = []
      for (index, instruction) in rule.instructions.enumerated() {
        switch instruction {
        case .spend(let budget):
          if trigger != .none { isMonotone = false }
          trigger = .budget(budget)
        case .lookup(let fact, let consumes):
          if consumes {
            if trigger != .none || !isOwned[fact.predicate] { isMonotone = false }
            trigger = .message(fact.predicate)
          } else if !isStatic[fact.predicate] {
            let key = fact.arguments.indices.first { isKey[fact.predicate][$0] && isInserted[fact.predicate] }
            if let key, !isConsumed[fact.predicate] { ruleKeys.append((index, key)) } else { isMonotone = false }
          }
        case .missing, .outnumbered: isMonotone = false
        case .receive(.variable(let register)):
          if system.signature.sorts[rule.registers[register].sort].values == nil { isMonotone = false }
        case .receive(let term): if !Monotonicity.isPublic(term, system.signature) { isMonotone = false }
        case .insert(let fact): if isFew[fact.predicate] { isMonotone = false }
        default: break
        }
      }
      triggers.append(isMonotone ? trigger : .none)
      keys.append(ruleKeys)
    }
  }

  private static func isPublic(_ term: Term, _ signature: Signature) -> Bool {
    guard case .apply(let symbol, let arguments) = term else { return false }
    return signature.symbols[symbol].isPublic && arguments.allSatisfy { isPublic($0, signature) }
  }
}
