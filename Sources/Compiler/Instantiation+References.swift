import Language

/// What a model's text refers to is checked whether or not this scenario gets there: a role that nobody plays, a handler that is
/// dropped, a setup that is not used. What a name in a handler stands for shows only when the handler is run.
extension Instantiation {
  func checkReferences() {
    for name in model.roleOrder { if let role = model.roles[name] { check(role) } }
    for setup in model.setups.values { check(setup.parameters, setup.body) }
    for opening in model.openings { check([opening.pattern] + opening.needs + [opening.gives]) }
    for property in model.properties {
      for event in property.events { check(event.columns) }
      for condition in [property.condition, property.conclusion, property.exception] { if let condition { check(condition) } }
    }
    for witness in model.witnesses {
      check(witness.event.columns)
      if let condition = witness.condition { check(condition) }
    }
    for attacker in model.attackers.values {
      for item in attacker.items {
        switch item {
        case .may(let names):
          for name in names where !["request", "serve"].contains(name.text) { checkCapability(name, and: ["request", "serve"]) }
        case .knows(let value, let parameter, _):
          check([value])
          if let parameter { _ = sort(parameter.sort) }
        case .reads, .replaces: break
        }
      }
    }
    for drop in scenario.drops + model.dropped where model.clauses[drop.text] != nil && !markedClauses.contains(drop.text) {
      report("nothing in the model carries the clause `\(drop.text)`: dropping it changes nothing", drop.location, severity: .warning)
    }
    for name in scenario.attackers {
      for item in model.attackers[name.text]?.items ?? [] {
        guard case .reads(let leaks) = item else { continue }
        for leak in leaks where !leaked.contains(leak.text) {
          report("nothing leaks `\(leak.text)`", leak.location, suggestion(leak.text, leaked), severity: .warning)
        }
      }
    }
  }

  private func checkCapability(_ name: Name, and builtIn: [String] = []) {
    if model.capabilities[name.text] == nil {
      report("there is no capability `\(name.text)`", name.location, suggestion(name.text, Array(model.capabilities.keys) + builtIn))
    }
  }

  private func check(_ parameters: [Parameter], _ setup: [Statement]) {
    for parameter in parameters where model.roles[parameter.sort.name.text] == nil {
      report("there is no role `\(parameter.sort.name.text)`", parameter.sort.name.location, suggestion(parameter.sort.name.text, model.roles.keys))
    }
    for statement in setup {
      check(statement, in: nil)
      guard case .insert(let table, let arguments) = statement.kind, let owner = table.owner else { continue }
      guard let parameter = parameters.first(where: { $0.name.text == owner.text }) else {
        report("there is nothing called `\(owner.text)` here", owner.location, suggestion(owner.text, parameters.map(\.name.text)))
        continue
      }
      if let role = model.roles[parameter.sort.name.text], let declared = columns(of: table.table, in: role) {
        _ = hasColumns(arguments.map(\.name), declared, table.table)
      }
    }
  }

  // MARK: Records

  /// Whether each record can be laid out field by field: none holds itself, and none holds very many fields.
  func checkRecords() -> Bool {
    var sizes: [String: Int] = [:]
    var isSound = true
    func size(_ name: String, _ chain: [String]) -> Int {
      if let known = sizes[name] { return known }
      guard let record = model.records.first(where: { $0.name.text == name }) else { return 1 }
      var total = 0
      for field in record.fields where !field.sort.isOptional {
        if (chain + [name]).contains(field.sort.name.text) {
          report(
            "a `\(field.sort.name.text)` holds another one, and so on without end", field.name.location,
            "write `\(field.name.text): \(field.sort.name.text)?`: it can be absent")
          isSound = false
        } else if chain.count < 32 {
          total += size(field.sort.name.text, chain + [name])
        }
      }
      if (total > Instantiation.maximumFields || chain.count == 32) && isSound {
        report(
          "the record `\(name)` has too many fields, with those of the records in it, and of the records in these", record.name.location,
          "at most \(Instantiation.maximumFields), and at most 32 in one another")
        isSound = false
      }
      sizes[name] = max(total, 1)
      return sizes[name] ?? 1
    }
    for record in model.records { _ = size(record.name.text, []) }
    return isSound
  }

  private static var maximumFields: Int { 256 }

  // MARK: Roles

