import Compiler
import Language

/// Which scenario a result is about, and how it was set: what every report says first.
public struct ScenarioSetting: Codable, Sendable {
  public var title: String
  public var file: String
  public var model: String
  public var attackers: [String]
  public var bounds: [String]
  public var dropped: [String]
  /// The value of each option of the model, as `option: value`.
  public var options: [String]

  public init(_ scenario: Library.Scenario, _ compiled: Library.Compiled) {
    title = scenario.title
    file = scenario.file
    model = scenario.declaration.model.text
    attackers = scenario.declaration.attackers.map(\.text)
    bounds = compiled.bounds
    dropped = compiled.dropped
    options = compiled.options
  }

  private enum CodingKeys: String, CodingKey {
    case title = "scenario"
    case file, model, attackers, bounds, dropped, options
  }
}
