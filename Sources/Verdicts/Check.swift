import Compiler
import Exploration
import Language
import Traces
import Verification

/// How to check: everything that does not change a verdict.
public struct CheckOptions: Sendable {
  public var reductions = Reductions.all
  public var limits = Limits()
  public var pace = Pace()
  /// Workers.
  public var jobs = 1
  /// Whether states are told apart by all of their words, not by fingerprints.
  public var isExact = false
  /// Asked now and then; `true` ends the search in order.
  public var interrupted: @Sendable () -> Bool = { false }
  public var onProgress: (@Sendable (Progress) -> Void)?
  /// How far the naive explorer looks, if it is asked too.
  public var oracle: NaiveExplorer.Limits?
  /// Writes checkpoints, and goes on from one.
  public var checkpoints: CheckpointKeeper?
  public init() {}
}

/// Why a scenario has no verdicts.
public enum CheckFailure: Error {
  /// The scenario or its model has errors.
  case invalid([Diagnostic])
  /// An attack that the engine found was refused by the independent checker, or the naive explorer disagrees: no verdict is given.
  case internalError(String)
}

/// Compiles a scenario, makes sure that its honest runs complete, explores it, and verifies each attack.
public func check(_ scenario: Library.Scenario, in library: inout Library, _ options: CheckOptions) throws(CheckFailure) -> ScenarioResult {
  let compiled: Library.Compiled
  do {
    compiled = try library.compile(scenario)
  } catch {
    throw .invalid(error.diagnostics)
  }
  return try check(compiled, of: scenario, in: library, options)
}

/// The same for a scenario that has been compiled; the library is that which it comes from.
func check(
  _ compiled: Library.Compiled, of scenario: Library.Scenario, in library: Library, _ options: CheckOptions
) throws(CheckFailure) -> ScenarioResult {
  var result = try check(compiled, of: scenario, options)
  if scenario.declaration.attackerSweep != nil { result.attackerSweep = try sweepAttackers(of: scenario, whole: result, in: library, options) }
  return result
}

/// The same without what a scenario sweeps over.
func check(_ compiled: Library.Compiled, of scenario: Library.Scenario, _ options: CheckOptions) throws(CheckFailure) -> ScenarioResult {
  let isWitnessed = try checkWitnesses(compiled, scenario, options)
  let search = Search(
    compiled.system.askingProperties, reductions: options.reductions, limits: options.limits, jobs: options.jobs,
    watching: compiled.sourceMap.threats.map(\.threat), isExact: options.isExact, pace: options.pace, interrupted: options.interrupted,
    onProgress: options.onProgress)
  do throws(CheckpointError) {
    try options.checkpoints?.attach(to: search, scenario, compiled, options)
  } catch {
    throw .invalid([Diagnostic(message: "\(scenario.title): \(error)", location: nil)])
  }
  let outcome = search.run()
  var properties: [PropertyResult] = []
  lazy var walker = PathReplay(search)
  for (index, property) in compiled.system.properties.enumerated() {
    var result = PropertyResult(
      property: property.name, sentence: property.text, verdict: outcome.stopped == nil && isWitnessed ? .holds : .inconclusive,
      expected: expectation(property.name, scenario))
    if let finding = outcome.violations.first(where: { $0.property == index }) {
      do {
        result.attack = try attack(from: finding, in: compiled.system, along: walker)
      } catch {
        throw .internalError("\(scenario.title), \(property.name): \(error)")
      }
      result.verdict = .violated
    }
    properties.append(result)
  }
  var oracle: OracleResult?
  if let limits = options.oracle {
    oracle = try ask(limits, about: compiled.system, properties, scenario.title, interrupted: options.interrupted)
  }
  return ScenarioResult(
    setting: ScenarioSetting(scenario, compiled), properties: properties, states: outcome.progress.states, transitions: outcome.progress.transitions,
    computed: outcome.progress.computed, depth: outcome.progress.depth, statesByDepth: outcome.progress.statesByDepth, seconds: outcome.progress.seconds,
    storedBytes: outcome.storedBytes, stopped: outcome.stopped, reductions: options.reductions.active,
    warnings: compiled.warnings + vacuities(properties, outcome, compiled, of: scenario, options), oracle: oracle, attackerSweep: nil, jobs: options.jobs,
    isExact: options.isExact,
    scenario: scenario, compiled: compiled)
}

