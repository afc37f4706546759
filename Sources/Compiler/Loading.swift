import Foundation
import Language
import Terms

/// Reads model and scenario files, and compiles scenarios.
///
/// Models are found by name below the nearest folder `Models` of the scenario's folder or one above it.
public struct Library: Sendable {
  public private(set) var sources = SourceSet()
  private var parsed: [String: ModelFile?] = [:]
  private var clauseFiles: [String: [ClauseDeclaration]] = [:]
  private var modelPaths: [String: [String: String]] = [:]

  public init() {}

  /// A scenario or one of its twins, ready to be compiled.
  public struct Scenario: Sendable {
    public var file: String
    public var title: String
    public var declaration: ScenarioDeclaration
    public var drops: [Name]
    public var options: [String: String]
    public var expectations: [ScenarioDeclaration.Expectation]
  }

  public struct Compiled: Sendable {
    public var system: TransitionSystem
    /// The same without the attacker, for the witnesses.
    public var honest: TransitionSystem
    public var dropped: [String]
    public var bounds: [String]
    public var warnings: [Diagnostic]
  }

  /// What could not be read or compiled; at least one error.
  public struct Failure: Error {
    public var diagnostics: [Diagnostic]
  }

  // MARK: Files

  private mutating func read(_ path: String) throws(Failure) -> Int {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { throw Failure(diagnostics: [Diagnostic(message: "there is no file `\(path)`")]) }
    if let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int, size > Lexer.maximumSize {
      throw Failure(diagnostics: [Diagnostic(message: "`\(path)` has \(size) bytes; a model or scenario has at most \(Lexer.maximumSize)")])
    }
    guard let data = FileManager.default.contents(atPath: path), !isDirectory.boolValue else {
      throw Failure(diagnostics: [Diagnostic(message: "`\(path)` cannot be read")])
    }
    return sources.add(SourceFile(name: path, bytes: Array(data)))
  }

  /// The scenarios of a file, each with its twins and sweeps behind it.
  public mutating func scenarios(in path: String) throws(Failure) -> [Scenario] {
    let file = try read(path)
    let (declarations, diagnostics) = parseScenarios(file: file, in: sources)
    guard diagnostics.isEmpty else { throw Failure(diagnostics: diagnostics) }
    var scenarios: [Scenario] = []
    for declaration in declarations {
      let given = Dictionary(declaration.options.map { ($0.name.text, $0.value.text) }, uniquingKeysWith: { $1 })
      var variants: [(String, [String: String])] = [("", given)]
      if !declaration.sweeps.isEmpty {
        let model = try model(declaration.model, near: path)
        for sweep in declaration.sweeps {
          guard let values = model.options[sweep.text] else {
            throw Failure(diagnostics: [Diagnostic(message: "there is no option `\(sweep.text)`", location: sweep.location, help: suggestion(sweep.text, model.options.keys))])
          }
          variants = variants.flatMap { label, options in
            values.map { value in (label + " · \(sweep.text): \(value.text)", options.merging([sweep.text: value.text]) { $1 }) }
          }
        }
      }
      for (label, options) in variants {
        scenarios.append(
          Scenario(file: path, title: declaration.title.text + label, declaration: declaration, drops: declaration.drops, options: options, expectations: declaration.expectations))
        for twin in declaration.twins {
          for name in twin.restores where !declaration.drops.contains(where: { $0.text == name.text }) {
            throw Failure(diagnostics: [Diagnostic(message: "the clause `\(name.text)` is not dropped, so it cannot be restored", location: name.location, help: suggestion(name.text, declaration.drops.map(\.text)))])
          }
          let drops = declaration.drops.filter { drop in !twin.restores.contains { $0.text == drop.text } } + twin.drops
          scenarios.append(
            Scenario(file: path, title: "\(declaration.title.text)\(label) — \(twin.title.text)", declaration: declaration, drops: drops, options: options, expectations: twin.expectations))
        }
      }
    }
    return scenarios
  }

