import Compiler
import Deduction
import Terms

/// Facts that nothing can use, now or later, as this state is.
///
/// **Claim.** A fact whose absence nobody tests can be forgotten if each rule and question that looks it up fails on it even when
/// everything else goes well: the attacker can derive what it has to (in the future; what it chose in the past must have been derivable
/// then), nothing is found that should be missing, and any row that a later step could make is there.
///
/// Rows that a look-up names by a column that is always new are an exception: if the look-up's term is older than now, only rows that are
/// there today can match (`Monotonicity/isAlwaysNew`). All other look-ups find what all facts of the kind have in common (`FactShapes`),
/// and that can match at least what any row, today or later, can.
///
/// In a stored state every fact can be used. So only those are looked at that are new, and those of kinds that a step since then could have
/// made useless: it took a row that their readers may need, spent the last of a budget that their readers need, or narrowed a variable.
extension Engine {
  /// Takes such facts out of the loaded state; whether there were any.
  func dropDeadFacts() -> Bool {
    var gone = PredicateSet()
    for fact in staticFacts..<factStarts.count {
      let predicate = Int(factCells[Int(factStarts[fact])])
      guard gain.facts[fact] == gain.header.bit || gain.header.doubtful.contains(predicate) else { continue }
      if !monotonicity.isTestedForAbsence[predicate] && !canBeUsed(fact, predicate) {
        alive[fact] = 0
        gone.formUnion(companions.ofPredicate[predicate])
        gone.insert(predicate)
      }
    }
    guard !gone.isEmpty else { return false }
    compact()
    gain.header.doubtful = gone
    return true
  }

  /// Which kinds of facts the present step may make useless.
  func doubtfulAfterStep() -> PredicateSet {
    if bindsState() { return .all }
    var doubtful = gain.header.doubtful
    for position in rule.first..<rule.end {
      let operation = operations[position]
      if operation.kind == .lookup && operation.consumes { doubtful.formUnion(companions.ofPredicate[Int(operation.operand)]) }
      if operation.kind == .spend && budgets[Int(operation.operand)] == 0 { doubtful.formUnion(companions.ofBudget[Int(operation.operand)]) }
    }
    return doubtful
  }

  private func canBeUsed(_ fact: Int, _ predicate: Int) -> Bool {
    defer {
      if compiled !== rules { compiled = rules }
      pinned = -1
      pinnedPosition = -1
      purpose = .successor
    }
    purpose = .prospect
    pinned = fact
    found = false
    let sites = lookups.range(of: predicate)
    // What had a use for the last fact of the kind most often has one for this one, too.
    let likely = likelyLookup[predicate]
    if sites.contains(likely) && finds(lookups[likely]) { return true }
    for site in sites where site != likely && finds(lookups[site]) {
      likelyLookup[predicate] = site
      return true
    }
    return false
  }

  /// Whether the look-up can come to find the pinned fact.
  private func finds(_ site: LookupSite) -> Bool {
    let all = site.isQuestion ? questions : rules
    let candidate = all.rules[site.rule]
    if candidate.isIdle { return false }
    if candidate.spends >= 0 && budgets[Int(candidate.spends)] == 0 { return false }
    if compiled !== all { compiled = all }
    pinnedPosition = site.position
    start(candidate)
    return found
  }

  /// A look-up of which only the pattern of its kind of facts is known.
  func lookupProspect(_ operation: Operation, _ position: Int) -> Bool {
    let predicate = Int(operation.operand)
    guard factShapes.exists[predicate] else { return true }
    let columns = factShapes.columns.range(of: predicate)
    let mark = workspace.trail.count
    let goals = workspace.goals.count
    let variables = workspace.bindings.count
    for _ in 0..<factShapes.variables[predicate] { _ = workspace.newVariable(sort: Int32(Signature.message), isOptional: true, epoch: unconstrained) }
    var goOn = true
    var matches = true
    for column in 0..<Int(operation.count) where matches {
      matches = workspace.unify(
        workspace.instantiate(at: code(operation, column), base), workspace.instantiate(at: factShapes.columns[columns.lowerBound + column], Int32(variables)))
    }
    if matches {
      _ = workspace.pushGoals(since: mark)
      goOn = execute(position + 1)
    }
    workspace.goals.truncate(to: goals)
    workspace.undo(to: mark)
    workspace.dropVariables(to: variables)
    return goOn
  }