/// Which of some properties are violated: all that the analysis of clauses asks of a scenario.
struct Violations {
  /// Each was verified; the shortest of its property.
  var attacks: [String: Attack]
  /// Whether what has no attack holds: all was looked at.
  var isWhole: Bool

  func verdict(_ property: String) -> Verdict { attacks[property] != nil ? .violated : isWhole ? .holds : .inconclusive }
}

/// Looks for attacks on some of a scenario's properties; the search ends when `isEnough` of them are violated.
///
/// - Throws: ``CheckFailure/invalid(_:)`` if no honest run completes.
func violations(
  of properties: Set<String>, in compiled: Library.Compiled, _ scenario: Library.Scenario, _ options: CheckOptions,
  until isEnough: (_ violated: Int) -> Bool
) throws(CheckFailure) -> Violations {
  let isWitnessed = try checkWitnesses(compiled, scenario, options)
  let system = compiled.system
  let asked = Set(system.properties.indices.filter { properties.contains(system.properties[$0].name) })
  let search = Search(
    system.askingProperties, reductions: options.reductions, limits: options.limits, jobs: options.jobs, pace: options.pace, interrupted: options.interrupted)
  var isEnded = false
  let outcome = search.run { violated, _ in
    isEnded = isEnough(violated.intersection(asked).count)
    return isEnded
  }
  var found = Violations(attacks: [:], isWhole: outcome.stopped == nil && isWitnessed && !isEnded)
  lazy var walker = PathReplay(search)
  for finding in outcome.violations where asked.contains(finding.property) {
    let name = system.properties[finding.property].name
    do {
      found.attacks[name] = try attack(from: finding, in: system, along: walker)
    } catch {
      throw .internalError("\(scenario.title), \(name): \(error)")
    }
  }
  return found
}

extension TransitionSystem {
  /// The same without witnesses: these are for the honest runs, and what matters to them alone need not be looked at.
  fileprivate var askingProperties: TransitionSystem {
    var system = self
    system.witnesses = []
    return system
  }
}

/// Whether an honest run completes; true, too, where a limit came before that was known.
func completes(_ compiled: Library.Compiled, _ scenario: Library.Scenario, _ options: CheckOptions) throws(CheckFailure) -> Bool {
  do throws(CheckFailure) {
    _ = try checkWitnesses(compiled, scenario, options)
    return true
  } catch {
    guard case .invalid = error else { throw error }
    return false
  }
}

private func expectation(_ property: String, _ scenario: Library.Scenario) -> Verdict? {
  let stated = scenario.expectations.first { $0.property?.text == property } ?? scenario.expectations.first { $0.property == nil }
  return stated.flatMap { Verdict(rawValue: $0.verdict.rawValue) }
}

/// A model whose honest run cannot complete would hold for nothing. False where a limit was reached before that was known.
private func checkWitnesses(_ compiled: Library.Compiled, _ scenario: Library.Scenario, _ options: CheckOptions) throws(CheckFailure) -> Bool {
  let count = compiled.honest.witnesses.count
  var limits = Limits()
  limits.seconds = options.limits.seconds
  let outcome = Search(compiled.honest, limits: limits, interrupted: options.interrupted).run { _, reached in reached.count == count }
  let reached = Set(outcome.witnesses.map(\.property))
  if reached.count == count { return true }
  guard outcome.stopped == nil else { return false }
  throw .invalid(
    compiled.honest.witnesses.indices.filter { !reached.contains($0) }.map { index in
      Diagnostic(
        message: "the witness `\(compiled.honest.witnesses[index].name)` is never reached: without an attacker, no run of this scenario completes",
        location: scenario.declaration.title.location, help: "look at the cast, the setups and the bounds, and at what the dropped clauses leave")
    })
}
