import Compiler
import Language

/// A run that the page asks for: a scenario, and what is other than in its file.
struct RunRequest: Codable, Sendable {
  var file: String
  /// Which of the file's scenarios; from 1.
  var position: Int
  /// nil: the scenario's own.
  var attackers: [String]?
  var options: [String: String]
  var drops: [String]
  var keeps: [String]
  /// As a scenario says it: `flows 1 by alice, navigations 2`; nil: the scenario's own.
  var bounds: String?

  var variant: Variant {
    var variant = Variant(attackers: attackers, options: options, drops: drops, keeps: keeps, bounds: bounds)
    (variant.prefix, variant.suffix) = ("the choice of ", "")
    return variant
  }

  /// The scenario with the choices in place of its own.
  ///
  /// - Parameter path: the scenario's file.
  /// - Returns: nil if the file has no such scenario.
  /// - Throws: what is wrong with the file, its model, or the choices.
  func scenario(at path: String, in library: inout Library) throws(Library.Failure) -> Library.Scenario? {
    guard let found = try library.scenarios(in: path).first(where: { $0.position == position }) else { return nil }
    return try library.scenario(found, as: variant)
  }
}
