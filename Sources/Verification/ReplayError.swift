import Compiler
import Terms

/// Why a trace is not a run of its system.
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
    /// An instruction that only queries have.
    case onlyInQueries
    /// The last state does not violate the property (does not reach the witness).
    case notViolated
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

  public var description: String {
    let place = instruction.map { "step \(step + 1), instruction \($0 + 1)" } ?? "step \(step + 1)"
    return "\(place): \(reason)"
  }
}

extension ReplayError.Reason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownRule(let rule): "there is no rule \(rule)"
    case .unknownProperty(let property): "there is no property \(property)"
    case .valueCount(let count, let expected): "\(count) values for \(expected) registers"
    case .malformedValue(let register): "register \(register) holds no term of this model"
    case .wrongSort(let register): "register \(register) cannot hold a value of this sort"
    case .noValue(let register): "register \(register) has no value"
    case .budgetSpent(let budget): "nothing is left of budget \(budget)"
    case .factNotThere(let fact): "the state has no fact \(fact)"
    case .factThere(let predicate): "the state has a fact of predicate \(predicate) that must not be there"
    case .notEqual(let first, let second): "\(first) is not \(second)"
    case .notDifferent(let term): "\(term) is on both sides"
    case .notHonest(let term): "\(term) is not an honest constant"
    case .notDishonest(let term): "\(term) is not a constant of the attacker's"
    case .notDerivable(let term): "the attacker cannot derive \(term)"
    case .notFresh(let register): "register \(register) holds no new name"
    case .notAValue(let term, let sort): "\(term) is no value of sort \(sort)"
    case .onlyInQueries: "a rule cannot count facts"
    case .notViolated: "the state does not answer the question of the property"
    }
  }
}
