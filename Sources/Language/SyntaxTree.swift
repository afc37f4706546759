/// The syntax trees of model files, clause files and scenario files.
///
/// They hold what was written, with its place, and know nothing of meaning: names are resolved by the Compiler.

/// A stretch of a source file: half-open UTF-8 byte offsets.
public struct SourceRange: Hashable, Sendable {
  public var start: Int
  public var end: Int
  public init(start: Int, end: Int) {
    self.start = start
    self.end = end
  }
}

/// A file's name and bytes; trees refer to it by its index in a ``SourceSet``.
public struct Location: Hashable, Sendable {
  /// Index of the file in the ``SourceSet`` that it was read into.
  public var file: Int
  public var range: SourceRange
  public init(file: Int, range: SourceRange) {
    self.file = file
    self.range = range
  }
}

/// An identifier as written, with its place.
public struct Name: Hashable, Sendable {
  public var text: String
  public var location: Location
  public init(_ text: String, at location: Location) {
    self.text = text
    self.location = location
  }
}

/// A quoted sentence, with its place (the text is without quotes).
public typealias Sentence = Name

/// `senderConstraint: mtls`, `grant: implicit | hybrid`: one of these values of a model's option.
public struct OptionChoice: Sendable {
  public var name: Name
  public var values: [Name]
  public init(name: Name, values: [Name]) {
    self.name = name
    self.values = values
  }

  public func includes(_ value: String?) -> Bool { values.contains { $0.text == value } }
}

/// `[RFC7636-4.6, senderConstraint: mtls without 307]` behind a statement, a field or a value: it is there only while none of the
/// clauses is dropped, and only if the scenario chose these values of the options.
public struct ClauseMarker: Sendable {
  public var clauses: [Name]
  public var options: [OptionChoice]
  /// What stands in its place when it is not there (`without 307`); nil: it is left out.
  public var without: Expression?
  public init(clauses: [Name], options: [OptionChoice] = [], without: Expression? = nil) {
    self.clauses = clauses
    self.options = options
    self.without = without
  }
}

// MARK: Expressions

/// A value, or (in a receiving position) a pattern whose unknown identifiers are bound.
public struct Expression: Sendable {
  public indirect enum Kind: Sendable {
    /// `request`, `yes`, `GET`, `303`, `caller`, `none`
    case name(String)
    /// `request.state`
    case member(Expression, Name)
    /// `S256(verifier)`
    case apply(Name, [Expression])
    /// `TokenRequest { code: code, … }`; `Second { na, nb }` is short for `Second { na: na, nb: nb }`
    case record(Name, [Argument])
    /// `(password, request)`
    case tuple([Expression])
    /// `https://host/callback`, `http://…`: scheme, host identifier, path with its leading slash (see ``PathTemplate``)
    case url(scheme: String, host: Name, path: String)
    /// `303 [RFC9700-4.12 without 307]`
    case marked(Expression, ClauseMarker)
    /// `answer: TokenResponse`, where something is received
    case typed(Name, SortName)
    /// Text that could not be read; an error has been reported.
    case invalid
  }
  public var kind: Kind
  public var location: Location
  public init(_ kind: Kind, at location: Location) {
    self.kind = kind
    self.location = location
  }
}

/// `name: value [clause]`
public struct Argument: Sendable {
  public var name: Name
  public var value: Expression
  public var marker: ClauseMarker?
  public init(name: Name, value: Expression, marker: ClauseMarker? = nil) {
    self.name = name
    self.value = value
    self.marker = marker
  }
}

/// What a `require`, an `if` or a property tests. `and` binds closer than `or`; `not` and parentheses as usual.
public struct Condition: Sendable {
  public indirect enum Kind: Sendable {
    case equal(Expression, Expression)
    case different(Expression, Expression)
    /// `x is present`, `x is absent`, `x is honest`, `x is attacker`
    case present(Expression)
    case absent(Expression)
    case honest(Expression)
    case attacker(Expression)
    case and([Condition])
    case or([Condition])
    case not(Condition)
    /// `earlier event E (…)`, `injective earlier event E (…)` (properties only)
    case earlier(EventPattern, injective: Bool)
    /// `attacker derives x` (properties only)
    case derives(Expression)
    case invalid
  }
  public var kind: Kind
  public var location: Location
  public init(_ kind: Kind, at location: Location) {
    self.kind = kind
    self.location = location
  }
}

