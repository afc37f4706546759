import Language
import Terms

extension Instantiation {
  /// Continues with the builder once for each way through the statements.
  func run(_ statements: ArraySlice<Statement>, _ builder: Builder, then: (Builder) -> Void) {
    guard let statement = statements.first else { return then(builder) }
    let rest = statements.dropFirst()
    guard isActive(statement.marker) else { return run(rest, builder, then: then) }
    var next = builder
    switch statement.kind {
    case .invalid: return
    case .find(let table, let columns, let row, let takes, let otherwise):
      find(table, columns, row: row, takes: takes, otherwise: otherwise, statement, builder) { self.run(rest, $0, then: then) }
    case .requireNone(let table, let columns):
      guard requireNone(table, columns, &next, statement.location) else { return }
      run(rest, next, then: then)
    case .require(let condition, let otherwise):
      assume(condition, builder) { self.run(rest, $0, then: then) }
      // What is said to happen on failure ends the handler.
      if let otherwise { assume(condition, negated: true, builder) { self.run(otherwise[...], $0, then: then) } }
    case .check(let condition, let first, let second):
      assume(condition, builder) { self.run(first[...], $0) { self.run(rest, $0, then: then) } }
      assume(condition, negated: true, builder) { self.run(second[...], $0) { self.run(rest, $0, then: then) } }
    case .bind(let pattern, let expression):
      guard let term = evaluate(expression, &next, expecting: nil),
        let matched = self.pattern(pattern, &next, expecting: next.sort(of: term, signature)), next.unify(term, matched, signature)
      else { return }
      run(rest, next, then: then)
    case .new(let parameters):
      for parameter in parameters {
        let id = sort(parameter.sort)
        if signature.sorts[id].values != nil { report("`\(parameter.sort.name.text)` is a sort of names: nothing new can be made of it", parameter.sort.name.location) }
        next.environment[parameter.name.text] = .term(fresh(parameter.name.text, id, &next))
      }
      run(rest, next, then: then)
    case .newSession(let variable, let session, let arguments):
      guard newSession(variable, session, arguments, &next) else { return }
      run(rest, next, then: then)
    case .insert(let table, let arguments):
      guard insert(table, arguments, &next, statement.location) else { return }
      run(rest, next, then: then)
    case .update(let name, let column, let expression):
      guard case .row(let index)? = next.environment[name.text] else {
        report("there is no row called `\(name.text)` here", name.location)
        return
      }
      guard refresh(index, &next, name.location) else { return }
      guard next.rows[index].lookup != nil || next.rows[index].isNew else {
        report("`\(name.text)` was found in an earlier step: find it again before changing it", name.location)
        return
      }
      guard let position = next.rows[index].columns.firstIndex(of: column.text) else {
        report("`\(name.text)` has no column `\(column.text)`", column.location, suggestion(column.text, next.rows[index].columns))
        return
      }
      guard let term = evaluate(expression, &next, expecting: predicates[next.rows[index].predicate].columns[position]) else { return }
      next.rows[index].values[position] = term
      next.rows[index].isChanged = true
      run(rest, next, then: then)
    case .remove(let name):
      guard case .row(let index)? = next.environment[name.text] else {
        report("there is no row called `\(name.text)` here", name.location)
        return
      }
      guard refresh(index, &next, name.location) else { return }
      guard next.rows[index].lookup != nil else {
        report("`\(name.text)` was found in an earlier step: find it again before removing it", name.location)
        return
      }
      next.rows[index].isRemoved = true
      run(rest, next, then: then)
    case .event(let name, let arguments):
      guard event(name, arguments, &next) else { return }
      run(rest, next, then: then)
    case .call(let name, let arguments):
      procedure(name, arguments, next, statement.location) { self.run(rest, $0, then: then) }
    case .redirect, .form, .respond:
      answer(statement, next) { self.run(rest, $0, then: then) }
    case .ask(let call, let pattern, let block):
      guard ask(call, pattern, block, &next, statement.location) else { return }
      if let first = rest.first { report("nothing can follow an `ask`: write it into its `answered` block", first.location) }
      then(next)
    case .visit(let call):
      visit(call, next, statement.location) { self.run(rest, $0, then: then) }
    case .send(let expression):
      guard let term = evaluate(expression, &next, expecting: nil) else { return }
      next.narration += [.line, .text("sends "), .term(term)]
      if !isHonestRun { next.emit(.learn(term)) }
      if isHonestRun, let network = networkPredicate { next.emit(.insert(Fact(network, [term]))) }
      run(rest, next, then: then)
    case .leak(let name, let expression):
      guard let term = evaluate(expression, &next, expecting: nil) else { return }
      leak(name, term, &next)
      run(rest, next, then: then)
    }
  }

