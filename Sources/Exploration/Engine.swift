import Compiler
import Deduction
import Terms

/// Computes the successors of one state at a time. Each worker owns one; nothing is shared between them.
///
/// A state comes and goes as words (see ``Engine/encode(into:ifGain:)``); between, it is held as facts, knowledge, disequalities and budgets
/// over the ``Workspace``'s terms. Rules run by backtracking: each operation goes on with the next one and undoes what it did.
final class Engine: @unchecked Sendable {
  let system: TransitionSystem
  let workspace: Workspace
  let reductions: Reductions
  let monotonicity: Monotonicity
  let deferral: Deferral
  let rules: CompiledRules
  let questions: CompiledRules
  /// The queries of each property, then of each witness, as indices into `questions`.
  let propertyQueries: [[Int]]
  let witnessQueries: [[Int]]
  /// What is only watched for: no reduction knows of it, so what is seen has come about, and what is not may have.
  let watches: CompiledRules
  let watchQueries: [[Int]]
  /// For each rule, what its results have to tell.
  let ruleNotes: UnsafeMutablePointer<RuleNotes>
  /// For each rule, the terms among those watched for that it may make; see Engine+Watching.
  let termWatches: [[TermWatch]]
  var seenTerms: Set<Int> = []

  // The present state
  /// Facts: predicate and arguments; the tables that never change come first.
  var factCells = Words(capacity: 1 << 12)
  var factStarts = Words()
  var alive = Words()
  var staticFacts = 0
  /// Disequalities: number of pairs, then the pairs.
  var disequalities = Words()
  var disequalityStarts = Words()
  var budgets = Words()
  var stateVariables = 0
  var stateNames = 0
  /// Whether the loaded state has terms that are nested deeper than ``maximumNesting``.
  var isTooDeep = false
  /// Whether such a state was among the successors that were looked at last, or was the one they are of: they are not taken further.
  var leavesOut = false
  /// Whether chains of decisions were left where they had as many as were asked for.
  var isCut = false
  /// Whether more states would have been computed than were asked for.
  var areTooMany = false
  var loadedDisequalities = 0
  var baseMark: (cells: Int, chain: Int) = (0, 0)

  // The present run of a rule
  enum Purpose { case successor, probe, atOnce, saturation, question, relevance, prospect }
  var purpose = Purpose.successor
  var rule = CompiledRule(
    first: 0, end: 0, registers: 0, firstRegister: 0, trigger: -1, needs: PredicateSet(), spends: -1, isMonotone: false, isFree: false, consumes: false,
    isIdle: true, takesWhatIsTested: false)
  var ruleIndex = 0
  /// The rules that are run: those of the system, its questions, or what is watched for.
  var compiled: CompiledRules {
    didSet { (operations, codes) = (compiled.operations, compiled.codes.base) }
  }
  /// Those of `compiled`, for the inner loop.
  private(set) var operations: UnsafeMutablePointer<Operation>
  private(set) var codes: UnsafeMutablePointer<Int32>
  var base: Int32 = 0
  var pinned = -1
  /// With the purpose `prospect`: the operation that looks up the pinned fact.
  var pinnedPosition = -1
  var probeFailed = false
  var found = false
  /// How many facts and known terms there were before the present step made any.
  var before = (facts: 0, knowledge: 0)

  // Results: the successors' words, one after the other
  var output = Words(capacity: 1 << 14)
  var outputStarts = Words()
  /// For each result the rule that made it.
  var outputRules = Words()
  /// How many states were computed so far.
  var computed = 0
  var recorder: StepRecorder?
  // States whose steps that run at once are still to be taken: see Engine+Successors.
  var stack = Words(capacity: 1 << 12)
  var stackStarts = Words()
  /// How many decisions, and how many steps in all, lead to each.
  var stackDecisions = Words()
  var stackSteps = Words()
  /// With a recorder: the steps that lead to each.
  var stackChains: [[StepRecord]] = []
  /// The steps to the successor that is reported.
  var chain: [StepRecord] = []
  /// What is new in each of the results, and in each of the states on the stack.
  var news = Words()
  var newsStarts = Words()
  var stackNews = Words()
  var stackNewsStarts = Words()
  var gain = Gain()
  /// What was taken further from the present state already: see ``ChainCache``.
  var chainCache: ChainCache?
  /// The makers of the facts that the present run of a rule has looked up.
  var usedFacts: Int32 = 0
  var chainEnds: ChainEnds
  /// The table for the budgets that are spent, and which they are.
  var chainEndsTable: ChainEnds.Table
  var spentBudgets: UInt64 = 0
  var openSteps = OpenSteps()

