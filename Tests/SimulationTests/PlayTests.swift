import Compiler
import ExactNumbers
import Exploration
import Foundation
import Simulation
import Testing
import Traces
import Verification

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// Small scenarios with attacks: one of each kind of model.
private let small =
  ["classic/nspk", "fapi2/dropped/start-csrf"]
  + (FileManager.default.enumerator(atPath: "\(root)/Scenarios/oauth")?.compactMap { $0 as? String } ?? []).sorted().map {
    "oauth/\($0.replacing(".scenario", with: ""))"
  }.filter { !$0.hasPrefix("oauth/baseline") }

func system(_ name: String) throws -> TransitionSystem {
  var library = Library()
  return try library.compile(try library.scenarios(in: "\(root)/Scenarios/\(name).scenario")[0]).system
}

/// The attacks on the properties that the scenario expects to be violated; the search ends when it has them.
private func attacks(_ name: String) throws -> (system: TransitionSystem, attacks: [Attack]) {
  var library = Library()
  let scenario = try library.scenarios(in: "\(root)/Scenarios/\(name).scenario")[0]
  let system = try library.compile(scenario).system
  let expected = scenario.expectations.count { $0.verdict == .violated }
  let outcome = Search(system).run { violated, _ in violated.count == expected }
  #expect(outcome.violations.count == expected && expected > 0)
  return (system, try outcome.violations.map { try attack(from: $0, in: system, along: PathReplay(system, reductions: .all)) })
}

/// Whether the choices let one come to the term, part by part.
private func offers(_ choices: [Choice], _ term: GroundTerm, in play: Play, _ filled: [GroundTerm]) -> Bool {
  if choices.contains(.term(term)) || choices.contains(.new(term)) { return true }
  guard case .apply(let symbol, let arguments) = term, choices.contains(.compose(symbol)) else { return false }
  var used = filled
  return arguments.enumerated().allSatisfy { index, argument in
    defer { used.append(argument) }
    return offers(play.choices(forArgument: index, of: symbol, filled: used), argument, in: play, used)
  }
}

@Suite struct `A play` {
  @Test(arguments: small) func `can take every attack that is found, move by move, each value chosen among those offered`(_ name: String) throws {
    let (system, attacks) = try attacks(name)
    for attack in attacks {
      var play = Play(system)
      var renaming = Renaming()
      for step in attack.trace.steps {
        let wanted = renaming.step(step, in: play)
        let found = try #require(play.move(for: wanted), "\(system.rules[step.rule].name) is not offered")
        var filled: [Int: GroundTerm] = [:]
        while true {
          let form = play.form(of: found.move, filled: filled)
          guard form.step == nil, let field = form.fields.first else { break }
          let value = try #require(wanted.values[field.register])
          let choices = play.choices(for: field, of: found.move, filled: filled)
          #expect(offers(choices, value, in: play, Array(filled.values)), "\(field.name) of \(system.rules[step.rule].name)")
          filled[field.register] = value
        }
        try play.take(try #require(play.form(of: found.move, filled: filled).step))
      }
      #expect(play.violations.contains { $0.property == attack.trace.property })
      #expect(play.turns.last?.broken.contains { $0.property == attack.trace.property } == true)
      // What was played can be saved, and played again from the beginning.
      var again = Play(system)
      try again.load(play.save())
      #expect(again.present.state == play.present.state && again.turns.map(\.step) == play.turns.map(\.step))
    }
  }

  @Test(arguments: ["classic/nspk", "oauth/csrf"]) func `has hints that lead to the violation with the fewest decisions`(_ name: String) throws {
    let (system, attacks) = try attacks(name)
    let least = try #require(attacks.map(\.decisions).min())
    var play = Play(system)
    var left = least
    for _ in 0..<20 where play.violations.isEmpty {
      guard case .found(_, let decisions, let steps, let first) = play.hint() else {
        Issue.record("the hint finds nothing any more")
        return
      }
      #expect(decisions <= left && !steps.isEmpty)
      left = decisions
      #expect(play.moves()[first.index] == first.move)
      try play.take(try #require(play.form(of: first.move, filled: first.filled).step))
    }
    #expect(!play.violations.isEmpty)
  }

  @Test func `says where no violation can be reached, and where a limit kept that from being known`() throws {
    guard case .none = Play(try system("classic/nsl")).hint() else {
      Issue.record("there is a violation")
      return
    }
    guard case .undecided = Play(try system("oauth/baseline")).hint(limits: .init(states: 1)) else {
      Issue.record("the limit is not said")
      return
    }
  }

  @Test(arguments: 1...3) func `offers only steps that the checker takes, and a value for each field, on random walks`(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for name in ["classic/nspk", "oauth/mix-up"] {
      var play = Play(try system(name))
      for _ in 0..<6 {
        let moves = play.moves()
        guard let move = moves.randomElement(using: &random) else { break }
        var filled: [Int: GroundTerm] = [:]
        while case let form = play.form(of: move, filled: filled), form.step == nil, let field = form.fields.first {
          #expect(form.isPossible)
          let simple = play.choices(for: field, of: move, filled: filled).compactMap { choice -> GroundTerm? in
            switch choice {
            case .term(let term), .new(let term): term
            case .compose: nil
            }
          }
          #expect(!simple.isEmpty, "\(play.system.rules[move.rule].name), seed \(seed)")
          guard let value = simple.randomElement(using: &random) else { break }
          filled[field.register] = value
        }
        if let step = play.form(of: move, filled: filled).step { try play.take(step) }
      }
    }
  }

  @Test func `takes steps back and again, and forgets what was taken back when it goes another way`() throws {
    var play = Play(try system("classic/nspk"))
    func go(_ index: Int) throws { try play.take(try #require(play.form(of: play.moves()[index]).step)) }
    #expect(!play.undo() && !play.redo())
    try go(0)
    let state = play.present.state
    #expect(play.undo() && play.turns.isEmpty && play.canRedo)
    #expect(play.redo() && play.present.state == state)
    play.undo()
    try go(1)
    #expect(!play.canRedo && play.present.state != state)
  }

  @Test func `refuses traces of other rules, and steps that cannot be taken`() throws {
    var play = Play(try system("classic/nspk"))
    try play.take(try #require(play.form(of: play.moves()[0]).step))
    let record = play.save()
    #expect(throws: LoadFailure.self) { try play.load(record) }
    #expect(play.turns.count == 1)
    var other = Play(try system("oauth/csrf"))
    #expect(throws: LoadFailure.self) { try other.load(record) }
    var wrong = record
    wrong.steps[0].values = []
    var fresh = Play(try system("classic/nspk"))
    #expect(throws: LoadFailure.self) { try fresh.load(wrong) }
  }
}
