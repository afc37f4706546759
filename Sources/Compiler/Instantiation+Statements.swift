import Language
import Terms

extension Instantiation {
  /// Continues with the builder once for each way through the statements.
  func run(_ statements: ArraySlice<Statement>, _ builder: Builder, then: (Builder) -> Void) {
    guard let statement = statements.first, !builder.hasEnded else { return then(builder) }
    let rest = statements.dropFirst()
    guard isActive(statement.marker) else { return run(rest, passingOver(statement, builder), then: then) }
    var builder = builder
    builder.pass(statement.marker)
    builder.account?.pass(statement.location)
    builder.account?.clauses = statement.marker?.clauses.map(\.text) ?? []
    builder.account?.isBranching = if case .check = statement.kind { true } else { false }
    guard !builder.hasAsked else { return report("nothing can follow an `ask`: write it into its `answered` block", statement.location) }
    guard enter(statement) else { return }
    defer { nesting -= 1 }
    let known = failures
    /// Goes on after an error, so that the next one is reported too; what can merely never succeed ends here.
    func recover() {
      if failures > known { run(rest, broken(builder, namesBound(by: statement, builder)), then: then) }
    }
    var next = builder
    switch statement.kind {
    case .invalid: return
    case .find(let table, let columns, let row, let takes, let otherwise):
      find(table, columns, row: row, takes: takes, otherwise: otherwise, statement, builder) { self.run(rest, $0, then: then) }
    case .requireNone(let table, let columns):
      guard requireNone(table, columns, &next, statement.location) else { return recover() }
      run(rest, next, then: then)
    case .require(let condition, let otherwise): require(condition, otherwise, statement, builder, rest, then)
    case .check(let condition, let first, let second): check(condition, first, second, statement, builder, rest, then)
    case .bind(let pattern, let expression):
      guard let term = evaluate(expression, &next, expecting: nil),
        let matched = self.pattern(pattern, &next, expecting: next.sort(of: term, signature)), next.unify(term, matched, signature)
      else { return recover() }
      if case .name = pattern.kind {
      } else {
        note(.shape, statement.location, [RuleAccount.Part(label: sources.text(of: expression.location), term: term)], &next)
      }
      run(rest, next, then: then)
    case .new(let parameters):
      for parameter in parameters {
        let id = sort(parameter.sort)
        if signature.sorts[id].values != nil {
          report("`\(parameter.sort.name.text)` is a sort of names: nothing new can be made of it", parameter.sort.name.location)
        }
        next.environment[parameter.name.text] = .term(fresh(parameter.name.text, id, &next))
      }
      run(rest, next, then: then)
    case .newSession(let variable, let session, let arguments):
      guard newSession(variable, session, arguments, &next) else { return recover() }
      run(rest, next, then: then)
    case .insert(let table, let arguments):
      guard insert(table, arguments, &next, statement.location) else { return recover() }
      run(rest, next, then: then)
    case .update(let name, let column, let expression):
      guard let index = row(name, next), refresh(index, &next, name.location) else { return recover() }
      guard next.rows[index].lookup != nil || next.rows[index].isNew else {
        report("`\(name.text)` was found in an earlier step: find it again before changing it", name.location)
        return recover()
      }
      guard let position = next.rows[index].columns.firstIndex(of: column.text) else {
        report("`\(name.text)` has no column `\(column.text)`", column.location, suggestion(column.text, next.rows[index].columns))
        return recover()
      }
      let sort = predicates[next.rows[index].predicate].columns[position]
      guard let term = evaluate(expression, &next, expecting: sort), isStorable(term, as: sort, expression, next) else { return recover() }
      next.rows[index].values[position] = term
      next.rows[index].isChanged = true
      run(rest, next, then: then)
    case .remove(let name):
      guard let index = row(name, next), refresh(index, &next, name.location) else { return recover() }
      guard next.rows[index].lookup != nil else {
        report("`\(name.text)` was found in an earlier step: find it again before removing it", name.location)
        return recover()
      }
      next.rows[index].isRemoved = true
      run(rest, next, then: then)
    case .event(let name, let arguments):
      guard event(name, arguments, &next) else { return recover() }
      if usedEventColumns[name.text] != nil { next.pass(.event, statement.location) }
      run(rest, next, then: then)
    case .call(let name, let arguments):
      procedure(name, arguments, next, statement.location) { self.run(rest, $0, then: then) }
    case .redirect, .form, .respond:
      guard answer(statement, &next) else { return recover() }
      run(rest, next, then: then)
    case .ask(let call, let pattern, let block):
      guard ask(call, pattern, block, &next, statement.location) else {
        guard failures > known else { return }
        // The block is read for its errors.
        var inner = broken(builder)
        for expression in pattern { _ = self.pattern(expression, &inner, expecting: nil) }
        run(block[...], inner) { _ in }
        return recover()
      }
      next.hasAsked = true
      run(rest, next, then: then)
    case .visit(let call):
      visit(call, next, statement.location) { self.run(rest, $0, then: then) }
    case .send(let expression):
      guard let term = evaluate(expression, &next, expecting: nil) else { return recover() }
      next.narration += [.line, .text("sends "), .term(term)]
      next.transmit(Transmission(.message, from: next.participant, to: isHonestRun ? nil : attackerParty, [term]))
      if let me = next.participant {
        var message = RuleAccount.Message(.network, from: participants[me].name, to: "the network")
        message.body = [RuleAccount.Part(label: "message", term: term)]
        next.account?.messages.append(message)
      }
      if !isHonestRun { next.emit(.learn(term)) }
      if isHonestRun, let network = networkPredicate { next.emit(.insert(Fact(network, [term]))) }
      run(rest, next, then: then)
    case .leak(let name, let expression):
      guard let term = evaluate(expression, &next, expecting: nil) else { return recover() }
      leak(name, term, &next)
      run(rest, next, then: then)
    }
  }

