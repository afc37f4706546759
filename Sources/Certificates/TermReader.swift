import Compiler
import Terms
import Verification

/// The terms of a record that is read. Nothing in the record is believed.
struct TermReader {
  struct Problem: Error { var text: String }

  let vocabulary: Vocabulary
  private let terms: [GroundTerm]

  /// How many symbols all terms may have together, each written out: a table that doubles at each entry would never end.
  private static let maximumSize = 1_000_000

  init(_ records: [AttackRecord.Term], _ system: TransitionSystem) throws(CertificateError) {
    let vocabulary = Vocabulary(system)
    self.vocabulary = vocabulary
    var terms: [GroundTerm] = []
    var sizes: [Int] = []
    var depths: [Int] = []
    var seen: Set<GroundTerm> = []
    var total = 0
    for (number, record) in records.enumerated() {
      func refuse(_ reason: String) -> CertificateError { .refused("term \(number): \(reason)") }
      func sort(_ name: String) throws(CertificateError) -> SortID {
        guard let sort = vocabulary.sorts.index(of: name) else { throw refuse("the model has no sort `\(name)`") }
        return sort
      }
      var (size, depth) = (1, 1)
      let term: GroundTerm
      switch (record.symbol, record.name, record.own) {
      case (let symbol?, nil, nil):
        guard let id = vocabulary.symbols.index(of: symbol) else { throw refuse("the model has no symbol `\(symbol)`") }
        let arguments = record.arguments ?? []
        guard arguments.allSatisfy(terms.indices.contains) else { throw refuse("its arguments are not before it") }
        guard arguments.count == system.signature.symbols[id].arguments.count else {
          throw refuse("`\(symbol)` has \(system.signature.symbols[id].arguments.count) arguments, not \(arguments.count)")
        }
        size += arguments.reduce(0) { $0 + sizes[$1] }
        depth += arguments.map { depths[$0] }.max() ?? 0
        // Looked at before anything walks over the term.
        guard total + size <= TermReader.maximumSize else { throw refuse("the terms have more than \(TermReader.maximumSize) symbols together") }
        guard depth <= maximumNesting else { throw refuse("it is nested more than \(maximumNesting) deep") }
        term = .apply(id, arguments.map { terms[$0] })
      case (nil, let name?, nil) where record.arguments == nil: term = .name(number, sort: try sort(name))
      case (nil, nil, let own?) where record.arguments == nil: term = .own(number, sort: try sort(own))
      default: throw refuse("it is not one of `symbol`, `name` and `own`")
      }
      guard seen.insert(term).inserted else { throw refuse("it is there twice") }
      total += size
      terms.append(term)
      sizes.append(size)
      depths.append(depth)
    }
    self.terms = terms
  }

  func term(_ number: Int) throws(Problem) -> GroundTerm {
    guard terms.indices.contains(number) else { throw Problem(text: "there is no term \(number)") }
    return terms[number]
  }

  func terms(_ numbers: [Int]) throws(Problem) -> [GroundTerm] {
    var terms: [GroundTerm] = []
    for number in numbers { terms.append(try term(number)) }
    return terms
  }

  func values(_ numbers: [Int?]) throws(Problem) -> [GroundTerm?] {
    var values: [GroundTerm?] = []
    for number in numbers { values.append(number == nil ? nil : try term(number ?? -1)) }
    return values
  }

  func facts(_ records: [AttackRecord.Fact]) throws(Problem) -> [GroundFact] {
    var facts: [GroundFact] = []
    for record in records {
      guard let predicate = vocabulary.predicates.index(of: record.predicate) else {
        throw Problem(text: "the model has no facts `\(record.predicate)`")
      }
      facts.append(GroundFact(predicate, try terms(record.arguments)))
    }
    return facts
  }

  func derivation(_ records: [AttackRecord.Derivation]) throws(Problem) -> [DerivationStep] {
    var steps: [DerivationStep] = []
    for (number, record) in records.enumerated() {
      let term = try term(record.term)
      switch (record.rule, record.from, record.argument, record.opening, record.keys) {
      case (.told, nil, nil, nil, nil): steps.append(.told(term))
      case (.own, nil, nil, nil, nil): steps.append(.own(term))
      case (.compose, nil, nil, nil, nil): steps.append(.composed(term))
      case (.takeApart, let from?, let argument?, nil, nil): steps.append(.takenApart(term, argument: argument, of: try self.term(from)))
      case (.open, let from?, nil, let opening?, let keys?):
        steps.append(.opened(term, opening: opening, of: try self.term(from), with: try terms(keys)))
      default: throw Problem(text: "derivation step \(number + 1): `\(record.rule.rawValue)` does not have these fields")
      }
    }
    return steps
  }
}
