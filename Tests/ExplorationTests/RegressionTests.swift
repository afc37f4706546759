import Compiler
import Foundation
import Testing

@testable import Exploration

/// The models on which explorers have disagreed, or the program has failed: each with a sentence on what it taught, and what is right.
@Suite struct `Disagreements of the past` {
  static let folder = "\(root)/Tests/ExplorationTests/Regressions"
  static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".model") }.sorted()

  @Test func `are kept`() { #expect(!Self.files.isEmpty) }

  @Test(arguments: files) func `are settled`(_ file: String) throws {
    let text = try String(contentsOfFile: "\(Self.folder)/\(file)", encoding: .utf8)
    #expect(text.hasPrefix("// "), "\(file) does not say what it taught")
    let parts = text.split(separator: SmallModel.divider + "\n", maxSplits: 1)
    try #require(parts.count == 2, "\(file) has no scenario")
    let model = SmallModel(model: [.line(String(parts[0]))], scenario: [.line(String(parts[1]))])
    let compiled = try #require(model.compiled(), "\(model.complaints())")
    let comparison = Comparison(compiled.system)
    #expect(comparison.disagreements.isEmpty)
    #expect(comparison.isComplete)
    #expect(Comparison(compiled.honest, witnesses: true).disagreements.isEmpty)
    // What is right is written in the scenario itself.
    for property in compiled.system.properties {
      #expect((comparison.lengths[property.name] != nil) == text.contains("\(property.name) violated"), "\(property.name)")
    }
  }
}
