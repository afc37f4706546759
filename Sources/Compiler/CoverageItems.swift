import Language

/// A thing that a model's text declares, and that scenarios may use or not.
public struct CoverageItem: Sendable {
  public enum Kind: String, Sendable, CaseIterable { case handler, branch, clause, row, event, option, attacker, property }
  /// By what it is known whether it is used.
  public enum Key: Hashable, Sendable {
    case passage(Passage)
    /// A row that this statement inserts is looked for.
    case row(Passage)
    case option(String, value: String)
    case attacker(String)
    case property(Location)
  }
  public var kind: Kind
  /// For people: `on GET /authorize`, `otherwise of find codes`.
  public var text: String
  public var key: Key
  public var location: Location
  /// The handlers and branches that it stands in.
  public var within: [Passage]
}

/// Lists what a model file declares, in the order of the text.
struct CoverageLister {
  private(set) var items: [CoverageItem] = []

  mutating func visit(_ file: ModelFile) {
    for declaration in file.declarations {
      switch declaration.kind {
      case .option(let name, let values, _):
        for value in values { add(.option, "\(name.text): \(value.text)", .option(name.text, value: value.text), value.location, []) }
      case .attacker(let name, _, _, _): add(.attacker, name.text, .attacker(name.text), name.location, [])
      case .setup(let name, _, let body):
        let passage = Passage(.handler, at: name.location)
        add(.handler, "setup \(name.text)", .passage(passage), name.location, [])
        visit(body, within: [passage])
      case .role(let role), .replaceRole(let role): visit(role)
      case .property(let property): add(.property, property.name.text, .property(property.name.location), property.name.location, [])
      default: break
      }
    }
  }

  private mutating func add(_ kind: CoverageItem.Kind, _ text: String, _ key: CoverageItem.Key, _ location: Location, _ within: [Passage]) {
    items.append(CoverageItem(kind: kind, text: text, key: key, location: location, within: within))
  }

  private mutating func visit(_ role: RoleDeclaration) {
    for session in role.sessions { visit(session.attributes, within: []) }
    for handler in role.handlers {
      let passage = Passage(.handler, at: handler.location)
      add(.handler, "\(role.name.text) \(handler.signature)", .passage(passage), handler.location, [])
      visit(handler.marker, within: [passage])
      visit(handler.body, within: [passage])
    }
  }

  private mutating func visit(_ marker: ClauseMarker?, within: [Passage]) {
    for clause in marker?.clauses ?? [] {
      add(.clause, "[\(clause.text)]", .passage(Passage(.clause, at: clause.location)), clause.location, within)
    }
  }

  private mutating func branch(_ kind: Passage.Kind, _ text: String, of statement: Statement, _ body: [Statement]?, within: [Passage]) {
    let passage = Passage(kind, at: statement.location)
    // A side with a body is told by where that begins.
    add(.branch, text, .passage(passage), body?.first?.location ?? statement.location, within)
    visit(body ?? [], within: within + [passage])
  }

  private mutating func visit(_ statements: [Statement], within: [Passage]) {
    var within = within
    for statement in statements {
      visit(statement, within: within)
      // An `otherwise` ends the handler: what follows is on the other side.
      if statement.hasOtherwise { within.append(Passage(.holds, at: statement.location)) }
    }
  }

