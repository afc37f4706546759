import Compiler
import Terms

/// How the attacker comes by a term.
public indirect enum Derivation: Equatable, Sendable {
  /// It was told the term.
  case known(GroundTerm)
  /// Everybody knows the constant, or it is one of the attacker's own.
  case constant(GroundTerm)
  /// It applies a function to terms that it can derive.
  case composed(GroundTerm, from: [Derivation])
  /// The term is an argument of one that can be taken apart.
  case takenApart(GroundTerm, argument: Int, of: Derivation)
  /// An opening (an index into the system's openings) gives the term.
  case opened(GroundTerm, opening: Int, of: Derivation, with: [Derivation])

  /// The term that is derived.
  public var conclusion: GroundTerm {
    switch self {
    case .known(let term), .constant(let term), .composed(let term, _), .takenApart(let term, _, _), .opened(let term, _, _, _): term
    }
  }
}

/// What the attacker can do with messages, after Dolev and Yao (1983): take apart and open what it has, then build from that.
public struct GroundDeduction: Sendable {
  public let signature: Signature
  public let openings: [Opening]
  /// The constants that denote the attacker.
  let attackersConstants: [SymbolID]
  /// The infinite sorts that something in the system asks for, Message included.
  public let infiniteSorts: [SortID]

  public init(_ system: TransitionSystem) {
    signature = system.signature
    openings = system.openings
    attackersConstants = system.signature.symbols.indices.filter {
      system.signature.symbols[$0].isAttackers && system.signature.symbols[$0].arguments.isEmpty
    }
    let questions = system.queries
    let sorts = Set((system.rules + questions).flatMap { $0.registers.map(\.sort) } + [Signature.message])
    infiniteSorts = sorts.filter { system.signature.sorts[$0].values == nil }.sorted()
  }

  /// Whether the attacker can derive the term from what it was told.
  public func derivable(_ term: GroundTerm, from knowledge: Set<GroundTerm>) -> Bool { analyse(knowledge).isDerivable(term) }

  /// How the attacker can derive the term from what it was told; nil where it cannot.
  public func derivation(of term: GroundTerm, from knowledge: Set<GroundTerm>) -> Derivation? { analyse(knowledge).derivation(of: term) }

  /// Takes apart and opens all that can be.
  public func analyse(_ knowledge: Set<GroundTerm>) -> GroundAnalysis {
    var analysis = GroundAnalysis(self)
    // In order, so that equal knowledge has equal derivations.
    analysis.learn(knowledge.sorted())
    return analysis
  }

  /// Whether the attacker can apply the symbol to these arguments, once it has them.
  public func canApply(_ symbol: SymbolID, _ arguments: [GroundTerm]) -> Bool {
    let info = signature.symbols[symbol]
    if info.isPublic { return true }
    guard let owner = info.publicIfAttacker, arguments.indices.contains(owner) else { return false }
    return signature.isConstant(arguments[owner], attackers: true)
  }
}

/// What the attacker has after taking apart and opening all that it can: the terms it need not build, each with its derivation.
public struct GroundAnalysis: Sendable {
  public let deduction: GroundDeduction
  /// The terms, in the order in which they were found.
  public private(set) var terms: [GroundTerm] = []
  private var derivations: [GroundTerm: Derivation] = [:]
  private var bySymbol: [SymbolID: [GroundTerm]] = [:]

  init(_ deduction: GroundDeduction) { self.deduction = deduction }

  // MARK: Composition

  /// Whether the attacker can derive the term.
  public func isDerivable(_ term: GroundTerm) -> Bool {
    switch term {
    case .name: return derivations[term] != nil
    case .own(_, let sort): return deduction.signature.sorts[sort].values == nil || derivations[term] != nil
    case .apply(let symbol, let arguments):
      if deduction.canApply(symbol, arguments) && arguments.allSatisfy(isDerivable) { return true }
      return derivations[term] != nil
    }
  }

  /// How the attacker can derive the term; nil where it cannot.
  public func derivation(of term: GroundTerm) -> Derivation? {
    if let derivation = derivations[term] { return derivation }
    switch term {
    case .name: return nil
    case .own(_, let sort): return deduction.signature.sorts[sort].values == nil ? .constant(term) : nil
    case .apply(let symbol, let arguments):
      guard deduction.canApply(symbol, arguments) else { return nil }
      if arguments.isEmpty { return .constant(term) }
      var parts: [Derivation] = []
      for argument in arguments {
        guard let part = derivation(of: argument) else { return nil }
        parts.append(part)
      }
      return .composed(term, from: parts)
    }
  }

  // MARK: Analysis

