import Verdicts

/// What a report says of a scenario: its setting and the rest, in one JSON object.
@dynamicMemberLookup
public struct OfScenario<Rest: Codable & Sendable>: Codable, Sendable {
  public var setting: ScenarioSetting
  public var rest: Rest

  init(_ setting: ScenarioSetting, _ rest: Rest) {
    self.setting = setting
    self.rest = rest
  }

  public init(from decoder: any Decoder) throws {
    setting = try ScenarioSetting(from: decoder)
    rest = try Rest(from: decoder)
  }

  public func encode(to encoder: any Encoder) throws {
    try setting.encode(to: encoder)
    try rest.encode(to: encoder)
  }

  public subscript<Value>(dynamicMember path: WritableKeyPath<ScenarioSetting, Value>) -> Value {
    get { setting[keyPath: path] }
    set { setting[keyPath: path] = newValue }
  }

  public subscript<Value>(dynamicMember path: WritableKeyPath<Rest, Value>) -> Value {
    get { rest[keyPath: path] }
    set { rest[keyPath: path] = newValue }
  }
}
