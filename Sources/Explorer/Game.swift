import Certificates
import Compiler
import Exploration
import Foundation
import Reports
import Simulation
import Terms
import Verification

/// Something that a person does in a play, as the page says it.
struct PlayCommand: Codable, Sendable {
  enum Kind: String, Codable, Sendable {
    /// The move with this number; from 0.
    case take
    /// The choice with this number; from 0.
    case choose
    /// Fills the move no further.
    case cancel
    case undo, redo
    /// How far a violation of the property is; of any, where none is named.
    case hint
    /// Plays the steps of a trace from the beginning.
    case load
  }
  var kind: Kind
  var number: Int?
  var property: String?
  /// A saved trace, or an attack's certificate, as it stands in its file.
  var trace: String?
}

/// All that the page shows of a play. Texts are those of `interloper simulate`.
struct PlayView: Codable, Sendable {
  struct Move: Codable, Sendable {
    var text: String
    var isAttackers: Bool
  }
  struct Turn: Codable, Sendable {
    var lines: [String]
    /// Properties that it broke, and why.
    var broken: [String]
  }
  struct Question: Codable, Sendable {
    /// The move that is being filled, so far.
    var move: String
    var text: String
    var choices: [String]
  }
  struct Participant: Codable, Sendable {
    var name: String
    /// What is in its tables and sessions.
    var entries: [String]
  }
  struct Property: Codable, Sendable {
    var name: String
    var text: String
    var isBroken: Bool
  }
  struct Budget: Codable, Sendable {
    var name: String
    var left: Int
  }
  var moves: [Move]
  /// What is to be chosen before the move can be made; nil: no move is being filled.
  var question: Question?
  var turns: [Turn]
  var participants: [Participant]
  var knowledge: [String]
  var properties: [Property]
  var budgets: [Budget]
  var canUndo: Bool
  var canRedo: Bool
  /// What came of the last command, where that is not to be seen elsewhere.
  var notice: String
  /// The move, or the choice, with which a hint begins or goes on.
  var hinted: Int?
}

/// A play, and what is being chosen in it: the page's `interloper simulate`.
struct Game: Sendable {
  private let heading: PlayDialogue.Heading
  private var play: Play
  private var moves: [Move]
  private var filling: Filling?
  private var notice = ""
  /// How a hint begins.
  private var suggestion: (move: Move, filled: [Int: GroundTerm])?

  init(_ system: TransitionSystem, _ heading: PlayDialogue.Heading) {
    play = Play(system)
    self.heading = heading
    moves = play.moves()
  }

  var title: String { heading.setting.title }

  /// What was played, to be saved.
  var trace: TraceFile { heading.trace(of: play) }

  /// Steps that a play can have: each is kept, with the state behind it.
  static let maximumTurns = 1000

  /// Does what was asked for; what cannot be done changes nothing but the notice.
  mutating func handle(_ command: PlayCommand, hintLimits: Limits, interrupted: @escaping @Sendable () -> Bool) {
    notice = ""
    switch command.kind {
    case .take:
      guard let number = command.number, moves.indices.contains(number) else {
        notice = "there is no such step"
        return
      }
      guard play.turns.count < Game.maximumTurns else {
        notice = "a play has at most \(Game.maximumTurns) steps"
        return
      }
      goOn(Filling.begin(moves[number], in: play))
    case .choose:
      guard let current = filling, let number = command.number, current.choices.indices.contains(number) else {
        notice = "there is no such choice"
        return
      }
      goOn(current.choose(current.choices[number], in: play))
    case .cancel:
      if filling != nil { notice = "nothing has happened" }
      filling = nil
    case .undo, .redo:
      guard command.kind == .undo ? play.undo() : play.redo() else {
        notice = "there is nothing to take \(command.kind == .undo ? "back" : "again")"
        return
      }
      changed()
    case .hint: hint(command.property, hintLimits, interrupted)
    case .load: load(command.trace ?? "")
    }
  }

