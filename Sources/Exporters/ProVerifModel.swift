import Compiler
import Terms

/// Writes a system as a typed applied pi calculus model for ProVerif: a replicated process for each rule, a table for each kind of fact,
/// correspondence queries for properties.
///
/// Tables only grow: what a rule takes away stays. A rule that tests for absence, and a property that counts, are refused. The article
/// *UnboundedProvers* says what is and is not carried over, and has the grammar of what is written.
///
/// Source: Blanchet, "Modeling and Verifying Security Protocols with the Applied Pi Calculus and ProVerif" (2016); Blanchet, Smyth, Cheval,
/// Sylvestre, "ProVerif 2.05: Automatic Cryptographic Protocol Verifier, User Manual and Tutorial" (2023).
public struct ProVerifModel {
  let system: TransitionSystem
  private var identifiers: Identifiers
  let symbols: SymbolNames
  /// Tables and events, by predicate.
  private(set) var facts: [String] = []
  private(set) var channel = ""
  /// Destructors: declarations, in the order of their first use, and their names by what they do.
  private var destructors: [String] = []
  private var destructorNames: [String: String] = [:]
  /// Events that a query asks for "earlier": within a step they come first.
  private var earlier: Set<PredicateID> = []

  private static let reserved: Set<String> = [
    "among", "axiom", "channel", "choice", "clauses", "const", "def", "diff", "do", "elimtrue", "else", "equation", "equivalence", "event", "expand", "fail",
    "for", "forall", "foreach", "free", "fun", "get", "if", "implementation", "in", "inj", "insert", "lemma", "let", "letfun", "letproba", "new", "noninterf",
    "noselect", "not", "nounif", "or", "otherwise", "out", "param", "phase", "pred", "proba", "process", "proof", "public_vars", "putbegin", "query", "reduc",
    "restriction", "secret", "select", "set", "suchthat", "sync", "table", "then", "type", "weaksecret", "yield", "bitstring", "bool", "nat", "true", "false",
    "attacker", "mess", "event", "time", "is_nat", "any_type", "optimize", "induction", "hypothesis", "conclusion", "ignoreAFewTimes", "inductionOn",
  ]

  /// `properties`: the places of those that become queries; nil: all.
  ///
  /// - Throws: what cannot be said in it.
  public static func text(of system: TransitionSystem, properties: [Int]? = nil) throws(ExportFailure) -> String {
    var model = ProVerifModel(system)
    return try model.text(properties ?? Array(system.properties.indices))
  }

  private init(_ system: TransitionSystem) {
    self.system = system
    identifiers = Identifiers(reserved: ProVerifModel.reserved)
    symbols = SymbolNames(system.signature, &identifiers)
    for predicate in system.predicates { facts.append(identifiers.make(predicate.name.replacing("event ", with: ""))) }
    channel = identifiers.make("network")
    for case .missing(let fact, _) in system.properties.flatMap(\.queries).flatMap(\.instructions) { earlier.insert(fact.predicate) }
  }

  func isEvent(_ fact: Fact) -> Bool { system.predicates[fact.predicate].kind == .event }

  private mutating func text(_ properties: [Int]) throws(ExportFailure) -> String {
    var queries: [String] = []
    for index in properties {
      let property = system.properties[index]
      let found = try ProVerifQuery(model: self, property: property).texts()
      queries.append(([comment("property \(property.name): \(property.text)")] + found).joined(separator: "\n") + "\n")
    }
    for witness in system.witnesses {
      // Without its events a model would prove everything.
      let found = try ProVerifQuery(model: self, property: witness).texts()
      queries.append(
        ([comment("witness \(witness.name): \(witness.text). One of these has to be false: then it can come about.")] + found).joined(separator: "\n") + "\n")
    }
    var processes: [String] = []
    var labels: [String] = []
    for rule in system.rules {
      guard let flat = FlatRule(rule) else { continue }
      try check(flat)
      let label = identifiers.make("rule " + rule.name)
      labels.append(label)
      var writer = ProVerifProcess(model: self, rule: flat)
      processes.append("\(comment(rule.name))\nlet \(label) =\n\(writer.text()).\n")
      self = writer.model
    }
    let (attackers, attackersLabels) = attackersFunctions()
    let parts = [header(), declarations()] + (destructors.isEmpty ? [] : [destructors.joined(separator: "\n") + "\n"])
    return (parts + queries + attackers + processes + [main(attackersLabels + labels)]).joined(separator: "\n")
  }

