import Language

/// A model with all that it uses and extends, by name: what the instantiation of a scenario looks things up in.
struct Model {
  struct Function {
    var name: Name
    var parameters: [Parameter]
    var result: SortName
    var isPrivate: Bool
    var unlessAttacker: Name?
  }
  struct Attacker {
    var text: String
    var items: [AttackerItem]
    /// The attackers that this one extends, and those that they extend.
    var includes: Set<String>
  }
  struct OpeningDeclaration {
    var pattern: Expression
    var needs: [Expression]
    var gives: Expression
  }

  var name = ""
  var sorts: [(name: Name, isNames: Bool, values: [Name])] = []
  var functions: [Function] = []
  var openings: [OpeningDeclaration] = []
  var records: [(name: Name, fields: [Parameter])] = []
  var options: [String: [Name]] = [:]
  /// What is chosen where a scenario does not choose.
  var defaults: [String: String] = [:]
  var capabilities: [String: String] = [:]
  var attackers: [String: Attacker] = [:]
  var setups: [String: (name: Name, parameters: [Parameter], body: [Statement])] = [:]
  var roles: [String: RoleDeclaration] = [:]
  var roleOrder: [String] = []
  var witnesses: [(name: Name, text: String, event: EventPattern, condition: Condition?)] = []
  var properties: [PropertyDeclaration] = []
  var dropped: [Name] = []
  var clauses: [String: ClauseDeclaration] = [:]

  /// Adds the declarations of a file; `report` is told of duplicates.
  mutating func add(_ file: ModelFile, report: (String, Location, String?) -> Void) {
    for declaration in file.declarations {
      switch declaration.kind {
      case .sorts(let names, let isNames, let values):
        reportDuplicates(in: values, kind: "value", report: report)
        for name in names {
          reportSort(name, report: report)
          sorts.append((name, isNames, values))
        }
      case .function(let name, let parameters, let result, let isPrivate, let unless):
        if functions.contains(where: { $0.name.text == name.text }) { report("the function `\(name.text)` is declared twice", name.location, nil) }
        if name.text == "url" { report("the function `url` is built in", name.location, "take another name") }
        reportDuplicates(in: parameters.map(\.name), kind: "parameter", report: report)
        functions.append(Function(name: name, parameters: parameters, result: result, isPrivate: isPrivate, unlessAttacker: unless))
      case .open(let pattern, let needs, let gives):
        openings.append(OpeningDeclaration(pattern: pattern, needs: needs, gives: gives))
      case .record(let name, let fields):
        if records.contains(where: { $0.name.text == name.text }) {
          report("the record `\(name.text)` is declared twice", name.location, nil)
        } else {
          reportSort(name, report: report)
        }
        reportDuplicates(in: fields.map(\.name), kind: "field", report: report)
        records.append((name, fields))
      case .option(let name, let values, let usual):
        if name.text == ScenarioDeclaration.attackersSwept {
          report("no option is called `\(name.text)`", name.location, "`sweep \(name.text)` looks at each combination of attackers: take another name")
        }
        if options[name.text] != nil { report("the option `\(name.text)` is declared twice", name.location, nil) }
        reportDuplicates(in: values, kind: "value", report: report)
        options[name.text] = values
        if let usual {
          if let problem = problem(with: name, usual) { report(problem.message, problem.location ?? usual.location, problem.help) }
          defaults[name.text] = usual.text
        }
      case .capability(let name, let text):
        if capabilities[name.text] != nil { report("the capability `\(name.text)` is declared twice", name.location, nil) }
        if ["request", "serve"].contains(name.text) { report("the capability `\(name.text)` is built in", name.location, "take another name") }
        capabilities[name.text] = text.text
      case .attacker(let name, let text, let parents, let items):
        var all = items
        var includes: Set<String> = []
        for parent in parents {
          guard let known = attackers[parent.text] else {
            report("there is no attacker `\(parent.text)`", parent.location, suggestion(parent.text, attackers.keys))
            continue
          }
          all += known.items
          includes.formUnion(known.includes.union([parent.text]))
        }
        if attackers[name.text] != nil { report("the attacker `\(name.text)` is declared twice", name.location, nil) }
        attackers[name.text] = Attacker(text: text.text, items: all, includes: includes)
      case .setup(let name, let parameters, let body):
        if setups[name.text] != nil { report("the setup `\(name.text)` is declared twice", name.location, nil) }
        reportDuplicates(in: parameters.map(\.name), kind: "parameter", report: report)
        setups[name.text] = (name, parameters, body)
      case .role(let role):
        add(role, report: report)
      case .replaceRole(let role):
        replace(role, report: report)
      case .witness(let name, let text, let event, let condition):
        if witnesses.contains(where: { $0.name.text == name.text }) { report("the witness `\(name.text)` is declared twice", name.location, nil) }
        witnesses.append((name, text?.text ?? "", event, condition))
      case .property(let property):
        if let index = properties.firstIndex(where: { $0.name.text == property.name.text }) {
          if file.extends == nil { report("the property `\(property.name.text)` is declared twice", property.name.location, nil) }
          properties[index] = property
        } else {
          properties.append(property)
        }
      case .dropClauses(let names):
        dropped += names
      }
    }
  }

