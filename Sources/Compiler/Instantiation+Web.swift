import Language
import Terms

extension Instantiation {
  /// Messages on a plain network in an honest run: delivered, since nobody else carries them.
  var networkPredicate: PredicateID? { addPredicate("network", .message, [Signature.message]) }

  func constant(_ name: String) -> Term { .constant(constants[name]?.first ?? Signature.none) }

  func addRule(_ builder: Builder, _ name: String) {
    var finished = builder
    guard !builder.isBroken else { return }
    finished.settleRows()
    // A request that an honest party merely answers can be repeated at will: it counts against no bound.
    if finished.isUncounted { finished.instructions.removeAll { if case .spend = $0 { true } else { false } } }
    let count = ruleNames[name, default: 0]
    ruleNames[name] = count + 1
    if finished.account?.cookies.isEmpty == false, let me = finished.participant {
      // Set by an answer that comes later.
      finished.account?.answer(RuleAccount.Message(.response, from: party(me), to: callerName(builder)))
    }
    let (rule, account) = finished.accounted(name: count == 0 ? name : "\(name) #\(count + 1)", sources: sources)
    rules.append(rule)
    // The honest run's rules are asked for no places of the text.
    if isHonestRun { return }
    if let account { accounts.append(account) }
    sourceMap.passages.append(Set(finished.passages))
    sourceMap.insertions.append(finished.insertions)
    sourceMap.handlers.append(texts(of: finished.handlers))
    sourceMap.isAttackers.append(
      finished.isAttackers
        || rule.instructions.contains {
          switch $0 {
          case .receive, .learn: true
          default: false
          }
        })
  }

  /// Where the handlers are, each once.
  private func texts(of handlers: [HandlerDeclaration]) -> [SourceText] {
    var texts: [SourceText] = []
    for handler in handlers {
      let file = sources.files[handler.location.file]
      let text = SourceText(
        file: file.name, first: file.lineAndColumn(of: handler.location.range.start).line, last: file.lineAndColumn(of: max(handler.end - 1, 0)).line)
      if !texts.contains(text) { texts.append(text) }
    }
    return texts
  }

  // MARK: What starts

  func compileParticipant(_ me: Int) {
    let participant = participants[me]
    for handler in participant.role.handlers where isActive(handler.marker) {
      var builder = Builder(name: "", participant: me, location: handler.location, account: blankAccount)
      builder.handler = handler
      builder.environment = roleEnvironment(me)
      builder.pass(handler)
      switch handler.trigger {
      case .step(let name, let text, let byAttacker, let needs, let parameters):
        step(me, handler, name, text, byAttacker, needs, parameters, builder)
      case .http(let method, let path, let parameters):
        if !isHonestRun && capabilities.contains("request") { requestByAttacker(me, handler, method, path, parameters, builder) }
      case .message(let pattern):
        receive(me, handler, pattern, builder)
      case .answered, .attach, .procedure: break
      }
    }
  }

  private func step(
    _ me: Int, _ handler: HandlerDeclaration, _ name: Name, _ text: Sentence?, _ byAttacker: Bool, _ needs: Name?, _ parameters: [Parameter], _ start: Builder
  ) {
    var builder = start
    if byAttacker && isHonestRun { return }
    builder.isAttackers = byAttacker
    if let needs {
      if !capabilities.contains(needs.text) { return }
    }
    if let limit = handler.limit {
      let actor = byAttacker ? "attacker" : participants[me].name
      guard let id = budget(limit.text, by: actor) else { return }
      builder.emit(.spend(id))
    }
    for parameter in parameters {
      let id = sort(parameter.sort)
      let term = newVariable(parameter.name.text, sort: id, isOptional: parameter.sort.isOptional, &builder)
      builder.environment[parameter.name.text] = .term(term)
      builder.account?.inputs.append(RuleAccount.Input(part: RuleAccount.Part(label: parameter.name.text, term: term), isAttackers: byAttacker))
      if byAttacker {
        builder.emit(.receive(term))
      } else if case .variable(let register) = term, signature.sorts[id].values != nil {
        builder.emit(.choose(register))
      } else {
        report("an honest participant chooses only among names: `\(parameter.sort.name.text)` has infinitely many values", parameter.name.location)
      }
    }
    narrate(text?.text ?? "{\(participants[me].role.parameter?.name.text ?? "")}: \(name.text)", &builder)
    builder.transmit(Transmission(.action, from: byAttacker ? attackerParty : me, to: me, name: name.text))
    builder.caller = .nobody
    run(handler.body[...], builder) { self.addRule($0, "\(self.participants[me].name) \(name.text)" + $0.name) }
  }