  /// What ProVerif has no words for.
  private func check(_ rule: FlatRule) throws(ExportFailure) {
    try rule.checkDetermined("ProVerif")
    if let absence = rule.absences.first {
      throw ExportFailure(
        "`\(rule.name)` cannot be exported to ProVerif: it runs only where no `\(system.predicates[absence.fact.predicate].name)` is there, and tables there only grow"
      )
    }
    if let lookup = rule.lookups.first(where: { isEvent($0.fact) }) {
      throw ExportFailure("`\(rule.name)` cannot be exported to ProVerif: it looks for the event `\(system.predicates[lookup.fact.predicate].name)`")
    }
  }

  private func header() -> String {
    var lines = [system.title, "", "A scenario of Interloper, for ProVerif. What is not as it is there:"]
    lines.append("- Sessions are unbounded: whatever the scenario lets start may start any number of times. Its bounds were:")
    lines += system.budgets.map { "    \($0.name): \($0.count)" }
    lines += [
      "- What a rule takes away (a code that is used once, a session that ends) stays: tables only grow.",
      "- A step is not atomic: others may come between its look-ups.",
      "- In queries whatever is not a constant of the attacker's counts as honest.",
      "- Sorts are not carried over, but that what the attacker chooses for a field with listed values is one of them, and not none where a field is not optional:",
      "  a message of one sort may pass for one of another.",
      "So a property whose queries are all true also holds within the scenario's bounds; an attack may be one that the scenario rules out.",
    ]
    return comment(lines.joined(separator: "\n"))
  }