  private mutating func load(_ text: String) {
    do {
      let file = try TraceFile(json: Data(text.utf8))
      guard file.trace.steps.count <= Game.maximumTurns else {
        notice = "a play has at most \(Game.maximumTurns) steps"
        return
      }
      let loaded = try heading.play(file, in: play.system)
      play = loaded.play
      notice = loaded.remark ?? ""
      changed()
    } catch {
      notice = "this cannot be played: \(error)"
    }
  }

  private mutating func goOn(_ outcome: Filling.Outcome) {
    notice = PlayText(play).lines(outcome).joined(separator: "\n")
    switch outcome {
    case .open(let next): filling = next
    case .tooDeep: break
    case .impossible, .nothing: filling = nil
    case .step(let step):
      do {
        try play.take(step)
        changed()
      } catch {
        filling = nil
        notice = "the step is refused: \(error.text(in: play.system))"
      }
    }
  }

  private mutating func changed() {
    filling = nil
    suggestion = nil
    moves = play.moves()
  }

  private mutating func hint(_ name: String?, _ limits: Limits, _ interrupted: @escaping @Sendable () -> Bool) {
    var property: Int?
    if let name {
      property = play.system.properties.firstIndex { $0.name == name }
      if property == nil {
        notice = "there is no property `\(name)`"
        return
      }
    }
    let broken = play.violations.map(\.property)
    if property.map(broken.contains) ?? (broken.count == play.system.properties.count) {
      notice = property == nil ? "every property is broken already" : "this property is broken already"
      return
    }
    let hint = play.hint(for: property, limits: limits, interrupted: interrupted)
    notice = PlayText(play).text(hint, of: property)
    if case .found(_, _, _, let first) = hint { suggestion = (first.move, first.filled) }
  }

  /// The move that the hint begins with; while it is filled, the choice.
  private var hinted: Int? {
    guard let suggestion else { return nil }
    guard let filling else { return moves.firstIndex(of: suggestion.move) }
    guard filling.move == suggestion.move, var wanted = suggestion.filled[filling.field.register] else { return nil }
    for part in filling.building {
      guard case .apply(part.symbol, let arguments) = wanted, arguments.starts(with: part.arguments) else { return nil }
      wanted = arguments[part.arguments.count]
    }
    return filling.choices.firstIndex { choice in
      switch choice {
      case .term(let term), .new(let term): term == wanted
      case .compose(let symbol): if case .apply(symbol, _) = wanted { true } else { false }
      }
    }
  }

  /// The play as it is now.
  var view: PlayView {
    let words = PlayText(play)
    var participants: [PlayView.Participant] = []
    for section in play.sections {
      if participants.last?.name != section.owner { participants.append(PlayView.Participant(name: section.owner, entries: [])) }
      participants[participants.count - 1].entries += section.facts.map { "\(section.name) (\(words.text($0)))" }
    }
    let broken = Dictionary(uniqueKeysWithValues: play.violations.map { ($0.property, $0) })
    return PlayView(
      moves: zip(words.lines(moves), moves).map { PlayView.Move(text: $0, isAttackers: $1.isAttackers) },
      question: filling.map {
        PlayView.Question(move: words.lines($0.move, filled: $0.filled).first ?? "", text: words.text($0), choices: $0.choices.map(words.text))
      },
      turns: play.turns.map { PlayView.Turn(lines: words.lines($0), broken: $0.broken.map(words.text)) },
      participants: participants, knowledge: play.knowledge.map(words.text),
      properties: play.system.properties.enumerated().map { index, property in
        PlayView.Property(name: property.name, text: broken[index].map(words.text) ?? "\(property.name): \(property.text)", isBroken: broken[index] != nil)
      },
      budgets: play.budgets.map { PlayView.Budget(name: $0.name, left: $0.left) }, canUndo: play.canUndo, canRedo: play.canRedo, notice: notice,
      hinted: hinted)
  }

  /// How the attacker comes by what stands here in the view's knowledge, from 0; nil: there is no such thing.
  func derivation(of number: Int) -> [String]? {
    let terms = play.knowledge
    guard terms.indices.contains(number), let derivation = play.derivation(of: terms[number]) else { return nil }
    return PlayText(play).lines(derivation)
  }
}
