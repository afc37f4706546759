import Terms

/// What knowledge can be part of how a term is derived: read off sorts, constructors and openings.
public struct Contributions: Sendable {
  private let helps: [Bool]
  private let classes: [Int]
  private let count: Int
  /// For each symbol, whether what such a term holds may come out of it later than it was learned. Where anyone can open it, what it holds
  /// was learned with it and counts for itself: the term is of use only as it is.
  public let mayOpenLater: [Bool]
  /// The other symbols of which anyone can open such a term.
  public let isOpen: [Bool]
  /// The sorts of each symbol's arguments; that of all messages where some rule puts a message of any sort.
  private let arguments: [[SortID]]

  public init(_ system: TransitionSystem) {
    let signature = system.signature
    let arguments = Contributions.arguments(in: system)
    self.arguments = arguments
    count = signature.sorts.count
    classes = signature.sorts.map(\.sortClass)
    var mayOpenLater = Array(repeating: false, count: signature.symbols.count)
    var isOpen = mayOpenLater
    let ofVariables = Set(system.allRegisters.map { signature.sorts[$0.sort].sortClass })
    for opening in system.openings {
      guard case .apply(let symbol, let parts) = opening.pattern else { continue }
      var seen: Set<Int> = []
      /// Whether the parts match whatever such terms have there: a record matches where no variable can stand for one.
      func match(_ parts: [Term], of symbol: SymbolID) -> Bool {
        zip(parts, arguments[symbol]).allSatisfy { part, sort in
          switch part {
          case .variable(let register):
            seen.insert(register).inserted && (opening.registers[register].sort == Signature.message || opening.registers[register].sort == sort)
          case .apply(let inner, let parts):
            signature.symbols[inner].isTransparent && sort != Signature.message && !ofVariables.contains(signature.sorts[sort].sortClass)
              && match(parts, of: inner)
          }
        }
      }
      if opening.needs.isEmpty && match(parts, of: symbol) { isOpen[symbol] = true } else { mayOpenLater[symbol] = true }
    }
    self.mayOpenLater = mayOpenLater
    self.isOpen = zip(isOpen, mayOpenLater).map { $0 && !$1 }
    let (classes, count) = (classes, count)
    var helps = Array(repeating: false, count: count * count)
    for sort in 0..<count {
      helps[classes[sort] * count + classes[sort]] = true
      // A message can be anything, and anything can be a message.
      helps[sort * count + Signature.message] = true
      helps[Signature.message * count + sort] = true
    }
    var changed = true
    while changed {
      changed = false
      for (index, symbol) in signature.symbols.enumerated() where symbol.isPublic || symbol.publicIfAttacker != nil {
        let result = classes[symbol.result]
        for argument in arguments[index] {
          for sort in 0..<count where helps[sort * count + classes[argument]] && !helps[sort * count + result] {
            helps[sort * count + result] = true
            changed = true
          }
        }
      }
    }
    self.helps = helps
  }

  /// Whether a term of the one sort can be part of how a term of the other is derived.
  public func helps(_ sort: SortID, toDerive goal: SortID) -> Bool { helps[classes[sort] * count + classes[goal]] }

  /// The sort of a term with this symbol, or that of all messages where it may be opened later.
  public func sort(ofTermWith symbol: SymbolID, _ signature: Signature) -> SortID {
    mayOpenLater[symbol] ? Signature.message : signature.symbols[symbol].result
  }

  /// The sort that a term at this place in a term has; see ``arguments``.
  func sort(ofArgument index: Int, of symbol: SymbolID) -> SortID { arguments[symbol][index] }

  private static func arguments(in system: TransitionSystem) -> [[SortID]] {
    let signature = system.signature
    var sorts = signature.symbols.map(\.arguments)
    func look(at term: Term, _ registers: [Register]) {
      guard case .apply(let symbol, let arguments) = term else { return }
      for (index, argument) in arguments.enumerated() {
        switch argument {
        case .variable(let register): if registers[register].sort == Signature.message { sorts[symbol][index] = Signature.message }
        case .apply(let inner, let more):
          if signature.symbols[inner].result == Signature.message && !more.isEmpty { sorts[symbol][index] = Signature.message }
          look(at: argument, registers)
        }
      }
    }
    for rule in system.rulesAndQueries {
      for instruction in rule.instructions {
        for term in instruction.terms { look(at: term, rule.registers) }
      }
    }
    for opening in system.openings { for term in [opening.pattern, opening.gives] + opening.needs { look(at: term, opening.registers) } }
    for term in system.initialKnowledge + system.initialFacts.flatMap(\.arguments) { look(at: term, []) }
    return sorts
  }
}

extension TransitionSystem {
  /// All function symbols that rules, questions or what was there before the run mention.
  var symbolsInRules: Set<SymbolID> {
    var symbols: Set<SymbolID> = []
    func look(at term: Term) {
      guard case .apply(let symbol, let arguments) = term, !arguments.isEmpty else { return }
      symbols.insert(symbol)
      arguments.forEach(look)
    }
    for rule in rulesAndQueries { for instruction in rule.instructions { instruction.terms.forEach(look) } }
    (initialKnowledge + initialFacts.flatMap(\.arguments)).forEach(look)
    return symbols
  }

  fileprivate var allRegisters: [Register] {
    rulesAndQueries.flatMap(\.registers) + openings.flatMap(\.registers)
  }
}

extension Instruction {
  /// The terms that it mentions, its variables among them.
  fileprivate var terms: [Term] {
    switch self {
    case .spend: []
    case .lookup(let fact, _), .missing(let fact, _), .insert(let fact): fact.arguments
    case .equal(let a, let b), .different(let a, let b): [a, b]
    case .honest(let term), .dishonest(let term), .receive(let term), .learn(let term): [term]
    case .fresh(let register), .choose(let register): [.variable(register)]
    case .outnumbered(let many, let few): many.arguments + few.arguments
    }
  }
}
