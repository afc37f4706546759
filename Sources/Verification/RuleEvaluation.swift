import Compiler
import Terms

/// All ways to run one rule or query on one state.
///
/// What has a value is decided in the order of the instructions. What the attacker sends, and tests of what it sends, wait until the
/// other instructions have determined as much as they can: they see the knowledge before the step, wherever they stand.
struct RuleEvaluation {
  /// One complete way.
  struct Outcome {
    var values: Bindings
    /// The facts that the rule leaves, without those that it inserts.
    var facts: [GroundFact]
    var budgets: [Int]
    var nextName: Int
  }

  let rule: Rule
  let state: GroundState
  let analysis: GroundAnalysis
  let candidates: Candidates
  /// Values that registers have from the start.
  private let given: Bindings
  private let matcher: Matcher

  init(_ rule: Rule, on state: GroundState, _ analysis: GroundAnalysis, _ candidates: Candidates, given: [GroundTerm?]? = nil) {
    self.rule = rule
    self.given = given ?? Bindings(repeating: nil, count: rule.registers.count)
    self.state = state
    self.analysis = analysis
    self.candidates = candidates
    matcher = Matcher(signature: analysis.deduction.signature, registers: rule.registers)
  }

  /// Calls `body` for each way to run the rule, until it says false. A way may come more than once.
  func forEachOutcome(_ body: (Outcome) -> Bool) {
    _ = execute(0, start) { branch, open in
      choose(open, branch, isFinal: true) { body(Outcome(values: $0.values, facts: $0.facts, budgets: $0.budgets, nextName: $0.nextName)) }
    }
  }

  /// Calls `body` for each way to run the rule as far as the state and the given values decide it, until it says false.
  ///
  /// What is left to be chosen comes with it: by the attacker among what it can derive (`open`), or by nobody in particular (`free`).
  func forEachOpenWay(_ body: (_ values: [GroundTerm?], _ open: [Int], _ free: [Int]) -> Bool) {
    _ = execute(0, start) { settled, open in
      var branch = settled
      guard decide(&branch) else { return true }
      for register in open {
        if let value = branch.values[register], !analysis.isDerivable(value) { return true }
      }
      let left = open.filter { branch.values[$0] == nil }
      return body(branch.values, left, unconstrained(branch).filter { !left.contains($0) })
    }
  }

  private var start: Branch { Branch(values: given, facts: state.facts, budgets: state.budgets, nextName: state.nextName) }

  /// Whether the rule can run to its end.
  var succeeds: Bool {
    var found = false
    forEachOutcome { _ in
      found = true
      return false
    }
    return found
  }

  // MARK: Instructions in their order

  private struct Branch {
    var values: Bindings
    var facts: [GroundFact]
    var budgets: [Int]
    var nextName: Int
    /// Terms that the attacker has to derive.
    var received: [Term] = []
    /// Tests of variables that have no value yet.
    var tests: [Test] = []
  }

  private enum Test {
    case equal(Term, Term)
    case different(Term, Term)
    case isConstant(Term, attackers: Bool)
    /// `facts`: those that there were when it was the instruction's turn.
    case missing(Fact, universal: [Int], facts: [GroundFact])
  }

  /// `body` also gets the registers that the attacker may choose.
  private func execute(_ position: Int, _ start: Branch, _ body: (Branch, _ open: [Int]) -> Bool) -> Bool {
    guard position < rule.instructions.count else { return settle(start, body) }
    var branch = start
    switch rule.instructions[position] {
    case .spend(let budget):
      guard branch.budgets[budget] > 0 else { return true }
      branch.budgets[budget] -= 1
    case .lookup(let pattern, let consumes):
      for (index, fact) in start.facts.enumerated() where fact.predicate == pattern.predicate {
        // Of equal facts one will do.
        if index > 0 && start.facts[index - 1] == fact { continue }
        branch = start
        guard matcher.match(pattern, fact, &branch.values) else { continue }
        if consumes { branch.facts.remove(at: index) }
        guard execute(position + 1, branch, body) else { return false }
      }
      return true
    case .missing(let pattern, let universal): branch.tests.append(.missing(pattern, universal: universal, facts: branch.facts))
    case .equal(let first, let second): branch.tests.append(.equal(first, second))
    case .different(let first, let second): branch.tests.append(.different(first, second))
    case .honest(let term): branch.tests.append(.isConstant(term, attackers: false))
    case .dishonest(let term): branch.tests.append(.isConstant(term, attackers: true))
    case .receive(let term): branch.received.append(term)
    case .fresh(let register):
      guard branch.values[register] == nil else { return true }
      branch.values[register] = .name(branch.nextName, sort: rule.registers[register].sort)
      branch.nextName += 1
    case .choose(let register):
      for value in analysis.deduction.signature.sorts[rule.registers[register].sort].values ?? [] {
        branch = start
        guard matcher.match(.variable(register), .constant(value), &branch.values) else { continue }
        guard execute(position + 1, branch, body) else { return false }
      }
      return true
    case .insert, .learn: break
    case .outnumbered(let many, let few): return outnumbered(many, few, position, branch, body)
    }
    return decide(&branch) ? execute(position + 1, branch, body) : true
  }

