import ArgumentParser
import Certificates
import Compiler
import Exploration
import Foundation
import Synchronization
import Verdicts

/// What an earlier run of `necessity` found, kept in a file that is replaced as a whole after each set.
final class NecessityFile: Sendable {
  private struct Content: Codable {
    var version = 2
    /// The digest of the scenario's and its model's texts, and what else the entries depend on.
    var about: String
    var entries: [NecessityResult.Entry]
    /// What `--sufficient` has run.
    var runs: [Sufficiency.Run]?
  }

  private let path: String
  private let about: String
  let entries: [NecessityResult.Entry]
  let runs: [Sufficiency.Run]
  /// What was written last.
  private let content: Mutex<Content>
  private let failure = Mutex<String?>(nil)

  /// Why the file could not be written, if it could not.
  var problem: String? { failure.withLock { $0 } }

  /// Reads the file, if it is there.
  ///
  /// - Throws: `ExitCode.invalid`, after a message, if it is not of this version or is about something else.
  init(at path: String, for scenario: Library.Scenario, in library: inout Library, _ limits: Limits) throws {
    self.path = path
    let compiled = try library.compile(scenario)
    let source = CertificateSource(scenario, compiled, in: ".")
    about = [
      source.sha256, "\(source.position)", compiled.bounds.joined(separator: ", "), compiled.options.joined(separator: ", "),
      compiled.dropped.joined(separator: ", "), source.attackers.joined(separator: " + "), source.model, "\(limits.seconds ?? 0)", "\(limits.states ?? 0)",
    ].joined(separator: " · ")
    guard FileManager.default.fileExists(atPath: path) else {
      (entries, runs) = ([], [])
      content = Mutex(Content(about: about, entries: []))
      return
    }
    guard let data = FileManager.default.contents(atPath: path), let content = try? JSONDecoder().decode(Content.self, from: data), content.version == 2 else {
      complain("error: `\(path)` is no file of `necessity`, or has been altered\n")
      throw ExitCode.invalid
    }
    guard content.about == about else {
      complain("error: `\(path)` is about another scenario, another text of it or of its model, or other bounds or limits\n")
      throw ExitCode.invalid
    }
    (entries, runs) = (content.entries, content.runs ?? [])
    self.content = Mutex(content)
  }

  func write(_ entries: [NecessityResult.Entry]) {
    change { $0.entries = entries }
  }

  func write(runs: [Sufficiency.Run]) {
    change { $0.runs = runs }
  }

  private func change(_ body: (inout Content) -> Void) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    do {
      try content.withLock { content in
        body(&content)
        try encoder.encode(content).write(to: URL(fileURLWithPath: path), options: .atomic)
      }
    } catch {
      failure.withLock { $0 = "`\(path)` could not be written: \(error.localizedDescription)" }
    }
  }
}
