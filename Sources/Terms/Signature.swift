/// Identifies a sort in a ``Signature``.
public typealias SortID = Int
/// Identifies a constant or function symbol in a ``Signature``.
public typealias SymbolID = Int

/// A term of the model: what rules, tables and messages are made of.
///
/// Variables are local to the rule or query that holds the term and index its registers.
public indirect enum Term: Hashable, Sendable {
  case variable(Int)
  case apply(SymbolID, [Term])

  /// A constant: a symbol without arguments.
  public static func constant(_ symbol: SymbolID) -> Term { .apply(symbol, []) }

  public var isGround: Bool {
    switch self {
    case .variable: false
    case .apply(_, let arguments): arguments.allSatisfy(\.isGround)
    }
  }

  /// Calls `body` for each occurrence of a variable, from left to right.
  public func forEachVariable(_ body: (Int) -> Void) {
    switch self {
    case .variable(let index): body(index)
    case .apply(_, let arguments): for argument in arguments { argument.forEachVariable(body) }
    }
  }

  /// The term with each variable replaced by `replacement` of it.
  public func map(_ replacement: (Int) -> Term) -> Term {
    switch self {
    case .variable(let index): return replacement(index)
    case .apply(_, let arguments) where arguments.isEmpty: return self
    case .apply(let symbol, let arguments): return .apply(symbol, arguments.map { $0.map(replacement) })
    }
  }
}

/// The sorts and symbols of one scenario.
public struct Signature: Sendable {
  public struct Sort: Sendable, Hashable {
    public var name: String
    /// The values of a finite sort; nil: the sort is infinite, and the attacker can make values of its own.
    public var values: [SymbolID]?
    /// Sorts merged by `confuse` share a class.
    public var sortClass: Int
  }

  public struct Symbol: Sendable, Hashable {
    public var name: String
    public var arguments: [SortID]
    public var result: SortID
    /// Whether anyone can apply it (for constants: whether everybody knows it).
    public var isPublic: Bool
    /// Whether whoever holds the term can take it apart: records, tuples, URLs.
    public var isTransparent: Bool
    /// A private function that the attacker can apply where this argument is the attacker's.
    public var publicIfAttacker: Int?
    /// A constant that denotes the attacker, or something of the attacker's: a person, a host.
    public var isAttackers: Bool
    /// Field names, for records.
    public var fields: [String]
  }

  /// The sort of anything: a variable of this sort stands for a term of every sort.
  public static let message: SortID = 0
  /// The value of an absent optional field; it has every optional sort.
  public static let none: SymbolID = 0

  public private(set) var sorts: [Sort] = []
  public private(set) var symbols: [Symbol] = []
  private var sortNames: [String: SortID] = [:]

  public init() {
    _ = addSort("Message", values: nil)
    _ = addSymbol("none", arguments: [], result: Signature.message)
  }

  public mutating func addSort(_ name: String, values: [SymbolID]?) -> SortID {
    if let known = sortNames[name] { return known }
    sortNames[name] = sorts.count
    sorts.append(Sort(name: name, values: values, sortClass: sorts.count))
    return sorts.count - 1
  }

  public mutating func addSymbol(
    _ name: String, arguments: [SortID], result: SortID, isPublic: Bool = true, isTransparent: Bool = false, publicIfAttacker: Int? = nil,
    isAttackers: Bool = false, fields: [String] = []
  ) -> SymbolID {
    symbols.append(
      Symbol(
        name: name, arguments: arguments, result: result, isPublic: isPublic, isTransparent: isTransparent, publicIfAttacker: publicIfAttacker,
        isAttackers: isAttackers, fields: fields))
    return symbols.count - 1
  }

  /// Adds a constant to a finite sort.
  public mutating func addValue(_ name: String, to sort: SortID, isAttackers: Bool = false) -> SymbolID {
    let symbol = addSymbol(name, arguments: [], result: sort, isAttackers: isAttackers)
    sorts[sort].values = (sorts[sort].values ?? []) + [symbol]
    return symbol
  }

  /// Makes values of the one sort pass for values of the other.
  public mutating func confuse(_ first: SortID, _ second: SortID) {
    let (kept, merged) = (sorts[first].sortClass, sorts[second].sortClass)
    for index in sorts.indices where sorts[index].sortClass == merged { sorts[index].sortClass = kept }
  }

  public func sort(named name: String) -> SortID? { sortNames[name] }
  public var allSortNames: [String] { sorts.map(\.name) }

  /// Whether a term of sort `actual` may stand where `expected` is asked for.
  public func accepts(_ expected: SortID, _ actual: SortID) -> Bool {
    expected == Signature.message || actual == Signature.message || sorts[expected].sortClass == sorts[actual].sortClass
  }
}
