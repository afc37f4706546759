import Language
import Terms

extension Instantiation {
  /// Whether what the marker stands at is in force: none of its clauses is dropped, and its options are chosen so.
  func isActive(_ marker: ClauseMarker?) -> Bool {
    guard let marker else { return true }
    let isChosen = marker.options.allSatisfy { $0.includes(options[$0.name.text]) }
    var isDropped = false
    for clause in marker.clauses where drops.contains(clause.text) {
      isDropped = true
      if isChosen { leftOut.insert(clause.text) }
    }
    if !isDropped { for option in marker.options { consulted.insert(option.name.text) } }
    if isChosen && !isDropped { for clause in marker.clauses { inForce.insert(clause.text) } }
    return isChosen && !isDropped
  }

  /// What is asked of a column: nothing, or what `without` says, where the marker is not in force.
  func activeTest(of column: ColumnPattern) -> ColumnPattern.Test? {
    isActive(column.marker) ? column.test : column.marker?.without.map { .equals($0) }
  }

  /// The value of an expression; nil after an error has been reported.
  func evaluate(_ expression: Expression, _ builder: inout Builder, expecting: SortID?) -> Term? {
    guard let term = value(of: expression, &builder, expecting: expecting, binds: false) else { return nil }
    return checked(term, expression, builder, expecting)
  }

  /// A pattern: as an expression, but an unknown identifier becomes a new register.
  func pattern(_ expression: Expression, _ builder: inout Builder, expecting: SortID?, isOptional: Bool = false) -> Term? {
    guard let term = value(of: expression, &builder, expecting: expecting, binds: true, isOptional: isOptional) else { return nil }
    return checked(term, expression, builder, expecting)
  }

  private func checked(_ term: Term, _ expression: Expression, _ builder: Builder, _ expecting: SortID?) -> Term? {
    let actual = builder.sort(of: term, signature)
    if case .apply(Signature.none, _) = builder.resolve(term) { return term }
    if let expecting, !signature.accepts(expecting, actual) {
      report("expected a `\(signature.sorts[expecting].name)`, found a `\(signature.sorts[actual].name)`", expression.location)
      return nil
    }
    return term
  }

  /// Whether the term may be put into a column or field of the sort; if not, an error has been reported.
  ///
  /// A row whose value is of another sort than its column is found by nobody who looks at the column, and a record with such a field is
  /// accepted by nobody: the runs that need it would be lost without a word.
  func isStorable(_ term: Term, as sort: SortID, _ expression: Expression, _ builder: Builder) -> Bool {
    guard sort != Signature.message, case .variable(let register) = builder.resolve(term), builder.registers[register].sort == Signature.message else {
      return true
    }
    report(
      "this may be a term of any sort; only a `\(signature.sorts[sort].name)` can stand here", expression.location,
      "receive it in a field of sort `\(signature.sorts[sort].name)`, or compare it with one before; or let this be of sort `Message`")
    return false
  }

