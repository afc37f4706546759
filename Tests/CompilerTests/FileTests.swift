import Foundation
import Language
import Testing

@testable import Compiler

@Suite("Files that cannot be read, and errors in several of them")
struct FileTests {
  @Test("A scenario file that is not there is reported")
  func missing() throws {
    #expect(try Project().inFolder { folder in errors(in: folder.appending(path: "other.scenario")) } == ["there is no file `other.scenario`"])
  }

  @Test("A folder is no scenario")
  func folder() throws { #expect(try Project().inFolder { folder in errors(in: folder.appending(path: "Models")) } == ["`Models` is a folder"]) }

  @Test("A device is not read")
  func device() { #expect(errors(in: URL(filePath: "/dev/zero")).first?.hasSuffix("is no file with a text") == true) }

  @Test("A model that is not there is reported where it is named, with the one that was meant")
  func model() throws { try expect(["there is no model `MM`", "there is no model `Extra` (did you mean `Extras`?)"], of: missingModels) }

  private var missingModels: Project {
    Project(
      scenario: smallScenario(model: "M").replacing("model    M", with: "model    N"),
      models: ["N": "model N\n  uses «MM, «Extra\n", "Extras": "model Extras\n"])
  }

  @Test("A folder with a model's name is no model, and is reported where the model is named")
  func folderAsModel() throws {
    let project = Project(scenario: smallScenario().replacing("model    M", with: "model    «N"), models: ["M": small()])
    let found = try project.inFolder { folder in
      try FileManager.default.createDirectory(at: folder.appending(path: "Models/N.interloper"), withIntermediateDirectories: true)
      return errorsOfProject(in: folder)
    }
    #expect(found == ["\(project.places[0]): `Models/N.interloper` is a folder"])
  }

  @Test("A link that leads nowhere is reported where the model is named")
  func danglingLink() throws {
    let project = Project(scenario: smallScenario().replacing("model    M", with: "model    «N"), models: ["M": small()])
    let found = try project.inFolder { folder in
      try FileManager.default.createSymbolicLink(at: folder.appending(path: "Models/N.interloper"), withDestinationURL: folder.appending(path: "nowhere"))
      return errorsOfProject(in: folder)
    }
    #expect(found == ["\(project.places[0]): there is no file `Models/N.interloper`"])
  }

  @Test("A clauses file that is a folder is reported")
  func folderAsClauses() throws {
    let project = Project(scenario: smallScenario().replacing("model    M", with: "model    «M"))
    let found = try project.inFolder { folder in
      try FileManager.default.createDirectory(at: folder.appending(path: "Models/clauses"), withIntermediateDirectories: true)
      return errorsOfProject(in: folder)
    }
    #expect(found == ["\(project.places[0]): `Models/clauses` is a folder"])
  }

  @Test("A model file above the limit is reported where the model is named")
  func size() throws {
    let project = Project(
      model: small() + String(repeating: " ", count: Lexer.maximumSize), scenario: smallScenario().replacing("model    M", with: "model    «M"))
    let errors = try project.errors()
    #expect(errors.count == 1)
    #expect(errors.first?.hasPrefix("\(project.places[0]): `Models/M.interloper` has ") == true)
  }

  @Test("Without a folder `Models` above the scenario there is no model")
  func noModels() throws {
    let found = try Project().inFolder { folder in
      try FileManager.default.removeItem(at: folder.appending(path: "Models"))
      return errorsOfProject(in: folder)
    }
    #expect(found == ["s.scenario:2:10: there is no folder `Models` above `s.scenario`"])
  }

  @Test("A file holds the model that it is named for")
  func otherName() throws { try expect(["the file of the model `M` says `model N`"], of: Project(model: small().replacing("model M", with: "model «N"))) }

  @Test("Two files with a model of the same name are reported")
  func twoFiles() throws {
    try expect(
      ["there are 2 models `M`: `Models/M.interloper` and `Models/inner/M.interloper`"],
      of: Project(scenario: smallScenario().replacing("model    M", with: "model    «M"), models: ["M": small(), "inner/M": small()]))
  }

  @Test(
    "A model that uses or extends itself is reported with the way that leads back to it",
    arguments: [
      ("model M uses «M\n", "model N\n", "M → M"), ("model M extends «M\n", "model N\n", "M → M"), ("model M uses N\n", "model N uses «M\n", "M → N → M"),
      ("model M extends N\n", "model N extends «M\n", "M → N → M"), ("model M uses N\n", "model N extends «M\n", "M → N → M"),
    ])
  func cycle(model: String, other: String, way: String) throws {
    try expect(["`M` uses or extends itself: \(way)"], of: Project(models: ["M": model, "N": other]))
  }

  @Test("A model that two others use is read once")
  func diamond() throws {
    let project = Project(models: [
      "M": small().replacing("model M\n", with: "model M uses A, B\n"), "A": "model A uses C\n", "B": "model B uses C\n", "C": "model C\nsort Shared\n",
    ])
    #expect(try project.compileFirst().system.signature.sort(named: "Shared") != nil)
  }

  @Test("What cannot be read in a model and in one that it uses is reported in one run")
  func severalUnreadable() throws {
    try expect(
      ["expected a declaration, found `sotr` (did you mean `sort`?)", "expected a declaration, found `recrod` (did you mean `record`?)"],
      of: Project(models: ["M": "model M uses N\n«sotr A\n", "N": "model N\n«recrod B { }\n"]))
  }

  @Test("What cannot be read in a scenario is reported together with what is wrong with its model")
  func unreadableScenario() throws {
    let project = Project(scenario: smallScenario("expect «all hodl"), models: ["M": "model M\n«sotr A\n"])
    #expect(try project.errors().map { $0.prefix { $0 != ":" } } == ["s.scenario", "Models/M.interloper"])
  }

  @Test("Independent errors in a scenario, its models and several statements are reported in one run")
  func everything() throws {
    try expect(
      [
        "there is no role `Q`", "there is no attacker `Evee` (did you mean `Eve`?)", "nothing in the model is limited by `rusn` (did you mean `runs`?)",
        "there is no property `secrte` (did you mean `secret`?)", "the field `a` is declared twice", "there is no record `Pari` (did you mean `Pair`?)",
        "`t` has no column `z`", "expected a `Nonce`, found a `Agent`", "there is no procedure `p`", "there is no sort `Nnoce` (did you mean `Nonce`?)",
        "there is nothing called `nobody` here", "no handler emits the event `Doen` (did you mean `Done`?)", "there is no function `hash`",
      ],
      of: Project(
        declarations: """
          record Twice { a: Nonce, «a: Nonce }
          role Unused of me: Agent {
            step s {
              send «Pari { a: me }
            }
          }
          extend role R {
            step second (who: Agent) {
              find t («z as z) as row
              insert t (x: «who)
              do «p (z)
              new m: «Nnoce
              send row.z
              require m == m and «nobody == m
            }
          }
          property other when event «Doen (what) then what is honest
          property third never attacker derives «hash(x)
          """,
        scenario: smallScenario(
          "expect «secrte holds", cast: "alice: Agent with R «Q", attacker: "«Evee", bounds: "«rusn 1 by alice")))
  }

  @Test("A name that a wrong statement was to bind is no error of its own")
  func consequences() throws {
    try expect(
      ["there is no function `hash`"],
      of: Project(step: "let y = «hash(n)\n    let Pair { a, b } = y\n    send Pair { a: a, b: y }\n    if a == b { find t (x == y) as row\n send row.x }"))
  }

  @Test("Both sides of a comparison and all values of a call are checked")
  func sides() throws {
    try expect(
      ["there is nothing called `x` here", "there is nothing called `y` here", "there is nothing called `z` here"],
      of: Project(declarations: "function f(Nonce, Nonce) -> Out", step: "send f(«x, «y)\n    require n == «z"))
  }

  @Test("What is wrong in an `answered` block is reported although the `ask` is wrong")
  func answered() throws {
    try expect(
      ["there is nothing called `x` here", "there is nothing called `y` here"],
      of: Project(members: "step other by attacker (u: URL) {\n    ask POST u «x answered (a: Nonce) {\n      send a\n      send «y\n    }\n  }"))
  }

  @Test("An `open` line is checked")
  func opening() throws {
    try expect(["there is nothing called `k` here"], of: Project(declarations: "function f(Nonce) -> Out\nopen f(x) with «k gives x"))
  }

  private func errors(in url: URL) -> [String] {
    var library = Library()
    do throws(Library.Failure) {
      _ = try library.scenarios(in: url.path)
      return []
    } catch {
      return error.diagnostics.map { describe($0, in: library.sources, url.deletingLastPathComponent()) }
    }
  }
}
