extension RandomModel {
  /// What the text of a handler may name at one place.
  struct Scope {
    var names: [(name: String, sort: String, isOptional: Bool)] = []
    var rows: [(name: String, table: Table)] = []
    var role = Role(name: "", sort: "")
    var isProcedure = false
    /// Whether somebody asks for an answer.
    var isRequest = false
    var depth = 0
    /// In questions: the names that are compared with something else.
    var tied: Set<String> = []

    mutating func tie(_ name: String) -> String {
      tied.insert(name)
      return name
    }

    init(names: [(String, String, Bool)] = [], role: Role = Role(name: "", sort: ""), isProcedure: Bool = false) {
      self.names = names.map { (name: $0.0, sort: $0.1, isOptional: $0.2) }
      self.role = role
      self.isProcedure = isProcedure
    }
  }

  // MARK: Values and patterns

  /// A value of the sort made of what is in scope; nil where there is none.
  mutating func value(_ sort: String, _ scope: Scope, depth: Int = 0) -> String? {
    var candidates = scope.names.filter { $0.sort == sort || sort == "Message" }.map(\.name)
    for (row, table) in scope.rows {
      candidates += table.columns.filter { $0.sort == sort || sort == "Message" }.map { "\(row).\($0.name)" }
    }
    // What does not fit must be refused, or never come true: now and then.
    if chance(2) { candidates += scope.names.map(\.name) }
    switch sort {
    case "Colour": candidates += ["red", "green"]
    case "Message" where depth < 2 && chance(45):
      if let made = value(pick(["Hash", "Locked", "Ping", "Nonce", "Token"]), scope, depth: depth + 1) { candidates = [made] }
    default: break
    }
    if depth < 2 {
      for function in functions where function.result == sort && (candidates.isEmpty || chance(40)) {
        var arguments: [String] = []
        for parameter in function.parameters { if let argument = value(parameter, scope, depth: depth + 1) { arguments.append(argument) } }
        if arguments.count == function.parameters.count { candidates.append("\(function.name)(\(arguments.joined(separator: ", ")))") }
      }
      for record in records where record.name == sort { if let made = self.record(record, scope, depth: depth + 1) { candidates.append(made) } }
    }
    return candidates.isEmpty ? nil : pick(candidates)
  }

  private mutating func record(_ record: Table, _ scope: Scope, depth: Int) -> String? {
    guard let fields = arguments(record.columns, scope, depth: depth) else { return nil }
    return fields.isEmpty ? "\(record.name) { }" : "\(record.name) { \(fields) }"
  }

  /// `a: value, b: value`; optional ones may be left out.
  mutating func arguments(_ columns: [Column], _ scope: Scope, depth: Int = 0) -> String? {
    var parts: [String] = []
    for column in columns {
      if column.isOptional && chance(30) { continue }
      guard let value = value(column.sort, scope, depth: depth) else {
        if column.isOptional { continue }
        return nil
      }
      parts.append("\(column.name): \(value)\(column.isOptional ? marker() : "")")
    }
    return parts.joined(separator: ", ")
  }

  /// A pattern: binds new names, compares known ones.
  mutating func pattern(_ sort: String, isOptional: Bool = false, _ scope: inout Scope, depth: Int = 0) -> String {
    if chance(30), let known = value(sort, scope, depth: 1) { return known }
    if depth < 2 {
      for function in functions where function.result == sort && chance(60) {
        var arguments: [String] = []
        // A private key can only be named, not found.
        for parameter in function.parameters { arguments.append(pattern(parameter, &scope, depth: depth + 1)) }
        return "\(function.name)(\(arguments.joined(separator: ", ")))"
      }
      if sort == "Message" && chance(25) { return messagePattern(&scope, depth: depth + 1) }
    }
    let name = newName("x")
    scope.names.append((name, sort, isOptional))
    return name
  }

  mutating func recordPattern(_ record: Table, _ scope: inout Scope, depth: Int) -> String {
    var fields: [String] = []
    for column in record.columns {
      if column.isOptional && chance(15) { continue }
      fields.append("\(column.name): \(pattern(column.sort, isOptional: column.isOptional, &scope, depth: depth))")
    }
    return "\(record.name) { \(fields.joined(separator: ", ")) }"
  }

  /// What a message over the network may look like.
  mutating func messagePattern(_ scope: inout Scope, depth: Int = 0) -> String {
    if depth < 2, functions.contains(where: { $0.name == "lock" }), chance(30) {
      let key = chance(60) ? "key_of(me)" : pattern("Key", &scope, depth: 1)
      return "lock(\(key), \(messagePattern(&scope, depth: depth + 1)))"
    }
    switch number(0...9) {
    case 0...5: return recordPattern(pick(records), &scope, depth: depth)
    case 6: return pattern("Hash", &scope, depth: depth)
    case 7: return "(\(pattern(pick(["Nonce", "Agent"]), &scope, depth: depth)), \(pattern("Nonce", &scope, depth: depth)))"
    default: return pattern("Message", &scope, depth: 2)
    }
  }

  // MARK: Conditions

  mutating func condition(_ scope: Scope, depth: Int = 0) -> String? {
    if depth < 1 && chance(20) {
      guard let a = condition(scope, depth: 1), let b = condition(scope, depth: 1) else { return nil }
      return chance(50) ? "(\(a) or \(b))" : "\(a) and \(b)"
    }
    if depth < 2 && chance(6) { return condition(scope, depth: depth + 1).map { "not (\($0))" } }
    guard !scope.names.isEmpty || !scope.rows.isEmpty else { return nil }
    let optional = scope.names.filter(\.isOptional)
    if !optional.isEmpty && chance(50) { return "\(pick(optional).name) is \(pick(["present", "absent"]))" }
    let named = scope.names.filter { $0.sort == "Agent" || $0.sort == "Host" }
    if !named.isEmpty && chance(25) { return "\(pick(named).name) is \(pick(["honest", "attacker"]))" }
    let sort = scope.names.isEmpty ? "Nonce" : pick(scope.names).sort
    guard let a = value(sort, scope), let b = value(sort, scope), a != b else { return nil }
    return "\(a) \(pick(["==", "==", "!="])) \(b)"
  }

