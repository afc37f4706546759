import Compiler
import Deduction
import Terms

/// Which rules and questions read which kinds of facts, and with what patterns.
struct ReaderIndex: Sendable {
  /// What makes a difference where certain facts are there that stay and rule answers out.
  private struct Situation {
    var relevance: Relevance
    /// For each rule, whether any of its steps can make a difference; nil: nobody has asked yet.
    var isRuleRelevant: [Bool?]
    /// Whether a known term is usable, by its words; names in the same way, but a term that is a name by its sort.
    var isUsableByWords: [[Int32]: Bool] = [:]
    /// Whether a fact is relevant, by its words: every name is -1, a variable that the attacker chose is -2.
    var isRelevantByWords: [[Int32]: Bool] = [:]

    init(_ relevance: Relevance, rules: Int) {
      self.relevance = relevance
      isRuleRelevant = Array(repeating: nil, count: rules)
    }

    mutating func isRelevant(rule: Int) -> Bool {
      if let answer = isRuleRelevant[rule] { return answer }
      let answer = relevance.isRuleRelevant(rule)
      isRuleRelevant[rule] = answer
      return answer
    }
  }
  /// The first one is that without such facts.
  private var situations: [Situation] = []
  private var situationByFacts: [[[Int32]]: Int] = [[]: 0]
  /// In which of them the facts and terms are that are asked about.
  var situation = 0
  /// For each rule, whether any of its steps can make a difference.
  private(set) var isRuleRelevant: [Bool] = []
  /// For each predicate, whether its facts stay, and questions want some of them to be absent.
  let rulesOut: [Bool]
  private let makeRelevance: @Sendable ([Fact]) -> Relevance
  private var words: [Int32] = []
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

  init(_ system: TransitionSystem, _ monotonicity: Monotonicity, _ shapes: FactShapes, _ contributions: Contributions) {
    let count = system.predicates.count
    // What is learned is of use where a rule that can make a difference expects it: so these come first, as if all that is learned were of use.
    var coarse = Relevance(system, monotonicity, shapes)
    let uses = KnowledgeUses(system, shapes, contributions, isRelevant: system.rules.indices.map { coarse.isRuleRelevant($0) })
    makeRelevance = { Relevance(system, monotonicity, shapes, uses, present: $0) }
    situations = [Situation(makeRelevance([]), rules: system.rules.count)]
    for rule in system.rules.indices { isRuleRelevant.append(situations[0].isRelevant(rule: rule)) }
    var rulesOut = system.predicates.map { _ in false }
    for query in system.queries { for case .missing(let fact, _) in query.instructions { rulesOut[fact.predicate] = true } }
    self.rulesOut = rulesOut.indices.map { rulesOut[$0] && !monotonicity.isConsumed[$0] && !monotonicity.isStatic[$0] }
    isOnlyAsked = system.predicates.map { $0.kind == .event }
    receivingQueries = Array(repeating: [], count: count)
    joins = ReaderIndex.joins(system, monotonicity)
    presentedKeys = system.predicates.indices.map { predicate in
      system.predicates[predicate].columns.indices.filter { monotonicity.isPresentedKey(predicate, $0) }
    }
    for rule in system.rules {
      for instruction in rule.instructions {
        switch instruction {
        case .lookup(let fact, _), .missing(let fact, _): isOnlyAsked[fact.predicate] = false
        default: break
        }
      }
    }
    for (index, query) in system.queries.enumerated() {
      let lookups = query.instructions.filter { if case .lookup = $0 { true } else { false } }.count
      let receives = query.instructions.contains { if case .receive = $0 { true } else { false } }
      for instruction in query.instructions {
        switch instruction {
        case .lookup(let fact, _):
          if lookups != 1 { isOnlyAsked[fact.predicate] = false }
          if receives { receivingQueries[fact.predicate].append(index) }
        case .missing(let fact, _): isOnlyAsked[fact.predicate] = false
        case .outnumbered(let many, let few):
          for fact in [many, few] { isOnlyAsked[fact.predicate] = false }
        default: break
        }
      }
    }
  }

