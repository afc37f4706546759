extension RandomModel {
  /// A browser, and one or two servers: requests, sessions kept by cookies, redirects, asks and leaks.
  mutating func declareWeb() {
    declarations += [
      .line("sort Cookie"), .line("sort Site = same | cross"), .line("record CookieAttributes { secure: Flag }"),
    ]
    records = [Table(name: "Ping", columns: columns(1...2)), Table(name: "Pong", columns: columns(1...2))]
    declarations.removeAll { $0.text.hasPrefix("record P") }
    declarations += records.map { .line("record \($0.name) { \($0.columns.map(\.text).joined(separator: ", ")) }") }
    let count = chance(35) ? 1 : 2
    let isAsking = count == 2 && chance(85)
    for (index, name) in ["S", "T"].prefix(count).enumerated() {
      var role = Role(name: name, sort: "Host")
      if chance(60) { role.tables.append(table("t")) }
      if index == 0 && chance(45) { role.tables.append(Table(name: "Flow", columns: columns(1...1), isSession: true, hasCookie: true)) }
      role.players = [["shop"], ["bank"]][index]
      roles.append(role)
    }
    for index in roles.indices { declareServer(roles[index], asks: isAsking && index == 0) }
    if isAsking {
      declarations.append(.block("setup link (x: S) to (y: T)", [.line("insert x.peers (peer: https://y/p)")]))
      scenario.append(.line(chance(80) ? "link shop to bank" : "link shop to mallory"))
    }
    declareBrowser()
    scenario.append(.line("cast alice: Agent with Browser"))
    scenario.append(.line("cast shop: S"))
    if count == 2 { scenario.append(.line("cast bank: T")) }
    scenario.append(.line("cast mallory: attacker Agent at evil"))
  }

  private mutating func declareBrowser() {
    var browser = Role(name: "Browser", sort: "Agent")
    browser.players = ["alice"]
    var handlers: [Piece] = [
      .line("table cookies (host: Host, name: CookieName, value: Cookie, secure: Flag)"), .line("table pending (to: URL, query: Message)"),
    ]
    for method in ["GET", "POST"].prefix(number(1...2)) {
      var scope = Scope(names: [("me", "Agent", false)], role: browser)
      var body: [Piece] = []
      if chance(40) {
        scope.names.append(("wish", "Nonce", false))
        body.append(.line("new wish: Nonce"))
      }
      if chance(40), let event = event(scope) { body.append(event) }
      let record = pick(records)
      guard let message = value(record.name, scope) else { continue }
      body.append(.line("visit \(method) https://server/p \(method == "GET" ? "query" : "body") \(message) site same"))
      let limit = newName("l")
      bounds.append("\(limit) \(chance(85) ? 1 : 2) by alice")
      handlers.append(.block("step \(newName("go")) \"{me} visits {server}\" limit \(limit) (server: Host)", body))
    }
    handlers += [
      .block("step follow \"{me}'s browser follows\"", [.line("take pending (to as to, query as query)"), .line("visit GET to query query site cross")]),
      .block("answered redirect (status, to, query)", [.line("insert pending (to: to, query: query)")]),
      .block("answered cookie (host, name, value, attributes)", [.line("insert cookies (host: host, name: name, value: value, secure: attributes.secure)")]),
      .block(
        "attach cookie (host, name, value, secure) after (method, site)",
        [.line("find cookies (host == host, name == name, value == value, secure == secure)"), .line("require site == same\(marker())")]),
    ]
    var scope = Scope(names: [("me", "Agent", false), ("content", "Message", false)], role: browser)
    if chance(50) { handlers.append(.block("answered data (content)", statements(1, &scope))) }
    if chance(40) {
      bounds.append("lure 1 by attacker")
      handlers.append(
        .block(
          "step forced \"{me} is sent on\" by attacker needs peek limit lure (to: URL, query: Message)", [.line("visit GET to query query site cross")]))
    }
    declarations.append(.block("role Browser of me: Agent", handlers))
  }

  private mutating func declareServer(_ role: Role, asks: Bool) {
    var handlers: [Piece] = []
    let cookie = role.tables.first(where: \.hasCookie)
    let paths = ["/p", "/q"].prefix(number(1...2))
    for (index, path) in paths.enumerated() {
      let record = pick(records)
      var scope = Scope(names: [("me", "Host", false)], role: role)
      scope.isRequest = true
      for column in record.columns where !column.isOptional { scope.names.append(("r.\(column.name)", column.sort, false)) }
      for column in record.columns where column.isOptional { scope.names.append(("r.\(column.name)", column.sort, true)) }
      var head = "on \(pick(["GET", "GET", "POST", "ANY"])) \(path) (r: \(record.name))"
      if let cookie, index == 1 || (paths.count == 1 && chance(30)) {
        let flow = newName("flow")
        head += " in \(flow): Flow"
        scope.rows.append((flow, cookie))
      }
      if chance(30) {
        let limit = newName("l")
        head += " limit \(limit)"
        bounds.append("\(limit) \(chance(85) ? 1 : 2) by attacker")
      }
      if chance(25) { head += " leaks drain" }
      var body = statements(number(1...3), &scope)
      if let cookie, index == 0, let values = arguments(cookie.columns, scope) { body.append(.line("new fresh: Flow (\(values))")) }
      body += answer(scope, asks: asks, mayRedirect: index == 0 && paths.count == 2)
      handlers.append(.block(head + marker(), body))
    }
    let tables = tables(role) + (asks ? [.line("table peers (peer: URL)")] : [])
    declarations.append(.block("role \(role.name) at me: Host", tables + handlers))
    if !bounds.contains(where: { $0.hasPrefix("requests") }) { bounds.append("requests 1 per endpoint by attacker") }
  }

  /// From the second path nothing is redirected: a browser that is sent in a circle would run for ever.
  private mutating func answer(_ scope: Scope, asks: Bool, mayRedirect: Bool) -> [Piece] {
    if asks && chance(75), let message = value("Ping", scope) {
      var inner = scope
      let pong = newName("a")
      for column in records[1].columns { inner.names.append(("\(pong).\(column.name)", column.sort, column.isOptional)) }
      var block = statements(number(1...2), &inner)
      if chance(50), let message = value("Pong", inner) { block.append(.line("respond \(message)")) }
      return [
        .line("find peers (peer as peer)"),
        .block("ask \(pick(["POST", "GET"])) peer \(message) answered (\(pong): Pong)", block),
      ]
    }
    if mayRedirect && chance(50), let message = value(pick(["Ping", "Pong"]), scope) {
      return [.line("redirect 303 to https://me/q with \(message)\(chance(30) ? " leaks drain" : "")")]
    }
    guard chance(85), let message = value(pick(["Pong", "Pong", "Nonce", "Message"]), scope) else { return [] }
    return [.line("respond \(message)\(chance(25) ? " leaks drain" : "")")]
  }
}