/// One column of a `find`, `take`, event pattern: `code == request.code [clause]`, `owner as person`, or `owner` (short for `owner as owner`).
public struct ColumnPattern: Sendable {
  public enum Test: Sendable {
    case equals(Expression)
    case bind(Name)
  }
  public var column: Name
  public var test: Test
  public var marker: ClauseMarker?
  public init(column: Name, test: Test, marker: ClauseMarker? = nil) {
    self.column = column
    self.test = test
    self.marker = marker
  }
}

/// `event LoggedIn (person, server == bank)`
public struct EventPattern: Sendable {
  public var name: Name
  public var columns: [ColumnPattern]
  public init(name: Name, columns: [ColumnPattern]) {
    self.name = name
    self.columns = columns
  }
}

// MARK: Statements

/// A sort as written: `Code`, `Code?`.
public struct SortName: Sendable {
  public var name: Name
  public var isOptional: Bool
  public init(name: Name, isOptional: Bool) {
    self.name = name
    self.isOptional = isOptional
  }
}

/// `name: Sort`
public struct Parameter: Sendable {
  public var name: Name
  public var sort: SortName
  public init(name: Name, sort: SortName) {
    self.name = name
    self.sort = sort
  }
}

/// `codes` or `client.servers`
public struct TableName: Sendable {
  public var owner: Name?
  public var table: Name
  public init(owner: Name?, table: Name) {
    self.owner = owner
    self.table = table
  }
}

/// `METHOD url message [query q] [body b] [site s] [fragment f] [over mutual with key]`
public struct Call: Sendable {
  public var method: Expression
  public var url: Expression
  /// The message: body of a POST, query of a GET (`ask`).
  public var message: Expression?
  public var query: Expression?
  public var body: Expression?
  public var site: Expression?
  /// The part of the URL behind `#`, which is not sent.
  public var fragment: Expression?
  /// `over mutual with key`: the private key whose certificate authenticates the caller.
  public var clientKey: Expression?
  public init(method: Expression, url: Expression) {
    self.method = method
    self.url = url
  }
}

public struct Statement: Sendable {
  public indirect enum Kind: Sendable {
    /// `find T (…) as row`, `take T (…)` (finds and removes), each with an optional `otherwise { … }`
    case find(TableName, [ColumnPattern], row: Name?, takes: Bool, otherwise: [Statement]?)
    /// `require no T (…)`
    case requireNone(TableName, [ColumnPattern])
    case require(Condition, otherwise: [Statement]?)
    case check(Condition, then: [Statement], otherwise: [Statement])
    /// `let PATTERN = value`
    case bind(pattern: Expression, value: Expression)
    /// `new x: Code, y: State`
    case new([Parameter])
    /// `new flow: Flow (column: value, …)`
    case newSession(variable: Name, session: Name, [Argument])
    case insert(TableName, [Argument])
    /// `entry.used = yes`
    case update(row: Name, column: Name, Expression)
    /// `remove entry`, `end flow`
    case remove(row: Name)
    case event(Name, [Argument])
    case call(procedure: Name, [Expression])
    /// `redirect 303 to url with message fragment message leaks name`
    case redirect(status: Expression, to: Expression, message: Expression?, fragment: Expression?, leaks: Name?)
    /// `form content to POST /login headers h`
    case form(content: Expression, method: Name, path: Name, headers: Expression?)
    /// `respond message headers h leaks name`
    case respond(Expression, headers: Expression?, leaks: Name?)
    /// `set cookie name = value`; the cookie's name must be declared by a session or by `cookie`
    case ask(Call, pattern: [Expression], answered: [Statement])
    case visit(Call)
    /// `send message` to the network
    case send(Expression)
    /// `leak name value`
    case leak(Name, Expression)
    case invalid
  }
  public var kind: Kind
  public var marker: ClauseMarker?
  public var location: Location
  public init(_ kind: Kind, marker: ClauseMarker? = nil, at location: Location) {
    self.kind = kind
    self.marker = marker
    self.location = location
  }

  /// Whether it answers with a page: data that comes with headers.
  public var isPage: Bool { if case .respond(_, .some, _) = kind { true } else { false } }
}

// MARK: Roles

public struct TableDeclaration: Sendable {
  public var name: Name
  public var columns: [Parameter]
  public init(name: Name, columns: [Parameter]) {
    self.name = name
    self.columns = columns
  }
}

