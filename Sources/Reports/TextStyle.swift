/// How text for people is coloured and counted.
struct TextStyle {
  /// Whether to colour at all (ANSI); only on a terminal.
  var usesColour: Bool

  enum Colour: String {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case bold = "1"
    case dim = "2"
  }

  func paint(_ text: String, _ colour: Colour) -> String { usesColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text }
}

/// `1 step`, `2 steps`.
func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }

/// `A1 + A3a`, or `no attacker`.
func together(_ attackers: [String]) -> String { attackers.isEmpty ? "no attacker" : attackers.joined(separator: " + ") }
