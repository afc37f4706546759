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
  var capabilities: [String: String] = [:]
  var attackers: [String: Attacker] = [:]
  var setups: [String: (parameters: [Parameter], body: [Statement])] = [:]
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
        for name in names {
          if sorts.contains(where: { $0.name.text == name.text }) { report("the sort `\(name.text)` is declared twice", name.location, nil) }
          sorts.append((name, isNames, values))
        }
      case .function(let name, let parameters, let result, let isPrivate, let unless):
        if functions.contains(where: { $0.name.text == name.text }) { report("the function `\(name.text)` is declared twice", name.location, nil) }
        functions.append(Function(name: name, parameters: parameters, result: result, isPrivate: isPrivate, unlessAttacker: unless))
      case .open(let pattern, let needs, let gives):
        openings.append(OpeningDeclaration(pattern: pattern, needs: needs, gives: gives))
      case .record(let name, let fields):
        if records.contains(where: { $0.name.text == name.text }) { report("the record `\(name.text)` is declared twice", name.location, nil) }
        reportDuplicates(in: fields.map(\.name), kind: "field", report: report)
        records.append((name, fields))
      case .option(let name, let values):
        options[name.text] = values
      case .capability(let name, let text):
        capabilities[name.text] = text.text
      case .attacker(let name, let text, let parents, let items):
        var all = items
        for parent in parents {
          guard let known = attackers[parent.text] else {
            report("there is no attacker `\(parent.text)`", parent.location, suggestion(parent.text, attackers.keys))
            continue
          }
          all += known.items
        }
        if attackers[name.text] != nil { report("the attacker `\(name.text)` is declared twice", name.location, nil) }
        attackers[name.text] = Attacker(text: text.text, items: all)
      case .setup(let name, let parameters, let body):
        if setups[name.text] != nil { report("the setup `\(name.text)` is declared twice", name.location, nil) }
        setups[name.text] = (parameters, body)
      case .role(let role):
        add(role, report: report)
      case .replaceRole(let role):
        replace(role, report: report)
      case .witness(let name, let text, let event, let condition):
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
    for table in role.tables { reportDuplicates(in: table.columns.map(\.name), kind: "column", report: report) }
    if role.parameter != nil {
      if roles[role.name.text] != nil { report("the role `\(role.name.text)` is declared twice", role.name.location, "write `extend role \(role.name.text)` to add to it") }
      reportDuplicates(in: role.tables.map(\.name) + role.sessions.map(\.name), kind: "table", report: report)
      roles[role.name.text] = role
      roleOrder.append(role.name.text)
    } else if var known = roles[role.name.text] {
      known.tables += role.tables
      known.sessions += role.sessions
      known.handlers += role.handlers
      reportDuplicates(in: known.tables.map(\.name) + known.sessions.map(\.name), kind: "table", report: report)
      roles[role.name.text] = known
    } else {
      report("there is no role `\(role.name.text)` to extend", role.name.location, suggestion(role.name.text, roles.keys))
    }
  }

  private mutating func replace(_ role: RoleDeclaration, report: (String, Location, String?) -> Void) {
    guard var known = roles[role.name.text] else {
      report("there is no role `\(role.name.text)`", role.name.location, suggestion(role.name.text, roles.keys))
      return
    }
    for handler in role.handlers {
      if let index = known.handlers.firstIndex(where: { $0.signature == handler.signature }) {
        known.handlers[index] = handler
      } else {
        report("the role `\(role.name.text)` has no handler \(handler.signature) to replace", handler.location, nil)
      }
    }
    for table in role.tables {
      if let index = known.tables.firstIndex(where: { $0.name.text == table.name.text }) { known.tables[index] = table } else { known.tables.append(table) }
    }
    for session in role.sessions {
      if let index = known.sessions.firstIndex(where: { $0.name.text == session.name.text }) { known.sessions[index] = session } else { known.sessions.append(session) }
    }
    roles[role.name.text] = known
  }
}

extension HandlerDeclaration {
  /// How a `replace` finds it: `GET /callback`, `step follow`.
  var signature: String {
    switch trigger {
    case .http(let method, let path, _): "\(method.text) \(path.text)"
    case .message: "message at \(location.range.start)"
    case .step(let name, _, _, _, _): "step \(name.text)"
    case .answered(let kind, _, _): "answered \(kind.text)"
    case .attach: "attach cookie"
    case .procedure(let name, _): "procedure \(name.text)"
    }
  }
}

/// "did you mean …", where something close is known.
func suggestion(_ text: String, _ known: some Sequence<String>) -> String? {
  closest(to: text, among: known).map { "did you mean `\($0)`?" }
}
