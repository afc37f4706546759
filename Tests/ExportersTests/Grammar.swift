import Foundation

/// A grammar in EBNF, read from an article, and a recogniser for it.
///
/// Recognition follows all ways at once: for each rule and place the places where it can end, found once.
final class Grammar {
  indirect enum Expression {
    case terminal(String)
    case reference(String)
    case sequence([Expression])
    case choice([Expression])
    case optional(Expression)
    case repetition(Expression)
  }

  struct Malformed: Error { var reason: String }

  private(set) var rules: [String: Expression] = [:]
  private(set) var start = ""
  private(set) var terminals: Set<String> = []
  /// Classes of tokens, besides the rules.
  private static let classes: Set<String> = ["word", "number", "constant"]

  /// The first block of EBNF in an article whose first rule is `start`.
  init(_ start: String, in article: URL) throws {
    let text = try String(contentsOf: article, encoding: .utf8)
    let blocks = text.components(separatedBy: "```ebnf\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
    guard let block = blocks.first(where: { $0.hasPrefix("\(start) =") }) else { throw Malformed(reason: "there is no grammar of \(start)") }
    self.start = start
    var tokens = Grammar.symbols(block)[...]
    while let name = tokens.popFirst() {
      guard tokens.popFirst() == "=" else { throw Malformed(reason: "no = behind \(name)") }
      rules[name] = try choice(&tokens)
      guard tokens.popFirst() == ";" else { throw Malformed(reason: "no ; behind \(name)") }
    }
    for name in rules.values.flatMap(references) where rules[name] == nil && !Grammar.classes.contains(name) {
      throw Malformed(reason: "there is no rule \(name)")
    }
  }

  // MARK: Reading EBNF

  private static func symbols(_ text: String) -> [String] {
    var symbols: [String] = []
    var rest = Substring(text)
    while let first = rest.first {
      if first.isWhitespace {
        rest.removeFirst()
      } else if first == "\"" || first == "'" {
        let end = rest.dropFirst().firstIndex(of: first) ?? rest.index(before: rest.endIndex)
        symbols.append(String(rest[...end]))
        rest = rest[rest.index(after: end)...]
      } else if first.isLetter {
        symbols.append(String(rest.prefix { $0.isLetter || $0 == "-" }))
        rest = rest.dropFirst(symbols.last?.count ?? 1)
      } else {
        symbols.append(String(rest.removeFirst()))
      }
    }
    return symbols
  }

  private func choice(_ tokens: inout ArraySlice<String>) throws -> Expression {
    var ways = [try sequence(&tokens)]
    while tokens.first == "|" {
      tokens.removeFirst()
      ways.append(try sequence(&tokens))
    }
    return ways.count == 1 ? ways[0] : .choice(ways)
  }

  private func sequence(_ tokens: inout ArraySlice<String>) throws -> Expression {
    var parts: [Expression] = []
    while let token = tokens.first, !["|", ";", ")", "]", "}"].contains(token) {
      tokens.removeFirst()
      let closing = ["(": ")", "[": "]", "{": "}"][token]
      if let closing {
        let inner = try choice(&tokens)
        guard tokens.popFirst() == closing else { throw Malformed(reason: "no \(closing)") }
        parts.append(token == "(" ? inner : token == "[" ? .optional(inner) : .repetition(inner))
      } else if token.hasPrefix("\"") || token.hasPrefix("'") {
        let text = String(token.dropFirst().dropLast())
        terminals.insert(text)
        parts.append(.terminal(text))
      } else {
        parts.append(.reference(token))
      }
    }
    return .sequence(parts)
  }

  private func references(_ expression: Expression) -> [String] {
    switch expression {
    case .terminal: []
    case .reference(let name): [name]
    case .sequence(let parts), .choice(let parts): parts.flatMap(references)
    case .optional(let inner), .repetition(let inner): references(inner)
    }
  }

  // MARK: Recognising

  /// The words, numbers, constants and marks of a text, without comments.
  func tokens(_ text: String) -> [String] {
    let marks = terminals.filter { !$0.utf8.allSatisfy(Grammar.isInWord) }.map { Array($0.utf8) }.sorted { $0.count > $1.count }
    let comments: [(begin: [UInt8], end: [UInt8])] = [("/*", "*/"), ("(*", "*)"), ("//", "\n")].map { (Array($0.0.utf8), Array($0.1.utf8)) }
    let bytes = Array(text.utf8)
    var tokens: [String] = []
    var place = 0
    func begins(_ mark: [UInt8]) -> Bool { bytes.count - place >= mark.count && mark.indices.allSatisfy { bytes[place + $0] == mark[$0] } }
    while place < bytes.count {
      let start = place
      if bytes[place] == 32 || bytes[place] == 10 {
        place += 1
        continue
      }
      if let comment = comments.first(where: { begins($0.begin) }) {
        place += comment.begin.count
        while place < bytes.count && !begins(comment.end) { place += 1 }
        place += comment.end.count
        continue
      }
      if let mark = marks.first(where: begins) {
        place += mark.count
      } else {
        let quote = UInt8(ascii: "'")
        place += 1
        if Grammar.isInWord(bytes[start]) || bytes[start] == quote {
          while place < bytes.count && Grammar.isInWord(bytes[place]) { place += 1 }
          if bytes[start] == quote && place < bytes.count && bytes[place] == quote { place += 1 }
        }
      }
      tokens.append(String(decoding: bytes[start..<place], as: UTF8.self))
    }
    return tokens
  }

  private static func isInWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
    default: false
    }
  }

  /// The first token that cannot be, counted from 0; nil: the text is of the grammar.
  func firstError(in tokens: [String]) -> Int? {
    // Words as numbers: a comparison of texts takes most of the time.
    var numbers: [String: Int] = [:]
    func number(_ text: String) -> Int {
      if let known = numbers[text] {
        return known
      } else {
        numbers[text] = numbers.count
        return numbers.count - 1
      }
    }
    input = tokens.map(number)
    classes = tokens.map { token in
      token.allSatisfy(\.isNumber)
        ? "number" : token.first == "'" ? (token.count > 2 && token.last == "'" ? "constant" : "") : token.first?.isLetter == true ? "word" : ""
    }
    let names = rules.keys.sorted()
    nodes = names.map { node(rules[$0] ?? .sequence([]), names, number) }
    known = Array(repeating: [:], count: nodes.count)
    furthest = 0
    guard let first = names.firstIndex(of: start) else { return 0 }
    return ends(.rule(first), 0).contains(tokens.count) ? nil : furthest
  }

  private indirect enum Node {
    case token(Int)
    case ofClass(String)
    case rule(Int)
    case sequence([Node])
    case choice([Node])
    case repetition(Node)
  }

  private func node(_ expression: Expression, _ names: [String], _ number: (String) -> Int) -> Node {
    switch expression {
    case .terminal(let text): .token(number(text))
    case .reference(let name): names.firstIndex(of: name).map { .rule($0) } ?? .ofClass(name)
    case .sequence(let parts): .sequence(parts.map { node($0, names, number) })
    case .choice(let ways): .choice(ways.map { node($0, names, number) })
    case .optional(let inner): .choice([.sequence([]), node(inner, names, number)])
    case .repetition(let inner): .repetition(node(inner, names, number))
    }
  }

  private var nodes: [Node] = []
  private var input: [Int] = []
  private var classes: [String] = []
  private var known: [[Int: [Int]]] = []
  private var furthest = 0

  /// Where it can end that begins at a place.
  private func ends(_ node: Node, _ place: Int) -> [Int] {
    if place > furthest { furthest = place }
    switch node {
    case .token(let number): return place < input.count && input[place] == number ? [place + 1] : []
    case .ofClass(let name): return place < input.count && classes[place] == name ? [place + 1] : []
    case .rule(let number):
      if let ends = known[number][place] { return ends }
      let found = ends(nodes[number], place)
      known[number][place] = found
      return found
    case .sequence(let parts):
      var places = [place]
      for part in parts {
        places = places.count == 1 ? ends(part, places[0]) : union(places.map { ends(part, $0) })
        if places.isEmpty { return [] }
      }
      return places
    case .choice(let ways):
      var all: [Int] = []
      for way in ways { for end in ends(way, place) where !all.contains(end) { all.append(end) } }
      return all
    case .repetition(let inner):
      var all = [place]
      var next = 0
      while next < all.count {
        for end in ends(inner, all[next]) where end > all[all.count - 1] || !all.contains(end) { all.append(end) }
        next += 1
      }
      return all
    }
  }

  private func union(_ lists: [[Int]]) -> [Int] { Array(Set(lists.joined())) }
}
