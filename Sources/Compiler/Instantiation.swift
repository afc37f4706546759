import Language
import Terms

/// Turns a model and a scenario into a ``TransitionSystem``: one rule for each handler, participant, kind of caller and branch.
///
/// Handlers are evaluated symbolically, in continuation-passing style: where a statement branches, the ``Builder`` is copied and
/// each copy goes its way. What follows from the text alone (a constant compared with another one) is decided here, so rules that
/// can never run are not made.
final class Instantiation {
  let model: Model
  let scenario: ScenarioDeclaration
  let drops: Set<String>
  let options: [String: String]
  let sources: SourceSet
  /// An honest run: no attacker, for the witness.
  let isHonestRun: Bool

  var signature = Signature()
  var diagnostics: [Diagnostic] = []
  private var reported: Set<Diagnostic> = []
  /// How often an error was met, new or known: tells a statement that is wrong from one that can merely never succeed.
  var failures = 0
  /// How many statements are being run inside one another, and how many have been run in all.
  var nesting = 0
  private var work = 0
  private(set) var isExhausted = false
  /// Procedures that call themselves, by role: never run.
  var recursiveProcedures: [String: Set<String>] = [:]

  /// More statements on one way through a handler than anyone writes would exhaust the stack.
  static let maximumNesting = 150
  /// A hundred times what a large model takes: what branches without end is refused.
  static let maximumWork = 30_000
  static let maximumBranches = 4096
  /// How many requests can wait for one another's answers.
  static let maximumWaiting = 8

  var predicates: [Predicate] = []
  var predicateIndex: [String: PredicateID] = [:]
  var budgets: [Budget] = []
  var budgetIndex: [String: BudgetID] = [:]
  /// What the scenario's bounds say, by limit and actor: `flows by alice`.
  var bounds: [String: Int] = [:]
  var boundsPerEndpoint: Set<String> = []
  var rules: [Rule] = []
  var ruleNames: [String: Int] = [:]
  var sourceMap = SourceMap()
  /// What the builder of a step begins with: nil where nobody asks for accounts.
  let blankAccount: RuleAccount?
  /// For each rule, what its steps say and check, if that is asked for.
  var accounts: [RuleAccount] = []
  /// The dropped clauses that have left something out, and the options that something hangs on.
  var leftOut: Set<String> = []
  /// The clauses that something stands at which is there.
  var inForce: Set<String> = []
  var consulted: Set<String> = []
  var initialFacts: [Fact] = []
  var initialKnowledge: [Term] = []
  var participants: [Participant] = []
  var sites: [SiteKey: Site] = [:]
  var pendingSites: [Site] = []

  // Built-in symbols
  var urlSymbol: SymbolID = 0
  var tupleSymbols: [Int: SymbolID] = [:]
  var recordSymbols: [String: SymbolID] = [:]
  var functionSymbols: [String: SymbolID] = [:]
  var pathSymbols: [String: SymbolID] = [:]
  var cookieNames: [String: SymbolID] = [:]
  var constants: [String: [SymbolID]] = [:]
  var attackerConstant: SymbolID = 0
  var attackerHosts: [SymbolID] = []
  var eventColumns: [String: [String]] = [:]
  var eventSorts: [String: [String: SortID]] = [:]
  /// The clauses that a marker names whose options are chosen.
  var carried: Set<String> = []
  /// What some marker names, and what some message leaks as.
  var markedClauses: Set<String> = []
  var leaked: Set<String> = []
  var usedEventColumns: [String: Set<String>] = [:]

  // The attacker of the scenario
  var capabilities: Set<String> = []
  var readLeaks: Set<String> = []
  var replacedLeaks: Set<String> = []

  struct Participant {
    var name: String
    var role: RoleDeclaration
    var parameter: Term
  }

  /// Requests with the same key wait in the same way, however the handler has come to send them.
  struct SiteKey: Hashable {
    struct Column: Hashable {
      var sort: SortID
      var isOptional: Bool
    }
    var file: Int
    var start: Int
    var participant: Int
    var to: Term
    var message: SymbolID?
    var caller: Caller
    var captured: [Column]
    var environment: [String: Value]
    var rows: [Row]
  }

