import ExactNumbers

/// Makes inputs of inputs: bytes and tokens are altered, left out, doubled, exchanged, and nested. Equal seeds make equal inputs.
struct Mutator {
  var numbers: SplitMix64

  init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

  /// What readers may stumble over.
  private static let words: [[UInt8]] = [
    [0], [0xFF], [0xC3, 0x28], [0xE2, 0x80, 0xAE], [0xEF, 0xBB, 0xBF], Array("99999999999999999999999".utf8), Array("-1".utf8), Array("1e999".utf8),
    Array("\"".utf8), Array("\\".utf8), Array("//".utf8), Array("\r".utf8), Array("null".utf8), Array("../../".utf8), Array("{}".utf8), Array("sweep".utf8),
    Array("extends".utf8), Array("when".utf8), Array("drop".utf8), Array("expect".utf8),
  ]
  private static let openings: [[UInt8]] = ["(", "[", "{", "not ", "((", "a(", "[{\"a\":", "{ a: ", "when x { "].map { Array($0.utf8) }

  /// One to four alterations of a text; `other` is one to take pieces from.
  mutating func mutate(_ input: [UInt8], with other: [UInt8]) -> [UInt8] {
    var result = input
    for _ in 0..<Int.random(in: 1...4, using: &numbers) {
      result = Bool.random(using: &numbers) ? alterBytes(result) : alterTokens(result, other)
    }
    return result
  }

  private mutating func alterBytes(_ input: [UInt8]) -> [UInt8] {
    var result = input
    guard !result.isEmpty else { return Mutator.words.randomElement(using: &numbers) ?? [] }
    let place = Int.random(in: 0..<result.count, using: &numbers)
    switch Int.random(in: 0..<5, using: &numbers) {
    case 0: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
    case 1: result[place] = UInt8.random(in: 0...255, using: &numbers)
    case 2: result.removeSubrange(place..<min(result.count, place + Int.random(in: 1...32, using: &numbers)))
    case 3: result.insert(contentsOf: Mutator.words.randomElement(using: &numbers) ?? [], at: place)
    default: result.removeSubrange(place...)
    }
    return result
  }

  private mutating func alterTokens(_ input: [UInt8], _ other: [UInt8]) -> [UInt8] {
    var tokens = Mutator.tokens(input)
    guard !tokens.isEmpty else { return other }
    let place = Int.random(in: 0..<tokens.count, using: &numbers)
    let end = min(tokens.count, place + Int.random(in: 1...12, using: &numbers))
    switch Int.random(in: 0..<6, using: &numbers) {
    case 0: tokens.removeSubrange(place..<end)
    case 1: tokens.insert(contentsOf: tokens[place..<end], at: place)
    case 2: tokens.swapAt(place, Int.random(in: 0..<tokens.count, using: &numbers))
    case 3:
      let opening = Mutator.openings.randomElement(using: &numbers) ?? []
      tokens.insert(contentsOf: Array(repeating: opening[...], count: Int.random(in: 1...2000, using: &numbers)), at: place)
    case 4:
      let pieces = Mutator.tokens(other)
      guard let from = pieces.indices.randomElement(using: &numbers) else { break }
      tokens.insert(contentsOf: pieces[from..<min(pieces.count, from + 40)], at: place)
    default: tokens[place] = (tokens.randomElement(using: &numbers) ?? [])
    }
    return tokens.flatMap { $0 }
  }

  /// Runs of letters and digits, runs of white space, and each other byte.
  private static func tokens(_ input: [UInt8]) -> [ArraySlice<UInt8>] {
    func kind(_ byte: UInt8) -> Int {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...: 0
      case 0x20, 0x0A, 0x0D, 0x09: 1
      default: 2
      }
    }
    var tokens: [ArraySlice<UInt8>] = []
    var start = 0
    for index in input.indices where index + 1 == input.count || kind(input[index]) == 2 || kind(input[index]) != kind(input[index + 1]) {
      tokens.append(input[start...index])
      start = index + 1
    }
    return tokens
  }
}
