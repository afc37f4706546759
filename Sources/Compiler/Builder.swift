import Language
import Terms

/// What an identifier in a handler stands for.
enum Value: Hashable {
  case term(Term)
  /// A row of a table or a session: an index into ``Builder/rows``.
  case row(Int)
  /// What a wrong statement was to bind: its uses are no errors of their own.
  case unknown
}

/// A row that a handler has found, and what becomes of it.
struct Row: Hashable {
  var predicate: PredicateID
  var columns: [String]
  var values: [Term]
  /// Position of the `lookup` among the instructions; nil for a row that this handler made.
  var lookup: Int?
  var isNew = false
  var isRemoved = false
  var isChanged = false
  /// Captured by an earlier step, so no longer known to be in the table.
  var isDetached = false
}

/// Who sent the request that a handler answers.
indirect enum Caller: Hashable {
  case nobody
  case attacker
  /// A participant that goes on as soon as the answer is there: a browser. `after`: what it knows of its request.
  case visitor(Int, after: [String: Term])
  /// A participant that waits: an `ask`.
  case site(Int, captured: [Term])
}

/// A rule in the making. A value: where a statement branches, it is copied.
struct Builder {
  var name: String
  var participant: Int?
  var location: Location
  var registers: [Register] = []
  var instructions: [Instruction] = []
  var narration: [Narration] = []
  var transmissions: [Transmission] = []
  var environment: [String: Value] = [:]
  var rows: [Row] = []
  var caller: Caller = .nobody
  @Boxed var handler: HandlerDeclaration?
  /// What equalities have already decided: register → term.
  var bindings: [Int: Term] = [:]
  var freshRegisters: Set<Int> = []
  /// A statement was wrong: what follows is read for its errors, and no rule comes of it.
  var isBroken = false
  /// An `otherwise` block has ended the handler: what follows is passed over.
  var hasEnded = false
  /// The handler waits for an answer: nothing more can happen in this step.
  var hasAsked = false
  /// A request by the attacker that is bounded only by `requests`.
  var isRequest = false
  /// The places in the model's text that this way has led through so far.
  var passages: [Passage] = []
  /// The handlers and procedures that it has led through, in this order.
  var handlers: [HandlerDeclaration] = []
  /// The tables that insertions among them are into.
  var insertions: [Passage: PredicateID] = [:]
  /// A step that the attacker takes.
  var isAttackers = false
  /// What the step says and checks, for people; nil: nobody asks.
  var account: RuleAccount?

  init(name: String, participant: Int?, location: Location, account: RuleAccount? = nil) {
    self.name = name
    self.participant = participant
    self.location = location
    self.account = account
  }

  mutating func newRegister(_ name: String, _ sort: SortID, isOptional: Bool = false) -> Term {
    registers.append(Register(name: name, sort: sort, isOptional: isOptional))
    return .variable(registers.count - 1)
  }

  mutating func pass(_ kind: Passage.Kind, _ location: Location) { passages.append(Passage(kind, at: location)) }

  /// Passes the clauses of a marker that is in force.
  mutating func pass(_ marker: ClauseMarker?) { for clause in marker?.clauses ?? [] { pass(.clause, clause.location) } }

  mutating func pass(_ handler: HandlerDeclaration) {
    handlers.append(handler)
    pass(.handler, handler.location)
    pass(handler.marker)
    account?.pass(handler.location)
  }

  mutating func emit(_ instruction: Instruction) { instructions.append(instruction) }

  func resolve(_ term: Term) -> Term {
    switch term {
    case .variable(let index):
      guard let bound = bindings[index] else { return term }
      return resolve(bound)
    case .apply(let symbol, let arguments):
      return arguments.isEmpty ? term : .apply(symbol, arguments.map(resolve))
    }
  }

  /// Makes two terms equal by binding registers; false where they can never be.
  ///
  /// Sound because a rule's instructions hold together or not at all: an equality may be used before its place.
  mutating func unify(_ first: Term, _ second: Term, _ signature: Signature) -> Bool {
    let (left, right) = (resolve(first), resolve(second))
    switch (left, right) {
    case (.variable(let a), .variable(let b)):
      if a == b { return true }
      if freshRegisters.contains(a) && freshRegisters.contains(b) { return false }
      let (x, y) = (registers[a], registers[b])
      guard signature.accepts(x.sort, y.sort) else {
        guard x.isOptional && y.isOptional else { return false }
        bindings[a] = .constant(Signature.none)
        bindings[b] = .constant(Signature.none)
        return true
      }
      // The more special sort is kept, on the side that stays; fresh registers stay.
      let (kept, gone) = freshRegisters.contains(a) || (!freshRegisters.contains(b) && y.sort == Signature.message) ? (a, b) : (b, a)
      if registers[kept].sort == Signature.message { registers[kept].sort = registers[gone].sort }
      let bothOptional = (x.isOptional || x.sort == Signature.message) && (y.isOptional || y.sort == Signature.message)
      registers[kept].isOptional = bothOptional && (x.isOptional || y.isOptional)
      bindings[gone] = .variable(kept)
      return true
    case (.variable(let a), .apply(let symbol, _)): return bind(a, right, symbol, signature)
    case (.apply(let symbol, _), .variable(let b)): return bind(b, left, symbol, signature)
    case (.apply(let f, let x), .apply(let g, let y)):
      guard f == g, x.count == y.count else { return false }
      for (p, q) in zip(x, y) { guard unify(p, q, signature) else { return false } }
      return true
    }
  }

