import Compiler
import Terms

/// Sorts, and what the attacker can derive, as equations.
extension MaudeModule {
  /// Openings whose keys or results have something that the opened message does not have would need a search of their own.
  func checkOpenings() throws(ExportFailure) {
    for opening in system.openings {
      guard case .apply(let id, _) = opening.pattern else {
        throw ExportFailure("an opening of every message cannot be exported to Maude")
      }
      var known: Set<Int> = []
      opening.pattern.forEachVariable { known.insert($0) }
      for term in opening.needs + [opening.gives] {
        var isKnown = true
        term.forEachVariable { if !known.contains($0) { isKnown = false } }
        if !isKnown {
          throw ExportFailure(
            "the opening of `\(system.signature.symbols[id].name)` cannot be exported to Maude: its key or result is not part of the message")
        }
      }
    }
    for symbol in system.signature.symbols where symbol.isTransparent && !symbol.isPublic {
      throw ExportFailure("`\(symbol.name)` cannot be exported to Maude: it can be taken apart, but not be put together")
    }
  }

  func deductionEquations() -> [String] {
    var equations = ["eq X ; X = X .", "eq sortOf(name(N, C)) = C .", "eq sortOf(own(N, C)) = C ."]
    let signature = system.signature
    func applied(_ id: SymbolID) -> (term: String, arguments: [String]) {
      let arguments = signature.symbols[id].arguments.indices.map { "A\($0)" }
      return (arguments.isEmpty ? symbol(id) : "\(symbol(id))(\(arguments.joined(separator: ", ")))", arguments)
    }
    for (id, info) in signature.symbols.enumerated() {
      let (term, arguments) = applied(id)
      equations.append("eq sortOf(\(term)) = \(sortClass(info.result)) .")
      if arguments.isEmpty { equations.append("eq \(info.isAttackers ? "dishonest" : "honest")(\(term)) = true .") }
    }
    equations += ["eq honest(X) = false [owise] .", "eq dishonest(X) = false [owise] ."]
    // A term of sort 0, Message, has no other; the constant `attacker` may stand where a participant does.
    equations += [
      "eq admits(\(symbol(Signature.none)), C, B, O) = O or C == 0 .",
      "eq admits(X, C, B, O) = C == 0 or sortOf(X) == C or (B and sortOf(X) == 0 and (honest(X) or dishonest(X))) [owise] .",
      "eq X in (X ; K) = true .", "eq X in K = false [owise] .",
      "eq derives(K, X) = (X in K) or-else builds(K, X) .", "eq builds(K, own(N, C)) = true .",
    ]
    for (id, info) in signature.symbols.enumerated() {
      let (term, arguments) = applied(id)
      let derives = arguments.isEmpty ? "true" : arguments.map { "derives(K, \($0))" }.joined(separator: " and-then ")
      if info.isPublic {
        equations.append("eq builds(K, \(term)) = \(derives) .")
      } else if let owner = info.publicIfAttacker {
        equations.append("eq builds(K, \(term)) = dishonest(A\(owner)) and-then \(derives) .")
      }
      if info.isTransparent {
        equations.append("eq close(\(term) ; K) = close(\((arguments + ["K"]).joined(separator: " ; "))) .")
      }
      if !arguments.isEmpty { equations.append("eq parts(\(term) ; K) = \(term) ; parts(\((arguments + ["K"]).joined(separator: " ; "))) .") }
    }
    equations += ["eq builds(K, X) = false [owise] .", "eq parts(empty) = empty .", "eq parts(X ; K) = X ; parts(K) [owise] ."]
    for opening in system.openings {
      let variable: (Int) -> String = { "R\($0)" }
      let pattern = term(opening.pattern, variable)
      let gives = term(opening.gives, variable)
      var conditions = opening.registers.enumerated().compactMap { number, register in
        // Whoever opens a message gets at it whichever of its fields are absent.
        var optional = register
        optional.isOptional = true
        return admits(optional, "R\(number)")
      }
      conditions.append("derives(\(pattern) ; K, \(gives)) = false")
      conditions += opening.needs.map { "derives(\(pattern) ; K, \(term($0, variable))) = true" }
      equations.append("ceq close(\(pattern) ; K) = close(\(pattern) ; \(gives) ; K) if \(conditions.joined(separator: " /\\ ")) .")
    }
    equations.append("eq close(K) = K [owise] .")
    equations.append("eq partsOf(nothing) = empty .")
    for (id, info) in system.predicates.enumerated() {
      let columns = info.columns.indices.map { "A\($0)" }
      let head = columns.isEmpty ? predicate(id) : "\(predicate(id))(\(columns.joined(separator: ", ")))"
      equations.append("eq partsOf(\(head) F0) = \((["partsOf(F0)"] + columns.map { "parts(\($0))" }).joined(separator: " ; ")) .")
    }
    for id in system.budgets.indices { equations.append("eq partsOf(\(budget(id)) F0) = partsOf(F0) .") }
    equations += [
      "eq select(empty, C, B, O) = empty .",
      "eq select(X ; K, C, B, O) = (if admits(X, C, B, O) then X else empty fi) ; select(K, C, B, O) .",
    ]
    let constants = signature.symbols.indices.filter { signature.symbols[$0].arguments.isEmpty && signature.symbols[$0].isPublic }
    equations.append("eq constants = \(constants.map(symbol).joined(separator: " ; ")) .")
    equations.append("eq owns(N) = \((infiniteClasses.map { "own(N, \($0))" } + ["empty"]).joined(separator: " ; ")) .")
    return equations.map { "  " + $0 } + [""]
  }

  /// The classes of the infinite sorts that some register has, Message included.
  private var infiniteClasses: [Int] {
    let rules = system.rules + system.properties.flatMap(\.queries)
    let sorts = Set(rules.flatMap { $0.registers.map(\.sort) } + [Signature.message])
    return Set(sorts.filter { system.signature.sorts[$0].values == nil }.map(sortClass)).sorted()
  }
}
