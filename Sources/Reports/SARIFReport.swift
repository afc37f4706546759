import Certificates
import Compiler
import Foundation
import Language
import Traces
import Verdicts

/// Writes results of checks as a log in SARIF 2.1.0, for viewers of code and servers of continuous integration.
///
/// Each property of a model is a rule. Results are the violated properties, those that are unexpectedly not violated, and the inconclusive ones;
/// what holds as expected has no result. A violated property points at the place in the model that a reader looks at first: where the first
/// dropped clause stands that stands anywhere, or else the handler of the attack's last step. Related locations are the property and all places
/// of dropped clauses; the code flow is the attack. An expected attack has the level `note`, any other `error`; an inconclusive property is
/// `open`.
public struct SARIFReport {
  private let library: Library
  private let producer: String
  private var rules: [SARIFLog.ReportingDescriptor] = []
  private var results: [SARIFLog.Result] = []
  /// Of the files, by their names.
  private static let base = "%SRCROOT%"

  /// - Parameters:
  ///   - results: what was found.
  ///   - library: the one that the scenarios were compiled in: it has their texts.
  ///   - producer: the program's version.
  public init(_ results: [ScenarioResult], in library: Library, producer: String) {
    self.library = library
    self.producer = producer
    for result in results {
      for index in result.properties.indices { add(result, index) }
    }
  }

  /// The log: keys in a fixed order, a line feed at the end.
  public func text() throws -> String {
    let description = SARIFLog.BaseLocation(description: SARIFLog.Message(text: "The folder that holds Models."))
    let driver = SARIFLog.Driver(name: "interloper", version: producer, rules: rules)
    return try jsonText(
      SARIFLog(runs: [SARIFLog.Run(tool: SARIFLog.Tool(driver: driver), originalUriBaseIds: [SARIFReport.base: description], results: results)]))
  }

  private mutating func add(_ result: ScenarioResult, _ index: Int) {
    let property = result.properties[index]
    let id = "\(result.model)/\(property.property)"
    if !rules.contains(where: { $0.id == id }) {
      rules.append(SARIFLog.ReportingDescriptor(id: id, name: property.property, shortDescription: SARIFLog.Message(text: property.sentence)))
    }
    if property.verdict == .holds && property.isAsExpected { return }
    let declared = place(of: result.compiled.sourceMap.threats[index].location, in: result, "the property \(property.property)")
    let clauses = places(ofClausesDroppedIn: result)
    let story = property.attack.map { Story($0, in: result.system) }
    let flow = (story?.steps ?? []).map { place($0, in: result) }
    var related = clauses + [declared]
    for number in related.indices { related[number].id = number + 1 }
    var first = property.verdict == .violated ? clauses.first ?? flow.last ?? declared : declared
    first.message = nil
    results.append(
      SARIFLog.Result(
        ruleId: id, ruleIndex: rules.firstIndex { $0.id == id } ?? 0, kind: property.verdict == .inconclusive ? .open : .fail,
        level: property.verdict == .inconclusive ? .none : property.isAsExpected ? .note : .error,
        message: SARIFLog.Message(text: SARIFReport.message(result, property, story)), locations: [first], relatedLocations: related,
        codeFlows: story.map { _ in
          [
            SARIFLog.CodeFlow(
              message: SARIFLog.Message(text: "The attack on \(property.property)"),
              threadFlows: [SARIFLog.ThreadFlow(locations: flow.map(SARIFLog.ThreadFlowLocation.init))])
          ]
        },
        properties: SARIFLog.Details(
          scenario: result.title, scenarioFile: path(result.file, in: result), expected: (property.expected ?? .holds).rawValue,
          found: property.verdict.rawValue, steps: property.attack?.steps, decisions: property.attack?.decisions)))
  }

  private static func message(_ result: ScenarioResult, _ property: PropertyResult, _ story: Story?) -> String {
    let expected = property.isAsExpected ? "as expected" : "expected: \((property.expected ?? .holds).rawValue)"
    var text = "\(property.property) (\(property.sentence)): \(property.verdict.rawValue) in the scenario “\(result.title)”, \(expected)."
    if let story { text += " After \(count(story.steps.count, "step")): \(story.conclusion.joined(separator: "; "))." }
    if property.verdict == .inconclusive { text += " Not all runs were looked at." }
    return text
  }

  // MARK: Places

  /// Where the dropped clauses stand, in the order of the texts.
  private func places(ofClausesDroppedIn result: ScenarioResult) -> [SARIFLog.Location] {
    let dropped = Set(result.dropped)
    return library.coverageItems(of: [result.compiled]).flatMap(\.items).compactMap { item in
      let name = String(item.text.dropFirst().dropLast())
      guard item.kind == .clause, dropped.contains(name) else { return nil }
      let meaning = library.clause(name).map { ": \($0.without?.text ?? $0.meaning.text)" } ?? ""
      return place(of: item.location, in: result, "the dropped clause \(name)\(meaning)")
    }
  }

  private func place(of location: Location, in result: ScenarioResult, _ message: String) -> SARIFLog.Location {
    let file = library.sources.files[location.file]
    let (start, end) = (file.lineAndColumn(of: location.range.start), file.lineAndColumn(of: location.range.end))
    return place(
      file.name, SARIFLog.Region(startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column), in: result, message)
  }

  private func place(_ step: Story.Step, in result: ScenarioResult) -> SARIFLog.Location {
    let learned = step.learned.isEmpty ? [] : ["the attacker learns \(step.learned.joined(separator: ", "))"]
    return place(step.file, SARIFLog.Region(startLine: step.line), in: result, (step.lines + learned).joined(separator: "\n"))
  }

  private func place(_ file: String, _ region: SARIFLog.Region, in result: ScenarioResult, _ message: String) -> SARIFLog.Location {
    SARIFLog.Location(
      physicalLocation: SARIFLog.PhysicalLocation(
        artifactLocation: SARIFLog.ArtifactLocation(uri: path(file, in: result), uriBaseId: SARIFReport.base), region: region),
      message: SARIFLog.Message(text: message))
  }

  /// A file's path from the folder that holds `Models`, as a relative reference.
  private func path(_ file: String, in result: ScenarioResult) -> String {
    let path = relative(absolute(file), to: result.compiled.root)
    return path.addingPercentEncoding(withAllowedCharacters: .alphanumerics.intersection(.ascii).union(CharacterSet(charactersIn: "-._~/"))) ?? path
  }
}

extension CharacterSet {
  fileprivate static let ascii = CharacterSet(charactersIn: Unicode.Scalar(0)...Unicode.Scalar(127))
}