  /// The step's sentence, with `{name}` replaced by what it stands for.
  private func narrate(_ text: String, _ builder: inout Builder) {
    var rest = Substring(text)
    builder.narration.append(.line)
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      if open > rest.startIndex { builder.narration.append(.text(String(rest[..<open]))) }
      let name = String(rest[rest.index(after: open)..<close])
      if case .term(let term)? = builder.environment[name] { builder.narration.append(.term(term)) } else { builder.narration.append(.text(name)) }
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { builder.narration.append(.text(String(rest))) }
  }

  /// `on message`: the network is the attacker's, so what arrives is what it can derive.
  private func receive(_ me: Int, _ handler: HandlerDeclaration, _ pattern: Expression, _ start: Builder) {
    var builder = start
    if let limit = handler.limit {
      guard let id = budget(limit.text, by: participants[me].name) else { return }
      builder.emit(.spend(id))
    }
    guard let term = self.pattern(pattern, &builder, expecting: nil) else {
      // Wrong, or it can never be received: the rest is read for its errors.
      return inSession(handler, broken(builder, namesBound(by: pattern, builder))) { self.run(handler.body[...], $0) { _ in } }
    }
    if isHonestRun, let network = networkPredicate {
      builder.emit(.lookup(Fact(network, [term]), consumes: true))
    } else {
      builder.emit(.receive(term))
      builder.isAttackers = true
    }
    builder.narration += [.line, .term(participants[me].parameter), .text(" receives "), .term(term)]
    builder.transmit(Transmission(.message, from: isHonestRun ? nil : attackerParty, to: me, [term]))
    builder.account?.inputs.append(RuleAccount.Input(part: RuleAccount.Part(label: "message", term: term), isAttackers: !isHonestRun))
    var message = RuleAccount.Message(.network, from: "the attacker", to: participants[me].name)
    message.body = [RuleAccount.Part(label: "message", term: term)]
    builder.account?.messages.append(message)
    inSession(handler, builder) { inner in
      self.run(handler.body[...], inner) { self.addRule($0, "\(self.participants[me].name) receives at line \(self.line(handler))") }
    }
  }

  private func line(_ handler: HandlerDeclaration) -> Int {
    sources.files[handler.location.file].lineAndColumn(of: handler.location.range.start).line
  }

  // MARK: Requests

  /// The message that a handler's parameters stand for: the one parameter, or a tuple of them; `none` without any.
  func parameterTerm(_ parameters: [Parameter], _ builder: inout Builder) -> Term {
    let terms = parameters.map { parameter in
      let term = newVariable(parameter.name.text, sort: sort(parameter.sort), isOptional: parameter.sort.isOptional, &builder)
      builder.environment[parameter.name.text] = .term(term)
      return term
    }
    return terms.isEmpty ? constant("none") : terms.count == 1 ? terms[0] : .apply(tupleSymbol(terms.count), terms)
  }

  func scheme(_ handler: HandlerDeclaration) -> String {
    if case .http = handler.channel { "http" } else { "https" }
  }

  private func requestByAttacker(_ me: Int, _ handler: HandlerDeclaration, _ method: Name, _ path: Name, _ parameters: [Parameter], _ start: Builder) {
    if case .outOfBand = handler.channel { return }
    var builder = start
    let host = participants[me].name
    guard let id = handler.limit.map({ budget($0.text, by: "attacker") }) ?? budget("requests", by: "attacker", at: (host, path.text)) else { return }
    builder.emit(.spend(id))
    builder.isRequest = handler.limit == nil
    builder.caller = .attacker
    builder.isAttackers = true
    let message = parameterTerm(parameters, &builder)
    builder.emit(.receive(message))
    let sent = parts(of: message, parameters)
    builder.account?.inputs += sent.map { RuleAccount.Input(part: $0, isAttackers: true) }
    guard let endpointPath = self.path(path.text, path.location, &builder, binds: true) else { return }
    var certificateOfAttacker: Term?
    if case .mutual(let certificate) = handler.channel {
      guard let term = certificateTerm(certificate, &builder) else { return }
      builder.environment[certificate.text] = .term(term)
      certificateOfAttacker = term
    }
    let (shown, target) = (method.text == "ANY" ? "GET" : method.text, url(scheme(handler), participants[me].parameter, endpointPath))
    builder.narration += [.line, .text("the attacker sends \(shown) "), .term(target), .text(" with "), .term(message)]
    builder.transmit(Transmission(.request, from: attackerParty, to: me, method: constant(shown), url: target, [message]))
    var request = RuleAccount.Message(.request, from: "the attacker", to: party(me))
    request.method = constant(method.text == "POST" ? "POST" : "GET")
    request.url = target
    if method.text == "POST" { request.body = sent } else { request.query = sent }
    request.certificate = certificateOfAttacker
    builder.account?.messages.append(request)
    inSession(handler, builder) { inner in
      self.run(handler.body[...], inner) { self.addRule($0, "attacker \(method.text) \(host)\(path.text)" + $0.name) }
    }
  }