  private static func modelsFolder(near path: String) -> String? {
    var folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent()
    while true {
      let candidate = folder.appendingPathComponent("Models").path
      var isDirectory: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isDirectory), isDirectory.boolValue { return candidate }
      let parent = folder.deletingLastPathComponent()
      if parent.path == folder.path { return nil }
      folder = parent
    }
  }

  /// The model files below a folder, by name.
  public static func modelFiles(in folder: String) -> [String: String] {
    var found: [String: String] = [:]
    guard let enumerator = FileManager.default.enumerator(atPath: folder) else { return [:] }
    for case let item as String in enumerator where item.hasSuffix(".interloper") {
      let name = URL(fileURLWithPath: item).deletingPathExtension().lastPathComponent
      found[name] = folder + "/" + item
    }
    return found
  }

  // MARK: Models

  private mutating func file(_ name: Name, near path: String) throws(Failure) -> (ModelFile, String) {
    guard let folder = Library.modelsFolder(near: path) else {
      throw Failure(diagnostics: [Diagnostic(message: "there is no folder `Models` above `\(path)`", location: name.location)])
    }
    if modelPaths[folder] == nil { modelPaths[folder] = Library.modelFiles(in: folder) }
    guard let found = modelPaths[folder]?[name.text] else {
      throw Failure(diagnostics: [Diagnostic(message: "there is no model `\(name.text)`", location: name.location, help: suggestion(name.text, (modelPaths[folder] ?? [:]).keys))])
    }
    if parsed[found] == nil {
      let index = try read(found)
      let (model, diagnostics) = parseModel(file: index, in: sources)
      guard diagnostics.isEmpty, let model else { throw Failure(diagnostics: diagnostics) }
      parsed[found] = model
    }
    guard let model = parsed[found] ?? nil else { throw Failure(diagnostics: [Diagnostic(message: "`\(found)` cannot be read")]) }
    return (model, found)
  }

  /// A model with all that it uses and extends, for lint and for compilation.
  private mutating func model(_ name: Name, near path: String) throws(Failure) -> Model {
    var model = Model()
    var diagnostics: [Diagnostic] = []
    var done: Set<String> = []
    try add(name, near: path, to: &model, &diagnostics, &done, chain: [])
    guard diagnostics.isEmpty else { throw Failure(diagnostics: diagnostics) }
    model.name = name.text
    return model
  }

  private mutating func add(
    _ name: Name, near path: String, to model: inout Model, _ diagnostics: inout [Diagnostic], _ done: inout Set<String>, chain: [String]
  ) throws(Failure) {
    if chain.contains(name.text) {
      throw Failure(diagnostics: [Diagnostic(message: "`\(name.text)` uses or extends itself: \((chain + [name.text]).joined(separator: " → "))", location: name.location)])
    }
    guard done.insert(name.text).inserted else { return }
    let (file, found) = try file(name, near: path)
    for parent in file.uses + (file.extends.map { [$0] } ?? []) { try add(parent, near: path, to: &model, &diagnostics, &done, chain: chain + [name.text]) }
    if file.name.text != name.text { diagnostics.append(Diagnostic(message: "the file of the model `\(name.text)` says `model \(file.name.text)`", location: file.name.location)) }
    model.add(file) { diagnostics.append(Diagnostic(message: $0, location: $1, help: $2)) }
    let clausePath = URL(fileURLWithPath: found).deletingLastPathComponent().appendingPathComponent("clauses").path
    if clauseFiles[clausePath] == nil {
      if FileManager.default.fileExists(atPath: clausePath) {
        let (clauses, errors) = parseClauses(file: try read(clausePath), in: sources)
        guard errors.isEmpty else { throw Failure(diagnostics: errors) }
        clauseFiles[clausePath] = clauses
      } else {
        clauseFiles[clausePath] = []
      }
    }
    var own: Set<String> = []
    for clause in clauseFiles[clausePath] ?? [] {
      if !own.insert(clause.name.text).inserted { diagnostics.append(Diagnostic(message: "the clause `\(clause.name.text)` is described twice", location: clause.name.location)) }
      model.clauses[clause.name.text] = clause
    }
  }

  /// What is wrong with a model file by itself, and with what it uses and extends.
  public mutating func lint(model path: String) -> [Diagnostic] {
    do throws(Failure) {
      let index = try read(path)
      let (file, diagnostics) = parseModel(file: index, in: sources)
      guard diagnostics.isEmpty, let file else { return diagnostics }
      _ = try model(file.name, near: path)
      return []
    } catch {
      return error.diagnostics
    }
  }

  /// A clause by its name, from the `clauses` files that have been read.
  public func clause(_ name: String) -> ClauseDeclaration? {
    for list in clauseFiles.values { if let clause = list.first(where: { $0.name.text == name }) { return clause } }
    return nil
  }

  // MARK: Compilation

  /// Compiles a scenario. `sets` are further `drop`s from the command line.
  public mutating func compile(_ scenario: Scenario) throws(Failure) -> Compiled {
    let model = try model(scenario.declaration.model, near: scenario.file)
    var diagnostics: [Diagnostic] = []
    for drop in scenario.drops + model.dropped where model.clauses[drop.text] == nil {
      diagnostics.append(Diagnostic(message: "there is no clause `\(drop.text)`", location: drop.location, help: suggestion(drop.text, model.clauses.keys)))
    }
    for option in scenario.declaration.options {
      guard let values = model.options[option.name.text] else {
        diagnostics.append(Diagnostic(message: "there is no option `\(option.name.text)`", location: option.name.location, help: suggestion(option.name.text, model.options.keys)))
        continue
      }
      if !values.contains(where: { $0.text == option.value.text }) {
        diagnostics.append(
          Diagnostic(message: "the option `\(option.name.text)` has no value `\(option.value.text)`", location: option.value.location, help: suggestion(option.value.text, values.map(\.text))))
      }
    }
    for (name, values) in model.options where scenario.options[name] == nil {
      diagnostics.append(
        Diagnostic(message: "the option `\(name)` is not chosen", location: scenario.declaration.location, help: "write `option \(name): \(values.map(\.text).joined(separator: "` or `"))`, or `sweep \(name)`"))
    }
    for expectation in scenario.expectations {
      if let property = expectation.property, !model.properties.contains(where: { $0.name.text == property.text }) {
        diagnostics.append(
          Diagnostic(message: "there is no property `\(property.text)`", location: property.location, help: suggestion(property.text, model.properties.map(\.name.text))))
      }
    }
    guard diagnostics.isEmpty else { throw Failure(diagnostics: diagnostics) }
    let drops = Set((scenario.drops + model.dropped).map(\.text))
    func instantiate(isHonestRun: Bool) throws(Failure) -> (TransitionSystem, [Diagnostic]) {
      let instantiation = Instantiation(
        model: model, scenario: scenario.declaration, drops: drops, options: scenario.options, sources: sources, isHonestRun: isHonestRun)
      guard var system = instantiation.run() else { throw Failure(diagnostics: instantiation.diagnostics) }
      system.title = scenario.title
      return (system, instantiation.diagnostics)
    }
    let (system, warnings) = try instantiate(isHonestRun: false)
    let (honest, _) = try instantiate(isHonestRun: true)
    let bounds = scenario.declaration.bounds.map { bound in
      "\(bound.name.text) \(bound.count)" + (bound.isPerEndpoint ? " per endpoint" : "") + (bound.actor.map { " by \($0.text)" } ?? "")
    }
    return Compiled(system: system, honest: honest, dropped: drops.sorted(), bounds: bounds, warnings: warnings)
  }
}
