import Compiler
import Foundation
import Testing

@testable import Exploration

/// The models on which explorers have disagreed, or the program has failed: each with a sentence on what it taught, and what is right.
enum Regression {
  private static let folder = "\(root)/Tests/ExplorationTests/Regressions"
  static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".model") }.sorted()

  static func model(_ file: String) throws -> SmallModel {
    let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
    let parts = text.split(separator: SmallModel.divider + "\n", maxSplits: 1)
    try #require(parts.count == 2, "\(file) has no scenario")
    return SmallModel(model: [.line(String(parts[0]))], scenario: [.line(String(parts[1]))])
  }
}

@Suite struct `Disagreements of the past` {
  @Test func `are kept`() { #expect(!Regression.files.isEmpty) }

  @Test(arguments: Regression.files) func `are settled`(_ file: String) throws {
    let model = try Regression.model(file)
    #expect(model.text.hasPrefix("// "), "\(file) does not say what it taught")
    let compiled = try #require(model.compiled(), "\(model.complaints())")
    let comparison = Comparison(compiled.system)
    #expect(comparison.disagreements.isEmpty)
    #expect(comparison.isComplete)
    #expect(Comparison(compiled.honest, witnesses: true).disagreements.isEmpty)
    // What is right is written in the scenario itself.
    for property in compiled.system.properties {
      #expect((comparison.lengths[property.name] != nil) == model.text.contains("\(property.name) violated"), "\(property.name)")
    }
  }

  /// What it taught: a row whose column holds a message of the attacker's is no row for a look-up that asks for nonces, if the message is
  /// none. What is open in a disequality is also whether a variable of the state becomes more special, not only which value it gets.
  ///
  /// The compiler accepts such a row no more; so here the look-up is made more special afterwards.
  @Test func `of a message in a column of nonces are settled`() throws {
    let model = """
      model Test "A message in a column of nonces"
        uses Crypto
      sort Agent names
      sort Nonce
      record First { m: Message }
      role A of me: Agent {
        table seen (n: Message)
        table told (by: Agent)
        on message First { m } limit firsts {
          insert seen (n: m)
          insert told (by: me)
        }
        on message me limit checks {
          find told ()
          require no seen ()
          event Unseen (a: me)
        }
        step begin limit begins { event Begun (a: me) }
      }
      witness done event Begun (a)
      property p1 "What was seen stays seen" when event Unseen (a) then a is absent
      """
    let scenario = """
      scenario "nothing is seen though something is there"
      model Test
      cast alice: Agent with A
      bounds firsts 1 by alice, checks 1 by alice, begins 1 by alice
      expect p1 violated

      """
    var system = try compiled(model: model, scenario: scenario)
    #expect(Comparison(system).disagreements.isEmpty && Comparison(system).lengths.isEmpty)
    let nonce = try #require(system.signature.sort(named: "Nonce"))
    for rule in system.rules.indices {
      for case .missing(_, let universal) in system.rules[rule].instructions {
        for register in universal { system.rules[rule].registers[register].sort = nonce }
      }
    }
    let comparison = Comparison(system)
    #expect(comparison.disagreements.isEmpty && comparison.isComplete)
    #expect(comparison.lengths["p1"] != nil)
  }
}
