import Compiler
import Terms
import Verification

/// How the attacker comes by terms, in words.
struct Origins {
  private let system: TransitionSystem
  private let printer: TermPrinter
  /// The step in which the attacker was first told a term; 0: it knows it from the start.
  private var told: [GroundTerm: Int] = [:]

  init(_ system: TransitionSystem, _ printer: TermPrinter) {
    self.system = system
    self.printer = printer
    for term in system.initialKnowledge { if let term = GroundTerm(term) { told[term] = 0 } }
  }

  mutating func note(_ learned: [GroundTerm], step: Int) {
    for term in learned where told[term] == nil { told[term] = step }
  }

  /// A term that the attacker sends, or must not be able to derive.
  func origin(of term: GroundTerm, called name: String, _ knowledge: GroundAnalysis) -> Explanation.Sent {
    var sent = Explanation.Sent(name: name, value: printer.text(term), origin: "any value will do", derivation: [])
    if isPublic(term) {
      sent.origin = "everybody knows it"
      return sent
    }
    guard term != .unknown, let derivation = knowledge.derivation(of: term) else { return sent }
    sent.origin = summary(derivation)
    var seen: Set<GroundTerm> = []
    var lines: [String] = []
    tell(derivation, &seen, &lines)
    if lines.count > 1 { sent.derivation = lines }
    return sent
  }

  private func isPublic(_ term: GroundTerm) -> Bool {
    guard case .apply(let symbol, let arguments) = term else { return false }
    return system.signature.symbols[symbol].isPublic && arguments.allSatisfy(isPublic)
  }

  /// In one line: where it begins and what is done.
  private func summary(_ derivation: Derivation) -> String {
    switch derivation {
    case .known(let term): return source(term)
    case .constant(.own): return "a value of its own"
    case .constant: return "everybody knows it"
    case .takenApart(_, _, let whole):
      return "read in what it was told: \(summary(whole))"
        .replacing("read in what it was told: read in what it was told: ", with: "read in what it was told: ")
    case .opened(_, _, let message, let keys):
      let with = keys.isEmpty ? "" : " with \(keys.map { printer.text($0.conclusion) }.joined(separator: ", "))"
      return "opened \(shortened(message.conclusion))\(with): \(summary(message))"
    case .composed(_, let parts):
      // What everybody knows goes without saying.
      let sources = parts.filter { !isPublic($0.conclusion) }
      return "put together from \(sources.map { "\(printer.text($0.conclusion)) (\(summary($0)))" }.joined(separator: " and "))"
    }
  }

  private func source(_ term: GroundTerm) -> String {
    switch told[term] {
    case 0: "known from the start"
    case let step?: "learned in step \(step)"
    case nil: "known"
    }
  }

  private func shortened(_ term: GroundTerm) -> String {
    guard case .apply(let symbol, let arguments) = term, !arguments.isEmpty else { return printer.text(term) }
    return "\(system.signature.symbols[symbol].name)(…)"
  }

  /// From what was told to the conclusion, each conclusion once.
  private func tell(_ derivation: Derivation, _ seen: inout Set<GroundTerm>, _ lines: inout [String]) {
    guard seen.insert(derivation.conclusion).inserted else { return }
    let text = printer.text(derivation.conclusion)
    switch derivation {
    case .known(let term): lines.append("\(source(term)): \(text)")
    case .constant(.own): lines.append("of its own: \(text)")
    case .constant: return
    case .takenApart(_, _, let whole):
      tell(whole, &seen, &lines)
      lines.append("takes out: \(text)")
    case .opened(_, _, let message, let keys):
      tell(message, &seen, &lines)
      for key in keys { tell(key, &seen, &lines) }
      lines.append("opens: \(text)")
    case .composed(_, let parts):
      for part in parts { tell(part, &seen, &lines) }
      lines.append("puts together: \(text)")
    }
  }
}
