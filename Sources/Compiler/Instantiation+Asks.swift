import Language
import Terms

/// Requests to another server whose answer is a later step.
extension Instantiation {
  func ask(_ call: Call, _ pattern: [Expression], _ block: [Statement], _ builder: inout Builder, _ location: Location) -> Bool {
    guard let me = builder.participant, let handler = builder.handler else { return false }
    let methodTerm = evaluate(call.method, &builder, expecting: signature.sort(named: "Method"))
    let toTerm = evaluate(call.url, &builder, expecting: signature.sort(named: "URL"))
    let messageTerm = (call.message ?? call.body ?? call.query).map { evaluate($0, &builder, expecting: nil) } ?? constant("none")
    guard let method = methodTerm, let to = toTerm, let message = messageTerm else { return false }
    guard case .apply(let methodSymbol, _) = builder.resolve(method) else {
      report("the method of an `ask` is `GET` or `POST`", call.method.location)
      return false
    }
    var certificate = constant("none")
    if let key = call.clientKey {
      guard let symbol = publicKeySymbol(key.location), let term = evaluate(key, &builder, expecting: signature.symbols[symbol].arguments.first) else {
        return false
      }
      certificate = .apply(symbol, [term])
    }
    builder.narration += [
      .line, .term(participants[me].parameter), .text(" asks "), .term(method), .text(" "), .term(to), .text(" with "), .term(message),
    ]
    var request = RuleAccount.Message(.request, from: party(me), to: nil)
    (request.method, request.url) = (method, to)
    if builder.resolve(method) == constant("POST") { request.body = parts(of: message, []) } else { request.query = parts(of: message, []) }
    if certificate != constant("none") { request.certificate = certificate }
    builder.account?.messages.append(request)
    let captured = capture(block, &builder)
    let caller = capturedCaller(builder)
    let shape = builder.resolve(to).map { _ in .variable(0) }
    let sent: SymbolID? = if case .apply(let symbol, _) = builder.resolve(message) { symbol } else { nil }
    let key = SiteKey(
      file: location.file, start: location.range.start, participant: me, to: shape, message: sent, caller: caller,
      captured: captured.registers.map { SiteKey.Column(sort: $0.sort, isOptional: $0.isOptional) }, environment: captured.environment, rows: captured.rows)
    let site: Site
    if let known = sites[key] {
      site = known
    } else {
      let id = sites.count
      guard waiting(behind: builder.caller) < Instantiation.maximumWaiting else {
        report(
          "more than \(Instantiation.maximumWaiting) requests wait for one another's answers: answering this one takes another one, and so on", location,
          "ask a URL of a host that answers by itself")
        return false
      }
      let columns = captured.registers.map(\.sort)
      let name = "\(participants[me].name) line \(sources.files[location.file].lineAndColumn(of: location.range.start).line) (\(id))"
      let url = signature.sort(named: "URL") ?? 0
      site = Site(
        id: id, participant: me, method: methodSymbol, to: shape, message: sent,
        request: addPredicate("request of \(name)", .message, [url, Signature.message, Signature.message] + columns),
        waiting: addPredicate("waiting of \(name)", .message, columns), answer: addPredicate("answer to \(name)", .message, [Signature.message] + columns),
        captured: captured.registers, environment: captured.environment, rows: captured.rows, caller: caller, pattern: pattern, block: block,
        handler: handler, location: location)
      sites[key] = site
      pendingSites.append(site)
    }
    builder.emit(.insert(Fact(site.request, [to, message, certificate] + captured.terms.map(builder.resolve))))
    builder.transmit(Transmission(.request, from: me, to: nil, through: site.request, method: method, url: to, [message]))
    return true
  }

  /// How many requests wait for the one that is being handled.
  private func waiting(behind caller: Caller) -> Int {
    guard case .site(let id, _) = caller, let site = sites.values.first(where: { $0.id == id }) else { return 0 }
    return 1 + waiting(behind: site.caller)
  }

  private func capturedCaller(_ builder: Builder) -> Caller {
    switch builder.caller {
    // What is no constant and has to be known when the late answer comes travels with the request: see `capture`.
    case .visitor(let visitor, let after): .visitor(visitor, after: after.mapValues(builder.resolve).filter { $0.value.isGround })
    case .attacker: .attacker
    case .site(let id, _): .site(id, captured: [])
    case .nobody: .nobody
    }
  }

