import Compiler
import Terms

/// An atom that holds in a state.
public struct GroundFact: Hashable, Sendable, Comparable {
  public var predicate: PredicateID
  public var arguments: [GroundTerm]

  public init(_ predicate: PredicateID, _ arguments: [GroundTerm]) {
    self.predicate = predicate
    self.arguments = arguments
  }

  /// By predicate, then by arguments.
  public static func < (first: GroundFact, second: GroundFact) -> Bool {
    if first.predicate != second.predicate { return first.predicate < second.predicate }
    for (a, b) in zip(first.arguments, second.arguments) {
      let order = a.compare(b)
      if order != 0 { return order < 0 }
    }
    return first.arguments.count < second.arguments.count
  }
}

/// One concrete state of a run.
public struct GroundState: Hashable, Sendable {
  /// A multiset, kept sorted.
  public internal(set) var facts: [GroundFact]
  /// What the attacker was told. What it can derive from that is not in here.
  public internal(set) var knowledge: Set<GroundTerm>
  /// What is left of each budget.
  public internal(set) var budgets: [Int]
  /// All names of the run so far have smaller numbers.
  public internal(set) var nextName: Int

  /// The state in which the runs of a system begin.
  public init(initialOf system: TransitionSystem) {
    func ground(_ term: Term) -> GroundTerm {
      guard let term = GroundTerm(term) else { preconditionFailure("the compiler makes no initial state with variables") }
      return term
    }
    facts = system.initialFacts.map { GroundFact($0.predicate, $0.arguments.map(ground)) }.sorted()
    knowledge = Set(system.initialKnowledge.map(ground))
    budgets = system.budgets.map(\.count)
    nextName = 0
  }

  /// Calls `body` for each term in the facts and in the knowledge, and for all their parts.
  func forEachSubterm(_ body: (GroundTerm) -> Void) {
    for fact in facts { for argument in fact.arguments { argument.forEachSubterm(body) } }
    for term in knowledge { term.forEachSubterm(body) }
  }
}

extension [GroundFact] {
  /// Adds a fact to a sorted multiset.
  mutating func add(_ fact: GroundFact) { insert(fact, at: position(of: fact)) }

  /// Takes one occurrence of the fact out of a sorted multiset; false where there is none.
  mutating func take(_ fact: GroundFact) -> Bool {
    let index = position(of: fact)
    guard index < count, self[index] == fact else { return false }
    remove(at: index)
    return true
  }

  /// Whether a sorted multiset has the fact.
  func has(_ fact: GroundFact) -> Bool {
    let index = position(of: fact)
    return index < count && self[index] == fact
  }

  private func position(of fact: GroundFact) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < fact { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// One step of a run: a rule, and what its registers hold.
public struct GroundStep: Hashable, Sendable {
  /// An index into the system's rules.
  public var rule: Int
  /// The value of each register, fresh names included; nil for a register that the rule does not use.
  public var values: [GroundTerm?]

  public init(rule: Int, values: [GroundTerm?]) {
    self.rule = rule
    self.values = values
  }
}

/// A run that ends in a state which a property forbids, or which a witness asks for.
public struct GroundTrace: Hashable, Sendable {
  public var steps: [GroundStep]
  /// An index into the system's properties, or into its witnesses.
  public var property: Int
  /// Whether `property` is a witness.
  public var isWitness: Bool

  public init(steps: [GroundStep], property: Int, isWitness: Bool = false) {
    self.steps = steps
    self.property = property
    self.isWitness = isWitness
  }

  /// What the trace shows; nil where the system has no such property.
  func question(in system: TransitionSystem) -> Property? {
    let questions = isWitness ? system.witnesses : system.properties
    return questions.indices.contains(property) ? questions[property] : nil
  }
}
