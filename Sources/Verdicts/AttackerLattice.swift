/// The combinations of a scenario's attackers, ordered by what they can do.
struct AttackerLattice: Sendable {
  /// Some of the attackers together.
  struct Combination: Sendable, Hashable {
    /// As few as name it: an attacker that another one extends is not named beside that one.
    var attackers: [String]
    /// These, and all that they extend.
    var all: Set<String>
  }

  /// Each once, the weakest first: nobody at the beginning, all together at the end.
  let combinations: [Combination]

  /// - Parameter included: for each attacker, those that it extends.
  init(_ attackers: [String], included: [String: Set<String>]) {
    func all(_ names: [String]) -> Set<String> { names.reduce(into: []) { $0.formUnion((included[$1] ?? []).union([$1])) } }
    var seen: Set<Set<String>> = []
    combinations = (0...attackers.count).flatMap { choices(of: attackers, $0) }.map { Combination(attackers: $0, all: all($0)) }
      .filter { seen.insert($0.all).inserted }
      .sorted { ($0.all.count, $0.attackers.count) < ($1.all.count, $1.attackers.count) }
  }
}

/// All ways to choose so many of the items, in their order.
func choices<Item>(of items: [Item], _ count: Int) -> [[Item]] {
  guard count > 0 else { return [[]] }
  return items.indices.flatMap { index in choices(of: Array(items[(index + 1)...]), count - 1).map { [items[index]] + $0 } }
}
