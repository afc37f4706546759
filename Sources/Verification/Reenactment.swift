import Compiler
import Terms

/// How far an attack gets in another system: that of the same scenario with a dropped clause put back.
///
/// The steps are those of the same handlers, by the same participants, with the same values in all that the attacker sends and that
/// honest persons choose, and they use up what the same earlier steps have made. What follows from that may be different. Own constants of the attacker stand for any value: what the attack
/// leaves open may be chosen anew.
public struct Reenactment: Sendable {
  /// The steps that are possible, in the other system.
  public var steps: [GroundStep]
  /// Why the next one is refused; nil: all steps are possible.
  public var refusal: Refusal?
  /// Whether the property is violated after them; false where a step is refused.
  public var isViolated: Bool

  /// Why a step is refused.
  public enum Refusal: Sendable {
    /// There is no such step.
    case noStep
    /// The attacker cannot derive this part of what it is to send, a term of the original.
    case notDerivable(GroundTerm)
    /// An instruction of a rule fails; of a look-up, the fact that comes closest, and in what it differs.
    case failed(rule: Int, instruction: Int, differences: [Difference])
  }

  /// A column of a fact that is there, and what it would have to be: terms of the other system.
  public struct Difference: Sendable {
    public var column: String
    public var found: GroundTerm
    public var wanted: GroundTerm
  }
}

/// The parts of a system that a reenactment needs: its rules and their accounts.
public struct AccountedSystem: Sendable {
  public var system: TransitionSystem
  public var accounts: [RuleAccount]
  public init(_ system: TransitionSystem, _ accounts: [RuleAccount]) {
    self.system = system
    self.accounts = accounts
  }
}

/// Takes the steps of a trace in another system, as far as that goes.
///
/// - Parameters:
///   - original: the system that it is a run of.
///   - other: the one that it is tried in.
///   - attack: a run of `original`.
///   - property: its index in both systems.
public func reenact(_ attack: [GroundStep], violating property: Int, of original: AccountedSystem, in other: AccountedSystem) -> Reenactment {
  var reenactor = Reenactor(steps: attack, property: property, original: original, other: other)
  reenactor.go(on: 0, Replay(other.system), names: [:], taken: [])
  return reenactor.best
}

private struct Reenactor {
  let steps: [GroundStep]
  let property: Int
  let original: AccountedSystem
  let other: AccountedSystem
  /// For each step, what it takes away, by the name of its predicate, and which steps have made that; -1: it was there at the beginning.
  private let consumed: [[String: Set<Int>]]
  private let symbols: [SymbolID?]
  private let sorts: [SortID?]
  private(set) var best = Reenactment(steps: [], refusal: .noStep, isViolated: false)
  private var hasResult = false
  /// How many more steps are tried.
  private var patience = 2000

  init(steps: [GroundStep], property: Int, original: AccountedSystem, other: AccountedSystem) {
    (self.steps, self.property, self.original, self.other) = (steps, property, original, other)
    let known = other.system.signature
    func key(_ symbol: Signature.Symbol, _ signature: Signature) -> String {
      "\(symbol.name)/\(symbol.arguments.count) \(signature.sorts[symbol.result].name)"
    }
    let numbers = Dictionary(known.symbols.enumerated().map { (key($1, known), $0) }, uniquingKeysWith: { first, _ in first })
    symbols = original.system.signature.symbols.map { numbers[key($0, original.system.signature)] }
    sorts = original.system.signature.sorts.map { known.sort(named: $0.name) }
    var replay = Replay(original.system)
    var makers: [GroundFact: Set<Int>] = [:]
    var consumed: [[String: Set<Int>]] = []
    for (index, step) in steps.enumerated() {
      guard let effects = try? replay.take(step) else { break }
      consumed.append([:])
      for fact in effects.taken {
        consumed[index][baseName(original.system.predicates[fact.predicate].name), default: []].formUnion(makers[fact] ?? [-1])
      }
      for fact in effects.inserted { makers[fact, default: []].insert(index) }
    }
    self.consumed = consumed
  }

  /// Whether the search is over: the whole attack was possible, or it took too long.
  private var isDone: Bool { patience <= 0 || (hasResult && best.refusal == nil && best.isViolated) }