  // By themselves, since the room that `run` takes on the stack limits how many statements can follow one another.

  private func require(
    _ condition: Condition, _ otherwise: [Statement]?, _ statement: Statement, _ builder: Builder, _ rest: ArraySlice<Statement>, _ then: (Builder) -> Void
  ) {
    let (yes, no) = sides(of: statement, builder)
    assume(condition, otherwise == nil ? builder : yes) { self.run(rest, $0, then: then) }
    // What is said to happen on failure ends the handler.
    if let otherwise { assume(condition, negated: true, no) { self.end(otherwise, $0, then: then) } }
  }

  private func check(
    _ condition: Condition, _ first: [Statement], _ second: [Statement], _ statement: Statement, _ builder: Builder, _ rest: ArraySlice<Statement>,
    _ then: (Builder) -> Void
  ) {
    let (yes, no) = sides(of: statement, builder)
    assume(condition, yes) { self.run(first[...], $0) { self.run(rest, $0, then: then) } }
    assume(condition, negated: true, no) { self.run(second[...], $0) { self.run(rest, $0, then: then) } }
  }

  /// The two ways on from a statement that branches.
  private func sides(of statement: Statement, _ builder: Builder) -> (Builder, Builder) {
    var (yes, no) = (builder, builder)
    yes.pass(.holds, statement.location)
    no.pass(.fails, statement.location)
    return (yes, no)
  }

  /// What is to happen on failure: it ends the handler, wherever in it that is.
  private func end(_ otherwise: [Statement], _ builder: Builder, then: (Builder) -> Void) {
    run(otherwise[...], builder) { finished in
      var ended = finished
      ended.hasEnded = true
      then(ended)
    }
  }

  private func row(_ name: Name, _ builder: Builder) -> Int? {
    switch builder.environment[name.text] {
    case .row(let index): return index
    case .unknown: failures += 1
    case .term, nil:
      let rows = builder.environment.compactMap { if case .row = $0.value { $0.key } else { nil } }
      report("there is no row called `\(name.text)` here", name.location, suggestion(name.text, rows))
    }
    return nil
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
    guard readLeaks.contains(name.text) else { return }
    builder.emit(.learn(term))
    builder.transmit(Transmission(.leak, from: builder.participant, to: attackerParty, name: name.text, [term]))
    builder.account?.leaks.append(RuleAccount.Part(label: name.text, term: term))
  }

