import Compiler
import Terms

/// Multiset rewriting rules.
extension TamarinTheory {
  /// A rule whose look-ups find different facts, or the same where they were made equal.
  struct Variant {
    var rule: FlatRule
    /// For each look-up: the earlier one that finds the same fact.
    var same: [Int?]
    /// Whether the fact of each look-up is taken away, by this or by a later one.
    var consumed: [Bool]
  }

  /// The ways in which look-ups of facts that can be taken away find the same fact: in Tamarin two premises need two facts.
  func variants(of rule: FlatRule) -> [Variant] {
    var ways: [(values: Substitution, same: [Int?], consumed: [Bool])] = [(Substitution(), [], [])]
    for (index, lookup) in rule.lookups.enumerated() {
      var next: [(values: Substitution, same: [Int?], consumed: [Bool])] = []
      for way in ways {
        next.append((way.values, way.same + [nil], way.consumed + [lookup.consumes]))
        guard linear.contains(lookup.fact.predicate) else { continue }
        for earlier in 0..<index where way.same[earlier] == nil && !way.consumed[earlier] && rule.lookups[earlier].fact.predicate == lookup.fact.predicate {
          var values = way.values
          guard values.unify(rule.lookups[earlier].fact.arguments, lookup.fact.arguments) else { continue }
          var consumed = way.consumed
          if lookup.consumes { consumed[earlier] = true }
          next.append((values, way.same + [earlier], consumed + [false]))
        }
      }
      ways = next
    }
    return ways.map { Variant(rule: rule.applying($0.values), same: $0.same, consumed: $0.consumed) }
  }

  /// The rule with which everything begins.
  mutating func initialRule() -> String {
    var premises: [String] = []
    var conclusions: [String] = []
    let once = "All #i #j. Init() @ #i & Init() @ #j ==> #i = #j"
    var actions = [action("Init", [], restriction: once)]
    for (number, fact) in system.initialFacts.enumerated() {
      let arguments = fact.arguments.map { term($0, []) }
      conclusions.append(state(fact, arguments, id: "~row\(number)", &premises, &actions))
    }
    if keepsBounds {
      for (id, budget) in system.budgets.enumerated() { conclusions += Array(repeating: "\(budgets[id])()", count: budget.count) }
    }
    conclusions += system.initialKnowledge.map { "Out(\(term($0, [])))" }
    return rule("init", premises, actions, conclusions)
  }

  private func rule(_ label: String, _ premises: [String], _ actions: [String], _ conclusions: [String]) -> String {
    func list(_ facts: [String]) -> String { facts.isEmpty ? "[ ]" : "[ \(facts.joined(separator: ", ")) ]" }
    let arrow = actions.isEmpty ? "-->" : "--[ \(actions.joined(separator: ", ")) ]->"
    return "rule \(label):\n  \(list(premises))\n  \(arrow)\n  \(list(conclusions))\n"
  }

  /// A fact that is made. One that can be taken away and be missed has a number of its own, so that it is known which one was taken.
  private func state(_ fact: Fact, _ arguments: [String], id: String, _ premises: inout [String], _ actions: inout [String]) -> String {
    let name = facts[fact.predicate]
    let isLinear = linear.contains(fact.predicate)
    var arguments = arguments
    if missed.contains(fact.predicate) {
      if isLinear {
        premises.append("Fr(\(id))")
        arguments.insert(id, at: 0)
      }
      actions.append("Made_\(name)(\(arguments.joined(separator: ", ")))")
    }
    return "\(isLinear ? "" : "!")\(name)(\(arguments.joined(separator: ", ")))"
  }

  mutating func text(of variant: Variant, label: String, comment: String) -> String {
    let rule = variant.rule
    let sign: (Int) -> String = { rule.fresh.contains($0) ? "~" : "" }
    let names = self
    func text(_ term: Term) -> String { names.term(term, rule.registers, sign: sign) }
    var premises: [String] = []
    var actions: [String] = []
    var conclusions: [String] = []
    if keepsBounds { premises += rule.spent.map { "\(budgets[$0])()" } }
    for (index, lookup) in rule.lookups.enumerated() where variant.same[index] == nil {
      let (name, isLinear) = (facts[lookup.fact.predicate], linear.contains(lookup.fact.predicate))
      var arguments = lookup.fact.arguments.map(text)
      let hasNumber = isLinear && missed.contains(lookup.fact.predicate)
      if hasNumber { arguments.insert("found\(index)", at: 0) }
      let fact = "\(isLinear ? "" : "!")\(name)(\(arguments.joined(separator: ", ")))"
      premises.append(fact)
      if isLinear && !variant.consumed[index] { conclusions.append(fact) }
      if hasNumber && variant.consumed[index] { actions.append("Taken_\(name)(found\(index))") }
    }
    premises += rule.fresh.map { "Fr(\(text(.variable($0))))" } + rule.received.map { "In(\(text($0)))" }
    // A chosen value is one that everybody knows.
    premises += rule.chosen.filter { !rule.given.contains($0) }.map { "In(\(text(.variable($0))))" }
    for (number, fact) in rule.inserted.enumerated() {
      let arguments = fact.arguments.map(text)
      if isEvent(fact) {
        actions.append("\(facts[fact.predicate])(\(arguments.joined(separator: ", ")))")
      } else {
        conclusions.append(state(fact, arguments, id: "~row\(number)", &premises, &actions))
      }
    }
    actions += tests(of: rule, text)
    for absence in rule.absences { actions.append(self.absence(absence, rule, variant, text)) }
    conclusions += rule.learned.map { "Out(\(text($0)))" }
    return "// \(comment.replacing("\n", with: " "))\n" + self.rule(label, premises, actions, conclusions)
  }

