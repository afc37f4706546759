import Terms

/// Which facts can still make a difference: to the attacker's knowledge, or to the answer to a question.
///
/// **Claim.** A fact that is not relevant can be left out of every state: no question's answer, and nothing that the attacker ever
/// learns, depends on it.
///
/// **Proof sketch.** A fact is relevant if, by its text and by what all facts of each kind have in common (``FactShapes``), a question may
/// look it up, an absence test may find it, or a rule may look it up that teaches the attacker something of use, inserts a relevant fact, or
/// consumes a fact whose absence somebody tests. Take the steps of a run that look up a fact that is not relevant. They teach nothing new,
/// insert nothing relevant and take away nothing that helps anybody by its absence. So the run without these steps, and without the steps
/// that look up what they inserted, is a run as well, and violates what the run violated: it has more facts, and of those that absence
/// tests look at the same. ∎
///
/// The same is asked of what the attacker knows: a known term makes a difference if, by what is expected (``KnowledgeUses``), a question may need
/// it, or a rule may that makes one. Where facts are there that nobody ever takes away, and a question wants one of them to be absent, it is no
/// question any more.
public struct Relevance: Sendable {
  private let system: TransitionSystem
  private let shapes: FactShapes
  private let monotonicity: Monotonicity
  private var isTestedForAbsence: [Bool] { monotonicity.isTestedForAbsence }
  private struct Reader { var rule: Rule, instruction: Int, isQuestion: Bool }
  private var readers: [[Reader]]
  private struct Pattern: Hashable {
    var fact: Fact
    /// For each variable, whether the attacker can derive its value.
    var isDerivable: [Bool]
  }
  private var known: [Pattern: Bool] = [:]
  private var pending: Set<Pattern> = []
  /// What was found to make no difference as long as what is pending makes none.
  private var perhapsNot: Set<Pattern> = []
  /// What else the attacker's knowledge can be good for; nil: anything.
  private let uses: KnowledgeUses?
  /// Facts that are there and stay, without names and variables.
  private let present: [Fact]
  private struct KnownTerm: Hashable {
    var term: Term
    /// Of a term that is a name.
    var sort: SortID?
    var isDerivable: [Bool]
  }
  private var usable: [KnownTerm: Bool] = [:]
  private var pendingTerms: Set<KnownTerm> = []
  private var perhapsUnusable: Set<KnownTerm> = []
  /// For each sort, whether all its terms are names and constants.
  private let isOfNames: [Bool]

  /// How many symbols and variables a fact may have and still be looked at: a larger one is taken to be relevant, which is always sound.
  private static let largestFact = 64

  /// What the attacker knows before the run.
  private let initialView: AttackersView

  /// - Parameters:
  ///   - uses: where what the attacker knows is expected; without them everything that it learns makes a difference.
  ///   - present: facts that are there and stay, without names and variables: a question that wants one of them to be absent is answered no for
  ///     good, so for it nothing makes a difference.
  public init(_ system: TransitionSystem, _ monotonicity: Monotonicity, _ shapes: FactShapes, _ uses: KnowledgeUses? = nil, present: [Fact] = []) {
    self.system = system
    self.uses = uses
    self.present = present
    let made = Set(system.signature.symbols.filter { !$0.arguments.isEmpty }.map { system.signature.sorts[$0.result].sortClass })
    let message = system.signature.sorts[Signature.message].sortClass
    isOfNames = system.signature.sorts.map { $0.sortClass != message && !made.contains($0.sortClass) && !made.contains(message) }
    self.shapes = shapes
    self.monotonicity = monotonicity
    var view = AttackersView(signature: system.signature)
    for term in system.initialKnowledge { view.have(term) }
    initialView = view
    readers = Array(repeating: [], count: system.predicates.count)
    for (rule, isQuestion) in system.rules.map({ ($0, false) }) + system.queries.map({ ($0, true) }) {
      for (index, instruction) in rule.instructions.enumerated() {
        switch instruction {
        case .lookup(let fact, _), .missing(let fact, _):
          readers[fact.predicate].append(Reader(rule: rule, instruction: index, isQuestion: isQuestion))
        case .outnumbered(let many, let few):
          for fact in [many, few] { readers[fact.predicate].append(Reader(rule: rule, instruction: index, isQuestion: isQuestion)) }
        default: break
        }
      }
    }
  }

  /// Whether a fact like this is relevant; variables stand for any terms, each occurrence for its own.
  ///
  /// `isDerivable`: whether the attacker can derive what the variable stands for.
  public mutating func isRelevant(_ fact: Fact, isDerivable: (Int) -> Bool) -> Bool {
    // Numbered by occurrence, so that facts that differ in names only are looked at once.
    var derivable: [Bool] = []
    let arguments = fact.arguments.map {
      $0.map {
        derivable.append(isDerivable($0))
        return .variable(derivable.count - 1)
      }
    }
    // A rule that makes a fact of a fact of the same kind, with a larger term, would be followed without end.
    guard arguments.reduce(0, { $0 + $1.symbolCount }) <= Relevance.largestFact else { return true }
    let pattern = Pattern(fact: Fact(fact.predicate, arguments), isDerivable: derivable)
    if let answer = known[pattern] { return answer }
    // On a way back to where it began, nothing new is found.
    if perhapsNot.contains(pattern) || !pending.insert(pattern).inserted { return false }
    let answer = readers[fact.predicate].contains { makesDifference($0, pattern) }
    pending.remove(pattern)
    if answer { known[pattern] = true } else { perhapsNot.insert(pattern) }
    settle(answer)
    return answer
  }

