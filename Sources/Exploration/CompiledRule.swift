import Compiler
import Deduction
import Terms

/// An instruction with its terms as code, without references: what the inner loop reads.
struct Operation {
  enum Kind: Int32 { case spend, lookup, missing, equal, different, honest, dishonest, receive, fresh, choose, insert, learn, outnumbered }
  var kind: Kind
  /// Predicate, budget or register.
  var operand: Int32 = 0
  /// Where the codes of its terms begin in ``CompiledRules/codes``, and how many there are.
  var first: Int32 = 0
  var count: Int32 = 0
  var consumes = false
  /// The column that must hold a name for the rule to run at once; -1: none.
  var keyColumn: Int32 = -1
  /// Whether nothing else may mention that name.
  var mustBeUnshared = false
  /// For `outnumbered`: predicate and codes of the other atom.
  var otherOperand: Int32 = 0
  var otherFirst: Int32 = 0
}

/// Where a rule's operations and registers are.
struct CompiledRule {
  var first: Int
  var end: Int
  var registers: Int
  var firstRegister: Int
  /// What it needs first: a fact of this kind; -1: nothing.
  var trigger: Int32
  /// All kinds of facts that it looks up, apart from those that never change.
  var needs: PredicateSet
  var spends: Int32
  var isMonotone: Bool
  /// Whether its steps change nothing but the attacker's knowledge: see `Monotonicity`.
  var isFree: Bool
  var consumes: Bool
  /// Whether no step of it can make a difference: see `Relevance`.
  var isIdle: Bool
  /// Whether it takes away what somebody wants to be absent.
  var takesWhatIsTested: Bool
}

/// The rules that spend the same.
struct RuleGroup {
  var rules: [Int] = []
  var isMonotone: Bool
}

/// The rules and queries of a system for one ``Workspace``.
///
/// Every pointer is allocated here once and freed with it.
final class CompiledRules {
  let rules: UnsafeMutableBufferPointer<CompiledRule>
  let operations: UnsafeMutablePointer<Operation>
  private var operationCount = 0
  private(set) var codes = Words()
  /// What each register of each rule begins as: the sort of its variable, whether that may be absent, and its epoch.
  private(set) var registerSorts = Words()
  private(set) var registerOptional = Words()
  private(set) var registerEpochs = Words()

  /// - Parameter isIdle: which rules no step needs to be taken of.
  init(
    _ all: [Rule], monotonicity: Monotonicity?, _ workspace: Workspace, isStatic: [Bool], isIdle: (Int) -> Bool = { _ in false }
  ) {
    operations = .allocate(capacity: all.reduce(1) { $0 + $1.instructions.count })
    rules = .allocate(capacity: all.count)
    for (index, rule) in all.enumerated() { rules.initializeElement(at: index, to: compile(rule, index, monotonicity, workspace, isStatic, isIdle(index))) }
  }

  /// The rules that are so, without those of which no step needs to be taken.
  func group(_ isMember: (CompiledRule) -> Bool) -> RuleGroup {
    let members = rules.indices.filter { isMember(rules[$0]) && !rules[$0].isIdle }
    return RuleGroup(rules: members, isMonotone: members.allSatisfy { rules[$0].isMonotone })
  }

  deinit {
    operations.deallocate()
    rules.deallocate()
    for words in [codes, registerSorts, registerOptional, registerEpochs] { words.deallocate() }
  }

  private func codes(_ terms: [Term], _ workspace: Workspace) -> (Int32, Int32) {
    let first = Int32(codes.count)
    // Each term's code is contiguous in the workspace; here only where it starts.
    for term in terms { codes.append(workspace.compile(term)) }
    return (first, Int32(terms.count))
  }

