import Foundation

/// What the person who runs the tests asks for.
enum Environment {
  private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap(Int.init) }

  /// Blocks of fifty random systems.
  static var count: Int? { number("INTERLOPER_RANDOM_SYSTEMS").map { ($0 + 49) / 50 } }
  /// How many random model files to look at.
  static var models: Int? { number("INTERLOPER_RANDOM_MODELS") }
  /// The seed of the first of them.
  static var firstSeed: UInt64 { UInt64(number("INTERLOPER_FIRST_SEED") ?? 0) }
}
