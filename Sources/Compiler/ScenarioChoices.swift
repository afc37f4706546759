import Language

/// What can be chosen for a run of a scenario's model: attackers, clauses and options, in the order of their names.
public struct ScenarioChoices: Sendable {
  public struct Attacker: Sendable {
    public var name: String
    public var text: String
    /// The attackers that this one extends, and those that they extend.
    public var includes: Set<String>
  }
  public struct Option: Sendable {
    public var name: String
    public var values: [String]
    /// What is chosen where nothing is said; nil: a scenario has to say.
    public var usual: String?
  }
  public var attackers: [Attacker]
  public var options: [Option]
  public var clauses: [ClauseDeclaration]
  /// The clauses that the model itself drops.
  public var dropped: Set<String>
  public var properties: [PropertyDeclaration]
}

extension Library {
  /// The choices that the scenario's model leaves.
  ///
  /// - Throws: if a file of the model cannot be read, or is not in order.
  public mutating func choices(of scenario: Scenario) throws(Failure) -> ScenarioChoices {
    let loaded = model(scenario.declaration.model, near: scenario.file)
    guard loaded.isComplete else { throw Failure(diagnostics: inOrder(loaded.diagnostics)) }
    let model = loaded.model
    return ScenarioChoices(
      attackers: model.attackers.map { ScenarioChoices.Attacker(name: $0, text: $1.text, includes: $1.includes) }.sorted { $0.name < $1.name },
      options: model.options.map { name, values in ScenarioChoices.Option(name: name, values: values.map(\.text), usual: model.defaults[name]) }
        .sorted { $0.name < $1.name },
      clauses: model.clauses.values.sorted { $0.name.text < $1.name.text }, dropped: Set(model.dropped.map(\.text)), properties: model.properties)
  }
}

extension ScenarioDeclaration.Bound {
  /// The bound as a scenario says it: `requests 1 per endpoint by attacker`.
  public var text: String {
    "\(name.text) \(count)" + (isPerEndpoint ? " per endpoint" : "") + (path.map { " at \($0.text)" } ?? "") + (actor.map { " by \($0.text)" } ?? "")
  }
}
