import Terms

/// Which rules may run at once, read off their text (*monotone steps first*).
///
/// **Claim.** Let `t` be a step of a monotone rule that is enabled in state `s`, and let `T` be all steps that now spend what `t`
/// spends (one message under way, or one unit of a budget). If every step of `T` is of a monotone rule, binds no variable of `s` and
/// adds no constraint to one, and no further step can ever come to spend the same, then exploring only `T` from `s` loses no attack.
///
/// **Proof sketch.** Take any run from `s` that violates a property. If it has a step of `T`, move that step to the front: nothing
/// before it consumes what it reads (it reads only rows that nobody removes, or that nobody else can name), nothing tests for the
/// absence of what it adds, and what it adds to the attacker's knowledge only helps. If it has none, put any step of `T` before it: the
/// run stays possible, since a monotone step takes away only what the steps of `T` compete for, and stays violating, since no property
/// tests for the absence of what it adds. The resulting run begins with a step of `T`, and has no more decisions than before. ∎
///
/// A rule is **monotone** when
/// - it consumes its one trigger, of a kind of fact that is only ever looked up in order to be consumed, and as a trigger;
/// - its other lookups are of tables that never change; or find a row by a key that was fresh when the row was made, in a table from
///   which nothing is ever removed (then there is one such row for all time, and it is there already); or find such a row, and perhaps
///   consume it, where nothing else in the state mentions the key (**unshared**; checked on the state);
/// - it has no `missing`, and receives from the attacker only values of finite sorts, which are all public;
/// - it inserts no fact whose absence or number somebody tests (a fact that is there already, of a kind that nobody takes away, does no
///   harm; checked on the state).
///
/// A key is unshared where only the trigger and the row mention it. Each rule that reads such a table has the key from another fact or
/// from the attacker (it is **presented**), and only steps of `T` take the trigger. So no step outside `T` can ever name the row.
///
/// A rule is **free** when it consumes nothing, makes nothing, and teaches only what is made of stored rows: a request that an honest
/// party merely answers. Such a step is harmless
/// wherever it can be taken, whatever it receives, so each instance that binds no variable of the state runs at once by itself.
public struct Monotonicity: Sendable {
  /// For each rule: what starts it, if it is monotone.
  public enum Trigger: Sendable, Equatable {
    case none
    case message(PredicateID)
    case budget(BudgetID)
    case free
  }
  public var triggers: [Trigger]
  /// For each rule: the columns of lookups that must hold a name (not a variable) for the rule to run at once.
  public var keys: [[Key]]
  public struct Key: Sendable, Equatable {
    /// Index of the lookup among the rule's instructions.
    public var instruction: Int
    public var column: Int
    /// Whether nothing else may mention the name.
    public var mustBeUnshared: Bool
  }
  /// Kinds of facts that are only looked up to be consumed, each time as the trigger of a rule: messages under way.
  public var isOwned: [Bool]
  /// Tables that no rule changes.
  public var isStatic: [Bool]
  /// Kinds of facts whose absence somebody tests. A monotone rule may insert one only where the same fact is there already.
  public var isTestedForAbsence: [Bool]
  /// Kinds of facts that some rule consumes.
  public var isConsumed: [Bool]
  /// Kinds of facts that are consumed or counted, so that having one twice is more than having it once.
  public var isConsumedOrCounted: [Bool]
  /// For each kind of fact and column: whether each row has there a name that was fresh when the row was made, and its own.
  public var isKey: [[Bool]]
  /// For each kind of fact and column: whether every rule that inserts such a fact puts a name there that it has just made.
  public var isAlwaysNew: [[Bool]]
  /// For each kind of fact and column: whether each reader has the column's value from elsewhere, and nobody tests for absence.
  public var isPresented: [[Bool]]

  /// Whether the column holds a key that every reader has from elsewhere: who does not know it cannot find the row.
  public func isPresentedKey(_ predicate: PredicateID, _ column: Int) -> Bool { isKey[predicate][column] && isPresented[predicate][column] }

  /// Whether a step of the rule is a decision: what the length of an attack counts. The others run at once where they can.
  public func isDecision(_ rule: Int) -> Bool { triggers[rule] == .none }

