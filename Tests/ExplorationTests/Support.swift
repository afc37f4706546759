import Compiler
import Foundation

@testable import Exploration

/// The repository's folder.
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// A shipped scenario or one of its twins, compiled.
func compiled(_ name: String, twin: Int = 0) throws -> TransitionSystem {
  var library = Library()
  let scenarios = try library.scenarios(in: "\(root)/Scenarios/\(name).scenario")
  return try library.compile(scenarios[twin]).system
}

/// A scenario over models of the test's own, written to a folder that is removed afterwards.
func compiled(model: String, scenario: String) throws -> TransitionSystem {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder.appendingPathComponent("Models"), withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let crypto = try String(contentsOfFile: "\(root)/Models/Crypto/Crypto.interloper", encoding: .utf8)
  try crypto.write(to: folder.appendingPathComponent("Models/Crypto.interloper"), atomically: true, encoding: .utf8)
  try model.write(to: folder.appendingPathComponent("Models/Test.interloper"), atomically: true, encoding: .utf8)
  let path = folder.appendingPathComponent("test.scenario")
  try scenario.write(to: path, atomically: true, encoding: .utf8)
  var library = Library()
  return try library.compile(try library.scenarios(in: path.path)[0]).system
}

/// What a search says of each property: the least number of decisions to a violation; nil: it holds.
func lengths(_ outcome: Outcome, _ system: TransitionSystem) -> [String: Int] {
  Dictionary(outcome.violations.map { (system.properties[$0.property].name, $0.depth) }, uniquingKeysWith: { first, _ in first })
}
