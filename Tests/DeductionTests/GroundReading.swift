import ExactNumbers
import Terms

@testable import Compiler
@testable import Deduction
@testable import Verification

extension Vocabulary {
  /// The vocabulary as the ground checker reads it.
  var deduction: GroundDeduction {
    let registers = [Register(name: "key", sort: key, isOptional: false), Register(name: "body", sort: message, isOptional: false)]
    return GroundDeduction(
      TransitionSystem(
        title: "", signature: signature, predicates: [], budgets: [], rules: [],
        openings: openings.map { Opening(registers: registers, pattern: $0.pattern, needs: $0.needs, gives: $0.gives) }, properties: [], witnesses: [],
        initialFacts: [], initialKnowledge: []))
  }

  func admits(_ term: GroundTerm, _ variable: Variable) -> Bool {
    signature.admits(term, in: Register(name: "", sort: variable.sort, isOptional: variable.isOptional))
  }

  /// Whether it is a value to try. An own constant of sort Message passes for every infinite sort in the ground checker, but not for two
  /// at once in the engine, where it gets the sort that it is used as; so it is tried for messages only.
  func fits(_ term: GroundTerm, _ variable: Variable) -> Bool {
    if case .own(_, Signature.message) = term, variable.sort != message { return false }
    return admits(term, variable)
  }
}

private let deduction = words.deduction

/// What the attacker knows in each epoch, under some values of a system's variables.
struct GroundKnowledge {
  private var analyses: [Int32: GroundAnalysis] = [:]

  /// Whether the attacker can derive the term in the epoch; the system's variables of earlier epochs have values.
  mutating func isDerivable(_ term: GroundTerm, _ epoch: Int32, _ system: ConstraintSystem, _ values: [GroundTerm]) -> Bool {
    if analyses[epoch] == nil {
      let told = system.knowledge.filter { $0.epoch <= epoch }.map { $0.term.ground(system.names) { values[$0] } }
      analyses[epoch] = deduction.analyse(Set(told))
    }
    return analyses[epoch]?.isDerivable(term) ?? false
  }
}

extension ConstraintSystem {
  /// Why these values solve the system not; nil where they do.
  func objection(to values: [GroundTerm]) -> String? {
    var known = GroundKnowledge()
    for (index, variable) in variables.enumerated() {
      guard words.admits(values[index], variable) else { return "x\(index) cannot be \(values[index])" }
      if variable.epoch != unconstrained && !known.isDerivable(values[index], variable.epoch, self, values) {
        return "x\(index) = \(values[index]) is not derivable in epoch \(variable.epoch)"
      }
    }
    return objection(to: values, &known)
  }

  private func objection(to values: [GroundTerm], _ known: inout GroundKnowledge) -> String? {
    for equation in equations where equation.left.ground(names, { values[$0] }) != equation.right.ground(names, { values[$0] }) {
      return "\(equation) does not hold"
    }
    for goal in goals where !known.isDerivable(goal.term.ground(names) { values[$0] }, goal.epoch, self, values) {
      return "\(goal) is not derivable"
    }
    return nil
  }

  /// Values for the variables as a solution describes them, with the attacker's own for what it leaves open.
  func instance(of solution: Solution) -> [GroundTerm] {
    solution.values.map { value in
      value.ground(names) { index in
        let sort = solution.open[index]?.sort ?? words.message
        if let values = words.signature.sorts[sort].values { return .constant(values[index % values.count]) }
        return .own(index, sort: sort)
      }
    }
  }

  /// Whether these values, which solve the system, are ones that the solution describes.
  func isInstance(_ values: [GroundTerm], of solution: Solution) -> Bool {
    var inner: [Int: GroundTerm] = [:]
    for (shape, value) in zip(solution.values, values) { guard shape.match(value, &inner) else { return false } }
    var known = GroundKnowledge()
    for (index, variable) in solution.open {
      guard let value = inner[index], words.admits(value, variable) else { return false }
      if variable.epoch != unconstrained && !known.isDerivable(value, variable.epoch, self, values) { return false }
    }
    return true
  }

  // MARK: Trying values

  /// Small terms that a variable may be: parts of the system, names and constants, the attacker's own, and what is built of these.
  var candidates: [GroundTerm] {
    let own = words.signature.sorts.indices.filter { words.signature.sorts[$0].values == nil }.map { GroundTerm.own(0, sort: $0) }
    let parts = (knowledge.map(\.term) + goals.map(\.term) + equations.flatMap { [$0.left, $0.right] }).flatMap(\.subterms)
    let ground = parts.filter { $0.variables.isEmpty }.map { $0.ground(names) { _ in .constant(words.none) } }
    let constants = words.signature.symbols.indices.filter { words.signature.symbols[$0].arguments.isEmpty }.map(GroundTerm.constant)
    let atoms = own + constants + names.indices.map { .name($0, sort: names[$0]) }
    var small: [GroundTerm] = []
    for symbol in words.constructors(of: words.message) {
      let arguments = words.signature.symbols[symbol].arguments
      let firsts = atoms.filter { words.fits($0, Variable(sort: arguments[0], isOptional: false, epoch: 0)) }
      for (index, first) in firsts.enumerated() {
        small.append(.apply(symbol, arguments.count == 1 ? [first] : [first, atoms[(index * 7 + 3) % atoms.count]]))
      }
    }
    // What a part of the system would be with other values in it.
    let loose = Set(parts.filter { !$0.variables.isEmpty }).flatMap { part in
      atoms.map { atom in part.ground(names) { _ in atom } }
    }
    let fitting = loose.filter(isWellSorted)
    return Set(ground + atoms + small + fitting).sorted()
  }

  private func isWellSorted(_ term: GroundTerm) -> Bool {
    guard case .apply(let symbol, let arguments) = term else { return true }
    return zip(words.signature.symbols[symbol].arguments, arguments).allSatisfy { sort, argument in
      words.fits(argument, Variable(sort: sort, isOptional: true, epoch: 0)) && isWellSorted(argument)
    }
  }

  /// Values of the variables that solve the system: those with `width` candidates a variable, in random order.
  func groundSolutions(seed: UInt64, width: Int) -> [[GroundTerm]] {
    var random = SplitMix64(seed: seed)
    let candidates = candidates
    let order = variables.indices.sorted { (variables[$0].epoch, $0) < (variables[$1].epoch, $1) }
    var found: [[GroundTerm]] = []
    var values = [GroundTerm](repeating: .constant(words.none), count: variables.count)
    func choose(_ position: Int, _ known: GroundKnowledge) {
      guard position < order.count else {
        var known = known
        if objection(to: values, &known) == nil { found.append(values) }
        return
      }
      let index = order[position]
      let variable = variables[index]
      // What was analysed for earlier epochs holds on; what is later depends on this variable.
      var known = known
      var tried = 0
      for candidate in candidates.filter({ words.fits($0, variable) }).shuffled(using: &random) {
        if variable.epoch != unconstrained && !known.isDerivable(candidate, variable.epoch, self, values) { continue }
        values[index] = candidate
        choose(position + 1, known)
        tried += 1
        if tried == width { return }
      }
    }
    choose(0, GroundKnowledge())
    return found
  }
}