  public init(_ system: TransitionSystem) {
    let count = system.predicates.count
    let questions = system.queries
    var isConsumed = Array(repeating: false, count: count)
    var isConsumedElsewhere = Array(repeating: false, count: count)
    var isRead = Array(repeating: false, count: count)
    var isInserted = Array(repeating: false, count: count)
    var absent = Array(repeating: false, count: count)
    var counted = Array(repeating: false, count: count)
    // More of `many` can only make more questions succeed; more of `few` can make them fail.
    var isFew = Array(repeating: false, count: count)
    for rule in system.rules + questions {
      var hasTrigger = false
      for instruction in rule.instructions {
        switch instruction {
        case .lookup(let fact, let consumes):
          if consumes {
            isConsumed[fact.predicate] = true
            if hasTrigger { isConsumedElsewhere[fact.predicate] = true }
            hasTrigger = true
          } else {
            isRead[fact.predicate] = true
          }
        case .insert(let fact): isInserted[fact.predicate] = true
        case .missing(let fact, _): absent[fact.predicate] = true
        case .outnumbered(let many, let few):
          counted[many.predicate] = true
          isRead[many.predicate] = true
          absent[few.predicate] = true
          counted[few.predicate] = true
          isFew[few.predicate] = true
        default: break
        }
      }
    }
    isKey = Monotonicity.keys(system)
    isAlwaysNew = Monotonicity.newColumns(system)
    isPresented = Monotonicity.presented(system.rules + questions, system.predicates, absent)
    isOwned = (0..<count).map { isConsumed[$0] && !isConsumedElsewhere[$0] && !isRead[$0] && !absent[$0] }
    self.isConsumed = isConsumed
    isStatic = (0..<count).map { !isInserted[$0] && !isConsumed[$0] }
    isTestedForAbsence = absent
    isConsumedOrCounted = (0..<count).map { isConsumed[$0] || counted[$0] }
    triggers = []
    keys = []
    for rule in system.rules {
      var trigger = Trigger.none
      var isMonotone = true
      var ruleKeys: [Key] = []
      for (index, instruction) in rule.instructions.enumerated() {
        switch instruction {
        case .spend(let budget):
          if trigger != .none { isMonotone = false }
          trigger = .budget(budget)
        case .lookup(let fact, let consumes):
          if consumes && trigger == .none && isOwned[fact.predicate] {
            trigger = .message(fact.predicate)
          } else if consumes || !isStatic[fact.predicate] {
            let key = fact.arguments.indices.first { isInserted[fact.predicate] && isKey[fact.predicate][$0] }
            guard let key else {
              isMonotone = false
              continue
            }
            if isConsumed[fact.predicate] {
              if !isPresented[fact.predicate][key] || absent[fact.predicate] { isMonotone = false }
              ruleKeys.append(Key(instruction: index, column: key, mustBeUnshared: true))
            } else {
              ruleKeys.append(Key(instruction: index, column: key, mustBeUnshared: false))
            }
          }
        case .missing, .outnumbered: isMonotone = false
        case .receive(.variable(let register)):
          if system.signature.sorts[rule.registers[register].sort].values == nil { isMonotone = false }
        case .receive(let term): if !Monotonicity.isPublic(term, system.signature) { isMonotone = false }
        case .insert(let fact): if isFew[fact.predicate] { isMonotone = false }
        default: break
        }
      }
      if Monotonicity.isFree(rule) {
        triggers.append(.free)
        keys.append([])
      } else {
        triggers.append(isMonotone ? trigger : .none)
        keys.append(isMonotone ? ruleKeys : [])
      }
    }
  }