  /// The certificate of a connection that the attacker makes: of a private key that it holds.
  private func certificateTerm(_ name: Name, _ builder: inout Builder) -> Term? {
    guard let symbol = publicKeySymbol(name.location), let sort = signature.symbols[symbol].arguments.first else { return nil }
    let key = builder.newRegister("key", sort)
    builder.emit(.receive(key))
    builder.account?.inputs.append(RuleAccount.Input(part: RuleAccount.Part(label: "key of \(name.text)", term: key), isAttackers: true))
    return .apply(symbol, [key])
  }

  func publicKeySymbol(_ location: Location) -> SymbolID? {
    if let symbol = functionSymbols["public"], signature.symbols[symbol].arguments.count == 1 { return symbol }
    report("`over mutual` needs a function `public` from private to public keys", location, "write `uses Crypto`")
    return nil
  }

  /// Brings the session of `in flow: Flow` into scope: the one whose cookie came along with the request.
  func inSession(_ handler: HandlerDeclaration, _ builder: Builder, then: (Builder) -> Void) {
    guard let parameter = handler.session, let me = builder.participant else { return then(builder) }
    let name = parameter.sort.name
    guard let session = participants[me].role.sessions.first(where: { $0.name.text == name.text }), let predicate = predicate(of: me, table: name.text) else {
      report("there is no session `\(name.text)`", name.location, suggestion(name.text, participants[me].role.sessions.map(\.name.text)))
      return then(broken(builder, [parameter.name.text]))
    }
    func find(_ key: Term, _ builder: Builder) {
      var inner = builder
      var values = [key]
      for (column, sort) in zip(session.columns, predicates[predicate].columns.dropFirst()) {
        values.append(newVariable(column.name.text, sort: sort, isOptional: column.sort.isOptional, &inner))
      }
      inner.rows.append(
        Row(
          predicate: predicate, columns: [session.cookie?.name.text ?? "id"] + session.columns.map(\.name.text), values: values,
          lookup: inner.instructions.count))
      inner.emit(.lookup(Fact(predicate, values), consumes: false))
      inner.account?.checks.append(
        RuleAccount.Check(
          kind: .session, by: party(me), text: "in \(parameter.name.text): \(name.text)",
          parts: zip(inner.rows[inner.rows.count - 1].columns, values).map { RuleAccount.Part(label: $0, term: $1) }, clauses: [], location: name.location))
      inner.environment[parameter.name.text] = .row(inner.rows.count - 1)
      then(inner)
    }
    var inner = builder
    let key = inner.newRegister(session.cookie?.name.text ?? "id", predicates[predicate].columns[0])
    guard session.cookie != nil else { return find(key, inner) }
    switch builder.caller {
    case .attacker:
      inner.emit(.receive(key))
      inner.narration += [.text(", cookie "), .term(key)]
      let cookie = RuleAccount.Part(label: name.text, term: key)
      inner.account?.attach(cookie)
      inner.account?.inputs.append(RuleAccount.Input(part: RuleAccount.Part(label: "cookie \(name.text)", term: key), isAttackers: true))
      find(key, inner)
    case .visitor(let visitor, let after):
      inner.account?.attach(RuleAccount.Part(label: name.text, term: key))
      attachCookie(session, key, visitor, after, inner) { find(key, $0) }
    case .site, .nobody:
      return  // Servers send no cookies.
    }
  }

  func attribute(_ name: Name, of fields: [Parameter]) -> Parameter? {
    if let field = fields.first(where: { $0.name.text == name.text }) { return field }
    report("cookies have no attribute `\(name.text)`", name.location, suggestion(name.text, fields.map(\.name.text)))
    return nil
  }

