import Foundation
import Language

/// What is altered: the files that come with the checker.
enum Corpus {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// Models, clauses, scenarios and claims, as paths from the root of the package.
  static let texts: [String] = ["Models", "Scenarios", "Papers"].flatMap { folder in
    (FileManager.default.enumerator(atPath: "\(root)/\(folder)")?.compactMap { $0 as? String } ?? [])
      .filter { FileKind(fileName: $0) != nil }.map { "\(folder)/\($0)" }.sorted()
  }

  static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)"))) }

  /// A folder with copies of some folders, which is removed afterwards.
  static func withCopy(of paths: [String], _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    for path in paths {
      let copy = folder.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: "\(root)/\(path)", toPath: copy.path)
    }
    try body(folder.path)
  }
}
