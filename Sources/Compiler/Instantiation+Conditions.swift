import Language
import Terms

/// A condition without `or`, `and` and `not`: what an instruction can test.
struct Literal {
  var kind: Condition.Kind
  var isNegated: Bool
  var location: Location
}

extension Instantiation {
  /// The disjunctive form: one list of literals for each way in which the condition can be true (or false, if negated).
  func branches(of condition: Condition, negated: Bool = false) -> [[Literal]] {
    switch condition.kind {
    case .not(let inner): return branches(of: inner, negated: !negated)
    case .and(let parts) where !negated, .or(let parts) where negated:
      return parts.reduce([[]]) { prefixes, part in
        let next = branches(of: part, negated: negated)
        guard prefixes.count * next.count <= Instantiation.maximumBranches else {
          report("the condition can come true in more than \(Instantiation.maximumBranches) ways", condition.location, "split it into several")
          return []
        }
        return prefixes.flatMap { prefix in next.map { prefix + $0 } }
      }
    case .and(let parts), .or(let parts): return parts.flatMap { branches(of: $0, negated: negated) }
    case .invalid: return []
    default: return [[Literal(kind: condition.kind, isNegated: negated, location: condition.location)]]
    }
  }

  /// Continues once for each way in which the condition can hold.
  func assume(_ condition: Condition, negated: Bool = false, _ builder: Builder, then: (Builder) -> Void) {
    for literals in branches(of: condition, negated: negated) {
      var copy = builder
      var isPossible = true
      for literal in literals {
        let known = failures
        if assume(literal, &copy) { continue }
        // An error: the rest is read for its errors.
        guard failures > known else {
          isPossible = false
          break
        }
        copy.isBroken = true
      }
      if isPossible { then(copy) }
    }
  }

  /// Adds one test; false where it can never succeed, or after an error.
  func assume(_ literal: Literal, _ builder: inout Builder) -> Bool {
    switch literal.kind {
    case .equal(let a, let b), .different(let a, let b):
      guard let (left, right) = pair(a, b, &builder) else { return false }
      var isEqual = !literal.isNegated
      if case .different = literal.kind { isEqual.toggle() }
      note(literal, [(a, left), (b, right)], isEqual ? .equal : .different, &builder)
      if isEqual { return builder.unify(left, right, signature) }
      let (x, y) = (builder.resolve(left), builder.resolve(right))
      if x == y { return false }
      var trial = builder
      if !trial.unify(x, y, signature) { return true }
      builder.emit(.different(x, y))
      return true
    case .present(let expression), .absent(let expression):
      guard let term = evaluate(expression, &builder, expecting: nil) else { return false }
      var isAbsent = literal.isNegated
      if case .absent = literal.kind { isAbsent.toggle() }
      note(literal, [(expression, term)], isAbsent ? .absent : .present, &builder)
      let none = Term.constant(Signature.none)
      if isAbsent { return builder.unify(term, none, signature) }
      switch builder.resolve(term) {
      case .apply(let symbol, _): return symbol != Signature.none
      case .variable(let register):
        if builder.registers[register].sort == Signature.message { builder.emit(.different(term, none)) }
        builder.registers[register].isOptional = false
        return true
      }
    case .honest(let expression), .attacker(let expression):
      guard let term = evaluate(expression, &builder, expecting: nil) else { return false }
      var isHonest = !literal.isNegated
      if case .attacker = literal.kind { isHonest.toggle() }
      note(literal, [(expression, term)], nil, &builder)
      if case .apply(let symbol, let arguments) = builder.resolve(term), arguments.isEmpty { return signature.symbols[symbol].isAttackers != isHonest }
      builder.emit(isHonest ? .honest(term) : .dishonest(term))
      return true
    case .earlier(let pattern, let injective):
      return assumeEarlier(pattern, injective: injective, literal, &builder)
    case .derives(let expression):
      guard !literal.isNegated else {
        report("a property cannot ask that the attacker derives something: only that it does not", literal.location)
        return false
      }
      guard let term = openPattern(expression, &builder, expecting: nil) else { return false }
      builder.emit(.receive(term))
      return true
    default: return false
    }
  }

  private func pair(_ a: Expression, _ b: Expression, _ builder: inout Builder) -> (Term, Term)? {
    // Words like `yes` belong to several sorts: the side that has a sort of its own goes first.
    var trial = builder
    if case .name(let text) = a.kind, builder.environment[text] == nil, constants[text] != nil {
      guard let right = evaluate(b, &trial, expecting: nil) else { return nil }
      let sort = trial.sort(of: right, signature)
      guard let left = evaluate(a, &trial, expecting: sort) else { return nil }
      builder = trial
      return (left, right)
    }
    guard let left = evaluate(a, &trial, expecting: nil) else { return nil }
    guard let right = evaluate(b, &trial, expecting: trial.sort(of: left, signature)) else { return nil }
    builder = trial
    return (left, right)
  }