  mutating func go(on index: Int, _ replay: Replay, names: [Int: GroundTerm], makers: [GroundFact: Set<Int>] = [:], taken: [GroundStep]) {
    guard index < steps.count else {
      let isViolated = replay.answers(other.system.properties[property])
      return keep(Reenactment(steps: taken, refusal: nil, isViolated: isViolated))
    }
    let step = steps[index]
    var closest: (rule: Int, instruction: Int, differences: [Reenactment.Difference])?
    let state = state(of: replay, for: index, makers)
    var found = false
    for rule in candidates(for: step.rule) {
      guard let starts = starts(of: rule, for: step, names) else { continue }
      for start in starts {
        for values in outcomes(of: rule, from: start, state, replay.analysis) {
          patience -= 1
          var next = replay
          guard !isDone, let effects = try? next.take(GroundStep(rule: rule, values: values)) else { continue }
          found = true
          var made = makers
          for fact in effects.inserted { made[fact, default: []].insert(index) }
          go(
            on: index + 1, next, names: names.merging(pairs(step, rule, values)) { $1 }, makers: made,
            taken: taken + [GroundStep(rule: rule, values: values)])
          if isDone { return }
        }
        // Own constants stand for anything only where they do not do themselves.
        if found { break }
        let failed = firstFailure(of: rule, from: start, state, replay.analysis)
        if closest.map({ $0.instruction < failed.instruction }) ?? true { closest = (rule, failed.instruction, failed.differences) }
      }
    }
    guard !found else { return }
    var refusal = closest.map { Reenactment.Refusal.failed(rule: $0.rule, instruction: $0.instruction, differences: $0.differences) } ?? .noStep
    if let missing = missingPart(of: step, names, replay.analysis) { refusal = .notDerivable(missing) }
    keep(Reenactment(steps: taken, refusal: refusal, isViolated: false))
  }

  private mutating func keep(_ result: Reenactment) {
    let isBetter = result.steps.count > best.steps.count || (result.steps.count == best.steps.count && result.refusal == nil && best.refusal != nil)
    if !hasResult || isBetter || result.isViolated { best = result }
    hasResult = true
  }

  // MARK: Which step

  /// The rules of the same handler, participants and endpoints: what a clause changes are the branches.
  private func candidates(for rule: Int) -> [Int] {
    let wanted = original.system.rules[rule]
    let same = other.system.rules.indices.filter { baseName(other.system.rules[$0].name) == baseName(wanted.name) }
    let exact = same.filter { other.system.rules[$0].file == wanted.file && other.system.rules[$0].line == wanted.line }
    return exact.isEmpty ? same : exact
  }

  /// The state as a step may see it: without what it would use up and did not in the attack.
  private func state(of replay: Replay, for index: Int, _ makers: [GroundFact: Set<Int>]) -> GroundState {
    guard consumed.indices.contains(index), !consumed[index].isEmpty else { return replay.state }
    let wanted = other.system.predicates.map { consumed[index][baseName($0.name)] }
    var state = replay.state
    state.facts.removeAll { fact in wanted[fact.predicate].map { $0.isDisjoint(with: makers[fact] ?? [-1]) } ?? false }
    return state
  }

  /// What the attacker's and the persons' choices say of the registers of a rule: as they were, and with own constants left open.
  private func starts(of rule: Int, for step: GroundStep, _ names: [Int: GroundTerm]) -> [Bindings]? {
    let (inputs, wanted) = (original.accounts[step.rule].inputs, other.accounts[rule].inputs)
    guard inputs.count == wanted.count else { return nil }
    let matcher = Matcher(signature: other.system.signature, registers: other.system.rules[rule].registers)
    var starts: [Bindings] = []
    for isOpen in [false, true] {
      var bindings = Bindings(repeating: nil, count: other.system.rules[rule].registers.count)
      let fits = zip(inputs, wanted).allSatisfy { bind($1.part.term, $0.part.term, step.values, names, isOpen, matcher, &bindings) }
      if fits && !starts.contains(bindings) { starts.append(bindings) }
    }
    return starts
  }

  /// Binds the variables of `pattern` to the values that `term` had; false where the two cannot be the same.
  private func bind(
    _ pattern: Term, _ term: Term, _ values: Bindings, _ names: [Int: GroundTerm], _ isOpen: Bool, _ matcher: Matcher, _ bindings: inout Bindings
  ) -> Bool {
    let value = term.filled(values)
    func bind(_ pattern: Term, _ value: GroundTerm) -> Bool {
      if value == .unknown { return true }
      if isOpen, case .own = value { return true }
      switch pattern {
      case .variable(let register):
        guard bindings.indices.contains(register), let translated = translated(value, names) else { return !bindings.indices.contains(register) }
        return matcher.match(pattern, translated, &bindings)
      case .apply(let symbol, let patterns):
        guard case .apply(let actual, let arguments) = value, symbols[actual] == symbol, arguments.count == patterns.count else { return false }
        return zip(patterns, arguments).allSatisfy(bind)
      }
    }
    return bind(pattern, value)
  }

  /// A term of the original as one of the other system; nil where a name or a symbol has no counterpart.
  private func translated(_ term: GroundTerm, _ names: [Int: GroundTerm]) -> GroundTerm? {
    switch term {
    case .name(let number, _): return names[number]
    case .own(let number, let sort): return sorts[sort].map { .own(number, sort: $0) }
    case .apply(let symbol, let arguments):
      guard let symbol = symbols[symbol] else { return nil }
      var translatedArguments: [GroundTerm] = []
      for argument in arguments {
        guard let argument = translated(argument, names) else { return nil }
        translatedArguments.append(argument)
      }
      return .apply(symbol, translatedArguments)
    }
  }

