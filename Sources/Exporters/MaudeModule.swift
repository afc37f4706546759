import Compiler
import Terms

/// Writes a system as a rewrite theory for Maude 3, over ground terms, with a `search` command for each property.
///
/// A state is `< facts | knowledge | number of the next name >`. Facts are a multiset, with a token for each unit of a budget; the knowledge
/// is a set, closed under taking apart and opening. Each rule of the system is one rewrite rule: its look-ups are matching conditions, what
/// it tests are conditions, and what the attacker chooses is drawn from a pool of parts, constants and own constants. Each query is a
/// conditional equation of `violates`.
///
/// The rewriting and the search are Maude's: nothing of the engine's or the naive explorer's is used. What the export covers is said in the
/// article *Semantics*.
///
/// Source: Clavel and others, "All About Maude" (2007); Meseguer, "Conditional rewriting logic as a unified model of concurrency" (1992).
public struct MaudeModule {
  let system: TransitionSystem
  let name: String
  private var lines: [String] = []
  /// Operations that tests for absence and counts need, as they turn up.
  var auxiliary: [String] = []
  var auxiliaries = 0

  /// `name`: the module's, of capital letters, digits and `-`.
  public init(_ system: TransitionSystem, name: String) {
    self.system = system
    self.name = name
  }

  /// The module and its search commands.
  ///
  /// - Throws: what cannot be said in it.
  public static func text(of system: TransitionSystem, name: String) throws(ExportFailure) -> String {
    var module = MaudeModule(system, name: name)
    return try module.text()
  }

