import Compiler
import Terms
import Traces
import Verification

/// A run as a picture: who takes part, and what is sent from whom to whom, in order.
///
/// The data of ``svg(anchor:isStandalone:)``, and of exports to other notations. Who sends and receives is told by the rules' transmissions, so a model
/// needs nothing for it. All texts are ready for people.
public struct SequenceDiagram: Sendable, Codable, Equatable {
  /// A role that somebody plays, or the attacker. The order is that of the cast; the attacker comes last.
  public struct Lifeline: Sendable, Codable, Equatable {
    /// `alice`; for the attacker its names and hosts.
    public var name: String
    /// `Browser`; `attacker` for the attacker.
    public var role: String
    public var isAttacker: Bool
  }

  public struct Detail: Sendable, Codable, Equatable {
    public var name: String
    public var value: String
  }

  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Somebody does something by itself, or the attacker makes it do so; from and to may be the same.
    case action
    case request
    /// Answers to requests.
    case redirect, form, page, data
    /// On a network that is the attacker's.
    case message
    /// What an earlier row has sent is taken up: a mark at `to`, no arrow of its own.
    case arrival
    /// The attacker can read somebody's message on its way.
    case leak
    /// What the attacker learns in the step; from and to are the attacker.
    case knowledge
  }

  /// One arrow or mark. A step has one row or more.
  public struct Row: Sendable, Codable, Equatable {
    /// The number of the step, from 1.
    public var step: Int
    public var kind: Kind
    /// Indices of lifelines.
    public var from: Int?
    /// nil: what is sent is taken up by nobody in this run.
    public var to: Int?
    /// `POST https://bank/token`
    public var label: String
    /// What kind of content: `TokenRequest`; often empty.
    public var content: String
    /// The sentence of the story that tells it; empty where that is told by another row.
    public var sentence: String
    /// The fields of what is sent.
    public var details: [Detail]
    /// Whether the attacker does it.
    public var isAttackers: Bool
  }

  public var lifelines: [Lifeline]
  public var rows: [Row]

  /// The picture of an attack; the trace must be one that the checker accepts.
  public init(_ attack: Attack, in system: TransitionSystem) { self.init(attack.trace.steps, told: Story(attack, in: system).steps, in: system) }

  /// The picture of a run that the checker has accepted.
  public init(_ run: ConcreteRun, in system: TransitionSystem) { self.init(run.steps, told: Story(run, in: system).steps, in: system) }

  init(_ steps: [GroundStep], told: [Story.Step], in system: TransitionSystem) {
    var drawing = Drawing(steps, system)
    for (number, (step, story)) in zip(steps, told).enumerated() { drawing.add(step, story, number: number + 1) }
    // Fixed positions, and nobody who does nothing.
    let used = system.parties.indices.filter { party in drawing.rows.contains { $0.from == party || $0.to == party } }
    let positions = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    lifelines = used.map { Lifeline(name: system.parties[$0].name, role: system.parties[$0].role, isAttacker: system.parties[$0].isAttacker) }
    rows = drawing.rows.map { row in
      var row = row
      row.from = row.from.flatMap { positions[$0] }
      row.to = row.to.flatMap { positions[$0] }
      return row
    }
  }
}

/// The rows of a run in the making; ends are indices of parties.
private struct Drawing {
  private let system: TransitionSystem
  private let printer: TermPrinter
  private var replay: Replay
  private(set) var rows: [SequenceDiagram.Row] = []
  /// What was sent and is not yet taken up, and the row that shows it.
  private var underWay: [(fact: GroundFact, row: Int)] = []

  init(_ steps: [GroundStep], _ system: TransitionSystem) {
    self.system = system
    printer = TermPrinter(steps, in: system)
    replay = Replay(system)
  }

  mutating func add(_ step: GroundStep, _ story: Story.Step, number: Int) {
    guard let effects = try? replay.take(step) else { return }
    let transmissions = system.rules[step.rule].transmissions
    let attacker = system.parties.firstIndex(where: \.isAttacker)
    var told: Set<Int> = []
    for (index, transmission) in transmissions.enumerated() {
      // What somebody does by itself is told by what it sends.
      let isShown = transmissions[(index + 1)...].contains { later in later.line == transmission.line && later.from == transmission.to }
      if transmission.kind == .action && transmission.from == transmission.to && isShown { continue }
      var row = row(transmission, step.values, number)
      if told.insert(transmission.line).inserted && story.lines.indices.contains(transmission.line) { row.sentence = story.lines[transmission.line] }
      if transmission.kind == .action {
        // Without what it sends, which has rows of its own.
        let lines = Story.lines(Array(system.rules[step.rule].narration.prefix(transmission.pieces)), step.values, printer)
        if let line = lines.last { row.label = line }
      }
      row.isAttackers = transmission.from == attacker
      rows.append(row)
      connect(transmission, effects)
    }
    if let attacker, !story.learned.isEmpty {
      let label = "learns \(story.learned.joined(separator: ", "))"
      let details = story.learned.map { SequenceDiagram.Detail(name: "learns", value: $0) }
      rows.append(
        SequenceDiagram.Row(
          step: number, kind: .knowledge, from: attacker, to: attacker, label: label, content: "", sentence: "", details: details, isAttackers: false))
    }
  }

