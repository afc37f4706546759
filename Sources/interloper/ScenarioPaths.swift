import Compiler
import Foundation
import Language
import Verdicts

/// Writes to standard error.
func complain(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

/// The folders that a command without paths means: those that are here.
var usualFolders: [String] {
  let here = ["Models", "Scenarios", "Papers"].filter { FileManager.default.fileExists(atPath: $0) }
  return here.isEmpty ? ["Models", "Scenarios"] : here
}

/// The files of the given kind that the paths name: a file stands for itself, a folder for all below it, in the order of their names.
func files(at paths: [String], suffix: String) -> (files: [String], errors: [String]) {
  var files: [String] = []
  var errors: [String] = []
  for path in paths {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      errors.append("there is no file or folder `\(path)`")
      continue
    }
    guard isDirectory.boolValue else {
      files.append(path)
      continue
    }
    let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
    let found = (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(suffix) && !$0.hasPrefix(".build") }
    if found.isEmpty { errors.append("there is no `*\(suffix)` in the folder `\(path)`") }
    files += found.sorted().map { "\(folder)/\($0)" }
  }
  return (files, errors)
}

/// Prints diagnostics; true if one of them is an error.
@discardableResult func print(_ diagnostics: [Diagnostic], in sources: SourceSet) -> Bool {
  for diagnostic in diagnostics { complain(render(diagnostic, in: sources) + "\n") }
  return diagnostics.contains { $0.severity == .error }
}

/// Tells why there are no verdicts; any other error is thrown again.
///
/// `subject`: What an internal error leaves without a verdict.
func tell(_ error: any Error, about subject: String, in sources: SourceSet) throws {
  switch error {
  case let failure as Library.Failure: print(failure.diagnostics, in: sources)
  case let failure as CheckFailure: tell(failure, about: subject, in: sources)
  default: throw error
  }
}

/// Tells people why there are no verdicts.
func tell(_ failure: CheckFailure, about subject: String, in sources: SourceSet) {
  switch failure {
  case .invalid(let diagnostics): print(diagnostics, in: sources)
  case .internalError(let message):
    complain("internal error: \(message)\nNo verdict is given for \(subject). Please report it with the model and the scenario.\n")
  }
}