  private mutating func text() throws(ExportFailure) -> String {
    try checkOpenings()
    var rules: [String] = []
    for (number, rule) in system.rules.enumerated() {
      var writer = MaudeRule(rule, in: self, isQuery: false)
      try writer.translate()
      rules += ["*** \(comment(rule.name))", writer.rewriteRule(label: "rule-\(number + 1)")]
      take(writer)
    }
    var equations: [String] = []
    for (number, property) in system.properties.enumerated() {
      for query in property.queries {
        var writer = MaudeRule(query, in: self, isQuery: true)
        try writer.translate()
        equations.append(writer.equation(property: number + 1))
        take(writer)
      }
    }
    lines += ["*** \(comment(system.title))", "mod \(name) is", "  protecting NAT .", "  protecting EXT-BOOL .", ""]
    declareStates()
    declareSymbols()
    declareDeduction()
    declareVariables()
    lines += deductionEquations() + auxiliary.map { "  " + $0 } + [""]
    lines +=
      rules.map { "  " + $0 } + ["", "  op violates : Nat State -> Bool ."] + equations.map { "  " + $0 } + ["  eq violates(N, S) = false [owise] .", ""]
    lines += ["  op init : -> State .", "  eq init = \(initialState) .", "endm", ""]
    for (number, property) in system.properties.enumerated() {
      lines += [
        "*** property \(comment(property.name)): \(comment(property.text))",
        "search [1] in \(name) : init =>* S:State such that violates(\(number + 1), S:State) .",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private mutating func take(_ writer: MaudeRule) {
    auxiliary = writer.module.auxiliary
    auxiliaries = writer.module.auxiliaries
  }

  private func comment(_ text: String) -> String { text.replacing("\n", with: " ") }

  // MARK: Names

  /// A name that Maude reads as one word, and that nothing else has.
  func symbol(_ id: SymbolID) -> String { "\(word(system.signature.symbols[id].name))-\(id)" }
  func predicate(_ id: PredicateID) -> String { "\(word(system.predicates[id].name))-f\(id)" }
  func budget(_ id: BudgetID) -> String { "budget-b\(id)" }

  private func word(_ text: String) -> String {
    let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return "m-" + words.joined(separator: "-")
  }

  func sortClass(_ sort: SortID) -> Int { system.signature.sorts[sort].sortClass }

  /// The term; registers by the names that `variable` gives them.
  func term(_ term: Term, _ variable: (Int) -> String) -> String {
    switch term {
    case .variable(let register): variable(register)
    case .apply(let id, let arguments) where arguments.isEmpty: symbol(id)
    case .apply(let id, let arguments): "\(symbol(id))(\(arguments.map { self.term($0, variable) }.joined(separator: ", ")))"
    }
  }

  func fact(_ fact: Fact, _ variable: (Int) -> String) -> String {
    if fact.arguments.isEmpty { return predicate(fact.predicate) }
    return "\(predicate(fact.predicate))(\(fact.arguments.map { term($0, variable) }.joined(separator: ", ")))"
  }

  /// The condition that a register can hold what the variable stands for; nil where it can hold anything.
  func admits(_ register: Register, _ variable: String) -> String? {
    if register.sort == Signature.message { return nil }
    return "admits(\(variable), \(sortClass(register.sort)), \(system.signature.sorts[register.sort].values != nil), \(register.isOptional)) = true"
  }

  // MARK: Declarations

  private mutating func declareStates() {
    lines += [
      "  sorts Term Terms Fact Facts State .", "  subsort Term < Terms .", "  subsort Fact < Facts .",
      "  op empty : -> Terms [ctor] .", "  op _;_ : Terms Terms -> Terms [ctor assoc comm id: empty] .",
      "  op nothing : -> Facts [ctor] .", "  op __ : Facts Facts -> Facts [ctor assoc comm id: nothing] .",
      "  op <_|_|_> : Facts Terms Nat -> State [ctor] .",
      "  *** names that steps make, and the attacker's own constants: a number and a sort",
      "  ops name own : Nat Nat -> Term [ctor] .", "",
    ]
  }

  private mutating func declareSymbols() {
    for (id, info) in system.signature.symbols.enumerated() {
      lines.append("  op \(symbol(id)) : \(info.arguments.map { _ in "Term " }.joined())-> Term [ctor] .")
    }
    for (id, info) in system.predicates.enumerated() {
      lines.append("  op \(predicate(id)) : \(info.columns.map { _ in "Term " }.joined())-> Fact [ctor] .")
    }
    for id in system.budgets.indices { lines.append("  op \(budget(id)) : -> Fact [ctor] .") }
    lines.append("")
  }

  private mutating func declareDeduction() {
    lines += [
      "  op sortOf : Term -> Nat .", "  ops honest dishonest : Term -> Bool .", "  op admits : Term Nat Bool Bool -> Bool .",
      "  op _in_ : Term Terms -> Bool .", "  ops derives builds : Terms Term -> Bool .", "  op close : Terms -> Terms .",
      "  op parts : Terms -> Terms .", "  op partsOf : Facts -> Terms .", "  op select : Terms Nat Bool Bool -> Terms .",
      "  op constants : -> Terms .", "  op owns : Nat -> Terms .", "",
    ]
  }

  private mutating func declareVariables() {
    let rules = system.rules + system.properties.flatMap(\.queries)
    let registers = max(1, (rules.map(\.registers.count) + system.openings.map(\.registers.count)).max() ?? 1)
    let instructions = max(1, rules.map(\.instructions.count).max() ?? 1) + 1
    func list(_ stem: String, _ count: Int) -> String { (0..<count).map { "\(stem)\($0)" }.joined(separator: " ") }
    lines += [
      "  vars \(list("A", max(8, system.predicates.map(\.columns.count).max() ?? 0))) : Term .", "  vars \(list("R", registers)) : Term .",
      "  vars \(list("Q", registers)) : Term .",
      "  vars \(list("F", instructions)) : Facts .", "  vars \(list("G", instructions)) : Facts .", "  vars \(list("T", registers)) : Terms .",
      "  vars X Y : Term .", "  vars K POOL : Terms .", "  vars N C : Nat .", "  vars B O : Bool .", "  var S : State .", "",
    ]
  }

  /// What the system begins with.
  private var initialState: String {
    let ground: (Int) -> String = { "R\($0)" }
    let facts =
      system.initialFacts.map { fact($0, ground) } + system.budgets.indices.flatMap { id in Array(repeating: budget(id), count: system.budgets[id].count) }
    let known = system.initialKnowledge.map { term($0, ground) }
    return "< \(facts.isEmpty ? "nothing" : facts.joined(separator: " ")) | close(\(known.isEmpty ? "empty" : known.joined(separator: " ; "))) | 0 >"
  }
}
