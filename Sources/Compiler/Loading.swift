import Foundation
import Language
import Terms

/// Reads model and scenario files, and compiles scenarios.
///
/// Models are found by name below the nearest folder `Models` of the scenario's folder or one above it.
public struct Library: Sendable {
  public internal(set) var sources = SourceSet()
  private var parsed: [String: ModelFile] = [:]
  private var clauseFiles: [String: [ClauseDeclaration]] = [:]
  /// The index of each model and clauses file that was read, by path.
  private var indices: [String: Int] = [:]
  private var modelPaths: [String: [String: [String]]] = [:]

  /// The model files that were read.
  var modelFiles: [(path: String, tree: ModelFile, index: Int)] {
    parsed.compactMap { path, tree in indices[path].map { (path, tree, $0) } }
  }

  /// What all scenarios that are read are variants by.
  var variant = Variant()

  public init() {}

  /// A scenario or one of its twins, ready to be compiled.
  public struct Scenario: Sendable {
    public var file: String
    /// Which of the file's scenarios it is, twins and sweeps included; from 1.
    public var position: Int
    public var title: String
    public var declaration: ScenarioDeclaration
    public var drops: [Name]
    /// Clauses that are not dropped, even if the model drops them.
    public var keeps: Set<String> = []
    public var options: [String: String]
    /// Those of the options that the file's scenario sweeps over, with the values that are taken here.
    public var swept: [String: String] = [:]
    public var isTwin = false
    public var expectations: [ScenarioDeclaration.Expectation]
  }

  public struct Compiled: Sendable {
    public var system: TransitionSystem
    /// The same without the attacker, for the witnesses.
    public var honest: TransitionSystem
    public var dropped: [String]
    /// The clauses that what the cast does carries, with these options, and that are not dropped.
    public var inForce: [String]
    /// The clauses that anything in the model carries with these options, dropped or not: no other makes a difference.
    public var carried: [String]
    /// The value of each option, as `option: value`.
    public var options: [String]
    public var bounds: [String]
    public var warnings: [Diagnostic]
    /// Where the rules of `system` come from.
    public var sourceMap: SourceMap
    /// The scenario's file and all model and clauses files that it was compiled from, as they were read.
    public var files: [SourceFile]
    /// The folder that holds `Models`: all files are below it.
    public var root: String
    let accountsOnDemand: OnDemand<[RuleAccount]>
    /// For each rule of `system`, what its steps say and check. The scenario is compiled anew for them, when somebody first asks: few do.
    public var accounts: [RuleAccount] { accountsOnDemand.value }
  }

  /// What could not be read or compiled; at least one error.
  public struct Failure: Error {
    public var diagnostics: [Diagnostic]
  }

  // MARK: Files

