import Certificates
import Compiler
import Simulation
import Terms
import Verdicts
import Verification

/// A play by commands, one a line, each answered with text: what a terminal shows, or a script reads. It depends on nothing but the commands.
public struct PlayDialogue {
  public private(set) var play: Play
  let heading: Heading
  let style: TextStyle
  private let interrupted: @Sendable () -> Bool
  /// What can happen now.
  var moves: [Move]
  /// The move that is being filled.
  var filling: Filling?
  private var isSaved = true

  public struct Reply: Sendable {
    public var text: String
    /// Whether this was the end.
    public var isOver = false
  }

  /// - Parameters:
  ///   - system: what is played.
  ///   - heading: what is said of it.
  ///   - usesColour: whether to mark titles (ANSI); only on a terminal.
  ///   - interrupted: asked now and then by a hint's search; `true` ends it.
  public init(_ system: TransitionSystem, _ heading: Heading, usesColour: Bool, interrupted: @escaping @Sendable () -> Bool = { false }) {
    play = Play(system)
    self.heading = heading
    style = TextStyle(usesColour: usesColour)
    self.interrupted = interrupted
    moves = play.moves()
  }

  var words: PlayText { PlayText(play) }

  /// What is said before the first command.
  public var opening: String {
    var lines = [style.paint(heading.setting.title, .bold), "  \(heading.setting.file)"]
    if !heading.setting.attackers.isEmpty { lines.append("  attacker  \(heading.setting.attackers.joined(separator: " + "))") }
    lines.append("  bounds    \(heading.setting.bounds.joined(separator: ", "))")
    if !heading.setting.dropped.isEmpty { lines.append("  dropped   \(heading.setting.dropped.joined(separator: ", "))") }
    lines.append("  `help` lists the commands")
    return block(lines + [""] + present)
  }

  /// What asks for the next command, on a terminal.
  public var prompt: String { filling == nil ? "> " : "? " }

  // MARK: Commands

  /// Does what a line says. A line that cannot be understood changes nothing and is answered with the reason.
  public mutating func handle(_ line: String) -> Reply {
    var parts = line.split(whereSeparator: \.isWhitespace).map(String.init)
    if filling != nil { return Reply(text: block(answer(parts))) }
    guard let command = parts.first else { return Reply(text: block(present)) }
    parts.removeFirst()
    let rest = parts.joined(separator: " ")
    switch command {
    case "help", "?": return Reply(text: PlayDialogue.help)
    case "quit", "q", "exit": return Reply(text: "", isOver: true)
    case "moves", "m": return Reply(text: block(present))
    case "take", "t":
      guard let first = parts.first else { return Reply(text: block(["which step? `take 1`, for example"])) }
      return Reply(text: block(begin(first, Array(parts.dropFirst()))))
    case "state", "s": return Reply(text: block(state(of: rest)))
    case "knowledge", "know", "k": return Reply(text: block(knowledge))
    case "derive", "d": return Reply(text: block(derivation(of: rest)))
    case "story": return Reply(text: block(story))
    case "properties", "p": return Reply(text: block(properties))
    case "hint", "h": return Reply(text: block(hint(rest)))
    case "undo", "u": return Reply(text: block(turn(back: true, rest)))
    case "redo", "r": return Reply(text: block(turn(back: false, rest)))
    case "save": return Reply(text: block(save(to: rest)))
    case "load": return Reply(text: block(load(from: rest)))
    default:
      if Int(command) != nil { return Reply(text: block(begin(command, parts))) }
      return Reply(text: block(["there is no command `\(command)`; `help` lists them"]))
    }
  }

  private func block(_ lines: [String]) -> String { lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n" }

  // MARK: Steps

  private mutating func begin(_ word: String, _ answers: [String]) -> [String] {
    guard let number = Int(word), moves.indices.contains(number - 1) else {
      return [moves.isEmpty ? "nothing can happen any more; `undo` takes a step back" : "there is no step `\(word)`: choose 1 to \(moves.count)"]
    }
    var lines = goOn(Filling.begin(moves[number - 1], in: play))
    var left = answers
    while filling != nil, !left.isEmpty { lines = answer([left.removeFirst()]) }
    if !left.isEmpty { lines.append("not needed: \(left.joined(separator: " "))") }
    return lines
  }

  /// Asks for the next choice, or takes the step.
  mutating func goOn(_ outcome: Filling.Outcome) -> [String] {
    if case .open(let next) = outcome {
      filling = next
      return question(next)
    }
    if case .tooDeep = outcome { return words.lines(outcome) }
    filling = nil
    if case .step(let step) = outcome { return take(step) }
    return words.lines(outcome)
  }

  private mutating func take(_ step: GroundStep) -> [String] {
    do {
      let turn = try play.take(step)
      isSaved = false
      moves = play.moves()
      return told(turn, play.turns.count) + [""] + present
    } catch {
      return ["the step is refused: \(error.text(in: play.system))"]
    }
  }

  func told(_ turn: Play.Turn, _ number: Int) -> [String] {
    let words = words
    let lines = words.lines(turn)
    var told = ["\(number). \(lines.first ?? "")"]
    for line in lines.dropFirst() { told.append("   \(line)") }
    for broken in turn.broken { told.append(style.paint("✗ ", .red) + words.text(broken)) }
    return told
  }

  private mutating func turn(back: Bool, _ word: String) -> [String] {
    guard let count = word.isEmpty ? 1 : Int(word), count > 0 else { return ["how many steps? `\(back ? "undo" : "redo") 2`, for example"] }
    var done = 0
    while done < count, back ? play.undo() : play.redo() { done += 1 }
    guard done > 0 else { return [back ? "there is nothing to take back" : "there is nothing to take again"] }
    moves = play.moves()
    isSaved = false
    return ["\(count == done ? "" : "only ")\(Reports.count(done, "step")) taken \(back ? "back" : "again")", ""] + present
  }

  // MARK: Traces and hints

  private mutating func save(to path: String) -> [String] {
    guard !path.isEmpty else { return ["where to? `save run.json`, for example"] }
    do {
      try heading.trace(of: play).write(to: path)
      isSaved = true
      return ["\(Reports.count(play.turns.count, "step")) saved to `\(path)`"]
    } catch {
      return ["\(error)"]
    }
  }

  /// Plays a saved trace, or an attack's certificate, from the initial state. After an error the play is where it was.
  ///
  /// - Returns: what happened; an error's reason is in the second part.
  public mutating func load(_ path: String) -> (text: String, failure: String?) {
    do {
      let loaded = try heading.play(try TraceFile(file: path), in: play.system)
      play = loaded.play
      moves = play.moves()
      filling = nil
      let lines = loaded.remark.map { [$0] } ?? []
      return (block(lines + story + [""] + present), nil)
    } catch {
      return ("", "`\(path)` cannot be played: \(error)")
    }
  }

  private mutating func load(from path: String) -> [String] {
    guard !path.isEmpty else { return ["from where? `load run.json`, for example"] }
    let (text, failure) = load(path)
    return [failure ?? String(text.dropLast())]
  }

  private func hint(_ name: String) -> [String] {
    var asked: Int?
    if !name.isEmpty {
      asked = play.system.properties.firstIndex { $0.name == name }
      guard let asked else { return ["there is no property `\(name)`: \(play.system.properties.map(\.name).joined(separator: ", "))"] }
      if play.violations.contains(where: { $0.property == asked }) { return ["`\(name)` is broken already"] }
    } else if play.violations.count == play.system.properties.count {
      return ["every property is broken already"]
    }
    return [words.text(play.hint(for: asked, interrupted: interrupted), of: asked)]
  }
}