  private mutating func tests(of rule: FlatRule, _ text: (Term) -> String) -> [String] {
    var actions: [String] = []
    func isSent(_ register: Int) -> Bool { rule.sent.contains(register) }
    for register in rule.sent + rule.chosen {
      let info = rule.registers[register]
      let variable = text(.variable(register))
      if let values = symbols.values(of: info) {
        actions.append(oneOf(isSent(register) ? values : values.filter { $0 != Signature.none }, symbols.test(of: info, isSent(register)), variable))
      } else if !info.isOptional && info.sort != Signature.message {
        actions.append(different(variable, term(.constant(Signature.none), [])))
      }
    }
    for (a, b) in rule.different { actions.append(different(text(a), text(b))) }
    for term in rule.honest {
      actions.append(oneOf(symbols.constants(areAttackers: false, sort: symbols.sort(of: term, rule.registers)), "Honest", text(term)))
    }
    for term in rule.dishonest {
      actions.append(oneOf(symbols.constants(areAttackers: true, sort: symbols.sort(of: term, rule.registers)), "Attackers", text(term)))
    }
    return actions
  }

  private mutating func different(_ a: String, _ b: String) -> String { action("Neq", [a, b], restriction: "All x #i. Neq(x, x) @ #i ==> F") }

  /// That no fact matches: each that was ever made was taken before.
  private mutating func absence(_ absence: FlatRule.Absence, _ rule: FlatRule, _ variant: Variant, _ text: (Term) -> String) -> String {
    let name = facts[absence.fact.predicate]
    let given = FlatRule.variables(absence.fact.arguments).filter { !absence.universal.contains($0) }
    func plain(_ register: Int) -> String { Identifiers.variable(register, rule.registers) }
    let label = newAction("No \(name)")
    var variables = (given + absence.universal.filter { FlatRule.variables(absence.fact.arguments).contains($0) }).map(plain)
    var arguments = absence.fact.arguments.map { term($0, rule.registers) }
    let isLinear = linear.contains(absence.fact.predicate)
    if isLinear {
      arguments.insert("id", at: 0)
      variables.append("id")
    }
    let call = "\(label)(\(given.map(plain).joined(separator: ", "))) @ #i"
    let made = "Made_\(name)(\(arguments.joined(separator: ", "))) @ #j"
    let quantified = (variables + ["#i", "#j"]).joined(separator: " ")
    // What this very step has taken before it looks is not there any more.
    let takesBefore = rule.lookups.prefix(absence.lookupsBefore).contains { $0.consumes && $0.fact.predicate == absence.fact.predicate }
    let taken = takesBefore ? "(#k < #i | #k = #i)" : "#k < #i"
    let end = isLinear ? "(Ex #k. Taken_\(name)(id) @ #k & \(taken))" : "F"
    return action(label, given.map { text(.variable($0)) }, restriction: "All \(quantified). \(call) & \(made) & #j < #i ==> \(end)")
  }
}

extension FlatRule {
  /// The rule with values put in.
  func applying(_ values: Substitution) -> FlatRule {
    var rule = self
    func applied(_ fact: Fact) -> Fact { Fact(fact.predicate, fact.arguments.map(values.apply)) }
    for index in rule.lookups.indices { rule.lookups[index].fact = applied(rule.lookups[index].fact) }
    for index in rule.absences.indices { rule.absences[index].fact = applied(rule.absences[index].fact) }
    rule.different = different.map { (values.apply($0), values.apply($1)) }
    rule.honest = honest.map(values.apply)
    rule.dishonest = dishonest.map(values.apply)
    rule.received = received.map(values.apply)
    rule.inserted = inserted.map(applied)
    rule.learned = learned.map(values.apply)
    rule.outnumbered = outnumbered.map { (applied($0.many), applied($0.few)) }
    return rule
  }
}
