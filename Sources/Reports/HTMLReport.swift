import Compiler
import Digests
import Foundation
import Mustache
import Verdicts

/// A page for people: one HTML file that needs nothing else, neither a network nor scripts.
///
/// It is written as well-formed XML too. Scripts only add to it: what a row of a picture says is shown in place, arrow keys go from row to
/// row, and what is folded is printed.
public struct HTMLReport {
  struct Entry {
    var name: String
    var value: String
  }

  /// Lines of a model.
  struct Text {
    struct Line {
      /// Padded, with the line's end behind the text: both stand as they are.
      var number: String
      var text: String
    }
    var textID: String
    var file: String
    var first: Int
    var lines: [Line]
  }

  private struct Content {
    var target: String
    var text: String
  }

  private struct Page {
    var title, producer, pageStyle, diagramStyle, script, scriptDigest: String
    var notes: [String]
    var contents: [Content]
    var hasContents: Bool
    var sections: [String]
    var texts: [Text]
    var hasTexts: Bool
  }

  private static let template = Markup.template(PackageResources.page_mustache)

  private let title: String
  private let producer: String
  private var notes: [String] = []
  private var contents: [Content] = []
  private var sections: [String] = []
  /// Models' texts at the end of the page, which several steps lead to.
  var texts: [Text] = []
  private var identifiers: [String: Int] = [:]

  /// An empty page.
  ///
  /// `producer`: the program and its version.
  public init(title: String, producer: String) {
    self.title = title
    self.producer = producer
  }

  /// Adds a sentence before the results: of what is missing, for example.
  public mutating func note(_ sentence: String) { notes.append(sentence) }

  /// Adds the outcome of a scenario with its attacks.
  ///
  /// - Parameters:
  ///   - result: what was found.
  ///   - restored: for some properties, what comes of the dropped clauses, put back.
  ///   - library: the one that the scenario was compiled with.
  public mutating func add(_ result: ScenarioResult, restored: [(property: String, restorations: [Restoration])] = [], in library: inout Library) {
    let id = identifier("scenario")
    add(section(result, id: id, isFolded: false, restored: restored, in: &library), id: id, called: result.title)
  }

  mutating func add(_ section: String, id: String, called name: String) {
    contents.append(Content(target: id, text: name))
    sections.append(section)
  }

  /// A name for an element, which no other has.
  mutating func identifier(_ kind: String) -> String {
    identifiers[kind, default: 0] += 1
    return "\(kind)-\(identifiers[kind] ?? 1)"
  }

  /// How many elements of a kind have a name.
  func identifiers(of kind: String) -> Int { identifiers[kind] ?? 0 }

  /// The page.
  public func text() -> String {
    let script = Markup.text(PackageResources.page_js)
    return HTMLReport.template.render(
      Page(
        title: title, producer: producer, pageStyle: Markup.text(PackageResources.page_css), diagramStyle: SequenceDiagram.styleSheet, script: script,
        scriptDigest: HTMLReport.base64(ofHex: sha256(Array(script.utf8))), notes: notes, contents: contents, hasContents: contents.count > 1,
        sections: sections, texts: texts, hasTexts: !texts.isEmpty))
  }

  private static func base64(ofHex digits: String) -> String {
    var bytes: [UInt8] = []
    var rest = Substring(digits)
    while rest.count >= 2 {
      bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
      rest = rest.dropFirst(2)
    }
    return Data(bytes).base64EncodedString()
  }
}