  private func value(of expression: Expression, _ builder: inout Builder, expecting: SortID?, binds: Bool, isOptional: Bool = false) -> Term? {
    switch expression.kind {
    case .invalid: return nil
    case .name(let text):
      switch builder.environment[text] {
      case .term(let term): return term
      case .row:
        report("`\(text)` is a row: name the column, as in `\(text).column`", expression.location)
        return nil
      case .unknown:
        failures += 1
        return nil
      case nil: break
      }
      if text == "caller" { return callerTerm(builder, expression.location) }
      if text == "fetch_site" { return fetchSite(builder, expression.location) }
      if let known = constants[text] {
        // The same word may name values of several sorts (a person and an agent): what is expected decides.
        if let expecting, let fitting = known.first(where: { signature.accepts(expecting, signature.symbols[$0].result) }) { return .constant(fitting) }
        return .constant(known[0])
      }
      if binds {
        let term = newVariable(text, sort: expecting ?? Signature.message, isOptional: isOptional, &builder)
        builder.environment[text] = .term(term)
        return term
      }
      report(
        "there is nothing called `\(text)` here", expression.location, suggestion(text, Array(builder.environment.keys) + Array(constants.keys) + ["caller"]))
      return nil
    case .typed(let name, let sortName):
      let id = sort(sortName)
      let term = newVariable(name.text, sort: id, isOptional: sortName.isOptional, &builder)
      builder.environment[name.text] = .term(term)
      return term
    case .member(let base, let field):
      return member(base, field, &builder)
    case .apply(let name, let arguments):
      guard let symbol = checkedFunction(name, arguments.count, expression.location) else { return nil }
      var terms: [Term] = []
      for (argument, sort) in zip(arguments, signature.symbols[symbol].arguments) {
        if let term = binds ? pattern(argument, &builder, expecting: sort) : evaluate(argument, &builder, expecting: sort) { terms.append(term) }
      }
      return terms.count == arguments.count ? .apply(symbol, terms) : nil
    case .record(let name, let arguments):
      return record(name, arguments, expression.location, &builder, binds: binds)
    case .tuple(let parts):
      var terms: [Term] = []
      for part in parts {
        if let term = binds ? pattern(part, &builder, expecting: nil) : evaluate(part, &builder, expecting: nil) { terms.append(term) }
      }
      return terms.count == parts.count ? .apply(tupleSymbol(terms.count), terms) : nil
    case .url(let scheme, let host, let text):
      let hostSort = signature.sort(named: "Host") ?? 0
      guard let term = value(of: Expression(.name(host.text), at: host.location), &builder, expecting: hostSort, binds: binds),
        let term = checked(term, Expression(.name(host.text), at: host.location), builder, hostSort)
      else { return nil }
      guard let path = path(text, expression.location, &builder, binds: binds) else { return nil }
      return url(scheme, term, path)
    case .marked(let inner, let marker):
      if isActive(marker) {
        builder.pass(marker)
        return value(of: inner, &builder, expecting: expecting, binds: binds)
      }
      guard let without = marker.without else { return .constant(Signature.none) }
      return value(of: without, &builder, expecting: expecting, binds: binds)
    }
  }

  func checkedFunction(_ name: Name, _ count: Int, _ location: Location) -> SymbolID? {
    guard let symbol = functionSymbols[name.text] else {
      report("there is no function `\(name.text)`", name.location, suggestion(name.text, functionSymbols.keys))
      return nil
    }
    let expected = signature.symbols[symbol].arguments.count
    guard expected == count else {
      report("`\(name.text)` takes \(expected) values, not \(count)", location)
      return nil
    }
    return symbol
  }

  /// The record, and whether it has the fields that are given, each once.
  func checkedRecord(_ name: Name, _ arguments: [Argument]) -> (symbol: SymbolID, fields: [Parameter])? {
    guard let symbol = recordSymbols[name.text], let declaration = model.records.first(where: { $0.name.text == name.text }) else {
      report("there is no record `\(name.text)`", name.location, suggestion(name.text, recordSymbols.keys))
      return nil
    }
    for argument in arguments where !declaration.fields.contains(where: { $0.name.text == argument.name.text }) {
      report(
        "a `\(name.text)` has no field `\(argument.name.text)`", argument.name.location, suggestion(argument.name.text, declaration.fields.map(\.name.text)))
    }
    return (symbol, declaration.fields)
  }

  /// A register, or for a record sort the record with a register in each field: so fields are known to the compiler.
  func newVariable(_ name: String, sort: SortID, isOptional: Bool, _ builder: inout Builder) -> Term {
    if !isOptional, let symbol = recordSymbols[signature.sorts[sort].name],
      let record = model.records.first(where: { $0.name.text == signature.sorts[sort].name })
    {
      let fields = zip(record.fields, signature.symbols[symbol].arguments).map { field, sort in
        newVariable("\(name).\(field.name.text)", sort: sort, isOptional: field.sort.isOptional, &builder)
      }
      return .apply(symbol, fields)
    }
    return builder.newRegister(name, sort, isOptional: isOptional)
  }

