import ArgumentParser
import Foundation

import enum Language.FileKind
import struct Language.FormatFailure
import struct Language.SourceFile
import struct Language.SourceSet
import func Language.formatted

struct Format: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Formats models, clauses, scenarios and claims; nothing but blanks and indentation changes.",
    discussion: """
      Example: interloper fmt Models Scenarios
      Example: interloper fmt --check Models
      """)

  @Argument(help: "Files, or folders of them.") var paths: [String] = usualFolders
  @Flag(help: "Write nothing; exit with 1 if a file is not as it should be.") var check = false

  func run() throws {
    var hasErrors = false
    var unformatted = 0
    var all: [String] = []
    for path in paths {
      let found = [".interloper", ".scenario", "clauses", "claims"].flatMap { files(at: [path], suffix: $0).files }
      if found.isEmpty {
        complain("error: there is nothing to format at `\(path)`\n")
        hasErrors = true
      }
      for file in found where !all.contains(file) { all.append(file) }
    }
    for path in all {
      guard let kind = FileKind(fileName: path), let data = FileManager.default.contents(atPath: path) else {
        complain("error: `\(path)` cannot be read, or is no model, clauses, scenario or claims file\n")
        hasErrors = true
        continue
      }
      var sources = SourceSet()
      let index = sources.add(SourceFile(name: path, bytes: Array(data)))
      do {
        let text = try formatted(file: index, in: sources, as: kind)
        guard Data(text.utf8) != data else { continue }
        unformatted += 1
        print(path)
        // Written beside it first: a full disk loses nothing.
        if !check { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) }
      } catch let failure as FormatFailure {
        hasErrors = true
        print(failure.diagnostics, in: sources)
      } catch {
        hasErrors = true
        complain("error: `\(path)` cannot be written: \(error.localizedDescription)\n")
      }
    }
    if hasErrors { throw ExitCode.invalid }
    if check && unformatted > 0 { throw ExitCode.failure }
  }
}