  /// As ``pattern(_:_:expecting:isOptional:)``; a new identifier of a finite sort takes each of its values.
  func openPattern(_ expression: Expression, _ builder: inout Builder, expecting: SortID?) -> Term? {
    let before = builder.registers.count
    guard let term = pattern(expression, &builder, expecting: expecting) else { return nil }
    for register in before..<builder.registers.count where signature.sorts[builder.registers[register].sort].values != nil {
      builder.emit(.choose(register))
    }
    return term
  }

  private func assumeEarlier(_ pattern: EventPattern, injective: Bool, _ literal: Literal, _ builder: inout Builder) -> Bool {
    guard let (predicate, columns) = eventPredicate(pattern.name.text) else {
      reportUnknownEvent(pattern.name)
      return false
    }
    var arguments: [Term] = []
    var universal: [Int] = []
    for column in columns {
      let tests = pattern.columns.lazy.filter { $0.column.text == column }.compactMap { self.activeTest(of: $0) }
      if let test = tests.first {
        switch test {
        case .equals(let expression):
          guard let term = evaluate(expression, &builder, expecting: nil) else { return false }
          arguments.append(builder.resolve(term))
          continue
        case .bind(let name):
          if case .term(let term)? = builder.environment[name.text] {
            // `earlier event E (x)` with a known x asks for that x.
            arguments.append(builder.resolve(term))
            continue
          }
        }
      }
      let term = builder.newRegister(column, Signature.message)
      if case .variable(let register) = term { universal.append(register) }
      arguments.append(term)
    }
    checkColumns(pattern)
    let fact = Fact(predicate, arguments)
    if !literal.isNegated {
      builder.emit(.lookup(fact, consumes: false))
    } else if injective {
      guard case .lookup(let many, _)? = builder.instructions.first(where: { if case .lookup = $0 { true } else { false } }) else { return false }
      // What the counted events do not have cannot tell them apart: to compare it would ask for something that is never looked at.
      var known = Set(universal)
      for term in many.arguments { builder.resolve(term).forEachVariable { known.insert($0) } }
      for (column, term) in zip(columns, arguments) {
        var isKnown = true
        term.forEachVariable { if !known.contains($0) { isKnown = false } }
        guard isKnown else {
          report(
            "`injective` counts the first event under `when`, and what `\(column)` is compared with is no part of it", pattern.name.location,
            "compare only what the first event has, or put the event first that has it")
          return false
        }
      }
      builder.emit(.outnumbered(many: many, few: fact))
    } else {
      builder.emit(.missing(fact, universal: universal))
    }
    return true
  }

  func reportUnknownEvent(_ name: Name) {
    report("no handler emits the event `\(name.text)`", name.location, suggestion(name.text, eventColumns.keys))
  }

  /// Reports the columns that the event never has; returns the names that they were to bind.
  @discardableResult func checkColumns(_ pattern: EventPattern) -> [String] {
    guard let known = eventColumns[pattern.name.text] else { return [] }
    let unknown = pattern.columns.filter { !known.contains($0.column.text) }
    for column in unknown {
      report("the event `\(pattern.name.text)` has no `\(column.column.text)`", column.column.location, suggestion(column.column.text, known))
    }
    return unknown.compactMap { if case .bind(let name) = $0.test { name.text } else { nil } }
  }

  // MARK: Properties, witnesses, openings

  private func question(_ events: [EventPattern], _ name: Name) -> Builder {
    var builder = Builder(name: name.text, participant: nil, location: name.location)
    for event in events {
      guard let (predicate, columns) = eventPredicate(event.name.text) else {
        reportUnknownEvent(event.name)
        builder = broken(builder, event.columns.compactMap { if case .bind(let name) = $0.test { name.text } else { nil } })
        continue
      }
      let unknown = checkColumns(event)
      if !unknown.isEmpty { builder = broken(builder, unknown) }
      var arguments: [Term] = []
      for column in columns {
        let pattern = event.columns.first { $0.column.text == column }
        switch pattern.flatMap({ activeTest(of: $0) }) {
        case .equals(let expression):
          guard let term = evaluate(expression, &builder, expecting: nil) else {
            builder.isBroken = true
            continue
          }
          arguments.append(term)
        case .bind(let bound):
          if case .term(let term)? = builder.environment[bound.text] {
            arguments.append(term)
          } else {
            let term = builder.newRegister(bound.text, Signature.message)
            builder.environment[bound.text] = .term(term)
            arguments.append(term)
          }
        case nil: arguments.append(builder.newRegister(column, Signature.message))
        }
      }
      builder.emit(.lookup(Fact(predicate, arguments), consumes: false))
    }
    return builder
  }

