import Language
import Terms

/// What a rule's steps say and check, for people: where its instructions come from, before they are simplified.
///
/// No explorer reads it. Terms are over the registers of the finished rule; a variable that no instruction needs is
/// ``RuleAccount/unknown``.
public struct RuleAccount: Sendable {
  /// A variable without a value in any run.
  public static let unknown = Term.variable(-1)

  /// A term, and what the model calls it.
  public struct Part: Sendable {
    public var label: String
    public var term: Term
  }

  /// What is chosen: by the attacker, who must be able to derive it, or by an honest person.
  public struct Input: Sendable {
    public var part: Part
    public var isAttackers: Bool
  }

  public struct Message: Sendable {
    public enum Kind: Sendable { case request, response, network }
    public var kind: Kind
    public var from: String
    /// nil: the host of the URL.
    public var to: String?
    /// Whether an earlier step has sent it.
    public var isSentEarlier = false
    public var method: Term?
    public var url: Term?
    public var status: Term?
    public var query: [Part] = []
    public var body: [Part] = []
    public var fragment: [Part] = []
    public var cookies: [Part] = []
    public var headers: [Part] = []
    public var certificate: Term?

    init(_ kind: Kind, from: String, to: String?) {
      self.kind = kind
      self.from = from
      self.to = to
    }
  }

  public struct Check: Sendable {
    public enum Kind: Sendable { case condition, branch, shape, row, taken, noRow, session, dropped }
    /// How the values of two parts, or of one, are compared.
    public enum Relation: Sendable { case equal, different, present, absent }
    public var kind: Kind
    public var by: String
    public var text: String
    public var parts: [Part]
    public var relation: Relation?
    public var clauses: [String]
    public var location: Location
  }

  /// A handler, or a statement that was run, or one that is passed over since a clause is dropped.
  public struct Place: Hashable, Sendable {
    public var location: Location
    public var isDropped: Bool
  }

  public internal(set) var inputs: [Input] = []
  public internal(set) var messages: [Message] = []
  public internal(set) var checks: [Check] = []
  public internal(set) var leaks: [Part] = []
  public internal(set) var places: [Place] = []
  /// Cookies that are set, until there is an answer to set them with.
  var cookies: [Part] = []
  /// Whether a condition that is tested only says which way to go on.
  var isBranching = false
  /// The clauses of the statement that is being run.
  var clauses: [String] = []

  mutating func pass(_ location: Location, isDropped: Bool = false) {
    let place = Place(location: location, isDropped: isDropped)
    if places.last != place { places.append(place) }
  }

  /// Adds a cookie to the request that is being handled.
  mutating func attach(_ cookie: Part) {
    guard let index = messages.lastIndex(where: { $0.kind == .request }) else { return }
    messages[index].cookies.append(cookie)
  }

  /// Adds an answer, with the cookies that it sets.
  mutating func answer(_ message: Message) {
    var message = message
    message.cookies += cookies
    cookies = []
    messages.append(message)
  }

  /// The same with each term replaced.
  func map(_ change: (Term) -> Term) -> RuleAccount {
    var account = self
    func changed(_ part: Part) -> Part { Part(label: part.label, term: change(part.term)) }
    account.inputs = inputs.map { Input(part: changed($0.part), isAttackers: $0.isAttackers) }
    account.leaks = leaks.map(changed)
    account.messages = messages.map { message in
      var message = message
      message.method = message.method.map(change)
      message.url = message.url.map(change)
      message.status = message.status.map(change)
      message.certificate = message.certificate.map(change)
      for path in [\Message.query, \.body, \.fragment, \.cookies, \.headers] { message[keyPath: path] = message[keyPath: path].map(changed) }
      return message
    }
    account.checks = checks.map { check in
      var check = check
      check.parts = check.parts.map(changed)
      return check
    }
    return account
  }
}
