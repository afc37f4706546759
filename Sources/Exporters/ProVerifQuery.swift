import Compiler
import Terms

/// A property as correspondence queries: for each way in which it can be violated, and what has to be true besides. What has to be
/// honest may equal no constant of the attacker's; for each choice of constants that have to be the attacker's there is a query of its own.
struct ProVerifQuery {
  let model: ProVerifModel
  let property: Property

  /// How many choices of constants are written down for one way.
  private static let maximumChoices = 256

  private func refuse(_ reason: String) -> ExportFailure { ExportFailure("`\(property.name)` cannot be exported to ProVerif: \(reason)") }

  func texts() throws(ExportFailure) -> [String] {
    var texts: [String] = []
    for query in property.queries {
      guard let flat = FlatRule(query) else { continue }
      if !flat.outnumbered.isEmpty { throw refuse("it counts events (`injective`); choose others with --property") }
      guard (flat.lookups.map(\.fact) + flat.absences.map(\.fact)).allSatisfy(model.isEvent) else { throw refuse("it asks for a fact that is no event") }
      if let register = flat.undetermined ?? flat.chosen.first(where: { !flat.given.contains($0) }) {
        throw refuse("nothing determines the value of `\(flat.registers[register].name)`")
      }
      for choice in try choices(of: flat) { if let text = text(of: flat.applying(choice)) { texts.append(text) } }
    }
    return texts
  }

  /// The constants that have to be the attacker's.
  private func choices(of query: FlatRule) throws(ExportFailure) -> [Substitution] {
    var ways = [Substitution()]
    for term in query.dishonest {
      var next: [Substitution] = []
      for way in ways {
        for constant in attackers(term, query) {
          var values = way
          if values.unify(term, .constant(constant)) { next.append(values) }
        }
      }
      ways = next
      if ways.count > ProVerifQuery.maximumChoices { throw refuse("it speaks of more than \(ProVerifQuery.maximumChoices) choices of constants") }
    }
    return ways
  }

  private func attackers(_ term: Term, _ query: FlatRule) -> [SymbolID] {
    model.symbols.constants(areAttackers: true, sort: model.symbols.sort(of: term, query.registers))
  }

  /// One query; nil where it is true whatever happens.
  private func text(of query: FlatRule) -> String? {
    func term(_ term: Term) -> String { model.term(term, query.registers) }
    func event(_ fact: Fact) -> String { "event(\(model.call(fact, query.registers)))" }
    let premises = query.lookups.map { event($0.fact) } + query.received.map { "attacker(\(term($0)))" }
    var conclusions = query.absences.map { event($0.fact) }
    var open = FlatRule.variables(query.absences.flatMap(\.fact.arguments))
    for (a, b) in query.different {
      var values = Substitution()
      if a == b { return nil }
      // What can never be equal says nothing.
      guard values.unify(a, b) else { continue }
      conclusions.append("\(term(a)) = \(term(b))")
      open += FlatRule.variables([a, b])
    }
    for tested in query.honest {
      for constant in attackers(tested, query) {
        if tested == .constant(constant) { return nil }
        if case .apply = tested { continue }
        conclusions.append("\(term(tested)) = \(term(.constant(constant)))")
      }
    }
    let variables = Set(FlatRule.variables(query.lookups.flatMap(\.fact.arguments) + query.received) + open).sorted()
    let declared = variables.isEmpty ? "" : variables.map { "\(Identifiers.variable($0, query.registers)): bitstring" }.joined(separator: ", ") + "; "
    return "query \(declared)\(premises.joined(separator: " && ")) ==> \(conclusions.isEmpty ? "false" : conclusions.joined(separator: " || "))."
  }
}
