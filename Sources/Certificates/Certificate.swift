/// A verdict with all that somebody else needs to check it: version 1 of the format that the article *CertificateFormat* documents.
///
/// It is read and written as JSON. What it says is a claim: ``CertificateSource/load(from:)`` and ``AttackRecord/check(in:)`` judge it.
public struct Certificate: Codable, Equatable, Sendable {
  public static let format = "interloper-certificate"
  public static let version = 1

  /// Always ``format``.
  public var format = Certificate.format
  public var version = Certificate.version
  /// The program that wrote it; nothing depends on it.
  public var producer: String
  /// What was checked.
  public var source: CertificateSource
  /// A run that violates a property. A certificate has either this or ``exploration``.
  public var attack: AttackRecord?
  /// That all runs were looked at, and what was found.
  public var exploration: ExplorationRecord?

  public init(producer: String, source: CertificateSource, attack: AttackRecord) {
    self.producer = producer
    self.source = source
    self.attack = attack
  }

  public init(producer: String, source: CertificateSource, exploration: ExplorationRecord) {
    self.producer = producer
    self.source = source
    self.exploration = exploration
  }
}

/// The scenario that was checked, and the texts that it was compiled from.
public struct CertificateSource: Codable, Equatable, Sendable {
  public struct File: Codable, Equatable, Sendable {
    /// Relative to the root.
    public var path: String
    /// 64 hexadecimal digits.
    public var sha256: String
  }
  /// The folder that holds `Models`, relative to the certificate's folder.
  public var root: String
  /// The scenario's file, relative to the root.
  public var scenarioFile: String
  /// Which of the file's scenarios it is, twins and sweeps included; from 1.
  public var position: Int
  public var title: String
  public var model: String
  public var attackers: [String]
  public var bounds: [String]
  public var dropped: [String]
  /// All files that the scenario was compiled from, by path.
  public var files: [File]
  /// The digest of the list of files, as `sha256sum` would print it: see ``digest(of:)``.
  public var sha256: String
}

/// A run that violates a property. Terms are numbers: places in ``terms``.
public struct AttackRecord: Codable, Equatable, Sendable {
  /// Exactly one of `symbol`, `name` and `own` is there.
  public struct Term: Codable, Equatable, Sendable {
    /// A constant, or with `arguments` a function of earlier terms.
    public var symbol: String?
    public var arguments: [Int]?
    /// A name that a step has made: its sort.
    public var name: String?
    /// A constant of the attacker's own: its sort.
    public var own: String?
  }
  public struct Fact: Codable, Equatable, Sendable {
    public var predicate: String
    public var arguments: [Int]
  }
  /// One use of one of the attacker's rules.
  public struct Derivation: Codable, Equatable, Sendable {
    /// The rules' names in the article *Semantics*, "What the attacker can derive".
    public enum Rule: String, Codable, Sendable { case told, own, compose, takeApart, open }
    public var rule: Rule
    /// What is derived.
    public var term: Int
    /// For `takeApart` and `open`: from what.
    public var from: Int?
    /// For `takeApart`: which argument, from 0.
    public var argument: Int?
    /// For `open`: which of the model's openings, from 0.
    public var opening: Int?
    /// For `open`: what it needs, in the order of the model.
    public var keys: [Int]?
  }
  public struct Step: Codable, Equatable, Sendable {
    /// The rule's name.
    public var rule: String
    /// The value of each register of the rule; null where it has none.
    public var values: [Int?]
    /// How the attacker comes by what it sends, as far as earlier steps have not said it.
    public var derivation: [Derivation]
    /// What the attacker sends.
    public var received: [Int]
    public var taken: [Fact]
    public var inserted: [Fact]
    /// What the attacker is told.
    public var learned: [Int]
  }
  public struct Violation: Codable, Equatable, Sendable {
    /// Which of the property's queries, from 0.
    public var query: Int
    /// The value of each register of the query; null where it has none.
    public var values: [Int?]
    public var derivation: [Derivation]
    /// What the query says that the attacker can derive.
    public var received: [Int]
  }
  public var property: String
  /// The property's sentence.
  public var sentence: String
  /// How many of the steps are decisions.
  public var decisions: Int
  /// Each term that occurs, behind its arguments. Two names, and two own constants, are different terms.
  public var terms: [Term]
  public var steps: [Step]
  public var violation: Violation
}

/// What an exploration has counted that no limit has ended.
public struct ExplorationRecord: Codable, Equatable, Sendable {
  /// Properties that no run within the bounds violates.
  public var holds: [String]
  /// The others: each has an attack.
  public var violated: [String]
  /// The reductions that were on.
  public var reductions: [String]
  public var workers: Int
  /// The size of the visited set, in states.
  public var states: Int
  /// The same by depth: how many states were first reached by no decision, by one, by two, and so on.
  public var statesByDepth: [Int]
  public var transitions: Int
  /// Symbolic states that were computed, those between stored ones included.
  public var computed: Int

  public init(holds: [String], violated: [String], reductions: [String], workers: Int, states: Int, statesByDepth: [Int], transitions: Int, computed: Int) {
    self.holds = holds
    self.violated = violated
    self.reductions = reductions
    self.workers = workers
    self.states = states
    self.statesByDepth = statesByDepth
    self.transitions = transitions
    self.computed = computed
  }
}
