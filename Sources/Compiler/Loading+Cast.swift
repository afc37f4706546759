import Language

/// Somebody in a scenario's cast, and what the model says of them.
public struct CastDescription: Sendable {
  public var name: String
  /// Empty for an attacker.
  public var roles: [String]
  public var isHonest: Bool
  /// The attacker's hosts.
  public var hosts: [String]
  /// What they start: the sentences of the steps, with their own name in them.
  public var starts: [String]
  /// The endpoints where they answer: `POST /token`.
  public var endpoints: [String]
  /// The scenario's setups that name them: `register shop at bank`.
  public var setups: [String]
}

/// An attacker class that a scenario names.
public struct AttackerDescription: Sendable {
  public var name: String
  public var text: String
  /// A sentence each.
  public var abilities: [String]
}

extension Library {
  /// The scenario's cast. Handlers that its dropped clauses or its options leave out are not there.
  public mutating func cast(of scenario: Scenario) -> [CastDescription] {
    let model = model(scenario.declaration.model, near: scenario.file).model
    let drops = Set((scenario.drops + model.dropped).map(\.text)).subtracting(scenario.keeps)
    let options = model.defaults.merging(scenario.options) { $1 }
    func isActive(_ marker: ClauseMarker?) -> Bool {
      guard let marker else { return true }
      return marker.options.allSatisfy { $0.includes(options[$0.name.text]) } && !marker.clauses.contains { drops.contains($0.text) }
    }
    return scenario.declaration.cast.map { member in
      let setups = scenario.declaration.setups.filter { $0.arguments.contains { $0.text == member.name.text } }.map {
        "\($0.setup.text) \($0.arguments.map(\.text).joined(separator: " at "))"
      }
      var description = CastDescription(name: member.name.text, roles: [], isHonest: true, hosts: [], starts: [], endpoints: [], setups: setups)
      switch member.kind {
      case .role(let role): description.roles = [role.text]
      case .person(_, let roles): description.roles = roles.map(\.text)
      case .attacker(_, let hosts): (description.isHonest, description.hosts) = (false, hosts.map(\.text))
      }
      for role in description.roles.compactMap({ model.roles[$0] }) {
        for handler in role.handlers where isActive(handler.marker) {
          switch handler.trigger {
          case .http(let method, let path, _):
            let endpoint = "\(method.text == "ANY" ? "GET or POST" : method.text) \(path.text)"
            if !description.endpoints.contains(endpoint) { description.endpoints.append(endpoint) }
          case .step(_, let text?, false, _, _):
            let said = text.text.replacing("{\(role.parameter?.name.text ?? "")}", with: member.name.text)
              .replacing("{", with: "").replacing("}", with: "")
            if !description.starts.contains(said) { description.starts.append(said) }
          default: break
          }
        }
      }
      return description
    }
  }

  /// The attackers that the scenario names, with what they and those that they extend can do.
  public mutating func attackerClasses(of scenario: Scenario) -> [AttackerDescription] {
    let model = model(scenario.declaration.model, near: scenario.file).model
    return scenario.declaration.attackers.compactMap { name in
      guard let attacker = model.attackers[name.text] else { return nil }
      var abilities: [String] = []
      for item in attacker.items {
        switch item {
        case .may(let names): abilities += names.map { model.capabilities[$0.text] ?? Library.builtInCapabilities[$0.text] ?? $0.text }
        case .reads(let names): abilities += names.map { "reads what the model marks as the leak `\($0.text)`" }
        case .replaces(let names): abilities += names.map { "reads and replaces what the model marks as the leak `\($0.text)`" }
        case .knows(let expression, let parameter, let isAttackers):
          let whose = parameter.map { " for each \(isAttackers ? "attacker " : "")\($0.name.text)" } ?? ""
          abilities.append("knows \(sources.text(of: expression.location))\(whose)")
        }
      }
      var seen: Set<String> = []
      return AttackerDescription(name: name.text, text: attacker.text, abilities: abilities.filter { seen.insert($0).inserted })
    }
  }

  /// The names of the properties of the scenario's model.
  public mutating func properties(of scenario: Scenario) -> [String] {
    model(scenario.declaration.model, near: scenario.file).model.properties.map(\.name.text)
  }

  /// What the capabilities mean that no model declares.
  private static let builtInCapabilities = [
    "request": "sends requests of its own to the endpoints of honest servers", "serve": "answers what honest servers ask its hosts",
  ]
}
