import Terms

@testable import Deduction
@testable import Verification

/// A term as these tests generate and compare it, apart from any workspace.
indirect enum Shape: Hashable, CustomStringConvertible {
  case variable(Int)
  case name(Int)
  case apply(SymbolID, [Shape])

  /// The terms that the term consists of, itself first.
  var subterms: [Shape] {
    if case .apply(_, let arguments) = self { return [self] + arguments.flatMap(\.subterms) }
    return [self]
  }

  var variables: Set<Int> {
    Set(
      subterms.compactMap {
        if case .variable(let index) = $0 { return index }
        return nil
      })
  }

  /// The term with the values of its variables, and names of these sorts.
  func ground(_ names: [SortID], _ value: (Int) -> GroundTerm) -> GroundTerm {
    switch self {
    case .variable(let index): value(index)
    case .name(let index): .name(index, sort: names[index])
    case .apply(let symbol, let arguments): .apply(symbol, arguments.map { $0.ground(names, value) })
    }
  }

  /// Makes the ground term an instance of this one, where it can be one.
  func match(_ term: GroundTerm, _ values: inout [Int: GroundTerm]) -> Bool {
    switch (self, term) {
    case (.variable(let index), _):
      if let value = values[index] { return value == term }
      values[index] = term
      return true
    case (.name(let index), .name(let other, _)): return index == other
    case (.apply(let symbol, let arguments), .apply(let other, let actual)):
      return symbol == other && zip(arguments, actual).allSatisfy { $0.match($1, &values) }
    default: return false
    }
  }

  var description: String {
    switch self {
    case .variable(let index): "x\(index)"
    case .name(let index): "n\(index)"
    case .apply(let symbol, let arguments):
      words.signature.symbols[symbol].name + (arguments.isEmpty ? "" : "(\(arguments.map(\.description).joined(separator: ", ")))")
    }
  }
}

extension Workspace {
  /// The term that looks so, where variables and names are numbered as they were made.
  func build(_ shape: Shape) -> TermID {
    switch shape {
    case .variable(let index): ~Int32(index)
    case .name(let index): firstName + Int32(index)
    case .apply(let symbol, let arguments): apply(symbol, arguments.map(build))
    }
  }

  /// How the term looks under the present bindings.
  func shape(of term: TermID) -> Shape {
    let term = value(term)
    if isVariable(term) { return .variable(Int(~term)) }
    if isName(term) { return .name(Int(term - firstName)) }
    let symbol = symbol(of: term)
    return .apply(symbol, (0..<Int(arity[symbol])).map { shape(of: argument($0, of: term)) })
  }
}