  /// Adds terms that the attacker is told, and all that it can now open.
  mutating func learn(_ told: some Sequence<GroundTerm>) {
    var isNew = false
    for term in told where add(.known(term)) { isNew = true }
    while isNew {
      isNew = false
      for index in deduction.openings.indices {
        for found in results(of: index) where add(found) { isNew = true }
      }
    }
  }

  /// Adds a derived term with what can be taken out of it; false where it was there.
  private mutating func add(_ derivation: Derivation) -> Bool {
    let term = derivation.conclusion
    guard derivations[term] == nil else { return false }
    derivations[term] = derivation
    terms.append(term)
    guard case .apply(let symbol, let arguments) = term else { return true }
    bySymbol[symbol, default: []].append(term)
    if deduction.signature.symbols[symbol].isTransparent {
      for (index, argument) in arguments.enumerated() { _ = add(.takenApart(argument, argument: index, of: derivation)) }
    }
    return true
  }

  /// The terms that an opening gives now and that the attacker could not derive before.
  ///
  /// The opened message may be one that the attacker has built around a part it cannot open otherwise. What such a building leaves
  /// undetermined the attacker has put in itself, so it is nothing new.
  private func results(of index: Int) -> [Derivation] {
    let opening = deduction.openings[index]
    let matcher = Matcher(signature: deduction.signature, registers: opening.registers, allowsNone: true)
    var found: [Derivation] = []
    _ = forEachInstance(of: [opening.pattern], Bindings(repeating: nil, count: opening.registers.count), matcher) { bindings, open in
      guard let gain = opening.gives.ground(bindings), !isDerivable(gain) else { return true }
      return forEachInstance(of: opening.needs, bindings, matcher, open: open) { bindings, open in
        var bindings = bindings
        for register in open { bindings[register] = anyTerm(of: opening.registers[register].sort) }
        guard let message = opening.pattern.ground(bindings).flatMap(derivation(of:)) else { return true }
        let keys = opening.needs.compactMap { $0.ground(bindings).flatMap(derivation(of:)) }
        if keys.count == opening.needs.count { found.append(.opened(gain, opening: index, of: message, with: keys)) }
        return true
      }
    }
    return found
  }

  /// Something that the attacker can put where anything of the sort will do; nil where it has nothing.
  private func anyTerm(of sort: SortID) -> GroundTerm? {
    guard let values = deduction.signature.sorts[sort].values else { return .own(0, sort: sort) }
    return values.map(GroundTerm.constant).first(where: isDerivable)
  }

  // MARK: Patterns

  /// Finds the values of unbound variables with which all the goals are derivable, and calls `leaf` for each way, until it says false.
  ///
  /// `leaf` also gets the variables that remain unbound: any derivable value will do for them. False: the search was stopped.
  func forEachInstance(
    of goals: [Term], _ bindings: Bindings, _ matcher: Matcher, open: [Int] = [], _ leaf: (Bindings, _ open: [Int]) -> Bool
  ) -> Bool {
    var rest = goals
    guard let goal = rest.popLast() else { return settle(bindings, open, leaf) }
    if let ground = goal.ground(bindings) {
      return isDerivable(ground) ? forEachInstance(of: rest, bindings, matcher, open: open, leaf) : true
    }
    guard case .apply(let symbol, let arguments) = goal else {
      let unbound = goal.firstUnbound(bindings).map { [$0] } ?? []
      return forEachInstance(of: rest, bindings, matcher, open: open + unbound, leaf)
    }
    let info = deduction.signature.symbols[symbol]
    // What anyone can take apart and put together again is found by putting it together.
    if !(info.isPublic && info.isTransparent) {
      for term in bySymbol[symbol] ?? [] {
        var attempt = bindings
        guard matcher.match(goal, term, &attempt) else { continue }
        guard forEachInstance(of: rest, attempt, matcher, open: open, leaf) else { return false }
      }
    }
    if info.isPublic { return forEachInstance(of: rest + arguments, bindings, matcher, open: open, leaf) }
    guard let owner = info.publicIfAttacker, arguments.indices.contains(owner) else { return true }
    for constant in deduction.attackersConstants {
      var attempt = bindings
      guard matcher.match(arguments[owner], .constant(constant), &attempt) else { continue }
      guard forEachInstance(of: rest + arguments, attempt, matcher, open: open, leaf) else { return false }
    }
    return true
  }

  /// Variables that were left open and have got a value since must be derivable after all.
  private func settle(_ bindings: Bindings, _ open: [Int], _ leaf: (Bindings, [Int]) -> Bool) -> Bool {
    var remaining: [Int] = []
    for register in open {
      if let value = bindings[register] {
        guard isDerivable(value) else { return true }
      } else if !remaining.contains(register) {
        remaining.append(register)
      }
    }
    return leaf(bindings, remaining)
  }
}