  /// Whether only rows that are there today can match the look-up.
  func findsOnlyPresentRows(_ operation: Operation) -> Bool {
    let predicate = Int(operation.operand)
    if monotonicity.isStatic[predicate] { return true }
    for column in 0..<Int(operation.count) where monotonicity.isAlwaysNew[predicate][column] {
      let term = workspace.value(workspace.instantiate(at: code(operation, column), base))
      if term >= 0 || workspace.epochs[Int(~term)] <= workspace.now { return true }
    }
    return false
  }
}

/// For each kind of fact the pattern that all such facts match, as code, and how many variables that has.
struct CompiledShapes {
  /// Whether there can be any.
  let exists: [Bool]
  let columns: Rows<Int32>
  let variables: [Int]

  init(_ shapes: FactShapes, _ workspace: Workspace) {
    exists = shapes.patterns.map { $0 != nil }
    columns = Rows(shapes.patterns.map { ($0 ?? []).map(workspace.compile) })
    variables = shapes.patterns.map { $0?.variableCount ?? 0 }
  }
}

/// A look-up of a rule or question.
struct LookupSite {
  var rule: Int
  var position: Int
  var isQuestion: Bool

  /// For each predicate, where it is looked up.
  static func all(_ rules: CompiledRules, _ questions: CompiledRules, predicates: Int) -> [[LookupSite]] {
    var sites: [[LookupSite]] = Array(repeating: [], count: predicates)
    for (compiled, isQuestion) in [(rules, false), (questions, true)] {
      for (index, rule) in compiled.rules.enumerated() {
        for position in rule.first..<rule.end {
          let operation = compiled.operations[position]
          if operation.kind == .lookup || operation.kind == .outnumbered {
            sites[Int(operation.operand)].append(LookupSite(rule: index, position: position, isQuestion: isQuestion))
          }
        }
      }
    }
    return sites
  }
}

/// Kinds of facts, by their numbers modulo 64: a set that may hold more than was put in.
struct PredicateSet {
  private var bits: UInt64 = 0
  static let all = PredicateSet(-1, -1)
  init() {}
  init(_ low: Int32, _ high: Int32) { bits = UInt64(UInt32(bitPattern: low)) | UInt64(UInt32(bitPattern: high)) << 32 }
  var words: (Int32, Int32) { (Int32(truncatingIfNeeded: bits), Int32(truncatingIfNeeded: bits >> 32)) }
  var isEmpty: Bool { bits == 0 }
  func contains(_ predicate: Int) -> Bool { bits >> (UInt64(predicate) & 63) & 1 == 1 }
  func isSubset(of other: PredicateSet) -> Bool { bits & ~other.bits == 0 }
  mutating func insert(_ predicate: Int) { bits |= 1 << (UInt64(predicate) & 63) }
  mutating func formUnion(_ other: PredicateSet) { bits |= other.bits }
}

/// Which kinds of facts are looked up together with a kind of fact, or where a budget is spent.
struct Companions {
  var ofPredicate: [PredicateSet]
  var ofBudget: [PredicateSet]

  init(_ system: TransitionSystem) {
    ofPredicate = system.predicates.map { _ in PredicateSet() }
    ofBudget = system.budgets.map { _ in PredicateSet() }
    for rule in system.rulesAndQueries {
      var found = PredicateSet()
      for case .lookup(let fact, _) in rule.instructions { found.insert(fact.predicate) }
      for instruction in rule.instructions {
        switch instruction {
        case .lookup(let fact, _): ofPredicate[fact.predicate].formUnion(found)
        case .spend(let budget): ofBudget[budget].formUnion(found)
        default: break
        }
      }
    }
  }
}
