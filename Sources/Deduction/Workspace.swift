import Terms

/// A term in a ``Workspace``: an offset of its cell, a name, or (negative) a variable. Equal terms without variables have equal ids.
public typealias TermID = Int32

/// The first id of a name; cells lie below.
@inlinable package var firstName: Int32 { 1 << 28 }
/// The epoch of a variable that nothing constrains yet.
@inlinable package var unconstrained: Int32 { .max }
/// The epoch of a variable in a disequality that holds for all its values.
@inlinable package var universal: Int32 { -1 }
/// A variable without a value.
@inlinable package var unbound: Int32 { .min }

/// What a worker of the engine computes with: hash-consed terms, variables with a trail, and the attacker's knowledge.
///
/// Everything here is undone in the reverse order of its making: terms by `release(to:)`, bindings by `undo(to:)`.
public final class Workspace {
  public let signature: Signature

  // Symbols, flattened: the inner loop reads no Swift arrays of structures.
  @usableFromInline package let arity: UnsafeMutablePointer<Int32>
  @usableFromInline package let result: UnsafeMutablePointer<Int32>
  /// 1: anyone can apply it; 2: can be taken apart by anyone; 4: a constant of the attacker's; 8: has openings.
  @usableFromInline package let traits: UnsafeMutablePointer<UInt8>
  package let publicIfAttacker: UnsafeMutablePointer<Int32>
  /// The class of each sort; 0 is that of all messages.
  package let sortClass: UnsafeMutablePointer<Int32>
  /// Whether a sort has finitely many values.
  package let isFinite: UnsafeMutablePointer<Bool>

  // Cells: `symbol << 1 | ground`, then the arguments.
  @usableFromInline package var cells = Words(capacity: 1 << 14)
  private var table: UnsafeMutablePointer<Int32>
  private var tableMask: Int
  private var chain = Words(capacity: 1 << 10)

  // Variables
  @usableFromInline package var bindings = Words()
  @usableFromInline package var variableSorts = Words()
  /// 1 where the variable may be `none`.
  package var optional = Words()
  package var epochs = Words()
  // Names
  @usableFromInline package var nameSorts = Words()

  /// What was changed, as triples (which, index, old value).
  package var trail = Words()

  // Knowledge: terms with the epoch in which they were learned, oldest first.
  package var knowledge = Words()
  package var learnedIn = Words()
  /// What the attacker knows now has epochs up to this one.
  package var now: Int32 = 0
  // Deduction goals: pairs (term, epoch).
  package var goals = Words()
  package var openings: [CompiledOpening] = []
  /// The cells of the constants that denote the attacker.
  package var attackersConstants: [TermID] = []

  /// `open PATTERN with NEEDS gives RESULT`, its terms as code.
  package struct CompiledOpening {
    package var symbol: Int
    package var sorts: [Int32]
    package var pattern: Int32
    package var needs: [Int32]
    package var gives: Int32
  }

  /// Compiles an opening; after all constants have their cells.
  package func add(_ opening: (sorts: [Int32], pattern: Term, needs: [Term], gives: Term)) {
    guard case .apply(let symbol, _) = opening.pattern else { return }
    openings.append(
      CompiledOpening(
        symbol: symbol, sorts: opening.sorts, pattern: compile(opening.pattern), needs: opening.needs.map(compile), gives: compile(opening.gives)))
    traits[symbol] |= 8
  }