  private func attributes(_ session: SessionDeclaration, _ builder: inout Builder) -> [String: Term] {
    guard let record = model.records.first(where: { $0.name.text == "CookieAttributes" }) else {
      report("a session keyed by a cookie needs the record `CookieAttributes`", session.name.location, "write `uses Web`")
      return [:]
    }
    var values: [String: Term] = [:]
    for argument in session.attributes {
      guard let field = attribute(argument.name, of: record.fields) else {
        builder.isBroken = true
        continue
      }
      values[argument.name.text] = fieldValue(argument, sort(field.sort), isOptional: false, &builder, binds: false, of: session.name)
    }
    return values
  }

  private func attachCookie(_ session: SessionDeclaration, _ key: Term, _ visitor: Int, _ after: [String: Term], _ builder: Builder, then: (Builder) -> Void) {
    guard let me = builder.participant else { return }
    for handler in participants[visitor].role.handlers where isActive(handler.marker) {
      guard case .attach(let parameters, let context) = handler.trigger else { continue }
      var inner = builder
      inner.pass(handler)
      var known = attributes(session, &inner)
      known["host"] = participants[me].parameter
      known["name"] = cookieName(session.name.text)
      known["value"] = key
      inside(visitor, parameters, known, context, after, handler.body, inner, then: then)
    }
  }

  /// What `after (…)` can name.
  private static let partsOfRequest = ["method", "to", "query", "body", "site"]

  /// Runs a block of another participant, with the given names, and comes back.
  private func inside(
    _ participant: Int, _ parameters: [Name], _ values: [String: Term], _ context: [Name], _ after: [String: Term], _ body: [Statement], _ builder: Builder,
    then: (Builder) -> Void
  ) {
    var inner = builder
    inner.participant = participant
    inner.environment = roleEnvironment(participant)
    for name in parameters {
      guard let term = values[name.text] else {
        report("`\(name.text)` is not known here", name.location, suggestion(name.text, values.keys))
        return
      }
      inner.environment[name.text] = .term(term)
    }
    for name in context {
      if let term = after[name.text] {
        inner.environment[name.text] = .term(term)
      } else {
        report("`\(name.text)` is not known of a request", name.location, suggestion(name.text, Instantiation.partsOfRequest))
        return
      }
    }
    inner.caller = .nobody
    (inner.hasEnded, inner.hasAsked) = (false, false)
    run(body[...], inner) { finished in
      var back = finished
      (back.hasEnded, back.hasAsked) = (builder.hasEnded, builder.hasAsked)
      back.participant = builder.participant
      back.environment = builder.environment
      back.caller = builder.caller
      then(back)
    }
  }

  func setCookie(_ session: SessionDeclaration, _ key: Term, _ builder: inout Builder) -> Bool {
    builder.account?.cookies.append(RuleAccount.Part(label: session.name.text, term: key))
    switch builder.caller {
    case .attacker:
      builder.emit(.learn(key))
      return true
    case .visitor(let visitor, let after):
      guard let me = builder.participant, let record = model.records.first(where: { $0.name.text == "CookieAttributes" }),
        let symbol = recordSymbols[record.name.text]
      else { return false }
      let values = attributes(session, &builder)
      let terms = record.fields.map { values[$0.name.text] ?? constant("no") }
      let known: [String: Term] = [
        "host": participants[me].parameter, "name": cookieName(session.name.text), "value": key, "attributes": .apply(symbol, terms),
      ]
      return deliver("cookie", known, visitor, after, &builder)
    case .site, .nobody: return true
    }
  }

  /// Lets the visitor react to an answer; it must do so in one way.
  private func deliver(_ kind: String, _ values: [String: Term], _ visitor: Int, _ after: [String: Term], _ builder: inout Builder) -> Bool {
    var results: [Builder] = []
    for handler in participants[visitor].role.handlers where isActive(handler.marker) {
      guard case .answered(let name, let parameters, let context) = handler.trigger, name.text == kind else { continue }
      let known = failures
      builder.pass(handler)
      inside(visitor, parameters, values, context, after, handler.body, builder) { results.append($0) }
      guard results.count == 1 else {
        guard failures == known else { return false }
        report("what a `\(participants[visitor].role.name.text)` does with a \(kind) must be one thing", name.location)
        return false
      }
      builder = results[0]
    }
    return true
  }

