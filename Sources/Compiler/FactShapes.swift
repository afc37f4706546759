import Terms

/// For each kind of fact, a pattern that all facts of the kind match in every reachable state: what all rules that insert it have in
/// common (an abstract interpretation by least general generalizations).
///
/// The same for terms that only rules can make: with a function that is not the attacker's to apply, or with a secret (`Secrets`). All of them,
/// wherever they stand, are like those that some rule inserts or teaches.
///
/// It ends, since a pattern is only ever replaced by a more general one. A kind of fact without a pattern never occurs.
public struct FactShapes: Sendable {
  public private(set) var patterns: [[Term]?]
  /// What the look-ups and tests of each rule say of its registers; nil where it can never run.
  private(set) var ofRules: [Narrowing?]
  private let signature: Signature
  let secrets: Secrets
  /// For each symbol, the arguments of terms with it that rules make.
  private var made: [[Term]?]
  /// For each kind of fact that no rule makes, all there are; nil for others, and where they are many.
  private let rows: [[[Term]]?]
  private static let mostRows = 16

  /// What is known of a rule's registers.
  struct Narrowing: Sendable {
    var substitution: Substitution
    /// The first number that no variable has.
    var firstFree: Int
  }

  public init(_ system: TransitionSystem) {
    patterns = Array(repeating: nil, count: system.predicates.count)
    ofRules = system.rules.map { _ in nil }
    signature = system.signature
    secrets = Secrets(system)
    made = system.signature.symbols.map { _ in nil }
    let inserted = Set(system.rules.flatMap { $0.instructions.compactMap { if case .insert(let fact) = $0 { fact.predicate } else { nil } } })
    rows = system.predicates.indices.map { predicate in
      let rows = system.initialFacts.filter { $0.predicate == predicate }.map(\.arguments)
      return inserted.contains(predicate) || rows.count > FactShapes.mostRows ? nil : rows
    }
    for fact in system.initialFacts { _ = widen(fact.predicate, fact.arguments) }
    for term in system.initialFacts.flatMap(\.arguments) + system.initialKnowledge { _ = widenTerms(in: term, Substitution()) }
    // What is taken out of messages is part of these; if an opening makes something else, that can be anything.
    for opening in system.openings { _ = widenTerms(in: opening.gives, Substitution()) }
    var readers: [[Int]] = system.predicates.map { _ in [] }
    for (index, rule) in system.rules.enumerated() {
      for case .lookup(let fact, _) in rule.instructions { readers[fact.predicate].append(index) }
    }
    // A rule is looked at again where a kind of fact that it looks up has become more general.
    var isStale = system.rules.map { _ in true }
    while isStale.contains(true) {
      for (index, rule) in system.rules.enumerated() where isStale[index] {
        isStale[index] = false
        ofRules[index] = narrow(rule)
        guard let substitution = ofRules[index]?.substitution, rule.isPossible(substitution, signature) else { continue }
        var equalities = Substitution()
        for case .equal(let a, let b) in rule.instructions { _ = equalities.unify(a, b) }
        // A term that the rule has found or received was made elsewhere.
        var found: Set<Term> = []
        for instruction in rule.instructions {
          switch instruction {
          case .receive(let term): equalities.apply(term).collect(into: &found)
          case .lookup(let fact, _): for term in fact.arguments { equalities.apply(term).collect(into: &found) }
          default: break
          }
        }
        for instruction in rule.instructions {
          switch instruction {
          case .insert(let fact):
            if widen(fact.predicate, fact.arguments.map(substitution.apply)) { for reader in readers[fact.predicate] { isStale[reader] = true } }
            for term in fact.arguments where widenTerms(in: equalities.apply(term), substitution, but: found) { isStale = isStale.map { _ in true } }
          case .learn(let term): if widenTerms(in: equalities.apply(term), substitution, but: found) { isStale = isStale.map { _ in true } }
          default: break
          }
        }
      }
    }
  }

  private mutating func widen(_ predicate: PredicateID, _ arguments: [Term]) -> Bool {
    let old = patterns[predicate]
    // Generalizing with itself numbers the variables anew.
    let new = Generalization.of(old ?? arguments, arguments)
    patterns[predicate] = new
    return new != old
  }

  /// Takes note of all terms that the text makes; what a variable of it stands for was made elsewhere.
  private mutating func widenTerms(in term: Term, _ substitution: Substitution, but found: Set<Term> = []) -> Bool {
    guard case .apply(let symbol, let arguments) = term, !arguments.isEmpty, !found.contains(term) else { return false }
    var hasChanged = false
    for argument in arguments where widenTerms(in: argument, substitution, but: found) { hasChanged = true }
    let values = arguments.map(substitution.apply)
    let new = Generalization.of(made[symbol] ?? values, values)
    if new != made[symbol] { hasChanged = true }
    made[symbol] = new
    return hasChanged
  }