  private mutating func visit(_ statement: Statement, within: [Passage]) {
    visit(statement.marker, within: within)
    switch statement.kind {
    case .find(let table, let columns, _, let takes, let otherwise):
      visit(columns, within: within)
      guard let otherwise else { break }
      let text = "\(takes ? "take" : "find") \(table.table.text)"
      branch(.holds, "\(text): a row is there", of: statement, nil, within: within)
      branch(.fails, "\(text): otherwise", of: statement, otherwise, within: within)
    case .requireNone(_, let columns): visit(columns, within: within)
    case .require(let condition, let otherwise):
      visit(condition, within: within)
      guard let otherwise else { break }
      branch(.holds, "require: it is so", of: statement, nil, within: within)
      branch(.fails, "require: otherwise", of: statement, otherwise, within: within)
    case .check(let condition, let first, let second):
      visit(condition, within: within)
      branch(.holds, "if: it is so", of: statement, first, within: within)
      branch(.fails, "if: else", of: statement, second, within: within)
    case .bind(let pattern, let value):
      visit(pattern, within: within)
      visit(value, within: within)
    case .newSession(_, _, let arguments): visit(arguments, within: within)
    case .insert(let table, let arguments):
      let passage = Passage(.insertion, at: statement.location)
      add(.row, "insert \(table.owner.map { "\($0.text)." } ?? "")\(table.table.text)", .row(passage), statement.location, within)
      visit(arguments, within: within)
    case .event(let name, let arguments):
      add(.event, "event \(name.text)", .passage(Passage(.event, at: statement.location)), statement.location, within)
      visit(arguments, within: within)
    case .call(_, let arguments): for argument in arguments { visit(argument, within: within) }
    case .update(_, _, let value), .send(let value), .leak(_, let value): visit(value, within: within)
    case .redirect(let status, let to, let message, let fragment, _):
      for value in [status, to, message, fragment] { visit(value, within: within) }
    case .form(let content, _, _, let headers), .respond(let content, let headers, _):
      visit(content, within: within)
      visit(headers, within: within)
    case .ask(let call, _, let block):
      visit(call, within: within)
      branch(.holds, "ask: answered", of: statement, block, within: within)
    case .visit(let call): visit(call, within: within)
    case .new, .remove, .invalid: break
    }
  }

  private mutating func visit(_ call: Call, within: [Passage]) {
    for value in [call.method, call.url, call.message, call.query, call.body, call.site, call.fragment, call.clientKey] { visit(value, within: within) }
  }

  private mutating func visit(_ columns: [ColumnPattern], within: [Passage]) {
    for column in columns {
      if case .equals(let value) = column.test { visit(value, within: within) }
      visit(column.marker, within: within)
    }
  }

  private mutating func visit(_ arguments: [Argument], within: [Passage]) {
    for argument in arguments {
      visit(argument.value, within: within)
      visit(argument.marker, within: within)
    }
  }

  private mutating func visit(_ condition: Condition, within: [Passage]) {
    switch condition.kind {
    case .equal(let a, let b), .different(let a, let b):
      visit(a, within: within)
      visit(b, within: within)
    case .present(let value), .absent(let value), .honest(let value), .attacker(let value), .derives(let value): visit(value, within: within)
    case .and(let parts), .or(let parts): for part in parts { visit(part, within: within) }
    case .not(let part): visit(part, within: within)
    case .earlier, .invalid: break
    }
  }

  private mutating func visit(_ expression: Expression?, within: [Passage]) {
    switch expression?.kind {
    case .marked(let inner, let marker):
      visit(inner, within: within)
      visit(marker, within: within)
    case .member(let base, _): visit(base, within: within)
    case .apply(_, let parts), .tuple(let parts): for part in parts { visit(part, within: within) }
    case .record(_, let arguments): visit(arguments, within: within)
    case .name, .url, .typed, .invalid, nil: break
    }
  }
}

extension Library {
  /// What is declared in the model files that these scenarios were compiled from, file by file.
  public func coverageItems(of compiled: [Compiled]) -> [(file: SourceFile, items: [CoverageItem])] {
    let names = Set(compiled.flatMap { $0.files.map(\.name) })
    return modelFiles.filter { names.contains($0.path) }.sorted { $0.path < $1.path }.map { path, tree, index in
      var lister = CoverageLister()
      lister.visit(tree)
      return (sources.files[index], lister.items)
    }
  }

  /// The attackers that an attacker of these models has the powers of: itself, and what it extends.
  public func parents(of attacker: String) -> Set<String> {
    var found: Set<String> = [attacker]
    var open = [attacker]
    while let name = open.popLast() {
      for (_, tree, _) in modelFiles {
        for declaration in tree.declarations {
          guard case .attacker(let own, _, let parents, _) = declaration.kind, own.text == name else { continue }
          for parent in parents where found.insert(parent.text).inserted { open.append(parent.text) }
        }
      }
    }
    return found
  }
}

extension Statement {
  fileprivate var hasOtherwise: Bool {
    switch kind {
    case .find(_, _, _, _, .some), .require(_, .some): true
    default: false
    }
  }
}
