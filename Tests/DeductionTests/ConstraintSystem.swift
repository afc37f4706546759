import Compiler
import ExactNumbers
import Terms

@testable import Compiler
@testable import Deduction
@testable import Verification

/// A run of the attacker in small: what it learns in which epoch, the values it has chosen, and the messages it has to send.
///
/// What is learned in an epoch has only variables that were chosen in earlier ones, as in the engine.
struct ConstraintSystem: CustomStringConvertible {
  struct Timed: CustomStringConvertible {
    var term: Shape
    var epoch: Int32
    var description: String { "\(term)@\(epoch)" }
  }

  struct Equation: CustomStringConvertible {
    var left: Shape
    var right: Shape
    var epoch: Int32
    var description: String { "\(left) = \(right) @\(epoch)" }
  }

  static let last: Int32 = 3

  var names: [SortID]
  var variables: [Variable]
  var knowledge: [Timed] = []
  var equations: [Equation] = []
  var goals: [Timed] = []

  /// `hasOpenKeys`: messages may be closed with keys that depend on what a variable is.
  init(seed: UInt64, hasOpenKeys: Bool) {
    var generator = ShapeGenerator(seed: seed)
    generator.hasOpenKeys = hasOpenKeys
    generator.isLoose = generator.chance(1, in: 4)
    for _ in 0..<1 + generator.below(3) {
      generator.addVariable(epoch: generator.chance(2, in: 5) ? unconstrained : Int32(generator.below(Int(Self.last))))
    }
    names = generator.names
    variables = generator.variables
    let closed = [words.signed, words.signed, words.digest, words.sealed, words.encrypted]
    for epoch in 0...Self.last {
      let chosen = variables.indices.filter { [variables] in variables[$0].epoch < epoch }
      for _ in 0..<1 + generator.below(3) {
        // Mostly messages that can be read but not made, and often ones that are like others.
        var term = generator.term(of: generator.chance(1, in: 4) ? words.message : closed[generator.below(closed.count)], depth: 2, chosen, isKnown: true)
        if let other = knowledge.randomElement(using: &generator.random), generator.chance(1, in: 2) {
          term = generator.varied(other.term)
        }
        knowledge.append(Timed(term: term, epoch: epoch))
      }
    }
    let all = Array(variables.indices)
    let patterns = knowledge.map(\.term).filter { $0.subterms.count > 2 }
    for _ in 0..<1 + generator.below(2) {
      let epoch = Self.last - Int32(generator.chance(1, in: 2) ? 0 : generator.below(Int(Self.last) + 1))
      let usable = all.filter { [variables] in variables[$0].epoch == unconstrained || variables[$0].epoch <= epoch }
      // Often something like a message that the attacker has got, with parts left open.
      if generator.chance(4, in: 5), let pattern = patterns.randomElement(using: &generator.random) {
        var term = generator.loosened(pattern, usable)
        for _ in 0..<4 where term.variables.isEmpty { term = generator.loosened(pattern, usable) }
        goals.append(Timed(term: term, epoch: epoch))
      } else {
        goals.append(Timed(term: generator.term(of: words.message, depth: 3, usable, isKnown: false), epoch: epoch))
      }
    }
    if generator.chance(1, in: 4), let variable = all.randomElement(using: &generator.random) {
      let epoch = variables[variable].epoch == unconstrained ? Self.last : variables[variable].epoch
      let usable = all.filter { [variables] in variables[$0].epoch == unconstrained || variables[$0].epoch <= epoch }
      let other = generator.term(of: variables[variable].sort, depth: 2, usable, isKnown: false)
      if other != .variable(variable) { equations.append(Equation(left: .variable(variable), right: other, epoch: epoch)) }
    }
  }

  var description: String {
    "variables \(variables) knowledge \(knowledge) equations \(equations) goals \(goals)"
  }
}

extension ShapeGenerator {
  /// The term with some of its atoms replaced by others of their sort.
  mutating func varied(_ shape: Shape) -> Shape {
    switch shape {
    case .name where chance(1, in: 2): return shape
    case .variable: return shape
    case .name(let index):
      let others = atoms(of: names[index])
      return others[below(others.count)]
    case .apply(let symbol, let arguments) where arguments.isEmpty:
      let others = atoms(of: words.signature.symbols[symbol].result)
      return others.isEmpty ? shape : others[below(others.count)]
    case .apply(let symbol, let arguments): return .apply(symbol, arguments.map { varied($0) })
    }
  }

