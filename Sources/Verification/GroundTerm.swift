import Compiler
import Terms

/// A term without variables, as it occurs in one run.
public indirect enum GroundTerm: Hashable, Sendable {
  /// A name that a step has made. No two names of a run have the same number.
  case name(Int, sort: SortID)
  /// One of the attacker's own constants. Each infinite sort has infinitely many of them.
  case own(Int, sort: SortID)
  /// A constant, or a function of other terms.
  case apply(SymbolID, [GroundTerm])

  /// A constant: a symbol without arguments.
  public static func constant(_ symbol: SymbolID) -> GroundTerm { .apply(symbol, []) }

  /// The term of a model as a ground term; nil where it has variables.
  public init?(_ term: Term) {
    guard case .apply(let symbol, let arguments) = term else { return nil }
    var ground: [GroundTerm] = []
    for argument in arguments {
      guard let argument = GroundTerm(argument) else { return nil }
      ground.append(argument)
    }
    self = .apply(symbol, ground)
  }

  /// The symbol of a constant; nil for all else.
  public var constantSymbol: SymbolID? {
    if case .apply(let symbol, let arguments) = self, arguments.isEmpty { return symbol }
    return nil
  }

  /// Calls `body` for the term and all its parts, from the outside in.
  public func forEachSubterm(_ body: (GroundTerm) -> Void) {
    body(self)
    if case .apply(_, let arguments) = self { for argument in arguments { argument.forEachSubterm(body) } }
  }

  /// Whether it has more levels of functions and constants than said.
  func isNested(deeperThan levels: Int) -> Bool {
    guard levels > 0 else { return true }
    guard case .apply(_, let arguments) = self else { return false }
    return arguments.contains { $0.isNested(deeperThan: levels - 1) }
  }

  /// The term with the number of each name replaced.
  public func renamed(_ number: (Int) -> Int) -> GroundTerm {
    switch self {
    case .name(let old, let sort): .name(number(old), sort: sort)
    case .own: self
    case .apply(_, let arguments) where arguments.isEmpty: self
    case .apply(let symbol, let arguments): .apply(symbol, arguments.map { $0.renamed(number) })
    }
  }
}

extension GroundTerm: Comparable {
  /// Some total order, for states that do not depend on the order of events: names, own constants, applications.
  public static func < (first: GroundTerm, second: GroundTerm) -> Bool { first.compare(second) < 0 }

  /// Negative, zero or positive, as the term comes before the other, is equal to it, or comes after it.
  func compare(_ other: GroundTerm) -> Int {
    switch (self, other) {
    case (.name(let a, let x), .name(let b, let y)), (.own(let a, let x), .own(let b, let y)): return a == b ? x - y : a - b
    case (.name, _), (.own, .apply): return -1
    case (_, .name), (.apply, .own): return 1
    case (.apply(let f, let a), .apply(let g, let b)):
      if f != g { return f - g }
      if a.count != b.count { return a.count - b.count }
      for (x, y) in zip(a, b) {
        let order = x.compare(y)
        if order != 0 { return order }
      }
      return 0
    }
  }
}

extension Signature {
  /// The sort that a ground term has.
  public func sort(of term: GroundTerm) -> SortID {
    switch term {
    case .name(_, let sort), .own(_, let sort): sort
    case .apply(let symbol, _): symbols[symbol].result
    }
  }

  /// Whether the register can hold the term.
  ///
  /// `none` has every optional sort. A term of sort Message and nothing more special has no infinite sort beside; the constant `attacker`
  /// is such a term, and may stand where a participant does.
  public func admits(_ term: GroundTerm, in register: Register) -> Bool {
    if term.constantSymbol == Signature.none { return register.isOptional || register.sort == Signature.message }
    let actual = sort(of: term)
    guard actual == Signature.message && register.sort != Signature.message else { return accepts(register.sort, actual) }
    return term.constantSymbol != nil && sorts[register.sort].values != nil
  }

  /// Whether the term is a constant that is, or is not, the attacker's.
  func isConstant(_ term: GroundTerm, attackers: Bool) -> Bool {
    guard let symbol = term.constantSymbol else { return false }
    return symbols[symbol].isAttackers == attackers
  }

  /// Whether each symbol has as many arguments as it should, each own constant an infinite sort, and each sort exists.
  func isWellFormed(_ term: GroundTerm) -> Bool {
    switch term {
    case .name(_, let sort): sorts.indices.contains(sort)
    case .own(_, let sort): sorts.indices.contains(sort) && sorts[sort].values == nil
    case .apply(let symbol, let arguments):
      symbols.indices.contains(symbol) && symbols[symbol].arguments.count == arguments.count && arguments.allSatisfy(isWellFormed)
    }
  }
}
