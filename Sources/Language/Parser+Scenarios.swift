/// Reads a scenario file: one or more scenarios.
public func parseScenarios(file: Int, in sources: SourceSet) -> (scenarios: [ScenarioDeclaration], diagnostics: [Diagnostic]) {
  var parser = Parser(file: file, in: sources)
  let scenarios = parser.scenarioFile()
  return (scenarios, parser.findings)
}

/// Reads bounds as they stand behind `bounds` in a scenario file.
public func parseBounds(file: Int, in sources: SourceSet) -> (bounds: [ScenarioDeclaration.Bound], diagnostics: [Diagnostic]) {
  var parser = Parser(file: file, in: sources)
  let bounds = parser.boundsAlone()
  return (bounds, parser.findings)
}

extension Parser {
  static let sectionWords = ["scenario", "model", "option", "sweep", "drop", "cast", "attacker", "confuse", "bounds", "expect", "twin"]
  /// No bound is larger: nothing so large could be exhausted.
  static let maximumBound = 1000

  mutating func scenarioFile() -> [ScenarioDeclaration] {
    var scenarios: [ScenarioDeclaration] = []
    while token.kind != .end {
      let start = position
      do throws(Unreadable) {
        scenarios.append(try scenario())
      } catch {
        while token.kind != .end && !(position > start && at("scenario")) { advance() }
      }
    }
    if scenarios.isEmpty && findings.isEmpty { report("the file has no scenario", here, help: "a scenario begins with `scenario \"…\"`") }
    return scenarios
  }

  private mutating func scenario() throws(Unreadable) -> ScenarioDeclaration {
    let start = token.range.start
    guard take("scenario") else { throw fail("expected `scenario \"…\"`, found \(describe(token))") }
    sectionIndent = nil
    var scenario = ScenarioDeclaration(title: try sentence(), model: Name("", at: here), at: location(from: start))
    var seen: Set<String> = []
    while token.kind != .end && !at("scenario") {
      let start = position
      // Sections stand beside each other.
      if let indent = token.indent { sectionIndent = indent }
      do throws(Unreadable) {
        if token.kind == .word, ["model", "attacker", "bounds", "expect", "sweep"].contains(token.text), !seen.insert(token.text).inserted {
          report("`\(token.text)` is given twice", here)
        }
        try section(&scenario)
      } catch {
        skipSection(from: start)
      }
    }
    if scenario.model.text.isEmpty { report("the scenario names no model", scenario.location, help: "write `model NAME`") }
    return scenario
  }

  /// Goes on to the next line that is not further in than the section that began at `start`.
  private mutating func skipSection(from start: Int) {
    while token.kind != .end {
      if position > start, let indent = token.indent, indent <= sectionIndent ?? 0 { return }
      advance()
    }
  }

  /// Whether a section begins here, indented as sections are.
  var beginsSection: Bool {
    guard let indent = token.indent, let sectionIndent, indent <= sectionIndent, token.kind == .word else { return false }
    return Parser.sectionWords.contains(token.text)
  }

  private mutating func section(_ scenario: inout ScenarioDeclaration) throws(Unreadable) {
    guard token.kind == .word else { throw fail("expected a section of a scenario, found \(describe(token))") }
    let word = Name(token.text, at: here)
    advance()
    switch word.text {
    case "model": scenario.model = try name("a model")
    case "option":
      scenario.options += try list { (parser) throws(Unreadable) in try parser.optionChoice() }
    case "sweep": try sweep(&scenario)
    case "drop": scenario.drops += try list { (parser) throws(Unreadable) in try parser.clauseName() }
    case "cast": scenario.cast += try list { (parser) throws(Unreadable) in try parser.castMember() }
    case "attacker":
      scenario.attackers.append(try name("an attacker"))
      while take("+") { scenario.attackers.append(try name("an attacker")) }
    case "confuse": scenario.confusions.append(try list { (parser) throws(Unreadable) in try parser.name("a sort") })
    case "bounds": scenario.bounds = try list { (parser) throws(Unreadable) in try parser.bound() }
    case "expect": scenario.expectations = try expectations()
    case "twin": scenario.twins.append(try twin())
    default: try setupCall(word, &scenario)
    }
  }

  private mutating func sweep(_ scenario: inout ScenarioDeclaration) throws(Unreadable) {
    for name in try list({ (parser) throws(Unreadable) in try parser.name("an option, or `\(ScenarioDeclaration.attackersSwept)`") }) {
      if name.text != ScenarioDeclaration.attackersSwept {
        scenario.sweeps.append(name)
      } else if scenario.attackerSweep == nil {
        scenario.attackerSweep = name
      } else {
        report("`\(name.text)` is given twice", name.location)
      }
    }
  }

  private mutating func optionChoice() throws(Unreadable) -> (name: Name, value: Name) {
    let name = try name("an option")
    try expect(":")
    return (name, try self.name("a value"))
  }