  private func member(_ base: Expression, _ field: Name, _ builder: inout Builder) -> Term? {
    if case .name(let text) = base.kind, case .row(let index)? = builder.environment[text] {
      guard refresh(index, &builder, base.location) else { return nil }
      let row = builder.rows[index]
      guard let column = row.columns.firstIndex(of: field.text) else {
        report("`\(text)` has no column `\(field.text)`", field.location, suggestion(field.text, row.columns))
        return nil
      }
      return row.values[column]
    }
    guard let term = value(of: base, &builder, expecting: nil, binds: false) else { return nil }
    if case .variable(let register) = builder.resolve(term) {
      let sort = builder.registers[register].sort
      guard let symbol = recordSymbols[signature.sorts[sort].name] else {
        report("a `\(signature.sorts[sort].name)` has no fields", field.location)
        return nil
      }
      let record = newVariable(builder.registers[register].name, sort: signature.symbols[symbol].result, isOptional: false, &builder)
      guard builder.unify(term, record, signature) else { return nil }
    }
    guard case .apply(let symbol, let arguments) = builder.resolve(term) else { return nil }
    guard let index = signature.symbols[symbol].fields.firstIndex(of: field.text) else {
      report(
        "a `\(signature.sorts[signature.symbols[symbol].result].name)` has no field `\(field.text)`", field.location,
        suggestion(field.text, signature.symbols[symbol].fields))
      return nil
    }
    return arguments[index]
  }

  private func record(_ name: Name, _ arguments: [Argument], _ location: Location, _ builder: inout Builder, binds: Bool) -> Term? {
    guard let (symbol, declared) = checkedRecord(name, arguments) else { return nil }
    var terms: [Term] = []
    var isComplete = true
    for (field, sort) in zip(declared, signature.symbols[symbol].arguments) {
      guard let argument = arguments.first(where: { $0.name.text == field.name.text }) else {
        if !field.sort.isOptional {
          report("the field `\(field.name.text)` of `\(name.text)` is missing", location)
          isComplete = false
        }
        terms.append(.constant(Signature.none))
        continue
      }
      guard let term = fieldValue(argument, sort, isOptional: field.sort.isOptional, &builder, binds: binds, of: name),
        binds || isStorable(term, as: sort, argument.value, builder)
      else {
        isComplete = false
        continue
      }
      terms.append(term)
    }
    return isComplete ? .apply(symbol, terms) : nil
  }

  /// `name: value [clause]`: absent, or what `without` says, where the clause is dropped.
  func fieldValue(_ argument: Argument, _ sort: SortID, isOptional: Bool, _ builder: inout Builder, binds: Bool, of owner: Name) -> Term? {
    if isActive(argument.marker) {
      builder.pass(argument.marker)
      return binds ? pattern(argument.value, &builder, expecting: sort, isOptional: isOptional) : evaluate(argument.value, &builder, expecting: sort)
    }
    if let without = argument.marker?.without {
      return binds ? pattern(without, &builder, expecting: sort, isOptional: isOptional) : evaluate(without, &builder, expecting: sort)
    }
    guard isOptional else {
      report(
        "the field `\(argument.name.text)` cannot be left out: it is not optional", argument.name.location,
        "write `\(argument.name.text): …?` in `\(owner.text)`, or `[clause without value]`")
      return nil
    }
    return .constant(Signature.none)
  }

  /// What the header Sec-Fetch-Site says of the request: `same` or `cross` from a browser; the attacker writes what it likes; other
  /// servers send none.
  private func fetchSite(_ builder: Builder, _ location: Location) -> Term? {
    switch builder.caller {
    case .attacker: return constants["same"].map { .constant($0[0]) }
    case .visitor(_, let after): return after["site"]
    case .site: return .constant(Signature.none)
    case .nobody:
      report("`fetch_site` has no meaning here: nobody called", location)
      return nil
    }
  }

  func callerTerm(_ builder: Builder, _ location: Location) -> Term? {
    switch builder.caller {
    case .attacker: return .constant(attackerConstant)
    case .visitor(let participant, _): return participants[participant].parameter
    case .site(let id, _): return sites.values.first { $0.id == id }.map { participants[$0.participant].parameter }
    case .nobody:
      report("`caller` has no meaning here: nobody called", location)
      return nil
    }
  }

  /// Makes the columns of a session's row known again in a later step: finds it by its key.
  func refresh(_ index: Int, _ builder: inout Builder, _ location: Location) -> Bool {
    let row = builder.rows[index]
    guard row.isDetached, !row.isRemoved, predicates[row.predicate].kind == .session else { return true }
    var values = [row.values[0]]
    for (column, sort) in zip(row.columns, predicates[row.predicate].columns).dropFirst() {
      values.append(builder.newRegister(column, sort, isOptional: true))
    }
    builder.rows[index].values = values
    builder.rows[index].isDetached = false
    builder.rows[index].lookup = builder.instructions.count
    builder.emit(.lookup(Fact(row.predicate, values), consumes: false))
    return true
  }
}
