import Language

/// The identifiers that statements mention, each with the columns or fields that are taken of it, there or in the procedures that it is
/// handed to.
///
/// - Parameters:
///   - role: the role whose procedures the statements call.
///   - isActive: whether what a marker stands at is in force; what is not mentions nothing.
func namesUsed(in statements: [Statement], of role: RoleDeclaration, isActive: (ClauseMarker?) -> Bool) -> [String: Set<String>] {
  withoutActuallyEscaping(isActive) { isActive in
    var collector = NameCollector(role: role, isActive: isActive)
    collector.visit(statements)
    return collector.names
  }
}
private struct NameCollector {
  let role: RoleDeclaration
  let isActive: (ClauseMarker?) -> Bool
  var names: [String: Set<String>] = [:]
  /// The procedures that are being looked into: one that calls itself is reported elsewhere.
  var calling: Set<String> = []

  mutating func use(_ name: String, _ field: String? = nil) {
    names[name, default: []].formUnion(field.map { [$0] } ?? [])
  }

  mutating func visit(_ statements: [Statement]) { for statement in statements where isActive(statement.marker) { visit(statement) } }

  mutating func visit(_ expression: Expression?) {
    guard let expression else { return }
    switch expression.kind {
    case .name(let text): use(text)
    case .member(let base, let field):
      if case .name(let text) = base.kind { use(text, field.text) } else { visit(base) }
    case .apply(_, let arguments), .tuple(let arguments): for argument in arguments { visit(argument) }
    case .record(_, let arguments): visit(arguments)
    case .url(_, let host, let path): for name in [host.text] + PathTemplate(path).names { use(name) }
    case .marked(let inner, let marker):
      visit(inner)
      visit(marker.without)
    case .typed, .invalid: break
    }
  }

  mutating func visit(_ arguments: [Argument]) {
    for argument in arguments {
      visit(argument.value)
      visit(argument.marker?.without)
    }
  }

  mutating func visit(_ columns: [ColumnPattern]) {
    for column in columns {
      if case .equals(let expression) = column.test { visit(expression) }
      visit(column.marker?.without)
    }
  }

  /// A row that is handed to a procedure is used as the procedure uses its parameter.
  mutating func visit(callOf procedure: Name, _ arguments: [Expression]) {
    for argument in arguments { visit(argument) }
    guard !calling.contains(procedure.text) else { return }
    for handler in role.handlers where isActive(handler.marker) {
      guard case .procedure(let name, let parameters) = handler.trigger, name.text == procedure.text else { continue }
      var inner = NameCollector(role: role, isActive: isActive, calling: calling.union([procedure.text]))
      inner.visit(handler.body)
      for (parameter, argument) in zip(parameters, arguments) {
        guard case .name(let text) = argument.kind, let fields = inner.names[parameter.text] else { continue }
        names[text, default: []].formUnion(fields)
      }
    }
  }

  mutating func visit(_ condition: Condition) {
    switch condition.kind {
    case .equal(let a, let b), .different(let a, let b):
      visit(a)
      visit(b)
    case .present(let e), .absent(let e), .honest(let e), .attacker(let e), .derives(let e): visit(e)
    case .and(let parts), .or(let parts): for part in parts { visit(part) }
    case .not(let part): visit(part)
    case .earlier(let pattern, _): visit(pattern.columns)
    case .invalid: break
    }
  }

  mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .find(_, let columns, _, _, let otherwise):
      visit(columns)
      visit(otherwise ?? [])
    case .requireNone(_, let columns): visit(columns)
    case .require(let condition, let otherwise):
      visit(condition)
      visit(otherwise ?? [])
    case .check(let condition, let then, let otherwise):
      visit(condition)
      visit(then)
      visit(otherwise)
    case .bind(let pattern, let value):
      visit(pattern)
      visit(value)
    case .new: break
    case .newSession(_, _, let arguments), .insert(_, let arguments), .event(_, let arguments): visit(arguments)
    case .update(let row, let column, let value):
      use(row.text, column.text)
      visit(value)
    case .remove(let row): use(row.text)
    case .call(let procedure, let arguments): visit(callOf: procedure, arguments)
    case .redirect(let status, let to, let message, let fragment, _): for expression in [status, to, message, fragment] { visit(expression) }
    case .form(let content, _, _, let headers), .respond(let content, let headers, _):
      visit(content)
      visit(headers)
    case .ask(let call, let pattern, let block):
      visit(call)
      for expression in pattern { visit(expression) }
      visit(block)
    case .visit(let call): visit(call)
    case .send(let expression), .leak(_, let expression): visit(expression)
    case .invalid: break
    }
  }

  private mutating func visit(_ call: Call) {
    for expression in [call.method, call.url] { visit(expression) }
    for expression in [call.message, call.query, call.body, call.site, call.fragment, call.clientKey] { visit(expression) }
  }
}

extension Instantiation {
  /// The names that a statement was to bind.
  func namesBound(by statement: Statement, _ builder: Builder) -> [String] {
    switch statement.kind {
    case .find(_, let columns, let row, _, _):
      (row.map { [$0.text] } ?? []) + columns.compactMap { if case .bind(let name) = $0.test { name.text } else { nil } }
    case .bind(let pattern, _): namesBound(by: pattern, builder)
    case .new(let parameters): parameters.map(\.name.text)
    case .newSession(let variable, _, _): [variable.text]
    default: []
    }
  }

  func namesBound(by pattern: Expression, _ builder: Builder) -> [String] {
    switch pattern.kind {
    case .name(let text): builder.environment[text] == nil && constants[text] == nil ? [text] : []
    case .typed(let name, _): [name.text]
    case .apply(_, let parts), .tuple(let parts): parts.flatMap { namesBound(by: $0, builder) }
    case .record(_, let arguments): arguments.flatMap { namesBound(by: $0.value, builder) }
    case .url(_, let host, let path):
      ([host.text] + PathTemplate(path).names).flatMap { namesBound(by: Expression(.name($0), at: host.location), builder) }
    case .marked(let inner, _): namesBound(by: inner, builder)
    case .member, .invalid: []
    }
  }
}
