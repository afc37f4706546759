import Foundation
import Language
import Terms
import Testing

@testable import Compiler

/// Models, clauses and a scenario, written into a folder of their own that is gone afterwards.
///
/// A `«` in a text is left out of the file: it says where an error is expected.
struct Project {
  var scenario: String
  var models: KeyValuePairs<String, String>
  var clauses: String?

  init(scenario: String = smallScenario(), models: KeyValuePairs<String, String>, clauses: String? = nil) {
    self.scenario = scenario
    self.models = models
    self.clauses = clauses
  }

  /// The small model and scenario below, with more in them.
  init(
    declarations: String = "", members: String = "", step: String = "", model: String? = nil, scenario: String = smallScenario(), clauses: String? = nil
  ) {
    self.init(scenario: scenario, models: ["M": model ?? small(declarations: declarations, members: members, step: step)], clauses: clauses)
  }

  private var files: [(path: String, text: String)] {
    [("s.scenario", scenario)] + models.map { ("Models/\($0.key).interloper", $0.value) } + (clauses.map { [("Models/clauses", $0)] } ?? [])
  }

  /// `FILE:LINE:COLUMN` of each `«`.
  var places: [String] {
    files.flatMap { file in
      file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { number, line -> [String] in
        var column = 1
        return line.unicodeScalars.compactMap { scalar in
          if scalar == "«" { return "\(file.path):\(number + 1):\(column)" }
          column += 1
          return nil
        }
      }
    }
  }

  func inFolder<T>(_ body: (URL) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().appending(path: "compiler-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder.appending(path: "Models"), withIntermediateDirectories: true)
    for file in files {
      let url = folder.appending(path: file.path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(file.text.replacing("«", with: "").utf8).write(to: url)
    }
    return try body(folder)
  }

  /// The scenario and its sweeps and twins, compiled; errors are issues of the test.
  func compile() throws -> [Library.Compiled] {
    try inFolder { folder in
      var library = Library()
      do throws(Library.Failure) {
        var compiled: [Library.Compiled] = []
        for scenario in try library.scenarios(in: folder.appending(path: "s.scenario").path) { compiled.append(try library.compile(scenario)) }
        return compiled
      } catch {
        for diagnostic in error.diagnostics { Issue.record("\(render(diagnostic, in: library.sources))") }
        throw error
      }
    }
  }

  func compileFirst() throws -> Library.Compiled { try #require(try compile().first) }

  /// What is wrong, as `FILE:LINE:COLUMN: MESSAGE`, with ` (HELP)` if there is help.
  func errors() throws -> [String] { try inFolder(errorsOfProject) }
}

/// What is wrong with the project in a folder.
func errorsOfProject(in folder: URL) -> [String] {
  var library = Library()
  var found: [Diagnostic] = []
  do throws(Library.Failure) {
    for scenario in try library.scenarios(in: folder.appending(path: "s.scenario").path) {
      do throws(Library.Failure) { _ = try library.compile(scenario) } catch { found += error.diagnostics.filter { !found.contains($0) } }
    }
  } catch {
    found += error.diagnostics
  }
  return found.filter { $0.severity == .error }.map { describe($0, in: library.sources, folder) }
}

func describe(_ diagnostic: Diagnostic, in sources: SourceSet, _ folder: URL) -> String {
  var text = diagnostic.message
  if let location = diagnostic.location {
    let file = sources.files[location.file]
    let place = file.lineAndColumn(of: location.range.start)
    text = "\(file.name):\(place.line):\(place.column): \(text)"
  }
  return (text + (diagnostic.help.map { " (\($0))" } ?? "")).replacing("\(folder.path)/", with: "")
}

/// Expects these messages, in the order of the `«` that stand where they belong, and no others.
func expect(_ messages: [String], of project: Project, sourceLocation: Testing.SourceLocation = #_sourceLocation) throws {
  let places = project.places
  try #require(places.count == messages.count, "as many marks as messages", sourceLocation: sourceLocation)
  let (found, expected) = (try project.errors(), zip(places, messages).map { "\($0): \($1)" })
  #expect(found == expected, sourceLocation: sourceLocation)
}

// MARK: Small models

/// A role with one step, a property and a witness.
func small(declarations: String = "", members: String = "", step: String = "") -> String {
  """
  model M
  sort Agent names
  sort Nonce, Key
  record Pair { a: Nonce, b: Nonce? }
  attacker Eve "listens" { }
  role R of me: Agent {
    table t (x: Nonce, y: Nonce?)
    session Run (peer: Agent)
    step go limit runs {
      new n: Nonce
  \(step)
      event Done (who: me, n: n)
    }
  \(members)
  }
  witness done event Done (who)
  property secret when event Done (who, n) then not attacker derives n
  \(declarations)

  """
}

func smallScenario(_ more: String = "", cast: String = "alice: Agent with R", attacker: String = "Eve", bounds: String = "runs 1 by alice", model: String = "M")
  -> String
{
  """
  scenario "S"
  model    \(model)
  cast     \(cast)
  attacker \(attacker)
  bounds   \(bounds)
  \(more)

  """
}

/// A browser, a server and a client that asks the server.
func web(declarations: String = "", client: String = "", server: String = "") -> String {
  """
  model M
    uses Web, Crypto
  sort Token
  record Question { token: Token?, note: Token? }
  record Answer { token: Token }
  role Client at host: Host {
    table keys (key: PrivateKey)
  \(client)
  }
  role Server at host: Host {
    table tokens (token: Token, owner: PublicKey?)
  \(server)
  }
  extend role Browser {
    step begin limit flows (client: Host) {
      visit POST https://client/start site same
    }
  }
  witness done event Done ()
  \(declarations)

  """
}

func webScenario(_ more: String = "", attacker: String = "A1a", cast: String = "", bounds: String = "flows 1 by alice, requests 1 per endpoint by attacker")
  -> String
{
  """
  scenario "S"
  model    M
  cast     alice: Person with Browser, shop: Client, bank: Server, mallory: attacker Person at evil\(cast)
  attacker \(attacker)
  bounds   \(bounds)
  \(more)

  """
}

/// The models that come with the checker.
enum Shipped {
  static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func model(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: root.appending(path: "Models/\(path).interloper")), as: UTF8.self)
  }

  /// A project whose model may use Web and Crypto.
  static func project(_ model: String, scenario: String = webScenario(), clauses: String? = nil) throws -> Project {
    Project(scenario: scenario, models: ["M": model, "Web": try Shipped.model("Web/Web"), "Crypto": try Shipped.model("Crypto/Crypto")], clauses: clauses)
  }

  /// All scenarios, as paths from the root.
  static let scenarios: [String] = {
    let all = FileManager.default.enumerator(atPath: root.appending(path: "Scenarios").path)?.compactMap { $0 as? String } ?? []
    return all.filter { $0.hasSuffix(".scenario") }.map { "Scenarios/\($0)" }.sorted()
  }()
}

/// `clause ID` for each, so that models may carry them.
func clauses(_ names: String...) -> String { names.map { "clause \($0) \"a specification\" \"asks for something\"\n" }.joined() }

// MARK: Systems as text

extension TransitionSystem {
  func rule(_ name: String) -> Rule? { rules.first { $0.name == name } }