  private func reportDuplicates(in names: [Name], kind: String, report: (String, Location, String?) -> Void) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name.text).inserted { report("the \(kind) `\(name.text)` is declared twice", name.location, nil) }
  }

  private mutating func add(_ role: RoleDeclaration, report: (String, Location, String?) -> Void) {
    reportColumns(of: role, report: report)
    if role.parameter != nil {
      guard roles[role.name.text] == nil else {
        return report("the role `\(role.name.text)` is declared twice", role.name.location, "write `extend role \(role.name.text)` to add to it")
      }
      reportDuplicates(in: role.tables.map(\.name) + role.sessions.map(\.name), kind: "table", report: report)
      reportHandlers(of: role, report: report)
      roles[role.name.text] = role
      roleOrder.append(role.name.text)
    } else if var known = roles[role.name.text] {
      known.tables += role.tables
      known.sessions += role.sessions
      known.handlers += role.handlers
      reportDuplicates(in: known.tables.map(\.name) + known.sessions.map(\.name), kind: "table", report: report)
      reportHandlers(of: known, report: report)
      roles[role.name.text] = known
    } else {
      report("there is no role `\(role.name.text)` to extend", role.name.location, suggestion(role.name.text, roles.keys))
    }
  }

  private func reportSort(_ name: Name, report: (String, Location, String?) -> Void) {
    if sorts.contains(where: { $0.name.text == name.text }) || records.contains(where: { $0.name.text == name.text }) {
      report("the sort `\(name.text)` is declared twice", name.location, nil)
    } else if Model.builtInSorts.contains(name.text) {
      report("the sort `\(name.text)` is built in", name.location, "take another name")
    }
  }

  static let builtInSorts: Set<String> = ["Message", "Method", "Scheme", "Status", "Flag", "Host", "CookieName", "Path", "URL", "SessionID"]

  private func reportColumns(of role: RoleDeclaration, report: (String, Location, String?) -> Void) {
    for table in role.tables { reportDuplicates(in: table.columns.map(\.name), kind: "column", report: report) }
    for session in role.sessions {
      reportDuplicates(in: (session.cookie.map { [$0.name] } ?? []) + session.columns.map(\.name), kind: "column", report: report)
    }
    for handler in role.handlers {
      switch handler.trigger {
      case .http(_, _, let parameters), .step(_, _, _, _, let parameters): reportDuplicates(in: parameters.map(\.name), kind: "parameter", report: report)
      case .procedure(_, let names): reportDuplicates(in: names, kind: "parameter", report: report)
      case .message, .answered, .attach: break
      }
    }
  }

  /// Two handlers for one thing are an error, unless each is there under another value of an option.
  private func reportHandlers(of role: RoleDeclaration, report: (String, Location, String?) -> Void) {
    var seen: [String: [HandlerDeclaration]] = [:]
    for handler in role.handlers {
      for signature in handler.signatures {
        if let first = seen[signature]?.first(where: { !$0.marker.excludes(handler.marker) }) {
          let isAlso = first.signature == handler.signature ? "" : ", as \(first.signature)"
          report(
            "the role `\(role.name.text)` has the handler `\(handler.signature)` twice\(isAlso)", handler.location,
            "to exchange it, write `replace role \(role.name.text)`")
        }
        seen[signature, default: []].append(handler)
      }
    }
  }

  /// What is wrong with a value of an option, if anything is.
  func problem(with name: Name, _ value: Name) -> Diagnostic? {
    guard let values = options[name.text] else {
      return Diagnostic(message: "there is no option `\(name.text)`", location: name.location, help: suggestion(name.text, options.keys))
    }
    if values.contains(where: { $0.text == value.text }) { return nil }
    return Diagnostic(
      message: "the option `\(name.text)` has no value `\(value.text)`", location: value.location,
      help: suggestion(value.text, values.map(\.text)) ?? "its values are \(values.map { "`\($0.text)`" }.joined(separator: ", "))")
  }

  /// Whether the roles of a participant are known.
  func knows(_ member: ScenarioDeclaration.CastMember) -> Bool {
    switch member.kind {
    case .role(let role): roles[role.text] != nil
    case .person(_, let roles): roles.allSatisfy { self.roles[$0.text] != nil }
    case .attacker: true
    }
  }

  private mutating func replace(_ role: RoleDeclaration, report: (String, Location, String?) -> Void) {
    guard var known = roles[role.name.text] else {
      report("there is no role `\(role.name.text)`", role.name.location, suggestion(role.name.text, roles.keys))
      return
    }
    reportColumns(of: role, report: report)
    for handler in role.handlers {
      if case .message = handler.trigger {
        report(
          "a handler of messages has no name to be replaced by", handler.location,
          "drop a clause at it, and add the other one with `extend role \(role.name.text)`")
      } else if let index = known.handlers.firstIndex(where: { $0.signature == handler.signature }) {
        known.handlers[index] = handler
      } else {
        report(
          "the role `\(role.name.text)` has no handler `\(handler.signature)` to replace", handler.location,
          suggestion(handler.signature, known.handlers.map(\.signature)) ?? "to add one, write `extend role \(role.name.text)`")
      }
    }
    for table in role.tables {
      if let index = known.tables.firstIndex(where: { $0.name.text == table.name.text }) { known.tables[index] = table } else { known.tables.append(table) }
    }
    for session in role.sessions {
      if let index = known.sessions.firstIndex(where: { $0.name.text == session.name.text }) {
        known.sessions[index] = session
      } else {
        known.sessions.append(session)
      }
    }
    roles[role.name.text] = known
  }
}