  /// Whether only rules can make such a term.
  ///
  /// - Parameter isHonest: whether a variable is known to stand for somebody honest.
  private func isMadeByRules(_ symbol: SymbolID, _ arguments: [Term], _ isHonest: (Int) -> Bool) -> Bool {
    let info = signature.symbols[symbol]
    if arguments.isEmpty { return false }
    if info.isPublic { return arguments.contains(where: secrets.contain) }
    guard let owner = info.publicIfAttacker else { return true }
    switch arguments[owner] {
    case .variable(let variable): return isHonest(variable)
    case .apply(let constant, let parts): return parts.isEmpty && !signature.symbols[constant].isAttackers
    }
  }

  /// Makes what the term has in it like what rules make, where only they can; false where it cannot be.
  private func restrict(_ term: Term, _ honest: [Term], _ narrowing: inout Narrowing) -> Bool {
    guard case .apply(let symbol, let arguments) = narrowing.substitution.value(term) else { return true }
    let substitution = narrowing.substitution
    let isHonest = { (variable: Int) in honest.contains { substitution.value($0) == .variable(variable) } }
    if isMadeByRules(symbol, arguments.map(substitution.apply), isHonest) {
      guard let pattern = made[symbol] else { return false }
      if !narrowing.substitution.unify(arguments, pattern.map { $0.shifted(by: narrowing.firstFree) }) { return false }
      narrowing.firstFree += pattern.variableCount
    }
    return arguments.allSatisfy { restrict($0, honest, &narrowing) }
  }

  /// What its look-ups and tests say of the registers of a rule or question of which nothing more is known; nil where it can never run.
  func narrow(_ rule: Rule) -> Narrowing? { narrow(rule, Substitution(), from: rule.registers.count) }

  /// What the rule's look-ups and tests say of its registers, beyond what `start` says; nil where it can never run.
  ///
  /// - Parameters:
  ///   - except: an instruction that is not looked at, since `start` says what it found.
  ///   - first: the first number that no variable of the rule or of `start` has.
  func narrow(_ rule: Rule, _ start: Substitution, except: Int = -1, from first: Int) -> Narrowing? {
    var narrowing = Narrowing(substitution: start, firstFree: first)
    for (index, instruction) in rule.instructions.enumerated() where index != except {
      switch instruction {
      case .lookup(let fact, _):
        guard let pattern = patterns[fact.predicate] else { return nil }
        if !narrowing.substitution.unify(fact.arguments, pattern.map { $0.shifted(by: narrowing.firstFree) }) { return nil }
        narrowing.firstFree += pattern.variableCount
      case .equal(let a, let b): if !narrowing.substitution.unify(a, b) { return nil }
      case .honest(let term): if !bind(term, rule, isHonest: true, &narrowing) { return nil }
      case .dishonest(let term): if !bind(term, rule, isHonest: false, &narrowing) { return nil }
      default: break
      }
    }
    let honest = rule.instructions.compactMap { if case .honest(let term) = $0 { term } else { nil } }
    // What one term says of a variable may make another one such that only rules can make it.
    for _ in 0..<2 {
      for (index, instruction) in rule.instructions.enumerated() where index != except {
        switch instruction {
        case .lookup(let fact, _):
          if !choose(fact, &narrowing) { return nil }
          for term in fact.arguments where !restrict(term, honest, &narrowing) { return nil }
        case .receive(let term): if !restrict(term, honest, &narrowing) { return nil }
        default: break
        }
      }
    }
    return narrowing
  }

  /// Where only one row can be what is looked for, that is the one; false where there is none.
  private func choose(_ fact: Fact, _ narrowing: inout Narrowing) -> Bool {
    guard let rows = rows[fact.predicate] else { return true }
    let fitting = rows.compactMap { row in
      var substitution = narrowing.substitution
      return substitution.unify(fact.arguments, row) ? substitution : nil
    }
    if fitting.count == 1 { narrowing.substitution = fitting[0] }
    return !fitting.isEmpty
  }

  /// Where only one value of its sort is honest, or is not, that is the one; false where the term is another.
  private func bind(_ term: Term, _ rule: Rule, isHonest: Bool, _ narrowing: inout Narrowing) -> Bool {
    guard let values = signature.sorts[Deferral.sort(of: term, rule.registers, signature)].values else { return true }
    let fitting = values.filter { signature.symbols[$0].isAttackers != isHonest }
    return fitting.count != 1 || narrowing.substitution.unify(term, .constant(fitting[0]))
  }
}

extension Term {
  /// Adds the term and its parts that are no variables.
  fileprivate func collect(into terms: inout Set<Term>) {
    guard case .apply(_, let arguments) = self, !arguments.isEmpty else { return }
    terms.insert(self)
    for argument in arguments { argument.collect(into: &terms) }
  }
}