  // MARK: Tables

  private func tableOf(_ table: TableName, _ builder: Builder) -> (PredicateID, [Parameter])? {
    guard let me = builder.participant else { return nil }
    guard let columns = columns(of: table.table, in: participants[me].role), let id = predicate(of: me, table: table.table.text) else { return nil }
    return (id, columns)
  }

  /// The columns of a table or session; nil after an error.
  func columns(of table: Name, in role: RoleDeclaration) -> [Parameter]? {
    if let declaration = role.tables.first(where: { $0.name.text == table.text }) { return declaration.columns }
    if let declaration = role.sessions.first(where: { $0.name.text == table.text }) { return sessionColumns(declaration) }
    report(
      "the role `\(role.name.text)` has no table `\(table.text)`", table.location,
      suggestion(table.text, role.tables.map(\.name.text) + role.sessions.map(\.name.text)))
    return nil
  }

  private func sessionColumns(_ session: SessionDeclaration) -> [Parameter] {
    let location = session.name.location
    let key = session.cookie ?? Parameter(name: Name("id", at: location), sort: SortName(name: Name("SessionID", at: location), isOptional: false))
    return [key] + session.columns
  }

  /// The columns of a lookup as terms: tested ones evaluated, bound ones new registers.
  private func columnTerms(_ patterns: [ColumnPattern], _ columns: [Parameter], _ owner: Name, _ builder: inout Builder) -> [Term]? {
    var isComplete = hasColumns(patterns.map(\.column), columns, owner)
    var terms: [Term] = []
    for column in columns {
      let id = sort(column.sort)
      // A bound name may be tested as well: the first test makes the term, the others are equalities.
      let term = newVariable(column.name.text, sort: id, isOptional: column.sort.isOptional, &builder)
      for pattern in patterns where pattern.column.text == column.name.text {
        if isActive(pattern.marker) { builder.pass(pattern.marker) } else { passOver(pattern, term, &builder) }
        switch activeTest(of: pattern) {
        case nil: break
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
    let known = failures
    guard let (predicate, columns) = tableOf(table, builder) else { return then(broken(builder, namesBound(by: statement, builder))) }
    let (yes, no) = sides(of: statement, builder)
    var found = otherwise == nil ? builder : yes
    if let terms = columnTerms(patterns, columns, table.table, &found) {
      found.rows.append(
        Row(predicate: predicate, columns: columns.map(\.name.text), values: terms, lookup: found.instructions.count, isRemoved: takes))
      found.emit(.lookup(Fact(predicate, terms), consumes: takes))
      noteRow(takes ? .taken : .row, statement.location, patterns, columns, terms, &found)
      if let row { found.environment[row.text] = .row(found.rows.count - 1) }
      then(found)
    } else if failures > known {
      then(broken(builder, namesBound(by: statement, builder)))
    }
    if let otherwise {
      let known = failures
      var absent = no
      if requireNone(table, patterns, &absent, statement.location) {
        end(otherwise, absent, then: then)
      } else if failures > known {
        end(otherwise, broken(builder), then: then)
      }
    }
  }

  private func requireNone(_ table: TableName, _ patterns: [ColumnPattern], _ builder: inout Builder, _ location: Location) -> Bool {
    guard let (predicate, columns) = tableOf(table, builder) else { return false }
    var isComplete = hasColumns(patterns.map(\.column), columns, table.table)
    var terms: [Term] = []
    var universal: [Int] = []
    for column in columns {
      let id = sort(column.sort)
      let tests = patterns.lazy.filter { $0.column.text == column.name.text }.compactMap { pattern -> Expression? in
        if case .equals(let expression)? = self.activeTest(of: pattern) { expression } else { nil }
      }
      for pattern in patterns where pattern.column.text == column.name.text && isActive(pattern.marker) { builder.pass(pattern.marker) }
      if let expression = tests.first {
        guard let term = evaluate(expression, &builder, expecting: id) else {
          isComplete = false
          continue
        }
        terms.append(term)
      } else {
        let term = builder.newRegister(column.name.text, id, isOptional: true)
        if case .variable(let register) = term { universal.append(register) }
        terms.append(term)
      }
    }
    guard isComplete else { return false }
    builder.emit(.missing(Fact(predicate, terms), universal: universal))
    let tested = patterns.filter { if case .equals? = activeTest(of: $0) { true } else { false } }
    noteRow(.noRow, location, tested, columns, terms, &builder)
    return true
  }

  /// Whether the table has these columns.
  func hasColumns(_ names: [Name], _ columns: [Parameter], _ owner: Name) -> Bool {
    var hasAll = true
    for name in names where !columns.contains(where: { $0.name.text == name.text }) {
      report("`\(owner.text)` has no column `\(name.text)`", name.location, suggestion(name.text, columns.map(\.name.text)))
      hasAll = false
    }
    return hasAll
  }

  private func insert(_ table: TableName, _ arguments: [Argument], _ builder: inout Builder, _ location: Location) -> Bool {
    guard let (predicate, columns) = tableOf(table, builder) else { return false }
    guard let terms = columnValues(arguments, columns, table.table, &builder, location) else { return false }
    builder.emit(.insert(Fact(predicate, terms)))
    builder.pass(.insertion, location)
    builder.insertions[Passage(.insertion, at: location)] = predicate
    return true
  }

  func columnValues(_ arguments: [Argument], _ columns: [Parameter], _ owner: Name, _ builder: inout Builder, _ location: Location) -> [Term]? {
    var isComplete = hasColumns(arguments.map(\.name), columns, owner)
    var terms: [Term] = []
    for column in columns {
      guard let argument = arguments.first(where: { $0.name.text == column.name.text }) else {
        if !column.sort.isOptional {
          report("the column `\(column.name.text)` of `\(owner.text)` is missing", location)
          isComplete = false
        }
        terms.append(.constant(Signature.none))
        continue
      }
      let id = sort(column.sort)
      guard let term = fieldValue(argument, id, isOptional: column.sort.isOptional, &builder, binds: false, of: owner),
        isStorable(term, as: id, argument.value, builder)
      else {
        isComplete = false
        continue
      }
      terms.append(term)
    }
    return isComplete ? terms : nil
  }

  private func newSession(_ variable: Name, _ name: Name, _ arguments: [Argument], _ builder: inout Builder) -> Bool {
    guard let me = builder.participant, let session = participants[me].role.sessions.first(where: { $0.name.text == name.text }),
      let predicate = predicate(of: me, table: name.text)
    else {
      let sessions = builder.participant.map { participants[$0].role.sessions.map(\.name.text) } ?? []
      report("there is no session `\(name.text)`", name.location, suggestion(name.text, sessions))
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
    var isComplete = true
    for argument in arguments {
      guard let term = fieldValue(argument, Signature.message, isOptional: true, &builder, binds: false, of: name) else {
        isComplete = false
        continue
      }
      values[argument.name.text] = term
    }
    guard isComplete else { return false }
    if let (predicate, columns) = eventPredicate(name.text) {
      builder.emit(.insert(Fact(predicate, columns.map { values[$0] ?? .constant(Signature.none) })))
    }
    return true
  }

  private func procedure(_ name: Name, _ arguments: [Expression], _ builder: Builder, _ location: Location, then: (Builder) -> Void) {
    guard let me = builder.participant else { return }
    let role = participants[me].role
    guard let (parameters, body, handler) = checkedProcedure(name, arguments.count, of: role, location) else { return then(broken(builder)) }
    guard recursiveProcedures[role.name.text]?.contains(name.text) != true else {
      // Reported where the call is.
      failures += 1
      return then(broken(builder))
    }
    var inner = builder
    var environment = roleEnvironment(me)
    for (parameter, argument) in zip(parameters, arguments) {
      if case .name(let text) = argument.kind, case .row(let index)? = builder.environment[text] {
        environment[parameter.text] = .row(index)
      } else {
        let known = failures
        if let term = evaluate(argument, &inner, expecting: nil) {
          environment[parameter.text] = .term(term)
        } else {
          guard failures > known else { return }
          environment[parameter.text] = .unknown
          inner.isBroken = true
        }
      }
    }
    inner.environment = environment
    if let handler { inner.pass(handler) }
    run(body[...], inner) { finished in
      var after = finished
      after.environment = builder.environment
      then(after)
    }
  }

  /// The parameters of a procedure and what it does, which is nothing where its clause is dropped (then there is no handler); nil after an
  /// error.
  func checkedProcedure(_ name: Name, _ count: Int, of role: RoleDeclaration, _ location: Location)
    -> (parameters: [Name], body: [Statement], handler: HandlerDeclaration?)?
  {
    var names: [String] = []
    var found: (parameters: [Name], body: [Statement], handler: HandlerDeclaration?)?
    for handler in role.handlers {
      guard case .procedure(let known, let parameters) = handler.trigger else { continue }
      names.append(known.text)
      // Of several under different options, the one that is there.
      if known.text == name.text, found == nil || isActive(handler.marker) {
        found = isActive(handler.marker) ? (parameters, handler.body, handler) : (parameters, [], nil)
      }
    }
    guard let found else {
      report("there is no procedure `\(name.text)`", name.location, suggestion(name.text, names))
      return nil
    }
    guard found.parameters.count == count else {
      report("`\(name.text)` takes \(found.parameters.count) values, not \(count)", location)
      return nil
    }
    return found
  }

  func roleEnvironment(_ participant: Int) -> [String: Value] {
    guard let parameter = participants[participant].role.parameter else { return [:] }
    return [parameter.name.text: .term(participants[participant].parameter)]
  }

  // MARK: Set-up

  /// Runs the scenario's `register shop at bank`: rows before the run; `new` makes private constants.
  func runSetups() {
    for call in scenario.setups {
      guard let (declared, parameters, body) = model.setups[call.setup.text] else {
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
          report(
            "`\(argument.text)` does not play `\(role)`", argument.location,
            suggestion(argument.text, participants.filter { $0.role.name.text == role }.map(\.name)))
          isKnown = false
        }
      }
      guard isKnown else { continue }
      sourceMap.setup.insert(Passage(.handler, at: declared.location))
      let suffix = call.arguments.map(\.text).joined(separator: "_")
      for statement in body where isActive(statement.marker) {
        builder.pass(statement.marker)
        runSetup(statement, &builder, owners, suffix)
      }
      sourceMap.setup.formUnion(builder.passages)
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
      guard let owner = table.owner else {
        report("a setup says whose table it is: `owner.\(table.table.text)`", table.table.location)
        return
      }
      guard let (participant, role) = owners[owner.text] else { return }
      guard let declaration = model.roles[role]?.tables.first(where: { $0.name.text == table.table.text }) else {
        report(
          "the role `\(role)` has no table `\(table.table.text)`", table.table.location,
          suggestion(table.table.text, model.roles[role]?.tables.map(\.name.text) ?? []))
        return
      }
      guard let terms = columnValues(arguments, declaration.columns, table.table, &builder, statement.location) else { return }
      if let participant, let predicate = predicate(of: participant, table: table.table.text) {
        initialFacts.append(Fact(predicate, terms))
        sourceMap.setupRows.append(SourceMap.Row(statement: Passage(.insertion, at: statement.location), fact: Fact(predicate, terms)))
      } else if !isHonestRun {
        initialKnowledge += terms
      }
    default:
      report("a setup only makes new values and inserts rows", statement.location)
    }
  }
}
