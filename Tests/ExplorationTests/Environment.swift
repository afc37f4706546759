import Foundation

/// What the person who runs the tests asks for.
enum Environment {
  /// Blocks of fifty random systems.
  static var count: Int? { ProcessInfo.processInfo.environment["INTERLOPER_RANDOM_SYSTEMS"].flatMap(Int.init).map { ($0 + 49) / 50 } }
}
