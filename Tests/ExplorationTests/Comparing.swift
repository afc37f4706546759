import Compiler
import Terms
import Traces
import Verdicts
import Verification

@testable import Exploration

/// What three explorers say of one system: the engine with all reductions, the engine without any, and the naive explorer.
///
/// This is the one judge of all random systems, whether they are made of rules or of model files.
struct Comparison {
  /// How far the explorers go; beyond it nothing is said.
  struct Reach {
    var states = 2_000
    var naiveStates = 2_000
    /// Limits of messages that the naive explorer goes on to where the smaller ones find less than the engine.
    var messages: [(size: Int, ownConstants: Int)] = [(2, 1), (2, 2), (3, 3)]
  }

  /// What is wrong; empty: all agree, as far as they looked.
  var disagreements: [String] = []
  /// The properties that are violated, with the least number of decisions.
  var lengths: [String: Int] = [:]
  /// Whether all three have looked at everything.
  var isComplete = true
  var states = 0
  var naiveStates = 0
  /// How often the naive explorer had to look further.
  var attempts = 0

  /// - Parameter isHonestRun: whether the witnesses are compared instead of the properties.
  init(_ system: TransitionSystem, _ reach: Reach = Reach(), witnesses: Bool = false) {
    let search = Search(system, limits: Limits(states: reach.states))
    let with = search.run()
    let without = Search(system, reductions: .none, limits: Limits(states: reach.states * 3)).run()
    states = with.progress.states
    let questions = witnesses ? system.witnesses : system.properties
    func findings(_ outcome: Outcome) -> [Finding] { witnesses ? outcome.witnesses : outcome.violations }
    var attacks: [Int: Attack] = [:]
    for finding in findings(with) {
      let name = questions[finding.property].name
      lengths[name] = finding.depth
      do {
        let attack = try attack(from: finding, isWitness: witnesses, in: system, along: PathReplay(search))
        attacks[finding.property] = attack
        if !witnesses { try check(try certify(attack.trace, decisions: attack.decisions, in: system), in: system) }
        if attack.decisions != finding.depth {
          disagreements.append("\(name): the search found \(finding.depth) decisions, and the verified attack has \(attack.decisions)")
        }
      } catch {
        disagreements.append("\(name): \(error)")
      }
    }
    for index in questions.indices {
      let (a, b) = (findings(with).first { $0.property == index }?.depth, findings(without).first { $0.property == index }?.depth)
      // What a search that was stopped did not find may be there.
      if a == b || (a == nil && with.stopped != nil) || (b == nil && without.stopped != nil) { continue }
      disagreements.append(
        "\(questions[index].name): \(a.map { "\($0) decisions" } ?? "holds") with reductions, \(b.map { "\($0) decisions" } ?? "holds") without")
    }
    compareWithHasty(system, reach, with, findings)
    let open = compareWithNaive(system, reach, witnesses, attacks, isExhausted: with.stopped == nil)
    isComplete = with.stopped == nil && without.stopped == nil && !open
  }

  /// A search that does at once what others do only where there is much to do must find the same, and its attacks must be attacks.
  private mutating func compareWithHasty(_ system: TransitionSystem, _ reach: Reach, _ with: Outcome, _ findings: (Outcome) -> [Finding]) {
    var pace = Pace()
    (pace.narrowsAfter, pace.narrowsWhereWaiting, pace.longChains) = (0, 0, 0)
    let search = Search(system, limits: Limits(states: reach.states), pace: pace)
    let outcome = search.run()
    guard with.stopped == nil && outcome.stopped == nil else { return }
    func depths(_ findings: [Finding]) -> [Int: Int] { Dictionary(uniqueKeysWithValues: findings.map { ($0.property, $0.depth) }) }
    if depths(findings(outcome)) != depths(findings(with)) { disagreements.append("another pace finds something else") }
    for finding in findings(outcome) where PathReplay(search).run(along: finding.path, phase: finding.phase) == nil {
      disagreements.append("another pace has a path that leads nowhere")
    }
  }

  /// Whether something remained undecided.
  private mutating func compareWithNaive(
    _ system: TransitionSystem, _ reach: Reach, _ witnesses: Bool, _ attacks: [Int: Attack], isExhausted: Bool
  ) -> Bool {
    let questions = witnesses ? system.witnesses : system.properties
    var open: [Int] = Array(questions.indices)
    for (size, ownConstants) in reach.messages where !open.isEmpty {
      let limits = NaiveExplorer.Limits(messageSize: size, ownConstants: ownConstants, maximumStates: reach.naiveStates)
      let naive = NaiveExplorer(system, limits: limits).explore()
      naiveStates += naive.states
      attempts += 1
      var stillOpen: [Int] = []
      for index in open {
        let verdict: Verdict = attacks[index] != nil ? .violated : isExhausted ? .holds : .inconclusive
        let answer = witnesses ? naive.witnesses[index] : naive.properties[index]
        switch Agreement(of: verdict, attacks[index], with: answer, limits: limits, in: system) {
        case .agrees: break
        case .disagrees(let reason): disagreements.append("\(questions[index].name): \(reason)")
        case .undecided: stillOpen.append(index)
        }
      }
      open = stillOpen
      // More messages make more states.
      if naive.isLimited { break }
    }
    return !open.isEmpty
  }
}
