import Compiler
import Language

/// One scenario, to be checked without some of its clauses and with some of its attackers.
struct Dropping: Sendable {
  var scenario: Library.Scenario
  /// For each attacker, those that it extends.
  var included: [String: Set<String>]
  var rules: [[Instruction]]
  var holding: [String]
  var library: Library
  var options: CheckOptions

  /// nil: interrupted.
  func entry(_ clauses: [String]) throws(CheckFailure) -> NecessityResult.Entry? {
    var entry = NecessityResult.Entry(clauses: clauses, outcome: .holds, broken: [])
    var library = library
    let attackers = scenario.declaration.attackers.map(\.text)
    let found: ScenarioResult
    do throws(CheckFailure) {
      guard let result = try self.result(clauses, attackers, &library) else {
        entry.outcome = .unchanged
        return entry
      }
      found = result
    } catch {
      guard case .invalid(let diagnostics) = error else { throw error }
      entry.outcome = .impossible
      entry.reason = diagnostics.first { $0.severity == .error }?.message
      return entry
    }
    var open = Set(found.properties.filter { holding.contains($0.property) && $0.verdict == .violated }.map(\.property))
    if open.isEmpty {
      if found.stopped != nil { entry.outcome = .inconclusive }
      return entry
    }
    entry.outcome = .breaks
    // The smallest attackers first: more attacker never repairs what is broken.
    var smallest: [String: [Set<String>]] = [:]
    for combination in AttackerLattice(attackers, included: included).combinations.dropLast() {
      let asked = open.filter { property in !(smallest[property] ?? []).contains { $0.isSubset(of: combination.all) } }
      if asked.isEmpty { continue }
      if options.interrupted() { return nil }
      guard let result = try? self.result(clauses, combination.attackers, &library, evenIfUnchanged: true) else { continue }
      for property in result.properties where asked.contains(property.property) && property.verdict == .violated {
        smallest[property.property, default: []].append(combination.all)
        entry.broken.append(broken(property, combination.attackers))
      }
    }
    for property in found.properties where open.remove(property.property) != nil && smallest[property.property] == nil {
      entry.broken.append(broken(property, attackers))
    }
    entry.broken.sort { ($0.property, $0.attackers.count, $0.attackers.joined()) < ($1.property, $1.attackers.count, $1.attackers.joined()) }
    return entry
  }

  private func broken(_ property: PropertyResult, _ attackers: [String]) -> NecessityResult.Broken {
    NecessityResult.Broken(
      property: property.property, attackers: attackers, steps: property.attack?.steps ?? 0, decisions: property.attack?.decisions ?? 0)
  }

  /// nil: nothing changes without these clauses.
  private func result(_ clauses: [String], _ attackers: [String], _ library: inout Library, evenIfUnchanged: Bool = false) throws(CheckFailure)
    -> ScenarioResult?
  {
    let (variant, compiled) = try compile(clauses, attackers, &library)
    if !evenIfUnchanged && compiled.system.rules.map(\.instructions) == rules { return nil }
    return try check(compiled, of: variant, options)
  }

  private func compile(_ clauses: [String], _ attackers: [String], _ library: inout Library) throws(CheckFailure) -> (Library.Scenario, Library.Compiled) {
    do throws(Library.Failure) {
      let variant = try library.scenario(scenario, as: Variant(attackers: attackers, drops: clauses))
      return (variant, try library.compile(variant))
    } catch {
      throw .invalid(error.diagnostics)
    }
  }

  // MARK: Sets that are enough

  /// Without these clauses, under all attackers; nil: interrupted.
  func outcome(_ clauses: [String]) throws(CheckFailure) -> NecessityResult.Outcome? {
    var library = library
    do throws(CheckFailure) {
      let (variant, compiled) = try compile(clauses, scenario.declaration.attackers.map(\.text), &library)
      if compiled.system.rules.map(\.instructions) == rules { return .unchanged }
      guard let isBroken = try isBroken(compiled, of: variant, oneOf: holding, options) else { return options.interrupted() ? nil : .inconclusive }
      return isBroken ? .breaks : .holds
    } catch {
      guard case .invalid = error else { throw error }
      return .impossible
    }
  }

  /// Whether an honest run completes without these clauses.
  func completes(_ clauses: [String]) throws(CheckFailure) -> Bool {
    var library = library
    do throws(CheckFailure) {
      let (variant, compiled) = try compile(clauses, [], &library)
      return try Verdicts.completes(compiled, variant, options)
    } catch {
      guard case .invalid = error else { throw error }
      return false
    }
  }
}

extension Dropping {
  init(_ scenario: Library.Scenario, _ base: Library.Compiled, holding: [String], in library: inout Library, _ options: CheckOptions) {
    self.init(
      scenario: scenario, included: library.attackers(of: scenario), rules: base.system.rules.map(\.instructions), holding: holding, library: library,
      options: options)
  }
}