  public init(signature: Signature) {
    self.signature = signature
    let symbols = signature.symbols.count
    arity = .allocate(capacity: symbols)
    result = .allocate(capacity: symbols)
    traits = .allocate(capacity: symbols)
    publicIfAttacker = .allocate(capacity: symbols)
    for (index, symbol) in signature.symbols.enumerated() {
      arity[index] = Int32(symbol.arguments.count)
      result[index] = Int32(symbol.result)
      traits[index] = (symbol.isPublic ? 1 : 0) | (symbol.isTransparent ? 2 : 0) | (symbol.isAttackers ? 4 : 0)
      publicIfAttacker[index] = Int32(symbol.publicIfAttacker ?? -1)
    }
    sortClass = .allocate(capacity: signature.sorts.count)
    isFinite = .allocate(capacity: signature.sorts.count)
    for (index, sort) in signature.sorts.enumerated() {
      sortClass[index] = Int32(sort.sortClass)
      isFinite[index] = sort.values != nil
    }
    tableMask = (1 << 14) - 1
    table = .allocate(capacity: tableMask + 1)
    table.initialize(repeating: -1, count: tableMask + 1)
  }

  deinit {
    arity.deallocate()
    result.deallocate()
    traits.deallocate()
    publicIfAttacker.deallocate()
    sortClass.deallocate()
    isFinite.deallocate()
    table.deallocate()
    for words in [cells, chain, bindings, variableSorts, optional, epochs, nameSorts, trail, knowledge, learnedIn, goals, code] { words.deallocate() }
  }

  // MARK: Terms

  @inlinable @inline(__always) package func isVariable(_ term: TermID) -> Bool { term < 0 }
  @inlinable @inline(__always) package func isName(_ term: TermID) -> Bool { term >= firstName }
  @inlinable @inline(__always) package func symbol(of cell: TermID) -> Int { Int(cells[Int(cell)] >> 1) }
  @inlinable @inline(__always) package func argument(_ index: Int, of cell: TermID) -> TermID { cells[Int(cell) + 1 + index] }

  /// Whether no variable occurs in the term as it was made (a bound one still counts).
  @inlinable @inline(__always) package func isGround(_ term: TermID) -> Bool { term >= firstName || (term >= 0 && cells[Int(term)] & 1 == 1) }

  private func hash(_ start: Int, _ length: Int) -> Int {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for index in 0..<length {
      hash = (hash ^ UInt64(UInt32(bitPattern: cells[start + index]))) &* 0xFF51_AFD7_ED55_8CCD
      hash ^= hash >> 32
    }
    return Int(truncatingIfNeeded: hash & 0x7FFF_FFFF_FFFF_FFFF)
  }

  /// Takes the cell that was written at the end of `cells` (from `start`), and returns the one like it that stands for both.
  package func intern(from start: Int) -> TermID {
    let length = cells.count - start
    var slot = hash(start, length) & tableMask
    while table[slot] >= 0 {
      let known = Int(table[slot])
      if cells[known] == cells[start] {
        var isSame = true
        for index in 1..<max(length, 1) where cells[known + index] != cells[start + index] {
          isSame = false
          break
        }
        if isSame {
          cells.truncate(to: start)
          return Int32(known)
        }
      }
      slot = (slot + 1) & tableMask
    }
    table[slot] = Int32(start)
    chain.append(Int32(slot))
    if chain.count * 2 > tableMask { growTable() }
    return Int32(start)
  }

  private func growTable() {
    var starts: [Int32] = []
    for index in 0..<chain.count { starts.append(table[Int(chain[index])]) }
    table.deallocate()
    tableMask = tableMask * 2 + 1
    table = .allocate(capacity: tableMask + 1)
    table.initialize(repeating: -1, count: tableMask + 1)
    chain.truncate(to: 0)
    for start in starts {
      let length = 1 + Int(arity[Int(cells[Int(start)] >> 1)])
      var slot = hash(Int(start), length) & tableMask
      while table[slot] >= 0 { slot = (slot + 1) & tableMask }
      table[slot] = start
      chain.append(Int32(slot))
    }
  }

  /// Where the terms are now, for ``release(to:)``.
  package var mark: (cells: Int, chain: Int) { (cells.count, chain.count) }

  /// Forgets all terms made since the mark. Last in, first out keeps linear probing whole.
  package func release(to mark: (cells: Int, chain: Int)) {
    var index = chain.count
    while index > mark.chain {
      index -= 1
      table[Int(chain[index])] = -1
    }
    chain.truncate(to: mark.chain)
    cells.truncate(to: mark.cells)
  }

