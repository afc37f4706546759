import Foundation
import Mustache

/// Fills templates that are part of the program; what is filled in is escaped for HTML and XML, in elements and in attributes.
enum Markup {
  /// Mustache's own escaping looks at characters as people see them, so that a quotation mark with an accent on it would pass.
  private struct Escaping: MustacheContentType {
    func escapeText(_ text: String) -> String {
      var escaped = String.UnicodeScalarView()
      for scalar in text.unicodeScalars {
        switch scalar {
        case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
        case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
        case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
        case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
        case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
        case "\t", "\n", "\r": escaped.append(scalar)
        // XML has no way to write these.
        case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": escaped.append("\u{FFFD}")
        default: escaped.append(scalar)
        }
      }
      return String(escaped)
    }
  }

  private static let contentTypes: Void = {
    MustacheContentTypes.register(Escaping(), named: "MARKUP")
    // For templates that ask for them.
    MustacheContentTypes.register(XMLEscaping(isAttribute: true), named: "XML-ATTRIBUTE")
    MustacheContentTypes.register(XMLEscaping(isAttribute: false), named: "XML-TEXT")
  }()

  /// A template of this module. A mistake in one is found by any test that uses it.
  static func template(_ bytes: [UInt8]) -> MustacheTemplate {
    _ = contentTypes
    do {
      return try MustacheTemplate(string: "{{% CONTENT_TYPE:MARKUP}}" + text(bytes))
    } catch {
      preconditionFailure("a template of this module cannot be read: \(error)")
    }
  }

  static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