extension HandlerDeclaration {
  /// How a `replace` finds it: `GET /callback`, `step follow`.
  var signature: String {
    switch trigger {
    case .http(let method, let path, _): "\(method.text) \(path.text)"
    case .message: "message"
    case .step(let name, _, _, _, _): "step \(name.text)"
    case .answered(let kind, _, _): "answered \(kind.text)"
    case .attach: "attach cookie"
    case .procedure(let name, _): "procedure \(name.text)"
    }
  }

  /// What nothing else in the role may handle; any number of patterns of messages and rules for cookies can stand beside each other.
  var signatures: [String] {
    switch trigger {
    case .http(let method, let path, _): method.text == "ANY" ? ["GET \(path.text)", "POST \(path.text)"] : [signature]
    case .message, .attach: []
    case .step, .answered, .procedure: [signature]
    }
  }
}

extension ClauseMarker? {
  /// Whether the two ask for different values of an option, so that only one of what they stand at is ever there.
  func excludes(_ other: ClauseMarker?) -> Bool {
    (self?.options ?? []).contains { mine in
      other?.options.contains { $0.name.text == mine.name.text && !$0.values.contains { mine.includes($0.text) } } ?? false
    }
  }
}

/// "did you mean …", where something close is known.
func suggestion(_ text: String, _ known: some Sequence<String>) -> String? {
  closest(to: text, among: known).map { "did you mean `\($0)`?" }
}