  // MARK: Variables and names

  package func newVariable(sort: Int32, isOptional: Bool, epoch: Int32) -> TermID {
    bindings.append(unbound)
    variableSorts.append(sort)
    optional.append(isOptional ? 1 : 0)
    epochs.append(epoch)
    return ~Int32(bindings.count - 1)
  }

  /// Makes as many variables as there are sorts, each as optional and of the epoch that is said for it.
  package func newVariables(sorts: UnsafeBufferPointer<Int32>, optional: UnsafePointer<Int32>, epochs: UnsafePointer<Int32>) {
    let first = bindings.count
    bindings.extend(by: sorts.count)
    for variable in first..<bindings.count { bindings[variable] = unbound }
    variableSorts.append(sorts)
    self.optional.append(UnsafeBufferPointer(start: optional, count: sorts.count))
    self.epochs.append(UnsafeBufferPointer(start: epochs, count: sorts.count))
  }

  package func dropVariables(to count: Int) {
    bindings.truncate(to: count)
    variableSorts.truncate(to: count)
    optional.truncate(to: count)
    epochs.truncate(to: count)
  }

  package func newName(sort: Int32) -> TermID {
    nameSorts.append(sort)
    return firstName + Int32(nameSorts.count - 1)
  }

  /// The term with the value of its outermost variable.
  @inlinable @inline(__always) package func value(_ term: TermID) -> TermID {
    var current = term
    while current < 0 {
      let next = bindings[Int(~current)]
      if next == unbound { return current }
      current = next
    }
    return current
  }

  package func sort(of term: TermID) -> Int32 {
    if term < 0 { return variableSorts[Int(~term)] }
    if term >= firstName { return nameSorts[Int(term - firstName)] }
    return result[symbol(of: term)]
  }

  // MARK: Trail

  package enum Trailed {
    package static let binding: Int32 = 0
    package static let optional: Int32 = 1
    package static let epoch: Int32 = 2
    package static let sort: Int32 = 3
  }

  package func set(_ which: Int32, _ variable: Int, _ new: Int32) {
    trail.append(which)
    trail.append(Int32(variable))
    switch which {
    case Trailed.binding:
      trail.append(bindings[variable])
      bindings[variable] = new
    case Trailed.optional:
      trail.append(optional[variable])
      optional[variable] = new
    case Trailed.epoch:
      trail.append(epochs[variable])
      epochs[variable] = new
    default:
      trail.append(variableSorts[variable])
      variableSorts[variable] = new
    }
  }

  package func undo(to mark: Int) {
    var index = trail.count
    while index > mark {
      index -= 3
      let variable = Int(trail[index + 1])
      let old = trail[index + 2]
      switch trail[index] {
      case Trailed.binding: bindings[variable] = old
      case Trailed.optional: optional[variable] = old
      case Trailed.epoch: epochs[variable] = old
      default: variableSorts[variable] = old
      }
    }
    trail.truncate(to: mark)
  }

  // MARK: Unification (Robinson, with sorts)

  /// Makes the terms equal by binding variables; false where they cannot be (the caller undoes).
  package func unify(_ first: TermID, _ second: TermID) -> Bool {
    let (a, b) = (value(first), value(second))
    if a == b { return true }
    if a < 0 { return b < 0 ? join(a, b) : bind(a, b) }
    if b < 0 { return bind(b, a) }
    if a >= firstName || b >= firstName { return false }
    guard cells[Int(a)] >> 1 == cells[Int(b)] >> 1 else { return false }
    if isGround(a) && isGround(b) { return false }
    for index in 0..<Int(arity[symbol(of: a)]) {
      guard unify(argument(index, of: a), argument(index, of: b)) else { return false }
    }
    return true
  }

