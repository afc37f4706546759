import Compiler
import Terms

/// A set of rules and questions, by their numbers modulo 256: it may hold more than was put in.
struct RuleSet {
  private var bits = SIMD4<UInt64>()
  static let all = RuleSet(bits: SIMD4(repeating: .max))
  init() {}
  private init(bits: SIMD4<UInt64>) { self.bits = bits }
  var isEmpty: Bool { bits == SIMD4() }
  func contains(_ rule: Int) -> Bool { bits[rule >> 6 & 3] >> UInt64(rule & 63) & 1 == 1 }
  mutating func insert(_ rule: Int) { bits[rule >> 6 & 3] |= 1 << UInt64(rule & 63) }
  mutating func formUnion(_ other: RuleSet) { bits |= other.bits }
  mutating func formIntersection(_ other: RuleSet) { bits &= other.bits }
  func intersection(_ other: RuleSet) -> RuleSet { RuleSet(bits: bits & other.bits) }
  /// Adds the other set; whether that changed anything.
  mutating func grow(by other: RuleSet) -> Bool {
    let before = bits
    bits |= other.bits
    return bits != before
  }
}

/// Which steps can be the end of a chain of deferred decisions that made something (`Deferral`): a look-ahead, read off the rules.
///
/// **Claim.** A chain need not be gone on with if no single step, and no single question, can come to use something of each of its decisions
/// that are still unused.
///
/// **Proof sketch.** A chain ends with a step that is not deferrable, or a question, and that uses what all unused decisions made,
/// directly or through further deferrable steps and steps that run at once. Whatever such a step makes is of the kinds of facts that its
/// rule inserts and of the sorts that it teaches; so what can be reached from a product is found by following kinds and sorts through the
/// rules. Rules of which a budget is spent are left out: budgets do not grow. A step `t` that is no decision, and needs nothing but a fact
/// that is there already and tables that never change, need not be followed further: if it runs at once later, after a decision `d` that it
/// does not use, then it is possible before `d` as well, and there it is an end itself. ∎
struct ChainEnds {
  /// Which rules and questions look up such a fact, or receive something that such knowledge helps to derive.
  private(set) var usersOfFacts: [RuleSet]
  private(set) var usersOfKnowledge: [RuleSet]

  /// What can end a chain, with some budgets spent.
  final class Table {
    /// What can end a chain that uses a fact that is there.
    let ofFacts: [RuleSet]
    let ofKnowledge: [RuleSet]
    let ofRules: [RuleSet]

    init(ofFacts: [RuleSet], ofKnowledge: [RuleSet], ofRules: [RuleSet]) {
      self.ofFacts = ofFacts
      self.ofKnowledge = ofKnowledge
      self.ofRules = ofRules
    }
  }
  private var tables: [UInt64: Table] = [:]

  /// A rule, as far as it matters here: budgets, the kinds of facts that it inserts, and the sorts that it teaches.
  private struct Node {
    var needsBudgets: UInt64 = 0
    var isIdle = false
    var ends = false
    var goesOn = false
    /// The kind of fact that alone makes a step possible that is no decision; -1: there is none.
    var needsOnly = -1
    var inserts: Set<Int> = []
    var teaches: Set<Int> = []
  }
  private var nodes: [Node] = []
  private let readers: [[Int]]
  private let receivers: [[Int]]

  init(_ system: TransitionSystem, _ monotonicity: Monotonicity, _ deferral: Deferral, _ contributions: Contributions, isIdle: (Int) -> Bool) {
    let signature = system.signature
    var readers: [[Int]] = Array(repeating: [], count: system.predicates.count)
    var receivers: [[Int]] = Array(repeating: [], count: signature.sorts.count)
    let needs = system.openings.flatMap { opening in opening.needs.flatMap { Deferral.sorts(in: $0, opening.registers, signature) } }
    for (index, rule) in system.rulesAndQueries.enumerated() {
      var node = Node()
      let isRule = index < system.rules.count
      node.isIdle = isRule && isIdle(index)
      node.ends = !isRule || !deferral.isDeferrable[index]
      // Steps that are no decisions may run at once, and then take their products along.
      node.goesOn = isRule && (deferral.isDeferrable[index] || !monotonicity.isDecision(index))
      for instruction in rule.instructions {
        switch instruction {
        case .spend(let budget): if budget < 64 { node.needsBudgets |= 1 << UInt64(budget) }
        case .lookup(let fact, _): readers[fact.predicate].append(index)
        case .outnumbered(let many, _): readers[many.predicate].append(index)
        case .insert(let fact): node.inserts.insert(fact.predicate)
        case .learn(let term):
          // What can be opened may hold anything.
          let sort = Deferral.sort(of: term, rule.registers, signature)
          node.teaches.insert(system.openings.contains { signature.canHold(sort, $0) } ? Signature.message : sort)
        default: break
        }
      }
      // A key opens what is known already, and that may hold anything.
      if node.teaches.contains(where: { sort in needs.contains { contributions.helps(sort, toDerive: $0) } }) {
        node.teaches.insert(Signature.message)
      }
      if isRule, case .message(let trigger) = monotonicity.triggers[index] {
        let others = rule.instructions.filter {
          switch $0 {
          case .lookup(let fact, let consumes): !(consumes && fact.predicate == trigger) && !monotonicity.isStatic[fact.predicate]
          case .spend, .missing, .outnumbered, .receive: true
          default: false
          }
        }
        if others.isEmpty { node.needsOnly = trigger }
      }
      nodes.append(node)
      let received = isRule ? deferral.receivedSorts[index] : Deferral.receivedSorts(rule, system)
      for sort in signature.sorts.indices where received.contains(where: { contributions.helps(sort, toDerive: $0) }) {
        receivers[sort].append(index)
      }
    }
    self.readers = readers
    self.receivers = receivers
    func set(_ members: [Int]) -> RuleSet { members.reduce(into: RuleSet()) { $0.insert($1) } }
    usersOfFacts = readers.map(set)
    usersOfKnowledge = receivers.map(set)
  }

