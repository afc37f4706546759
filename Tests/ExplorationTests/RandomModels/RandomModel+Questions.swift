extension RandomModel {
  /// A witness that any honest run reaches or not, and two properties.
  mutating func declareQuestions() {
    declarations.append(.line("witness done event \(pick(events).name) ()"))
    for number in 1...2 {
      guard let conclusion = conclusion() else { continue }
      declarations.append(.line("property p\(number) \"Property \(number)\" \(conclusion)"))
    }
  }

  /// The columns of the event, each bound to a name of its own.
  private mutating func occurrence(_ event: Table, _ scope: inout Scope) -> String {
    var parts: [String] = []
    for column in event.columns where chance(90) {
      let alike = scope.names.filter { $0.sort == column.sort }
      if !alike.isEmpty && chance(40) {
        parts.append("\(column.name) == \(scope.tie(pick(alike).name))")
      } else if !scope.names.isEmpty && chance(8) {
        parts.append("\(column.name) == \(scope.tie(pick(scope.names).name))")
      } else {
        let name = newName("q")
        parts.append("\(column.name) as \(name)")
        scope.names.append((name, column.sort, true))
      }
    }
    return "event \(event.name) (\(parts.joined(separator: ", ")))"
  }

  private mutating func conclusion() -> String? {
    var scope = Scope()
    let hasException = chance(20)
    if chance(12), functions.contains(where: { $0.name == "key_of" }) {
      return "\(chance(50) ? "secret" : "never attacker derives") key_of(agent)\(chance(60) ? " unless agent is attacker" : "")"
    }
    var text = "when " + occurrence(pick(events), &scope)
    if chance(35) { text += " and " + occurrence(pick(events), &scope) }
    if chance(35), let condition = test(&scope) { text += " and " + condition }
    let exception = hasException ? test(&scope) : nil
    guard let goal = goal(&scope) else { return nil }
    return text + " then " + goal + (exception.map { " unless " + $0 } ?? "")
  }

  private mutating func goal(_ scope: inout Scope) -> String? {
    switch number(0...9) {
    case 0...4:
      guard let secret = scope.names.isEmpty ? nil : pick(scope.names) else { return nil }
      if functions.contains(where: { $0.name == "h" }) && secret.sort == "Nonce" && chance(20) { return "not attacker derives h(\(secret.name))" }
      return "not attacker derives \(secret.name)"
    case 5...8:
      let event = pick(events)
      var tests: [String] = []
      var compared: Set<String> = []
      for column in event.columns where chance(70) {
        guard let name = scope.names.filter({ $0.sort == column.sort }).map(\.name).randomElement(using: &random) else { continue }
        tests.append("\(column.name) == \(name)")
        compared.insert(name)
      }
      // What is tied and not compared would choose which events are counted; the compiler refuses that.
      return "\(scope.tied.isSubset(of: compared) && chance(35) ? "injective " : "")earlier event \(event.name) (\(tests.joined(separator: ", ")))"
    default: return test(&scope)
    }
  }

  private mutating func test(_ scope: inout Scope) -> String? {
    guard !scope.names.isEmpty else { return nil }
    let name = pick(scope.names)
    switch number(0...4) {
    case 0: return "\(name.name) is \(pick(["present", "absent"]))"
    case 1 where name.sort == "Agent": return "\(name.name) is \(pick(["honest", "attacker"]))"
    case 2 where name.sort == "Colour": return "\(name.name) == \(pick(["red", "green"]))"
    case 3:
      let alike = scope.names.filter { $0.sort == name.sort && $0.name != name.name }
      return alike.isEmpty
        ? "\(name.name) is absent" : "\(scope.tie(name.name)) \(pick(["==", "!="])) \(scope.tie(pick(alike).name))"
    default: return "\(name.name) is absent"
    }
  }
}