  /// Column c of p is a key if every insertion puts there a name that the same rule made, in one insertion only, and no row is there
  /// before the run. A row that changes (consumed and inserted again by its key) keeps its key.
  private static func keys(_ system: TransitionSystem) -> [[Bool]] {
    var isKey = system.predicates.map { Array(repeating: true, count: $0.columns.count) }
    for fact in system.initialFacts { isKey[fact.predicate] = isKey[fact.predicate].map { _ in false } }
    for rule in system.rules {
      var fresh: Set<Int> = []
      var consumed: [PredicateID: [Fact]] = [:]
      for instruction in rule.instructions {
        if case .fresh(let register) = instruction { fresh.insert(register) }
        if case .lookup(let fact, consumes: true) = instruction { consumed[fact.predicate, default: []].append(fact) }
      }
      // Two rows with one key would make a lookup ambiguous.
      var seen: Set<[Int]> = []
      for instruction in rule.instructions {
        guard case .insert(let fact) = instruction else { continue }
        for (column, term) in fact.arguments.enumerated() {
          guard case .variable(let register) = term else {
            isKey[fact.predicate][column] = false
            continue
          }
          let isNew = fresh.contains(register)
          let isKept = consumed[fact.predicate]?.contains { $0.arguments[column] == term } ?? false
          if !(isNew || isKept) || !seen.insert([fact.predicate, column, register]).inserted { isKey[fact.predicate][column] = false }
        }
      }
    }
    return isKey
  }

  private static func newColumns(_ system: TransitionSystem) -> [[Bool]] {
    var isNew = system.predicates.map { Array(repeating: true, count: $0.columns.count) }
    for rule in system.rules {
      var fresh: Set<Term> = []
      for case .fresh(let register) in rule.instructions { fresh.insert(.variable(register)) }
      for case .insert(let fact) in rule.instructions {
        for (column, term) in fact.arguments.enumerated() where !fresh.contains(term) { isNew[fact.predicate][column] = false }
      }
    }
    return isNew
  }

  private static func presented(_ readers: [Rule], _ predicates: [Predicate], _ absent: [Bool]) -> [[Bool]] {
    var isPresented = predicates.indices.map { predicate in predicates[predicate].columns.map { _ in !absent[predicate] } }
    for rule in readers {
      // Which variables come from which kinds of facts.
      var origins = Array(repeating: Origin.none, count: rule.registers.count)
      for instruction in rule.instructions {
        switch instruction {
        case .lookup(let fact, _): for term in fact.arguments { term.forEachVariable { origins[$0].add(fact.predicate) } }
        case .receive(let term): term.forEachVariable { origins[$0] = .several }
        case .outnumbered(let many, let few):
          for predicate in [many.predicate, few.predicate] { isPresented[predicate] = isPresented[predicate].map { _ in false } }
        default: break
        }
      }
      for case .lookup(let fact, _) in rule.instructions {
        for (column, term) in fact.arguments.enumerated() {
          guard case .variable(let register) = term, origins[register] == .several else {
            isPresented[fact.predicate][column] = false
            continue
          }
        }
      }
    }
    return isPresented
  }

  /// Where the values of a variable come from.
  private enum Origin: Equatable {
    case none
    case only(PredicateID)
    /// Several kinds of facts, or the attacker.
    case several

    mutating func add(_ predicate: PredicateID) { self = self == .none || self == .only(predicate) ? .only(predicate) : .several }
  }

  private static func isFree(_ rule: Rule) -> Bool {
    let isHarmless = rule.instructions.allSatisfy {
      switch $0 {
      case .spend, .fresh, .insert, .missing, .outnumbered: false
      case .lookup(_, let consumes): !consumes
      default: true
      }
    }
    return isHarmless && rule.instructions.teachOnlyWhatIsStored
  }

  private static func isPublic(_ term: Term, _ signature: Signature) -> Bool {
    guard case .apply(let symbol, let arguments) = term else { return false }
    return signature.symbols[symbol].isPublic && arguments.allSatisfy { isPublic($0, signature) }
  }
}

extension [Instruction] {
  /// Whether what the attacker learns is made of what look-ups have found: then there is only so much of it. (A server that signs
  /// whatever it is sent could be asked for ever.)
  var teachOnlyWhatIsStored: Bool {
    var found: Set<Int> = []
    var taught: Set<Int> = []
    for instruction in self {
      switch instruction {
      case .lookup(let fact, _): for term in fact.arguments { term.forEachVariable { found.insert($0) } }
      case .learn(let term): term.forEachVariable { taught.insert($0) }
      default: break
      }
    }
    return taught.isSubset(of: found)
  }
}
