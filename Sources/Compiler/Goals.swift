import Terms

/// Something that may come about in a run.
public enum Goal: Sendable {
  /// A step of one of these rules.
  case step(of: Set<Int>)
  case threat(Threat)
}

extension TransitionSystem {
  /// The same system with these goals as its witnesses, and without properties.
  ///
  /// Each goal becomes an event: a rule that counts inserts one more, and a query looks it up. So every reduction knows of it and loses
  /// none, as it loses no violation of a property.
  public func asking(for goals: [Goal]) -> TransitionSystem {
    var asking = AskingSystem(self)
    for goal in goals { asking.ask(for: goal) }
    return asking.system
  }
}

/// A system that tells by its witnesses what comes about.
private struct AskingSystem {
  private(set) var system: TransitionSystem
  /// The event of a step of a rule.
  private var stepEvents: [Int: PredicateID] = [:]
  /// The event that a term with this symbol was made.
  private var termEvents: [SymbolID: PredicateID] = [:]

  init(_ system: TransitionSystem) {
    self.system = system
    self.system.properties = []
    self.system.witnesses = []
  }

  mutating func ask(for goal: Goal) {
    let queries =
      switch goal {
      case .step(let rules):
        rules.sorted().map { rule in
          query("step", instructions: [.lookup(Fact(stepEvent(of: rule), [.constant(Signature.none)]), consumes: false)], registers: [])
        }
      case .threat(let threat):
        threat.queries.map { question in
          // Terms are looked up first: what they are decides the tests.
          var made: [Instruction] = []
          var tests: [Instruction] = []
          for instruction in question.instructions {
            if threat.speaksOfTerms, case .receive(let term) = instruction, case .apply(let symbol, _) = term {
              made.append(.lookup(Fact(termEvent(of: symbol), [term]), consumes: false))
            } else {
              tests.append(instruction)
            }
          }
          return query("threat", instructions: made + tests, registers: question.registers)
        }
      }
    system.witnesses.append(Property(name: "goal \(system.witnesses.count)", text: "", queries: queries))
  }

  private func query(_ name: String, instructions: [Instruction], registers: [Register]) -> Rule {
    Rule(name: name, registers: registers, instructions: instructions, narration: [], file: "", line: 0)
  }

  private mutating func addEvent(_ name: String) -> PredicateID {
    system.predicates.append(Predicate(name: name, kind: .event, columns: [Signature.message], columnNames: ["value"]))
    return system.predicates.count - 1
  }

  private mutating func stepEvent(of rule: Int) -> PredicateID {
    if let known = stepEvents[rule] { return known }
    let event = addEvent("step of rule \(rule)")
    stepEvents[rule] = event
    system.rules[rule].instructions.append(.insert(Fact(event, [.constant(Signature.none)])))
    return event
  }

  /// The event that each rule inserts whose text makes or passes on a term with this symbol.
  private mutating func termEvent(of symbol: SymbolID) -> PredicateID {
    if let known = termEvents[symbol] { return known }
    let event = addEvent("term \(system.signature.symbols[symbol].name)")
    termEvents[symbol] = event
    for rule in system.rules.indices {
      system.rules[rule].instructions += system.rules[rule].termsMade(with: symbol).map { .insert(Fact(event, [$0])) }
    }
    var initial: Set<Term> = []
    for term in system.initialFacts.flatMap(\.arguments) + system.initialKnowledge { term.collect(symbol, into: &initial) }
    system.initialFacts += initial.sorted { "\($0)" < "\($1)" }.map { Fact(event, [$0]) }
    return event
  }
}

extension Rule {
  /// The terms with this symbol that a step inserts or shows to the attacker, as the text has them.
  public func termsMade(with symbol: SymbolID) -> [Term] {
    var terms: Set<Term> = []
    for instruction in instructions {
      switch instruction {
      case .insert, .learn: instruction.forEachTerm { $0.collect(symbol, into: &terms) }
      default: break
      }
    }
    return terms.sorted { "\($0)" < "\($1)" }
  }
}

extension Term {
  /// Adds all parts that are made with the symbol.
  fileprivate func collect(_ symbol: SymbolID, into found: inout Set<Term>) {
    guard case .apply(let own, let arguments) = self else { return }
    if own == symbol { found.insert(self) }
    for argument in arguments { argument.collect(symbol, into: &found) }
  }
}
