/// Why a scenario cannot be exported: what of it the target cannot say, by name.
public struct ExportFailure: Error, Equatable, CustomStringConvertible {
  /// The rule or property, and what is in its way.
  public var description: String

  public init(_ description: String) { self.description = description }
}