  private func join(_ a: TermID, _ b: TermID) -> Bool {
    var (x, y) = (Int(~a), Int(~b))
    // A universal variable goes first, then one that nothing constrains, then the younger one.
    if epochs[y] == universal || (epochs[x] != universal && (epochs[y] > epochs[x] || (epochs[y] == epochs[x] && y > x))) { swap(&x, &y) }
    let (gone, kept) = (x, y)
    let (left, right) = (sortClass[Int(variableSorts[gone])], sortClass[Int(variableSorts[kept])])
    let goneMay = optional[gone] == 1 || variableSorts[gone] == 0
    let keptMay = optional[kept] == 1 || variableSorts[kept] == 0
    if left != right && left != 0 && right != 0 {
      // Different sorts share one value only: none.
      guard goneMay && keptMay else { return false }
      return bindConstant(gone, none) && bindConstant(kept, none)
    }
    if variableSorts[kept] == 0 && variableSorts[gone] != 0 { set(Trailed.sort, kept, variableSorts[gone]) }
    // A message may be none whatever its flag says, and asking nothing of it lets openings match it without binding.
    if variableSorts[kept] != 0 {
      let may: Int32 = goneMay && keptMay ? 1 : 0
      if optional[kept] != may { set(Trailed.optional, kept, may) }
    }
    set(Trailed.binding, gone, ~Int32(kept))
    return true
  }

  private func bindConstant(_ variable: Int, _ term: TermID) -> Bool {
    set(Trailed.binding, variable, term)
    return true
  }

  /// The cell of the constant `none`; made by the engine before all others.
  package var none: TermID = 0

  /// Whether the variable may be a message that is nothing more special: the constant `attacker`, who may stand where a participant does.
  ///
  /// It has no infinite sort, and is nothing that the attacker chooses for a participant: else two variables of different sorts could be
  /// equal after all, and a finite sort would have more values than are listed.
  private func mayBeUnlisted(_ variable: Int) -> Bool {
    isFinite[Int(variableSorts[variable])] && (epochs[variable] == unconstrained || epochs[variable] == universal)
  }

  private func bind(_ variable: TermID, _ term: TermID) -> Bool {
    let index = Int(~variable)
    if term == none {
      guard optional[index] == 1 || variableSorts[index] == 0 else { return false }
    } else {
      let (expected, actual) = (variableSorts[index], sort(of: term))
      guard expected == 0 || sortClass[Int(expected)] == sortClass[Int(actual)] || (actual == 0 && mayBeUnlisted(index)) else { return false }
      if !isGround(term) && occurs(index, term) { return false }
    }
    set(Trailed.binding, index, term)
    return true
  }

  private func occurs(_ variable: Int, _ term: TermID) -> Bool {
    let term = value(term)
    if term < 0 { return Int(~term) == variable }
    if isGround(term) { return false }
    for index in 0..<Int(arity[symbol(of: term)]) where occurs(variable, argument(index, of: term)) { return true }
    return false
  }

  /// Whether the terms are the same under the present bindings.
  package func isSame(_ first: TermID, _ second: TermID) -> Bool {
    let (a, b) = (value(first), value(second))
    if a == b { return true }
    if a < 0 || b < 0 || a >= firstName || b >= firstName { return false }
    guard cells[Int(a)] >> 1 == cells[Int(b)] >> 1 else { return false }
    if isGround(a) && isGround(b) { return false }
    for index in 0..<Int(arity[symbol(of: a)]) {
      guard isSame(argument(index, of: a), argument(index, of: b)) else { return false }
    }
    return true
  }

  /// Whether the name occurs in the term.
  package func mentions(_ term: TermID, _ name: TermID) -> Bool {
    let term = value(term)
    if term < 0 { return false }
    if term >= firstName { return term == name }
    for index in 0..<Int(arity[symbol(of: term)]) where mentions(argument(index, of: term), name) { return true }
    return false
  }

  // MARK: Templates

  /// Code of the rules' terms, in preorder: 0 and a term that is ground, 1 and a register, or 2, a symbol and the arguments' code.
  package var code = Words(capacity: 1 << 12)

