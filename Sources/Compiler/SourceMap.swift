import Language

/// A place in a model's text that a way through its handlers leads through.
public struct Passage: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// A handler or a setup.
    case handler
    /// The condition was true, the row was there, the answer came; or else not.
    case holds, fails
    /// A clause at a marker: what it stands at was in force.
    case clause
    /// An event that a property or witness asks for.
    case event
    /// A row that is inserted.
    case insertion
  }
  public var kind: Kind
  public var location: Location

  public init(_ kind: Kind, at location: Location) {
    self.kind = kind
    self.location = location
  }
}

/// Lines of a model file, from 1, the last one included.
public struct SourceText: Hashable, Sendable {
  public var file: String
  public var first: Int
  public var last: Int
}

/// Which places of a model's text the rules of a scenario come from.
public struct SourceMap: Sendable {
  /// A row, and the statement that makes it.
  public struct Row: Sendable {
    public var statement: Passage
    public var fact: Fact
  }

  /// For each rule, what it leads through.
  public internal(set) var passages: [Set<Passage>] = []
  /// For each rule, the handlers and procedures that it leads through, in this order, each once.
  public internal(set) var handlers: [[SourceText]] = []
  /// For each rule, its insertions and the tables that they are into.
  public internal(set) var insertions: [[Passage: PredicateID]] = []
  /// For each rule, whether a step of it is the attacker's, or teaches the attacker something.
  public internal(set) var isAttackers: [Bool] = []
  /// What the setups lead through, and the rows that they made.
  public internal(set) var setup: Set<Passage> = []
  public internal(set) var setupRows: [Row] = []
  /// For each property, where it is declared and what has to come about before it can be violated.
  public internal(set) var threats: [(location: Location, threat: Threat)] = []

  /// The rows that the rules and the setups make.
  ///
  /// Of several insertions into one table by one rule it is not known which is which: each counts as all of them.
  public func rows(of system: TransitionSystem) -> [Row] {
    var rows = setupRows
    for (rule, made) in zip(system.rules, insertions) {
      for case .insert(let fact) in rule.instructions {
        for (statement, predicate) in made where predicate == fact.predicate { rows.append(Row(statement: statement, fact: fact)) }
      }
    }
    return rows
  }
}

/// What has to come about before a property can be violated: its query without what is denied.
///
/// Of `when event E (…) and C then D unless X` that is the event with C; of `never D unless X` the earlier events and the derived terms
/// of D. A property whose threat never comes about holds for nothing.
public struct Threat: Sendable {
  /// One for each way.
  public var queries: [Rule]
  /// Whether a `receive` in them stands for: the term has been made, by whomever.
  public var speaksOfTerms: Bool
  /// What is waited for, for people: `event LoggedIn`, `Resource(…)`.
  public var description: String
}

extension Threat {
  /// Whether what it waits for can be told: a term of which nothing is known but its sort can be anything.
  public var isDecidable: Bool {
    guard speaksOfTerms else { return true }
    return queries.allSatisfy { query in
      query.instructions.allSatisfy {
        if case .receive(let term) = $0 {
          if case .apply(_, let arguments) = term { !arguments.isEmpty } else { false }
        } else {
          true
        }
      }
    }
  }

  /// What can be watched for in the states of a search: events. That a term was made leaves no trace there.
  public var watch: [Rule] {
    queries.filter { query in
      !speaksOfTerms || !query.instructions.contains { if case .receive = $0 { true } else { false } }
    }
  }
}

extension SourceSet {
  /// The text at a place, in one line, without the comments at the ends of its lines.
  func text(of location: Location) -> String {
    let bytes = files[location.file].bytes
    let range = max(0, location.range.start)..<max(0, location.range.start, min(location.range.end, bytes.count))
    return String(decoding: bytes[range], as: UTF8.self).split(separator: "\n").map { line in
      // `https://` is no comment.
      (line.firstRange(of: " //").map { line[..<$0.lowerBound] } ?? line).split(separator: " ").joined(separator: " ")
    }.joined(separator: " ")
  }
}
