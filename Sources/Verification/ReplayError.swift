import Compiler
import Terms

/// Why a trace is not a run of its system, or is not certified as it should be.
public struct ReplayError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Equatable, Sendable {
    case unknownRule(Int)
    case unknownProperty(Int)
    /// There are not as many values as registers.
    case valueCount(Int, expected: Int)
    /// A value with a symbol, a sort or a name that does not exist.
    case malformedValue(register: Int)
    /// The register is of another sort, or cannot be `none`.
    case wrongSort(register: Int)
    /// A register that the instruction needs has no value.
    case noValue(register: Int)
    case budgetSpent(BudgetID)
    /// The fact that is looked up is not in the state.
    case factNotThere(GroundFact)
    /// A fact matches though none may.
    case factThere(PredicateID)
    case notEqual(GroundTerm, GroundTerm)
    case notDifferent(GroundTerm)
    case notHonest(GroundTerm)
    case notDishonest(GroundTerm)
    case notDerivable(GroundTerm)
    /// A fresh register holds something else, or a name that was used before.
    case notFresh(register: Int)
    case notAValue(GroundTerm, of: SortID)
    /// There are not more facts of the first predicate than of the second.
    case notOutnumbered(PredicateID, PredicateID)
    /// An instruction that only queries have.
    case onlyInQueries
    /// The last state does not violate the property (does not reach the witness).
    case notViolated
    case unknownQuery(Int)
    /// A register that no instruction needs has a value.
    case superfluousValue(register: Int)
    /// A derivation step, from 0 within the step of the trace, is none.
    case derivation(Int, DerivationFault)
    /// The step does something else than it is said to do.
    case otherEffect(Effect)
    case otherDecisions(Int, claimed: Int)
  }

  public enum Effect: String, Equatable, Sendable {
    case received = "what the attacker sends"
    case taken = "the facts that are taken"
    case inserted = "the facts that are inserted"
    case learned = "what the attacker is told"
  }

  /// The step, from 0; as many as there are steps: the state at the end.
  public var step: Int
  /// The instruction of the step's rule; nil: the error is not about one instruction.
  public var instruction: Int?
  public var reason: Reason

  public init(step: Int, instruction: Int? = nil, reason: Reason) {
    self.step = step
    self.instruction = instruction
    self.reason = reason
  }

  public var description: String { text(in: nil) }

  /// The error in words; with the system, its terms and facts are called by their names.
  public func text(in system: TransitionSystem?) -> String {
    let place = instruction.map { "step \(step + 1), instruction \($0 + 1)" } ?? "step \(step + 1)"
    return "\(place): \(ReplayErrorText(system: system).text(reason))"
  }
}

/// The wording of errors.
private struct ReplayErrorText {
  var system: TransitionSystem?

  func text(_ reason: ReplayError.Reason) -> String {
    switch reason {
    case .unknownRule(let rule): "there is no rule \(rule)"
    case .unknownProperty(let property): "there is no property \(property)"
    case .valueCount(let count, let expected): "\(count) values for \(expected) registers"
    case .malformedValue(let register): "register \(register) holds no term of this model"
    case .wrongSort(let register): "register \(register) cannot hold a value of this sort"
    case .noValue(let register): "register \(register) has no value"
    case .budgetSpent(let budget): "nothing is left of \(system.map { "the budget `\($0.budgets[budget].name)`" } ?? "budget \(budget)")"
    case .factNotThere(let fact): "the state has no fact \(text(fact))"
    case .factThere(let predicate): "the state has a fact of \(name(predicate)) that must not be there"
    case .notEqual(let first, let second): "\(text(first)) is not \(text(second))"
    case .notDifferent(let term): "\(text(term)) is on both sides"
    case .notHonest(let term): "\(text(term)) is not an honest constant"
    case .notDishonest(let term): "\(text(term)) is not a constant of the attacker's"
    case .notDerivable(let term): "the attacker cannot derive \(text(term)), or it is not said how"
    case .notFresh(let register): "register \(register) holds no new name"
    case .notAValue(let term, let sort): "\(text(term)) is no value of \(system.map { "`\($0.signature.sorts[sort].name)`" } ?? "sort \(sort)")"
    case .notOutnumbered(let many, let few): "there are not more facts of \(name(many)) than of \(name(few))"
    case .onlyInQueries: "a rule cannot count facts"
    case .notViolated: "the state does not answer the question of the property"
    case .superfluousValue(let register): "nothing asks for the value of register \(register)"
    case .unknownQuery(let query): "the property has no query \(query)"
    case .derivation(let number, let fault): "derivation step \(number + 1): \(text(fault))"
    case .otherEffect(let effect): "\(effect.rawValue): the model says something else"
    case .otherDecisions(let actual, let claimed): "\(actual) steps are decisions, not \(claimed)"
    }
  }

  private func text(_ fault: DerivationFault) -> String {
    switch fault {
    case .notTold(let term): "the attacker was not told \(text(term))"
    case .notOwn(let term): "\(text(term)) is no constant of the attacker's own"
    case .notApplicable(let term): "the attacker cannot apply the function of \(text(term))"
    case .premise(let term): "\(text(term)) was not derived before"
    case .notAnArgument(let term): "\(text(term)) cannot be taken out there"
    case .unknownOpening(let index): "there is no opening \(index)"
    case .notAsOpened(let term): "this opening does not give \(text(term))"
    case .malformed(let term): "\(text(term)) is no term of this model"
    case .repeated(let term): "\(text(term)) was derived before"
    }
  }

  private func name(_ predicate: PredicateID) -> String { system.map { "`\($0.predicates[predicate].name)`" } ?? "predicate \(predicate)" }

  private func text(_ fact: GroundFact) -> String { "\(name(fact.predicate)) (\(fact.arguments.map(text).joined(separator: ", ")))" }

  private func text(_ term: GroundTerm) -> String {
    guard let signature = system?.signature, signature.isWellFormed(term) else { return "\(term)" }
    switch term {
    case .name(let number, let sort): return "\(signature.sorts[sort].name)#\(number)"
    case .own(let number, let sort): return "own \(signature.sorts[sort].name)#\(number)"
    case .apply(let symbol, let arguments):
      let name = signature.symbols[symbol].name
      return arguments.isEmpty ? name : "\(name)(\(arguments.map(text).joined(separator: ", ")))"
    }
  }
}
