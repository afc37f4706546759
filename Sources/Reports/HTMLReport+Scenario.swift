import Certificates
import Compiler
import Traces
import Verdicts

extension HTMLReport {
  private struct Section {
    struct Verdict {
      var property, verdict, sign, expectation, attackSize, sentence: String
      /// Where the attack is told.
      var attackID: String?
    }
    var id, heading: String
    var facts: [Entry]
    var cast: [Entry]
    var attackers: [Entry]
    var dropped: [Entry]
    var hasDropped: Bool
    var verdicts: [Verdict]
    var warnings: [String]
    var attacks: [String]
  }

  private static let scenarioTemplate = Markup.template(PackageResources.scenario_mustache)

  /// The outcome of a scenario.
  ///
  /// - Parameter isFolded: whether the models' texts stand at the end of the page, for pages of many attacks.
  mutating func section(
    _ result: ScenarioResult, id: String, isFolded: Bool, restored: [(property: String, restorations: [Restoration])], in library: inout Library
  ) -> String {
    var attacks: [String] = []
    var told: [(id: String, property: String, attack: Attack)] = []
    var verdicts: [Section.Verdict] = []
    let setting = Explanation(result, property: nil, restorations: [], in: &library)
    for (index, property) in result.properties.enumerated() {
      var verdict = Section.Verdict(
        property: property.property, verdict: property.verdict.rawValue, sign: property.verdict.sign,
        expectation: (property.expected ?? .holds).rawValue + (property.isAsExpected ? "" : " (≠)"), attackSize: "", sentence: property.sentence)
      if let attack = property.attack {
        let attackID = identifier("attack")
        verdict.attackID = attackID
        verdict.attackSize = count(attack.steps, "step")
        let same = told.first { $0.attack.trace.steps == attack.trace.steps }
        let restorations = restored.first { $0.property == property.property }?.restorations ?? []
        let explanation = Explanation(result, property: index, restorations: restorations, in: &library)
        attacks.append(
          self.attack(attack, explained: explanation, on: property, in: result, id: attackID, same: same.map { ($0.id, $0.property) }, isFolded: isFolded))
        told.append((attackID, property.property, attack))
      }
      verdicts.append(verdict)
    }
    let dropped = setting.dropped.map { Entry(name: $0.name, value: "\($0.source). \($0.meaning)" + ($0.without.map { " Without it: \($0)" } ?? "")) }
    let cast = setting.cast.map { member in
      let part = member.roles.isEmpty ? "the attacker" : member.roles.joined(separator: " and ")
      return Entry(name: member.name, value: ([part] + member.does).joined(separator: "; "))
    }
    let attackers = setting.attackers.map { Entry(name: $0.name, value: "\($0.text): " + $0.abilities.joined(separator: "; ")) }
    return HTMLReport.scenarioTemplate.render(
      Section(
        id: id, heading: result.title, facts: facts(result), cast: cast, attackers: attackers, dropped: dropped, hasDropped: !dropped.isEmpty,
        verdicts: verdicts,
        warnings: result.warnings.map(\.message), attacks: attacks))
  }

  /// What the verdicts are about, and what they rest on.
  private func facts(_ result: ScenarioResult) -> [Entry] {
    var facts = [
      Entry(name: "Scenario", value: result.file), Entry(name: "Model", value: result.model),
      Entry(name: "Attacker", value: result.attackers.isEmpty ? "none" : result.attackers.joined(separator: " + ")),
      Entry(name: "Bounds", value: result.bounds.joined(separator: ", ")),
    ]
    if !result.options.isEmpty { facts.append(Entry(name: "Options", value: result.options.joined(separator: ", "))) }
    facts.append(Entry(name: "Digest", value: "SHA-256 \(CertificateSource(result.scenario, result.compiled, in: ".").sha256) of the scenario and its models"))
    let explored =
      "\(count(result.states, "state")), \(count(result.transitions, "transition")), \(count(result.depth, "decision")) deep, \(count(result.computed, "computed state")), \(seconds(result.seconds)) s"
    let whole = result.stopped.map { "not exhausted (stopped: \($0.rawValue))" } ?? "exhausted within the bounds"
    facts.append(Entry(name: "Explored", value: "\(whole): \(explored)"))
    facts.append(Entry(name: "Reductions", value: result.reductions.isEmpty ? "none" : result.reductions.joined(separator: ", ")))
    if result.properties.contains(where: { $0.verdict == .holds }) { facts.append(Entry(name: "Certainty", value: result.missedStates.sentence)) }
    for (property, verdict) in zip(result.properties, result.oracle?.verdicts ?? []) {
      facts.append(Entry(name: "Naive explorer", value: "\(property.property): \(verdict.rawValue)"))
    }
    return facts
  }
}

extension Verdict {
  /// One character for tables.
  var sign: String {
    switch self {
    case .holds: "✓"
    case .violated: "✗"
    case .inconclusive: "?"
    }
  }
}
