import Compiler
import Terms

/// Writes a system as a security protocol theory for the Tamarin prover: multiset rewriting rules, restrictions and lemmas.
///
/// Each rule of the system is one multiset rewriting rule, or several where two look-ups may find the same fact. Facts that are never taken
/// away are persistent. What a rule tests is an action fact under a restriction. A property is a lemma over all traces, a witness one over
/// some trace. The article *UnboundedProvers* says what is and is not carried over, and has the grammar of what is written.
///
/// Source: Meier, Schmidt, Cremers, Basin, "The TAMARIN Prover for the Symbolic Analysis of Security Protocols" (CAV 2013); Dreier,
/// Duménil, Kremer, Sasse, "Beyond Subterm-Convergent Equational Theories in Automated Verification of Stateful Protocols" (POST 2017).
public struct TamarinTheory {
  let system: TransitionSystem
  let keepsBounds: Bool
  private var identifiers: Identifiers
  let symbols: SymbolNames
  /// State facts by predicate, events by predicate as actions.
  private(set) var facts: [String] = []
  private(set) var budgets: [String] = []
  /// Facts that some rule takes away.
  private(set) var linear: Set<PredicateID> = []
  /// Facts whose absence some rule tests.
  private(set) var missed: Set<PredicateID> = []
  /// Restrictions, by the name of the action, in the order of their first use.
  private var restrictions: [(action: String, text: String)] = []

  private static let reserved: Set<String> = [
    "in", "let", "rule", "diff", "pair", "fst", "snd", "true", "false", "not", "last", "F", "T", "All", "Ex", "Fr", "In", "Out", "K", "KU", "KD", "Ded", "one",
    "mun", "exp", "mult", "inv", "pmult", "em", "zero", "xor", "union", "Init", "Neq", "equation", "functions", "builtins", "lemma", "restriction", "begin",
    "end", "theory", "heuristic", "predicates", "options", "process", "export", "test", "tactic", "macros", "h", "DH_neutral",
  ]

  /// - Parameters:
  ///   - system: what is written.
  ///   - name: the theory's, of ASCII letters, digits and `_`.
  ///   - properties: the places of those that become lemmas; nil: all.
  ///   - keepsBounds: whether budgets are facts; otherwise everything may start as often as it likes.
  /// - Throws: what cannot be said in it.
  public static func text(of system: TransitionSystem, name: String, properties: [Int]? = nil, keepsBounds: Bool = false) throws(ExportFailure) -> String {
    var theory = try TamarinTheory(system, keepsBounds)
    return try theory.text(name, properties ?? Array(system.properties.indices))
  }

  private init(_ system: TransitionSystem, _ keepsBounds: Bool) throws(ExportFailure) {
    self.system = system
    self.keepsBounds = keepsBounds
    identifiers = Identifiers(reserved: TamarinTheory.reserved)
    symbols = SymbolNames(system.signature, &identifiers)
    for predicate in system.predicates { facts.append(identifiers.make(predicate.name.replacing("event ", with: ""), capital: true)) }
    for budget in system.budgets { budgets.append(identifiers.make("budget \(budget.name)", capital: true)) }
    for rule in system.rules {
      for instruction in rule.instructions {
        switch instruction {
        case .lookup(let fact, let consumes):
          if isEvent(fact) { throw ExportFailure("`\(rule.name)` cannot be exported to Tamarin: it looks for an event") }
          if consumes { linear.insert(fact.predicate) }
        case .missing(let fact, _):
          if isEvent(fact) { throw ExportFailure("`\(rule.name)` cannot be exported to Tamarin: it looks for an event") }
          missed.insert(fact.predicate)
        default: break
        }
      }
    }
  }

  func isEvent(_ fact: Fact) -> Bool { system.predicates[fact.predicate].kind == .event }

  private mutating func text(_ name: String, _ properties: [Int]) throws(ExportFailure) -> String {
    var rules: [String] = [initialRule()]
    rules += attackersFunctions()
    for rule in system.rules {
      guard let flat = FlatRule(rule) else { continue }
      try flat.checkDetermined("Tamarin")
      let variants = variants(of: flat)
      for (number, variant) in variants.enumerated() {
        let label = identifiers.make(rule.name + (variants.count > 1 ? " case \(number + 1) of \(variants.count)" : ""))
        rules.append(text(of: variant, label: label, comment: rule.name))
      }
    }
    var lemmas: [String] = []
    for index in properties {
      let property = system.properties[index]
      let writer = TamarinLemma(theory: self)
      for (part, formula) in try writer.formulas(of: property).enumerated() {
        let label = identifiers.make(property.name + (part == 0 ? "" : " part \(part + 1)"))
        lemmas.append("\(comment("property \(property.name): \(property.text)"))\nlemma \(label):\n  all-traces\n  \"\(formula)\"\n")
      }
    }
    for witness in system.witnesses {
      let label = identifiers.make("witness " + witness.name)
      let formula = try TamarinLemma(theory: self).formula(ofWitness: witness)
      lemmas.append("\(comment("witness \(witness.name): \(witness.text)"))\nlemma \(label):\n  exists-trace\n  \"\(formula)\"\n")
    }
    let declared = signature()
    let parts = [header(), "theory \(name)\nbegin\n", declared] + restrictions.map { "restriction \($0.action):\n  \"\($0.text)\"\n" } + rules + lemmas
    return parts.joined(separator: "\n") + "\nend\n"
  }