  /// An `ask … answered` that waits, in one context.
  struct Site {
    var id: Int
    var participant: Int
    var method: SymbolID
    /// The URL, as far as it is known here; each variable is the same.
    var to: Term
    /// The record or tuple that is sent, if that is known here.
    var message: SymbolID?
    var request: PredicateID
    var waiting: PredicateID
    var answer: PredicateID
    var captured: [Register]
    var environment: [String: Value]
    var rows: [Row]
    var caller: Caller
    var pattern: [Expression]
    var block: [Statement]
    var handler: HandlerDeclaration
    var location: Location
  }

  init(
    model: Model, scenario: ScenarioDeclaration, drops: Set<String>, options: [String: String], sources: SourceSet, isHonestRun: Bool,
    keepsAccounts: Bool = false
  ) {
    self.model = model
    self.scenario = scenario
    self.drops = drops
    self.options = options
    self.sources = sources
    self.isHonestRun = isHonestRun
    blankAccount = keepsAccounts ? RuleAccount() : nil
  }

  func report(_ message: String, _ location: Location, _ help: String? = nil, severity: Diagnostic.Severity = .error) {
    if severity == .error { failures += 1 }
    // One thing is said once of one place, even if the help differs.
    guard reported.insert(Diagnostic(severity: severity, message: message, location: location)).inserted else { return }
    diagnostics.append(Diagnostic(severity: severity, message: message, location: location, help: help))
  }

  /// Does something whose errors, and what it says of clauses and options, are forgotten.
  func quietly<Result>(_ body: () -> Result) -> Result {
    let before = (diagnostics, reported, failures, leftOut, consulted)
    defer { (diagnostics, reported, failures, leftOut, consulted) = before }
    return body()
  }

  /// Counts a statement that is about to be run; false where there are too many.
  func enter(_ statement: Statement) -> Bool {
    work += 1
    guard work <= Instantiation.maximumWork else {
      if !isExhausted {
        report("there are too many ways through the model's handlers", statement.location, "use fewer `or`, `if` and `otherwise` one after the other")
      }
      isExhausted = true
      return false
    }
    guard nesting < Instantiation.maximumNesting else {
      report("more than \(Instantiation.maximumNesting) statements follow one another here", statement.location, "divide the handler into several steps")
      return false
    }
    nesting += 1
    return true
  }

  /// The builder of a way through a handler that an error is on, which is read on for more errors.
  func broken(_ builder: Builder, _ names: [String] = []) -> Builder {
    var copy = builder
    copy.isBroken = true
    for name in names { copy.environment[name] = .unknown }
    return copy
  }

  // MARK: The whole

  func run() -> TransitionSystem? {
    declareSorts()
    // A record without end could not be laid out.
    guard checkRecords() else { return nil }
    declareCast()
    declareSymbols()
    checkReferences()
    declareAttacker()
    declareEvents()
    runSetups()
    declareBudgets()
    for index in participants.indices { compileParticipant(index) }
    while let site = pendingSites.popLast() { compileSite(site) }
    let properties = isHonestRun ? [] : model.properties.map(compileProperty)
    let witnesses = model.witnesses.map(compileWitness)
    if model.witnesses.isEmpty {
      report(
        "the model `\(model.name)` declares no witness", scenario.location,
        "write `witness name \"…\" event E (…)`: a model whose honest run cannot finish would hold for nothing")
    }
    if !isHonestRun { sourceMap.threats = model.properties.map { ($0.name.location, compileThreat($0)) } }
    let openings = model.openings.map(compileOpening)
    guard !diagnostics.contains(where: { $0.severity == .error }) else { return nil }
    return TransitionSystem(
      title: scenario.title.text, signature: signature, predicates: predicates, budgets: budgets, rules: rules, openings: openings,
      properties: properties, witnesses: witnesses, initialFacts: initialFacts, initialKnowledge: initialKnowledge,
      parties: parties)
  }

  // MARK: Sorts and symbols

