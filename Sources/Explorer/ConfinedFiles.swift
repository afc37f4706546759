import Foundation
import Language

/// The models, scenarios, clauses and claims below `Models`, `Scenarios` and `Papers` of a folder: the only files that the explorer reads.
///
/// What a client names is looked up among the files that are there; a path from outside is never opened.
struct ConfinedFiles: Sendable {
  /// Without symbolic links and a slash at the end.
  let root: String

  private static let folders = ["Models", "Scenarios", "Papers"]

  init(root: String) throws(ExplorerError) {
    self.root = URL(fileURLWithPath: root).resolvingSymlinksInPath().standardizedFileURL.path
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: "\(self.root)/Models", isDirectory: &isDirectory), isDirectory.boolValue else {
      throw .noFolder("\(root)/Models")
    }
  }

  /// All files, by their paths below the root, in order, each with what changes when it is written to.
  ///
  /// - Throws: ``ExplorerError/linkOut(_:)`` if a symbolic link leads out: models are found by their names, so that one could be read by mistake.
  func all() throws(ExplorerError) -> [(path: String, stamp: String)] {
    let areas = ConfinedFiles.folders.compactMap { name -> (name: String, folder: String)? in
      let path = "\(root)/\(name)"
      // The folder itself may be a link: whoever chose the root chose it.
      return FileManager.default.fileExists(atPath: path) ? (name, URL(fileURLWithPath: path).resolvingSymlinksInPath().path) : nil
    }
    var found: [(String, String)] = []
    for area in areas {
      guard let items = FileManager.default.enumerator(atPath: area.folder) else { continue }
      for case let item as String in items {
        let path = "\(area.folder)/\(item)"
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        if attributes?[.type] as? FileAttributeType == .typeSymbolicLink {
          let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
          guard areas.contains(where: { target == $0.folder || target.hasPrefix($0.folder + "/") }) else { throw .linkOut("\(area.name)/\(item)") }
        }
        guard FileKind(fileName: item) != nil, attributes?[.type] as? FileAttributeType != .typeDirectory else { continue }
        let changed = (attributes?[.modificationDate] as? Date)?.timeIntervalSinceReferenceDate ?? 0
        found.append(("\(area.name)/\(item)", "\(changed) \(attributes?[.size] as? Int ?? 0)"))
      }
    }
    return found.sorted { $0.0 < $1.0 }
  }

  /// Where a file is, if it is one of them.
  func location(of path: String) throws(ExplorerError) -> String? {
    try all().contains { $0.path == path } ? "\(root)/\(path)" : nil
  }

  /// A text as a client may see it: paths in it start below the root.
  func shown(_ text: String) -> String { text.replacing(root + "/", with: "") }
}
