import Terms

/// What a scenario's models are compiled to: plain data that every explorer, exporter and report reads.
///
/// A **state** has facts (a multiset of atoms), the attacker's knowledge (a set of messages that only grows) and what is left of
/// each budget. A **rule** is one kind of step: its instructions run in order, and all of them must succeed. The article
/// *Semantics* says what each means.
public struct TransitionSystem: Sendable {
  public var title: String
  public var signature: Signature
  public var predicates: [Predicate]
  public var budgets: [Budget]
  public var rules: [Rule]
  public var openings: [Opening]
  public var properties: [Property]
  public var witnesses: [Property]
  public var initialFacts: [Fact]
  public var initialKnowledge: [Term]
  /// Who sends and receives in the rules' transmissions.
  public var parties: [Party] = []

  /// The queries of all properties, then those of all witnesses.
  public var queries: [Rule] { (properties + witnesses).flatMap(\.queries) }
  /// All that reads a state.
  public var rulesAndQueries: [Rule] { rules + queries }
}

/// How deep the terms of a state, or of a certificate, may be nested. Whoever walks over a term does so recursively, so where a model makes
/// larger and larger terms without end, explorers stop in order. No protocol comes near it.
public let maximumNesting = 1_000

public typealias PredicateID = Int
public typealias BudgetID = Int

/// What an atom of a state says: a table of a participant, a message under way, an event.
public struct Predicate: Sendable {
  public enum Kind: Sendable { case table, session, message, event }
  public var name: String
  public var kind: Kind
  public var columns: [SortID]
  /// What the model calls the columns; empty for messages under way.
  public var columnNames: [String] = []
}

/// A ground atom of the initial state, or with variables one in a rule.
public struct Fact: Hashable, Sendable {
  public var predicate: PredicateID
  public var arguments: [Term]
  public init(_ predicate: PredicateID, _ arguments: [Term]) {
    self.predicate = predicate
    self.arguments = arguments
  }
}

/// How often something may start: `flows 2 by alice`.
public struct Budget: Sendable, Hashable {
  public var name: String
  public var count: Int
}

/// A variable of a rule.
public struct Register: Sendable, Hashable {
  public var name: String
  public var sort: SortID
  /// Whether it may be `none`.
  public var isOptional: Bool

  public init(name: String, sort: SortID, isOptional: Bool) {
    self.name = name
    self.sort = sort
    self.isOptional = isOptional
  }
}

public enum Instruction: Sendable, Hashable {
  /// Takes one from the budget; fails where nothing is left.
  case spend(BudgetID)
  /// Finds a fact that matches, one branch each; `consumes` takes it out of the state.
  case lookup(Fact, consumes: Bool)
  /// No fact matches, whatever the values of the variables in `universal`.
  case missing(Fact, universal: [Int])
  case equal(Term, Term)
  case different(Term, Term)
  /// The term is a constant that is not (is) the attacker's.
  case honest(Term)
  case dishonest(Term)
  /// The attacker can derive the term from what it knows before this step.
  case receive(Term)
  /// The variable becomes a new name, different from all others.
  case fresh(Int)
  /// The variable takes any value of its finite sort, one branch each.
  case choose(Int)
  case insert(Fact)
  /// The attacker gets to know the term.
  case learn(Term)
  /// There are more facts of `many` than of `few` that agree on the given columns (properties only).
  case outnumbered(many: Fact, few: Fact)
}

/// A piece of the sentence that a trace prints for a step.
public enum Narration: Sendable, Hashable {
  case text(String)
  case term(Term)
  /// Begins a line of its own.
  case line
}

public struct Rule: Sendable {
  /// For people and for tests, unique: `shop /callback from alice`.
  public var name: String
  public var registers: [Register]
  public var instructions: [Instruction]
  public var narration: [Narration]
  /// In the order in which they happen.
  public var transmissions: [Transmission] = []
  /// Where a handler in a model file says this.
  public var file: String
  public var line: Int
}

/// `open PATTERN with NEEDS gives RESULT`: what the attacker can take out of a message it holds.
public struct Opening: Sendable, Hashable {
  public var registers: [Register]
  public var pattern: Term
  public var needs: [Term]
  public var gives: Term
}

/// A question to a state: it is answered yes if one of the queries can run to its end.
/// For a property yes means violated; for a witness yes means reached.
public struct Property: Sendable {
  public var name: String
  public var text: String
  public var queries: [Rule]
}
