import Terms
import Verification

/// A move on the way to a step: what is open is asked for, one choice after the other, and what has only one value is not asked for.
public struct Filling: Sendable {
  public let move: Move
  /// The values so far, by register.
  public private(set) var filled: [Int: GroundTerm] = [:]
  /// Values that are being built of parts, the outermost first.
  public private(set) var building: [Building] = []
  /// What is asked for, or the field that the outermost of these values is for.
  public private(set) var field: Form.Field
  /// What can be chosen now.
  public private(set) var choices: [Choice] = []

  /// A value that is being built: its next part is asked for.
  public struct Building: Sendable {
    public var symbol: SymbolID
    public internal(set) var arguments: [GroundTerm] = []
  }

  /// What comes of choosing.
  public enum Outcome: Sendable {
    /// More is to be chosen.
    case open(Filling)
    /// Nothing is open any more.
    case step(GroundStep)
    /// With these values there is no such step.
    case impossible
    /// There is nothing that this field could be.
    case nothing(field: String)
    /// A value is built of values that are built, and so on, more often than ``maximumNesting``.
    case tooDeep
  }

  public static let maximumNesting = 16

  /// Begins to fill a move.
  public static func begin(_ move: Move, in play: Play) -> Outcome { goOn(move, [:], in: play) }

  /// Chooses one of the ``choices``.
  public func choose(_ choice: Choice, in play: Play) -> Outcome {
    var next = self
    switch choice {
    case .compose(let symbol):
      guard building.count < Filling.maximumNesting else { return .tooDeep }
      next.building.append(Building(symbol: symbol))
    case .term(var term), .new(var term):
      while var part = next.building.popLast() {
        part.arguments.append(term)
        guard part.arguments.count == play.system.signature.symbols[part.symbol].arguments.count else {
          next.building.append(part)
          break
        }
        term = .apply(part.symbol, part.arguments)
      }
      guard !next.building.isEmpty else { return Filling.goOn(move, filled.merging([field.register: term]) { $1 }, in: play) }
    }
    guard let part = next.building.last else { return .impossible }
    let used = Array(next.filled.values) + next.building.flatMap(\.arguments)
    next.choices = play.choices(forArgument: part.arguments.count, of: part.symbol, filled: used)
    return next.choices.isEmpty ? .nothing(field: field.name) : .open(next)
  }

  private static func goOn(_ move: Move, _ filled: [Int: GroundTerm], in play: Play) -> Outcome {
    var filled = filled
    while true {
      let form = play.form(of: move, filled: filled)
      if let step = form.step { return .step(step) }
      guard form.isPossible, let field = form.fields.first else { return .impossible }
      let choices = play.choices(for: field, of: move, filled: filled)
      if choices.count == 1, case .term(let only) = choices[0] {
        filled[field.register] = only
      } else {
        return choices.isEmpty ? .nothing(field: field.name) : .open(Filling(move: move, filled: filled, field: field, choices: choices))
      }
    }
  }
}
