import Compiler
import Exploration
import Foundation
import Language
import Testing
import Verdicts

@testable import Certificates

/// Inputs that nobody would write end in a value or in diagnostics: never in a crash or a hang.
///
/// `INTERLOPER_FUZZ` is the number of inputs for each kind of reader, `INTERLOPER_FIRST_SEED` the seed of the first.
@Suite(.serialized) struct `Readers of altered files` {
  private static func number(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap(UInt64.init) }

  /// Reads altered inputs, each kept as a file while it is read.
  private func fuzz(_ name: String, _ inputs: [[UInt8]], count: UInt64, _ read: ([UInt8], UInt64) throws -> Void) throws {
    let (first, count) = (Self.number("INTERLOPER_FIRST_SEED") ?? 0, Self.number("INTERLOPER_FUZZ") ?? count)
    let last = LastInput(name)
    for seed in first..<first + count {
      var mutator = Mutator(seed: seed)
      let (input, other) = (inputs.randomElement(using: &mutator.numbers) ?? [], inputs.randomElement(using: &mutator.numbers) ?? [])
      let altered = mutator.mutate(input, with: other)
      try last.reading(altered, seed: seed) { try read(altered, seed) }
    }
  }

  @Test func `of models, clauses, scenarios and claims parse, say what is wrong, and format`() throws {
    let inputs = try Corpus.texts.map { try Corpus.bytes($0) }.filter { $0.count < 20_000 }
    try fuzz("text", inputs, count: 150) { altered, seed in
      var sources = SourceSet()
      let file = sources.add(SourceFile(name: "altered", bytes: altered))
      // A file of one kind may be given as one of another.
      let found =
        switch seed % 4 {
        case 0: parseModel(file: file, in: sources).diagnostics
        case 1: parseClauses(file: file, in: sources).diagnostics
        case 2: parseScenarios(file: file, in: sources).diagnostics
        default: parseClaims(file: file, in: sources).diagnostics
        }
      for diagnostic in found { #expect(!render(diagnostic, in: sources).isEmpty) }
      _ = format(sources.files[file])
    }
  }

  @Test(arguments: [
    "Models/Classic/NeedhamSchroeder.interloper", "Models/Classic/clauses", "Models/Crypto/Crypto.interloper", "Scenarios/classic/nspk.scenario",
  ])
  func `of models, clauses and scenarios compile, or say what is wrong`(_ name: String) throws {
    try Corpus.withCopy(of: ["Models/Classic", "Models/Crypto", "Scenarios/classic"]) { folder in
      try fuzz((name as NSString).lastPathComponent, [try Corpus.bytes(name)], count: 30) { altered, _ in
        try Data(altered).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        var library = Library()
        do throws(Library.Failure) {
          for scenario in try library.scenarios(in: "\(folder)/Scenarios/classic/nspk.scenario").prefix(4) {
            let compiled = try library.compile(scenario)
            // What compiles can be explored, too.
            _ = Search(compiled.system, limits: Limits(seconds: 5, states: 5)).run()
          }
        } catch {
          #expect(!error.diagnostics.isEmpty)
          for diagnostic in error.diagnostics { #expect(!render(diagnostic, in: library.sources).isEmpty) }
        }
      }
    }
  }

  @Test func `of claims take them, or say what is wrong`() throws {
    try Corpus.withCopy(of: ["Models", "Papers/2024-fapi2"]) { folder in
      let path = "\(folder)/Papers/2024-fapi2/claims"
      try FileManager.default.createDirectory(atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try fuzz("claims", try Corpus.texts.filter { $0.hasSuffix("/claims") }.map { try Corpus.bytes($0) }, count: 20) { altered, _ in
        try Data(altered).write(to: URL(fileURLWithPath: path))
        var library = Library()
        do throws(Library.Failure) {
          _ = try library.paper(claims: path)
        } catch {
          for diagnostic in error.diagnostics { #expect(!render(diagnostic, in: library.sources).isEmpty) }
        }
      }
    }
  }

  @Test func `of certificates verify them, or refuse them`() throws {
    try Corpus.withCopy(of: ["Models/Classic", "Models/Crypto", "Scenarios/classic"]) { folder in
      var library = Library()
      var inputs: [[UInt8]] = []
      for name in ["nspk", "nsl"] {
        let result = try check(try library.scenarios(in: "\(folder)/Scenarios/classic/\(name).scenario")[0], in: &library, CheckOptions())
        inputs += try certificates(for: result, in: folder, producer: "test").map { Array(try $0.certificate.json()) }
      }
      try fuzz("certificate", inputs, count: 100) { altered, _ in
        let file = "\(folder)/certificate.json"
        try Data(altered).write(to: URL(fileURLWithPath: file))
        var options = VerifyOptions()
        options.unreducedStates = 10
        options.seconds = 5
        let result = verify(certificate: file, options)
        switch result.judgement {
        case .verified: #expect(result.certificate != nil)
        case .refused(let reason), .unusable(let reason), .inconclusive(let reason): #expect(!reason.isEmpty)
        }
      }
    }
  }

  @Test func `of traces take them, or refuse them`() throws {
    try Corpus.withCopy(of: ["Models/Classic", "Models/Crypto", "Scenarios/classic"]) { folder in
      var library = Library()
      let scenario = try library.scenarios(in: "\(folder)/Scenarios/classic/nspk.scenario")[0]
      let result = try check(scenario, in: &library, CheckOptions())
      let attacks = try certificates(for: result, in: folder, producer: "test").filter { $0.certificate.attack != nil }
      // The steps of a certificate are read as a trace, too.
      let inputs = try attacks.flatMap { named in
        let certificate = try named.certificate.json()
        return [Array(certificate), Array(try TraceFile(json: certificate).json())]
      }
      try #require(!inputs.isEmpty)
      for input in inputs { #expect(try !TraceFile(json: Data(input)).trace.steps(in: result.system).isEmpty) }
      try fuzz("trace", inputs, count: 150) { altered, _ in
        do throws(CertificateError) {
          let file = try TraceFile(json: Data(altered))
          let steps = try file.trace.steps(in: result.system)
          #expect(steps.count == file.trace.steps.count)
        } catch {
          #expect(!"\(error)".isEmpty)
        }
      }
    }
  }

  @Test func `of checkpoints go on with them, or refuse them`() throws {
    try Corpus.withCopy(of: ["Models/Classic", "Models/Crypto", "Scenarios/classic"]) { folder in
      let file = "\(folder)/checkpoint"
      var library = Library()
      let scenarios = try library.scenarios(in: "\(folder)/Scenarios/classic/nspk.scenario")
      let system = try library.compile(scenarios[0]).system
      var options = CheckOptions()
      options.limits.depth = 2
      options.checkpoints = try CheckpointKeeper(resuming: nil, path: file, every: 0, producer: "test") { Issue.record("\($0)") }
      _ = try check(scenarios[0], in: &library, options)
      options.checkpoints?.finish()
      let whole = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
      let entry = try #require(try CheckpointFile.decode(Data(whole)).first)
      try fuzz("checkpoint", [whole], count: 100) { altered, _ in
        #expect(altered == whole || (try? CheckpointFile.decode(Data(altered))) == nil)
      }
      // The checksum keeps accidents from all that is behind it; here it is right, and the rest is not.
      try fuzz("checkpoint-body", [Array(entry.body)], count: 150) { altered, _ in
        do throws(CheckpointError) {
          try Search(system).resume(Data(altered))
        } catch {
          #expect(!error.description.isEmpty)
        }
      }
      try fuzz("checkpoint-label", [Array(entry.label)], count: 40) { altered, _ in
        try CheckpointFile.write([(Data(altered), CheckpointBody(entry.body))], to: file)
        do throws(CheckpointError) {
          let keeper = try CheckpointKeeper(resuming: file, path: nil, every: 0, producer: "test") { Issue.record("\($0)") }
          try keeper.match(scenarios, in: &library, options)
        } catch {
          #expect(!error.description.isEmpty)
        }
      }
    }
  }
}
