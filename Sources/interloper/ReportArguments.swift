import ArgumentParser
import Compiler
import Foundation
import Reports

/// `--report FILE.html`, of all commands that can write one.
struct ReportArguments: ParsableArguments {
  @Option(name: .customLong("report"), help: "Write a page for people into this file: all that is found, with the attacks as pictures and step by step.")
  var path: String?

  /// Makes sure, before a long run, that the file can be written; ends the command if not.
  func prepare() throws {
    guard let path else { return }
    // Beside the file, as when it is written: what is there stays as it is.
    let trial = "\(path).\(UUID().uuidString)"
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue { throw refuse("it is a folder") }
    if path.isEmpty { throw refuse("it has no name") }
    do {
      try Data().write(to: URL(fileURLWithPath: trial), options: .withoutOverwriting)
      try FileManager.default.removeItem(atPath: trial)
    } catch {
      throw refuse(error.localizedDescription)
    }
  }

  /// An empty page of this command.
  func page(_ title: String) -> HTMLReport { HTMLReport(title: title, producer: "interloper \(Interloper.version)") }

  /// Writes the page as a whole, or not at all; ends the command if that fails.
  func write(_ page: HTMLReport) throws {
    guard let path else { return }
    do {
      try Data(page.text().utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw refuse(error.localizedDescription)
    }
  }

  private func refuse(_ reason: String) -> ExitCode {
    complain("error: the report `\(path ?? "")` cannot be written: \(reason)\n")
    return .invalid
  }
}

extension Library {
  /// What a clause asks for, and what happens without it, for reports; nil for one that is not known.
  var told: (String) -> (meaning: String, without: String?)? {
    { [self] name in clause(name).map { ($0.meaning.text, $0.without?.text) } }
  }
}