  /// What the `answered` block needs of the handler's names, as columns of the waiting request.
  private func capture(_ block: [Statement], _ builder: inout Builder) -> (registers: [Register], terms: [Term], environment: [String: Value], rows: [Row]) {
    guard let me = builder.participant else { return ([], [], [:], []) }
    let used = namesUsed(in: block, of: participants[me].role, isActive: isActive)
    builder.settleRows()
    var numbers: [Int: Int] = [:]
    var registers: [Register] = []
    var terms: [Term] = []
    func keep(_ term: Term) -> Term {
      builder.resolve(term).map { register in
        if let known = numbers[register] { return .variable(known) }
        numbers[register] = registers.count
        registers.append(builder.registers[register])
        terms.append(.variable(register))
        return .variable(registers.count - 1)
      }
    }
    var environment: [String: Value] = [:]
    var rows: [Row] = []
    for (name, value) in builder.environment.sorted(by: { $0.key < $1.key }) where used[name] != nil {
      switch value {
      case .term(let term): environment[name] = .term(keep(term))
      case .unknown: environment[name] = value
      case .row(let index):
        var row = builder.rows[index]
        let isSession = predicates[row.predicate].kind == .session && !row.isRemoved
        if isSession {
          row.values = [keep(row.values[0])]
        } else {
          let columns = used[name] ?? []
          row.values = zip(row.columns, row.values).map { columns.contains($0) ? keep($1) : .constant(Signature.none) }
        }
        row.isDetached = true
        row.isChanged = false
        row.isNew = false
        row.lookup = nil
        environment[name] = .row(rows.count)
        rows.append(row)
      }
    }
    if case .site(_, let captured) = builder.caller {
      for (index, term) in captured.enumerated() { environment["\u{1}caller\(index)"] = .term(keep(term)) }
    }
    if case .visitor(let visitor, let after) = builder.caller, let me = builder.participant {
      for name in namesKnownLater(to: visitor, of: answers(in: block, of: participants[me].role)).sorted() {
        if let term = after[name].map(builder.resolve), !term.isGround { environment["\u{1}after \(name)"] = .term(keep(term)) }
      }
    }
    return (registers, terms, environment, rows)
  }

  /// The kinds of answers that the statements can give to a browser.
  private func answers(in statements: [Statement], of role: RoleDeclaration, _ open: Set<String> = []) -> Set<String> {
    var kinds: Set<String> = []
    for statement in statements where isActive(statement.marker) {
      switch statement.kind {
      case .redirect: kinds.insert("redirect")
      case .form: kinds.insert("form")
      case .respond: kinds.insert(statement.isPage ? "page" : "data")
      case .newSession: kinds.insert("cookie")
      case .find(_, _, _, _, let otherwise), .require(_, let otherwise): kinds.formUnion(answers(in: otherwise ?? [], of: role, open))
      case .check(_, let first, let second): kinds.formUnion(answers(in: first + second, of: role, open))
      case .ask(_, _, let block): kinds.formUnion(answers(in: block, of: role, open))
      case .call(let name, _) where !open.contains(name.text):
        for handler in role.handlers {
          if case .procedure(let known, _) = handler.trigger, known.text == name.text, isActive(handler.marker) {
            kinds.formUnion(answers(in: handler.body, of: role, open.union([name.text])))
          }
        }
      default: break
      }
    }
    return kinds
  }

  /// What a browser has to know of its request when such an answer comes.
  private func namesKnownLater(to visitor: Int, of kinds: Set<String>) -> Set<String> {
    var names: Set<String> = []
    for handler in participants[visitor].role.handlers where isActive(handler.marker) {
      if case .answered(let kind, _, let after) = handler.trigger, kinds.contains(kind.text) { names.formUnion(after.map(\.text)) }
    }
    return names
  }

