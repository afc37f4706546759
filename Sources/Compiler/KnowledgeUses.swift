import Terms

/// What the attacker's knowledge can be good for.
///
/// **Claim.** A known term that is not usable can be left out of every state: no question's answer, and nothing else that the attacker ever
/// derives, depends on it.
///
/// **Proof sketch.** The attacker uses a term in a derivation: as it is, or as a part of what it makes. Each derivation serves what a step or
/// a question receives, what an opening needs, or the value of a variable that some step has received and perhaps stored. Take a run, and in
/// all that the attacker sends put a value of its own for the largest part that is made with the term and stands where a rule has a variable.
/// Where the rule only passes that variable on, into facts, nobody sees a difference until somebody looks such a fact up: then what is said
/// here of received messages is said of what is found. (Where it is put inside of something that the attacker could not make itself, and may get
/// back, that counts as a test.) Where a rule tests it, or expects something definite, the term must fit: be of a sort
/// that helps to derive the variable's (``Contributions``), or match what the rule's text says with what its look-ups can find
/// (``FactShapes``). A term of which that holds nowhere is in no derivation that is needed. What it holds, if anyone can open it, is knowledge
/// of its own; where it may be opened later it counts as usable. ∎
public struct KnowledgeUses: Sendable {
  /// What a rule expects, of the attacker or of facts that hold what the attacker has sent.
  struct Expectation {
    /// nil: something inside of what is tested as a whole.
    fileprivate var term: Term?
    /// The sort of what stands there.
    fileprivate var sort: SortID
    fileprivate var reader: Reader
    /// Whose steps find it there; nil where a question does, or an opening.
    var rule: Rule? { reader.isRule ? reader.rule : nil }
    /// The question that finds it there; without instructions where an opening does.
    var question: Rule { reader.rule }
  }

  /// A rule or question, or an opening, with what its look-ups say of its variables.
  fileprivate struct Reader {
    var rule: Rule
    var isRule: Bool
    var substitution: Substitution
    /// What its own tests for equality say of them.
    var equalities = Substitution()
    /// The first number that no variable has.
    var firstFree: Int
    /// How often each variable occurs in what is received, looked up or tested, and in what is learned.
    var occurrences: [Int: Int] = [:]
    /// The sort of each variable, where that of its register or a column says more than that it is a message.
    var sorts: [Int: SortID] = [:]
  }
  private(set) var expectations: [Expectation] = []
  private let signature: Signature
  private let contributions: Contributions
  private let secrets: Secrets

  /// - Parameter isRelevant: for each rule, whether it is ever run.
  public init(_ system: TransitionSystem, _ shapes: FactShapes, _ contributions: Contributions, isRelevant: [Bool]) {
    signature = system.signature
    self.contributions = contributions
    secrets = shapes.secrets
    let columns = KnowledgeUses.columnSorts(system)
    let narrowed =
      system.rules.indices.lazy.filter { isRelevant[$0] }.map { (system.rules[$0], shapes.ofRules[$0], true) }
      + system.queries.map { ($0, shapes.narrow($0), false) }
    let readers = narrowed.compactMap { rule, narrowing, isRule -> Reader? in
      guard let narrowing, rule.isPossible(narrowing.substitution, signature) else { return nil }
      var reader = Reader(rule: rule, isRule: isRule, substitution: narrowing.substitution, firstFree: narrowing.firstFree)
      reader.countOccurrences(columns, signature)
      return reader
    }
    let sent = SentPlaces(readers, system)
    for reader in readers {
      for instruction in reader.rule.instructions {
        switch instruction {
        case .receive(let term): expectations.append(Expectation(term: term, sort: Signature.message, reader: reader))
        case .lookup(let fact, _):
          for (column, term) in fact.arguments.enumerated() {
            for place in sent.places[fact.predicate][column] {
              let sort = place.last.map { contributions.sort(ofArgument: $0.index, of: $0.symbol) } ?? system.predicates[fact.predicate].columns[column]
              switch reader.find(place, in: term) {
              case .nothing: break
              case .term(let found): expectations.append(Expectation(term: found, sort: sort, reader: reader))
              case .inside: expectations.append(Expectation(term: nil, sort: sort, reader: reader))
              }
            }
          }
        default: break
        }
      }
    }
    // What no rule makes, only the attacker does, and has no need to open.
    let made = system.symbolsInRules
    for opening in system.openings {
      guard case .apply(let symbol, _) = opening.pattern, made.contains(symbol) else { continue }
      for need in opening.needs {
        let rule = Rule(name: "", registers: opening.registers, instructions: [], narration: [], file: "", line: 0)
        var reader = Reader(rule: rule, isRule: false, substitution: Substitution(), firstFree: opening.registers.count)
        // What the key is decides whether the message can be opened.
        for register in opening.registers.indices { reader.occurrences[register] = 2 }
        expectations.append(Expectation(term: need, sort: Signature.message, reader: reader))
      }
    }
  }