  func fresh(_ name: String, _ sort: SortID, _ builder: inout Builder) -> Term {
    let term = builder.newRegister(name, sort)
    if case .variable(let register) = term {
      builder.freshRegisters.insert(register)
      builder.emit(.fresh(register))
    }
    return term
  }

  /// Whoever of the scenario's attackers reads `name` learns the term.
  func leak(_ name: Name?, _ term: Term, _ builder: inout Builder) {
    guard let name else { return }
    if readLeaks.contains(name.text) { builder.emit(.learn(term)) }
  }

  // MARK: Tables

  private func tableOf(_ table: TableName, _ builder: Builder) -> (PredicateID, [Parameter])? {
    guard let me = builder.participant else { return nil }
    let role = participants[me].role
    if let declaration = role.tables.first(where: { $0.name.text == table.table.text }), let id = predicate(of: me, table: table.table.text) {
      return (id, declaration.columns)
    }
    if let declaration = role.sessions.first(where: { $0.name.text == table.table.text }), let id = predicate(of: me, table: table.table.text) {
      return (id, sessionColumns(declaration))
    }
    report(
      "the role `\(role.name.text)` has no table `\(table.table.text)`", table.table.location,
      suggestion(table.table.text, role.tables.map(\.name.text) + role.sessions.map(\.name.text)))
    return nil
  }

  private func sessionColumns(_ session: SessionDeclaration) -> [Parameter] {
    let location = session.name.location
    let key = session.cookie ?? Parameter(name: Name("id", at: location), sort: SortName(name: Name("SessionID", at: location), isOptional: false))
    return [key] + session.columns
  }

  /// The columns of a lookup as terms: tested ones evaluated, bound ones new registers.
  private func columnTerms(_ patterns: [ColumnPattern], _ columns: [Parameter], _ builder: inout Builder) -> [Term]? {
    for pattern in patterns where !columns.contains(where: { $0.name.text == pattern.column.text }) {
      report("there is no column `\(pattern.column.text)`", pattern.column.location, suggestion(pattern.column.text, columns.map(\.name.text)))
      return nil
    }
    var terms: [Term] = []
    var isComplete = true
    for column in columns {
      let id = sort(column.sort)
      let given = patterns.filter { $0.column.text == column.name.text && isActive($0.marker) }
      // A bound name may be tested as well: the first test makes the term, the others are equalities.
      let term = newVariable(column.name.text, sort: id, isOptional: column.sort.isOptional, &builder)
      for pattern in given {
        switch pattern.test {
        case .bind(let name): builder.environment[name.text] = .term(term)
        case .equals(let expression):
          guard let value = evaluate(expression, &builder, expecting: id) else {
            isComplete = false
            continue
          }
          guard builder.unify(term, value, signature) else { return nil }
        }
      }
      terms.append(term)
    }
    return isComplete ? terms : nil
  }

  private func find(
    _ table: TableName, _ patterns: [ColumnPattern], row: Name?, takes: Bool, otherwise: [Statement]?, _ statement: Statement, _ builder: Builder,
    then: (Builder) -> Void
  ) {
    guard let (predicate, columns) = tableOf(table, builder) else { return }
    var found = builder
    if let terms = columnTerms(patterns, columns, &found) {
      found.rows.append(
        Row(predicate: predicate, columns: columns.map(\.name.text), values: terms, lookup: found.instructions.count, isRemoved: takes))
      found.emit(.lookup(Fact(predicate, terms), consumes: takes))
      if let row { found.environment[row.text] = .row(found.rows.count - 1) }
      then(found)
    }
    if let otherwise {
      var absent = builder
      guard requireNone(table, patterns, &absent, statement.location) else { return }
      run(otherwise[...], absent, then: then)
    }
  }