  /// The new names of two steps, by what the model calls them.
  private func pairs(_ step: GroundStep, _ rule: Int, _ values: Bindings) -> [Int: GroundTerm] {
    func made(_ rule: Rule, _ values: Bindings) -> [String: [GroundTerm]] {
      var made: [String: [GroundTerm]] = [:]
      for case .fresh(let register) in rule.instructions {
        if let value = values[register] { made[rule.registers[register].name, default: []].append(value) }
      }
      return made
    }
    let new = made(other.system.rules[rule], values)
    var pairs: [Int: GroundTerm] = [:]
    for (name, old) in made(original.system.rules[step.rule], step.values) {
      for (first, second) in zip(old, new[name] ?? []) { if case .name(let number, _) = first { pairs[number] = second } }
    }
    return pairs
  }

  // MARK: Whether it is possible

  /// Some ways to run the rule, all of them where there are few.
  private func outcomes(of rule: Int, from start: Bindings, _ state: GroundState, _ analysis: GroundAnalysis) -> [Bindings] {
    var outcomes: [Bindings] = []
    evaluation(other.system.rules[rule], state, analysis, start).forEachOutcome { outcome in
      if !outcomes.contains(outcome.values) { outcomes.append(outcome.values) }
      return outcomes.count < 16
    }
    return outcomes
  }

  private func evaluation(_ rule: Rule, _ state: GroundState, _ analysis: GroundAnalysis, _ given: Bindings) -> RuleEvaluation {
    RuleEvaluation(rule, on: state, analysis, Candidates(state, analysis, size: 1, ownConstants: 1), given: given)
  }

  /// The first instruction without which the ones before it can be run, and for a look-up how the closest fact differs.
  private func firstFailure(
    of rule: Int, from start: Bindings, _ state: GroundState, _ analysis: GroundAnalysis
  ) -> (instruction: Int, differences: [Reenactment.Difference]) {
    let whole = other.system.rules[rule]
    var reached = start
    for count in whole.instructions.indices {
      var part = whole
      part.instructions = Array(whole.instructions[...count])
      var succeeds = false
      evaluation(part, state, analysis, start).forEachOutcome { outcome in
        (succeeds, reached) = (true, outcome.values)
        return false
      }
      guard !succeeds else { continue }
      guard case .lookup(let pattern, _) = whole.instructions[count] else { return (count, []) }
      let facts = state.facts.filter { $0.predicate == pattern.predicate }.map { differences(pattern, $0, reached, whole) }
      return (count, facts.min { $0.count < $1.count } ?? [])
    }
    return (whole.instructions.count - 1, [])
  }

  private func differences(_ pattern: Fact, _ fact: GroundFact, _ values: Bindings, _ rule: Rule) -> [Reenactment.Difference] {
    let matcher = Matcher(signature: other.system.signature, registers: rule.registers)
    let columns = other.system.predicates[pattern.predicate].columnNames
    return pattern.arguments.indices.compactMap { index in
      var bindings = values
      if matcher.match(pattern.arguments[index], fact.arguments[index], &bindings) { return nil }
      return Reenactment.Difference(
        column: columns.indices.contains(index) ? columns[index] : "", found: fact.arguments[index], wanted: pattern.arguments[index].filled(values))
    }
  }

  /// The first part of what the attacker sent that it cannot derive now, as a term of the original.
  private func missingPart(of step: GroundStep, _ names: [Int: GroundTerm], _ analysis: GroundAnalysis) -> GroundTerm? {
    for input in original.accounts[step.rule].inputs where input.isAttackers {
      if let part = missingPart(of: input.part.term.filled(step.values), names, analysis) { return part }
    }
    return nil
  }

  private func missingPart(of term: GroundTerm, _ names: [Int: GroundTerm], _ analysis: GroundAnalysis) -> GroundTerm? {
    if term == .unknown { return nil }
    if let translated = translated(term, names), analysis.isDerivable(translated) { return nil }
    if case .apply(let symbol, let arguments) = term, original.system.signature.symbols[symbol].isTransparent {
      return arguments.lazy.compactMap { missingPart(of: $0, names, analysis) }.first
    }
    return term
  }
}

extension GroundTerm {
  /// What a variable without a value stands for: anything.
  public static let unknown = GroundTerm.own(-1, sort: Signature.message)
}

extension Term {
  /// The term with the values of its variables, and ``GroundTerm/unknown`` where one has none.
  public func filled(_ values: [GroundTerm?]) -> GroundTerm {
    switch self {
    case .variable(let register): values.indices.contains(register) ? values[register] ?? .unknown : .unknown
    case .apply(let symbol, let arguments): .apply(symbol, arguments.map { $0.filled(values) })
    }
  }
}

/// The name of a rule or a predicate without the numbers of branches and of waiting requests.
private func baseName(_ name: String) -> String {
  name.split(separator: " ").filter { !$0.hasPrefix("#") && !($0.hasPrefix("(") && $0.hasSuffix(")")) }.joined(separator: " ")
}
