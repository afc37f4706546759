import Compiler
import Language
import Traces
import Verdicts
import Verification

extension Explanation {
  /// Explains what was found of a scenario.
  ///
  /// - Parameters:
  ///   - result: what was found.
  ///   - property: an index into the result's properties; if it is violated, its attack is told.
  ///   - restorations: what comes of the dropped clauses, put back.
  ///   - library: the one that the scenario was compiled with.
  public init(_ result: ScenarioResult, property: Int?, restorations: [Restoration], in library: inout Library) {
    scenario = result.title
    file = result.file
    model = result.model
    cast = library.cast(of: result.scenario).map(Member.init)
    attackers = library.attackerClasses(of: result.scenario).map { AttackerClass(name: $0.name, text: $0.text, abilities: $0.abilities) }
    bounds = result.bounds
    options = result.options
    dropped = result.dropped.map { name in
      let clause = library.clause(name)
      return Clause(name: name, source: clause?.source.text ?? "", meaning: clause?.meaning.text ?? "", without: clause?.without?.text)
    }
    verdicts = result.properties.map { PropertyVerdict(property: $0.property, sentence: $0.sentence, verdict: $0.verdict, expected: $0.expected) }
    exploration = Exploration(states: result.states, transitions: result.transitions, depth: result.depth, stopped: result.stopped?.rawValue)
    guard let property, let found = result.properties[property].attack else { return }
    var teller = AttackTeller(found, result.compiled, SourceTexts(library.sources, below: result.compiled.root))
    let steps = teller.steps()
    attack = Attack(
      property: result.properties[property].property, sentence: result.properties[property].sentence, decisions: found.decisions, steps: steps,
      breach: teller.breach(of: result.system.properties[property]), restored: restorations.map { Restored($0, steps, teller.printer) })
  }
}

extension Explanation.Member {
  fileprivate init(_ member: CastDescription) {
    var does = member.starts
    if !member.endpoints.isEmpty { does.append("answers \(member.endpoints.joined(separator: ", "))") }
    if !member.hosts.isEmpty { does.append("receives what is sent to \(member.hosts.joined(separator: ", "))") }
    does += member.setups
    self.init(name: member.name, roles: member.roles, isHonest: member.isHonest, hosts: member.hosts, does: does)
  }
}

extension Explanation.Restored {
  /// - Parameter steps: those of the attack as it is explained.
  fileprivate init(_ restoration: Restoration, _ steps: [Explanation.Step], _ printer: TermPrinter) {
    self.init(clause: restoration.clause, verdict: restoration.verdict, otherAttack: restoration.otherAttack, refusedStep: nil, reason: "")
    guard let reenactment = restoration.reenactment, let compiled = restoration.compiled, restoration.problem == nil else {
      reason = restoration.problem ?? "the scenario cannot be compiled then"
      return
    }
    guard let refusal = reenactment.refusal else {
      reason = reenactment.isViolated ? "this very attack works all the same" : "all its steps are possible, but at their end the property is not broken"
      return
    }
    let index = reenactment.steps.count
    refusedStep = index + 1
    let unchecked =
      steps.indices.contains(index) ? steps[index].checks.first { $0.kind == .dropped && $0.clauses.contains(clause) && $0.wouldPass == false } : nil
    switch refusal {
    case .notDerivable(let term): reason = "the attacker cannot derive then what it sends there, \(printer.text(term))"
    case _ where unchecked != nil:
      reason = unchecked.map { "\($0.by) checks then that \($0.text); here \($0.values.map { "\($0.name) is \($0.value)" }.joined(separator: ", "))" } ?? ""
    case .noStep: reason = "there is no such step then"
    case .failed(let rule, let instruction, let differences):
      let check = compiled.accounts[rule].checks.first { $0.clauses.contains(restoration.clause) }
      let failed = compiled.system.rules[rule].instructions[instruction]
      reason = check.map { "\($0.by) checks then: \($0.text)" } ?? Explanation.Restored.text(failed, compiled.system)
      // Names that the attack has made are those of the run with the clause.
      let names = TermPrinter(reenactment.steps, in: compiled.system)
      let told = differences.filter { !$0.column.isEmpty }
        .map { "\($0.column) is \(names.text($0.found))\($0.wanted.isKnown ? ", not \(names.text($0.wanted))" : "")" }
      if check == nil, !told.isEmpty { reason += "; in the closest one \(told.joined(separator: ", "))" }
    }
  }

  private static func text(_ instruction: Instruction, _ system: TransitionSystem) -> String {
    switch instruction {
    case .spend(let budget): "the bound `\(system.budgets[budget].name)` is used up then"
    case .lookup(let fact, _): "there is no row of `\(system.predicates[fact.predicate].name)` then that is as the step needs it"
    case .missing(let fact, _): "there is a row of `\(system.predicates[fact.predicate].name)` then that must not be there"
    case .receive: "the attacker cannot derive then what it is to send"
    case .equal, .different, .honest, .dishonest: "a comparison fails then"
    case .fresh, .choose, .insert, .learn, .outnumbered: "its values do not fit then"
    }
  }
}

extension GroundTerm {
  /// Whether no part of it is ``unknown``.
  var isKnown: Bool {
    var isKnown = true
    forEachSubterm { if $0 == .unknown { isKnown = false } }
    return isKnown
  }
}

/// The lines of the model's files.
struct SourceTexts {
  private let sources: SourceSet
  private let prefix: String

  /// - Parameter root: Files below it are named from there.
  init(_ sources: SourceSet, below root: String) {
    self.sources = sources
    prefix = root.hasSuffix("/") ? root : root + "/"
  }

  func place(_ location: Location) -> (file: String, line: Int) {
    let file = sources.files[location.file]
    return (file.name.hasPrefix(prefix) ? String(file.name.dropFirst(prefix.count)) : file.name, file.lineAndColumn(of: location.range.start).line)
  }

  /// The lines of a place, in one excerpt for each stretch in one file, each line once.
  func excerpts(_ places: [RuleAccount.Place]) -> [Explanation.Excerpt] {
    var excerpts: [Explanation.Excerpt] = []
    var shown: Set<String> = []
    for place in places {
      let (name, first) = self.place(place.location)
      let file = sources.files[place.location.file]
      let last = file.lineAndColumn(of: max(place.location.range.start, place.location.range.end - 1)).line
      for number in first...max(first, last) {
        let text = file.line(number)
        if shown.insert("\(name):\(number)").inserted {
          if excerpts.last?.file != name { excerpts.append(Explanation.Excerpt(file: name, lines: [])) }
          excerpts[excerpts.count - 1].lines.append(Explanation.Line(number: number, text: text, isDropped: place.isDropped))
        }
        // The statements of a block come by themselves.
        let code = text.firstRange(of: " //").map { text[..<$0.lowerBound] } ?? text[...]
        if code.last(where: { $0 != " " }) == "{" { break }
      }
    }
    return excerpts
  }
}