  /// For each kind of fact and column, the sort of what stands there, as far as those who put it there say it.
  private static func columnSorts(_ system: TransitionSystem) -> [[SortID]] {
    let signature = system.signature
    var sorts: [[SortID?]] = system.predicates.map { $0.columns.map { _ in nil } }
    func put(_ fact: Fact, _ registers: [Register]) {
      for (column, term) in fact.arguments.enumerated() where term != .constant(Signature.none) {
        let sort = Deferral.sort(of: term, registers, signature)
        let known = sorts[fact.predicate][column] ?? sort
        sorts[fact.predicate][column] = signature.sorts[known].sortClass == signature.sorts[sort].sortClass ? known : Signature.message
      }
    }
    for fact in system.initialFacts { put(fact, []) }
    for rule in system.rules { for case .insert(let fact) in rule.instructions { put(fact, rule.registers) } }
    return sorts.map { $0.map { $0 ?? Signature.message } }
  }

  /// Whether the term can be of use as far as what is expected somewhere; its variables stand for any terms, each for its own.
  ///
  /// - Parameter sort: that of a term that is a name.
  public func isUsable(_ term: Term, sort: SortID? = nil) -> Bool {
    expectations.contains { hasMatch(term, sort: sort, isDerivable: { _ in false }, $0) { _, _ in true } }
  }

  /// Whether the term, or something made with it, can be what is expected, and `isEnough` says so of what the reader finds out of its variables
  /// there, and of the term with its variables numbered apart from the reader's.
  ///
  /// - Parameters:
  ///   - sort: that of a term that is a name.
  ///   - isDerivable: whether the attacker can derive what a variable of the term stands for.
  func hasMatch(_ term: Term, sort: SortID?, isDerivable: (Int) -> Bool, _ expectation: Expectation, where isEnough: (Substitution, Term) -> Bool) -> Bool {
    let own: SortID
    switch term {
    case .variable: own = sort ?? Signature.message
    case .apply(let symbol, _): own = contributions.sort(ofTermWith: symbol, signature)
    }
    guard let place = expectation.term else {
      let reader = expectation.reader
      return contributions.helps(own, toDerive: expectation.sort) && isEnough(reader.substitution, term.shifted(by: reader.firstFree))
    }
    return matches(expectation.reader, place, expectation.sort, term, own, isDerivable, isEnough)
  }

  private func matches(
    _ reader: Reader, _ place: Term, _ sort: SortID, _ term: Term, _ own: SortID, _ isDerivable: (Int) -> Bool, _ isEnough: (Substitution, Term) -> Bool
  ) -> Bool {
    var sort = sort
    if case .variable(let register) = reader.equalities.value(place), register < reader.rule.registers.count {
      // What is found once, and not tested, is only passed on.
      if reader.occurrences[register, default: 0] <= 1 { return false }
      sort = reader.sorts[register] ?? sort
    }
    let value = reader.substitution.value(place)
    let shifted = term.shifted(by: reader.firstFree)
    switch value {
    case .variable: return contributions.helps(own, toDerive: sort) && isEnough(reader.substitution, shifted)
    case .apply(let symbol, let arguments):
      if case .apply(symbol, _) = term {
        var substitution = reader.substitution
        if substitution.unify(value, shifted) && reader.rule.isPossible(substitution, signature)
          && isPossible(term, shiftedBy: reader.firstFree, substitution, isDerivable) && isEnough(substitution, shifted)
        {
          return true
        }
      }
      // What only its owner can make is known as a whole, or not at all.
      guard signature.symbols[symbol].isPublic || signature.symbols[symbol].publicIfAttacker != nil else { return false }
      if arguments.contains(where: { secrets.contain(reader.substitution.apply($0)) }) { return false }
      return arguments.indices.contains {
        matches(reader, arguments[$0], contributions.sort(ofArgument: $0, of: symbol), term, own, isDerivable, isEnough)
      }
    }
  }

  /// Whether no variable that the attacker can derive would have to be a secret.
  private func isPossible(_ term: Term, shiftedBy offset: Int, _ substitution: Substitution, _ isDerivable: (Int) -> Bool) -> Bool {
    var answer = true
    term.forEachVariable { if isDerivable($0) && secrets.contain(substitution.apply(.variable($0 + offset))) { answer = false } }
    return answer
  }
}

/// Where in facts something may stand that the attacker has sent, as it was sent. What a rule puts into something that cannot be taken apart
/// counts as used there.
private struct SentPlaces {
  struct Step: Hashable { var symbol: SymbolID, index: Int }
  /// The way from a column, or from a variable's value, to a part.
  typealias Place = [Step]
  /// For each kind of fact and column.
  private(set) var places: [[Set<Place>]]

  /// Deeper places count as their surroundings.
  private static let deepest = 8

