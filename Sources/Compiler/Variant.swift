import Language

/// What is other in a variant of a scenario than in its file: the one way in which commands, the analysis of clauses, comparisons and the web
/// explorer change a scenario.
///
/// ```swift
/// let other = try library.scenario(scenario, as: Variant(attackers: ["A1", "A3a"], drops: ["RFC9207-2.4"]))
/// ```
public struct Variant: Sendable, Hashable {
  /// Another model, by its name: another version of a profile; nil: the scenario's own.
  public var model: String?
  /// The attackers, all together; none: an attacker who can send and receive and nothing else; nil: the scenario's own.
  public var attackers: [String]?
  /// A value for each of these options, whatever the scenario chooses or sweeps over.
  public var options: [String: String]
  /// Clauses to drop, besides those that are dropped already.
  public var drops: [String]
  /// Clauses to put back, whether the scenario drops them or its model does. One that is not dropped stays as it is.
  public var keeps: [String]
  /// Bounds in place of all of the scenario's own, as they stand behind `bounds`: `flows 2 by alice, navigations 2`.
  public var bounds: String?
  /// What an error says of where the names come from: the name of the part (`attacker`, `option`, …) between these two.
  public var prefix = "--"
  public var suffix = ""

  public init(
    model: String? = nil, attackers: [String]? = nil, options: [String: String] = [:], drops: [String] = [], keeps: [String] = [], bounds: String? = nil
  ) {
    self.model = model
    self.attackers = attackers
    self.options = options
    self.drops = drops
    self.keeps = keeps
    self.bounds = bounds
  }

  /// Whether more than the bounds is other, so that what the scenario expects says nothing of it.
  var isOther: Bool { model != nil || attackers != nil || !options.isEmpty || !drops.isEmpty || !keeps.isEmpty }

  public var isEmpty: Bool { !isOther && bounds == nil }
}

/// A list of names as it was given, so that an error can point at each of them.
private struct GivenNames {
  var names: [Name] = []

  init(_ texts: [String], separator: String, in sources: inout SourceSet, name: String) {
    guard !texts.isEmpty else { return }
    let file = sources.add(SourceFile(name: name, bytes: Array(texts.joined(separator: separator).utf8)))
    var start = 0
    for text in texts {
      let end = start + text.utf8.count
      names.append(Name(text, at: Location(file: file, range: SourceRange(start: start, end: end))))
      start = end + separator.utf8.count
    }
  }
}

extension Library {
  /// A variant of a scenario, to be compiled as any other.
  ///
  /// What the scenario expects is forgotten, unless nothing but its bounds is other.
  /// - Throws: All that the variant names and is not there, each with the closest name that is; bounds that cannot be read; a model that cannot be
  ///   read.
  public mutating func scenario(_ scenario: Scenario, as variant: Variant) throws(Failure) -> Scenario {
    guard !variant.isEmpty else { return scenario }
    var scenario = scenario
    if let name = name(of: variant) { scenario.declaration.model = name }
    if let bounds = try bounds(of: variant) { scenario.declaration.bounds = bounds }
    guard variant.isOther else { return scenario }
    let loaded = model(scenario.declaration.model, near: scenario.file)
    guard loaded.isComplete else { throw Failure(diagnostics: inOrder(loaded.diagnostics)) }
    var errors: [Diagnostic] = []
    scenario.expectations = []
    if let attackers = variant.attackers {
      scenario.declaration.attackers = given(attackers, "attacker", variant, " + ")
      for name in scenario.declaration.attackers where loaded.model.attackers[name.text] == nil {
        errors.append(missing("attacker", name, loaded.model.attackers.keys))
      }
    }
    let options = variant.options.sorted { $0.key < $1.key }
    // Each name and its value stand in one text, as `name=value`.
    for (name, value) in options {
      let place = given([name, value], "option", variant, "=")
      if let problem = loaded.model.problem(with: place[0], place[1]) { errors.append(problem) }
      scenario.options[name] = value
    }
    let keeps = given(variant.keeps, "keep", variant)
    let drops = given(variant.drops, "drop", variant)
    for name in keeps + drops where loaded.model.clauses[name.text] == nil {
      errors.append(missing("clause", name, loaded.model.clauses.keys))
    }
    for name in keeps where variant.drops.contains(name.text) {
      errors.append(Diagnostic(message: "the clause `\(name.text)` is dropped and put back", location: name.location))
    }
    guard errors.isEmpty else { throw Failure(diagnostics: errors) }
    scenario.keeps.formUnion(variant.keeps)
    scenario.keeps.subtract(variant.drops)
    scenario.drops.removeAll { scenario.keeps.contains($0.text) }
    scenario.declaration.drops.removeAll { scenario.keeps.contains($0.text) }
    for name in drops where !scenario.drops.contains(where: { $0.text == name.text }) { scenario.drops.append(name) }
    return scenario
  }

  /// Makes a variant of all scenarios that are read from now on.
  /// - Throws: What is wrong with its bounds. What it names and is not there is told when a scenario is read.
  public mutating func use(_ variant: Variant) throws(Failure) {
    _ = try bounds(of: variant)
    self.variant = variant
  }

  /// The name of the variant's model, if it has one of its own.
  mutating func name(of variant: Variant) -> Name? { variant.model.flatMap { given([$0], "model", variant).first } }

  private mutating func bounds(of variant: Variant) throws(Failure) -> [ScenarioDeclaration.Bound]? {
    guard let text = variant.bounds else { return nil }
    let file = sources.add(SourceFile(name: variant.prefix + "bounds" + variant.suffix, bytes: Array(text.utf8)))
    let (bounds, diagnostics) = parseBounds(file: file, in: sources)
    guard diagnostics.isEmpty else { throw Failure(diagnostics: diagnostics) }
    return bounds
  }

  private mutating func given(_ texts: [String], _ part: String, _ variant: Variant, _ separator: String = ", ") -> [Name] {
    GivenNames(texts, separator: separator, in: &sources, name: variant.prefix + part + variant.suffix).names
  }

  private func missing(_ what: String, _ name: Name, _ known: some Sequence<String>) -> Diagnostic {
    let names = known.sorted()
    let list = names.isEmpty ? "the model has none" : "there are " + names.map { "`\($0)`" }.joined(separator: ", ")
    return Diagnostic(message: "there is no \(what) `\(name.text)`", location: name.location, help: suggestion(name.text, names) ?? list)
  }
}
