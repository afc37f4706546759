import Terms

/// Which facts can still make a difference: to the attacker's knowledge, or to the answer to a question.
///
/// **Claim.** A fact that is not relevant can be left out of every state: no question's answer, and nothing that the attacker ever
/// learns, depends on it.
///
/// **Proof sketch.** A fact is relevant if, by its text and by what all facts of each kind have in common (``FactShapes``), a question may
/// look it up, an absence test may find it, or a rule may look it up that teaches the attacker something, inserts a relevant fact, or
/// consumes a fact whose absence somebody tests. Take the steps of a run that look up a fact that is not relevant. They teach nothing new,
/// insert nothing relevant and take away nothing that helps anybody by its absence. So the run without these steps, and without the steps
/// that look up what they inserted, is a run as well, and violates what the run violated: it has more facts, and of those that absence
/// tests look at the same. ∎
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

  /// How many symbols and variables a fact may have and still be looked at: a larger one is taken to be relevant, which is always sound.
  private static let largestFact = 64

  /// What the attacker knows before the run.
  private let initialView: AttackersView

  public init(_ system: TransitionSystem, _ monotonicity: Monotonicity, _ shapes: FactShapes) {
    self.system = system
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
    guard pending.insert(pattern).inserted else { return false }
    let answer = readers[fact.predicate].contains { makesDifference($0, pattern) }
    pending.remove(pattern)
    // A no that rests on something pending may yet become a yes.
    if answer || pending.isEmpty { known[pattern] = answer }
    return answer
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
    if reader.isQuestion { return true }
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
      case .learn(let term): if !attacker.has(substitution.apply(term)) { return true }
      case .insert(let made):
        guard !isUnnameable(made, rule) else { continue }
        let made = Fact(made.predicate, made.arguments.map(substitution.apply))
        if isRelevant(made, isDerivable: { attacker.has(.variable($0)) }) { return true }
      default: break
      }
    }
    return false
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

  fileprivate func mentions(_ variable: Int) -> Bool {
    var answer = false
    forEachVariable { if $0 == variable { answer = true } }
    return answer
  }
}
