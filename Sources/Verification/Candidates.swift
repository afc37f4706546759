import Compiler
import Terms

/// The terms that an explorer tries for a variable that the attacker may choose: what it can derive, up to a size.
///
/// Tried are all derivable parts of the state, public constants, a few own constants of the sort, and what can be composed of these
/// in up to `size` symbols (a part of the state counts as one).
final class Candidates {
  private let analysis: GroundAnalysis
  private let signature: Signature
  private let size: Int
  private let ownConstants: Int
  private let state: GroundState
  /// The derivable terms of size one, apart from own constants; in a fixed order.
  private lazy var parts = present.filter(analysis.isDerivable)
  /// All terms that occur in the state, derivable or not. Often nobody asks.
  private lazy var present = presentTerms()
  private var made: [Request: [GroundTerm]] = [:]

  private struct Request: Hashable {
    var sort: SortID
    var size: Int
  }

  init(_ state: GroundState, _ analysis: GroundAnalysis, size: Int, ownConstants: Int) {
    self.analysis = analysis
    self.size = size
    self.ownConstants = ownConstants
    signature = analysis.deduction.signature
    self.state = state
  }

  private func presentTerms() -> [GroundTerm] {
    var subterms = Set(analysis.terms)
    state.forEachSubterm { subterms.insert($0) }
    for (symbol, info) in signature.symbols.enumerated() where info.arguments.isEmpty && info.isPublic { subterms.insert(.constant(symbol)) }
    subterms.remove(.constant(Signature.none))
    return subterms.sorted()
  }

  /// What the attacker may put into the register.
  func values(for register: Register) -> [GroundTerm] {
    var values: [GroundTerm] = []
    for size in 1...max(size, 1) { values += terms(of: register.sort, size: size) }
    return unique(values + [.constant(Signature.none)]).filter { signature.admits($0, in: register) }
  }

  /// What may be in a register on which nothing depends but tests and effects: also terms that the attacker cannot derive.
  func unconstrainedValues(for register: Register) -> [GroundTerm] {
    if let finite = signature.sorts[register.sort].values {
      return (finite + [Signature.none]).map(GroundTerm.constant).filter { signature.admits($0, in: register) }
    }
    return unique(values(for: register) + present.filter { signature.admits($0, in: register) })
  }

  /// The derivable terms of the sort that are built of exactly `size` symbols and parts.
  private func terms(of sort: SortID, size: Int) -> [GroundTerm] {
    let request = Request(sort: sort, size: size)
    if let known = made[request] { return known }
    var terms: [GroundTerm] = []
    if size == 1 {
      if let finite = signature.sorts[sort].values {
        terms = finite.map(GroundTerm.constant).filter(analysis.isDerivable)
      } else {
        terms = parts.filter { signature.accepts(sort, signature.sort(of: $0)) }
        // What is sent as a message may be looked at as anything later.
        let sorts = sort == Signature.message ? analysis.deduction.infiniteSorts : [sort]
        for sort in sorts { terms += (0..<ownConstants).map { .own($0, sort: sort) } }
      }
    } else {
      for (symbol, info) in signature.symbols.enumerated() where !info.arguments.isEmpty && signature.accepts(sort, info.result) {
        guard info.isPublic || info.publicIfAttacker != nil else { continue }
        for arguments in lists(of: info.arguments[...], size: size - 1) where analysis.deduction.canApply(symbol, arguments) {
          terms.append(.apply(symbol, arguments))
        }
      }
    }
    terms = unique(terms)
    made[request] = terms
    return terms
  }

  /// All lists of arguments of these sorts that have `size` together. Any argument may be `none`: fields of records are.
  private func lists(of sorts: ArraySlice<SortID>, size: Int) -> [[GroundTerm]] {
    guard let sort = sorts.first else { return size == 0 ? [[]] : [] }
    let others = sorts.count - 1
    guard size > others else { return [] }
    var lists: [[GroundTerm]] = []
    for first in 1...(size - others) {
      let rest = self.lists(of: sorts.dropFirst(), size: size - first)
      guard !rest.isEmpty else { continue }
      let none: [GroundTerm] = first == 1 ? [.constant(Signature.none)] : []
      for term in terms(of: sort, size: first) + none { lists += rest.map { [term] + $0 } }
    }
    return lists
  }

  private func unique(_ terms: [GroundTerm]) -> [GroundTerm] {
    var seen: Set<GroundTerm> = []
    return terms.filter { seen.insert($0).inserted }
  }
}