  // MARK: Answers

  /// Answers who asked; false where that is wrong, or can never be.
  func answer(_ statement: Statement, _ next: inout Builder) -> Bool {
    guard let me = next.participant else { return false }
    let host = participants[me].parameter
    var kind = "data"
    var values: [String: Term] = [:]
    var learned: [Term] = []
    switch statement.kind {
    case .redirect(let status, let to, let message, let fragment, let leaks):
      let statusTerm = evaluate(status, &next, expecting: signature.sort(named: "Status"))
      let toTerm = evaluate(to, &next, expecting: signature.sort(named: "URL"))
      let queryTerm = message.map { evaluate($0, &next, expecting: nil) } ?? constant("none")
      let fragmentTerm = fragment.map { evaluate($0, &next, expecting: nil) } ?? constant("none")
      guard let status = statusTerm, let to = toTerm, let query = queryTerm, let fragment = fragmentTerm else { return false }
      leak(leaks, query, &next)
      if fragment != constant("none") { leak(leaks, fragment, &next) }
      kind = "redirect"
      values = ["status": status, "to": to, "query": query, "fragment": fragment]
      learned = [to, query, fragment]
      next.narration += [.line, .term(host), .text(" answers with a redirect ("), .term(status), .text(") to "), .term(to), .text(" with "), .term(query)]
      if fragment != constant("none") { next.narration += [.text(" fragment "), .term(fragment)] }
    case .form(let content, _, let path, let headers):
      let headersTerm = headers.map { evaluate($0, &next, expecting: nil) } ?? constant("none")
      guard let content = evaluate(content, &next, expecting: nil), let headers = headersTerm,
        let path = self.path(path.text, path.location, &next, binds: false)
      else { return false }
      kind = "form"
      values = ["to": url("https", host, path), "content": content, "headers": headers]
      learned = [content, headers]
      next.narration += [.line, .term(host), .text(" answers with a log-in form")]
    case .respond(let message, let headers, let leaks):
      let headersTerm = headers.map { evaluate($0, &next, expecting: nil) } ?? constant("none")
      guard let term = evaluate(message, &next, expecting: nil), let headers = headersTerm else { return false }
      leak(leaks, term, &next)
      // Where headers are given, what is answered is a page.
      kind = statement.isPage ? "page" : "data"
      values = ["content": term, "headers": headers]
      learned = [term, headers]
      next.narration += [.line, .term(host), .text(" answers "), .term(term)]
    default: return false
    }
    let receiver = receiver(of: next)
    next.transmit(
      Transmission(
        Transmission.Kind(rawValue: kind) ?? .data, from: me, to: receiver.party, through: receiver.channel, url: kind == "redirect" ? values["to"] : nil,
        status: values["status"], [values["query"], values["fragment"], values["content"]].compactMap { $0 },
        headers: values["headers"]))
    let caller = callerName(next)
    next.account?.answer(response(kind, values, from: me, to: caller))
    switch next.caller {
    case .attacker: for term in learned where term != constant("none") { next.emit(.learn(term)) }
    case .visitor(let visitor, let after): guard deliver(kind, values, visitor, after, &next) else { return false }
    case .site(let id, let captured):
      guard kind == "data" || kind == "page", let site = sites.values.first(where: { $0.id == id }), let content = values["content"] else { return false }
      next.emit(.insert(Fact(site.answer, [content] + captured)))
    case .nobody:
      report("there is nobody to answer", statement.location)
      return false
    }
    return true
  }

  // MARK: Visits: the answer is there at once