  init(_ readers: [KnowledgeUses.Reader], _ system: TransitionSystem) {
    let signature = system.signature
    places = system.predicates.map { $0.columns.map { _ in [] } }
    var sources: [[Int: Set<Place>]] = readers.map { reader in
      var sources: [Int: Set<Place>] = [:]
      for case .receive(let term) in reader.rule.instructions { reader.equalities.apply(term).forEachVariable { sources[$0] = [[]] } }
      return sources
    }
    func add(_ place: Place, to predicate: PredicateID, _ column: Int) -> Bool {
      places[predicate][column].insert(Array(place.prefix(SentPlaces.deepest))).inserted
    }
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for (index, reader) in readers.enumerated() {
        for case .lookup(let fact, _) in reader.rule.instructions {
          for (column, term) in fact.arguments.enumerated() {
            for place in places[fact.predicate][column] {
              SentPlaces.follow(place[...], reader.equalities.apply(term)) { sources[index][$0, default: []].insert($1) }
            }
          }
        }
        for case .insert(let fact) in reader.rule.instructions {
          for (column, term) in fact.arguments.enumerated() {
            SentPlaces.forEachOpen(in: reader.equalities.apply(term), [], signature) { variable, outer in
              for inner in sources[index][variable] ?? [] where add(outer + inner, to: fact.predicate, column) { hasChanged = true }
            }
          }
        }
      }
    }
  }

  /// Which variables of the term have in them what stands at the place, and where.
  private static func follow(_ place: ArraySlice<Step>, _ term: Term, _ body: (Int, Place) -> Void) {
    switch term {
    case .variable(let variable): body(variable, Array(place))
    case .apply(let symbol, let arguments):
      guard let step = place.first else { return term.forEachVariable { body($0, []) } }
      if step.symbol == symbol { follow(place.dropFirst(), arguments[step.index], body) }
    }
  }

  /// The variables that anyone can take out of the term.
  private static func forEachOpen(in term: Term, _ place: Place, _ signature: Signature, _ body: (Int, Place) -> Void) {
    switch term {
    case .variable(let variable): body(variable, place)
    case .apply(let symbol, let arguments):
      guard signature.symbols[symbol].isTransparent else { return }
      for (index, argument) in arguments.enumerated() { forEachOpen(in: argument, place + [Step(symbol: symbol, index: index)], signature, body) }
    }
  }
}

extension KnowledgeUses.Reader {
  enum Found {
    case nothing
    case term(Term)
    case inside
  }

  /// What the reader expects at a place in what it finds.
  func find(_ place: SentPlaces.Place, in term: Term) -> Found {
    var found = equalities.value(term)
    for step in place {
      if case .variable(let register) = found {
        // What is found once, and not tested, is only passed on.
        if register < rule.registers.count && occurrences[register, default: 0] <= 1 { return .nothing }
        found = substitution.value(found)
      }
      guard case .apply(let symbol, let arguments) = found else { return .inside }
      guard symbol == step.symbol else { return .nothing }
      found = equalities.value(arguments[step.index])
    }
    return .term(found)
  }

  mutating func countOccurrences(_ columns: [[SortID]], _ signature: Signature) {
    for case .equal(let a, let b) in rule.instructions { _ = equalities.unify(a, b) }
    for register in rule.registers.indices { note(rule.registers[register].sort, of: .variable(register)) }
    for case .lookup(let fact, _) in rule.instructions {
      for (term, sort) in zip(fact.arguments, columns[fact.predicate]) { note(sort, of: term) }
    }
    for instruction in rule.instructions {
      switch instruction {
      // Equal sides are one by the substitution; what must differ from something, the attacker's own does.
      case .spend, .equal, .fresh, .different, .missing: break
      // What is inserted is passed on, and so is what the attacker gets back; but not where it stands inside of something.
      case .insert(let fact): for term in fact.arguments { countInside(term, signature) }
      case .learn(let term): countInside(term, signature)
      case .lookup(let fact, _): for term in fact.arguments { count(term, 1) }
      case .receive(let term): count(term, 1)
      case .honest(let term), .dishonest(let term): count(term, 2)
      case .choose(let register): count(.variable(register), 2)
      case .outnumbered(let many, let few): for term in many.arguments + few.arguments { count(term, 2) }
      }
    }
  }

  /// What becomes a part of something that the attacker could not make, and may get back.
  private mutating func countInside(_ term: Term, _ signature: Signature) {
    guard case .apply(let symbol, let arguments) = equalities.value(term) else { return }
    if signature.symbols[symbol].isTransparent { for argument in arguments { countInside(argument, signature) } } else { count(term, 1) }
  }

  private mutating func note(_ sort: SortID, of term: Term) {
    if sort != Signature.message, case .variable(let variable) = equalities.value(term) { sorts[variable] = sort }
  }

  private mutating func count(_ term: Term, _ times: Int) {
    equalities.apply(term).forEachVariable { occurrences[$0, default: 0] += times }
  }
}
