/// Reads a scenario file: one or more scenarios.
public func parseScenarios(file: Int, in sources: SourceSet) -> (scenarios: [ScenarioDeclaration], diagnostics: [Diagnostic]) {
  var parser = Parser(file: file, in: sources)
  let scenarios = parser.scenarioFile()
  return (scenarios, parser.diagnostics)
}

extension Parser {
  static let sectionWords = ["scenario", "model", "option", "sweep", "drop", "cast", "attacker", "confuse", "bounds", "expect", "twin"]
  /// No bound is larger: nothing so large could be exhausted.
  static let maximumBound = 1000

  mutating func scenarioFile() -> [ScenarioDeclaration] {
    var scenarios: [ScenarioDeclaration] = []
    while token.kind != .end {
      do throws(Unreadable) {
        scenarios.append(try scenario())
      } catch {
        repeat { advance() } while token.kind != .end && !at("scenario")
      }
    }
    if scenarios.isEmpty && diagnostics.isEmpty { report("the file has no scenario", here, help: "a scenario begins with `scenario \"…\"`") }
    return scenarios
  }

  private mutating func scenario() throws(Unreadable) -> ScenarioDeclaration {
    let start = token.range.start
    guard take("scenario") else { throw fail("expected `scenario \"…\"`, found \(describe(token))") }
    var scenario = ScenarioDeclaration(title: try sentence(), model: Name("", at: here), at: location(from: start))
    var seen: Set<String> = []
    while token.kind != .end && !at("scenario") {
      let word = token.text
      let place = here
      do throws(Unreadable) {
        if ["model", "attacker", "bounds", "expect", "sweep"].contains(word) && !seen.insert(word).inserted {
          report("`\(word)` is given twice", place)
        }
        try section(&scenario)
      } catch {
        repeat { advance() } while token.kind != .end && !(token.kind == .word && Parser.sectionWords.contains(token.text))
      }
    }
    if scenario.model.text.isEmpty { report("the scenario names no model", scenario.location, help: "write `model NAME`") }
    return scenario
  }

  private mutating func section(_ scenario: inout ScenarioDeclaration) throws(Unreadable) {
    let word = try name("a section of a scenario")
    switch word.text {
    case "model": scenario.model = try name("a model")
    case "option":
      scenario.options += try list { (parser) throws(Unreadable) -> (name: Name, value: Name) in
        let name = try parser.name("an option")
        try parser.expect(":")
        return (name, try parser.name("a value"))
      }
    case "sweep": scenario.sweeps += try list { (parser) throws(Unreadable) in try parser.name("an option") }
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

  private mutating func setupCall(_ word: Name, _ scenario: inout ScenarioDeclaration) throws(Unreadable) {
    guard token.kind == .word, ["at", "with", "to", "for"].contains(peek().text) else {
      report(
        "`\(word.text)` begins no section of a scenario", word.location,
        help: closest(to: word.text, among: Parser.sectionWords).map { "did you mean `\($0)`?" } ?? "sections are \(Parser.sectionWords.joined(separator: ", ")), and the model's setups")
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

  /// Whether a section begins here: a known word, or a setup (`register shop at …`).
  private var isSectionStart: Bool {
    Parser.sectionWords.contains(token.text) || (peek().kind == .word && ["at", "with", "to", "for"].contains(peek(2).text) && peek(2).kind == .word)
  }

  private mutating func bound() throws(Unreadable) -> ScenarioDeclaration.Bound {
    let name = try name("a limit")
    guard token.kind == .number else { throw fail("expected how often, found \(describe(token))") }
    let count = Int(token.text) ?? .max
    if count == 0 {
      report("a bound of zero starts nothing", here, help: "leave `\(name.text)` out: what has no bound does not start")
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
      guard let verdict = ScenarioDeclaration.Expected(rawValue: parser.token.text) else {
        throw parser.fail("expected `holds`, `violated` or `inconclusive`, found \(parser.describe(parser.token))")
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
      } else if take("expect") {
        twin.expectations = try expectations()
        return twin
      } else {
        return twin
      }
    }
  }
}
