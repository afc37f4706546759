import Exporters
import Foundation
import Terms
import Testing
import Verification

@testable import Compiler
@testable import Exploration

/// Maude, if it is installed: what it says of an exported system.
enum Maude {
  static let path: String? = ["/usr/bin/maude", "/usr/local/bin/maude"].first { FileManager.default.isExecutableFile(atPath: $0) }

  struct Failure: Error { var output: String }

  /// For each property in its order, whether Maude finds a run that violates it.
  static func violations(of system: TransitionSystem) throws -> [Bool] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("scenario.maude")
    try MaudeModule.text(of: system, name: "SCENARIO").write(to: file, atomically: false, encoding: .utf8)
    let output = folder.appendingPathComponent("output")
    try Data().write(to: output)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "")
    process.arguments = ["-no-banner", "-no-advise", "-batch", file.path]
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = process.standardOutput
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
    let answers = text.split(separator: "\n").filter { $0.hasPrefix("Solution 1 ") || $0.hasPrefix("No solution.") }
    guard answers.count == system.properties.count, !text.contains("Warning") else { throw Failure(output: text) }
    return answers.map { $0.hasPrefix("Solution") }
  }
}

@Suite(.enabled(if: Maude.path != nil, "maude is not installed: apt-get install maude")) struct `Maude agrees` {
  private func compare(_ system: TransitionSystem) throws {
    let outcome = Search(system).run()
    try #require(outcome.stopped == nil)
    let violated = Set(outcome.violations.map(\.property))
    #expect(try Maude.violations(of: system) == system.properties.indices.map(violated.contains))
  }

  @Test(arguments: ["classic/nspk", "classic/nsl"]) func `on classic protocols`(_ scenario: String) throws { try compare(try compiled(scenario)) }

  @Test(arguments: SmallModels.all) func `on small models`(_ small: SmallModels.Case) throws {
    try compare(try compiled(model: small.model, scenario: small.scenario))
  }

  @Test(arguments: Regression.files) func `on models that explorers once disagreed on`(_ file: String) throws {
    try compare(try #require(try Regression.model(file).compiled()).system)
  }

  /// The naive explorer goes as far as the export does: fields of one symbol, and one own constant.
  @Test(arguments: 0..<UInt64(Environment.models.map { $0 / 20 } ?? 15)) func `with the naive explorer on random model files`(_ seed: UInt64) throws {
    let (model, compiled) = SmallModel.random(seed: Environment.firstSeed + seed)
    let naive = NaiveExplorer(compiled.system, limits: NaiveExplorer.Limits(messageSize: 1, ownConstants: 1, maximumStates: 60)).explore()
    guard !naive.isLimited else { return }
    let maude = try Maude.violations(of: compiled.system)
    #expect(maude == naive.properties.map { $0.trace != nil }, "seed \(Environment.firstSeed + seed)\n\(model.text)")
  }
}

@Suite struct `An export to Maude` {
  @Test func `refuses by name what it cannot say`() throws {
    var system = try compiled("classic/nsl")
    let rule = system.rules[0].name
    system.rules[0].registers.append(Register(name: "anything", sort: Signature.message, isOptional: false))
    system.rules[0].instructions.append(.learn(.variable(system.rules[0].registers.count - 1)))
    #expect(throws: ExportFailure("`\(rule)` cannot be exported to Maude: nothing determines the value of `anything`")) {
      try MaudeModule.text(of: system, name: "SCENARIO")
    }
    var other = try compiled("classic/nsl")
    other.openings[0].registers.append(Register(name: "key", sort: Signature.message, isOptional: false))
    other.openings[0].needs.append(.variable(other.openings[0].registers.count - 1))
    #expect(throws: ExportFailure("the opening of `sign` cannot be exported to Maude: its key or result is not part of the message")) {
      try MaudeModule.text(of: other, name: "SCENARIO")
    }
  }
}
