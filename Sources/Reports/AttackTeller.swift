import Compiler
import Terms
import Traces
import Verification

/// Goes over the steps of an attack and writes down for each what it stands for.
struct AttackTeller {
  let printer: TermPrinter
  private let attack: Traces.Attack
  private let system: TransitionSystem
  private let accounts: [RuleAccount]
  private let texts: SourceTexts
  private let story: Story
  /// After all steps that were told.
  private var replay: Replay
  private var origins: Origins

  init(_ attack: Traces.Attack, _ compiled: Library.Compiled, _ texts: SourceTexts) {
    self.attack = attack
    self.texts = texts
    system = compiled.system
    accounts = compiled.accounts
    printer = TermPrinter(attack.trace.steps, in: compiled.system)
    story = Story(attack, in: compiled.system)
    replay = Replay(compiled.system)
    origins = Origins(compiled.system, printer)
  }

  /// All steps; called once.
  mutating func steps() -> [Explanation.Step] {
    var told: [Explanation.Step] = []
    for (index, step) in attack.trace.steps.enumerated() {
      let before = replay.analysis
      guard let effects = try? replay.take(step), story.steps.indices.contains(index) else { break }
      let account = accounts[step.rule]
      var messages = account.messages.map { message($0, step.values) }
      for number in messages.indices where messages[number].from.isEmpty {
        // The answer of an earlier step: who has given it is known there.
        let earlier: [Explanation.Message] = told.flatMap(\.messages) + messages[..<number]
        let to = messages[number].to
        let answer = earlier.last { message in message.kind == .response && message.to == to }
        messages[number].from = answer?.from ?? "the server"
      }
      let sentParts = account.inputs.filter(\.isAttackers).map(\.part).flatMap { sent($0.label, $0.term.filled(step.values), before) }
      let leaks = account.leaks.map { part in Explanation.Field(name: part.label, value: printer.text(part.term.filled(step.values))) }
      told.append(
        Explanation.Step(
          number: index + 1, sentences: story.steps[index].lines, messages: messages, sent: sentParts, checks: account.checks.map { check($0, step.values) },
          leaks: leaks, learned: story.steps[index].learned, source: texts.excerpts(account.places)))
      origins.note(effects.learned, step: index + 1)
    }
    return told
  }

  /// The moment in which the property breaks: after the last step.
  func breach(of property: Property) -> Explanation.Breach {
    var breach = Explanation.Breach(step: attack.steps, facts: story.conclusion, derived: [])
    guard let (query, values) = replay.answer(property) else { return breach }
    for case .receive(let term) in query.instructions {
      breach.derived.append(origins.origin(of: term.filled(values), called: "it", replay.analysis))
    }
    return breach
  }

  // MARK: Messages

  private func message(_ message: RuleAccount.Message, _ values: [GroundTerm?]) -> Explanation.Message {
    func text(_ term: Term?) -> String? { term.map { printer.text($0.filled(values)) } }
    func fields(_ parts: [RuleAccount.Part]) -> [Explanation.Field] {
      parts.flatMap { printer.fields($0.term.filled(values), called: $0.label, isQualified: parts.count > 1) }
    }
    let kind: Explanation.Message.Kind =
      switch message.kind {
      case .request: .request
      case .response: .response
      case .network: .network
      }
    return Explanation.Message(
      kind: kind, from: message.from, to: message.to ?? message.url.map { host(of: $0.filled(values)) } ?? "", isSentEarlier: message.isSentEarlier,
      method: text(message.method), url: text(message.url), status: text(message.status), query: fields(message.query), body: fields(message.body),
      fragment: fields(message.fragment), cookies: fields(message.cookies),
      headers: message.headers.flatMap { printer.fields($0.term.filled(values), called: $0.label) }
        .map { Explanation.Field(name: headerName($0.name), value: $0.value) },
      certificate: text(message.certificate))
  }

  /// `referrer_policy` is the header Referrer-Policy.
  private func headerName(_ field: String) -> String {
    field.contains("_") ? field.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: "-") : field
  }

  private func host(of url: GroundTerm) -> String {
    guard case .apply(_, let parts) = url, parts.count == 3 else { return "" }
    let isAttackers = parts[1].constantSymbol.map { system.signature.symbols[$0].isAttackers } ?? false
    return printer.text(parts[1]) + (isAttackers ? " (the attacker's)" : "")
  }

  private func sent(_ label: String, _ term: GroundTerm, _ knowledge: GroundAnalysis) -> [Explanation.Sent] {
    if let fields = printer.parts(of: term) { return fields.flatMap { sent($0.0.isEmpty ? label : "\(label).\($0.0)", $0.1, knowledge) } }
    return term.constantSymbol == Signature.none || term.isAnything ? [] : [origins.origin(of: term, called: label, knowledge)]
  }

  // MARK: Checks

  private func check(_ check: RuleAccount.Check, _ values: [GroundTerm?]) -> Explanation.Check {
    let kind: Explanation.Check.Kind =
      switch check.kind {
      case .condition: .condition
      case .branch: .branch
      case .shape: .shape
      case .row: .row
      case .taken: .taken
      case .noRow: .noRow
      case .session: .session
      case .dropped: .dropped
      }
    let place = texts.place(check.location)
    let terms = check.parts.map { $0.term.filled(values) }
    return Explanation.Check(
      kind: kind, by: check.by, text: check.text,
      values: zip(check.parts, terms).filter { $1 != .unknown }.map { Explanation.Field(name: $0.label, value: printer.text($1)) },
      wouldPass: check.kind == .dropped ? isTrue(check.relation, terms) : nil, clauses: check.clauses, file: place.file, line: place.line)
  }

  /// nil where a value is not known.
  private func isTrue(_ relation: RuleAccount.Check.Relation?, _ terms: [GroundTerm]) -> Bool? {
    guard terms.allSatisfy(\.isKnown) else { return nil }
    switch relation {
    case .equal where terms.count == 2: return terms[0] == terms[1]
    case .different where terms.count == 2: return terms[0] != terms[1]
    case .present where terms.count == 1: return terms[0].constantSymbol != Signature.none
    case .absent where terms.count == 1: return terms[0].constantSymbol == Signature.none
    default: return nil
    }
  }
}

extension GroundTerm {
  /// What nobody looks at: neither a value nor a sort was ever asked for.
  fileprivate var isAnything: Bool { if case .own(_, Signature.message) = self { true } else { false } }
}

extension TermPrinter {
  /// The parts of a record or a tuple, with their names, if they have any; nil for all else: a URL is one thing.
  func parts(of term: GroundTerm) -> [(String, GroundTerm)]? {
    guard case .apply(let symbol, let arguments) = term, !arguments.isEmpty else { return nil }
    let info = signature.symbols[symbol]
    guard info.isTransparent, info.name != "url", !info.name.hasPrefix("/") else { return nil }
    return Array(zip(info.fields.isEmpty ? arguments.map { _ in "" } : info.fields, arguments))
  }

  /// A value as fields: those of a record, or one with the given name. What is absent, and what may be anything, is left out.
  func fields(_ term: GroundTerm, called label: String, isQualified: Bool = false) -> [Explanation.Field] {
    if term.isAnything || term.constantSymbol == Signature.none { return [] }
    guard let parts = parts(of: term) else { return [Explanation.Field(name: label, value: text(term))] }
    return parts.filter { !$1.isAnything && $1.constantSymbol != Signature.none }.flatMap { name, part in
      if name.isEmpty { return fields(part, called: label) }
      return [Explanation.Field(name: isQualified ? "\(label).\(name)" : name, value: text(part))]
    }
  }
}
