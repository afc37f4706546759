import Compiler
import Foundation
import Synchronization
import Testing
import Verdicts

@testable import Reports

#if canImport(FoundationXML)
  import FoundationXML
#endif

let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// The first scenario of a shipped file, checked; once for all tests.
func shipped(_ path: String) throws -> (result: ScenarioResult, library: Library) {
  try checked.withLock { known in
    if let result = known[path] { return result }
    var library = Library()
    let scenario = try #require(try library.scenarios(in: "\(root)/Scenarios/\(path)").first)
    let result = (try check(scenario, in: &library, CheckOptions()), library)
    known[path] = result
    return result
  }
}

private let checked = Mutex<[String: (ScenarioResult, Library)]>([:])

/// The attack of the mix-up on authorization, as a picture and in words.
func mixUp() throws -> (diagram: SequenceDiagram, story: Story) {
  let result = try shipped("oauth/mix-up.scenario").result
  let attack = try #require(result.properties.first { $0.property == "authorization" }?.attack)
  return (SequenceDiagram(attack, in: result.system), Story(attack, in: result.system))
}

struct Element {
  var name: String
  var attributes: [String: String]
  /// The text directly in it.
  var text = ""
}

/// The elements of an XML document, in the order of their beginnings; an error if it is not well-formed.
func elements(in text: String) throws -> [Element] {
  final class Reader: NSObject, XMLParserDelegate {
    var elements: [Element] = []
    private var open: [Int] = []
    func parser(_ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String] = [:]) {
      open.append(elements.count)
      elements.append(Element(name: name, attributes: attributes))
    }
    func parser(_ parser: XMLParser, foundCharacters string: String) { if let last = open.last { elements[last].text += string } }
    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) { open.removeLast() }
  }
  let reader = Reader()
  let parser = XMLParser(data: Data(text.utf8))
  parser.delegate = reader
  guard parser.parse() else { throw NotWellFormed(line: parser.lineNumber, reason: parser.parserError.map { "\($0)" } ?? "") }
  return reader.elements
}

struct NotWellFormed: Error {
  var line: Int
  var reason: String
}
