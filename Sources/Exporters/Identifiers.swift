import Compiler
import Terms

/// Names for a tool that has no others than words of ASCII letters, digits and `_`, each used once.
struct Identifiers {
  private var used: Set<String>

  /// - Parameter reserved: words that mean something to the tool.
  init(reserved: Set<String>) { used = reserved }

  /// A new name that reads like `text`.
  ///
  /// Names that end in `_` and a number belong to variables.
  mutating func make(_ text: String, capital: Bool = false) -> String {
    var word = Identifiers.word(text)
    if word.isEmpty || word.first?.isNumber == true { word = "c_" + word }
    if capital { word = word.prefix(1).uppercased() + word.dropFirst() }
    if word.split(separator: "_").last?.allSatisfy(\.isNumber) == true { word += "_c" }
    var name = word
    var number = 2
    while !used.insert(name).inserted {
      name = "\(word)_\(number)c"
      number += 1
    }
    return name
  }

  /// The name of a register; two of one rule never have the same.
  static func variable(_ register: Int, _ registers: [Register]) -> String {
    let word = word(registers[register].name)
    return "\(word.isEmpty || word.first?.isNumber == true || word.first?.isUppercase == true ? "x_" : "")\(word)_\(register)"
  }

  private static func word(_ text: String) -> String {
    text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "_")
  }
}

/// Constants and functions of a signature under names of their own, and what is said of sorts.
struct SymbolNames {
  let signature: Signature
  private var names: [String] = []

  init(_ signature: Signature, _ identifiers: inout Identifiers) {
    self.signature = signature
    for symbol in signature.symbols { names.append(identifiers.make(symbol.name)) }
  }

  subscript(id: SymbolID) -> String { names[id] }

  /// The values that a register of a finite sort may have where somebody chooses it; nil: of an infinite one.
  func values(of register: Register) -> [SymbolID]? {
    guard let values = signature.sorts[register.sort].values else { return nil }
    return values + (register.isOptional ? [Signature.none] : [])
  }

  /// The constants of which `honest`, or `dishonest`, is true, among those that a register of the sort can hold.
  func constants(areAttackers: Bool, sort: SortID) -> [SymbolID] {
    signature.symbols.indices.filter { id in
      let symbol = signature.symbols[id]
      // The constant `attacker` may stand where a participant does.
      return symbol.arguments.isEmpty && symbol.isAttackers == areAttackers && (signature.accepts(sort, symbol.result) || symbol.result == Signature.message)
    }
  }

  /// What the test is called that a register's value is one of its sort's.
  func test(of register: Register, _ isSent: Bool) -> String {
    "is \(signature.sorts[register.sort].name)\(isSent && register.isOptional ? " or none" : "")"
  }

  /// The name of a term's outermost symbol.
  func head(of term: Term) -> String {
    if case .apply(let id, _) = term { self[id] } else { "message" }
  }

  /// The sort of a term, as its rule declares it.
  func sort(of term: Term, _ registers: [Register]) -> SortID {
    switch term {
    case .variable(let register): registers[register].sort
    case .apply(let id, _): signature.symbols[id].result
    }
  }
}