  private mutating func bind(_ register: Int, _ term: Term, _ symbol: SymbolID, _ signature: Signature) -> Bool {
    guard !freshRegisters.contains(register) else { return false }
    if symbol == Signature.none {
      guard registers[register].isOptional || registers[register].sort == Signature.message else { return false }
    } else {
      guard signature.accepts(registers[register].sort, signature.symbols[symbol].result) else { return false }
    }
    var occurs = false
    term.forEachVariable { if $0 == register { occurs = true } }
    guard !occurs else { return false }
    bindings[register] = term
    return true
  }

  func sort(of term: Term, _ signature: Signature) -> SortID {
    switch resolve(term) {
    case .variable(let index): registers[index].sort
    case .apply(let symbol, _): signature.symbols[symbol].result
    }
  }

  /// Gives each row that changed its `lookup` that consumes and its `insert`.
  mutating func settleRows() {
    for index in rows.indices {
      let row = rows[index]
      if row.isNew && !row.isRemoved { emit(.insert(Fact(row.predicate, row.values))) }
      if let lookup = row.lookup, row.isChanged || row.isRemoved, case .lookup(let fact, _) = instructions[lookup] {
        instructions[lookup] = .lookup(fact, consumes: true)
        if !row.isRemoved { emit(.insert(Fact(row.predicate, row.values))) }
      }
      rows[index].isNew = false
      rows[index].lookup = nil
      rows[index].isDetached = true
    }
  }

  /// Whether the rule is a request that makes, changes and consumes nothing, and whose answer is made of what is stored.
  var isUncounted: Bool {
    let applied = instructions.map { rewrite($0) }
    return isRequest && applied.teachOnlyWhatIsStored
      && applied.allSatisfy {
        switch $0 {
        case .fresh, .insert, .lookup(_, consumes: true): false
        default: true
        }
      }
  }

  /// The finished rule: equalities applied, unused inputs left out, registers numbered anew.
  func finish(name: String, sources: SourceSet) -> Rule { accounted(name: name, sources: sources).rule }

  /// The same, with what its steps say and check.
  func accounted(name: String, sources: SourceSet) -> (rule: Rule, account: RuleAccount?) {
    var output = instructions.map { rewrite($0) }
    // A received value that nothing else mentions constrains nothing: every sort has a value that the attacker can make.
    var changed = true
    while changed {
      changed = false
      var uses: [Int: Int] = [:]
      for instruction in output { instruction.forEachTerm { $0.forEachVariable { uses[$0, default: 0] += 1 } } }
      output.removeAll {
        if case .receive(.variable(let register)) = $0, uses[register] == 1 {
          changed = true
          return true
        }
        return false
      }
    }
    var numbers: [Int: Int] = [:]
    var kept: [Register] = []
    func renumber(_ register: Int) -> Int {
      if let known = numbers[register] { return known }
      numbers[register] = kept.count
      kept.append(registers[register])
      return kept.count - 1
    }
    let renamed = output.map {
      $0.map {
        .variable(renumber($0))
      } registers: {
        renumber($0)
      }
    }
    let told = narration.map { piece -> Narration in
      if case .term(let term) = piece { return .term(resolve(term).map { .variable(renumber($0)) }) }
      return piece
    }
    // What only a picture would show is no reason for a register.
    let sent = transmissions.map { transmission in
      transmission.map { term in
        var isKnown = true
        resolve(term).forEachVariable { if numbers[$0] == nil { isKnown = false } }
        return isKnown ? resolve(term).map { .variable(renumber($0)) } : nil
      }
    }
    let file = sources.files[location.file]
    let rule = Rule(
      name: name, registers: kept, instructions: renamed, narration: told, transmissions: sent, file: file.name,
      line: file.lineAndColumn(of: location.range.start).line)
    // No register is kept for the account alone.
    return (rule, account?.map { resolve($0).map { numbers[$0].map { .variable($0) } ?? RuleAccount.unknown } })
  }

  private func rewrite(_ instruction: Instruction) -> Instruction {
    instruction.map {
      resolve(.variable($0))
    } registers: { register in
      if case .variable(let index) = resolve(.variable(register)) { return index }
      return register
    }
  }
}

extension Instruction {
  /// Calls `body` for each term in it.
  public func forEachTerm(_ body: (Term) -> Void) {
    switch self {
    case .spend: break
    case .lookup(let fact, _), .insert(let fact), .missing(let fact, _): fact.arguments.forEach(body)
    case .equal(let a, let b), .different(let a, let b):
      body(a)
      body(b)
    case .honest(let term), .dishonest(let term), .receive(let term), .learn(let term): body(term)
    case .fresh(let register), .choose(let register): body(.variable(register))
    case .outnumbered(let many, let few):
      many.arguments.forEach(body)
      few.arguments.forEach(body)
    }
  }

  /// The instruction with its variables replaced in terms, and its bare registers renamed.
  public func map(_ replacement: (Int) -> Term, registers: (Int) -> Int) -> Instruction {
    func apply(_ fact: Fact) -> Fact { Fact(fact.predicate, fact.arguments.map { $0.map(replacement) }) }
    return switch self {
    case .spend: self
    case .lookup(let fact, let consumes): .lookup(apply(fact), consumes: consumes)
    case .missing(let fact, let universal): .missing(apply(fact), universal: universal.map(registers))
    case .equal(let a, let b): .equal(a.map(replacement), b.map(replacement))
    case .different(let a, let b): .different(a.map(replacement), b.map(replacement))
    case .honest(let term): .honest(term.map(replacement))
    case .dishonest(let term): .dishonest(term.map(replacement))
    case .receive(let term): .receive(term.map(replacement))
    case .fresh(let register): .fresh(registers(register))
    case .choose(let register): .choose(registers(register))
    case .insert(let fact): .insert(apply(fact))
    case .learn(let term): .learn(term.map(replacement))
    case .outnumbered(let many, let few): .outnumbered(many: apply(many), few: apply(few))
    }
  }
}