  /// The steps that take a waiting request further: an honest server handles it, or the attacker does; and then its answer arrives.
  func compileSite(_ site: Site) {
    let me = participants[site.participant]
    func begin(_ participant: Int?) -> (Builder, [Term]) {
      var builder = Builder(name: "", participant: participant, location: site.location, account: blankAccount)
      let captured = site.captured.map { builder.newRegister($0.name, $0.sort, isOptional: $0.isOptional) }
      return (builder, captured)
    }
    let method = signature.symbols[site.method].name
    for server in participants.indices where participants[server].role.isHost {
      for handler in participants[server].role.handlers where isActive(handler.marker) {
        guard case .http(let name, let path, let parameters) = handler.trigger, name.text == method || name.text == "ANY" else { continue }
        if case .http = handler.channel, capabilities.contains("network") { continue }
        var (builder, captured) = begin(server)
        builder.handler = handler
        builder.pass(handler)
        builder.location = handler.location
        builder.environment = roleEnvironment(server)
        builder.caller = .site(site.id, captured: captured)
        let message = parameterTerm(parameters, &builder)
        guard let endpointPath = self.path(path.text, path.location, &builder, binds: true) else { continue }
        let target = url(scheme(handler), participants[server].parameter, endpointPath)
        guard couldEqual(site.to, target), couldSend(site, message, builder) else { continue }
        var certificate = builder.newRegister("certificate", Signature.message)
        if case .mutual(let bound) = handler.channel {
          certificate = builder.newRegister(bound.text, signature.sort(named: "PublicKey") ?? 0)
          builder.environment[bound.text] = .term(certificate)
        }
        builder.emit(.lookup(Fact(site.request, [target, message, certificate] + captured), consumes: true))
        builder.narration += [
          .line, .term(participants[server].parameter), .text(" handles \(name.text) \(path.text) of "), .term(me.parameter), .text(" with "), .term(message),
        ]
        builder.transmit(
          Transmission(.arrival, from: site.participant, to: server, through: site.request, method: .constant(site.method), url: target, [message]))
        var arrival = self.arrival(of: site, at: target, certificate)
        arrival.to = party(server)
        if method == "POST" { arrival.body = parts(of: message, parameters) } else { arrival.query = parts(of: message, parameters) }
        builder.account?.messages.append(arrival)
        leak(handler.leaks, message, &builder)
        inSession(handler, builder) { inner in
          self.run(handler.body[...], inner) { self.addRule($0, "\(self.participants[server].name)\(path.text) for \(me.name) (\(site.id))") }
        }
        if let leaks = handler.leaks, replacedLeaks.contains(leaks.text) {
          handleByAttacker(site, url: target, "in place of \(participants[server].name)\(path.text)")
        }
      }
    }
    for target in attackerServers { handleByAttacker(site, at: target, name(of: target)) }
    // The answer of an honest server.
    var (builder, captured) = begin(site.participant)
    answered(site, captured, &builder) { message in .lookup(Fact(site.answer, [message] + captured), consumes: true) }
      .map { self.finishAnswer(site, $0, "\(me.name) is answered (\(site.id))") }
    guard !isHonestRun else { return }
    // The answer of the attacker: whatever it can derive.
    (builder, captured) = begin(site.participant)
    builder.emit(.lookup(Fact(site.waiting, captured), consumes: true))
    builder.narration += [.line, .text("the attacker answers "), .term(me.parameter)]
    builder.isAttackers = true
    answered(site, captured, &builder) { message in .receive(message) }
      .map { self.finishAnswer(site, $0, "\(me.name) is answered by the attacker (\(site.id))") }
  }

  /// Whether the terms could be equal, for all that their symbols say: a request to a known URL goes nowhere else.
  private func couldEqual(_ first: Term, _ second: Term) -> Bool {
    guard case .apply(let f, let x) = first, case .apply(let g, let y) = second else { return true }
    return f == g && zip(x, y).allSatisfy(couldEqual)
  }

  /// Whether what is sent could be what a handler takes.
  private func couldSend(_ site: Site, _ message: Term, _ builder: Builder) -> Bool {
    guard let sent = site.message else { return true }
    return switch message {
    case .apply(let symbol, _): symbol == sent
    case .variable(let register): signature.accepts(builder.registers[register].sort, signature.symbols[sent].result)
    }
  }

