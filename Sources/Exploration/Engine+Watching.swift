import Compiler
import Deduction
import Terms

/// What is noted of a rule while its steps are taken.
struct RuleNotes: OptionSet {
  var rawValue: UInt8
  /// It has made a result.
  static let stepped = RuleNotes(rawValue: 1)
  /// It may make a term that is watched for and was not seen yet.
  static let watched = RuleNotes(rawValue: 2)
}

/// A term in a rule's effects, and the query whose term it may be.
struct TermWatch {
  var threat: Int
  /// The rule's term, as code of the workspace.
  var code: Int32
  /// An index into ``Engine/watches``.
  var query: Int
}

/// Threats are watched for on the way: what is seen has come about; what is not may have, where a reduction has left it out.
extension Engine {
  static func watches(_ threats: [Threat?], _ system: TransitionSystem, _ workspace: Workspace, isStatic: [Bool]) -> (CompiledRules, [[Int]], [[TermWatch]]) {
    var queries: [Rule] = []
    var inStates: [[Int]] = []
    var inSteps: [[TermWatch]] = Array(repeating: [], count: system.rules.count)
    for (index, threat) in threats.enumerated() {
      let events = threat?.watch ?? []
      inStates.append(Array(queries.count..<queries.count + events.count))
      queries += events
      guard let threat, threat.speaksOfTerms else { continue }
      for query in threat.queries {
        guard query.instructions.count == 1, case .receive(.apply(let symbol, let arguments)) = query.instructions[0], !arguments.isEmpty else { continue }
        for rule in system.rules.indices {
          for term in system.rules[rule].termsMade(with: symbol) {
            inSteps[rule].append(TermWatch(threat: index, code: workspace.compile(term), query: queries.count))
          }
        }
        queries.append(query)
      }
    }
    return (CompiledRules(queries, monotonicity: nil, workspace, isStatic: isStatic), inStates, inSteps)
  }

  /// Whether something that is watched for is there in the loaded state.
  func sees(_ watch: Int) -> Bool { watchQueries[watch].contains { ask($0, of: watches) } }

  /// Notes that the present rule has made a result.
  @inline(__always) func noteStep() {
    if ruleNotes[ruleIndex] == .stepped { return }
    if ruleNotes[ruleIndex].contains(.watched) { watchTerms() }
    ruleNotes[ruleIndex].insert(.stepped)
  }

  /// Looks at the terms that the present step makes: one is seen if it is an instance of what is watched for whatever its variables become.
  private func watchTerms() {
    var isWatched = false
    for watch in termWatches[ruleIndex] where !seenTerms.contains(watch.threat) {
      let variables = workspace.bindings.count
      let mark = workspace.trail.count
      let query = watches.rules[watch.query]
      let registers = makeRegisters(query, watches)
      let wanted = workspace.instantiate(at: watches.codes[Int(watches.operations[query.first].first)], registers)
      var isInstance = workspace.unify(wanted, workspace.instantiate(at: watch.code, base))
      var index = mark
      while isInstance && index < workspace.trail.count {
        if Int(workspace.trail[index + 1]) < variables { isInstance = false }
        index += 3
      }
      workspace.undo(to: mark)
      workspace.dropVariables(to: variables)
      if isInstance { seenTerms.insert(watch.threat) } else { isWatched = true }
    }
    if !isWatched { ruleNotes[ruleIndex].remove(.watched) }
  }
}