  // Room of the encoding: see Engine+Canonical
  var scratch = EncodingScratch()
  let contributions: Contributions
  /// For each query of `questions`.
  let newsForQuestions: [NewsForQuestion]
  var readers: ReaderIndex
  /// See ``findSituation()``.
  let hasRulingFacts: Bool
  var loadedSituation = 0
  var lastSituation = 0
  let hasFreeRules: Bool
  /// All symbols without arguments.
  let constants: [SymbolID]
  // For Engine+DeadFacts.
  let lookups: Rows<LookupSite>
  /// For each kind of fact, the look-up that found the last one that was asked about.
  var likelyLookup: [Int]
  /// Kinds of facts that somebody looks up. The others are only tested for absence.
  let isLookedUp: [Bool]
  let factShapes: CompiledShapes
  let companions: Companions
  // For Engine+Forgetting.
  let presentedKeys: Rows<Int>
  /// For each predicate and column, whether nobody looks at it; and for each predicate, whether there is such a column.
  let isIdleColumn: Rows<Bool>
  let hasIdleColumns: [Bool]
  /// The rules that spend each budget, and those that each kind of fact triggers.
  private let budgetGroups: [RuleGroup]
  private let triggerGroups: [RuleGroup]

  var predicateArity: UnsafeMutablePointer<Int32>
  /// For each predicate, where its facts begin and end; -1 as the end where facts may be added: then they are among those after the static ones.
  private let tableBounds: UnsafeMutablePointer<Int32>
  /// Kinds of facts that the loaded state has, apart from the static ones.
  private(set) var present = PredicateSet()

  /// Where facts of a kind can be.
  @inline(__always) func facts(of predicate: Int32) -> Range<Int> {
    let end = tableBounds[2 * Int(predicate) + 1]
    let first = Int(tableBounds[2 * Int(predicate)])
    return first..<(end < 0 ? factStarts.count : Int(end))
  }

  /// - Parameter analysis: that of the system, where somebody has made it already.
  init(_ system: TransitionSystem, reductions: Reductions, watching: [Threat?] = [], analysis: SystemAnalysis? = nil) {
    let analysis = analysis ?? SystemAnalysis(system)
    self.system = system
    self.reductions = reductions
    workspace = Workspace(signature: system.signature)
    monotonicity = analysis.monotonicity
    deferral = analysis.deferral
    workspace.none = workspace.make(.constant(Signature.none))
    for (symbol, info) in system.signature.symbols.enumerated() where info.arguments.isEmpty {
      let cell = workspace.make(.constant(symbol))
      if info.isAttackers { workspace.attackersConstants.append(cell) }
    }
    for opening in system.openings {
      workspace.add((opening.registers.map { Int32($0.sort) }, opening.pattern, opening.needs, opening.gives))
    }
    readers = analysis.readers
    hasRulingFacts = readers.rulesOut.contains(true)
    let isRelevant = readers.isRuleRelevant
    let rules = CompiledRules(system.rules, monotonicity: monotonicity, workspace, isStatic: monotonicity.isStatic) { reductions.useful && !isRelevant[$0] }
    self.rules = rules
    budgetGroups = system.budgets.indices.map { budget in rules.group { $0.spends == Int32(budget) } }
    triggerGroups = system.predicates.indices.map { predicate in rules.group { $0.trigger == Int32(predicate) } }
    var queries: [Rule] = []
    func number(_ properties: [Property]) -> [[Int]] {
      properties.map { property in
        queries += property.queries
        return Array(queries.count - property.queries.count..<queries.count)
      }
    }
    propertyQueries = number(system.properties)
    witnessQueries = number(system.witnesses)
    questions = CompiledRules(queries, monotonicity: nil, workspace, isStatic: monotonicity.isStatic)
    (watches, watchQueries, termWatches) = Engine.watches(watching, system, workspace, isStatic: monotonicity.isStatic)
    ruleNotes = .allocate(capacity: system.rules.count + 1)
    ruleNotes.initialize(repeating: [], count: system.rules.count + 1)
    for rule in termWatches.indices where !termWatches[rule].isEmpty { ruleNotes[rule] = .watched }
    (compiled, operations, codes) = (rules, rules.operations, rules.codes.base)
    constants = system.signature.symbols.indices.filter { system.signature.symbols[$0].arguments.isEmpty }
    hasFreeRules = rules.rules.contains(where: \.isFree)
    presentedKeys = Rows(readers.presentedKeys)
    isIdleColumn = Rows(analysis.idleColumns.isIdle)
    hasIdleColumns = analysis.idleColumns.isIdle.map { $0.contains(true) }
    newsForQuestions = queries.map { NewsForQuestion($0, system) }
    contributions = analysis.contributions
    chainEnds = ChainEnds(system, monotonicity, deferral, contributions) { rules.rules[$0].isIdle }
    chainEndsTable = chainEnds.table(spent: 0)
    let sites = LookupSite.all(rules, questions, predicates: system.predicates.count)
    lookups = Rows(sites)
    likelyLookup = sites.indices.map(lookups.range(of:)).map(\.lowerBound)
    isLookedUp = sites.map { !$0.isEmpty }
    companions = analysis.companions
    factShapes = CompiledShapes(analysis.shapes, workspace)
    predicateArity = .allocate(capacity: system.predicates.count + 1)
    for (index, predicate) in system.predicates.enumerated() { predicateArity[index] = Int32(predicate.columns.count) }
    tableBounds = .allocate(capacity: 2 * system.predicates.count + 1)
    tableBounds.initialize(repeating: 0, count: 2 * system.predicates.count + 1)
    let rows = Dictionary(grouping: system.initialFacts, by: \.predicate)
    for predicate in system.predicates.indices where monotonicity.isStatic[predicate] {
      tableBounds[2 * predicate] = Int32(factStarts.count)
      for fact in rows[predicate] ?? [] { addFact(Int32(predicate), fact.arguments.map(workspace.make)) }
      tableBounds[2 * predicate + 1] = Int32(factStarts.count)
    }
    staticFacts = factStarts.count
    for predicate in system.predicates.indices where !monotonicity.isStatic[predicate] {
      tableBounds[2 * predicate] = Int32(staticFacts)
      tableBounds[2 * predicate + 1] = -1
    }
    staticCells = factCells.count
    baseMark = workspace.mark
  }
  var staticCells = 0