  /// Writes the term as code; returns where it starts.
  package func compile(_ term: Term) -> Int32 {
    let start = Int32(code.count)
    write(term)
    return start
  }

  private func write(_ term: Term) {
    switch term {
    case .variable(let register):
      code.append(1)
      code.append(Int32(register))
    case .apply(let symbol, let arguments):
      if term.isGround {
        let cell = make(term)
        code.append(0)
        code.append(cell)
      } else {
        code.append(2)
        code.append(Int32(symbol))
        for argument in arguments { write(argument) }
      }
    }
  }

  /// The cell of a ground term.
  public func make(_ term: Term) -> TermID {
    guard case .apply(let symbol, let arguments) = term else { return none }
    let made = arguments.map(make)
    let start = cells.count
    cells.append(Int32(symbol) << 1 | 1)
    for argument in made { cells.append(argument) }
    return intern(from: start)
  }

  /// Makes the term of the code at `cursor`, with register 0 at variable `base`, and moves the cursor behind it.
  package func instantiate(_ cursor: inout Int32, _ base: Int32) -> TermID {
    let kind = code[Int(cursor)]
    let operand = code[Int(cursor) + 1]
    cursor += 2
    switch kind {
    case 0: return operand
    case 1: return value(~(base + operand))
    default:
      let count = Int(arity[Int(operand)])
      // Arguments first: they may make cells of their own.
      var first: (Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32) = (0, 0, 0, 0, 0, 0, 0, 0)
      precondition(count <= 8, "a constructor with more than eight arguments; the compiler refuses it")
      return withUnsafeMutableBytes(of: &first) { raw in
        let arguments = raw.bindMemory(to: Int32.self)
        var ground: Int32 = 1
        for index in 0..<count {
          arguments[index] = instantiate(&cursor, base)
          if !isGround(arguments[index]) { ground = 0 }
        }
        let start = cells.count
        cells.append(operand << 1 | ground)
        for index in 0..<count { cells.append(arguments[index]) }
        return intern(from: start)
      }
    }
  }

  package func instantiate(at code: Int32, _ base: Int32) -> TermID {
    var cursor = code
    return instantiate(&cursor, base)
  }

  /// Unifies the code's term with a term, making cells only where a variable has to be bound to them.
  package func match(_ cursor: inout Int32, _ base: Int32, _ term: TermID) -> Bool {
    let kind = code[Int(cursor)]
    switch kind {
    case 0:
      let operand = code[Int(cursor) + 1]
      cursor += 2
      return operand == term || unify(operand, term)
    case 1:
      let operand = code[Int(cursor) + 1]
      cursor += 2
      return unify(~(base + operand), term)
    default:
      let actual = value(term)
      if actual < 0 { return unify(instantiate(&cursor, base), actual) }
      let symbol = Int(code[Int(cursor) + 1])
      guard actual < firstName, self.symbol(of: actual) == symbol else { return false }
      cursor += 2
      for index in 0..<Int(arity[symbol]) {
        guard match(&cursor, base, argument(index, of: actual)) else { return false }
      }
      return true
    }
  }

  /// The term with all bindings applied.
  package func resolved(_ term: TermID) -> TermID {
    let term = value(term)
    if term < 0 || isGround(term) { return term }
    let symbol = symbol(of: term)
    var parts: (Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32) = (0, 0, 0, 0, 0, 0, 0, 0)
    return withUnsafeMutableBytes(of: &parts) { raw in
      let arguments = raw.bindMemory(to: Int32.self)
      var ground: Int32 = 1
      for index in 0..<Int(arity[symbol]) {
        arguments[index] = resolved(argument(index, of: term))
        if !isGround(arguments[index]) { ground = 0 }
      }
      let start = cells.count
      cells.append(Int32(symbol) << 1 | ground)
      for index in 0..<Int(arity[symbol]) { cells.append(arguments[index]) }
      return intern(from: start)
    }
  }
}