  private static func joins(_ system: TransitionSystem, _ monotonicity: Monotonicity) -> [[[Join]]?] {
    var joins: [[[Join]]?] = system.predicates.indices.map { monotonicity.isTestedForAbsence[$0] || monotonicity.isStatic[$0] ? nil : [] }
    for rule in system.rulesAndQueries {
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

  /// How many facts tell situations apart; of more, the first ones count, which does not depend on who has seen which situation before.
  private static let mostFacts = 6

  /// The number of the situation in which these facts are there: each is its predicate and its terms in preorder, without names and variables.
  mutating func situation(with facts: [[Int32]], _ workspace: Workspace) -> Int {
    let facts = Array(facts.sorted { $0.lexicographicallyPrecedes($1) }.prefix(ReaderIndex.mostFacts))
    if let known = situationByFacts[facts] { return known }
    let present = facts.map { words in
      var position = 1
      var derivable: [Bool] = []
      var arguments: [Term] = []
      while position < words.count { arguments.append(read(words, &position, &derivable, workspace)) }
      return Fact(Int(words[0]), arguments)
    }
    situations.append(Situation(makeRelevance(present), rules: isRuleRelevant.count))
    situationByFacts[facts] = situations.count - 1
    return situations.count - 1
  }

  /// Whether any step of the rule can make a difference in the present situation.
  mutating func isRelevant(rule: Int) -> Bool { situations[situation].isRelevant(rule: rule) }

  /// Whether the fact whose cells begin at `start` can make a difference, now or after its variables take values: see `Relevance`.
  mutating func isRelevant(_ start: Int, _ engine: Engine) -> Bool {
    let predicate = engine.factCells[start]
    words.removeAll(keepingCapacity: true)
    words.append(predicate)
    for column in 0..<Int(engine.predicateArity[Int(predicate)]) { write(engine.factCells[start + 1 + column], engine.workspace) }
    if let answer = situations[situation].isRelevantByWords[words] { return answer }
    var position = 1
    var derivable: [Bool] = []
    let arguments = (0..<Int(engine.predicateArity[Int(predicate)])).map { _ in read(words, &position, &derivable, engine.workspace) }
    let answer = situations[situation].relevance.isRelevant(Fact(Int(predicate), arguments)) { derivable[$0] }
    situations[situation].isRelevantByWords[words] = answer
    return answer
  }

  /// Whether the known term can be of use, now or after its variables take values: see `KnowledgeUses`.
  mutating func isUsable(_ term: TermID, _ workspace: Workspace) -> Bool {
    let term = workspace.value(term)
    if term < 0 { return true }
    words.removeAll(keepingCapacity: true)
    let sort = workspace.isName(term) ? Int(workspace.sort(of: term)) : nil
    if let sort { words.append(Int32(-1 - sort)) } else { write(term, workspace) }
    if let answer = situations[situation].isUsableByWords[words] { return answer }
    var position = 0
    var derivable: [Bool] = []
    let pattern = sort == nil ? read(words, &position, &derivable, workspace) : .variable(0)
    let answer = situations[situation].relevance.isUsable(pattern, sort: sort) { sort == nil && derivable[$0] }
    situations[situation].isUsableByWords[words] = answer
    return answer
  }

  private mutating func write(_ term: TermID, _ workspace: Workspace) {
    let term = workspace.value(term)
    if term < 0 {
      let epoch = workspace.epochs[Int(~term)]
      words.append(epoch == unconstrained || epoch == universal ? -1 : -2)
    } else if workspace.isName(term) {
      words.append(-1)
    } else {
      let symbol = workspace.symbol(of: term)
      words.append(Int32(symbol))
      for index in 0..<Int(workspace.arity[symbol]) { write(workspace.argument(index, of: term), workspace) }
    }
  }

  private func read(_ words: [Int32], _ position: inout Int, _ derivable: inout [Bool], _ workspace: Workspace) -> Term {
    let word = words[position]
    position += 1
    if word >= 0 { return .apply(Int(word), (0..<Int(workspace.arity[Int(word)])).map { _ in read(words, &position, &derivable, workspace) }) }
    derivable.append(word == -2)
    return .variable(derivable.count - 1)
  }
}
