import Language
import Terms

/// Writes down what a step says and checks, for people, where that is asked for: see ``RuleAccount``. It changes no rule.
extension Instantiation {
  // MARK: Who

  /// Who a participant is in a message: a host by its name, a browser as somebody's.
  func party(_ participant: Int) -> String {
    let member = participants[participant]
    return member.role.isHost ? member.name : "\(member.name)'s \(member.role.name.text.lowercased())"
  }

  /// Who gets the answer; nil: nobody asked.
  func callerName(_ builder: Builder) -> String? {
    switch builder.caller {
    case .nobody: nil
    case .attacker: "the attacker"
    case .visitor(let visitor, _): party(visitor)
    case .site(let id, _): sites.values.first { $0.id == id }.map { party($0.participant) }
    }
  }

  // MARK: Messages

  /// The parts of a message that have names of their own: a tuple has those of the handler's parameters.
  func parts(of message: Term, _ parameters: [Parameter]) -> [RuleAccount.Part] {
    if message == constant("none") { return [] }
    if parameters.count > 1, case .apply(_, let terms) = message, terms.count == parameters.count {
      return zip(parameters, terms).map { RuleAccount.Part(label: $0.name.text, term: $1) }
    }
    return [RuleAccount.Part(label: parameters.first?.name.text ?? "message", term: message)]
  }

  private func part(_ label: String, _ term: Term?) -> [RuleAccount.Part] {
    guard let term, term != constant("none") else { return [] }
    return [RuleAccount.Part(label: label, term: term)]
  }

  /// The request of a `visit`; `parts`: what `after (…)` can name.
  func browserRequest(_ visitor: Int, _ parts: [String: Term], to server: String?) -> RuleAccount.Message {
    var request = RuleAccount.Message(.request, from: party(visitor), to: server)
    (request.method, request.url) = (parts["method"], parts["to"])
    request.query = part("query", parts["query"])
    request.body = part("body", parts["body"])
    request.fragment = part("fragment", parts["fragment"])
    request.headers = part("Sec-Fetch-Site", parts["site"])
    return request
  }

  func response(_ kind: String, _ values: [String: Term], from me: Int, to caller: String?) -> RuleAccount.Message {
    var response = RuleAccount.Message(.response, from: party(me), to: caller)
    response.status = values["status"]
    response.query = part("query", values["query"])
    response.fragment = part("fragment", values["fragment"])
    response.body = part(kind == "form" ? "form" : "body", values["content"])
    response.headers = part("headers", values["headers"])
    if kind == "redirect" { response.headers = part("Location", values["to"]) }
    if kind == "form" { response.headers += part("form action", values["to"]) }
    return response
  }

  /// A request that was asked in an earlier step and is handled now.
  func arrival(of site: Site, at url: Term, _ certificate: Term) -> RuleAccount.Message {
    var request = RuleAccount.Message(.request, from: party(site.participant), to: nil)
    request.isSentEarlier = true
    (request.method, request.url, request.certificate) = (.constant(site.method), url, certificate)
    return request
  }

  // MARK: Checks

  func note(
    _ kind: RuleAccount.Check.Kind, _ location: Location, _ parts: [RuleAccount.Part], text: String? = nil, relation: RuleAccount.Check.Relation? = nil,
    _ builder: inout Builder
  ) {
    guard let me = builder.participant, let account = builder.account else { return }
    var check = RuleAccount.Check(
      kind: kind, by: party(me), text: text ?? sources.text(of: location), parts: parts, clauses: account.clauses, location: location)
    check.relation = relation
    builder.account?.checks.append(check)
  }

  func note(_ literal: Literal, _ sides: [(Expression, Term)], _ relation: RuleAccount.Check.Relation?, _ builder: inout Builder) {
    guard builder.participant != nil, let account = builder.account else { return }
    let said = sources.text(of: literal.location)
    note(
      account.isBranching ? .branch : .condition, literal.location, parts(sides), text: literal.isNegated ? "not (\(said))" : said,
      relation: relation, &builder)
  }

