/// A most general unifier of terms, built up equation by equation; sorts are not looked at.
public struct Substitution: Sendable {
  private var values: [Int: Term] = [:]
  public init() {}

  /// The term, its outermost variable followed to its value.
  public func value(_ term: Term) -> Term {
    var current = term
    while case .variable(let index) = current, let next = values[index] { current = next }
    return current
  }

  /// The term with all values put in.
  public func apply(_ term: Term) -> Term {
    switch value(term) {
    case .variable(let index): return .variable(index)
    case .apply(let symbol, let arguments): return .apply(symbol, arguments.map(apply))
    }
  }

  /// Makes the terms equal; false where they cannot be, and then the substitution is of no more use.
  public mutating func unify(_ first: Term, _ second: Term) -> Bool {
    switch (value(first), value(second)) {
    case (.variable(let a), .variable(let b)) where a == b: return true
    case (.variable(let a), let term), (let term, .variable(let a)):
      if occurs(a, term) { return false }
      values[a] = term
      return true
    case (.apply(let f, let left), .apply(let g, let right)):
      guard f == g else { return false }
      for (a, b) in zip(left, right) where !unify(a, b) { return false }
      return true
    }
  }

  /// Makes each pair of terms equal.
  public mutating func unify(_ first: [Term], _ second: [Term]) -> Bool {
    for (a, b) in zip(first, second) where !unify(a, b) { return false }
    return true
  }

  private func occurs(_ variable: Int, _ term: Term) -> Bool {
    switch value(term) {
    case .variable(let index): index == variable
    case .apply(_, let arguments): arguments.contains { occurs(variable, $0) }
    }
  }
}

extension [Term] {
  /// One more than the highest number of a variable; 0 where there is none.
  public var variableCount: Int {
    var count = 0
    for term in self { term.forEachVariable { count = Swift.max(count, $0 + 1) } }
    return count
  }
}

extension Term {
  /// The term with every variable's number raised by `offset`.
  public func shifted(by offset: Int) -> Term { map { .variable($0 + offset) } }
}

/// Least general generalizations (Plotkin): what several terms have in common, the rest as variables.
public struct Generalization {
  private var variables: [Pair: Int] = [:]
  private struct Pair: Hashable { var first, second: Term }
  public init() {}

  /// The most special list of terms of which both are instances. A pair of subterms becomes the same variable wherever it occurs.
  public static func of(_ first: [Term], _ second: [Term]) -> [Term] {
    var generalization = Generalization()
    return zip(first, second).map { generalization.common($0, $1) }
  }

  private mutating func common(_ first: Term, _ second: Term) -> Term {
    if case .apply(let f, let left) = first, case .apply(let g, let right) = second, f == g {
      return .apply(f, zip(left, right).map { common($0, $1) })
    }
    let pair = Pair(first: first, second: second)
    let variable = variables[pair] ?? variables.count
    variables[pair] = variable
    return .variable(variable)
  }
}
