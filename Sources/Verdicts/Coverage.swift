import Compiler
import Exploration
import Language
import Terms

/// What scenarios use of their models.
public struct Coverage: Sendable {
  public enum State: Sendable {
    case used, unused
    /// A limit stopped a scenario that could have used it.
    case undecided
  }
  public struct File: Sendable {
    /// Below the folder that holds `Models`.
    public var path: String
    public var items: [(item: CoverageItem, line: Int, state: State)]
    /// Those that are not used, without what stands in something that is not used either.
    public var unused: [(item: CoverageItem, line: Int, state: State)]
  }
  public var files: [File] = []
  /// How many scenarios were given, twins and sweeps included.
  public var scenarios = 0
  /// Those that a limit stopped: nothing is claimed of what they did not reach.
  public var stopped: [(title: String, file: String, reason: StopReason)] = []

  public var hasUnused: Bool { files.contains { $0.unused.contains { $0.state == .unused } } }
}

/// Explores the scenarios as far as something is left of their models that was not used yet, and says what no scenario uses.
///
/// A rule counts as used if a run within the bounds takes a step of it. What an exploration has met is used. What it has not met, it may have
/// left out by a reduction, so it is asked for (`TransitionSystem.asking(for:)`).
/// - Throws: what is wrong with the first scenario that cannot be compiled.
public func coverage(of scenarios: [Library.Scenario], in library: inout Library, _ options: CheckOptions) throws(CheckFailure) -> Coverage {
  var compiled: [Library.Compiled] = []
  var ledger = Ledger()
  for scenario in scenarios {
    do {
      compiled.append(try library.compile(scenario))
    } catch {
      throw .invalid(error.diagnostics)
    }
    for choice in compiled[compiled.count - 1].options { ledger.use(choice: choice) }
    for attacker in scenario.declaration.attackers { for name in library.parents(of: attacker.text) { ledger.used.insert(.attacker(name)) } }
    ledger.used.formUnion(compiled[compiled.count - 1].sourceMap.setup.map { .passage($0) })
  }
  let goals = compiled.map(ScenarioGoals.init)
  for index in scenarios.indices where !options.interrupted() {
    let open = goals[index].open(ledger.used)
    guard !open.isEmpty else { continue }
    // All that comes about is of interest, also what matters to no question any more.
    var reductions = options.reductions
    reductions.answered = false
    let search = Search(
      compiled[index].system, reductions: reductions, limits: options.limits, jobs: options.jobs,
      watching: open.map { if case .threat(let threat) = $0.goal { threat } else { nil } }, interrupted: options.interrupted,
      onProgress: options.onProgress)
    let outcome = search.run()
    for (position, (key, goal)) in open.enumerated() {
      if case .step(let rules) = goal, !rules.isDisjoint(with: outcome.steps) { ledger.used.insert(key) }
      if outcome.seen.contains(position) { ledger.used.insert(key) }
    }
  }
  var coverage = Coverage(scenarios: scenarios.count)
  for index in scenarios.indices {
    let open = goals[index].open(ledger.used)
    guard !open.isEmpty else { continue }
    let (reached, stopped) = reachable(open.map(\.goal), in: compiled[index].system, options)
    for position in reached { ledger.used.insert(open[position].key) }
    if let stopped {
      coverage.stopped.append((scenarios[index].title, scenarios[index].file, stopped))
      for (position, (key, _)) in open.enumerated() where !reached.contains(position) { ledger.undecided.insert(key) }
    }
  }
  let root = compiled.first.map { $0.root.hasSuffix("/") ? $0.root : $0.root + "/" } ?? ""
  for (file, items) in library.coverageItems(of: compiled) {
    let told = items.map { (item: $0, line: file.lineAndColumn(of: $0.location.range.start).line, state: ledger.state(of: $0.key)) }
    let unused = told.filter { $0.state != .used && $0.item.within.allSatisfy { ledger.used.contains(.passage($0)) } }
    coverage.files.append(Coverage.File(path: file.name.hasPrefix(root) ? String(file.name.dropFirst(root.count)) : file.name, items: told, unused: unused))
  }
  return coverage
}

private struct Ledger {
  var used: Set<CoverageItem.Key> = []
  var undecided: Set<CoverageItem.Key> = []

  /// `option: value`, as a compiled scenario has it.
  mutating func use(choice: String) {
    let parts = choice.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
    if parts.count == 2 { used.insert(.option(String(parts[0]), value: String(parts[1]))) }
  }

  func state(of key: CoverageItem.Key) -> Coverage.State { used.contains(key) ? .used : undecided.contains(key) ? .undecided : .unused }
}

/// What the runs of one scenario can use.
private struct ScenarioGoals {
  private var goals: [(key: CoverageItem.Key, goal: Goal)] = []

  init(_ compiled: Library.Compiled) {
    let (system, map) = (compiled.system, compiled.sourceMap)
    var rules: [CoverageItem.Key: Set<Int>] = [:]
    for (rule, passages) in map.passages.enumerated() { for passage in passages { rules[.passage(passage), default: []].insert(rule) } }
    for row in map.rows(of: system) { rules[.row(row.statement), default: []].formUnion(system.readers(of: row.fact)) }
    goals = rules.sorted { $0.value.min() ?? -1 < $1.value.min() ?? -1 }.filter { !$0.value.isEmpty }.map { ($0.key, .step(of: $0.value)) }
    for (location, threat) in map.threats where threat.isDecidable && !threat.queries.isEmpty { goals.append((.property(location), .threat(threat))) }
  }

  func open(_ used: Set<CoverageItem.Key>) -> [(key: CoverageItem.Key, goal: Goal)] { goals.filter { !used.contains($0.key) } }
}

extension TransitionSystem {
  /// The rules that look for such a row, or make sure that there is none, as far as their text says.
  fileprivate func readers(of row: Fact) -> [Int] {
    rules.indices.filter { index in
      rules[index].instructions.contains { instruction in
        switch instruction {
        case .lookup(let fact, _), .missing(let fact, _):
          guard fact.predicate == row.predicate else { return false }
          var substitution = Substitution()
          return substitution.unify(fact.arguments, row.arguments.map { $0.shifted(by: rules[index].registers.count) })
        default: return false
        }
      }
    }
  }
}