  /// `place`: where the file is asked for, if a file asks for it.
  mutating func read(_ path: String, for place: Location? = nil) throws(Failure) -> Int {
    let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    guard FileManager.default.fileExists(atPath: resolved), let attributes = try? FileManager.default.attributesOfItem(atPath: resolved) else {
      throw Failure(diagnostics: [Diagnostic(message: "there is no file `\(path)`", location: place)])
    }
    // A device or a pipe could be read without end.
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      let what = attributes[.type] as? FileAttributeType == .typeDirectory ? "is a folder" : "is no file with a text"
      throw Failure(diagnostics: [Diagnostic(message: "`\(path)` \(what)", location: place)])
    }
    if let size = attributes[.size] as? Int, size > Lexer.maximumSize {
      throw Failure(diagnostics: [Diagnostic(message: "`\(path)` has \(size) bytes; a model or scenario has at most \(Lexer.maximumSize)", location: place)])
    }
    guard let data = FileManager.default.contents(atPath: resolved) else {
      throw Failure(diagnostics: [Diagnostic(message: "`\(path)` cannot be read", location: place)])
    }
    return sources.add(SourceFile(name: path, bytes: Array(data)))
  }

  /// The scenarios of a file, each with its twins and sweeps behind it.
  public mutating func scenarios(in path: String) throws(Failure) -> [Scenario] {
    let file = try read(path)
    var (declarations, diagnostics) = parseScenarios(file: file, in: sources)
    var scenarios: [Scenario] = []
    let isReadable = diagnostics.isEmpty
    for var declaration in declarations {
      if let name = name(of: variant) { declaration.model = name }
      declaration.sweeps.removeAll { variant.options[$0.text] != nil }
      var options: [String: [Name]] = [:]
      if (!declaration.sweeps.isEmpty || !isReadable) && !declaration.model.text.isEmpty {
        let loaded = model(declaration.model, near: path)
        // Those of a scenario that can be read are found again when it is compiled, together with its own.
        if !isReadable { diagnostics += loaded.diagnostics }
        if !loaded.isComplete {
          if isReadable { throw Failure(diagnostics: inOrder(diagnostics + loaded.diagnostics)) }
          continue
        }
        options = loaded.model.options
      }
      let variants = variants(of: declaration, options, &diagnostics)
      if let sweep = declaration.attackerSweep { diagnostics += problems(with: sweep, over: declaration.attackers) }
      for twin in declaration.twins {
        var chosen: Set<String> = []
        for option in twin.options where !chosen.insert(option.name.text).inserted {
          diagnostics.append(Diagnostic(message: "the option `\(option.name.text)` is chosen twice", location: option.name.location))
        }
      }
      for (label, options) in variants {
        let swept = options.filter { option, _ in declaration.sweeps.contains { $0.text == option } }
        scenarios.append(
          Scenario(
            file: path, position: scenarios.count + 1, title: declaration.title.text + label, declaration: declaration, drops: declaration.drops,
            options: options, swept: swept,
            expectations: declaration.expectations))
        for twin in declaration.twins {
          let drops = declaration.drops.filter { drop in !twin.restores.contains { $0.text == drop.text } } + twin.drops
          scenarios.append(
            Scenario(
              file: path, position: scenarios.count + 1, title: "\(declaration.title.text)\(label) — \(twin.title.text)", declaration: declaration,
              drops: drops, options: options.merging(twin.options.map { ($0.name.text, $0.value.text) }) { $1 }, swept: swept, isTwin: true,
              expectations: twin.expectations))
        }
      }
      for name in declaration.twins.flatMap(\.restores) where !declaration.drops.contains(where: { $0.text == name.text }) {
        diagnostics.append(
          Diagnostic(
            message: "the clause `\(name.text)` is not dropped, so it cannot be restored", location: name.location,
            help: suggestion(name.text, declaration.drops.map(\.text))))
      }
    }
    guard diagnostics.isEmpty else { throw Failure(diagnostics: inOrder(diagnostics)) }
    for index in scenarios.indices { scenarios[index] = try scenario(scenarios[index], as: variant) }
    return scenarios
  }

  /// One choice of options for each combination of values that a scenario sweeps over.
  private func variants(of declaration: ScenarioDeclaration, _ options: [String: [Name]], _ diagnostics: inout [Diagnostic]) -> [(String, [String: String])] {
    var given: [String: String] = [:]
    for option in declaration.options where given.updateValue(option.value.text, forKey: option.name.text) != nil {
      diagnostics.append(Diagnostic(message: "the option `\(option.name.text)` is chosen twice", location: option.name.location))
    }
    var variants = [("", given)]
    var swept: Set<String> = []
    for sweep in declaration.sweeps {
      guard let values = options[sweep.text] else {
        diagnostics.append(
          Diagnostic(
            message: "there is no option `\(sweep.text)`", location: sweep.location,
            help: suggestion(sweep.text, Array(options.keys) + [ScenarioDeclaration.attackersSwept])))
        continue
      }
      if !swept.insert(sweep.text).inserted || given[sweep.text] != nil {
        diagnostics.append(
          Diagnostic(message: "the option `\(sweep.text)` is chosen twice", location: sweep.location, help: "a sweep takes each of its values"))
        continue
      }
      guard variants.count * values.count <= Library.maximumVariants else {
        diagnostics.append(Diagnostic(message: "the sweeps make more than \(Library.maximumVariants) scenarios of one", location: sweep.location))
        break
      }
      variants = variants.flatMap { label, options in
        values.map { value in (label + " · \(sweep.text): \(value.text)", options.merging([sweep.text: value.text]) { $1 }) }
      }
    }
    return variants
  }

  private func problems(with sweep: Name, over attackers: [Name]) -> [Diagnostic] {
    if attackers.isEmpty {
      return [
        Diagnostic(
          message: "there are no attackers to sweep over", location: sweep.location, help: "write `attacker A + B`: each combination of these is looked at")
      ]
    }
    guard attackers.count > Library.maximumSwept else { return [] }
    return [Diagnostic(message: "at most \(Library.maximumSwept) attackers can be swept over; these are \(attackers.count)", location: sweep.location)]
  }

  private static let maximumVariants = 1000
  /// So many attackers have 1024 combinations.
  private static let maximumSwept = 10

  /// In the order of the files and of their texts, each once.
  func inOrder(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    var seen: Set<Diagnostic> = []
    let place = { (diagnostic: Diagnostic) in (diagnostic.location?.file ?? -1, diagnostic.location?.range.start ?? 0) }
    return diagnostics.filter {
      // Said once of one place, even if the help differs.
      seen.insert(Diagnostic(severity: $0.severity, message: $0.message, location: $0.location)).inserted
    }
    .enumerated().sorted { first, second in
      let (a, b) = (place(first.element), place(second.element))
      return a == b ? first.offset < second.offset : a < b
    }
    .map(\.element)
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

  /// The model files below a folder, by name; of several with one name, the first.
  public static func modelFiles(in folder: String) -> [String: String] { allModelFiles(in: folder).compactMapValues(\.first) }

  private static func allModelFiles(in folder: String) -> [String: [String]] {
    var found: [String: [String]] = [:]
    // A link to the models is as good as the folder.
    let resolved = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    guard let enumerator = FileManager.default.enumerator(atPath: resolved) else { return [:] }
    for case let item as String in enumerator where item.hasSuffix(".interloper") {
      let name = URL(fileURLWithPath: item).deletingPathExtension().lastPathComponent
      found[name, default: []].append(folder + "/" + item)
    }
    return found.mapValues { $0.sorted() }
  }

  // MARK: Models

  /// A model with all that it uses and extends.
  struct Loaded {
    var model = Model()
    var diagnostics: [Diagnostic] = []
    /// Whether all its files could be read: if not, what they declare is missing, and nothing can be said about the use of it.
    var isComplete = true
    var done: Set<String> = []
    /// What was read, as indices of `sources`.
    var files: Set<Int> = []

    mutating func fail(_ diagnostics: [Diagnostic]) {
      self.diagnostics += diagnostics
      isComplete = false
    }
  }

  /// The tree of a model's file, if there is one, and the file's path; `isComplete` says whether all of it could be read.
  private mutating func file(_ name: Name, near path: String, _ loaded: inout Loaded) -> (tree: ModelFile, path: String)? {
    guard let folder = Library.modelsFolder(near: path) else {
      loaded.fail([Diagnostic(message: "there is no folder `Models` above `\(path)`", location: name.location)])
      return nil
    }
    if modelPaths[folder] == nil { modelPaths[folder] = Library.allModelFiles(in: folder) }
    let paths = modelPaths[folder]?[name.text] ?? []
    guard let found = paths.first else {
      loaded.fail([
        Diagnostic(message: "there is no model `\(name.text)`", location: name.location, help: suggestion(name.text, (modelPaths[folder] ?? [:]).keys))
      ])
      return nil
    }
    if paths.count > 1 {
      loaded.diagnostics.append(
        Diagnostic(message: "there are \(paths.count) models `\(name.text)`: \(paths.map { "`\($0)`" }.joined(separator: " and "))", location: name.location))
    }
    if let known = parsed[found], let index = indices[found] {
      loaded.files.insert(index)
      return (known, found)
    }
    do throws(Failure) {
      let index = try read(found, for: name.location)
      loaded.files.insert(index)
      let (model, diagnostics) = parseModel(file: index, in: sources)
      if !diagnostics.isEmpty { loaded.fail(diagnostics) }
      guard let model else { return nil }
      if diagnostics.isEmpty { (parsed[found], indices[found]) = (model, index) }
      return (model, found)
    } catch {
      loaded.fail(error.diagnostics)
      return nil
    }
  }

  mutating func model(_ name: Name, near path: String) -> Loaded {
    var loaded = Loaded()
    add(name, near: path, to: &loaded, chain: [])
    loaded.model.name = name.text
    return loaded
  }

  private mutating func add(_ name: Name, near path: String, to loaded: inout Loaded, chain: [String]) {
    if chain.contains(name.text) {
      loaded.fail([Diagnostic(message: "`\(name.text)` uses or extends itself: \((chain + [name.text]).joined(separator: " → "))", location: name.location)])
      return
    }
    guard chain.count < Library.maximumModels else {
      loaded.fail([Diagnostic(message: "more than \(Library.maximumModels) models use one another", location: name.location)])
      return
    }
    guard loaded.done.insert(name.text).inserted, let (file, found) = file(name, near: path, &loaded) else { return }
    for parent in file.uses + (file.extends.map { [$0] } ?? []) { add(parent, near: path, to: &loaded, chain: chain + [name.text]) }
    if file.name.text != name.text {
      loaded.diagnostics.append(Diagnostic(message: "the file of the model `\(name.text)` says `model \(file.name.text)`", location: file.name.location))
    }
    var repeated: [Diagnostic] = []
    loaded.model.add(file) { repeated.append(Diagnostic(message: $0, location: $1, help: $2)) }
    loaded.diagnostics += repeated
    addClauses(beside: found, for: name.location, to: &loaded)
  }

  private static let maximumModels = 100

  private mutating func addClauses(beside path: String, for place: Location, to loaded: inout Loaded) {
    let clausePath = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("clauses").path
    if clauseFiles[clausePath] == nil && FileManager.default.fileExists(atPath: clausePath) {
      do throws(Failure) {
        let index = try read(clausePath, for: place)
        let (clauses, diagnostics) = parseClauses(file: index, in: sources)
        if !diagnostics.isEmpty { return loaded.fail(diagnostics) }
        (clauseFiles[clausePath], indices[clausePath]) = (clauses, index)
      } catch {
        return loaded.fail(error.diagnostics)
      }
    }
    if let index = indices[clausePath] { loaded.files.insert(index) }
    var own: Set<String> = []
    for clause in clauseFiles[clausePath] ?? [] {
      if !own.insert(clause.name.text).inserted {
        loaded.diagnostics.append(Diagnostic(message: "the clause `\(clause.name.text)` is described twice", location: clause.name.location))
      }
      loaded.model.clauses[clause.name.text] = clause
    }
  }

  /// What is wrong with a model file by itself, and with what it uses and extends.
  public mutating func lint(model path: String) -> [Diagnostic] {
    do throws(Failure) {
      let index = try read(path)
      let (file, diagnostics) = parseModel(file: index, in: sources)
      guard diagnostics.isEmpty, let file else { return diagnostics }
      return inOrder(model(file.name, near: path).diagnostics)
    } catch {
      return error.diagnostics
    }
  }

  /// A clause by its name, from the `clauses` files that have been read.
  public func clause(_ name: String) -> ClauseDeclaration? {
    for list in clauseFiles.values { if let clause = list.first(where: { $0.name.text == name }) { return clause } }
    return nil
  }

  /// The clauses of a scenario's model by their names, with their texts.
  public mutating func clauseTexts(of scenario: Scenario) -> [String: ClauseDeclaration] {
    model(scenario.declaration.model, near: scenario.file).model.clauses
  }

  /// The clauses of a scenario's model, as its folders' `clauses` files list them: in the order of their names.
  public mutating func clauses(of scenario: Scenario) -> [String] {
    model(scenario.declaration.model, near: scenario.file).model.clauses.keys.sorted()
  }

  /// The attackers of a scenario's model, each with those that it extends.
  public mutating func attackers(of scenario: Scenario) -> [String: Set<String>] {
    model(scenario.declaration.model, near: scenario.file).model.attackers.mapValues(\.includes)
  }

  // MARK: Compilation

  /// Reads the files of a scenario's model, if that was not done before; errors come where it is compiled.
  public mutating func read(_ scenario: Scenario) { _ = model(scenario.declaration.model, near: scenario.file) }

  /// Compiles a scenario, or a variant of one, to rules, those of its honest run too.
  public mutating func compile(_ scenario: Scenario) throws(Failure) -> Compiled {
    let loaded = model(scenario.declaration.model, near: scenario.file)
    guard loaded.isComplete else { throw Failure(diagnostics: inOrder(loaded.diagnostics)) }
    let model = loaded.model
    var diagnostics = loaded.diagnostics
    check(scenario, against: model, &diagnostics)
    let drops = Set((scenario.drops + model.dropped).map(\.text)).subtracting(scenario.keeps)
    let options = model.defaults.merging(scenario.options) { $1 }
    var systems: [TransitionSystem] = []
    var sourceMap = SourceMap()
    var (inForce, carried): ([String], [String]) = ([], [])
    let instantiations = [false, true].map {
      Instantiation(model: model, scenario: scenario.declaration, drops: drops, options: options, sources: sources, isHonestRun: $0)
    }
    for (instantiation, made) in zip(instantiations, withLargeStacks(instantiations.map { instantiation in { instantiation.run() } })) {
      guard let made else {
        throw Failure(diagnostics: [Diagnostic(message: "there is not enough memory to compile the scenario", location: scenario.declaration.title.location)])
      }
      if var system = made {
        system.title = scenario.title
        systems.append(system)
      }
      diagnostics += instantiation.diagnostics
      if !instantiation.isHonestRun {
        sourceMap = instantiation.sourceMap
        (inForce, carried) = (instantiation.inForce.sorted(), instantiation.carried.sorted())
        diagnostics += idleChoices(scenario, model, instantiation)
      }
      if instantiation.isExhausted { break }
    }
    guard !diagnostics.contains(where: { $0.severity == .error }), systems.count == 2 else { throw Failure(diagnostics: inOrder(diagnostics)) }
    let bounds = scenario.declaration.bounds.map(\.text)
    let files = loaded.files.union([scenario.declaration.title.location.file]).sorted().map { sources.files[$0] }
    let root = URL(fileURLWithPath: Library.modelsFolder(near: scenario.file) ?? "/").deletingLastPathComponent().path
    let accounts = OnDemand { [declaration = scenario.declaration, sources, rules = systems[0].rules.count] in
      let instantiation = Instantiation(
        model: model, scenario: declaration, drops: drops, options: options, sources: sources, isHonestRun: false, keepsAccounts: true)
      let isMade = withLargeStacks([{ instantiation.run() }])[0] != nil
      return isMade ? instantiation.accounts : Array(repeating: RuleAccount(), count: rules)
    }
    return Compiled(
      system: systems[0], honest: systems[1], dropped: drops.sorted(), inForce: inForce, carried: carried,
      options: options.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" },
      bounds: bounds, warnings: inOrder(diagnostics), sourceMap: sourceMap, files: files, root: root, accountsOnDemand: accounts)
  }

  /// Warnings of dropped clauses and chosen options that no rule of the scenario hangs on.
  private func idleChoices(_ scenario: Scenario, _ model: Model, _ instantiation: Instantiation) -> [Diagnostic] {
    var found: [Diagnostic] = []
    for drop in scenario.drops where instantiation.markedClauses.contains(drop.text) && !instantiation.leftOut.contains(drop.text) {
      found.append(
        Diagnostic(
          severity: .warning, message: "dropping the clause `\(drop.text)` changes nothing here: nothing that the cast does carries it", location: drop.location
        ))
    }
    // What has no default has to be chosen, whether it matters or not.
    let choices = scenario.declaration.options + scenario.declaration.twins.flatMap(\.options)
    for (name, value) in scenario.options.sorted(by: { $0.key < $1.key }) where model.defaults[name] != nil && !instantiation.consulted.contains(name) {
      guard let choice = choices.first(where: { $0.name.text == name && $0.value.text == value }) else { continue }
      found.append(
        Diagnostic(
          severity: .warning, message: "the option `\(name)` changes nothing here: nothing that the cast does hangs on it", location: choice.name.location))
    }
    return found
  }

  /// What a scenario says of its model's clauses, options and properties.
  private func check(_ scenario: Scenario, against model: Model, _ diagnostics: inout [Diagnostic]) {
    for drop in scenario.drops + model.dropped where model.clauses[drop.text] == nil {
      diagnostics.append(Diagnostic(message: "there is no clause `\(drop.text)`", location: drop.location, help: suggestion(drop.text, model.clauses.keys)))
    }
    for option in scenario.declaration.options + scenario.declaration.twins.flatMap(\.options) {
      if let problem = model.problem(with: option.name, option.value) { diagnostics.append(problem) }
    }
    for (name, values) in model.options.sorted(by: { $0.key < $1.key }) where scenario.options[name] == nil && model.defaults[name] == nil {
      diagnostics.append(
        Diagnostic(
          message: "the option `\(name)` is not chosen", location: scenario.declaration.location,
          help: "write \(values.map { "`option \(name): \($0.text)`" }.joined(separator: " or ")), or `sweep \(name)`"))
    }
    var expected: Set<String> = []
    for property in scenario.expectations.compactMap(\.property) {
      if !model.properties.contains(where: { $0.name.text == property.text }) {
        diagnostics.append(
          Diagnostic(
            message: "there is no property `\(property.text)`", location: property.location, help: suggestion(property.text, model.properties.map(\.name.text)))
        )
      } else if !expected.insert(property.text).inserted {
        diagnostics.append(Diagnostic(message: "two verdicts are expected of `\(property.text)`", location: property.location))
      }
    }
  }
}
