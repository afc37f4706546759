import ExactNumbers

/// Writes small random model files with a scenario each, the same for the same seed.
///
/// Half of them are protocols over an open network, half of browsers and servers. What is written need not compile: a name may be
/// used where its sort does not fit. Most of it does, and every run is bounded, since what inserts or makes something has a limit.
struct RandomModel {
  var random: SplitMix64
  var declarations: [Piece] = []
  var scenario: [Piece] = []
  var bounds: [String] = []

  struct Column {
    var name: String
    var sort: String
    var isOptional = false
    var text: String { "\(name): \(sort)\(isOptional ? "?" : "")" }
  }
  struct Table {
    var name: String
    var columns: [Column]
    var isSession = false
    var hasCookie = false
  }
  struct Function {
    var name: String
    var parameters: [String]
    var result: String
  }
  struct Role {
    var name: String
    var sort: String
    var tables: [Table] = []
    var procedures: [String] = []
    var players: [String] = []
  }

  var records: [Table] = []
  var functions: [Function] = []
  var events: [Table] = []
  var roles: [Role] = []
  var hasOption = false
  /// The columns of each event that some statement gives.
  var emitted: [String: Set<String>] = [:]
  /// The sort of the participants: `Agent`, or `Host` for servers.
  let isWeb: Bool
  private var names = 0

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    isWeb = random.next() % 5 < 2
  }

  mutating func chance(_ percent: UInt64) -> Bool { random.next() % 100 < percent }
  mutating func pick<T>(_ items: [T]) -> T { items[Int(random.next() % UInt64(items.count))] }
  mutating func number(_ range: ClosedRange<Int>) -> Int { range.lowerBound + Int(random.next() % UInt64(range.count)) }
  mutating func newName(_ stem: String) -> String {
    names += 1
    return "\(stem)\(names)"
  }

  // MARK: Vocabulary

  /// Sorts of fields and columns.
  private mutating func someSort() -> String { pick(["Nonce", "Nonce", "Nonce", "Token", "Agent", "Colour", "Message"]) }

  mutating func columns(_ count: ClosedRange<Int>, optional: UInt64 = 20) -> [Column] {
    (0..<number(count)).map { Column(name: "abc".map(String.init)[$0], sort: someSort(), isOptional: chance(optional)) }
  }

  private mutating func declareVocabulary() {
    declarations.append(.line("sort Agent names"))
    declarations.append(.line("sort Nonce, Token"))
    declarations.append(.line("sort Colour = red | green"))
    if chance(60) {
      functions.append(Function(name: "h", parameters: [pick(["Nonce", "Nonce", "Message"])], result: "Hash"))
      declarations.append(.line("function h(\(functions[functions.count - 1].parameters[0])) -> Hash"))
    }
    if chance(60) {
      functions.append(Function(name: "key_of", parameters: ["Agent"], result: "Key"))
      declarations.append(.line(chance(50) ? "function key_of(Agent) -> Key private" : "function key_of(a: Agent) -> Key private unless a is attacker"))
      functions.append(Function(name: "lock", parameters: ["Key", "Message"], result: "Locked"))
      declarations.append(.line("function lock(Key, Message) -> Locked"))
      if chance(85) { declarations.append(.line("open lock(key, body) with key gives body")) }
    }
    if chance(8) {
      functions.append(Function(name: "next", parameters: ["Nonce"], result: "Nonce"))
      declarations.append(.line("function next(Nonce) -> Nonce\(chance(50) ? "" : " private")"))
    }
    for name in ["Ping", "Pong"].prefix(number(1...2)) {
      records.append(Table(name: name, columns: columns(1...2)))
      declarations.append(.line("record \(name) { \(records[records.count - 1].columns.map(\.text).joined(separator: ", ")) }"))
    }
    for name in ["E", "F"] { events.append(Table(name: name, columns: columns(1...2, optional: 0))) }
    if chance(25) {
      hasOption = true
      declarations.append(.line("option mode: fast | safe"))
      scenario.append(.line("option mode: \(pick(["fast", "safe"]))"))
    }
    declarations.append(.line("capability peek \"does what it may not\""))
  }

  /// Behind a statement or a field, now and then: it may be left out.
  mutating func marker() -> String {
    guard chance(12) else { return "" }
    return hasOption && chance(40) ? " [mode: \(pick(["fast", "safe"]))]" : " [C-\(number(1...3))]"
  }

  // MARK: Roles

  private mutating func declareAttacker() {
    var items: [Piece] = []
    if functions.contains(where: { $0.name == "key_of" }) && chance(70) { items.append(.line("knows key_of(agent) for attacker agent: Agent")) }
    var abilities: [String] = []
    if isWeb {
      if chance(80) { abilities.append("request") }
      if chance(50) { abilities.append("serve") }
    }
    if chance(80) { abilities.append("peek") }
    // What has no bound does not start, and what does not start has no bound.
    let heads = declarations.flatMap(\.lines)
    bounds.removeAll { bound in
      guard bound.hasSuffix("attacker") else { return false }
      let limit = " limit " + bound.prefix { $0 != " " }
      let starters =
        bound.hasPrefix("requests") ? heads.filter { $0.hasPrefix("on ") && !$0.contains(" limit ") } : heads.filter { ($0 + " ").contains(limit + " ") }
      return !starters.contains { abilities.contains($0.hasPrefix("step") ? "peek" : "request") }
    }
    if !abilities.isEmpty { items.append(.line("may " + abilities.joined(separator: ", "))) }
    if chance(60) && declarations.flatMap(\.lines).contains(where: { $0.contains("drain") }) {
      items.append(.line("\(chance(70) ? "reads" : "replaces") drain"))
    }
    declarations.append(.block("attacker Foe \"an attacker\"", items))
    scenario.append(.line("attacker Foe"))
  }

  mutating func table(_ name: String) -> Table { Table(name: name, columns: columns(1...2)) }

  private mutating func declareSetup() {
    let owners = roles.filter { role in role.tables.contains { !$0.isSession } && !role.players.isEmpty }
    guard !owners.isEmpty && chance(60) else { return }
    let role = pick(owners)
    let table = pick(role.tables.filter { !$0.isSession })
    var body: [Piece] = []
    var scope = Scope(names: [("x", role.sort, false)])
    for column in table.columns where !column.isOptional && !["Agent", "Colour", "Host", "URL"].contains(column.sort) {
      let name = newName("s")
      let sort = column.sort == "Message" ? "Token" : column.sort
      body.append(.line("new \(name): \(sort)"))
      scope.names.append((name, sort, false))
    }
    guard let values = arguments(table.columns, scope) else { return }
    body.append(.line("insert x.\(table.name) (\(values))"))
    if chance(40) {
      scope.names.append(("y", role.sort, false))
      guard let more = arguments(table.columns, scope) else { return }
      body.append(.line("insert \(pick(["x", "y"])).\(table.name) (\(more))"))
    }
    declarations.append(.block("setup deal (x: \(role.name)) with (y: \(role.name))", body))
    scenario.append(.line("deal \(pick(role.players)) with \(pick(role.players + ["mallory"]))"))
  }

  mutating func generate() -> SmallModel {
    let head = Piece.line("model Test \"A random model\"")
    declareVocabulary()
    if isWeb { declareWeb() } else { declareNetwork() }
    declareAttacker()
    declareSetup()
    events = events.filter { emitted[$0.name] != nil }.map { event in
      Table(name: event.name, columns: event.columns.filter { emitted[event.name]?.contains($0.name) ?? false })
    }
    if events.isEmpty {
      events = [Table(name: "E", columns: [])]
      declarations.append(.block("extend role \(roles[0].name)", [.block("step begin \"it begins\" limit begin", [.line("event E ()")])]))
      bounds.append("begin 1 by \(roles[0].players[0])")
    }
    declareQuestions()
    // What nothing carries cannot be dropped.
    let marked = (1...3).map { "C-\($0)" }.filter { clause in declarations.flatMap(\.lines).contains { $0.contains(clause) } }
    if chance(60) && !marked.isEmpty { scenario.append(.list("drop", Array(marked.shuffled(using: &random).prefix(number(1...2))))) }
    if chance(8) { scenario.append(.line("confuse Nonce, Token")) }
    return SmallModel(
      model: [head] + declarations,
      scenario: [.line("scenario \"random\""), .line("model Test")] + scenario + [.list("bounds", bounds), .line("expect all hold")])
  }

  // MARK: Protocols over an open network

  private mutating func declareNetwork() {
    let count = number(1...2)
    for name in ["A", "B"].prefix(count) {
      var role = Role(name: name, sort: "Agent")
      for table in ["t", "u"].prefix(number(0...2)) { role.tables.append(self.table(table)) }
      if chance(35) { role.tables.append(Table(name: "Run", columns: columns(1...2), isSession: true)) }
      role.players = [["alice"], ["bob"]][name == "A" ? 0 : 1]
      roles.append(role)
    }
    for index in roles.indices { roles[index] = declared(roles[index], isAlone: count == 1) }
    scenario.append(.line("cast alice: Agent with A"))
    if count == 2 { scenario.append(.line("cast bob: Agent with B")) } else if chance(40) { addPlayer("bob", of: "A") }
    scenario.append(.line("cast mallory: attacker Agent"))
  }

  /// Casts one more, with bounds of its own like those of the first.
  private mutating func addPlayer(_ name: String, of role: String) {
    scenario.append(.line("cast \(name): Agent with \(role)"))
    let first = bounds.filter { $0.hasSuffix("by alice") }
    bounds += first.map { $0.replacing("by alice", with: "by \(name)") }
  }

  func tables(_ role: Role) -> [Piece] {
    role.tables.map { table in
      let columns = table.columns.map(\.text).joined(separator: ", ")
      if table.hasCookie { return .line("session \(table.name) keyed by cookie: Cookie { secure: yes } (\(columns))") }
      return .line("\(table.isSession ? "session" : "table") \(table.name) (\(columns))")
    }
  }

  private mutating func declared(_ declared: Role, isAlone: Bool) -> Role {
    var role = declared
    var handlers: [Piece] = []
    if chance(20) {
      role.procedures = ["note"]
      var scope = Scope(names: [("me", "Agent", false), ("given", "Message", false)], role: role, isProcedure: true)
      handlers.append(.block("procedure note (given)\(marker())", statements(number(1...2), &scope)))
    }
    for _ in 0..<number(isAlone ? 2...4 : 1...3) {
      var scope = Scope(names: [("me", "Agent", false)], role: role)
      let limit = newName("l")
      var parts: [Piece]
      let head: String
      switch number(0...9) {
      case 0...2:
        let parameter = chance(40) ? Column(name: newName("p"), sort: pick(["Agent", "Colour"])) : nil
        if let parameter { scope.names.append((parameter.name, parameter.sort, false)) }
        head = "step \(newName("act")) \"{me} acts\" limit \(limit)\(parameter.map { " (\($0.text))" } ?? "")"
        parts = statements(number(1...3), &scope)
      case 3 where chance(50):
        let parameter = Column(name: newName("p"), sort: someSort())
        scope.names.append((parameter.name, parameter.sort, false))
        head = "step \(newName("trick")) \"{me} is tricked\" by attacker needs peek limit \(limit) (\(parameter.text))"
        parts = statements(number(1...3), &scope)
        bounds.append("\(limit) \(chance(85) ? 1 : 2) by attacker")
        handlers.append(.block(head, parts))
        continue
      default:
        let message = messagePattern(&scope)
        let session = role.tables.first(where: \.isSession)
        if let session, chance(60) {
          let row = newName("run")
          scope.rows.append((row, session))
          head = "on message \(message) in \(row): Run limit \(limit)\(marker())"
        } else {
          head = "on message \(message) limit \(limit)\(marker())"
        }
        parts = statements(number(1...4), &scope)
      }
      bounds.append("\(limit) \(chance(75) ? 1 : 2) by \(role.players[0])")
      handlers.append(.block(head, parts))
    }
    // Some of it may stand in an extension.
    let later = handlers.count > 1 && chance(15) ? [handlers.removeLast()] : []
    declarations.append(.block("role \(role.name) of me: Agent", tables(role) + handlers))
    if !later.isEmpty { declarations.append(.block("extend role \(role.name)", later)) }
    return role
  }
}