  // MARK: Statements

  /// The columns that a look-up compares or binds.
  private mutating func tests(_ table: Table, _ scope: inout Scope, binds: Bool) -> String {
    var tests: [String] = []
    for column in table.columns {
      if chance(50), let value = value(column.sort, scope) {
        tests.append("\(column.name) == \(value)\(marker())")
      } else if binds && chance(70) {
        let name = newName("x")
        tests.append("\(column.name) as \(name)")
        scope.names.append((name, column.sort, column.isOptional))
      }
    }
    return tests.joined(separator: ", ")
  }

  mutating func statements(_ count: Int, _ scope: inout Scope) -> [Piece] {
    var pieces: [Piece] = []
    for _ in 0..<count { pieces += statement(&scope) }
    // Without an effect nothing is worth doing.
    if scope.depth == 0 && chance(80), let effect = event(scope) { pieces.append(effect) }
    return pieces
  }

  private mutating func block(_ scope: Scope) -> [Piece] {
    var inner = scope
    inner.depth += 1
    return statements(number(1...2), &inner)
  }

  mutating func event(_ scope: Scope) -> Piece? {
    let event = pick(events)
    var parts: [String] = []
    emitted[event.name, default: []].formUnion([])
    for column in event.columns where chance(90) {
      guard let value = value(column.sort, scope) else { continue }
      parts.append("\(column.name): \(value)")
      emitted[event.name]?.insert(column.name)
    }
    return .line("event \(event.name) (\(parts.joined(separator: ", ")))\(marker())")
  }

  private mutating func statement(_ scope: inout Scope) -> [Piece] {
    let tables = scope.role.tables.filter { !$0.isSession }
    switch number(0...26) {
    case 0...3:
      guard !tables.isEmpty, scope.depth < 2 else { return effect(&scope) }
      let table = pick(tables)
      let before = scope
      let columns = tests(table, &scope, binds: true)
      if chance(20) { return [.line("take \(table.name) (\(columns))")] }
      var head = "find \(table.name) (\(columns))"
      if chance(60) {
        let row = newName("row")
        head += " as \(row)"
        scope.rows.append((row, table))
      }
      if chance(30) { return [.block(head + " otherwise", block(before))] }
      return [.line(head + marker())]
    case 4:
      guard !tables.isEmpty else { return effect(&scope) }
      let table = pick(tables)
      return [.line("require no \(table.name) (\(tests(table, &scope, binds: false)))\(marker())")]
    case 5...8:
      guard let condition = condition(scope) else { return effect(&scope) }
      if scope.depth < 2 && chance(25) { return [.block("require \(condition) otherwise", block(scope))] }
      return [.line("require \(condition)\(marker())")]
    case 9:
      guard scope.depth < 2, let condition = condition(scope) else { return effect(&scope) }
      let then = block(scope)
      if chance(50) { return [.block("if \(condition)", then)] }
      return [.block("if \(condition)", then), .block("else", block(scope))]
    case 10:
      guard let known = scope.names.isEmpty ? nil : pick(scope.names), let record = records.first else { return effect(&scope) }
      if known.sort == "Message" { return [.line("let \(recordPattern(record, &scope, depth: 1)) = \(known.name)")] }
      return [.line("let \(pattern(known.sort, &scope, depth: 0)) = \(known.name)")]
    case 11, 13, 14:
      guard !scope.rows.isEmpty else { return effect(&scope) }
      let (row, table) = pick(scope.rows)
      if chance(50) || table.columns.isEmpty { return [.line("\(table.isSession ? "end" : "remove") \(row)\(marker())")] }
      let column = pick(table.columns)
      guard let value = value(column.sort, scope) else { return [] }
      return [.line("\(row).\(column.name) = \(value)")]
    case 12:
      guard !scope.role.procedures.isEmpty, !scope.isProcedure, let value = value("Message", scope) else { return effect(&scope) }
      return [.line("do note (\(value))")]
    default: return effect(&scope)
    }
  }

  /// A statement that makes, inserts, sends or says something.
  private mutating func effect(_ scope: inout Scope) -> [Piece] {
    let tables = scope.role.tables.filter { !$0.isSession }
    switch number(0...11) {
    case 0...2:
      let sort = pick(["Nonce", "Nonce", "Token"])
      let name = newName("n")
      scope.names.append((name, sort, false))
      return [.line("new \(name): \(sort)")]
    case 3...5:
      if let session = scope.role.tables.first(where: \.isSession), chance(40), let values = arguments(session.columns, scope) {
        let name = newName("run")
        scope.rows.append((name, session))
        return [.line("new \(name): \(session.name) (\(values))")]
      }
      guard !tables.isEmpty else { return [] }
      let table = pick(tables)
      guard let values = arguments(table.columns, scope) else { return [] }
      return [.line("insert \(table.name) (\(values))\(marker())")]
    case 6...8:
      guard !isWeb, let message = value(pick(["Message", "Message", "Locked", "Nonce", "Ping"]), scope) else { return [] }
      return [.line("send \(message)\(marker())")]
    case 9:
      guard let told = value("Message", scope) else { return [] }
      return [.line("leak drain \(told)")]
    default: return event(scope).map { [$0] } ?? []
    }
  }
}