  /// Finds the other end of what is not taken up in the step that sends it. The transmission's row is the last one.
  private mutating func connect(_ transmission: Transmission, _ effects: StepEffects) {
    guard let channel = transmission.channel else { return }
    let last = rows.count - 1
    if transmission.kind == .arrival {
      guard let fact = effects.taken.first(where: { $0.predicate == channel }), let index = underWay.firstIndex(where: { $0.fact == fact }) else { return }
      rows[underWay[index].row].to = transmission.to
      rows[last].from = rows[underWay[index].row].from
      rows[last].isAttackers = rows[last].to.map { system.parties[$0].isAttacker } ?? false
      underWay.remove(at: index)
    } else if let fact = effects.inserted.first(where: { $0.predicate == channel }) {
      rows[last].to = nil
      underWay.append((fact, last))
    }
  }

  private func row(_ transmission: Transmission, _ values: [GroundTerm?], _ number: Int) -> SequenceDiagram.Row {
    func text(_ term: Term?) -> String? { term.flatMap { $0.ground(values) }.map(printer.text) }
    let contents = transmission.contents.compactMap { $0.ground(values) }.filter(isContent)
    var details: [SequenceDiagram.Detail] = []
    for (name, value) in [("method", text(transmission.method)), ("status", text(transmission.status)), ("URL", text(transmission.url))] {
      if let value { details.append(SequenceDiagram.Detail(name: name, value: value)) }
    }
    let headers = [transmission.headers?.ground(values)].compactMap { $0 }.filter(isContent)
    for content in contents + headers { details += fields(of: content) }
    let names = contents.flatMap { content in
      let names = records(content)
      return names.isEmpty ? [printer.text(content)] : names
    }
    let target = [text(transmission.method), text(transmission.url)].compactMap { $0 }.joined(separator: " ")
    let label: String
    switch transmission.kind {
    case .action: label = transmission.name
    case .request: label = target
    case .redirect: label = "\(text(transmission.status) ?? "") to \(target)"
    case .form: label = "log-in form"
    case .page: label = "page"
    case .data, .message: label = names.joined(separator: ", ")
    case .arrival: label = target.isEmpty ? "takes up the answer" : "takes up \(target)"
    case .leak: label = "leak: \(transmission.name)"
    }
    let isNamed = transmission.kind == .data || transmission.kind == .message || transmission.kind == .action
    return SequenceDiagram.Row(
      step: number, kind: SequenceDiagram.Kind(transmission.kind), from: transmission.from, to: transmission.to, label: label,
      content: isNamed ? "" : names.joined(separator: ", "), sentence: "", details: details, isAttackers: false)
  }

  /// Whether it says anything: not `none`, nor what nobody looks at.
  private func isContent(_ term: GroundTerm) -> Bool {
    if case .own(_, let sort) = term { return sort != Signature.message }
    return term.constantSymbol != Signature.none
  }

  /// The names of the records in a message, those in tuples too.
  private func records(_ term: GroundTerm) -> [String] {
    guard case .apply(let symbol, let arguments) = term else { return [] }
    let info = system.signature.symbols[symbol]
    if !info.fields.isEmpty && info.name != "url" { return [info.name] }
    return info.isTransparent && !arguments.isEmpty && info.fields.isEmpty ? arguments.flatMap(records) : []
  }

  private func fields(of term: GroundTerm) -> [SequenceDiagram.Detail] {
    guard case .apply(let symbol, let arguments) = term else { return [SequenceDiagram.Detail(name: "content", value: printer.text(term))] }
    let info = system.signature.symbols[symbol]
    if !info.fields.isEmpty && info.name != "url" {
      return zip(info.fields, arguments).filter { $1.constantSymbol != Signature.none }.map { SequenceDiagram.Detail(name: $0, value: printer.text($1)) }
    }
    if info.name.hasPrefix("tuple") && info.isTransparent { return arguments.filter(isContent).flatMap(fields) }
    return [SequenceDiagram.Detail(name: "content", value: printer.text(term))]
  }
}

extension SequenceDiagram.Kind {
  fileprivate init(_ kind: Transmission.Kind) {
    self =
      switch kind {
      case .action: .action
      case .request: .request
      case .redirect: .redirect
      case .form: .form
      case .page: .page
      case .data: .data
      case .message: .message
      case .arrival: .arrival
      case .leak: .leak
      }
  }
}
