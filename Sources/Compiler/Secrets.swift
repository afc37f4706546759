import Terms

/// Terms that the attacker can never derive.
///
/// **Claim.** Let `f` be a private function whose terms, and variables that may hold one, stand in what rules insert and teach only where nobody
/// gets them out: as an argument that is declared to be of that sort, of a function that cannot be taken apart there. Then the attacker never
/// derives a term of `f`, but for those of which `f` says that the attacker can make them.
///
/// **Proof sketch.** By induction over the run: no known term, and no column of a fact, holds such a term anywhere else. A rule gets one into a
/// variable only where it looks for an argument of that sort; so only variables of the sort, and those that stand at such a place, hold one.
/// What the attacker takes out of a message is what openings give, and they give none. ∎
struct Secrets: Sendable {
  /// For each symbol, whether its terms are secret, unless they are the attacker's own.
  private var isSecret: [Bool]
  private let signature: Signature

  init(_ system: TransitionSystem) {
    signature = system.signature
    let signature = signature
    let openings = system.openings
    func sortClass(_ sort: SortID) -> Int { signature.sorts[sort].sortClass }
    /// Whether the argument can be taken out of such a term.
    func isOpen(_ symbol: SymbolID, _ index: Int) -> Bool {
      if signature.symbols[symbol].isTransparent { return true }
      return openings.contains { opening in
        guard case .apply(symbol, let arguments) = opening.pattern, index < arguments.count else { return false }
        var given: Set<Int> = []
        opening.gives.forEachVariable { given.insert($0) }
        var isGiven = false
        arguments[index].forEachVariable { if given.contains($0) { isGiven = true } }
        return isGiven
      }
    }
    let candidates = signature.symbols.indices.filter {
      let symbol = signature.symbols[$0]
      return !symbol.isPublic && !symbol.arguments.isEmpty && symbol.result != Signature.message
    }
    isSecret = signature.symbols.map { _ in false }
    for sort in Set(candidates.map { sortClass(signature.symbols[$0].result) }) {
      /// Whether a term of the sort stands where somebody may get it out.
      func leaks(_ term: Term, _ holds: (Int) -> Bool, isOpen open: Bool = true) -> Bool {
        switch term {
        case .variable(let register): return open && holds(register)
        case .apply(let symbol, let arguments):
          if open && !signature.symbols[symbol].isPublic && sortClass(signature.symbols[symbol].result) == sort && !arguments.isEmpty { return true }
          return arguments.indices.contains { index in
            let declared = signature.symbols[symbol].arguments[index]
            return leaks(arguments[index], holds, isOpen: sortClass(declared) != sort || isOpen(symbol, index))
          }
        }
      }
      /// The variables of the term that stand as arguments of the sort.
      func held(in term: Term) -> Set<Int> {
        guard case .apply(let symbol, let arguments) = term else { return [] }
        return arguments.indices.reduce(into: []) { holders, index in
          if case .variable(let register) = arguments[index] {
            if sortClass(signature.symbols[symbol].arguments[index]) == sort { holders.insert(register) }
          } else {
            holders.formUnion(held(in: arguments[index]))
          }
        }
      }
      func leaks(_ rule: Rule) -> Bool {
        var holding = Set(rule.registers.indices.filter { sortClass(rule.registers[$0].sort) == sort })
        for instruction in rule.instructions { instruction.forEachTerm { holding.formUnion(held(in: $0)) } }
        return rule.instructions.contains { instruction in
          switch instruction {
          // What is made equal to such a term holds it.
          case .equal(.variable(let a), .variable(let b)): holding.contains(a) != holding.contains(b)
          case .equal(let a, let b): leaks(a, holding.contains) || leaks(b, holding.contains)
          case .insert(let fact): fact.arguments.contains { leaks($0, holding.contains) }
          case .learn(let term): leaks(term, holding.contains)
          default: false
          }
        }
      }
      let isTold =
        system.initialKnowledge.contains { leaks($0, { _ in false }) } || system.initialFacts.contains { $0.arguments.contains { leaks($0, { _ in false }) } }
        || system.rules.contains(where: leaks)
      if !isTold { for symbol in candidates where sortClass(signature.symbols[symbol].result) == sort { isSecret[symbol] = true } }
    }
  }

  /// Whether the attacker can never derive the term, whatever its variables stand for.
  func contain(_ term: Term) -> Bool {
    guard case .apply(let symbol, let arguments) = term, isSecret[symbol] else { return false }
    guard let owner = signature.symbols[symbol].publicIfAttacker else { return true }
    guard case .apply(let constant, _) = arguments[owner] else { return false }
    return signature.symbols[constant].arguments.isEmpty && !signature.symbols[constant].isAttackers
  }
}
