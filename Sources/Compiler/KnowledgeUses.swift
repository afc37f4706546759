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
  private struct Expectation {
    var term: Term
    /// The sort of what stands there.
    var sort: SortID
    var reader: Reader
  }

  /// A rule or question, or an opening, with what its look-ups say of its variables.
  fileprivate struct Reader {
    var rule: Rule
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
  private var expectations: [Expectation] = []
  private let signature: Signature
  private let contributions: Contributions

  /// - Parameter isRelevant: for each rule, whether it is ever run.
  public init(_ system: TransitionSystem, _ shapes: FactShapes, _ contributions: Contributions, isRelevant: [Bool]) {
    signature = system.signature
    self.contributions = contributions
    let columns = KnowledgeUses.columnSorts(system)
    let narrowed =
      system.rules.indices.lazy.filter { isRelevant[$0] }.map { (system.rules[$0], shapes.ofRules[$0]) } + system.queries.map { ($0, shapes.narrow($0)) }
    let readers = narrowed.compactMap { rule, narrowing -> Reader? in
      guard let narrowing, rule.isPossible(narrowing.substitution, signature) else { return nil }
      var reader = Reader(rule: rule, substitution: narrowing.substitution, firstFree: narrowing.firstFree)
      reader.countOccurrences(columns, signature)
      return reader
    }
    let sent = KnowledgeUses.columnsSent(readers, system)
    for reader in readers {
      for instruction in reader.rule.instructions {
        switch instruction {
        case .receive(let term): expectations.append(Expectation(term: term, sort: Signature.message, reader: reader))
        case .lookup(let fact, _):
          for (column, term) in fact.arguments.enumerated() where sent[fact.predicate][column] {
            expectations.append(Expectation(term: term, sort: system.predicates[fact.predicate].columns[column], reader: reader))
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
        var reader = Reader(rule: rule, substitution: Substitution(), firstFree: opening.registers.count)
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

  /// For each kind of fact and column, whether it may hold something that the attacker has sent.
  private static func columnsSent(_ readers: [Reader], _ system: TransitionSystem) -> [[Bool]] {
    struct Place { var predicate: PredicateID, column: Int, variables: Set<Int> }
    struct Flow { var received: Set<Int> = [], found: [Place] = [], inserted: [Place] = [] }
    var flows = readers.map { reader in
      func variables(_ term: Term) -> Set<Int> {
        var variables: Set<Int> = []
        reader.substitution.apply(term).forEachVariable { variables.insert($0) }
        return variables
      }
      func places(_ fact: Fact) -> [Place] {
        fact.arguments.enumerated().map { Place(predicate: fact.predicate, column: $0, variables: variables($1)) }.filter { !$0.variables.isEmpty }
      }
      return reader.rule.instructions.reduce(into: Flow()) { flow, instruction in
        switch instruction {
        case .receive(let term): flow.received.formUnion(variables(term))
        case .lookup(let fact, _): flow.found += places(fact)
        case .insert(let fact): flow.inserted += places(fact)
        default: break
        }
      }
    }
    var sent = system.predicates.map { $0.columns.map { _ in false } }
    var changed = true
    while changed {
      changed = false
      for index in flows.indices {
        for place in flows[index].found where sent[place.predicate][place.column] { flows[index].received.formUnion(place.variables) }
        for place in flows[index].inserted where !sent[place.predicate][place.column] && !place.variables.isDisjoint(with: flows[index].received) {
          sent[place.predicate][place.column] = true
          changed = true
        }
      }
    }
    return sent
  }

  /// Whether the term can be of use; its variables stand for any terms, each for its own.
  ///
  /// - Parameter sort: that of a term that is a name.
  public func isUsable(_ term: Term, sort: SortID? = nil) -> Bool {
    let own: SortID
    switch term {
    case .variable: own = sort ?? Signature.message
    case .apply(let symbol, _): own = contributions.sort(ofTermWith: symbol, signature)
    }
    return expectations.contains { uses($0.reader, $0.term, $0.sort, term, own) }
  }

  private func uses(_ reader: Reader, _ place: Term, _ sort: SortID, _ term: Term, _ own: SortID) -> Bool {
    var sort = sort
    if case .variable(let register) = reader.equalities.value(place), register < reader.rule.registers.count {
      // What is found once, and not tested, is only passed on.
      if reader.occurrences[register, default: 0] <= 1 { return false }
      sort = reader.sorts[register] ?? sort
    }
    let value = reader.substitution.value(place)
    switch value {
    case .variable: return contributions.helps(own, toDerive: sort)
    case .apply(let symbol, let arguments):
      if case .apply(symbol, _) = term {
        var substitution = reader.substitution
        if substitution.unify(value, term.shifted(by: reader.firstFree)) && reader.rule.isPossible(substitution, signature) { return true }
      }
      // What only its owner can make is known as a whole, or not at all.
      guard signature.symbols[symbol].isPublic || signature.symbols[symbol].publicIfAttacker != nil else { return false }
      return arguments.indices.contains { uses(reader, arguments[$0], contributions.sort(ofArgument: $0, of: symbol), term, own) }
    }
  }
}

extension KnowledgeUses.Reader {
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
