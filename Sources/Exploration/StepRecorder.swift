import Deduction
import Terms

/// A term of a run, in the numbering of one state or of the whole run.
public indirect enum RunTerm: Hashable, Sendable {
  case name(Int)
  case variable(Int)
  case apply(SymbolID, [RunTerm])
}

/// What one result of ``Engine/expand()`` did, in the numbering of the state that was expanded: names and variables of that state come
/// first, those that the step made follow.
struct StepRecord {
  /// -1: none, the state was only written anew.
  var rule: Int
  /// The value of each register.
  var registers: [RunTerm]
  /// What the step has taken the state's variables to be.
  var variables: [RunTerm]
  /// The sort of each name and variable, old and new.
  var nameSorts: [Int32]
  var variableSorts: [Int32]
  var variableOptional: [Bool]
  /// For each name and variable of the successor, which one it is here.
  var successorNames: [Int]
  var successorVariables: [Int]
}

/// Keeps what the traces need of each result, while an ``Engine`` expands. Off during the search.
final class StepRecorder {
  private(set) var steps: [StepRecord] = []

  func clear() { steps.removeAll() }
  func truncate(to count: Int) { steps.removeLast(steps.count - count) }

  /// The state was written anew without a step: only its names and variables have got other numbers.
  func recordRenaming(_ engine: Engine) { record(engine, rule: -1, registers: 0, isQuestion: false) }

  func record(_ engine: Engine, isQuestion: Bool) { record(engine, rule: engine.ruleIndex, registers: engine.rule.registers, isQuestion: isQuestion) }

  private func record(_ engine: Engine, rule: Int, registers: Int, isQuestion: Bool) {
    let workspace = engine.workspace
    var names: [(Int, Int32)] = []
    var variables: [(Int, Int32)] = []
    if !isQuestion {
      let scratch = engine.scratch
      for node in 0..<scratch.nodes.count {
        let (word, number) = (scratch.nodes[node], scratch.numbers[node])
        if number & 3 == 1 { names.append((Int(word >> 2), number >> 2)) } else { variables.append((Int(word >> 2), number >> 2)) }
      }
    }
    steps.append(
      StepRecord(
        rule: rule,
        registers: (0..<registers).map { term(~(engine.base + Int32($0)), workspace) },
        variables: (0..<engine.stateVariables).map { term(~Int32($0), workspace) },
        nameSorts: (0..<workspace.nameSorts.count).map { workspace.nameSorts[$0] },
        variableSorts: (0..<workspace.variableSorts.count).map { workspace.variableSorts[$0] },
        variableOptional: (0..<workspace.optional.count).map { workspace.optional[$0] == 1 },
        successorNames: names.sorted { $0.1 < $1.1 }.map(\.0), successorVariables: variables.sorted { $0.1 < $1.1 }.map(\.0)))
  }

  private func term(_ id: TermID, _ workspace: Workspace) -> RunTerm {
    let id = workspace.value(id)
    if id < 0 { return .variable(Int(~id)) }
    if workspace.isName(id) { return .name(Int(id - firstName)) }
    let symbol = workspace.symbol(of: id)
    return .apply(symbol, (0..<Int(workspace.arity[symbol])).map { term(workspace.argument($0, of: id), workspace) })
  }
}