/// `session Flow keyed by cookie: Cookie { attributes } (columns)`
public struct SessionDeclaration: Sendable {
  public var name: Name
  public var cookie: Parameter?
  public var attributes: [Argument]
  public var columns: [Parameter]
  public init(name: Name, cookie: Parameter?, attributes: [Argument], columns: [Parameter]) {
    self.name = name
    self.cookie = cookie
    self.attributes = attributes
    self.columns = columns
  }
}

public struct HandlerDeclaration: Sendable {
  // Indirect, since handlers are copied often, and what is in one box is copied as one.
  public indirect enum Trigger: Sendable {
    /// `on GET /path (request: R)`
    case http(method: Name, path: Name, parameters: [Parameter])
    /// `on message PATTERN`
    case message(Expression)
    /// `step name "text" (parameters)`; by attacker: the values are the attacker's
    case step(name: Name, text: Sentence?, byAttacker: Bool, needs: Name?, parameters: [Parameter])
    /// `answered redirect (status, to, query) after (method, body)`: what this role does with an answer to its `visit`
    case answered(kind: Name, parameters: [Name], after: [Name])
    /// `attach cookie (host, name, value, host_prefix) after (method, site)`
    case attach(parameters: [Name], after: [Name])
    /// `procedure name (parameters)`
    case procedure(name: Name, parameters: [Name])
  }
  public indirect enum Channel: Sendable {
    case https
    case http
    /// The bound name is the caller's certificate: `public(key)`.
    case mutual(certificate: Name)
    case outOfBand
  }
  public var trigger: Trigger
  public var channel: Channel
  /// `in flow: Flow`
  public var session: Parameter?
  public var limit: Name?
  public var leaks: Name?
  public var marker: ClauseMarker?
  public var body: [Statement]
  public var location: Location
  /// The byte offset behind its block.
  public var end = 0
  public init(trigger: Trigger, channel: Channel = .https, body: [Statement], at location: Location) {
    self.trigger = trigger
    self.channel = channel
    self.body = body
    self.location = location
  }
}

/// `role Client at host: Host { … }`, `extend role Client { … }`
public struct RoleDeclaration: Sendable {
  public var name: Name
  /// nil for `extend role`.
  public var parameter: Parameter?
  /// True for `at`: the participant is a host; false for `of`.
  public var isHost: Bool
  public var tables: [TableDeclaration]
  public var sessions: [SessionDeclaration]
  public var handlers: [HandlerDeclaration]
  public init(name: Name, parameter: Parameter?, isHost: Bool) {
    self.name = name
    self.parameter = parameter
    self.isHost = isHost
    self.tables = []
    self.sessions = []
    self.handlers = []
  }
}

// MARK: Models

public struct PropertyDeclaration: Sendable {
  public var name: Name
  public var text: Sentence?
  /// `when event E (…) and event F (…)`; empty for `never`
  public var events: [EventPattern]
  /// further conditions of `when`
  public var condition: Condition?
  /// `then C`; for `never C` the condition `not C`
  public var conclusion: Condition
  /// `unless C`
  public var exception: Condition?
  public init(name: Name, text: Sentence?, events: [EventPattern], condition: Condition?, conclusion: Condition, exception: Condition?) {
    self.name = name
    self.text = text
    self.events = events
    self.condition = condition
    self.conclusion = conclusion
    self.exception = exception
  }
}

public struct Declaration: Sendable {
  public enum Kind: Sendable {
    /// `sort A, B`, `sort A names`, `sort A = x | y`
    case sorts([Name], isNames: Bool, values: [Name])
    /// `function f(a: A, B) -> C private unless a is attacker`
    case function(name: Name, parameters: [Parameter], result: SortName, isPrivate: Bool, unlessAttacker: Name?)
    /// `open PATTERN with e, f gives g`
    case open(pattern: Expression, with: [Expression], gives: Expression)
    case record(name: Name, fields: [Parameter])
    /// `option grant: code | implicit default code`
    case option(name: Name, values: [Name], default: Name?)
    case capability(name: Name, text: Sentence)
    /// `attacker A1a "text" extends A1 { may serve  reads x  knows e for a: Agent }`
    case attacker(name: Name, text: Sentence, extends: [Name], items: [AttackerItem])
    case setup(name: Name, parameters: [Parameter], body: [Statement])
    case role(RoleDeclaration)
    /// `witness name "text" event E (…) where condition`
    case witness(name: Name, text: Sentence?, event: EventPattern, condition: Condition?)
    case property(PropertyDeclaration)
    /// In an extending model: `drop CLAUSE`, `replace handler Role.GET /path { … }` is `replace role Role { handlers }`
    case dropClauses([Name])
    case replaceRole(RoleDeclaration)
  }
  public var kind: Kind
  public var location: Location
  public init(_ kind: Kind, at location: Location) {
    self.kind = kind
    self.location = location
  }
}

