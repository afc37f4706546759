import Foundation
import Language

/// Why a model or scenario was not started; nothing was written.
public struct StartFailure: Error, CustomStringConvertible {
  public var description: String
}

/// Starts a model from a template: the folder `NAME` with the model and its clauses, in order as `lint` sees it.
///
/// The folder is made beside its place and then moved there: it is there as a whole or not at all.
///
/// `folder`: the folder `Models`.
///
/// - Returns: the files that were written.
public func startModel(_ name: String, in folder: String) throws(StartFailure) -> [String] {
  var sources = SourceSet()
  let text = Templates.model(name)
  guard let first = name.first, first.isLetter, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }),
    parseModel(file: sources.add(SourceFile(name: name, bytes: Array(text.utf8))), in: sources).diagnostics.isEmpty
  else { throw StartFailure(description: "`\(name)` is no name for a model: letters and digits, a letter first, and no word of the language") }
  guard isFolder(folder) else { throw StartFailure(description: "there is no folder `\(folder)`; models are found below a folder `Models`") }
  if let other = Library.modelFiles(in: folder)[name] { throw StartFailure(description: "there is a model `\(name)` already: `\(other)`") }
  guard Library.modelFiles(in: folder)["Crypto"] != nil else {
    throw StartFailure(description: "the template uses the model `Crypto`, which is not below `\(folder)`")
  }
  let place = "\(folder)/\(name)"
  try write([("\(name).interloper", text), ("clauses", Templates.clauses(name))], asFolder: place)
  return ["\(place)/\(name).interloper", "\(place)/clauses"]
}

/// Starts a scenario of a model from the first template whose cast the model knows, in order as `lint` sees it.
///
/// `folder`: where the file `NAME.scenario` goes; `Models` is beside it or further up.
///
/// - Returns: the file that was written.
public func startScenario(_ name: String, of model: String, in folder: String) throws(StartFailure) -> String {
  guard !name.isEmpty, name.first != ".", name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }) else {
    throw StartFailure(description: "`\(name)` is no name for a scenario: letters, digits, `-`, `_` and `.`")
  }
  guard isFolder(folder) else { throw StartFailure(description: "there is no folder `\(folder)`") }
  let place = "\(folder)/\(name).scenario"
  guard !FileManager.default.fileExists(atPath: place) else { throw StartFailure(description: "there is a file `\(place)` already; nothing is overwritten") }
  // Compiled where it will be, since models are looked for from there.
  let draft = "\(folder)/.\(UUID().uuidString).scenario"
  defer { try? FileManager.default.removeItem(atPath: draft) }
  var reason = "the model has other roles than the templates"
  for (index, text) in Templates.scenarios(name, model: model).enumerated() {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: draft))
      var library = Library()
      for scenario in try library.scenarios(in: draft) { _ = try library.compile(scenario) }
      try FileManager.default.moveItem(atPath: draft, toPath: place)
      return place
    } catch let failure as Library.Failure {
      if index == 0, let first = failure.diagnostics.first, first.message.contains("no model") || first.message.contains("no folder") { reason = first.message }
    } catch {
      throw StartFailure(description: "`\(place)` cannot be written: \(error.localizedDescription)")
    }
  }
  throw StartFailure(description: "no scenario can be started for `\(model)`: \(reason)")
}

private func isFolder(_ path: String) -> Bool {
  var isDirectory: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
}

/// Writes files into a folder that is not there yet.
private func write(_ files: [(name: String, text: String)], asFolder place: String) throws(StartFailure) {
  guard !FileManager.default.fileExists(atPath: place) else { throw StartFailure(description: "there is a folder `\(place)` already; nothing is overwritten") }
  let draft = URL(fileURLWithPath: place).deletingLastPathComponent().appendingPathComponent(".\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: draft) }
  do {
    try FileManager.default.createDirectory(at: draft, withIntermediateDirectories: false)
    for (name, text) in files { try Data(text.utf8).write(to: draft.appendingPathComponent(name)) }
    try FileManager.default.moveItem(at: draft, to: URL(fileURLWithPath: place))
  } catch {
    throw StartFailure(description: "`\(place)` cannot be written: \(error.localizedDescription)")
  }
}