  /// The instructions of a rule, one a line.
  func lines(_ rule: Rule?) -> [String] {
    guard let rule else { return ["there is no such rule"] }
    return rule.instructions.map { text($0, rule.registers) }
  }

  /// The instructions of the rule with this name.
  func lines(_ name: String) -> [String] { lines(rule(name)) }

  /// The instructions of all rules.
  var allLines: [String] { rules.flatMap { lines($0) } }

  func text(_ term: Term, _ registers: [Register]) -> String {
    switch term {
    case .variable(let index): registers.indices.contains(index) ? registers[index].name : "?\(index)"
    case .apply(let symbol, let arguments):
      signature.symbols[symbol].name + (arguments.isEmpty ? "" : "(\(arguments.map { text($0, registers) }.joined(separator: ", ")))")
    }
  }

  func text(_ fact: Fact, _ registers: [Register]) -> String {
    "\(predicates[fact.predicate].name)(\(fact.arguments.map { text($0, registers) }.joined(separator: ", ")))"
  }

  private func text(_ instruction: Instruction, _ registers: [Register]) -> String {
    switch instruction {
    case .spend(let budget): "spend \(budgets[budget].name)"
    case .lookup(let fact, let consumes): "\(consumes ? "take" : "find") \(text(fact, registers))"
    case .missing(let fact, _): "no \(text(fact, registers))"
    case .equal(let a, let b): "\(text(a, registers)) == \(text(b, registers))"
    case .different(let a, let b): "\(text(a, registers)) != \(text(b, registers))"
    case .honest(let term): "honest \(text(term, registers))"
    case .dishonest(let term): "dishonest \(text(term, registers))"
    case .receive(let term): "receive \(text(term, registers))"
    case .fresh(let register): "fresh \(registers[register].name)"
    case .choose(let register): "choose \(registers[register].name)"
    case .insert(let fact): "insert \(text(fact, registers))"
    case .learn(let term): "learn \(text(term, registers))"
    case .outnumbered(let many, let few): "more \(text(many, registers)) than \(text(few, registers))"
    }
  }
}