  func comment(_ text: String) -> String { "(* \(text.replacing("*)", with: "* )").replacing("(*", with: "( *").replacing("\"", with: "'")) *)" }

  // MARK: Declarations

  private mutating func declarations() -> String {
    var lines = ["free \(channel): channel."]
    for (id, symbol) in system.signature.symbols.enumerated() {
      let options = symbol.isPublic ? (symbol.isTransparent && !symbol.arguments.isEmpty ? " [data]" : "") : " [private]"
      if symbol.arguments.isEmpty {
        lines.append("const \(symbols[id]): bitstring\(options).")
      } else {
        lines.append("fun \(symbols[id])(\(types(symbol.arguments.count))): bitstring\(options).")
      }
      guard symbol.isTransparent && !symbol.isPublic else { continue }
      for place in symbol.arguments.indices {
        let arguments = symbol.arguments.indices.map { "x_\($0)" }
        let name = identifiers.make("\(symbols[id]) \(place) part")
        lines.append("reduc \(forall(arguments))\(name)(\(symbols[id])(\(arguments.joined(separator: ", ")))) = \(arguments[place]).")
      }
    }
    for opening in system.openings {
      let name = identifiers.make("open " + symbols.head(of: opening.pattern))
      let arguments = [opening.pattern] + opening.needs
      let variables = FlatRule.variables(arguments + [opening.gives]).map { Identifiers.variable($0, opening.registers) }
      let texts = arguments.map { term($0, opening.registers) }
      lines.append("reduc \(forall(variables))\(name)(\(texts.joined(separator: ", "))) = \(term(opening.gives, opening.registers)).")
    }
    for (id, predicate) in system.predicates.enumerated() {
      let columns = predicate.columns.count
      if predicate.kind == .event {
        lines.append("event \(facts[id])\(columns == 0 ? "" : "(\(types(columns)))").")
      } else {
        lines.append("table \(facts[id])(\(types(max(1, columns)))).")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func types(_ count: Int) -> String { Array(repeating: "bitstring", count: count).joined(separator: ", ") }

  func forall(_ variables: [String]) -> String {
    variables.isEmpty ? "" : "forall \(variables.map { "\($0): bitstring" }.joined(separator: ", ")); "
  }

  /// A term; registers by their names.
  func term(_ term: Term, _ registers: [Register]) -> String {
    switch term {
    case .variable(let register): return Identifiers.variable(register, registers)
    case .apply(let id, let arguments) where arguments.isEmpty: return symbols[id]
    case .apply(let id, let arguments): return "\(symbols[id])(\(arguments.map { self.term($0, registers) }.joined(separator: ", ")))"
    }
  }

  /// A fact's arguments; tables have at least one column.
  func columns(of fact: Fact) -> [Term] { fact.arguments.isEmpty && !isEvent(fact) ? [.constant(Signature.none)] : fact.arguments }

  /// A row, or an event.
  func call(_ fact: Fact, _ registers: [Register]) -> String {
    let columns = columns(of: fact).map { term($0, registers) }
    return facts[fact.predicate] + (columns.isEmpty ? "" : "(\(columns.joined(separator: ", ")))")
  }

  // MARK: Destructors

  /// One that is defined on some constants only, and gives them back.
  mutating func oneOf(_ values: [SymbolID], _ stem: String) -> String {
    let key = "\(stem) \(values)"
    if let name = destructorNames[key] { return name }
    let name = identifiers.make(stem)
    destructorNames[key] = name
    // One that is defined on nothing has to be defined on something that nobody has.
    let cases = values.isEmpty ? ["\(name)(\(nowhere())) = \(nowhere())"] : values.map { "\(name)(\(symbols[$0])) = \(symbols[$0])" }
    destructors.append("reduc \(cases.joined(separator: "; ")).")
    return name
  }

  private mutating func nowhere() -> String {
    if let name = destructorNames["nowhere"] { return name }
    let name = identifiers.make("nowhere")
    destructorNames["nowhere"] = name
    destructors.insert("const \(name): bitstring [private].", at: 0)
    return name
  }

  /// One that only the process has, and that gives the variables of a message of this form.
  mutating func taking(_ pattern: Term, _ registers: [Register]) -> String {
    let variables = FlatRule.variables([pattern]).map { Identifiers.variable($0, registers) }
    let result = "(\(variables.joined(separator: ", ")))"
    let text = "\(term(pattern, registers)) \(result)"
    if let name = destructorNames[text] { return name }
    let name = identifiers.make("parts of \(symbols.head(of: pattern))")
    destructorNames[text] = name
    destructors.append("reduc \(forall(variables))\(name)(\(term(pattern, registers))) = \(result) [private].")
    return name
  }

  // MARK: Processes

  /// The order in which a step's events happen.
  func inOrder(_ events: [Fact]) -> [Fact] { events.filter { earlier.contains($0.predicate) } + events.filter { !earlier.contains($0.predicate) } }

  /// Private functions that the attacker can apply where one argument is its own.
  private mutating func attackersFunctions() -> (texts: [String], labels: [String]) {
    var texts: [String] = []
    var labels: [String] = []
    for (id, symbol) in system.signature.symbols.enumerated() where !symbol.isPublic {
      guard let owner = symbol.publicIfAttacker else { continue }
      let arguments = symbol.arguments.indices.map { "x_\($0)" }
      let test = oneOf(symbols.constants(areAttackers: true, sort: symbol.arguments[owner]), "attackers")
      let label = identifiers.make("attacker applies \(symbol.name)")
      labels.append(label)
      let inputs = arguments.map { "  in(\(channel), \($0): bitstring);" }.joined(separator: "\n")
      texts.append(
        "let \(label) =\n\(inputs)\n  let (=\(arguments[owner])) = \(test)(\(arguments[owner])) in\n  out(\(channel), \(symbols[id])(\(arguments.joined(separator: ", "))));\n  0.\n"
      )
    }
    return (texts, labels)
  }

  private func main(_ labels: [String]) -> String {
    var lines = ["process"]
    for fact in system.initialFacts where !isEvent(fact) {
      lines.append("  insert \(call(fact, []));")
    }
    lines += system.initialKnowledge.map { "  out(\(channel), \(term($0, [])));" }
    lines += ["  ("] + labels.map { "    !\($0) |" } + ["    0", "  )"]
    return lines.joined(separator: "\n") + "\n"
  }
}
