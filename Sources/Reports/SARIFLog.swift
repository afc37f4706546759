/// The part of a log in SARIF 2.1.0 that ``SARIFReport`` writes.
///
/// Names of properties are those of the format. Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0" (2020), section 3.
struct SARIFLog: Encodable {
  struct Message: Encodable { var text: String }
  struct ArtifactLocation: Encodable {
    /// A relative reference, percent-encoded.
    var uri: String
    var uriBaseId: String
  }
  /// Lines and columns from 1; `endColumn` is one behind the last.
  struct Region: Encodable {
    var startLine: Int
    var startColumn: Int?
    var endLine: Int?
    var endColumn: Int?
  }
  struct PhysicalLocation: Encodable {
    var artifactLocation: ArtifactLocation
    var region: Region
  }
  struct Location: Encodable {
    var id: Int?
    var physicalLocation: PhysicalLocation
    var message: Message?
  }
  struct ThreadFlowLocation: Encodable { var location: Location }
  struct ThreadFlow: Encodable { var locations: [ThreadFlowLocation] }
  struct CodeFlow: Encodable {
    var message: Message
    var threadFlows: [ThreadFlow]
  }
  enum Kind: String, Encodable { case fail, open }
  enum Level: String, Encodable { case error, note, none }
  struct Details: Encodable {
    var scenario: String
    var scenarioFile: String
    var expected: String
    var found: String
    var steps: Int?
    var decisions: Int?
  }
  struct Result: Encodable {
    var ruleId: String
    var ruleIndex: Int
    var kind: Kind
    var level: Level
    var message: Message
    var locations: [Location]
    var relatedLocations: [Location]
    var codeFlows: [CodeFlow]?
    var properties: Details
  }
  struct ReportingDescriptor: Encodable {
    var id: String
    var name: String
    var shortDescription: Message
  }
  struct Driver: Encodable {
    var name: String
    var version: String
    var rules: [ReportingDescriptor]
  }
  struct Tool: Encodable { var driver: Driver }
  struct BaseLocation: Encodable { var description: Message }
  struct Run: Encodable {
    var tool: Tool
    var columnKind = "unicodeCodePoints"
    var originalUriBaseIds: [String: BaseLocation]
    var results: [Result]
  }
  var schema = "https://json.schemastore.org/sarif-2.1.0.json"
  var version = "2.1.0"
  var runs: [Run]

  enum CodingKeys: String, CodingKey {
    case schema = "$schema"
    case version, runs
  }
}
