import Terms

@testable import Deduction

/// The sorts and symbols that these tests speak of: keys, agents of whom one is the attacker, a pair that anyone can take apart, and the
/// usual cryptography.
struct Vocabulary: Sendable {
  private(set) var signature = Signature()
  let message = Signature.message
  let key, publicKey, nonce, digest, sealed, encrypted, signed, couple, agent: SortID
  let none = Signature.none
  let alice, bob, mallory: SymbolID
  /// A nonce that everybody knows, and one that nobody does.
  let zero, secret: SymbolID
  let hash, pair, publicOf, sign, seal, encrypt: SymbolID
  /// The key of an agent; the attacker's own agents have keys that the attacker knows.
  let keyOf: SymbolID

  init() {
    key = signature.addSort("Key", values: nil)
    publicKey = signature.addSort("PublicKey", values: nil)
    nonce = signature.addSort("Nonce", values: nil)
    digest = signature.addSort("Digest", values: nil)
    sealed = signature.addSort("Sealed", values: nil)
    encrypted = signature.addSort("Encrypted", values: nil)
    signed = signature.addSort("Signed", values: nil)
    couple = signature.addSort("Couple", values: nil)
    agent = signature.addSort("Agent", values: [])
    alice = signature.addValue("alice", to: agent)
    bob = signature.addValue("bob", to: agent)
    mallory = signature.addValue("mallory", to: agent, isAttackers: true)
    zero = signature.addSymbol("zero", arguments: [], result: nonce)
    secret = signature.addSymbol("secret", arguments: [], result: nonce, isPublic: false)
    hash = signature.addSymbol("hash", arguments: [message], result: digest)
    pair = signature.addSymbol("pair", arguments: [message, message], result: couple, isTransparent: true)
    publicOf = signature.addSymbol("public", arguments: [key], result: publicKey)
    sign = signature.addSymbol("sign", arguments: [key, message], result: signed)
    seal = signature.addSymbol("seal", arguments: [key, message], result: sealed)
    encrypt = signature.addSymbol("encrypt", arguments: [publicKey, message], result: encrypted)
    keyOf = signature.addSymbol("keyOf", arguments: [agent], result: key, isPublic: false, publicIfAttacker: 0)
  }

  /// What takes a signature, a sealed and an encrypted message apart. Registers: a key, a body.
  var openings: [(pattern: Term, needs: [Term], gives: Term)] {
    let (key, body) = (Term.variable(0), Term.variable(1))
    return [
      (.apply(sign, [key, body]), [], body), (.apply(seal, [key, body]), [key], body),
      (.apply(encrypt, [.apply(publicOf, [key]), body]), [key], body),
    ]
  }

  /// The symbols that have arguments and make a term of the sort.
  func constructors(of sort: SortID) -> [SymbolID] {
    signature.symbols.indices.filter { !signature.symbols[$0].arguments.isEmpty && (sort == message || signature.symbols[$0].result == sort) }
  }
}

let words = Vocabulary()

extension Workspace {
  /// A workspace with the vocabulary and what its openings are.
  static func make(withOpenings: Bool = true) -> Workspace {
    let workspace = Workspace(signature: words.signature)
    workspace.none = workspace.make(.constant(words.none))
    workspace.attackersConstants = [workspace.make(.constant(words.mallory))]
    guard withOpenings else { return workspace }
    for opening in words.openings {
      workspace.add((sorts: [Int32(words.key), Int32(words.message)], pattern: opening.pattern, needs: opening.needs, gives: opening.gives))
    }
    return workspace
  }

  func variable(_ sort: SortID, isOptional: Bool = false, epoch: Int32 = unconstrained) -> TermID {
    newVariable(sort: Int32(sort), isOptional: isOptional, epoch: epoch)
  }

  func name(_ sort: SortID) -> TermID { newName(sort: Int32(sort)) }

  func constant(_ symbol: SymbolID) -> TermID { make(.constant(symbol)) }

  func apply(_ symbol: SymbolID, _ arguments: TermID...) -> TermID { apply(symbol, arguments) }

  func apply(_ symbol: SymbolID, _ arguments: [TermID]) -> TermID {
    let start = cells.count
    cells.append(Int32(symbol) << 1 | (arguments.allSatisfy(isGround) ? 1 : 0))
    for argument in arguments { cells.append(argument) }
    return intern(from: start)
  }

  /// What the attacker knows, oldest first.
  var known: [TermID] { (0..<knowledge.count).map { resolved(knowledge[$0]) } }

  /// Solves the goals, and has `leaf` look at each way to do it.
  func solve(_ asked: [(TermID, Int32)], leaf: () -> Void) {
    for (term, epoch) in asked {
      goals.append(term)
      goals.append(epoch)
    }
    _ = solve(goals.count - 2 * asked.count) {
      leaf()
      return true
    }
    goals.truncate(to: goals.count - 2 * asked.count)
  }

  /// How many ways there are to solve the goals.
  func ways(_ asked: (TermID, Int32)...) -> Int {
    var count = 0
    solve(asked) { count += 1 }
    return count
  }

  /// The values of the terms in each way to solve the goals.
  func answers(_ asked: (TermID, Int32)..., to terms: [TermID]) -> [[TermID]] {
    var answers: [[TermID]] = []
    solve(asked) { answers.append(terms.map(resolved)) }
    return answers
  }
}
