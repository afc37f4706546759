import Compiler
import Terms

/// The names that certificates use for the parts of one system; no two parts of a kind have the same.
///
/// Mostly these are the model's own names. Where several symbols are called alike, a constant of two sorts for instance, the later ones
/// are `NAME#2`, `NAME#3`, in the order of the system.
struct Vocabulary {
  private(set) var symbols: Names
  private(set) var sorts: Names
  private(set) var predicates: Names
  private(set) var rules: Names

  init(_ system: TransitionSystem) {
    symbols = Names(system.signature.symbols.map(\.name))
    sorts = Names(system.signature.sorts.map(\.name))
    predicates = Names(system.predicates.map(\.name))
    rules = Names(system.rules.map(\.name))
  }

  struct Names {
    private var names: [String] = []
    private var indices: [String: Int] = [:]

    init(_ given: [String]) {
      let taken = Set(given)
      for (index, name) in given.enumerated() {
        var unique = name
        var number = 2
        while indices[unique] != nil || (unique != name && taken.contains(unique)) {
          unique = "\(name)#\(number)"
          number += 1
        }
        indices[unique] = index
        names.append(unique)
      }
    }

    subscript(_ index: Int) -> String { names[index] }

    /// The part that is called so.
    func index(of name: String) -> Int? { indices[name] }
  }
}