  private func requireNone(_ table: TableName, _ patterns: [ColumnPattern], _ builder: inout Builder, _ location: Location) -> Bool {
    guard let (predicate, columns) = tableOf(table, builder) else { return false }
    var terms: [Term] = []
    var universal: [Int] = []
    for column in columns {
      let id = sort(column.sort)
      let test = patterns.first { if case .equals = $0.test { $0.column.text == column.name.text && isActive($0.marker) } else { false } }
      if let test, case .equals(let expression) = test.test {
        guard let term = evaluate(expression, &builder, expecting: id) else { return false }
        terms.append(term)
      } else {
        let term = builder.newRegister(column.name.text, id, isOptional: true)
        if case .variable(let register) = term { universal.append(register) }
        terms.append(term)
      }
    }
    builder.emit(.missing(Fact(predicate, terms), universal: universal))
    return true
  }

  private func insert(_ table: TableName, _ arguments: [Argument], _ builder: inout Builder, _ location: Location) -> Bool {
    guard let (predicate, columns) = tableOf(table, builder) else { return false }
    guard let terms = columnValues(arguments, columns, table.table, &builder, location) else { return false }
    builder.emit(.insert(Fact(predicate, terms)))
    return true
  }

  func columnValues(_ arguments: [Argument], _ columns: [Parameter], _ owner: Name, _ builder: inout Builder, _ location: Location) -> [Term]? {
    for argument in arguments where !columns.contains(where: { $0.name.text == argument.name.text }) {
      report("`\(owner.text)` has no column `\(argument.name.text)`", argument.name.location, suggestion(argument.name.text, columns.map(\.name.text)))
      return nil
    }
    var terms: [Term] = []
    for column in columns {
      guard let argument = arguments.first(where: { $0.name.text == column.name.text }) else {
        if !column.sort.isOptional {
          report("the column `\(column.name.text)` of `\(owner.text)` is missing", location)
          return nil
        }
        terms.append(.constant(Signature.none))
        continue
      }
      guard let term = fieldValue(argument, sort(column.sort), isOptional: column.sort.isOptional, &builder, binds: false, of: owner) else { return nil }
      terms.append(term)
    }
    return terms
  }

  private func newSession(_ variable: Name, _ name: Name, _ arguments: [Argument], _ builder: inout Builder) -> Bool {
    guard let me = builder.participant, let session = participants[me].role.sessions.first(where: { $0.name.text == name.text }),
      let predicate = predicate(of: me, table: name.text)
    else {
      report("there is no session `\(name.text)`", name.location)
      return false
    }
    guard let values = columnValues(arguments, session.columns, name, &builder, name.location) else { return false }
    let key = fresh(session.cookie?.name.text ?? "id", predicates[predicate].columns[0], &builder)
    builder.rows.append(
      Row(predicate: predicate, columns: sessionColumns(session).map(\.name.text), values: [key] + values, lookup: nil, isNew: true))
    builder.environment[variable.text] = .row(builder.rows.count - 1)
    return session.cookie == nil || setCookie(session, key, &builder)
  }

  // MARK: Events, procedures

  private func event(_ name: Name, _ arguments: [Argument], _ builder: inout Builder) -> Bool {
    var values: [String: Term] = [:]
    for argument in arguments {
      guard let term = evaluate(argument.value, &builder, expecting: nil) else { return false }
      values[argument.name.text] = term
    }
    if let (predicate, columns) = eventPredicate(name.text) {
      builder.emit(.insert(Fact(predicate, columns.map { values[$0] ?? .constant(Signature.none) })))
    }
    return true
  }

  private func procedure(_ name: Name, _ arguments: [Expression], _ builder: Builder, _ location: Location, then: (Builder) -> Void) {
    guard let me = builder.participant else { return }
    let procedures = participants[me].role.handlers.compactMap { handler -> (String, [Name], [Statement])? in
      if case .procedure(let name, let parameters) = handler.trigger { (name.text, parameters, handler.body) } else { nil }
    }
    guard let (_, parameters, body) = procedures.first(where: { $0.0 == name.text }) else {
      report("there is no procedure `\(name.text)`", name.location, suggestion(name.text, procedures.map(\.0)))
      return
    }
    guard parameters.count == arguments.count else {
      report("`\(name.text)` takes \(parameters.count) values, not \(arguments.count)", location)
      return
    }
    guard builder.depth < 32 else {
      report("`\(name.text)` calls itself: a handler must finish", location)
      return
    }
    var inner = builder
    inner.depth += 1
    var environment = roleEnvironment(me)
    for (parameter, argument) in zip(parameters, arguments) {
      if case .name(let text) = argument.kind, case .row(let index)? = builder.environment[text] {
        environment[parameter.text] = .row(index)
      } else {
        guard let term = evaluate(argument, &inner, expecting: nil) else { return }
        environment[parameter.text] = .term(term)
      }
    }
    inner.environment = environment
    run(body[...], inner) { finished in
      var after = finished
      after.environment = builder.environment
      after.depth = builder.depth
      then(after)
    }
  }