  /// A yes anywhere is a yes for all that is pending, so a no that rested on something pending may be a yes, too. Where nothing is pending any
  /// more, each no was one.
  private mutating func settle(_ answer: Bool) {
    guard answer || (pending.isEmpty && pendingTerms.isEmpty) else { return }
    if !answer {
      for pattern in perhapsNot { known[pattern] = false }
      for pattern in perhapsUnusable { usable[pattern] = false }
    }
    perhapsNot.removeAll()
    perhapsUnusable.removeAll()
  }

  /// Whether knowing a term like this can make a difference; variables stand for any terms, each occurrence for its own.
  ///
  /// - Parameters:
  ///   - sort: that of a term that is a name.
  ///   - isDerivable: whether the attacker can derive what the variable stands for.
  public mutating func isUsable(_ term: Term, sort: SortID? = nil, isDerivable: (Int) -> Bool) -> Bool {
    guard let uses else { return true }
    var derivable: [Bool] = []
    let term = term.map {
      derivable.append(isDerivable($0))
      return .variable(derivable.count - 1)
    }
    guard term.symbolCount <= Relevance.largestFact else { return true }
    let pattern = KnownTerm(term: term, sort: sort, isDerivable: derivable)
    if let answer = usable[pattern] { return answer }
    if perhapsUnusable.contains(pattern) || !pendingTerms.insert(pattern).inserted { return false }
    let answer = uses.expectations.contains { expectation in
      uses.hasMatch(term, sort: sort, isDerivable: { derivable[$0] }, expectation) { substitution, term in
        guard let rule = expectation.rule else { return !isRuledOut(expectation.question, substitution) }
        var attacker = initialView
        if sort == nil { attacker.have(substitution.apply(term)) }
        return hasRelevantEffect(rule, substitution, attacker)
      }
    }
    pendingTerms.remove(pattern)
    if answer { usable[pattern] = true } else { perhapsUnusable.insert(pattern) }
    settle(answer)
    return answer
  }

  /// Whether the attacker gets anything that it has not, and that can make a difference.
  ///
  /// - Parameter sort: that of what stands where the term does.
  private mutating func teaches(_ term: Term, _ sort: SortID, _ attacker: AttackersView) -> Bool {
    if attacker.has(term) { return false }
    guard uses != nil && term.symbolCount <= Relevance.largestFact else { return true }
    let signature = system.signature
    switch term {
    case .variable:
      guard isOfNames[sort] else { return true }
      return isUsable(.variable(0), sort: sort, isDerivable: { _ in false })
    case .apply(let symbol, let arguments):
      if signature.symbols[symbol].isTransparent { return zip(arguments, signature.symbols[symbol].arguments).contains { teaches($0, $1, attacker) } }
      if isUsable(term, isDerivable: { attacker.has(.variable($0)) }) { return true }
      return system.openings.contains { opening in
        var substitution = Substitution()
        let offset = [term].variableCount
        guard substitution.unify(opening.pattern.shifted(by: offset), term) else { return false }
        return teaches(substitution.apply(opening.gives.shifted(by: offset)), Deferral.sort(of: opening.gives, opening.registers, signature), attacker)
      }
    }
  }

  /// Whether any step of the rule can make a difference. If not, it never needs to be taken.
  ///
  /// - Parameter index: the rule's number in the system.
  public mutating func isRuleRelevant(_ index: Int) -> Bool {
    let rule = system.rules[index]
    guard let substitution = shapes.ofRules[index]?.substitution, rule.isPossible(substitution, system.signature) else { return false }
    return hasRelevantEffect(rule, substitution, initialView)
  }

  private mutating func makesDifference(_ reader: Reader, _ pattern: Pattern) -> Bool {
    let rule = reader.rule
    let offset = rule.registers.count
    var start = Substitution()
    switch rule.instructions[reader.instruction] {
    case .lookup(let fact, _), .missing(let fact, _):
      if !start.unify(fact.arguments, pattern.fact.arguments.map({ $0.shifted(by: offset) })) { return false }
    default: return true
    }
    let first = offset + pattern.isDerivable.count
    guard let substitution = shapes.narrow(rule, start, except: reader.instruction, from: first)?.substitution else { return false }
    guard rule.isPossible(substitution, system.signature) else { return false }
    if reader.isQuestion {
      // What rules answers out is remembered for that.
      if case .missing = rule.instructions[reader.instruction] { return true }
      return !isRuledOut(rule, substitution)
    }
    var attacker = initialView
    for (variable, isDerivable) in pattern.isDerivable.enumerated() where isDerivable { attacker.have(substitution.apply(.variable(offset + variable))) }
    return hasRelevantEffect(rule, substitution, attacker)
  }

