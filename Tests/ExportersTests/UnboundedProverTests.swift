import Exporters
import Foundation
import Terms
import Testing

@testable import Compiler

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
private let article = root.appendingPathComponent("Sources/Exporters/Exporters.docc/UnboundedProvers.md")

private func systems(_ name: String) throws -> [TransitionSystem] {
  var library = Library()
  var systems: [TransitionSystem] = []
  for scenario in try library.scenarios(in: root.appendingPathComponent("Scenarios/\(name).scenario").path) {
    systems.append(try library.compile(scenario).system)
  }
  return systems
}

/// A model of a few lines over a network of the attacker's, and a scenario for it.
private func system(_ handlers: String, _ property: String = "never attacker derives badge(agent) unless agent is attacker") throws -> TransitionSystem {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder.appendingPathComponent("Models"), withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let model = """
    model Test "A \\"test\\" */ *) /* (* of rules"
    sort Agent names
    sort Nonce
    function badge(Agent) -> Badge private unless agent is attacker
    attacker Net "owns the network" { knows agent for attacker agent: Agent }
    role A of me: Agent {
      table open (nonce: Nonce)
      table kept (nonce: Nonce)
    \(handlers)
    }
    witness begun event Begun (agent)
    property p "A property"
      \(property)
    """.replacing("badge(Agent)", with: "badge(agent: Agent)")
  try model.write(to: folder.appendingPathComponent("Models/Test.interloper"), atomically: true, encoding: .utf8)
  let scenario =
    "scenario \"*/ *) test\"\nmodel Test\ncast alice: Agent with A, mallory: attacker Agent\nattacker Net\nbounds runs 1 by alice\(handlers.contains("limit ends") ? ", ends 1 by alice" : "")\n"
  try scenario.write(to: folder.appendingPathComponent("s.scenario"), atomically: true, encoding: .utf8)
  var library = Library()
  let file = folder.appendingPathComponent("s.scenario").path
  return try library.compile(try #require(try library.scenarios(in: file).first)).system
}

private let begin = """
  step begin "{me} begins" limit runs {
    new nonce: Nonce
    insert open (nonce: nonce)
    insert kept (nonce: nonce)
    event Begun (agent: me)
    send nonce
  }
  """

private func expectGrammar(_ grammar: Grammar, _ text: String) {
  let tokens = grammar.tokens(text)
  guard let place = grammar.firstError(in: tokens) else { return }
  let around = tokens[max(0, place - 12)..<min(tokens.count, place + 6)]
  Issue.record("token \(place), `\(place < tokens.count ? tokens[place] : "the end")`, in: \(around.joined(separator: " "))")
}

/// That each name has one number of arguments wherever it is applied.
private func expectOneArity(_ tokens: [String], except words: Set<String>) {
  var arities: [String: Int] = [:]
  var open: [(name: String, commas: Int, isEmpty: Bool)] = []
  for (place, token) in tokens.enumerated() {
    if token == "(" {
      open.append((place > 0 && tokens[place - 1].first?.isLetter == true ? tokens[place - 1] : "", 0, tokens[place + 1] == ")"))
    } else if token == "," && !open.isEmpty {
      open[open.count - 1].commas += 1
    } else if token == ")", let call = open.popLast(), !call.name.isEmpty, !words.contains(call.name) {
      let arity = call.isEmpty ? 0 : call.commas + 1
      #expect(arities[call.name] ?? arity == arity, "\(call.name)")
      arities[call.name] = arity
    }
  }
}

@Suite struct `A theory for Tamarin` {
  private let grammar: Grammar

  init() throws { grammar = try Grammar("theory", in: article) }

  private func check(_ text: String) {
    expectGrammar(grammar, text)
    let tokens = grammar.tokens(text)
    expectOneArity(tokens, except: ["not"])
    // Every rule computes with what its left side has.
    let rules = tokens.split(separator: "rule").dropFirst()
    for rule in rules {
      let sides = rule.split(maxSplits: 1) { $0 == "-->" || $0 == "--[" }.map(Array.init)
      let right = Array(sides[1].prefix { $0 != "lemma" && $0 != "end" })
      for name in variables(right) { #expect(variables(sides[0]).contains(name), "\(rule.first ?? ""): \(name)") }
    }
  }

  /// Names of registers end in a number; those of facts' numbers are `row` or `found` with one.
  private func variables(_ tokens: [String]) -> Set<String> {
    Set(tokens.filter { $0.wholeMatch(of: /[A-Za-z].*_[0-9]+|row[0-9]+|found[0-9]+/) != nil })
  }

  @Test(arguments: [("classic/nspk", true), ("oauth/mix-up", false)])
  func `is of the written grammar`(_ scenario: String, _ keepsBounds: Bool) throws {
    for system in try systems(scenario).prefix(1) { check(try TamarinTheory.text(of: system, name: "Test", keepsBounds: keepsBounds)) }
  }

  @Test func `has bounds as facts only where it is told to`() throws {
    let nspk = try systems("classic/nspk")[0]
    #expect(!(try TamarinTheory.text(of: nspk, name: "T").contains("Budget_")))
    let bounded = try TamarinTheory.text(of: nspk, name: "T", keepsBounds: true)
    #expect(bounded.contains("[ Budget_runs_by_alice(), Fr("))
  }

  @Test func `takes away what is consumed, and keeps what is not`() throws {
    let handlers =
      begin + """

        on message nonce limit ends {
          find open (nonce as other)
          take open (nonce == nonce)
          find kept (nonce == nonce)
          event Ended (agent: me)
        }
        """
    let text = try TamarinTheory.text(of: try system(handlers, "when event Ended (agent) then earlier event Begun (agent == agent)"), name: "T")
    check(text)
    // The row that is found may be the one that is taken, or another one.
    #expect(text.contains("case_1_of_2") && text.contains("case_2_of_2"))
    #expect(text.contains("!A_alice_kept(nonce_") && !text.contains("!A_alice_open("))
    #expect(text.contains("All #i #j. Init() @ #i & Init() @ #j ==> #i = #j"))
  }

  @Test func `tests for absence by restrictions: what was made was taken before`() throws {
    let handlers =
      begin
        + """

        step end "{me} ends" limit ends {
          require no kept (nonce == nonce)
          event Ended (agent: me)
        }
        on message nonce limit ends {
          take open (nonce == nonce)
          require no open (nonce == nonce)
          event Ended (agent: me)
        }
        """.replacing("require no kept (nonce == nonce)", with: "require no kept ()")
    let text = try TamarinTheory.text(of: try system(handlers, "when event Ended (agent) then earlier event Begun (agent == agent)"), name: "T")
    check(text)
    #expect(text.contains("& #j < #i ==> F\""))
    #expect(text.contains("(Ex #k. Taken_A_alice_open(id) @ #k & (#k < #i | #k = #i))"))
    #expect(text.contains("Made_A_alice_open(~row0, "))
  }

  @Test func `counts by a stronger lemma`() throws {
    let text = try TamarinTheory.text(of: try systems("classic/nsl")[0], name: "T")
    #expect(text.contains("& not (#m = #n)") && text.contains("lemma agreement:"))
  }

  @Test func `refuses what nothing determines`() throws {
    var system = try systems("classic/nsl")[0]
    let rule = system.rules[0].name
    system.rules[0].registers.append(Register(name: "anything", sort: Signature.message, isOptional: false))
    system.rules[0].instructions.append(.learn(.variable(system.rules[0].registers.count - 1)))
    #expect(throws: ExportFailure("`\(rule)` cannot be exported to Tamarin: nothing determines the value of `anything`")) {
      try TamarinTheory.text(of: system, name: "T")
    }
    #expect(throws: ExportFailure("`\(rule)` cannot be exported to ProVerif: nothing determines the value of `anything`")) {
      try ProVerifModel.text(of: system, properties: [0])
    }
  }

  @Test func `has private functions of the attacker's own, and comments that end where they should`() throws {
    let text = try TamarinTheory.text(of: try system(begin), name: "T")
    check(text)
    #expect(text.contains("badge/1 [private]") && text.contains("rule attacker_applies_badge:"))
  }
}