  private func compile(
    _ rule: Rule, _ index: Int, _ monotonicity: Monotonicity?, _ workspace: Workspace, _ isStatic: [Bool], _ isIdle: Bool
  ) -> CompiledRule {
    let start = operationCount
    let firstRegister = registerSorts.count
    var quantified: Set<Int> = []
    for instruction in rule.instructions { if case .missing(_, let universal) = instruction { quantified.formUnion(universal) } }
    for (position, register) in rule.registers.enumerated() {
      registerSorts.append(Int32(register.sort))
      registerOptional.append(register.isOptional ? 1 : 0)
      registerEpochs.append(quantified.contains(position) ? universal : unconstrained)
    }
    var trigger: Int32 = -1
    var needs = PredicateSet()
    var spends: Int32 = -1
    for (position, instruction) in rule.instructions.enumerated() {
      var operation: Operation
      switch instruction {
      case .spend(let budget):
        operation = Operation(kind: .spend, operand: Int32(budget))
        spends = Int32(budget)
      case .lookup(let fact, let consumes):
        operation = Operation(kind: .lookup, operand: Int32(fact.predicate), consumes: consumes)
        (operation.first, operation.count) = codes(fact.arguments, workspace)
        if let key = monotonicity?.keys[index].first(where: { $0.instruction == position }) {
          operation.keyColumn = Int32(key.column)
          operation.mustBeUnshared = key.mustBeUnshared
        }
        if !isStatic[fact.predicate] { needs.insert(fact.predicate) }
        if consumes && trigger < 0 { trigger = Int32(fact.predicate) }
      case .missing(let fact, _):
        operation = Operation(kind: .missing, operand: Int32(fact.predicate))
        (operation.first, operation.count) = codes(fact.arguments, workspace)
      case .equal(let a, let b):
        operation = Operation(kind: .equal)
        (operation.first, operation.count) = codes([a, b], workspace)
      case .different(let a, let b):
        operation = Operation(kind: .different)
        (operation.first, operation.count) = codes([a, b], workspace)
      case .honest(let term):
        operation = Operation(kind: .honest)
        (operation.first, operation.count) = codes([term], workspace)
      case .dishonest(let term):
        operation = Operation(kind: .dishonest)
        (operation.first, operation.count) = codes([term], workspace)
      case .receive(let term):
        operation = Operation(kind: .receive)
        (operation.first, operation.count) = codes([term], workspace)
      case .fresh(let register): operation = Operation(kind: .fresh, operand: Int32(register))
      case .choose(let register): operation = Operation(kind: .choose, operand: Int32(register))
      case .insert(let fact):
        operation = Operation(kind: .insert, operand: Int32(fact.predicate))
        (operation.first, operation.count) = codes(fact.arguments, workspace)
      case .learn(let term):
        operation = Operation(kind: .learn)
        (operation.first, operation.count) = codes([term], workspace)
      case .outnumbered(let many, let few):
        operation = Operation(kind: .outnumbered, operand: Int32(many.predicate))
        operation.otherOperand = Int32(few.predicate)
        (operation.first, operation.count) = sharedColumns(many, few, workspace)
        (operation.otherFirst, _) = sharedColumns(few, many, workspace)
      }
      (operations + operationCount).initialize(to: operation)
      operationCount += 1
    }
    return CompiledRule(
      first: start, end: operationCount, registers: rule.registers.count, firstRegister: firstRegister, trigger: trigger, needs: needs,
      spends: spends,
      isMonotone: monotonicity.map { $0.triggers[index] != .none && $0.triggers[index] != .free } ?? false,
      isFree: monotonicity.map { $0.triggers[index] == .free } ?? false,
      consumes: rule.instructions.contains { if case .lookup(_, consumes: true) = $0 { true } else { false } },
      isIdle: isIdle,
      takesWhatIsTested: rule.instructions.contains {
        if case .lookup(let fact, consumes: true) = $0 { monotonicity?.isTestedForAbsence[fact.predicate] ?? true } else { false }
      })
  }

  /// The codes of the columns that both atoms mention; -1 for the others.
  private func sharedColumns(_ atom: Fact, _ other: Fact, _ workspace: Workspace) -> (Int32, Int32) {
    var shared: Set<Int> = []
    for term in other.arguments { term.forEachVariable { shared.insert($0) } }
    let first = Int32(codes.count)
    for term in atom.arguments {
      var isShared = true
      term.forEachVariable { if !shared.contains($0) { isShared = false } }
      codes.append(isShared ? workspace.compile(term) : -1)
    }
    return (first, Int32(atom.arguments.count))
  }
}