  /// The values of the variables that both atoms have, wherever there are more facts of the one than of the other.
  private func outnumbered(_ many: Fact, _ few: Fact, _ position: Int, _ branch: Branch, _ body: (Branch, [Int]) -> Bool) -> Bool {
    let variables = many.variables.union(few.variables)
    let isOpen = variables.contains { branch.values[$0] == nil }
    if isOpen && !(branch.received.isEmpty && branch.tests.isEmpty) {
      var undetermined: Set<Int> = []
      for term in branch.received { term.forEachVariable { undetermined.insert($0) } }
      for case .equal(let a, let b) in branch.tests { for term in [a, b] { term.forEachVariable { undetermined.insert($0) } } }
      if variables.contains(where: { branch.values[$0] == nil && undetermined.contains($0) }) {
        return settle(branch) { settled, open in choose(open, settled, isFinal: false) { outnumbered(many, few, position, $0, body) } }
      }
    }
    let shared = many.variables.intersection(few.variables).sorted()
    // What only one of the two mentions does not tell events apart, whatever an earlier lookup has made of it.
    var start = branch.values
    for register in variables.subtracting(shared) { start[register] = nil }
    var counts: [Bindings: Int] = [:]
    var order: [Bindings] = []
    for fact in branch.facts {
      var values = start
      guard matcher.match(many, fact, &values) else { continue }
      var group = start
      for register in shared { group[register] = values[register] }
      if counts[group] == nil { order.append(group) }
      counts[group, default: 0] += 1
    }
    for group in order {
      let matching = branch.facts.count { fact in
        var values = group
        return matcher.match(few, fact, &values)
      }
      guard let count = counts[group], count > matching else { continue }
      var next = branch
      for register in shared { next.values[register] = group[register] }
      if decide(&next) && !execute(position + 1, next, body) { return false }
    }
    return true
  }

  // MARK: What had to wait

  /// Runs the tests whose variables have values, and gives values to variables that an equality determines; false where one fails.
  private func decide(_ branch: inout Branch) -> Bool {
    var changed = true
    while changed {
      changed = false
      var waiting: [Test] = []
      for test in branch.tests {
        switch test {
        case .equal(let first, let second):
          if let value = second.ground(branch.values) {
            guard matcher.match(first, value, &branch.values) else { return false }
            changed = true
          } else if let value = first.ground(branch.values) {
            guard matcher.match(second, value, &branch.values) else { return false }
            changed = true
          } else {
            waiting.append(test)
          }
        case .different(let first, let second):
          if let a = first.ground(branch.values), let b = second.ground(branch.values) {
            if a == b { return false }
          } else {
            waiting.append(test)
          }
        case .isConstant(let term, let attackers):
          if let value = term.ground(branch.values) {
            guard analysis.deduction.signature.isConstant(value, attackers: attackers) else { return false }
          } else {
            waiting.append(test)
          }
        case .missing(let pattern, let universal, let facts):
          if firstUnbound(pattern, except: universal, branch.values) == nil {
            guard matcher.isMissing(pattern, universal: universal, in: facts, branch.values) else { return false }
          } else {
            waiting.append(test)
          }
        }
      }
      branch.tests = waiting
    }
    return true
  }

  private func firstUnbound(_ pattern: Fact, except universal: [Int], _ values: Bindings) -> Int? {
    pattern.variables.subtracting(universal).filter { values[$0] == nil }.min()
  }

  /// Gives values to what was received, as far as what the attacker has determines them.
  private func settle(_ start: Branch, _ body: (Branch, _ open: [Int]) -> Bool) -> Bool {
    var branch = start
    guard decide(&branch) else { return true }
    let goals = branch.received.map { known(equalTo: $0, branch) }
    branch.received = []
    return analysis.forEachInstance(of: goals, branch.values, matcher) { values, open in
      var next = branch
      next.values = values
      return body(next, open)
    }
  }

  /// For a variable without a value, what an equality says of it.
  private func known(equalTo term: Term, _ branch: Branch) -> Term {
    guard case .variable(let register) = term, branch.values[register] == nil else { return term }
    for case .equal(let first, let second) in branch.tests {
      if first == term, case .apply = second { return second }
      if second == term, case .apply = first { return first }
    }
    return term
  }

  /// Tries all values of the variables that the attacker may choose (`open`), and in the end (`isFinal`) of all else that needs one.
  private func choose(_ open: [Int], _ start: Branch, isFinal: Bool, _ body: (Branch) -> Bool) -> Bool {
    var branch = start
    guard decide(&branch) else { return true }
    // What an equality has determined meanwhile must be derivable like a chosen value.
    for register in open {
      if let value = branch.values[register], !analysis.isDerivable(value) { return true }
    }
    let left = open.filter { branch.values[$0] == nil }
    if let register = left.first {
      for value in candidates.values(for: rule.registers[register]) {
        var next = branch
        next.values[register] = value
        guard choose(Array(left.dropFirst()), next, isFinal: isFinal, body) else { return false }
      }
      return true
    }
    guard isFinal, let register = firstUnconstrained(branch) else { return body(branch) }
    for value in candidates.unconstrainedValues(for: rule.registers[register]) {
      var next = branch
      next.values[register] = value
      guard choose([], next, isFinal: true, body) else { return false }
    }
    return true
  }

  /// A variable that a test or an effect needs and that nothing determines.
  private func firstUnconstrained(_ branch: Branch) -> Int? { unconstrained(branch).first }

  /// The variables that a test or an effect needs and that nothing determines, in the order of their use.
  private func unconstrained(_ branch: Branch) -> [Int] {
    var found: [Int] = []
    func add(_ terms: [Term], except universal: [Int] = []) {
      for term in terms { term.forEachVariable { if branch.values[$0] == nil && !universal.contains($0) && !found.contains($0) { found.append($0) } } }
    }
    for test in branch.tests {
      switch test {
      case .equal(let first, let second), .different(let first, let second): add([first, second])
      case .isConstant(let term, _): add([term])
      case .missing(let pattern, let universal, _): add(pattern.arguments, except: universal)
      }
    }
    for instruction in rule.instructions {
      switch instruction {
      case .insert(let fact): add(fact.arguments)
      case .learn(let term): add([term])
      default: break
      }
    }
    return found
  }
}
