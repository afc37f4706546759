import Compiler
import Mustache
import Terms
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
    var fields: [SequenceDiagram.Detail]
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
    var isAttackers, hasLearned, hasDerivation: Bool
    var more, derivation: [String]
    var messages: [Message]
    var known: [Known]
    var knownCount: Int
    var places: [Place]
  }
  private struct Section {
    var id, heading, sentence, size, property, conclusion: String
    var isFolded: Bool
    /// Where the same steps are told, and as an attack on what; otherwise the picture and the steps are here.
    var sameAsID, sameAs, picture: String?
    var initial: [String]
    var steps: [Step]
    var breach: [String]
    var hasBreach: Bool
  }

  private static let attackTemplate = Markup.template(PackageResources.attack_mustache)

  /// An attack at length.
  mutating func attack(
    _ attack: Attack, on property: PropertyResult, in result: ScenarioResult, id: String, same: (id: String, property: String)?, isFolded: Bool
  ) -> String {
    let system = result.system
    let story = Story(attack, in: system)
    let printer = TermPrinter(attack.trace.steps, in: system)
    // An attack that cannot be certified has been refused before.
    let certified = try? certify(attack.trace, in: system)
    var lines = DerivationLines(printer, system)
    var section = Section(
      id: id, heading: "Attack on \(property.property)", sentence: property.sentence,
      size: "\(count(attack.steps, "step")), \(count(attack.decisions, "decision"))", property: property.property,
      conclusion: story.conclusion.joined(separator: "; "), isFolded: false, sameAsID: same?.id, sameAs: same.map { "the attack on \($0.property)" },
      initial: [],
      steps: [], breach: [], hasBreach: false)
    let derivations = (certified?.steps ?? []).enumerated().map { lines.text($1.derivation, learned: $1.effects.learned, in: $0 + 1) }
    section.breach = lines.text(certified?.violation.derivation ?? [], learned: [], in: 0)
    section.hasBreach = !section.breach.isEmpty
    guard same == nil else { return HTMLReport.attackTemplate.render(section) }
    let diagram = SequenceDiagram(attack, in: system)
    section.picture = diagram.svg { "\(id)-step-\($0)" }
    for term in system.initialKnowledge.compactMap({ GroundTerm($0) }).map(printer.text) where !section.initial.contains(term) { section.initial.append(term) }
    var known: [Known] = []
    for (index, told) in story.steps.enumerated() {
      known += told.learned.map { Known(value: $0, step: index + 1) }
      let rows = diagram.rows.filter { $0.step == index + 1 }
      let texts = result.compiled.sourceMap.handlers[attack.trace.steps[index].rule]
      let derivation = derivations.indices.contains(index) ? derivations[index] : []
      section.steps.append(
        Step(
          number: index + 1, stepID: "\(id)-step-\(index + 1)", first: told.lines.first ?? "", learned: told.learned.joined(separator: ", "),
          isAttackers: rows.first?.isAttackers ?? false, hasLearned: !told.learned.isEmpty, hasDerivation: !derivation.isEmpty,
          more: Array(told.lines.dropFirst()), derivation: derivation,
          messages: rows.filter { $0.kind != .knowledge && !$0.details.isEmpty }.map { Message(summary: diagram.words($0), fields: $0.details) }, known: known,
          knownCount: known.count, places: texts.enumerated().map { place($1, isOpen: $0 == 0, result, isFolded) }))
    }
    return HTMLReport.attackTemplate.render(section)
  }

  /// Lines of a model beside a step; or where they stand, on a page with many attacks.
  private mutating func place(_ source: SourceText, isOpen: Bool, _ result: ScenarioResult, _ isFolded: Bool) -> Place {
    let root = result.compiled.root + "/"
    let name = source.file.hasPrefix(root) ? String(source.file.dropFirst(root.count)) : source.file
    var place = Place(file: name, placeID: "", firstLine: source.first, isInline: !isFolded, isOpen: isOpen, lines: [])
    func lines() -> [Text.Line] {
      guard let file = result.compiled.files.first(where: { $0.name == source.file }) else { return [] }
      let width = String(source.last).count
      return (source.first...max(source.first, source.last)).map { Text.Line(number: leftPad(String($0), width), text: file.line($0) + "\n") }
    }
    guard isFolded else {
      place.lines = lines()
      return place
    }
    if let known = texts.first(where: { $0.file == name && $0.first == source.first && $0.lines.count == source.last - source.first + 1 }) {
      place.placeID = known.textID
    } else {
      place.placeID = identifier("text")
      texts.append(Text(textID: place.placeID, file: name, first: source.first, lines: lines()))
    }
    return place
  }
}

/// Derivations in words, and when the attacker was told what they start from.
private struct DerivationLines {
  private let printer: TermPrinter
  private let system: TransitionSystem
  private var told: [GroundTerm: Int] = [:]

  init(_ printer: TermPrinter, _ system: TransitionSystem) {
    self.printer = printer
    self.system = system
  }

  /// A line for each derivation step that is not a constant which everybody knows.
  mutating func text(_ steps: [DerivationStep], learned: [GroundTerm], in number: Int) -> [String] {
    let lines = steps.compactMap { step -> String? in
      let term = printer.text(step.conclusion)
      switch step {
      case .told(let fact): return "\(term): " + (told[fact].map { "told in step \($0)" } ?? "known at the start")
      case .own: return "\(term): a value of its own"
      case .composed(.apply(_, let arguments)):
        return arguments.isEmpty
          ? nil : "\(term): made of \(arguments.filter { $0.constantSymbol != Signature.none }.map(printer.text).joined(separator: ", "))"
      case .composed: return nil
      case .takenApart(_, _, let whole): return "\(term): part of \(printer.text(whole))"
      case .opened(_, let opening, let message, let keys):
        let with = keys.isEmpty ? "" : " with \(keys.map(printer.text).joined(separator: ", "))"
        return "\(term): taken out of \(printer.text(message))\(with) (opening \(opening + 1) of the model)"
      }
    }
    for term in learned where told[term] == nil { told[term] = number }
    return lines
  }
}