  private func parts(_ sides: [(Expression, Term)]) -> [RuleAccount.Part] {
    sides.map { RuleAccount.Part(label: sources.text(of: $0.0.location), term: $0.1) }
  }

  /// A row that was found, or none: with the columns that the text names.
  func noteRow(
    _ kind: RuleAccount.Check.Kind, _ location: Location, _ patterns: [ColumnPattern], _ columns: [Parameter], _ terms: [Term], _ builder: inout Builder
  ) {
    guard builder.participant != nil, let outer = builder.account?.clauses else { return }
    let named = zip(columns, terms).filter { column, _ in patterns.contains { $0.column.text == column.name.text } }
    let said = sources.text(of: location)
    builder.account?.clauses += patterns.compactMap(\.marker).filter { !isDropped($0) }.flatMap { $0.clauses.map(\.text) }
    // What happens otherwise is another way through the handler.
    note(
      kind, location, named.map { RuleAccount.Part(label: $0.name.text, term: $1) },
      text: said.firstRange(of: " otherwise {").map { String(said[..<$0.lowerBound]) } ?? said, &builder)
    builder.account?.clauses = outer
  }

  // MARK: What is not in force

  /// The builder behind a statement that is left out; it is written down if that is so because a clause is dropped.
  func passingOver(_ statement: Statement, _ builder: Builder) -> Builder {
    guard let marker = statement.marker, isDropped(marker), builder.participant != nil, builder.account != nil else { return builder }
    var next = builder
    next.account?.pass(statement.location, isDropped: true)
    next.account?.clauses = marker.clauses.map(\.text)
    guard case .require(let condition, _) = statement.kind else { return next }
    var sides: [Expression] = []
    var relation: RuleAccount.Check.Relation?
    switch condition.kind {
    case .equal(let a, let b): (sides, relation) = ([a, b], .equal)
    case .different(let a, let b): (sides, relation) = ([a, b], .different)
    case .present(let a): (sides, relation) = ([a], .present)
    case .absent(let a): (sides, relation) = ([a], .absent)
    default: break
    }
    let values = sides.map { ($0, value(ofUnused: $0, builder)) }
    note(.dropped, condition.location, parts(values), relation: relation, &next)
    return next
  }

  /// Writes down that a column is not compared, if that is so because a clause is dropped.
  func passOver(_ pattern: ColumnPattern, _ column: Term, _ builder: inout Builder) {
    guard let outer = builder.account?.clauses, let marker = pattern.marker, isDropped(marker), case .equals(let expression) = pattern.test else { return }
    let said = "\(pattern.column.text) == \(sources.text(of: expression.location))"
    builder.account?.clauses = marker.clauses.map(\.text)
    let parts = [RuleAccount.Part(label: pattern.column.text, term: column)] + parts([(expression, value(ofUnused: expression, builder))])
    note(.dropped, pattern.column.location, parts, text: said, relation: .equal, &builder)
    builder.account?.clauses = outer
  }

  /// Whether the options are chosen so, and a clause is dropped.
  private func isDropped(_ marker: ClauseMarker) -> Bool {
    marker.options.allSatisfy { $0.includes(options[$0.name.text]) } && marker.clauses.contains { drops.contains($0.text) }
  }

  /// The value of an expression that the step does not need; unknown where it would take a step more to know it.
  private func value(ofUnused expression: Expression, _ builder: Builder) -> Term {
    guard isPlain(expression) else { return RuleAccount.unknown }
    var scratch = builder
    guard let term = quietly({ evaluate(expression, &scratch, expecting: nil) }) else { return RuleAccount.unknown }
    // Registers that were made on the way stand for nothing in the rule.
    return scratch.resolve(term).map { $0 < builder.registers.count ? .variable($0) : RuleAccount.unknown }
  }

  /// Whether evaluating it adds nothing to the signature.
  private func isPlain(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .name: true
    case .member(let base, _): isPlain(base)
    case .apply(_, let arguments): arguments.allSatisfy(isPlain)
    case .marked(let inner, let marker): isPlain(inner) && (marker.without.map(isPlain) ?? true)
    case .record, .tuple, .url, .typed, .invalid: false
    }
  }
}