  private func header() -> String {
    var lines = [system.title, "", "A scenario of Interloper, for the Tamarin prover. What is not as it is there:"]
    if keepsBounds {
      lines.append("- Bounds are carried over, as facts that are used up.")
    } else {
      lines.append("- Sessions are unbounded: whatever the scenario lets start may start any number of times. Its bounds were:")
      lines += system.budgets.map { "    \($0.name): \($0.count)" }
    }
    lines += [
      "- Sorts are not carried over, but that what the attacker chooses for a field with listed values is one of them, and not none where a field is not optional:",
      "  a message of one sort may pass for one of another.",
      "- In lemmas whatever is not a constant of the attacker's counts as honest.",
      "- injective is stronger here: no two events may agree on what is compared.",
      "So a lemma over all traces that is verified also holds within the scenario's bounds; an attack may be one that the scenario rules out.",
    ]
    return comment(lines.joined(separator: "\n"))
  }

  private func comment(_ text: String) -> String { "/* \(text.replacing("*/", with: "* /").replacing("/*", with: "/ *")) */" }

  // MARK: Signature

  private mutating func signature() -> String {
    var functions: [String] = []
    var equations: [String] = []
    for (id, symbol) in system.signature.symbols.enumerated() {
      if symbol.arguments.isEmpty && symbol.isPublic { continue }
      functions.append("\(symbols[id])/\(symbol.arguments.count)\(symbol.isPublic ? "" : " [private]")")
      guard symbol.isTransparent else { continue }
      let arguments = symbol.arguments.indices.map { "x_\($0)" }
      for (place, argument) in arguments.enumerated() {
        let part = identifiers.make("\(symbols[id]) \(place) part")
        functions.append("\(part)/1")
        equations.append("\(part)(\(symbols[id])(\(arguments.joined(separator: ", ")))) = \(argument)")
      }
    }
    for opening in system.openings {
      let name = identifiers.make("open " + symbols.head(of: opening.pattern))
      let arguments = ([opening.pattern] + opening.needs).map { term($0, opening.registers) }
      functions.append("\(name)/\(arguments.count)")
      equations.append("\(name)(\(arguments.joined(separator: ", "))) = \(term(opening.gives, opening.registers))")
    }
    var text = "functions:\n  \(functions.joined(separator: ",\n  "))\n"
    if !equations.isEmpty { text += "\nequations:\n  \(equations.joined(separator: ",\n  "))\n" }
    return text
  }

  /// A term; registers by their names, with a sign for new names and public constants.
  func term(_ term: Term, _ registers: [Register], sign: (Int) -> String = { _ in "" }) -> String {
    switch term {
    case .variable(let register): return sign(register) + Identifiers.variable(register, registers)
    case .apply(let id, let arguments):
      let symbol = system.signature.symbols[id]
      if arguments.isEmpty { return symbol.isPublic ? "'\(symbols[id])'" : symbols[id] }
      return "\(symbols[id])(\(arguments.map { self.term($0, registers, sign: sign) }.joined(separator: ", ")))"
    }
  }

  // MARK: Restrictions

  /// The action fact of a test, with its restriction; each test of one kind has the same.
  mutating func action(_ name: String, _ arguments: [String], restriction: @autoclosure () -> String) -> String {
    if !restrictions.contains(where: { $0.action == name }) { restrictions.append((name, restriction())) }
    return "\(name)(\(arguments.joined(separator: ", ")))"
  }

  /// A name for an action that nothing else has.
  mutating func newAction(_ stem: String) -> String { identifiers.make(stem, capital: true) }

  private var actionNames: [String: String] = [:]

  /// That a term is one of some constants.
  mutating func oneOf(_ values: [SymbolID], _ stem: String, _ term: String) -> String {
    let key = "\(stem) \(values)"
    let name = actionNames[key] ?? newAction(stem)
    actionNames[key] = name
    let cases = values.isEmpty ? "F" : values.map { "(x = \(self.term(.constant($0), [])))" }.joined(separator: " | ")
    return action(name, [term], restriction: "All x #i. \(name)(x) @ #i ==> \(values.isEmpty ? cases : "(\(cases))")")
  }

  // MARK: What the attacker can do beside

  /// Private functions that the attacker can apply where one argument is its own.
  private mutating func attackersFunctions() -> [String] {
    var rules: [String] = []
    for (id, symbol) in system.signature.symbols.enumerated() where !symbol.isPublic {
      guard let owner = symbol.publicIfAttacker else { continue }
      let arguments = symbol.arguments.indices.map { "x_\($0)" }
      let constants = symbols.constants(areAttackers: true, sort: symbol.arguments[owner])
      let test = oneOf(constants, "Attackers", arguments[owner])
      let premises = arguments.map { "In(\($0))" }.joined(separator: ", ")
      rules.append(
        "rule \(identifiers.make("attacker applies \(symbol.name)")):\n  [ \(premises) ]\n  --[ \(test) ]->\n  [ Out(\(symbols[id])(\(arguments.joined(separator: ", ")))) ]\n"
      )
    }
    return rules
  }
}
