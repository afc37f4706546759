import Verdicts

/// One attack at length, or why there is none: what `explain` prints as text, Markdown and JSON, and what the HTML report draws from.
///
/// All texts are ready for people; no part needs the system that it was made from. Version 1 of a format that only grows within a version.
public struct Explanation: Sendable, Codable, Equatable {
  public var version = 1
  public var scenario: String
  public var file: String
  public var model: String
  /// Who plays, in the scenario's order.
  public var cast: [Member]
  /// The attacker classes in force.
  public var attackers: [AttackerClass]
  /// How often things may start: `flows 1 by alice`.
  public var bounds: [String]
  /// What the scenario chooses, as `option: value`.
  public var options: [String]
  /// The clauses that are not in force.
  public var dropped: [Clause]
  /// What came out for each property, in the model's order.
  public var verdicts: [PropertyVerdict]
  public var exploration: Exploration
  /// The attack that is explained; nil: no property that was asked for is violated.
  public var attack: Attack?

  /// Somebody in the scenario's cast.
  public struct Member: Sendable, Codable, Equatable {
    public var name: String
    /// The roles that it plays: `AuthorizationServer`; empty for an attacker.
    public var roles: [String]
    public var isHonest: Bool
    /// The attacker's hosts.
    public var hosts: [String]
    /// What the model and the scenario say that it does, a sentence each.
    public var does: [String]
  }

  public struct AttackerClass: Sendable, Codable, Equatable {
    /// `A1a`
    public var name: String
    /// The model's words for it.
    public var text: String
    /// What it can do, those that it extends included; a sentence each.
    public var abilities: [String]
  }

  public struct Clause: Sendable, Codable, Equatable {
    /// `RFC9207-2.4`
    public var name: String
    /// The specification and the place in it.
    public var source: String
    /// What it asks for.
    public var meaning: String
    /// What happens without it.
    public var without: String?
  }

  public struct PropertyVerdict: Sendable, Codable, Equatable {
    public var property: String
    public var sentence: String
    public var verdict: Verdict
    public var expected: Verdict?
  }

  public struct Exploration: Sendable, Codable, Equatable {
    public var states: Int
    public var transitions: Int
    /// The largest number of decisions of any run.
    public var depth: Int
    /// Which limit ended the search; nil: all runs within the bounds were looked at.
    public var stopped: String?
  }

  public struct Attack: Sendable, Codable, Equatable {
    public var property: String
    public var sentence: String
    /// How many of the steps are decisions.
    public var decisions: Int
    public var steps: [Step]
    /// The moment in which the property breaks.
    public var breach: Breach
    /// The dropped clauses, put back one at a time.
    public var restored: [Restored]
  }
}

extension Explanation {
  /// A name and a value. Names are those of the model: a field of a record, a parameter, a column, an expression.
  public struct Field: Sendable, Codable, Equatable {
    public var name: String
    public var value: String
  }

  public struct Step: Sendable, Codable, Equatable {
    /// From 1.
    public var number: Int
    /// What happens, in sentences: the first says who does what, the others what follows at once.
    public var sentences: [String]
    /// The messages of the step, in their order.
    public var messages: [Message]
    /// What the attacker has put into them, and how it came by it; empty where it sends nothing.
    public var sent: [Sent]
    /// What was checked, and why that passed; what is not checked, since a clause is dropped.
    public var checks: [Check]
    /// What leaks on the way to an attacker that reads it: the leak's name in the model, and what is in it.
    public var leaks: [Field]
    /// What the attacker could not derive before.
    public var learned: [String]
    /// The text of the model that the step leads through, in this order.
    public var source: [Excerpt]
  }

  /// An HTTP request or response, or a message on a network that is the attacker's.
  public struct Message: Sendable, Codable, Equatable {
    public enum Kind: String, Sendable, Codable {
      case request, response
      /// Sent to, or received from, a network that delivers nothing by itself.
      case network
    }
    public var kind: Kind
    public var from: String
    public var to: String
    /// Whether an earlier step has sent it, and it is only now handled.
    public var isSentEarlier: Bool
    /// `GET` or `POST`, of a request.
    public var method: String?
    /// Without its query.
    public var url: String?
    /// Of a redirect: `303`.
    public var status: String?
    /// The parameters in the query, those of `Location` for a redirect.
    public var query: [Field]
    public var body: [Field]
    /// Behind the `#` of the URL: for the page's scripts only.
    public var fragment: [Field]
    /// Name and value: those that go along, those that are set.
    public var cookies: [Field]
    public var headers: [Field]
    /// The certificate of the client, with mutual TLS.
    public var certificate: String?
  }

  /// A part of what the attacker sends.
  public struct Sent: Sendable, Codable, Equatable {
    public var name: String
    public var value: String
    /// How it came by it, in one line: `read in step 4`.
    public var origin: String
    /// The derivation, a line each, from what it was told to the value; empty where `origin` says all.
    public var derivation: [String]
  }

  public struct Check: Sendable, Codable, Equatable {
    public enum Kind: String, Sendable, Codable {
      /// A condition that was true.
      case condition
      /// A condition that decided which way the handler went on.
      case branch
      /// A pattern that the value had.
      case shape
      /// A row that was there.
      case row
      /// A row that was there and is there no more.
      case taken
      /// A row that was not there.
      case noRow
      /// A session: the one of the cookie.
      case session
      /// Not checked, since a clause is dropped.
      case dropped
    }
    public var kind: Kind
    /// Who checks.
    public var by: String
    /// As the model says it: `response.state == flow.state`.
    public var text: String
    /// The values of what is compared, or the row's columns.
    public var values: [Field]
    /// Whether what was not checked would have passed with these values; nil: it was checked, or that cannot be told.
    public var wouldPass: Bool?
    /// The clauses that it belongs to.
    public var clauses: [String]
    public var file: String
    public var line: Int
  }

  /// A line of the model.
  public struct Line: Sendable, Codable, Equatable {
    public var number: Int
    public var text: String
    /// Whether it is not in force, since a clause is dropped.
    public var isDropped: Bool
  }

  /// Lines of one file that a step leads through.
  public struct Excerpt: Sendable, Codable, Equatable {
    public var file: String
    public var lines: [Line]
  }

  /// The moment in which a property breaks.
  public struct Breach: Sendable, Codable, Equatable {
    /// The number of the step after which it is broken.
    public var step: Int
    /// What is true then and must not be, a sentence each.
    public var facts: [String]
    /// How the attacker derives what it must not.
    public var derived: [Sent]
  }

  /// A dropped clause put back alone.
  public struct Restored: Sendable, Codable, Equatable {
    public var clause: String
    /// Of the property; nil: the scenario makes no sense then, see `reason`.
    public var verdict: Verdict?
    /// Steps of the shortest attack that there is all the same.
    public var otherAttack: Int?
    /// The first step of this attack that is not possible any more, from 1; nil: all are.
    public var refusedStep: Int?
    /// Why that step is refused, or what is different at the end.
    public var reason: String
  }
}
