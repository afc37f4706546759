import Compiler
import Terms
import Traces
import Verification

/// An attack in words: what happens in each step, and what the attacker learns from it.
public struct Story: Sendable, Codable, Equatable {
  public struct Step: Sendable, Codable, Equatable {
    /// The first line says who does what, the others what follows at once.
    public var lines: [String]
    /// What the attacker could not derive before.
    public var learned: [String]
    /// Where the model says so: file and line.
    public var file: String
    public var line: Int
  }
  public var steps: [Step]
  /// What is true at the end and must not be, in words; empty for a run that shows nothing.
  public var conclusion: [String]

  /// Tells the attack; the trace must be one that the checker accepts.
  public init(_ attack: Attack, in system: TransitionSystem) {
    let printer = TermPrinter(attack.trace.steps, in: system)
    var replay = Replay(system)
    steps = Story.steps(attack.trace.steps, &replay, printer)
    conclusion = []
    let question = attack.trace.isWitness ? system.witnesses[attack.trace.property] : system.properties[attack.trace.property]
    if let (query, values) = replay.answer(question) { conclusion = Story.conclusion(query, values, system, printer) }
  }

  /// Tells a run, which shows nothing in particular; the checker must have accepted it.
  public init(_ run: ConcreteRun, in system: TransitionSystem) {
    var replay = Replay(system)
    steps = Story.steps(run.steps, &replay, TermPrinter(run.steps, in: system))
    conclusion = []
  }

  private static func steps(_ steps: [GroundStep], _ replay: inout Replay, _ printer: TermPrinter) -> [Step] {
    let system = replay.system
    var told: [Step] = []
    for step in steps {
      let before = replay.analysis
      guard (try? replay.take(step)) != nil else { break }
      let rule = system.rules[step.rule]
      // What it was told, and what it could take out of that.
      var learned: [String] = []
      for term in replay.analysis.terms where !before.isDerivable(term) && !Story.isTransparent(term, system.signature) {
        let text = printer.text(term)
        if !learned.contains(text) { learned.append(text) }
      }
      told.append(Step(lines: lines(rule.narration, step.values, printer), learned: learned, file: rule.file, line: rule.line))
    }
    return told
  }

  static func lines(_ narration: [Narration], _ values: [GroundTerm?], _ printer: TermPrinter) -> [String] {
    var lines: [String] = []
    for piece in narration {
      var text = ""
      switch piece {
      case .line:
        lines.append("")
        continue
      case .text(let words): text = words
      case .term(let term): text = term.ground(values).map(printer.text) ?? "…"
      }
      if lines.isEmpty { lines.append("") }
      lines[lines.count - 1] += text
    }
    // A request without a query or a body says so with `none`.
    return lines.map {
      // What nobody looks at says nothing: a fragment, the body of a GET.
      $0.replacing(" fragment none", with: "").replacing(" fragment ‹anything›", with: "").replacing("} none", with: "}").replacing(" with none none", with: "")
        .replacing(" with none", with: " with").trimmingTrailingWith
    }
  }

  private static func isTransparent(_ term: GroundTerm, _ signature: Signature) -> Bool {
    guard case .apply(let symbol, _) = term else { return false }
    return signature.symbols[symbol].isTransparent
  }

  static func conclusion(_ query: Rule, _ values: [GroundTerm?], _ system: TransitionSystem, _ printer: TermPrinter) -> [String] {
    var lines: [String] = []
    func describe(_ fact: Fact) -> String {
      let predicate = system.predicates[fact.predicate]
      // Parts that nothing asks for are left out.
      let columns = zip(predicate.columnNames, fact.arguments).compactMap { name, term in term.ground(values).map { "\(name): \(printer.text($0))" } }
      return "\(predicate.name) (\(columns.joined(separator: ", ")))"
    }
    for instruction in query.instructions {
      switch instruction {
      case .lookup(let fact, _): lines.append(describe(fact))
      case .receive(let term): if let ground = term.ground(values) { lines.append("the attacker can derive \(printer.text(ground))") }
      case .missing(let fact, _): lines.append("without an earlier \(describe(fact))")
      case .different(let a, let b):
        if let x = a.ground(values), let y = b.ground(values) { lines.append("\(printer.text(x)) is not \(printer.text(y))") }
      case .outnumbered(let many, let few): lines.append("\(describe(many)) happened more often than \(describe(few))")
      default: break
      }
    }
    return lines
  }
}

extension String {
  fileprivate var trimmingTrailingWith: String { hasSuffix(" with") ? String(dropLast(5)) : self }
}
