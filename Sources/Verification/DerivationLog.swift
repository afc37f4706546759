import Compiler
import Terms

/// One use of one of the attacker's rules. What it starts from was told, or concluded by an earlier step of the same log.
///
/// The rules are those of the article *Semantics*, "What the attacker can derive".
public enum DerivationStep: Hashable, Sendable {
  /// The attacker was told the term.
  case told(GroundTerm)
  /// The term is a constant of the attacker's own.
  case own(GroundTerm)
  /// It applies the term's function to the arguments. A constant is a function without arguments.
  case composed(GroundTerm)
  /// The term is an argument (from 0) of one that can be taken apart.
  case takenApart(GroundTerm, argument: Int, of: GroundTerm)
  /// An opening (an index into the system's openings) of a message gives the term; `keys` are what it needs, in its order.
  case opened(GroundTerm, opening: Int, of: GroundTerm, with: [GroundTerm])

  /// The term that is derived.
  public var conclusion: GroundTerm {
    switch self {
    case .told(let term), .own(let term), .composed(let term), .takenApart(let term, _, _), .opened(let term, _, _, _): term
    }
  }
}

/// Why a derivation step is not one.
public enum DerivationFault: Error, Hashable, Sendable {
  /// The attacker was not told the term, or only later.
  case notTold(GroundTerm)
  case notOwn(GroundTerm)
  /// The attacker cannot apply the function.
  case notApplicable(GroundTerm)
  /// A term that the step starts from was not derived before it.
  case premise(GroundTerm)
  /// The term is not that argument of the other, or that cannot be taken apart.
  case notAnArgument(GroundTerm)
  case unknownOpening(Int)
  /// The message, the keys or the result are not as the opening has them.
  case notAsOpened(GroundTerm)
  /// The term has a symbol, a sort or a name that does not exist.
  case malformed(GroundTerm)
  /// The term was derived before.
  case repeated(GroundTerm)
}

/// The terms that were derived, each by a step that was checked. It finds nothing by itself.
struct DerivationLog: Sendable {
  private let deduction: GroundDeduction
  private var derived: Set<GroundTerm> = []

  init(_ system: TransitionSystem) { deduction = GroundDeduction(system) }

  func contains(_ term: GroundTerm) -> Bool { derived.contains(term) }

  /// Adds the conclusion of a step.
  ///
  /// - Parameter knowledge: what the attacker was told before it.
  mutating func append(_ step: DerivationStep, knowledge: Set<GroundTerm>) throws(DerivationFault) {
    let term = step.conclusion
    guard deduction.signature.isWellFormed(term) else { throw .malformed(term) }
    guard !derived.contains(term) else { throw .repeated(term) }
    switch step {
    case .told: guard knowledge.contains(term) else { throw .notTold(term) }
    case .own: guard case .own = term else { throw .notOwn(term) }
    case .composed:
      guard case .apply(let symbol, let arguments) = term, deduction.canApply(symbol, arguments) else { throw .notApplicable(term) }
      for argument in arguments { try require(argument) }
    case .takenApart(_, let argument, let whole):
      try require(whole)
      guard case .apply(let symbol, let arguments) = whole, deduction.signature.symbols[symbol].isTransparent, arguments.indices.contains(argument),
        arguments[argument] == term
      else { throw .notAnArgument(term) }
    case .opened(_, let index, let message, let keys):
      guard deduction.openings.indices.contains(index) else { throw .unknownOpening(index) }
      for premise in [message] + keys { try require(premise) }
      guard deduction.gives(deduction.openings[index], message, keys) == term else { throw .notAsOpened(term) }
    }
    derived.insert(term)
  }

  private func require(_ term: GroundTerm) throws(DerivationFault) {
    guard derived.contains(term) else { throw .premise(term) }
  }
}

extension GroundDeduction {
  /// What the opening gives of this message with these keys; nil where it gives nothing.
  fileprivate func gives(_ opening: Opening, _ message: GroundTerm, _ keys: [GroundTerm]) -> GroundTerm? {
    let matcher = Matcher(signature: signature, registers: opening.registers, allowsNone: true)
    var bindings = Bindings(repeating: nil, count: opening.registers.count)
    guard keys.count == opening.needs.count, matcher.match(opening.pattern, message, &bindings) else { return nil }
    for (need, key) in zip(opening.needs, keys) {
      guard matcher.match(need, key, &bindings) else { return nil }
    }
    return opening.gives.ground(bindings)
  }
}

/// Writes derivations down, each conclusion once.
struct DerivationWriter {
  private var derived: Set<GroundTerm> = []
  /// The steps since the last call of ``takeSteps()``.
  private var steps: [DerivationStep] = []

  mutating func add(_ derivation: Derivation) {
    let term = derivation.conclusion
    guard !derived.contains(term) else { return }
    switch derivation {
    case .known: steps.append(.told(term))
    case .constant:
      if case .own = term { steps.append(.own(term)) } else { steps.append(.composed(term)) }
    case .composed(_, let parts):
      for part in parts { add(part) }
      steps.append(.composed(term))
    case .takenApart(_, let argument, let whole):
      add(whole)
      steps.append(.takenApart(term, argument: argument, of: whole.conclusion))
    case .opened(_, let opening, let message, let keys):
      add(message)
      for key in keys { add(key) }
      steps.append(.opened(term, opening: opening, of: message.conclusion, with: keys.map(\.conclusion)))
    }
    derived.insert(term)
  }

  mutating func takeSteps() -> [DerivationStep] {
    defer { steps = [] }
    return steps
  }
}
