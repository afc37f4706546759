/// What is known of sets of clauses that are kept: which of them cannot do, and which need not be looked at.
///
/// Clauses are numbered from 0. A set that is asked for meets each condition; conditions only join, so what is ruled out stays so.
struct ClauseLattice: Sendable {
  /// At least one of `kept` is kept, or at least one of `dropped` is dropped.
  private struct Condition: Sendable {
    var kept: Set<Int>
    var dropped: Set<Int>

    func isMet(by set: Set<Int>) -> Bool { !kept.isDisjoint(with: set) || !dropped.isSubset(of: set) }
  }
  private var conditions: [Condition] = []
  let count: Int

  init(count: Int) { self.count = count }

  /// Dropping all of these breaks a property, or its verdict is not known: so one of them at least is kept.
  mutating func keepOne(of dropped: Set<Int>) { conditions.append(Condition(kept: dropped, dropped: [])) }

  /// These suffice: sets with all of them, and more, are of no interest.
  mutating func leaveOut(setsWith kept: Set<Int>) { conditions.append(Condition(kept: [], dropped: kept)) }

  /// Nothing runs with these dropped and those kept, whatever the others are.
  mutating func leaveOut(dropping dropped: Set<Int>, keeping kept: Set<Int>) { conditions.append(Condition(kept: dropped, dropped: kept)) }

  /// A set that meets all conditions, and of which no clause can be left out so that it still meets them; nil: there is none.
  ///
  /// While all conditions come of ``keepOne(of:)`` that is a minimal hitting set of theirs.
  func next() -> Set<Int>? {
    guard var set = solve(Array(repeating: nil, count: count)) else { return nil }
    for clause in set.sorted(by: >) {
      let smaller = set.subtracting([clause])
      if conditions.allSatisfy({ $0.isMet(by: smaller) }) { set = smaller }
    }
    return set
  }

  /// Davis, Putnam, Logemann, Loveland: what a condition forces is done first, then a clause is tried as dropped and as kept.
  private func solve(_ given: [Bool?]) -> Set<Int>? {
    var isKept = given
    var isSettled = false
    while !isSettled {
      isSettled = true
      for condition in conditions {
        if condition.kept.contains(where: { isKept[$0] == true }) || condition.dropped.contains(where: { isKept[$0] == false }) { continue }
        let open = condition.kept.filter { isKept[$0] == nil }.map { ($0, true) } + condition.dropped.filter { isKept[$0] == nil }.map { ($0, false) }
        if open.isEmpty { return nil }
        guard open.count == 1 else { continue }
        isKept[open[0].0] = open[0].1
        isSettled = false
      }
    }
    guard let clause = isKept.firstIndex(of: nil) else { return Set(isKept.indices.filter { isKept[$0] == true }) }
    for value in [false, true] {
      isKept[clause] = value
      if let found = solve(isKept) { return found }
    }
    return nil
  }
}