  deinit {
    predicateArity.deallocate()
    tableBounds.deallocate()
    ruleNotes.deallocate()
    for words in [
      factCells, factStarts, alive, disequalities, disequalityStarts, budgets, output, outputStarts, outputRules, stack, stackStarts, stackDecisions,
      stackSteps, news,
      newsStarts,
      stackNews, stackNewsStarts,
    ] {
      words.deallocate()
    }
    scratch.deallocate()
    gain.deallocate()
    chainCache?.deallocate()
  }

  func addFact(_ predicate: Int32, _ arguments: [TermID]) {
    factStarts.append(Int32(factCells.count))
    factCells.append(predicate)
    for argument in arguments { factCells.append(argument) }
    alive.append(1)
  }

  // MARK: Successors

  /// Computes all successors of the loaded state into `output`. With reductions, and if it may be so, only those of one group of monotone
  /// steps, if there is one; then the result says `true`: these steps run at once and are no decision.
  func expand(mayRunAtOnce: Bool) -> Bool {
    output.truncate(to: 0)
    outputStarts.truncate(to: 0)
    outputRules.truncate(to: 0)
    news.truncate(to: 0)
    newsStarts.truncate(to: 0)
    recorder?.clear()
    compiled = rules
    if mayRunAtOnce && reductions.monotone && runAtOnce() { return true }
    takeDecisions()
    return false
  }

  /// Computes the results of all rules into `output`; in a chain with open steps, of those that it can go on with.
  ///
  /// - Parameter withAnother: whether they may be decisions; else only steps are taken that are none, and could not run at once.
  func takeDecisions(withAnother: Bool = true) {
    compiled = rules
    purpose = .successor
    let isChain = gain.header.open != 0
    if isChain && !findOpenSteps() { return }
    let ends = chainEndsTable.ofRules
    for index in rules.rules.indices where (withAnother || !monotonicity.isDecision(index)) && (!isChain || canGoOn(with: index, ends[index])) { run(index) }
  }

  /// Computes the results of one closed group of monotone steps, if there is one: see `Monotonicity`.
  func runAtOnce() -> Bool {
    compiled = rules
    defer { purpose = .successor }
    for budget in 0..<budgets.count where budgets[budget] > 0 && budgetGroups[budget].isMonotone {
      if tryGroup(budgetGroups[budget].rules, pinned: -1) { return true }
    }
    for fact in staticFacts..<factStarts.count {
      let predicate = Int(factCells[Int(factStarts[fact])])
      if monotonicity.isOwned[predicate] && tryGroup(triggerGroups[predicate].rules, pinned: fact) { return true }
    }
    return saturate()
  }

