import Mustache

/// Escapes for XML 1.0 so that its reader gets the same text back, as `XMLDocument` does it.
struct XMLEscaping: MustacheContentType {
  /// In an attribute a reader takes each line feed and tab for a space, unless they are escaped.
  let isAttribute: Bool

  func escapeText(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
      case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
      case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
      case "\"" where isAttribute: escaped.append(contentsOf: "&quot;".unicodeScalars)
      // A reader takes it for a line feed wherever it stands.
      case "\r": escaped.append(contentsOf: "&#13;".unicodeScalars)
      case "\t", "\n": escaped.append(contentsOf: isAttribute ? "&#\(scalar.value);".unicodeScalars : String(scalar).unicodeScalars)
      // There is no place for other control characters, not even escaped.
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped.append("\u{FFFD}")
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
