import Compiler
import ExactNumbers
import Foundation

extension SmallModel {
  /// The random model of a seed, compiled: the first that the generator writes which the compiler accepts.
  ///
  /// - Parameter refused: is told of those before.
  static func random(seed: UInt64, refused: (SmallModel) -> Void = { _ in }) -> (model: SmallModel, compiled: Library.Compiled) {
    var seeds = SplitMix64(seed: seed)
    while true {
      var generator = RandomModel(seed: seeds.next())
      let model = generator.generate()
      if let compiled = model.compiled() { return (model, compiled) }
      refused(model)
    }
  }

  /// The compiled scenario and its honest run; nil where the text is wrong.
  func compiled() -> Library.Compiled? {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try? compiled(in: folder)
  }

  private func compiled(in folder: URL) throws -> Library.Compiled {
    let models = folder.appendingPathComponent("Models")
    try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
    try SmallModel.clauses.write(to: models.appendingPathComponent("clauses"), atomically: false, encoding: .utf8)
    try model.text.write(to: models.appendingPathComponent("Test.interloper"), atomically: false, encoding: .utf8)
    let path = folder.appendingPathComponent("test.scenario").path
    try scenario.text.write(toFile: path, atomically: false, encoding: .utf8)
    var library = Library()
    return try library.compile(try library.scenarios(in: path)[0])
  }

  /// What is wrong with the text, for people.
  func complaints() -> [String] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      _ = try compiled(in: folder)
      return []
    } catch let failure as Library.Failure {
      return failure.diagnostics.map(\.message)
    } catch {
      return ["\(error)"]
    }
  }

  /// What the explorers disagree about, in the scenario or in its honest run.
  func disagreements(_ reach: Comparison.Reach = Comparison.Reach()) -> [String] {
    guard let compiled = compiled() else { return [] }
    return Comparison(compiled.system, reach).disagreements + Comparison(compiled.honest, reach, witnesses: true).disagreements
  }

  /// The smallest model on the way down of which something is still said: leaves out piece after piece as long as it disagrees.
  func shrunk(while isBad: (SmallModel) -> Bool) -> SmallModel {
    var current = self
    var tries = 0
    var isSmaller = true
    while isSmaller && tries < 5_000 {
      isSmaller = false
      for candidate in current.smaller where tries < 5_000 {
        tries += 1
        guard candidate.text.count < current.text.count || candidate.bounds < current.bounds, isBad(candidate) else { continue }
        current = candidate
        isSmaller = true
        break
      }
    }
    return current
  }

  private var bounds: Int { scenario.flatMap(\.lines).count { $0.contains(" 2 ") } }
}