@Suite struct `A model for ProVerif` {
  private let grammar: Grammar

  init() throws { grammar = try Grammar("model", in: article) }

  private func check(_ text: String) {
    expectGrammar(grammar, text)
    expectOneArity(grammar.tokens(text), except: ["in", "out", "event", "let", "attacker"])
  }

  @Test(arguments: ["oauth/mix-up", "oauth/code-reuse"]) func `is of the written grammar`(_ scenario: String) throws {
    for system in try systems(scenario).prefix(1) { check(try ProVerifModel.text(of: system)) }
  }

  @Test func `has the properties that were chosen, and refuses those that count`() throws {
    let nsl = try systems("classic/nsl")[0]
    let text = try ProVerifModel.text(of: nsl, properties: [0])
    check(text)
    #expect(text.contains("event(Committed(initiator_0, responder_1, na_2, nb_3)) && attacker(nb_3) ==> initiator_0 = "))
    #expect(throws: ExportFailure("`agreement` cannot be exported to ProVerif: it counts events (`injective`); choose others with --property")) {
      try ProVerifModel.text(of: nsl)
    }
  }

  @Test func `refuses tests for absence by name`() throws {
    let system = try system(begin + "\n  step end \"{me} ends\" limit ends {\n require no kept ()\n event Ended (agent: me)\n }")
    let failure = #expect(throws: ExportFailure.self) { try ProVerifModel.text(of: system) }
    #expect(
      failure?.description.contains("cannot be exported to ProVerif: it runs only where no `A alice.kept` is there") == true, "\(failure?.description ?? "")")
  }

  @Test func `compares a value that a message has twice`() throws {
    let handlers = begin + "\n  on message (nonce, nonce, me) limit ends {\n event Ended (agent: me)\n }"
    let text = try ProVerifModel.text(of: try system(handlers, "when event Ended (agent) then earlier event Begun (agent == agent)"))
    check(text)
    #expect(text.contains("if again1 = nonce_"))
    // What a property wants earlier comes first, and the whole is no comment.
    #expect(text.contains("==> event(Begun(agent_0))") && text.contains("fun badge(bitstring): bitstring [private]."))
  }
}

@Suite struct `The recogniser` {
  @Test func `refuses what is not of the grammar, and says where`() throws {
    let grammar = try Grammar("theory", in: article)
    let text = try TamarinTheory.text(of: try systems("classic/nspk")[0], name: "T")
    let tokens = grammar.tokens(text)
    #expect(tokens.count > 500 && grammar.firstError(in: tokens) == nil)
    for place in stride(from: 0, to: tokens.count, by: 37) where tokens[place] != "~" && tokens[place] != "!" {
      var damaged = tokens
      damaged.insert("]->", at: place)
      #expect(grammar.firstError(in: damaged) == place, "\(place)")
    }
  }
}
