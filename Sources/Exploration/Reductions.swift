/// Which reductions are on. Each one is sound by itself; the tests compare verdicts with each on and off.
public struct Reductions: Sendable, Hashable {
  /// Monotone steps run at once: see `Monotonicity`.
  public var monotone = true
  /// Facts sorted, names and variables numbered by their place, so that equal states are equal words.
  public var canonical = true
  /// Interchangeable sessions are not told apart: names are numbered by how they occur, not by when they were made.
  public var symmetry = true
  /// Steps that change nothing but a budget, and facts that nothing can read, are left out.
  public var useful = true
  /// What no rule and no question can read any more is forgotten.
  public var forget = true
  /// Decisions that only enable others wait until something uses what they made: see `Deferral`.
  public var deferred = true
  /// When the attacker chose a value matters only as far as what it learned since could have helped it.
  public var epochs = true
  /// Once a question is answered, only what matters to the others is looked at: see ``Search``.
  public var answered = true

  /// By the names that the command line knows.
  private static let switches: [(name: String, path: WritableKeyPath<Reductions, Bool> & Sendable)] = [
    ("monotone", \.monotone), ("canonical", \.canonical), ("symmetry", \.symmetry), ("useful", \.useful), ("forget", \.forget),
    ("deferred", \.deferred), ("epochs", \.epochs), ("answered", \.answered),
  ]

  public static let all = Reductions()
  public static let none: Reductions = {
    var none = Reductions()
    for name in names { _ = none.turnOff(name) }
    return none
  }()
  public static let names = switches.map(\.name)

  public init() {}

  /// Turns one off by name; false if there is none of this name.
  public mutating func turnOff(_ name: String) -> Bool {
    guard let path = Reductions.switches.first(where: { $0.name == name })?.path else { return false }
    self[keyPath: path] = false
    return true
  }

  /// The names of those that are on.
  public var active: [String] { Reductions.switches.filter { self[keyPath: $0.path] }.map(\.name) }
}
