import Foundation
import Testing
import Verdicts

@testable import Reports

@Suite struct `The article on JSON formats` {
  private let article: String

  init() throws { article = try String(contentsOfFile: "\(root)/Sources/Reports/Reports.docc/TraceFormat.md", encoding: .utf8) }

  /// The names of all fields, but those below the given ones.
  private func fields(_ value: Any, except closed: Set<String> = []) -> Set<String> {
    if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(fields($1, except: closed)) } }
    guard let object = value as? [String: Any] else { return [] }
    return object.reduce(into: Set(object.keys)) { names, field in if !closed.contains(field.key) { names.formUnion(fields(field.value, except: closed)) } }
  }

  private func undocumented(_ text: String, except closed: Set<String> = []) throws -> Set<String> {
    let names = fields(try JSONSerialization.jsonObject(with: Data(text.utf8)), except: closed)
    return names.filter { !article.contains("`\($0)`") }
  }

  @Test func `has each field of what check prints`() throws {
    let results = [try shipped("classic/nspk.scenario").result, try shipped("classic/nsl.scenario").result]
    #expect(try undocumented(JSONReport(results).text()) == [])
  }

  @Test func `has each field of what export prints, but for the record of a certificate`() throws {
    let result = try shipped("oauth/mix-up.scenario").result
    var report = TraceReport()
    try report.add(result, properties: Array(result.properties.indices))
    #expect(try undocumented(report.text(), except: ["record"]) == [])
  }

  @Test func `has each kind of row of a diagram`() {
    for kind in SequenceDiagram.Kind.allCases { #expect(article.contains("`\(kind.rawValue)`")) }
  }
}