  private func check(_ role: RoleDeclaration) {
    if let parameter = role.parameter { _ = namesSort(parameter.sort.name) }
    for table in role.tables { for column in table.columns { _ = sort(column.sort) } }
    for session in role.sessions {
      for column in session.columns + (session.cookie.map { [$0] } ?? []) { _ = sort(column.sort) }
      check(session.attributes)
      reportRepeated(session.attributes, "attribute")
      guard let record = model.records.first(where: { $0.name.text == "CookieAttributes" }) else { continue }
      for argument in session.attributes { _ = attribute(argument.name, of: record.fields) }
    }
    for handler in role.handlers {
      check(handler.marker)
      if let leak = handler.leaks { leaked.insert(leak.text) }
      if let session = handler.session, !role.sessions.contains(where: { $0.name.text == session.sort.name.text }) {
        report(
          "there is no session `\(session.sort.name.text)`", session.sort.name.location, suggestion(session.sort.name.text, role.sessions.map(\.name.text)))
      }
      switch handler.trigger {
      case .http(_, _, let parameters): for parameter in parameters { _ = sort(parameter.sort) }
      case .step(_, _, _, let needs, let parameters):
        if let needs { checkCapability(needs) }
        for parameter in parameters { _ = sort(parameter.sort) }
      case .message(let pattern): check([pattern])
      case .answered, .attach, .procedure: break
      }
      check(handler.body, in: role)
    }
    checkRecursion(role)
  }

  /// Reports each call that leads back to the procedure it stands in.
  private func checkRecursion(_ role: RoleDeclaration) {
    var calls: [String: [Name]] = [:]
    for handler in role.handlers {
      if case .procedure(let name, _) = handler.trigger { calls[name.text, default: []] += procedureCalls(in: handler.body) }
    }
    var finished: Set<String> = []
    func follow(_ name: String, _ chain: [String]) {
      for call in calls[name] ?? [] {
        if let start = (chain + [name]).firstIndex(of: call.text) {
          let cycle = (chain + [name])[start...]
          report("`\(call.text)` calls itself: \((cycle + [call.text]).joined(separator: " → "))", call.location, "a handler must finish")
          recursiveProcedures[role.name.text, default: []].formUnion(cycle)
        } else if chain.count >= Instantiation.maximumNesting {
          report("more than \(Instantiation.maximumNesting) procedures call one another", call.location)
          recursiveProcedures[role.name.text, default: []].insert(call.text)
        } else if !finished.contains(call.text) {
          follow(call.text, chain + [name])
        }
      }
      finished.insert(name)
    }
    for name in calls.keys.sorted() where !finished.contains(name) { follow(name, []) }
  }

  private func procedureCalls(in statements: [Statement]) -> [Name] {
    statements.flatMap { statement -> [Name] in
      switch statement.kind {
      case .call(let name, _): [name]
      case .find(_, _, _, _, let otherwise), .require(_, let otherwise): procedureCalls(in: otherwise ?? [])
      case .check(_, let first, let second): procedureCalls(in: first) + procedureCalls(in: second)
      case .ask(_, _, let block): procedureCalls(in: block)
      default: []
      }
    }
  }

  // MARK: Statements

  /// `role`: nil in a setup.
  private func check(_ statements: [Statement], in role: RoleDeclaration?) { for statement in statements { check(statement, in: role) } }

  private func check(_ statement: Statement, in role: RoleDeclaration?) {
    check(statement.marker)
    if let without = statement.marker?.without {
      report("a statement has nothing that could stand in its place", without.location, "`without` belongs to a value; here, write `if`, or a second statement")
    }
    switch statement.kind {
    case .invalid, .remove: break
    case .find(let table, let columns, _, _, let otherwise):
      check(columns)
      check(table, columns.map(\.column), in: role)
      check(otherwise ?? [], in: role)
    case .requireNone(let table, let columns):
      check(columns)
      check(table, columns.map(\.column), in: role)
    case .require(let condition, let otherwise):
      check(condition)
      check(otherwise ?? [], in: role)
    case .check(let condition, let first, let second):
      check(condition)
      check(first + second, in: role)
    case .bind(let pattern, let value): check([pattern, value])
    case .new(let parameters): for parameter in parameters { _ = sort(parameter.sort) }
    case .newSession(_, let name, let arguments):
      check(arguments)
      reportRepeated(arguments, "column")
      guard let role else { break }
      if let session = role.sessions.first(where: { $0.name.text == name.text }) {
        _ = hasColumns(arguments.map(\.name), session.columns, name)
      } else {
        report("there is no session `\(name.text)`", name.location, suggestion(name.text, role.sessions.map(\.name.text)))
      }
    case .insert(let table, let arguments):
      check(arguments)
      reportRepeated(arguments, "column")
      check(table, arguments.map(\.name), in: role)
    case .update(_, _, let value): check([value])
    case .event(_, let arguments):
      check(arguments)
      reportRepeated(arguments, "column")
    case .call(let name, let arguments):
      check(arguments)
      if let role { _ = checkedProcedure(name, arguments.count, of: role, statement.location) }
    case .redirect(let status, let to, let message, let fragment, let leak):
      check([status, to] + [message, fragment].compactMap { $0 })
      if let leak { leaked.insert(leak.text) }
    case .form(let content, _, _, let headers): check([content] + (headers.map { [$0] } ?? []))
    case .respond(let message, let headers, let leak):
      check([message] + (headers.map { [$0] } ?? []))
      if let leak { leaked.insert(leak.text) }
    case .ask(let call, let pattern, let block):
      check(call)
      check(pattern)
      check(block, in: role)
    case .visit(let call): check(call)
    case .send(let value): check([value])
    case .leak(let name, let value):
      leaked.insert(name.text)
      check([value])
    }
  }

