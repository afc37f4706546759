import Terms

/// All of a system that its runs and the answers to its questions depend on: texts, and places in files, are not of it.
///
/// Equal ones have the same runs, and the same answers. Different ones may have them too: symbols, for example, are told apart by their order.
public struct Behaviour: Hashable, Sendable {
  private struct Step: Hashable {
    var registers: [Register]
    var instructions: [Instruction]

    init(_ rule: Rule) { (registers, instructions) = (rule.registers, rule.instructions) }
  }

  private let sorts: [Signature.Sort]
  private let symbols: [Signature.Symbol]
  private let columns: [[SortID]]
  private let budgets: [Budget]
  private let rules: [Step]
  private let openings: [Opening]
  private let questions: [[Step]]
  private let initialFacts: [Fact]
  private let initialKnowledge: [Term]

  public init(_ system: TransitionSystem) {
    sorts = system.signature.sorts
    symbols = system.signature.symbols
    columns = system.predicates.map(\.columns)
    budgets = system.budgets
    rules = system.rules.map(Step.init)
    openings = system.openings
    questions = (system.properties + system.witnesses).map { $0.queries.map(Step.init) }
    initialFacts = system.initialFacts
    initialKnowledge = system.initialKnowledge
  }
}