  private mutating func setupCall(_ word: Name, _ scenario: inout ScenarioDeclaration) throws(Unreadable) {
    guard token.kind == .word, ["at", "with", "to", "for"].contains(peek().text) else {
      report(
        "\(quoted(word.text)) begins no section of a scenario", word.location,
        help: suggestion(for: word.text, among: Parser.sectionWords, orElse: "besides the model's setups, sections are"))
      throw Unreadable()
    }
    repeat {
      var arguments = [try name("a participant")]
      while token.kind == .word, ["at", "with", "to", "for"].contains(token.text) {
        advance()
        arguments.append(try name("a participant"))
      }
      scenario.setups.append(.init(setup: word, arguments: arguments))
    } while take(",")
  }

  private mutating func castMember() throws(Unreadable) -> ScenarioDeclaration.CastMember {
    let name = try name("a participant")
    try expect(":")
    if take("attacker") {
      var sorts: [Name] = []
      while token.kind == .word && !at("at") && !isSectionStart { sorts.append(try self.name("a sort")) }
      var hosts: [Name] = []
      if take("at") { repeat { hosts.append(try self.name("a host")) } while token.kind == .word && !isSectionStart }
      return .init(name: name, kind: .attacker(sorts: sorts, hosts: hosts))
    }
    let first = try self.name("a role or a sort")
    guard take("with") else { return .init(name: name, kind: .role(first)) }
    var roles = [try self.name("a role")]
    while token.kind == .word && !isSectionStart { roles.append(try self.name("a role")) }
    return .init(name: name, kind: .person(sort: first, roles: roles))
  }

  /// Whether a list of roles or hosts ends here: at a known word, or at a line that is a setup (`register shop at …`) or not further in.
  private var isSectionStart: Bool {
    if Parser.sectionWords.contains(token.text) { return true }
    guard let indent = token.indent else { return false }
    return indent <= sectionIndent ?? 0 || (peek().kind == .word && peek(2).kind == .word && ["at", "with", "to", "for"].contains(peek(2).text))
  }

  mutating func boundsAlone() -> [ScenarioDeclaration.Bound] {
    do throws(Unreadable) {
      let bounds = try list { (parser) throws(Unreadable) in try parser.bound() }
      guard token.kind == .end else { throw fail("expected `,` and another bound, found \(describe(token))") }
      return bounds
    } catch {
      return []
    }
  }

  private mutating func bound() throws(Unreadable) -> ScenarioDeclaration.Bound {
    let name = try name("a limit")
    guard token.kind == .number else { throw fail("expected how often, found \(describe(token))") }
    let count = Int(token.text) ?? .max
    if count == 0 {
      report("a bound of zero starts nothing", here, help: "leave \(quoted(name.text)) out: what has no bound does not start")
    } else if count > Parser.maximumBound {
      report("the bound is out of range: at most \(Parser.maximumBound)", here)
    }
    advance()
    var bound = ScenarioDeclaration.Bound(name: name, count: min(count, Parser.maximumBound), actor: nil, isPerEndpoint: false)
    while true {
      if take("by") {
        bound.actor = try self.name("who starts it")
      } else if take("per") {
        try expect("endpoint")
        bound.isPerEndpoint = true
      } else if take("at") {
        bound.path = try path()
      } else {
        return bound
      }
    }
  }

  private mutating func expectations() throws(Unreadable) -> [ScenarioDeclaration.Expectation] {
    if at("all"), peek().kind == .word {
      advance()
      if take("hold") || take("holds") { return [.init(property: nil, verdict: .holds)] }
      if take("violated") { return [.init(property: nil, verdict: .violated)] }
      if take("inconclusive") { return [.init(property: nil, verdict: .inconclusive)] }
      throw fail("expected `hold`, `violated` or `inconclusive`, found \(describe(token))")
    }
    return try list { (parser) throws(Unreadable) in
      let property = try parser.name("a property")
      guard parser.token.kind == .word, let verdict = ScenarioDeclaration.Expected(rawValue: parser.token.text) else {
        throw parser.fail(
          "expected `holds`, `violated` or `inconclusive`, found \(parser.describe(parser.token))",
          help: parser.suggestion(for: parser.token.text, among: ["holds", "violated", "inconclusive"]))
      }
      parser.advance()
      return .init(property: property, verdict: verdict)
    }
  }

  private mutating func twin() throws(Unreadable) -> ScenarioDeclaration.Twin {
    var twin = ScenarioDeclaration.Twin(title: try sentence(), restores: [], drops: [], expectations: [])
    while true {
      if take("restores") {
        twin.restores += try list { (parser) throws(Unreadable) in try parser.clauseName() }
      } else if take("drops") {
        twin.drops += try list { (parser) throws(Unreadable) in try parser.clauseName() }
      } else if take("option") {
        twin.options += try list { (parser) throws(Unreadable) in try parser.optionChoice() }
      } else if take("expect") {
        twin.expectations = try expectations()
        return twin
      } else {
        return twin
      }
    }
  }
}