  func roleEnvironment(_ participant: Int) -> [String: Value] {
    guard let parameter = participants[participant].role.parameter else { return [:] }
    return [parameter.name.text: .term(participants[participant].parameter)]
  }

  // MARK: Set-up

  /// Runs the scenario's `register shop at bank`: rows before the run; `new` makes private constants.
  func runSetups() {
    for call in scenario.setups {
      guard let (parameters, body) = model.setups[call.setup.text] else {
        report("there is no setup `\(call.setup.text)`", call.setup.location, suggestion(call.setup.text, model.setups.keys))
        continue
      }
      guard parameters.count == call.arguments.count else {
        report("`\(call.setup.text)` takes \(parameters.count) participants, not \(call.arguments.count)", call.setup.location)
        continue
      }
      var builder = Builder(name: call.setup.text, participant: nil, location: call.setup.location)
      var owners: [String: (participant: Int?, role: String)] = [:]
      var isKnown = true
      for (parameter, argument) in zip(parameters, call.arguments) {
        let role = parameter.sort.name.text
        guard let declaration = model.roles[role], let roleParameter = declaration.parameter else {
          report("there is no role `\(role)`", parameter.sort.name.location, suggestion(role, model.roles.keys))
          isKnown = false
          continue
        }
        let id = sort(roleParameter.sort)
        if let index = participants.firstIndex(where: { $0.name == argument.text && $0.role.name.text == role }) {
          builder.environment[parameter.name.text] = .term(participants[index].parameter)
          owners[parameter.name.text] = (index, role)
        } else if attackerNames.contains(argument.text), let symbol = attackerValue(argument.text, id) {
          builder.environment[parameter.name.text] = .term(.constant(symbol))
          owners[parameter.name.text] = (nil, role)
        } else {
          report("`\(argument.text)` does not play `\(role)`", argument.location, suggestion(argument.text, participants.filter { $0.role.name.text == role }.map(\.name)))
          isKnown = false
        }
      }
      guard isKnown else { continue }
      let suffix = call.arguments.map(\.text).joined(separator: "_")
      for statement in body { runSetup(statement, &builder, owners, suffix) }
    }
  }

  private func attackerValue(_ name: String, _ sort: SortID) -> SymbolID? {
    let own = (attackerParameters[name] ?? []).first { signature.symbols[$0].result == sort }
    return own ?? (constants[name] ?? []).first { signature.symbols[$0].result == sort && signature.symbols[$0].isAttackers }
  }

  private func runSetup(_ statement: Statement, _ builder: inout Builder, _ owners: [String: (participant: Int?, role: String)], _ suffix: String) {
    switch statement.kind {
    case .new(let parameters):
      for parameter in parameters {
        let symbol = signature.addSymbol("\(parameter.name.text)_\(suffix)", arguments: [], result: sort(parameter.sort), isPublic: false)
        builder.environment[parameter.name.text] = .term(.constant(symbol))
      }
    case .insert(let table, let arguments):
      guard let owner = table.owner, let (participant, role) = owners[owner.text] else {
        report("a setup says whose table it is: `owner.\(table.table.text)`", table.table.location)
        return
      }
      guard let declaration = model.roles[role]?.tables.first(where: { $0.name.text == table.table.text }) else {
        report("the role `\(role)` has no table `\(table.table.text)`", table.table.location, suggestion(table.table.text, model.roles[role]?.tables.map(\.name.text) ?? []))
        return
      }
      guard let terms = columnValues(arguments, declaration.columns, table.table, &builder, statement.location) else { return }
      if let participant, let predicate = predicate(of: participant, table: table.table.text) {
        initialFacts.append(Fact(predicate, terms))
      } else if !isHonestRun {
        initialKnowledge += terms
      }
    default:
      report("a setup only makes new values and inserts rows", statement.location)
    }
  }
}
