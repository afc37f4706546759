import Compiler
import Terms

/// The values of a rule's registers, as far as they are known.
typealias Bindings = [GroundTerm?]

/// Finds and fills in the variables of one rule, query or opening.
struct Matcher {
  let signature: Signature
  let registers: [Register]
  /// Lets every register be `none`: whoever opens a message gets at it whichever of its fields are absent.
  var allowsNone = false

  func admits(_ term: GroundTerm, _ register: Int) -> Bool {
    if allowsNone && term.constantSymbol == Signature.none { return true }
    return signature.admits(term, in: registers[register])
  }

  /// Binds variables of the pattern so that it is the term. Where that fails, `bindings` are of no use any more.
  func match(_ pattern: Term, _ term: GroundTerm, _ bindings: inout Bindings) -> Bool {
    switch pattern {
    case .variable(let register):
      if let bound = bindings[register] { return bound == term }
      guard admits(term, register) else { return false }
      bindings[register] = term
      return true
    case .apply(let symbol, let patterns):
      guard case .apply(let actual, let arguments) = term, actual == symbol, arguments.count == patterns.count else { return false }
      for index in patterns.indices {
        guard match(patterns[index], arguments[index], &bindings) else { return false }
      }
      return true
    }
  }

  func match(_ pattern: Fact, _ fact: GroundFact, _ bindings: inout Bindings) -> Bool {
    guard pattern.predicate == fact.predicate, pattern.arguments.count == fact.arguments.count else { return false }
    for index in pattern.arguments.indices {
      guard match(pattern.arguments[index], fact.arguments[index], &bindings) else { return false }
    }
    return true
  }

  /// Whether none of the facts matches, whatever the values of the `universal` variables.
  func isMissing(_ pattern: Fact, universal: [Int], in facts: [GroundFact], _ bindings: Bindings) -> Bool {
    var open = bindings
    for register in universal { open[register] = nil }
    for fact in facts where fact.predicate == pattern.predicate {
      var attempt = open
      if match(pattern, fact, &attempt) { return false }
    }
    return true
  }
}

extension Term {
  /// The term with the values of its variables; nil where one has none.
  package func ground(_ bindings: [GroundTerm?]) -> GroundTerm? {
    switch self {
    case .variable(let register): return bindings[register]
    case .apply(let symbol, let arguments):
      var ground: [GroundTerm] = []
      ground.reserveCapacity(arguments.count)
      for argument in arguments {
        guard let argument = argument.ground(bindings) else { return nil }
        ground.append(argument)
      }
      return .apply(symbol, ground)
    }
  }

  /// The first of its variables that has no value.
  func firstUnbound(_ bindings: Bindings) -> Int? {
    switch self {
    case .variable(let register): return bindings[register] == nil ? register : nil
    case .apply(_, let arguments):
      for argument in arguments {
        if let register = argument.firstUnbound(bindings) { return register }
      }
      return nil
    }
  }
}

extension Fact {
  /// The fact with the values of its variables; nil where one has none.
  func ground(_ bindings: Bindings) -> GroundFact? {
    var ground: [GroundTerm] = []
    for argument in arguments {
      guard let argument = argument.ground(bindings) else { return nil }
      ground.append(argument)
    }
    return GroundFact(predicate, ground)
  }

  /// The variables that occur in it.
  var variables: Set<Int> {
    var variables: Set<Int> = []
    for argument in arguments { argument.forEachVariable { variables.insert($0) } }
    return variables
  }
}
