import ArgumentParser
import Certificates
import Foundation

/// What `export` writes: a file's name and its text.
struct ExportedDocument {
  var fileName: String
  var text: String

  init(_ fileName: String, _ text: String) {
    self.fileName = fileName
    self.text = text
  }
}

/// Writes the documents into a folder, or the only one to standard output; ends the command where that cannot be done.
///
/// `joinable`: whether several can stand behind each other.
func write(_ documents: [ExportedDocument], joinable: Bool, to folder: String?) throws {
  guard let folder else {
    guard documents.count <= 1 || joinable else {
      let names = documents.map { "  \($0.fileName)\n" }.joined()
      complain("error: this makes \(documents.count) documents; choose one by --scenario and --property, or a folder for all by --output\n\(names)")
      throw ExitCode.invalid
    }
    print(documents.map(\.text).joined(separator: "\n"), terminator: "")
    return
  }
  do {
    try prepareFolder(folder)
    for document in documents {
      try Data(document.text.utf8).write(to: URL(fileURLWithPath: folder).appendingPathComponent(document.fileName), options: .atomic)
    }
  } catch {
    complain("error: \(error)\n")
    throw ExitCode.invalid
  }
}
