import Foundation

@testable import Language

/// The models, clauses files and scenarios that come with the checker.
enum Shipped {
  static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Paths from the root of the package.
  static let files: [String] = ["Models", "Scenarios", "Papers"].flatMap { folder in
    (FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.compactMap { $0 as? String } ?? [])
      .filter { FileKind(fileName: $0) != nil }.map { "\(folder)/\($0)" }.sorted()
  }

  static func read(_ path: String) throws -> SourceFile {
    SourceFile(name: path, bytes: Array(try Data(contentsOf: root.appending(path: path))))
  }
}