  func sort(_ name: SortName) -> SortID {
    if let known = signature.sort(named: name.name.text) { return known }
    report("there is no sort `\(name.name.text)`", name.name.location, suggestion(name.name.text, signature.allSortNames))
    return Signature.message
  }

  func addConstant(_ name: String, sort: SortID, isAttackers: Bool = false) -> SymbolID {
    let symbol = signature.addValue(name, to: sort, isAttackers: isAttackers)
    constants[name, default: []].append(symbol)
    return symbol
  }

  private func declareSorts() {
    for (name, values) in [("Method", ["GET", "POST"]), ("Scheme", ["https", "http"]), ("Status", ["302", "303", "307"]), ("Flag", ["yes", "no"])] {
      let sort = signature.addSort(name, values: [])
      for value in values { _ = addConstant(value, sort: sort) }
    }
    _ = signature.addSort("Host", values: [])
    _ = signature.addSort("CookieName", values: [])
    let host = signature.addSort("Host", values: [])
    let path = signature.addSort("Path", values: nil)
    let url = signature.addSort("URL", values: nil)
    let scheme = signature.addSort("Scheme", values: nil)
    urlSymbol = signature.addSymbol("url", arguments: [scheme, host, path], result: url, isTransparent: true, fields: ["scheme", "host", "path"])
    functionSymbols["url"] = urlSymbol
    constants["none"] = [Signature.none]
    for (name, isNames, values) in model.sorts {
      let sort = signature.addSort(name.text, values: isNames || !values.isEmpty ? [] : nil)
      for value in values { _ = addConstant(value.text, sort: sort) }
    }
    for function in model.functions { _ = signature.addSort(function.result.name.text, values: nil) }
    for record in model.records { _ = signature.addSort(record.name.text, values: nil) }
    for group in scenario.confusions {
      let known = group.compactMap { name -> SortID? in
        if let sort = signature.sort(named: name.text) { return sort }
        report("there is no sort `\(name.text)`", name.location, suggestion(name.text, signature.allSortNames))
        return nil
      }
      for sort in known.dropFirst() { signature.confuse(known[0], sort) }
    }
  }

  private func declareSymbols() {
    for function in model.functions {
      let arguments = function.parameters.map { sort($0.sort) }
      var unless: Int?
      if let name = function.unlessAttacker {
        unless = function.parameters.firstIndex { $0.name.text == name.text }
        if unless == nil { report("the function `\(function.name.text)` has no parameter `\(name.text)`", name.location) }
      }
      functionSymbols[function.name.text] = signature.addSymbol(
        function.name.text, arguments: arguments, result: sort(function.result), isPublic: !function.isPrivate, publicIfAttacker: unless)
    }
    for record in model.records {
      recordSymbols[record.name.text] = signature.addSymbol(
        record.name.text, arguments: record.fields.map { sort($0.sort) }, result: signature.sort(named: record.name.text) ?? 0, isTransparent: true,
        fields: record.fields.map(\.name.text))
    }
  }

  func tupleSymbol(_ count: Int) -> SymbolID {
    if let known = tupleSymbols[count] { return known }
    let sort = signature.addSort("Tuple\(count)", values: nil)
    let symbol = signature.addSymbol("tuple\(count)", arguments: Array(repeating: Signature.message, count: count), result: sort, isTransparent: true)
    tupleSymbols[count] = symbol
    return symbol
  }

  /// The path as a term; names in braces are evaluated, or bound where they are unknown and `binds` says so. nil after an error.
  func path(_ text: String, _ location: Location, _ builder: inout Builder, binds: Bool) -> Term? {
    let template = PathTemplate(text)
    let host = signature.sort(named: "Host") ?? 0
    var terms: [Term] = []
    for name in template.names {
      let expression = Expression(.name(name), at: location)
      guard let term = binds ? pattern(expression, &builder, expecting: host) : evaluate(expression, &builder, expecting: host) else { return nil }
      terms.append(term)
    }
    if let known = pathSymbols[template.text] { return .apply(known, terms) }
    let symbol = signature.addSymbol(
      template.text, arguments: terms.map { _ in host }, result: signature.sort(named: "Path") ?? 0, isTransparent: !terms.isEmpty)
    pathSymbols[template.text] = symbol
    return .apply(symbol, terms)
  }