  private func handleByAttacker(_ site: Site, url: Term? = nil, at target: AttackerTarget? = nil, _ reason: String) {
    var builder = Builder(name: "", participant: nil, location: site.location, account: blankAccount)
    let captured = site.captured.map { builder.newRegister($0.name, $0.sort, isOptional: $0.isOptional) }
    let message = builder.newRegister("message", Signature.message)
    let certificate = builder.newRegister("certificate", Signature.message)
    guard let to = url ?? target.flatMap({ self.url(of: $0, &builder) }), couldEqual(site.to, to) else { return }
    builder.instructions.insert(.lookup(Fact(site.request, [to, message, certificate] + captured), consumes: true), at: 0)
    builder.isAttackers = true
    builder.emit(.learn(to))
    builder.emit(.learn(message))
    builder.emit(.learn(certificate))
    builder.emit(.insert(Fact(site.waiting, captured)))
    builder.account?.pass(site.location)
    var arrival = self.arrival(of: site, at: to, certificate)
    if arrival.method == constant("POST") { arrival.body = parts(of: message, []) } else { arrival.query = parts(of: message, []) }
    builder.account?.messages.append(arrival)
    builder.narration += [.line, .text("the attacker receives the request of "), .term(participants[site.participant].parameter), .text(": "), .term(message)]
    builder.transmit(
      Transmission(.arrival, from: site.participant, to: attackerParty, through: site.request, method: .constant(site.method), url: to, [message]))
    addRule(builder, "attacker at \(reason) for \(participants[site.participant].name) (\(site.id))")
  }

  private func answered(_ site: Site, _ captured: [Term], _ builder: inout Builder, _ arrival: (Term) -> Instruction) -> Builder? {
    builder.environment = roleEnvironment(site.participant)
    func shift(_ term: Term) -> Term { term.map { captured[$0] } }
    for (name, value) in site.environment {
      if case .term(let term) = value { builder.environment[name] = .term(shift(term)) } else { builder.environment[name] = value }
    }
    builder.rows = site.rows.map { row in
      var copy = row
      copy.values = row.values.map(shift)
      return copy
    }
    builder.handler = site.handler
    builder.caller = site.caller
    if case .visitor(let visitor, var after) = site.caller {
      for (name, value) in builder.environment where name.hasPrefix("\u{1}after ") {
        if case .term(let term) = value { after[String(name.dropFirst(7))] = term }
      }
      builder.caller = .visitor(visitor, after: after)
    }
    if case .site(let id, _) = site.caller {
      let count = sites.values.first { $0.id == id }?.captured.count ?? 0
      let terms = (0..<count).compactMap { index -> Term? in
        if case .term(let term)? = builder.environment["\u{1}caller\(index)"] { term } else { nil }
      }
      builder.caller = .site(id, captured: terms)
    }
    var terms: [Term] = []
    for expression in site.pattern {
      guard let term = pattern(expression, &builder, expecting: nil) else { return nil }
      terms.append(term)
    }
    let message = terms.isEmpty ? constant("none") : terms.count == 1 ? terms[0] : .apply(tupleSymbol(terms.count), terms)
    builder.emit(arrival(message))
    builder.account?.pass(site.location)
    var response = RuleAccount.Message(.response, from: builder.isAttackers ? "the attacker" : "", to: party(site.participant))
    response.body = parts(of: message, [])
    response.isSentEarlier = !builder.isAttackers
    builder.account?.messages.append(response)
    if builder.isAttackers {
      builder.account?.inputs.append(RuleAccount.Input(part: RuleAccount.Part(label: "answer", term: message), isAttackers: true))
    }
    builder.narration +=
      builder.narration.isEmpty
      ? [.line, .term(participants[site.participant].parameter), .text(" receives the answer "), .term(message)] : [.text(" with "), .term(message)]
    builder.transmit(
      builder.isAttackers
        ? Transmission(.data, from: attackerParty, to: site.participant, [message])
        : Transmission(.arrival, from: nil, to: site.participant, through: site.answer, [message]))
    return builder
  }

  private func finishAnswer(_ site: Site, _ builder: Builder, _ name: String) {
    var builder = builder
    builder.pass(.holds, site.location)
    builder.handlers.append(site.handler)
    run(site.block[...], builder) { self.addRule($0, name) }
  }
}
