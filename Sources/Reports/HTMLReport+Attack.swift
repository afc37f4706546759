import Compiler
import Mustache
import Traces
import Verdicts
import Verification

extension HTMLReport {
  private struct Known {
    var value: String
    var step: Int
  }
  private struct Message {
    var summary: String
    var fields: [Entry]
  }
  /// What the attacker has, and how it comes by it.
  private struct Origin {
    var told: String
    var derivation: [String]
    var isDerived: Bool
    init(_ told: String, _ derivation: [String]) {
      self.told = told
      self.derivation = derivation
      isDerived = !derivation.isEmpty
    }
  }
  private struct Place {
    var file, placeID: String
    var firstLine: Int
    var isInline, isOpen: Bool
    var lines: [Text.Line]
  }
  private struct Step {
    var number: Int
    var stepID, first, learned: String
    var isAttackers, hasLearned, hasOrigins, hasChecks: Bool
    var more, checks: [String]
    var origins: [Origin]
    var messages: [Message]
    var known: [Known]
    var knownCount: Int
    var places: [Place]
  }
  private struct Section {
    var id, heading, sentence, size, property, conclusion: String
    /// Where the same steps are told, and as an attack on what; otherwise the picture and the steps are here.
    var sameAsID, sameAs, picture: String?
    var initial: [String]
    var steps: [Step]
    var breach: [Origin]
    var hasBreach: Bool
    /// The dropped clauses, put back.
    var restored: [String]
    var hasRestored: Bool
  }

  private static let attackTemplate = Markup.template(PackageResources.attack_mustache)

  /// An attack at length.
  mutating func attack(
    _ attack: Attack, explained explanation: Explanation, on property: PropertyResult, in result: ScenarioResult, id: String,
    same: (id: String, property: String)?, isFolded: Bool
  ) -> String {
    let system = result.system
    let report = ExplanationReport(explanation)
    let told = explanation.attack
    let breach = (told?.breach.derived ?? []).map { Origin("\($0.value): \($0.origin)", $0.derivation) }
    let restored = told.map { attack in attack.restored.map { report.restored($0, attack) } } ?? []
    var section = Section(
      id: id, heading: "Attack on \(property.property)", sentence: property.sentence,
      size: "\(count(attack.steps, "step")), \(count(attack.decisions, "decision"))", property: property.property,
      conclusion: (told?.breach.facts ?? []).joined(separator: "; "), sameAsID: same?.id, sameAs: same.map { "the attack on \($0.property)" },
      initial: [], steps: [], breach: breach, hasBreach: !breach.isEmpty, restored: restored, hasRestored: !restored.isEmpty)
    guard same == nil else { return HTMLReport.attackTemplate.render(section) }
    let diagram = SequenceDiagram(attack, in: system)
    section.picture = diagram.svg { "\(id)-step-\($0)" }
    let printer = TermPrinter(attack.trace.steps, in: system)
    for term in system.initialKnowledge.compactMap({ GroundTerm($0) }).map(printer.text) where !section.initial.contains(term) { section.initial.append(term) }
    var known: [Known] = []
    for (index, step) in (told?.steps ?? []).enumerated() {
      known += step.learned.map { Known(value: $0, step: step.number) }
      let texts = result.compiled.sourceMap.handlers[attack.trace.steps[index].rule]
      let origins = step.sent.map { Origin("\($0.name) = \($0.value): \($0.origin)", $0.derivation) }
      section.steps.append(
        Step(
          number: step.number, stepID: "\(id)-step-\(step.number)", first: step.sentences.first ?? "", learned: step.learned.joined(separator: ", "),
          isAttackers: diagram.rows.first { $0.step == step.number }?.isAttackers ?? false, hasLearned: !step.learned.isEmpty, hasOrigins: !origins.isEmpty,
          hasChecks: !step.checks.isEmpty, more: Array(step.sentences.dropFirst()) + step.leaks.map { "\($0.name) leaks to the attacker: \($0.value)" },
          checks: step.checks.map(report.text), origins: origins, messages: step.messages.filter { !$0.isSentEarlier }.map(message), known: known,
          knownCount: known.count, places: texts.enumerated().map { place($1, through: step.source, isOpen: $0 == 0, result, isFolded) }))
    }
    return HTMLReport.attackTemplate.render(section)
  }

  private func message(_ message: Explanation.Message) -> Message {
    let certificate = message.certificate.map { [Entry(name: "client certificate", value: $0)] } ?? []
    return Message(summary: message.heading, fields: message.parts.map { Entry(name: $0.name, value: $0.value) } + certificate)
  }

  /// Which lines of a file a step leads through, and which it would lead through if no clause were dropped.
  private static func marks(_ excerpts: [Explanation.Excerpt], in file: String) -> [Int: String] {
    Dictionary(excerpts.filter { $0.file == file }.flatMap(\.lines).map { ($0.number, $0.isDropped ? "✗ " : "▸ ") }, uniquingKeysWith: { first, _ in first })
  }

  /// Lines of a model beside a step; or where they stand, on a page with many attacks.
  private mutating func place(_ source: SourceText, through excerpts: [Explanation.Excerpt], isOpen: Bool, _ result: ScenarioResult, _ isFolded: Bool) -> Place
  {
    let root = result.compiled.root + "/"
    let name = source.file.hasPrefix(root) ? String(source.file.dropFirst(root.count)) : source.file
    var place = Place(file: name, placeID: "", firstLine: source.first, isInline: !isFolded, isOpen: isOpen, lines: [])
    func lines() -> [Text.Line] {
      guard let file = result.compiled.files.first(where: { $0.name == source.file }) else { return [] }
      let width = String(source.last).count
      let marks: [Int: String] = isFolded ? [:] : HTMLReport.marks(excerpts, in: name)
      var lines: [Text.Line] = []
      for number in source.first...max(source.first, source.last) {
        let mark = isFolded ? "" : marks[number] ?? "  "
        lines.append(Text.Line(number: "\(mark)\(leftPad(String(number), width))", text: "\(file.line(number))\n"))
      }
      return lines
    }
    guard isFolded else {
      place.lines = lines()
      return place
    }
    let count = source.last - source.first + 1
    if let known = texts.first(where: { text in text.file == name && text.first == source.first && text.lines.count == count }) {
      place.placeID = known.textID
    } else {
      place.placeID = identifier("text")
      texts.append(Text(textID: place.placeID, file: name, first: source.first, lines: lines()))
    }
    return place
  }
}