  func url(_ scheme: String, _ host: Term, _ path: Term) -> Term {
    .apply(urlSymbol, [.constant(constants[scheme]?.first ?? 0), host, path])
  }

  func cookieName(_ name: String) -> Term {
    if let known = cookieNames[name] { return .constant(known) }
    let symbol = addConstant(name, sort: signature.sort(named: "CookieName") ?? 0)
    cookieNames[name] = symbol
    return .constant(symbol)
  }

  // MARK: Cast

  private func declareCast() {
    attackerConstant = signature.addSymbol("attacker", arguments: [], result: Signature.message, isAttackers: true)
    constants["attacker"] = [attackerConstant]
    var seen: Set<String> = []
    for member in scenario.cast {
      if !seen.insert(member.name.text).inserted { report("`\(member.name.text)` is cast twice", member.name.location) }
      switch member.kind {
      case .role(let role):
        let sort = role.text == "" ? nil : model.roles[role.text]?.parameter?.sort
        addParticipants(member.name, sort: sort?.name, roles: [role])
      case .person(let sort, let roles):
        addParticipants(member.name, sort: sort, roles: roles)
      case .attacker(let sorts, let hosts):
        for sort in sorts {
          guard let id = namesSort(sort) else { continue }
          _ = addConstant(member.name.text, sort: id, isAttackers: true)
        }
        for host in hosts {
          if !seen.insert(host.text).inserted { report("`\(host.text)` is cast twice", host.location) }
          let symbol = addConstant(host.text, sort: signature.sort(named: "Host") ?? 0, isAttackers: true)
          attackerHosts.append(symbol)
          attackerParameters[member.name.text, default: []].append(symbol)
        }
        attackerNames.insert(member.name.text)
      }
    }
  }
  var attackerNames: Set<String> = []
  var attackerParameters: [String: [SymbolID]] = [:]

  func namesSort(_ name: Name) -> SortID? {
    guard let id = signature.sort(named: name.text) else {
      report("there is no sort `\(name.text)`", name.location, suggestion(name.text, signature.allSortNames))
      return nil
    }
    guard signature.sorts[id].values != nil else {
      report("`\(name.text)` is not a sort of names", name.location, "declare it with `sort \(name.text) names`")
      return nil
    }
    return id
  }

  private func addParticipants(_ name: Name, sort: Name?, roles: [Name]) {
    guard let sort else {
      for role in roles { report("there is no role `\(role.text)`", role.location, suggestion(role.text, model.roles.keys)) }
      return
    }
    guard let id = namesSort(sort) else { return }
    let constant = addConstant(name.text, sort: id)
    for role in roles {
      guard let declaration = model.roles[role.text] else {
        report("there is no role `\(role.text)`", role.location, suggestion(role.text, model.roles.keys))
        continue
      }
      if let parameter = declaration.parameter, parameter.sort.name.text != sort.text {
        report("the role `\(role.text)` is played by a `\(parameter.sort.name.text)`, and `\(name.text)` is a `\(sort.text)`", name.location)
      }
      participants.append(Participant(name: name.text, role: declaration, parameter: .constant(constant)))
      let index = participants.count - 1
      for table in declaration.tables {
        addPredicate("\(role.text) \(name.text).\(table.name.text)", .table, table.columns.map { self.sort($0.sort) }, names: table.columns.map(\.name.text))
        tableColumns["\(index).\(table.name.text)"] = table.columns
      }
      for session in declaration.sessions {
        let key = session.cookie.map { self.sort($0.sort) } ?? signature.addSort("SessionID", values: nil)
        addPredicate(
          "\(role.text) \(name.text).\(session.name.text)", .session, [key] + session.columns.map { self.sort($0.sort) },
          names: [session.cookie?.name.text ?? "id"] + session.columns.map(\.name.text))
      }
    }
  }
  var tableColumns: [String: [Parameter]] = [:]