  func compileProperty(_ property: PropertyDeclaration) -> Property {
    var queries: [Rule] = []
    let start = question(property.events, property.name)
    let always = Condition(.and([]), at: property.name.location)
    assume(property.condition ?? always, start) { builder in
      assume(property.conclusion, negated: true, builder) { builder in
        assume(property.exception ?? Condition(.or([]), at: property.name.location), negated: true, builder) { builder in
          let query = builder.finish(name: property.name.text, sources: sources)
          checkCounted(query, property)
          queries.append(query)
        }
      }
    }
    return Property(name: property.name.text, text: property.text?.text ?? "", queries: queries)
  }

  /// Reports columns of the counted events that `injective` does not compare and that are not free all the same: such a column would choose
  /// which events are counted, and the engine looks at what is compared only. It is seen in the finished query: an `==` can tie columns, too.
  private func checkCounted(_ query: Rule, _ property: PropertyDeclaration) {
    guard let event = property.events.first, let (_, columns) = eventPredicate(event.name.text) else { return }
    for case .outnumbered(let many, let few) in query.instructions {
      var compared: Set<Int> = []
      for term in few.arguments { term.forEachVariable { compared.insert($0) } }
      var uses: [Int: Int] = [:]
      for term in many.arguments { term.forEachVariable { uses[$0, default: 0] += 1 } }
      // Where two columns are tied, the later one is told.
      for (column, term) in zip(columns, many.arguments).reversed() {
        var isCompared = true
        term.forEachVariable { if !compared.contains($0) { isCompared = false } }
        if isCompared { continue }
        if case .variable(let register) = term, uses[register] == 1, query.registers[register].sort == Signature.message { continue }
        report(
          "`injective` does not compare `\(column)` of the first event, so nothing else may be asked of it",
          event.columns.first { $0.column.text == column }?.column.location ?? event.name.location,
          "compare it in `earlier event`, or have the handlers emit another event where this is so")
        break
      }
    }
  }

  func compileThreat(_ property: PropertyDeclaration) -> Threat {
    var queries: [Rule] = []
    let start = question(property.events, property.name)
    let always = Condition(.and([]), at: property.name.location)
    guard property.events.isEmpty else {
      assume(property.condition ?? always, start) { queries.append($0.finish(name: property.name.text, sources: sources)) }
      return Threat(queries: queries, speaksOfTerms: false, description: property.events.map { "event \($0.name.text)" }.joined(separator: " with "))
    }
    var terms: [String] = []
    assume(property.conclusion, negated: true, start) { builder in
      var query = builder.finish(name: property.name.text, sources: sources)
      // What is denied is no part of the threat, and what is made has a value.
      query.instructions.removeAll {
        switch $0 {
        case .missing, .outnumbered, .choose: true
        default: false
        }
      }
      for case .receive(.apply(let symbol, _)) in query.instructions { terms.append(signature.symbols[symbol].name) }
      queries.append(query)
    }
    return Threat(queries: queries, speaksOfTerms: true, description: Set(terms).sorted().map { "term \($0)(…)" }.joined(separator: " or "))
  }

  func compileWitness(_ witness: (name: Name, text: String, event: EventPattern, condition: Condition?)) -> Property {
    var queries: [Rule] = []
    assume(witness.condition ?? Condition(.and([]), at: witness.name.location), question([witness.event], witness.name)) { builder in
      queries.append(builder.finish(name: witness.name.text, sources: sources))
    }
    return Property(name: witness.name.text, text: witness.text, queries: queries)
  }

  func compileOpening(_ opening: Model.OpeningDeclaration) -> Opening {
    var builder = Builder(name: "open", participant: nil, location: opening.pattern.location)
    let known = failures
    let pattern = self.pattern(opening.pattern, &builder, expecting: nil) ?? .constant(Signature.none)
    if failures > known { builder = broken(builder, namesBound(by: opening.pattern, builder)) }
    let needs = opening.needs.compactMap { evaluate($0, &builder, expecting: nil) }
    let gives = evaluate(opening.gives, &builder, expecting: nil) ?? .constant(Signature.none)
    return Opening(registers: builder.registers, pattern: pattern, needs: needs, gives: gives)
  }
}
