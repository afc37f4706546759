import Terms

/// Who can send and receive: a role that somebody plays, or the attacker.
public struct Party: Sendable, Hashable, Codable {
  /// The participant's name in the scenario: `alice`; those of the attacker, its hosts included.
  public var name: String
  /// `Browser`; `attacker` for the attacker.
  public var role: String
  public var isAttacker: Bool
}

/// What a step sends or takes up, from whom to whom: for pictures. No explorer reads it.
public struct Transmission: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, Codable {
    /// A participant does something by itself, or the attacker makes it do so.
    case action
    case request
    /// Answers to requests.
    case redirect, form, page, data
    /// On a network that delivers nothing by itself.
    case message
    /// What an earlier step has sent is taken up.
    case arrival
    /// Somebody's message can be read by the attacker on its way.
    case leak
  }
  public var kind: Kind
  /// Indices into the system's parties; nil: another step of the run says who, see ``channel``.
  public var from: Int?
  public var to: Int?
  /// Where it is between the step that sends it and the one that takes it up; nil: it arrives at once.
  public var channel: PredicateID?
  /// The name of a step or of a leak in the model; empty for messages.
  public var name = ""
  public var method: Term?
  public var url: Term?
  public var status: Term?
  /// The records in it: of a request query and body, as far as it has them.
  public var contents: [Term] = []
  /// What is said of a page beside its content.
  public var headers: Term?
  /// Which line of the rule's narration tells it, from 0.
  public var line = 0
  /// How many pieces of the narration there are up to it: of an action, what says it.
  public var pieces = 0

  init(
    _ kind: Kind, from: Int?, to: Int?, through channel: PredicateID? = nil, name: String = "", method: Term? = nil, url: Term? = nil, status: Term? = nil,
    _ contents: [Term] = [],
    headers: Term? = nil
  ) {
    (self.kind, self.from, self.to, self.channel, self.name) = (kind, from, to, channel, name)
    (self.method, self.url, self.status, self.contents, self.headers) = (method, url, status, contents, headers)
  }

  /// The same with each term replaced; a term for which there is nothing is left out.
  func map(_ change: (Term) -> Term?) -> Transmission {
    var copy = self
    copy.method = method.flatMap(change)
    copy.url = url.flatMap(change)
    copy.status = status.flatMap(change)
    copy.contents = contents.compactMap(change)
    copy.headers = headers.flatMap(change)
    return copy
  }
}

extension Builder {
  /// Adds a transmission that the current line of the narration tells.
  mutating func transmit(_ transmission: Transmission) {
    var told = transmission
    told.line = max(0, narration.count { $0 == .line } - 1)
    told.pieces = narration.count
    transmissions.append(told)
  }
}

extension Instantiation {
  /// The attacker's index among the parties.
  var attackerParty: Int { participants.count }

  /// The roles that are played, and the attacker at the end.
  var parties: [Party] {
    let attackers = scenario.cast.flatMap { member -> [String] in
      if case .attacker(_, let hosts) = member.kind { [member.name.text] + hosts.map(\.text) } else { [] }
    }
    return participants.map { Party(name: $0.name, role: $0.role.name.text, isAttacker: false) } + [
      Party(name: attackers.joined(separator: ", "), role: "attacker", isAttacker: true)
    ]
  }

  /// Who gets the answer that a handler gives, and through what.
  func receiver(of builder: Builder) -> (party: Int?, channel: PredicateID?) {
    switch builder.caller {
    case .attacker: (attackerParty, nil)
    case .visitor(let visitor, _): (visitor, nil)
    case .site(let id, _): sites.values.first { $0.id == id }.map { ($0.participant, $0.answer) } ?? (nil, nil)
    case .nobody: (nil, nil)
    }
  }
}
