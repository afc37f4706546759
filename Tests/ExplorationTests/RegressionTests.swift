import Compiler
import Foundation
import Testing

@testable import Exploration

/// The models on which explorers have disagreed, or the program has failed: each with a sentence on what it taught, and what is right.
enum Regression {
  private static let folder = "\(root)/Tests/ExplorationTests/Regressions"
  static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".model") }.sorted()

  static func model(_ file: String) throws -> SmallModel {
    let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
    let parts = text.split(separator: SmallModel.divider + "\n", maxSplits: 1)
    try #require(parts.count == 2, "\(file) has no scenario")
    return SmallModel(model: [.line(String(parts[0]))], scenario: [.line(String(parts[1]))])
  }
}

@Suite struct `Disagreements of the past` {
  @Test func `are kept`() { #expect(!Regression.files.isEmpty) }

  @Test(arguments: Regression.files) func `are settled`(_ file: String) throws {
    let model = try Regression.model(file)
    #expect(model.text.hasPrefix("// "), "\(file) does not say what it taught")
    let compiled = try #require(model.compiled(), "\(model.complaints())")
    let comparison = Comparison(compiled.system)
    #expect(comparison.disagreements.isEmpty)
    #expect(comparison.isComplete)
    #expect(Comparison(compiled.honest, witnesses: true).disagreements.isEmpty)
    // What is right is written in the scenario itself.
    for property in compiled.system.properties {
      #expect((comparison.lengths[property.name] != nil) == model.text.contains("\(property.name) violated"), "\(property.name)")
    }
  }
}