  func visit(_ call: Call, _ builder: Builder, _ location: Location, then: (Builder) -> Void) {
    guard let me = builder.participant else { return }
    var start = builder
    func part(_ expression: Expression?, _ sort: String?) -> Term? {
      guard let expression else { return constant("none") }
      return evaluate(expression, &start, expecting: sort.flatMap { signature.sort(named: $0) })
    }
    let known = failures
    let parts = [
      part(call.method, "Method"), part(call.url, "URL"), part(call.query, nil), part(call.body ?? call.message, nil), part(call.site, "Site"),
      part(call.fragment, nil),
    ]
    guard let method = parts[0], let to = parts[1], let query = parts[2], let body = parts[3], let site = parts[4], let fragment = parts[5] else {
      if failures > known { then(broken(builder)) }
      return
    }
    let after: [String: Term] = ["method": method, "to": to, "url": to, "query": query, "body": body, "site": site, "fragment": fragment, "carried": fragment]
    for server in participants.indices where participants[server].role.isHost {
      for handler in participants[server].role.handlers where isActive(handler.marker) {
        guard case .http(let name, let path, let parameters) = handler.trigger else { continue }
        switch handler.channel {
        case .mutual, .outOfBand: continue
        case .http where capabilities.contains("network"): continue
        default: break
        }
        var inner = start
        inner.participant = server
        inner.environment = roleEnvironment(server)
        guard let endpointPath = self.path(path.text, path.location, &inner, binds: true),
          name.text == "ANY" || inner.unify(method, constant(name.text), signature),
          inner.unify(to, url(scheme(handler), participants[server].parameter, endpointPath), signature)
        else { continue }
        inner.caller = .visitor(me, after: after)
        inner.handler = handler
        inner.pass(handler)
        let message = parameterTerm(parameters, &inner)
        guard inner.unify(name.text == "POST" ? body : query, message, signature) else { continue }
        inner.narration += [.text(": "), .term(method), .text(" "), .term(to), .text(" with "), .term(message)] + narration(ofFragment: fragment)
        inner.transmit(Transmission(.request, from: me, to: server, method: method, url: to, [message, fragment]))
        var request = browserRequest(me, after, to: party(server))
        let received = self.parts(of: message, parameters)
        if name.text == "POST" { request.body = received } else { request.query = received }
        inner.account?.messages.append(request)
        leak(handler.leaks, message, &inner)
        inSession(handler, inner) { ready in
          self.run(handler.body[...], ready) { finished in
            var back = finished
            back.participant = builder.participant
            back.environment = builder.environment
            back.caller = builder.caller
            back.handler = builder.handler
            (back.hasEnded, back.hasAsked) = (builder.hasEnded, builder.hasAsked)
            back.name += " to \(self.participants[server].name)\(path.text)"
            then(back)
          }
        }
      }
    }
    // What the attacker sends to itself teaches it nothing.
    if case .step(_, _, true, _, _)? = builder.handler?.trigger { return }
    for target in attackerTargets {
      var inner = start
      guard let targetURL = url(of: target, &inner), inner.unify(to, targetURL, signature) else { continue }
      inner.narration +=
        [.text(": "), .term(method), .text(" "), .term(to), .text(" with "), .term(query), .text(" "), .term(body)] + narration(ofFragment: fragment)
      inner.transmit(Transmission(.request, from: me, to: attackerParty, method: method, url: to, [query, body, fragment]))
      inner.account?.messages.append(browserRequest(me, after, to: nil))
      // The fragment is not sent, but the page that is answered can read it.
      for term in [to, query, body, fragment] { inner.emit(.learn(term)) }
      inner.name += " to \(name(of: target))"
      then(inner)
    }
  }

  private func narration(ofFragment fragment: Term) -> [Narration] {
    fragment == constant("none") ? [] : [.text(" fragment "), .term(fragment)]
  }

  /// Where requests reach the attacker: at its hosts, and all plain http for one who owns the network.
  enum AttackerTarget {
    case host(SymbolID)
    case network
  }

  private var attackerTargets: [AttackerTarget] {
    if isHonestRun { return [] }
    return attackerHosts.map(AttackerTarget.host) + (capabilities.contains("network") ? [.network] : [])
  }

  /// Where requests of other servers reach the attacker: only one who may `serve` answers those.
  var attackerServers: [AttackerTarget] {
    attackerTargets.filter { if case .host = $0 { capabilities.contains("serve") } else { true } }
  }

  func name(of target: AttackerTarget) -> String {
    switch target {
    case .host(let host): signature.symbols[host].name
    case .network: "network"
    }
  }

  /// The URLs of a target, with registers of their own.
  func url(of target: AttackerTarget, _ builder: inout Builder) -> Term? {
    guard let pathSort = signature.sort(named: "Path"), let hostSort = signature.sort(named: "Host"), let schemeSort = signature.sort(named: "Scheme") else {
      return nil
    }
    switch target {
    case .host(let host): return .apply(urlSymbol, [builder.newRegister("scheme", schemeSort), .constant(host), builder.newRegister("path", pathSort)])
    case .network:
      let host = builder.newRegister("host", hostSort)
      builder.emit(.honest(host))
      return url("http", host, builder.newRegister("path", pathSort))
    }
  }
}