  private mutating func hasRelevantEffect(_ rule: Rule, _ substitution: Substitution, _ known: AttackersView) -> Bool {
    var attacker = known
    for case .receive(let term) in rule.instructions { attacker.have(substitution.apply(term)) }
    for instruction in rule.instructions {
      switch instruction {
      case .lookup(let consumed, consumes: true): if isTestedForAbsence[consumed.predicate] { return true }
      case .learn(let term):
        let sort = Deferral.sort(of: term, rule.registers, system.signature)
        if teaches(substitution.apply(term), sort, attacker) { return true }
      case .insert(let made):
        guard !isUnnameable(made, rule) else { continue }
        let made = Fact(made.predicate, made.arguments.map(substitution.apply))
        if isRelevant(made, isDerivable: { attacker.has(.variable($0)) }) { return true }
      default: break
      }
    }
    return false
  }

  private func isRuledOut(_ question: Rule, _ substitution: Substitution) -> Bool { Relevance.isRuledOut(question, substitution, by: present) }

  /// Whether the question wants something to be absent that is there and stays, as far as the substitution says.
  static func isRuledOut(_ question: Rule, _ substitution: Substitution, by present: [Fact]) -> Bool {
    !present.isEmpty
      && question.instructions.contains { instruction in
        guard case .missing(let fact, let universal) = instruction else { return false }
        let arguments = fact.arguments.map(substitution.apply)
        let free = Set(universal.compactMap { if case .variable(let variable) = substitution.value(.variable($0)) { variable } else { nil } })
        return present.contains { other in
          var values: [Int: Term] = [:]
          return other.predicate == fact.predicate && zip(arguments, other.arguments).allSatisfy { $0.matches($1, binding: free, &values) }
        }
      }
  }

  /// Whether the rule makes a row whose readers all have its key from elsewhere, and tells the key to nobody.
  private func isUnnameable(_ fact: Fact, _ rule: Rule) -> Bool {
    fact.arguments.indices.contains { column in
      guard monotonicity.isPresentedKey(fact.predicate, column) else { return false }
      guard case .variable(let key) = fact.arguments[column], rule.instructions.contains(.fresh(key)) else { return false }
      return !rule.instructions.contains {
        switch $0 {
        case .insert(let other): other != fact && other.arguments.contains { $0.mentions(key) }
        case .learn(let term): term.mentions(key)
        default: false
        }
      }
    }
  }

  /// What the attacker is sure to have in a step: what it sends, and what it can take out of that and make of it.
  private struct AttackersView {
    let signature: Signature
    private var terms: Set<Term> = []
    init(signature: Signature) { self.signature = signature }

    mutating func have(_ term: Term) {
      terms.insert(term)
      if case .apply(let symbol, let arguments) = term, signature.symbols[symbol].isTransparent { for argument in arguments { have(argument) } }
    }

    func has(_ term: Term) -> Bool {
      if terms.contains(term) { return true }
      guard case .apply(let symbol, let arguments) = term, signature.symbols[symbol].isPublic else { return false }
      return arguments.allSatisfy(has)
    }
  }
}

extension Rule {
  /// Whether the rule's tests can succeed, as far as the substitution says.
  func isPossible(_ substitution: Substitution, _ signature: Signature) -> Bool {
    instructions.allSatisfy { instruction in
      switch instruction {
      case .honest(let term), .dishonest(let term):
        guard case .apply(let symbol, _) = substitution.value(term) else { return true }
        let info = signature.symbols[symbol]
        let isWanted = if case .honest = instruction { !info.isAttackers } else { info.isAttackers }
        return info.arguments.isEmpty && isWanted
      case .different(let a, let b): return substitution.apply(a) != substitution.apply(b)
      default: return true
      }
    }
  }
}

extension Term {
  fileprivate var symbolCount: Int {
    switch self {
    case .variable: 1
    case .apply(_, let arguments): arguments.reduce(1) { $0 + $1.symbolCount }
    }
  }

  /// Whether the other term, which has no variables, is this one with values for some of its variables.
  fileprivate func matches(_ other: Term, binding free: Set<Int>, _ values: inout [Int: Term]) -> Bool {
    switch (self, other) {
    case (.variable(let variable), _):
      guard free.contains(variable), values[variable] == nil || values[variable] == other else { return false }
      values[variable] = other
      return true
    case (.apply(let f, let left), .apply(let g, let right)):
      return f == g && zip(left, right).allSatisfy { $0.matches($1, binding: free, &values) }
    default: return false
    }
  }

  fileprivate func mentions(_ variable: Int) -> Bool {
    var answer = false
    forEachVariable { if $0 == variable { answer = true } }
    return answer
  }
}
