import Compiler
import Language

/// The scenarios that can be run, as the page lists them.
struct CatalogueList: Codable, Sendable {
  struct Entry: Codable, Sendable {
    var file: String
    /// Which of the file's scenarios it is, twins and sweeps included; from 1.
    var position: Int
    var title: String
    var model: String
  }
  struct Problem: Codable, Sendable {
    var file: String
    var message: String
  }
  var scenarios: [Entry] = []
  /// Files that cannot be read.
  var problems: [Problem] = []
}

/// What the page offers for a scenario, with the choices that the scenario itself makes.
struct ScenarioDetails: Codable, Sendable {
  struct Attacker: Codable, Sendable {
    var name: String
    var text: String
    var includes: [String]
    var isChosen: Bool
  }
  struct Option: Codable, Sendable {
    var name: String
    var values: [String]
    var chosen: String?
  }
  struct Clause: Codable, Sendable {
    var name: String
    var source: String
    var meaning: String
    /// By the scenario or its model.
    var isDropped: Bool
  }
  var file: String
  var position: Int
  var title: String
  var model: String
  var attackers: [Attacker]
  var options: [Option]
  var clauses: [Clause]
  var bounds: String
}

/// Reads scenarios, and remembers the list of them as long as no file changes.
actor Catalogue {
  private let files: ConfinedFiles
  private var stamps: [String] = []
  private var list = CatalogueList()

  init(_ files: ConfinedFiles) { self.files = files }

  /// All scenarios, in the order of their files.
  func scenarios() throws(ExplorerError) -> CatalogueList {
    let all = try files.all()
    let stamps = all.map { "\($0.path) \($0.stamp)" }
    if stamps == self.stamps { return list }
    var list = CatalogueList()
    var library = Library()
    for file in all.map(\.path) where FileKind(fileName: file) == .scenario {
      do throws(Library.Failure) {
        list.scenarios += try library.scenarios(in: "\(files.root)/\(file)").map {
          CatalogueList.Entry(file: file, position: $0.position, title: $0.title, model: $0.declaration.model.text)
        }
      } catch {
        let message = error.diagnostics.map { render($0, in: library.sources) }.joined(separator: "\n")
        list.problems.append(CatalogueList.Problem(file: file, message: files.shown(message)))
      }
    }
    (self.stamps, self.list) = (stamps, list)
    return list
  }
}

extension ScenarioDetails {
  /// - Throws: what is wrong with the model.
  init(_ scenario: Library.Scenario, in library: inout Library, file: String) throws(Library.Failure) {
    let choices = try library.choices(of: scenario)
    let chosen = Set(scenario.declaration.attackers.map(\.text))
    let dropped = Set(scenario.drops.map(\.text)).union(choices.dropped.subtracting(scenario.keeps))
    self.init(
      file: file, position: scenario.position, title: scenario.title, model: scenario.declaration.model.text,
      attackers: choices.attackers.map {
        Attacker(name: $0.name, text: $0.text, includes: $0.includes.sorted(), isChosen: chosen.contains($0.name))
      },
      options: choices.options.map { Option(name: $0.name, values: $0.values, chosen: scenario.options[$0.name] ?? $0.usual) },
      clauses: choices.clauses.map { clause in
        Clause(name: clause.name.text, source: clause.source.text, meaning: clause.meaning.text, isDropped: dropped.contains(clause.name.text))
      },
      bounds: scenario.declaration.bounds.map(\.text).joined(separator: ", "))
  }
}
