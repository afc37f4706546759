import Compiler
import Terms

/// Formulas of properties and witnesses: a query succeeds in some state if there is a trace with its events.
struct TamarinLemma {
  let theory: TamarinTheory

  /// One formula for each query: that it never succeeds.
  func formulas(of property: Property) throws(ExportFailure) -> [String] {
    var formulas: [String] = []
    for query in property.queries {
      guard let flat = FlatRule(query) else { continue }
      let (variables, positives, negatives) = try parts(of: flat, property.name)
      if flat.outnumbered.isEmpty {
        formulas.append("not (Ex \(variables.joined(separator: " ")). \((positives + negatives).joined(separator: " & ")))")
      }
      for (many, few) in flat.outnumbered { formulas += try counts(many, few, in: flat, variables, positives, negatives, property.name) }
    }
    return formulas
  }

  func formula(ofWitness witness: Property) throws(ExportFailure) -> String {
    var ways: [String] = []
    for query in witness.queries {
      guard let flat = FlatRule(query) else { continue }
      let (variables, positives, negatives) = try parts(of: flat, witness.name)
      ways.append("(Ex \(variables.joined(separator: " ")). \((positives + negatives).joined(separator: " & ")))")
    }
    return ways.isEmpty ? "F" : ways.joined(separator: " | ")
  }

  private func term(_ term: Term, _ query: FlatRule) -> String { theory.term(term, query.registers) }

  private func atom(_ fact: Fact, _ query: FlatRule, at time: String) -> String {
    "\(theory.facts[fact.predicate])(\(fact.arguments.map { term($0, query) }.joined(separator: ", "))) @ \(time)"
  }

  /// The constants that make a tested term the attacker's.
  private func attackers(_ tested: Term, _ query: FlatRule) -> [String] {
    theory.symbols.constants(areAttackers: true, sort: theory.symbols.sort(of: tested, query.registers)).map { theory.term(.constant($0), []) }
  }

  private func times(_ query: FlatRule) -> [String] {
    query.lookups.indices.map { "#t\($0)" } + query.received.indices.map { "#k\($0)" }
  }

  /// What the query quantifies over; the events and derivations that it asks for; its conditions.
  private func parts(of query: FlatRule, _ name: String) throws(ExportFailure) -> (variables: [String], positives: [String], negatives: [String]) {
    func refuse(_ reason: String) -> ExportFailure { ExportFailure("`\(name)` cannot be exported to Tamarin: \(reason)") }
    guard (query.lookups.map(\.fact) + query.absences.map(\.fact)).allSatisfy(theory.isEvent) else { throw refuse("it asks for a fact that is no event") }
    guard !query.lookups.isEmpty || !query.received.isEmpty else { throw refuse("it asks for no event and no derivation") }
    if let register = query.undetermined ?? query.chosen.first(where: { !query.given.contains($0) }) {
      throw refuse("nothing determines the value of `\(query.registers[register].name)`")
    }
    let variables = query.given.sorted().map { Identifiers.variable($0, query.registers) } + times(query)
    var positives = query.lookups.enumerated().map { atom($1.fact, query, at: "#t\($0)") }
    positives += query.received.enumerated().map { "K(\(term($1, query))) @ #k\($0)" }
    var negatives: [String] = []
    for tested in query.honest { negatives += attackers(tested, query).map { "not (\(term(tested, query)) = \($0))" } }
    for tested in query.dishonest {
      let cases = attackers(tested, query).map { "(\(term(tested, query)) = \($0))" }
      negatives.append(cases.isEmpty ? "F" : "(\(cases.joined(separator: " | ")))")
    }
    negatives += query.different.map { "not (\(term($0, query)) = \(term($1, query)))" }
    negatives += query.absences.map { absence($0.fact, query) }
    return (variables, positives, negatives)
  }

  /// That there is no such event up to the moment at which all that the query asks for is there.
  private func absence(_ fact: Fact, _ query: FlatRule) -> String {
    let open = FlatRule.variables(fact.arguments).filter { !query.given.contains($0) }.map { Identifiers.variable($0, query.registers) }
    let moments = times(query).map { "#j < \($0) | #j = \($0)" }.joined(separator: " | ")
    return "not (Ex \((open + ["#j"]).joined(separator: " ")). \(atom(fact, query, at: "#j")) & (\(moments)))"
  }

  /// There are more events `many` than `few` if there is one and none of the other, or else two: the second is stronger than what is asked.
  private func counts(
    _ many: Fact, _ few: Fact, in query: FlatRule, _ variables: [String], _ positives: [String], _ negatives: [String], _ name: String
  ) throws(ExportFailure) -> [String] {
    guard theory.isEvent(many), theory.isEvent(few) else { throw ExportFailure("`\(name)` cannot be exported to Tamarin: it counts facts that are no events") }
    let twice = theory.system.rules.first { rule in
      rule.instructions.count { if case .insert(let fact) = $0 { fact.predicate == many.predicate } else { false } } > 1
    }
    if let twice { throw ExportFailure("`\(name)` cannot be exported to Tamarin: it counts an event that `\(twice.name)` makes twice in one step") }
    // Columns that are not compared are free in the second event.
    let compared = Set(FlatRule.variables(few.arguments))
    var other = query
    let offset = query.registers.count
    other.registers += query.registers
    let second = Fact(many.predicate, many.arguments.map { $0.map { .variable(compared.contains($0) ? $0 : $0 + offset) } })
    let known = Set(variables)
    let more = FlatRule.variables(many.arguments + second.arguments).map { Identifiers.variable($0, other.registers) }.filter { !known.contains($0) }
    let quantified = (variables + more + ["#m", "#n"]).joined(separator: " ")
    let two = positives + [atom(many, other, at: "#m"), atom(second, other, at: "#n"), "not (#m = #n)"] + negatives
    return [
      "not (Ex \(variables.joined(separator: " ")). \((positives + negatives + [absence(few, query)]).joined(separator: " & ")))",
      "not (Ex \(quantified). \(two.joined(separator: " & ")))",
    ]
  }
}