public enum AttackerItem: Sendable {
  case may([Name])
  case reads([Name])
  case replaces([Name])
  /// `knows e`, `knows e for a: Agent` (for each of the sort), `knows e for attacker a: Agent` (for each that is the attacker's)
  case knows(Expression, for: Parameter?, isAttackers: Bool)
}

public struct ModelFile: Sendable {
  public var name: Name
  public var text: Sentence?
  public var uses: [Name]
  public var extends: Name?
  public var declarations: [Declaration]
  public init(name: Name, text: Sentence?, uses: [Name], extends: Name?, declarations: [Declaration]) {
    self.name = name
    self.text = text
    self.uses = uses
    self.extends = extends
    self.declarations = declarations
  }
}

/// One entry of a `clauses` file.
public struct ClauseDeclaration: Sendable {
  public var name: Name
  public var source: Sentence
  public var meaning: Sentence
  public var without: Sentence?
  public init(name: Name, source: Sentence, meaning: Sentence, without: Sentence?) {
    self.name = name
    self.source = source
    self.meaning = meaning
    self.without = without
  }
}

// MARK: Scenarios

public struct ScenarioDeclaration: Sendable {
  public struct CastMember: Sendable {
    public var name: Name
    public enum Kind: Sendable {
      /// `shop: Client`
      case role(Name)
      /// `alice: Person with Browser Phone`
      case person(sort: Name, roles: [Name])
      /// `mallory: attacker Person at evil`
      case attacker(sorts: [Name], hosts: [Name])
    }
    public var kind: Kind
    public init(name: Name, kind: Kind) {
      self.name = name
      self.kind = kind
    }
  }
  /// `register shop at bank`: a model's `setup`, applied.
  public struct SetupCall: Sendable {
    public var setup: Name
    public var arguments: [Name]
    public init(setup: Name, arguments: [Name]) {
      self.setup = setup
      self.arguments = arguments
    }
  }
  /// `flows 2 by alice`, `requests 1 per endpoint by attacker`, `requests 2 at /token`, `navigations 2`
  public struct Bound: Sendable {
    public var name: Name
    public var count: Int
    public var actor: Name?
    public var isPerEndpoint: Bool
    /// The endpoints that it is for: each that has this path, for itself.
    public var path: Name?
    public init(name: Name, count: Int, actor: Name?, isPerEndpoint: Bool, path: Name? = nil) {
      self.name = name
      self.count = count
      self.actor = actor
      self.isPerEndpoint = isPerEndpoint
      self.path = path
    }
  }
  public enum Expected: String, Sendable { case holds, violated, inconclusive }
  public struct Expectation: Sendable {
    /// nil for `all hold` / `all violated`
    public var property: Name?
    public var verdict: Expected
    public init(property: Name?, verdict: Expected) {
      self.property = property
      self.verdict = verdict
    }
  }
  /// `twin "title" restores A, B drops C option o: v expect …`
  public struct Twin: Sendable {
    public var title: Sentence
    public var restores: [Name]
    public var drops: [Name]
    public var options: [(name: Name, value: Name)]
    public var expectations: [Expectation]
    public init(title: Sentence, restores: [Name], drops: [Name], options: [(name: Name, value: Name)] = [], expectations: [Expectation]) {
      self.title = title
      self.restores = restores
      self.drops = drops
      self.options = options
      self.expectations = expectations
    }
  }
  public var title: Sentence
  public var model: Name
  public var options: [(name: Name, value: Name)] = []
  /// `sweep senderConstraint`
  public var sweeps: [Name] = []
  /// `sweep attackers`: the word `attackers`, if it is there.
  public var attackerSweep: Name?
  public var drops: [Name] = []
  public var cast: [CastMember] = []
  public var setups: [SetupCall] = []
  public var attackers: [Name] = []
  /// `confuse Code, AccessToken`
  public var confusions: [[Name]] = []
  public var bounds: [Bound] = []
  public var expectations: [Expectation] = []
  public var twins: [Twin] = []
  public var location: Location
  /// What stands behind `sweep` for each combination of the attackers.
  public static let attackersSwept = "attackers"
  public init(title: Sentence, model: Name, at location: Location) {
    self.title = title
    self.model = model
    self.location = location
  }
}