  private func sort(of shape: Shape) -> SortID {
    switch shape {
    case .variable(let index): variables[index].sort
    case .name(let index): names[index]
    case .apply(let symbol, _): words.signature.symbols[symbol].result
    }
  }

  /// The term with some of its parts replaced by variables that fit there.
  mutating func loosened(_ shape: Shape, _ allowed: [Int]) -> Shape {
    guard case .apply(let symbol, let arguments) = shape else { return shape }
    var parts: [Shape] = []
    for (argument, sort) in zip(arguments, words.signature.symbols[symbol].arguments) {
      let actual = self.sort(of: argument)
      let fitting = allowed.filter { variables[$0].sort == actual || (sort == words.message && variables[$0].sort == words.message) }
      parts.append(!fitting.isEmpty && chance(2, in: 3) ? .variable(fitting[below(fitting.count)]) : loosened(argument, allowed))
    }
    return .apply(symbol, parts)
  }
}

// MARK: The engine's answer

/// One way to solve a system: the values of its variables, and what is still open in them.
struct Solution: CustomStringConvertible {
  var values: [Shape]
  var open: [Int: Variable] = [:]
  var description: String { "\(values) where \(open)" }
}

extension ConstraintSystem {
  func load(_ workspace: Workspace) {
    for name in names { _ = workspace.name(name) }
    for variable in variables { _ = workspace.variable(variable.sort, isOptional: variable.isOptional, epoch: variable.epoch) }
  }

  private func solution(_ workspace: Workspace) -> Solution {
    var solution = Solution(values: variables.indices.map { workspace.shape(of: ~Int32($0)) })
    for index in Set(solution.values.flatMap(\.variables)) {
      solution.open[index] = Variable(
        sort: Int(workspace.variableSorts[index]), isOptional: workspace.optional[index] == 1, epoch: workspace.epochs[index])
    }
    return solution
  }

  /// Appends the equations' and the system's goals of some epochs; false where the terms cannot be equal.
  private func ask(_ workspace: Workspace, _ epochs: ClosedRange<Int32>) -> Bool {
    let mark = workspace.trail.count
    for equation in equations where epochs.contains(equation.epoch) {
      guard workspace.unify(workspace.build(equation.left), workspace.build(equation.right)) else { return false }
    }
    guard workspace.pushGoals(since: mark) else { return false }
    for goal in goals where epochs.contains(goal.epoch) {
      workspace.goals.append(workspace.build(goal.term))
      workspace.goals.append(goal.epoch)
    }
    return true
  }

  /// Learns everything first, and solves all goals together.
  func solveAtOnce() -> [Solution] {
    let workspace = Workspace.make()
    load(workspace)
    workspace.now = Self.last
    for item in knowledge { workspace.learn(workspace.build(item.term), item.epoch) }
    workspace.analyse()
    var found: [Solution] = []
    guard ask(workspace, 0...Self.last) else { return [] }
    _ = workspace.solve(0) {
      found.append(solution(workspace))
      return true
    }
    return found
  }

  /// Epoch by epoch, as the engine does: learns, opens in each way, then solves the goals of the epoch.
  func solveInSteps() -> [Solution] {
    let workspace = Workspace.make()
    load(workspace)
    var found: [Solution] = []
    step(0, workspace, &found)
    return found
  }

  private func step(_ epoch: Int32, _ workspace: Workspace, _ found: inout [Solution]) {
    guard epoch <= Self.last else {
      found.append(solution(workspace))
      return
    }
    let known = workspace.knowledge.count
    workspace.now = epoch - 1
    for item in knowledge where item.epoch == epoch { workspace.learn(workspace.build(item.term), epoch) }
    publish(epoch, workspace, &found)
    workspace.knowledge.truncate(to: known)
    workspace.learnedIn.truncate(to: known)
  }

  private func publish(_ epoch: Int32, _ workspace: Workspace, _ found: inout [Solution]) {
    let known = workspace.knowledge.count
    workspace.now = epoch - 1
    workspace.analyse()
    let (mark, pending) = (workspace.trail.count, workspace.goals.count)
    if ask(workspace, epoch...epoch) {
      _ = workspace.solve(pending) {
        step(epoch + 1, workspace, &found)
        return true
      }
    }
    workspace.goals.truncate(to: pending)
    workspace.undo(to: mark)
    workspace.now = epoch - 1
    _ = workspace.openByBinding {
      publish(epoch, workspace, &found)
      return true
    }
    workspace.knowledge.truncate(to: known)
    workspace.learnedIn.truncate(to: known)
  }
}