  /// What can end a chain where these budgets are spent.
  mutating func table(spent: UInt64) -> Table {
    if let table = tables[spent] { return table }
    var ends = nodes.indices.map { node in
      var set = RuleSet()
      if nodes[node].ends && isPossible(node, spent) { set.insert(node) }
      return set
    }
    func union(_ members: [Int]) -> RuleSet { members.reduce(into: RuleSet()) { $0.formUnion(ends[$1]) } }
    var hasChanged = true
    while hasChanged {
      hasChanged = false
      for (index, node) in nodes.enumerated() where node.goesOn && isPossible(index, spent) {
        for predicate in node.inserts where ends[index].grow(by: union(readers[predicate])) { hasChanged = true }
        for sort in node.teaches where ends[index].grow(by: union(receivers[sort])) { hasChanged = true }
      }
    }
    let ofFacts = readers.enumerated().map { predicate, readers in
      var set = union(readers.filter { nodes[$0].needsOnly != predicate })
      for node in readers where nodes[node].needsOnly == predicate && isPossible(node, spent) { set.insert(node) }
      return set
    }
    let table = Table(ofFacts: ofFacts, ofKnowledge: receivers.map(union), ofRules: ends)
    tables[spent] = table
    return table
  }

  private func isPossible(_ node: Int, _ spent: UInt64) -> Bool { !nodes[node].isIdle && nodes[node].needsBudgets & spent == 0 }
}

/// What is open in a chain, as seen from the state that it has reached.
struct OpenSteps {
  /// For each open step: its bit, what can use what it made, and what can end a chain that does.
  private(set) var bits: [Int32] = []
  private(set) var users: [RuleSet] = []
  private(set) var ends: [RuleSet] = []

  mutating func begin(_ open: Int32) {
    bits.removeAll(keepingCapacity: true)
    users.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    var rest = open
    while rest != 0 {
      bits.append(rest & -rest)
      users.append(RuleSet())
      ends.append(RuleSet())
      rest &= rest - 1
    }
  }

  mutating func add(maker: Int32, users more: RuleSet, ends further: RuleSet) {
    for index in bits.indices where bits[index] == maker {
      users[index].formUnion(more)
      ends[index].formUnion(further)
    }
  }

  /// Whether one step or question can come to use them all.
  var canMeet: Bool { !ends.reduce(RuleSet.all) { $0.intersection($1) }.isEmpty }

  /// Whether a chain can go on with the rule.
  func allow(_ rule: Int, ends own: RuleSet, isDeferrable: Bool, isBeforeLast: Bool, _ lastBit: Int32) -> Bool {
    var common = own
    for index in bits.indices where !users[index].contains(rule) {
      // Neighbours that do not use each other come in the order of their rules.
      if !isDeferrable || (bits[index] == lastBit && isBeforeLast) { return false }
      common.formIntersection(ends[index])
    }
    return !isDeferrable || !common.isEmpty
  }
}

extension Engine {
  /// Looks at who made what in the loaded state; whether a step or question can use all that is open.
  func findOpenSteps() -> Bool {
    var spent: UInt64 = 0
    for budget in 0..<min(64, budgets.count) where budgets[budget] == 0 { spent |= 1 << UInt64(budget) }
    if spentBudgets != spent {
      spentBudgets = spent
      chainEndsTable = chainEnds.table(spent: spent)
    }
    let table = chainEndsTable
    openSteps.begin(gain.header.open)
    for fact in staticFacts..<factStarts.count where gain.facts[fact] & gain.header.open != 0 {
      let predicate = Int(factCells[Int(factStarts[fact])])
      openSteps.add(maker: gain.facts[fact], users: chainEnds.usersOfFacts[predicate], ends: table.ofFacts[predicate])
    }
    for index in 0..<workspace.knowledge.count where gain.known[index] & gain.header.open != 0 {
      let sort = Int(contributingSort(of: workspace.knowledge[index]))
      openSteps.add(maker: gain.known[index], users: chainEnds.usersOfKnowledge[sort], ends: table.ofKnowledge[sort])
    }
    return openSteps.canMeet
  }

  /// Whether the chain can go on with a step of the rule: see ``ChainEnds``.
  ///
  /// - Parameter ends: what can end a chain that goes on with it.
  func canGoOn(with rule: Int, _ ends: RuleSet) -> Bool {
    openSteps.allow(
      rule, ends: ends, isDeferrable: deferral.isDeferrable[rule], isBeforeLast: deferral.order[rule] < deferral.order[Int(gain.header.rule)], gain.header.bit)
  }
}