  /// Takes one step of a free rule that teaches the attacker something and binds nothing, if there is one.
  private func saturate() -> Bool {
    guard hasFreeRules else { return false }
    purpose = .saturation
    for index in rules.rules.indices where rules.rules[index].isFree {
      run(index)
      if outputStarts.count > 0 { return true }
    }
    return false
  }

  /// First finds out whether all steps of the group may run at once, then takes them.
  private func tryGroup(_ group: [Int], pinned fact: Int) -> Bool {
    for index in group where !rules.rules[index].isMonotone && couldTake(index, fact) { return false }
    probeFailed = false
    found = false
    pinned = fact
    defer { pinned = -1 }
    for purpose in [Purpose.probe, .atOnce] {
      self.purpose = purpose
      for index in group where rules.rules[index].isMonotone {
        run(index)
        if probeFailed {
          discard(to: 0)
          return false
        }
      }
      if !found { return false }
    }
    return outputStarts.count > 0
  }

  /// Whether the rule's trigger matches the fact as it is now; if not, it never will: facts do not become more general.
  private func couldTake(_ index: Int, _ fact: Int) -> Bool {
    let rule = rules.rules[index]
    let variables = workspace.bindings.count
    let mark = workspace.trail.count
    let base = makeRegisters(rule, rules)
    var matches = false
    for position in rule.first..<rule.end where rules.operations[position].kind == .lookup && rules.operations[position].consumes {
      let operation = rules.operations[position]
      if operation.operand == factCells[Int(factStarts[fact])] { matches = matches || match(operation, fact, base) }
      workspace.undo(to: mark)
    }
    workspace.dropVariables(to: variables)
    return matches
  }

  func makeRegisters(_ rule: CompiledRule, _ compiled: CompiledRules) -> Int32 {
    let base = Int32(workspace.bindings.count)
    let first = rule.firstRegister
    workspace.newVariables(
      sorts: UnsafeBufferPointer(start: compiled.registerSorts.base + first, count: rule.registers), optional: compiled.registerOptional.base + first,
      epochs: compiled.registerEpochs.base + first)
    return base
  }

  private func run(_ index: Int) {
    let candidate = rules.rules[index]
    if candidate.isIdle { return }
    if candidate.trigger >= 0 && !present.contains(Int(candidate.trigger)) { return }
    // A probe has to see that a key is not known yet, even where nothing is there to be found by it.
    if purpose != .probe && !candidate.needs.isSubset(of: present) { return }
    if candidate.spends >= 0 && budgets[Int(candidate.spends)] == 0 { return }
    if loadedSituation != 0 && !readers.isRelevant(rule: index) { return }
    ruleIndex = index
    start(candidate)
  }

  func findPresent() {
    present = PredicateSet()
    for fact in staticFacts..<factStarts.count { present.insert(Int(factCells[Int(factStarts[fact])])) }
  }

  /// Runs a rule or query from its first operation.
  func start(_ candidate: CompiledRule) {
    rule = candidate
    let variables = workspace.bindings.count
    let mark = workspace.trail.count
    let goals = workspace.goals.count
    let names = workspace.nameSorts.count
    let pairs = disequalities.count
    let different = disequalityStarts.count
    base = makeRegisters(candidate, compiled)
    _ = execute(candidate.first)
    disequalities.truncate(to: pairs)
    disequalityStarts.truncate(to: different)
    workspace.nameSorts.truncate(to: names)
    workspace.goals.truncate(to: goals)
    workspace.undo(to: mark)
    workspace.dropVariables(to: variables)
  }

  /// Removes the facts that are no longer alive, so that no rule sees them.
  func compact() {
    var kept = staticFacts
    for fact in staticFacts..<factStarts.count where alive[fact] == 1 {
      factStarts[kept] = factStarts[fact]
      alive[kept] = 1
      if fact < gain.facts.count { gain.facts[kept] = gain.facts[fact] }
      kept += 1
    }
    let isSmaller = kept < factStarts.count
    factStarts.truncate(to: kept)
    alive.truncate(to: kept)
    if isSmaller { findPresent() }
    if gain.facts.count > kept { gain.facts.truncate(to: kept) }
  }
}
