import ExactNumbers
import Terms

@testable import Deduction

struct Variable: CustomStringConvertible {
  var sort: SortID
  var isOptional: Bool
  var epoch: Int32

  var description: String {
    "\(words.signature.sorts[sort].name)\(isOptional ? "?" : "")" + (epoch == unconstrained ? "" : "@\(epoch)")
  }
}

/// Random terms over the vocabulary that keep to its sorts.
struct ShapeGenerator {
  var random: SplitMix64
  var names: [SortID] = []
  var variables: [Variable] = []
  /// Whether an opening may come to depend on what a variable is.
  var hasOpenKeys = false
  /// Whether a variable of sort Message may stand where another sort is asked for.
  var isLoose = false

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    names = [words.key, words.key, words.nonce, words.nonce]
  }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

  mutating func chance(_ part: Int, in whole: Int) -> Bool { below(whole) < part }

  mutating func addVariable(epoch: Int32) {
    let sorts = [words.message, words.message, words.message, words.nonce, words.key, words.key, words.agent, words.digest, words.signed, words.publicKey]
    variables.append(Variable(sort: sorts[below(sorts.count)], isOptional: chance(1, in: 5), epoch: epoch))
  }

  /// A term of the sort with these variables. `isKnown`: it is for the attacker's knowledge.
  mutating func term(of sort: SortID, depth: Int, _ allowed: [Int], isKnown: Bool) -> Shape {
    let isStrict = isKnown && !hasOpenKeys
    let fitting = allowed.filter { index in
      sort == words.message || variables[index].sort == sort || (isLoose && hasOpenKeys && variables[index].sort == words.message)
    }
    if !fitting.isEmpty && chance(2, in: 5) { return .variable(fitting[below(fitting.count)]) }
    let constructors = words.constructors(of: sort)
    let atoms = atoms(of: sort)
    if !atoms.isEmpty && (depth <= 0 || constructors.isEmpty || chance(1, in: 3)) { return atoms[below(atoms.count)] }
    guard !constructors.isEmpty else { return .apply(words.none, []) }
    let symbol = constructors[below(constructors.count)]
    // A key that an opening asks for may not depend on a variable's value, unless it is the variable itself.
    let isLock = isStrict && (symbol == words.encrypt || symbol == words.keyOf)
    let arguments = words.signature.symbols[symbol].arguments.map { argument -> Shape in
      let inner = isLock && argument != words.message ? allowed.filter { argument == words.publicKey && variables[$0].sort == words.key } : allowed
      return term(of: argument, depth: depth - 1, inner, isKnown: isKnown)
    }
    return .apply(symbol, arguments)
  }

  func atoms(of sort: SortID) -> [Shape] {
    let constants = words.signature.symbols.indices.filter {
      let symbol = words.signature.symbols[$0]
      return symbol.arguments.isEmpty && $0 != words.none && (sort == words.message || symbol.result == sort)
    }
    return names.indices.filter { sort == words.message || names[$0] == sort }.map(Shape.name) + constants.map { .apply($0, []) }
  }
}