  private func check(_ call: Call) {
    check([call.method, call.url] + [call.message, call.query, call.body, call.site, call.fragment, call.clientKey].compactMap { $0 })
  }

  private func check(_ table: TableName, _ columns: [Name], in role: RoleDeclaration?) {
    guard let role else { return }
    if let owner = table.owner {
      report(
        "a handler reads and writes its own tables", owner.location,
        "write `\(table.table.text)`, without `\(owner.text).`: only a setup says whose table it is")
    }
    guard let declared = self.columns(of: table.table, in: role) else { return }
    _ = hasColumns(columns, declared, table.table)
  }

  private func reportRepeated(_ arguments: [Argument], _ kind: String) {
    var seen: Set<String> = []
    for argument in arguments where !seen.insert(argument.name.text).inserted {
      report("the \(kind) `\(argument.name.text)` is given twice", argument.name.location)
    }
  }

  // MARK: Values, conditions, markers

  private func check(_ marker: ClauseMarker?) {
    guard let marker else { return }
    let isChosen = marker.options.allSatisfy { $0.includes(options[$0.name.text]) }
    for clause in marker.clauses {
      markedClauses.insert(clause.text)
      if isChosen { carried.insert(clause.text) }
      if model.clauses[clause.text] != nil { continue }
      if let values = model.options[clause.text] {
        report("`\(clause.text)` is an option", clause.location, "name the value too: `[\(clause.text): \(values.first?.text ?? "…")]`")
      } else {
        report(
          "the clause `\(clause.text)` is in no clauses file", clause.location,
          suggestion(clause.text, model.clauses.keys) ?? "give its meaning in the model folder's `clauses` file")
      }
    }
    for option in marker.options {
      for value in option.values {
        if let problem = model.problem(with: option.name, value) { report(problem.message, problem.location ?? option.name.location, problem.help) }
      }
    }
    if let without = marker.without { check([without]) }
  }

  private func check(_ arguments: [Argument]) {
    for argument in arguments {
      check([argument.value])
      check(argument.marker)
    }
  }

  private func check(_ columns: [ColumnPattern]) {
    for column in columns {
      if case .equals(let value) = column.test { check([value]) }
      check(column.marker)
    }
  }

  private func check(_ expressions: [Expression]) { for expression in expressions { check(expression) } }

  private func check(_ expression: Expression) {
    switch expression.kind {
    case .name, .url, .invalid: break
    case .member(let base, _): check(base)
    case .apply(let name, let arguments):
      _ = checkedFunction(name, arguments.count, expression.location)
      check(arguments)
    case .record(let name, let arguments):
      _ = checkedRecord(name, arguments)
      reportRepeated(arguments, "field")
      check(arguments)
    case .tuple(let parts): check(parts)
    case .marked(let inner, let marker):
      check(inner)
      check(marker)
    case .typed(_, let name): _ = sort(name)
    }
  }

  private func check(_ condition: Condition) {
    switch condition.kind {
    case .equal(let a, let b), .different(let a, let b): check([a, b])
    case .present(let value), .absent(let value), .honest(let value), .attacker(let value), .derives(let value): check(value)
    case .and(let parts), .or(let parts): for part in parts { check(part) }
    case .not(let inner): check(inner)
    case .earlier(let event, _): check(event.columns)
    case .invalid: break
    }
  }
}