  @discardableResult func addPredicate(_ name: String, _ kind: Predicate.Kind, _ columns: [SortID], names: [String] = []) -> PredicateID {
    if let known = predicateIndex[name] { return known }
    predicates.append(Predicate(name: name, kind: kind, columns: columns, columnNames: names))
    predicateIndex[name] = predicates.count - 1
    return predicates.count - 1
  }

  func predicate(of participant: Int, table: String) -> PredicateID? {
    let owner = participants[participant]
    return predicateIndex["\(owner.role.name.text) \(owner.name).\(table)"]
  }

  // MARK: Attacker, events

  private func declareAttacker() {
    guard !isHonestRun else { return }
    initialKnowledge.append(.constant(attackerConstant))
    for name in scenario.attackers {
      guard let attacker = model.attackers[name.text] else {
        report("there is no attacker `\(name.text)`", name.location, suggestion(name.text, model.attackers.keys))
        continue
      }
      for item in attacker.items {
        switch item {
        case .may(let names):
          for capability in names {
            capabilities.insert(capability.text)
          }
        case .reads(let names): readLeaks.formUnion(names.map(\.text))
        case .replaces(let names):
          replacedLeaks.formUnion(names.map(\.text))
          readLeaks.formUnion(names.map(\.text))
        case .knows(let expression, let parameter, let isAttackers):
          var builder = Builder(name: "attacker \(name.text)", participant: nil, location: expression.location, account: blankAccount)
          if let parameter {
            guard let id = namesSort(parameter.sort.name) else { continue }
            for symbol in signature.sorts[id].values ?? [] where !isAttackers || signature.symbols[symbol].isAttackers {
              builder.environment[parameter.name.text] = .term(.constant(symbol))
              if let term = evaluate(expression, &builder, expecting: nil) { initialKnowledge.append(term) }
            }
          } else if let term = evaluate(expression, &builder, expecting: nil) {
            initialKnowledge.append(term)
          }
        }
      }
    }
  }

  /// Events are global: their columns are those of all `event` statements together, and only what a question reads is kept.
  private func declareEvents() {
    func use(_ pattern: EventPattern) {
      for column in pattern.columns { usedEventColumns[pattern.name.text, default: []].insert(column.column.text) }
      if usedEventColumns[pattern.name.text] == nil { usedEventColumns[pattern.name.text] = [] }
    }
    func use(_ condition: Condition?) {
      guard let condition else { return }
      switch condition.kind {
      case .and(let parts), .or(let parts): for part in parts { use(part) }
      case .not(let part): use(part)
      case .earlier(let pattern, _): use(pattern)
      default: break
      }
    }
    for property in model.properties where !isHonestRun {
      for event in property.events { use(event) }
      use(property.condition)
      use(property.conclusion)
      use(property.exception)
    }
    for witness in model.witnesses { use(witness.event) }
    func collect(_ statements: [Statement]) {
      for statement in statements {
        switch statement.kind {
        case .event(let name, let arguments):
          for argument in arguments where !(eventColumns[name.text, default: []].contains(argument.name.text)) {
            eventColumns[name.text, default: []].append(argument.name.text)
          }
          if eventColumns[name.text] == nil { eventColumns[name.text] = [] }
        case .find(_, _, _, _, let otherwise), .require(_, let otherwise): collect(otherwise ?? [])
        case .check(_, let then, let otherwise):
          collect(then)
          collect(otherwise)
        case .ask(_, _, let block): collect(block)
        default: break
        }
      }
    }
    for role in model.roleOrder { for handler in model.roles[role]?.handlers ?? [] { collect(handler.body) } }
  }

  func eventPredicate(_ name: String) -> (PredicateID, [String])? {
    guard let used = usedEventColumns[name], let columns = eventColumns[name] else { return nil }
    let kept = columns.filter(used.contains)
    let id = addPredicate("event \(name)", .event, Array(repeating: Signature.message, count: kept.count), names: kept)
    return (id, kept)
  }
}
