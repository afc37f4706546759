import Compiler
import Foundation
import Language
import Synchronization
import Testing

@testable import Verdicts

/// A model of which one clause is needed alone, two together, one against who reads the log, and one never.
private let model = """
  model M
  sort Agent names
  sort Nonce
  record First { n: Nonce }
  record Second { n: Nonce }
  record Third { n: Nonce }
  attacker Eve "listens" { }
  attacker Mallory "listens, too" extends Eve { }
  attacker Reader "reads the log" { reads log }
  role R of me: Agent {
    table secrets (secret: Nonce, key: Nonce)
    step go limit runs {
      new secret: Nonce, key: Nonce
      insert secrets (secret: secret, key: key)
      event Made (secret: secret)
    }
    on message First { n } limit asks {
      find secrets (secret as secret, key as key)
      require n == key                                       [ALONE]
      send secret
    }
    on message Second { n } limit asks {
      find secrets (secret as secret, key as key)
      require n == key                                       [ONE]
      require n == key                                       [OTHER]
      send secret
    }
    on message Third { n } limit asks {
      find secrets (secret as secret, key as key)
      require n == key                                       [LOGGED]
      require n == key
      leak log key
    }
    on message First { n } limit asks {
      find secrets (secret as secret, key as key)
      require n == secret                                    [LOGGED]
      leak log secret
    }
    on message Third { n } limit asks {
      require n == n                                         [NEVER]
    }
  }
  witness made event Made (secret)
  property secret when event Made (secret) then not attacker derives secret
  """
private let clauses = ["ALONE", "LOGGED", "NEVER", "ONE", "OTHER"]

func inFolder<T>(_ attackers: String, _ body: (String) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  defer { try? FileManager.default.removeItem(at: folder) }
  try FileManager.default.createDirectory(at: folder.appendingPathComponent("Models"), withIntermediateDirectories: true)
  try model.write(to: folder.appendingPathComponent("Models/M.interloper"), atomically: true, encoding: .utf8)
  try clauses.map { "clause \($0) \"Here\" \"It is asked for.\"" }.joined(separator: "\n").write(
    to: folder.appendingPathComponent("Models/clauses"), atomically: true, encoding: .utf8)
  let path = folder.appendingPathComponent("s.scenario")
  try """
  scenario "S"
  model M
  cast alice: Agent with R
  attacker \(attackers)
  bounds runs 1 by alice, asks 1 by alice
  """.write(to: path, atomically: true, encoding: .utf8)
  return try body(path.path)
}

/// All subsets of the items.
private func subsets(_ items: [String]) -> [Set<String>] {
  items.reduce([[]]) { sets, item in sets + sets.map { $0.union([item]) } }
}

@Suite struct `Necessity` {
  @Test func `finds the minimal sets and the smallest attackers that brute force finds`() throws {
    try inFolder("Mallory + Reader") { path in
      var library = Library()
      let scenario = try library.scenarios(in: path)[0]
      let found = try necessity(of: scenario, in: &library, sets: 3, CheckOptions(), jobs: 2)
      #expect(found.isComplete && found.properties == ["secret"])

      func isBroken(_ dropped: Set<String>, _ attackers: Set<String>) throws -> Bool {
        var other = scenario
        other.drops = dropped.map { Name($0, at: scenario.declaration.title.location) }
        other.declaration.attackers = scenario.declaration.attackers.filter { attackers.contains($0.text) }
        return try check(other, in: &library, CheckOptions()).properties[0].verdict == .violated
      }
      let all: Set<String> = ["Mallory", "Reader"]
      let breaking = try subsets(clauses).filter { try isBroken($0, all) }
      let minimal = breaking.filter { set in !breaking.contains { $0.isStrictSubset(of: set) } && set.count <= 3 }
      let entries = found.entries.filter { $0.outcome == .breaks }
      #expect(Set(entries.map { Set($0.clauses) }) == Set(minimal) && minimal.count == 3)
      for entry in entries {
        let enough = try subsets(Array(all)).filter { try isBroken(Set(entry.clauses), $0) }
        let smallest = enough.filter { set in !enough.contains { $0.isStrictSubset(of: set) } }
        #expect(Set(entry.broken.map { Set($0.attackers) }) == Set(smallest), "\(entry.clauses)")
      }
      #expect(found.neverNeeded == [])
      #expect(found.entries.first { $0.clauses == ["NEVER"] }?.outcome == .unchanged)
    }
  }

  @Test func `takes an attacker that another one extends for the smaller one`() throws {
    try inFolder("Mallory + Eve") { path in
      var library = Library()
      let found = try necessity(of: try library.scenarios(in: path)[0], in: &library, sets: 1, CheckOptions(), jobs: 1)
      // Who does nothing is smaller still: everybody hears what is sent.
      #expect(found.entries.first { $0.clauses == ["ALONE"] }?.broken.map(\.attackers) == [[]])
      #expect(found.entries.first { $0.clauses == ["LOGGED"] }?.outcome == .holds)
      // Of two clauses that ask for the same, dropping one changes no rule.
      #expect(found.entries.first { $0.clauses == ["ONE"] }?.outcome == .unchanged)
      #expect(found.neverNeeded == ["LOGGED"])
    }
  }

  /// A secret that a step gives away where the drawer is open; only the setup carries the clause that it is shut. Notes are signed, if C-2 is in
  /// force, and only signed ones count. What C-3 asks for changes no instruction of its rule, only what its variable may be.
  private static let drawer = SmallModel(
    text: """
      model Test "A test"
      sort Agent names
      sort Nonce
      sort Lock = open | shut
      record Note { by: Agent? }
      record Word { word: Nonce? }
      attacker Eve "listens" { }
      role R of me: Agent {
        table drawers (secret: Nonce, lock: Lock)
        step write limit runs { send Note { by: me [C-2] } }
        on message Note { by } limit runs {
          require by is present
          find drawers (secret as secret)
          event Read (secret: secret)
        }
        on message Word { word } limit runs {
          require word is present [C-3]
          event Heard (word: word)
        }
        step look limit runs {
          find drawers (secret as secret, lock == open)
          send secret
        }
      }
      setup fill (agent: R) for (owner: R) {
        new secret: Nonce
        insert agent.drawers (secret: secret, lock: (shut [C-1 without open]))
      }
      witness read event Read (secret)
      property secret when event Read (secret) then not attacker derives secret
      property other when event Heard (word) then word is present
      """, clauses: "clause C-1 \"here\" \"the drawer is shut\"\nclause C-2 \"here\" \"notes are signed\"\nclause C-3 \"here\" \"words are there\"\n")

  private func drawer(states: Int? = nil) throws -> NecessityResult {
    try Necessity.drawer.scenarios(
      "scenario \"S\"\nmodel Test\ncast alice: Agent with R\nfill alice for alice\nattacker Eve\nbounds runs 3 by alice\n"
    ) { library, scenarios in
      var options = CheckOptions()
      options.limits.states = states
      return try necessity(of: scenarios[0], in: &library, sets: 2, options, jobs: 1)
    }
  }

  @Test func `sees a clause that stands at nothing but the setup`() throws {
    let found = try drawer()
    #expect(found.properties == ["secret", "other"])
    #expect(found.entries.first { $0.clauses == ["C-1"] }?.outcome == .breaks)
  }

  @Test func `sees a clause that only says what may be absent`() throws {
    #expect(try drawer().entries.first { $0.clauses == ["C-3"] }?.broken.map(\.property) == ["other"])
  }

  @Test func `says of which properties a limit kept it from knowing`() throws {
    var entry: NecessityResult.Entry?
    for states in 1..<40 where entry == nil { entry = try drawer(states: states).entries.first { $0.outcome == .breaks && !$0.unknown.isEmpty } }
    let found = try #require(entry)
    #expect(!found.broken.isEmpty && Set(found.unknown).isDisjoint(with: found.broken.map(\.property)))
  }

  @Test func `tells what lets no honest run complete from what breaks something`() throws {
    let entry = try #require(try drawer().entries.first { $0.clauses == ["C-2"] })
    #expect(entry.outcome == .noHonestRun && entry.broken.isEmpty)
  }

  @Test func `goes on from what is known, with the same result`() throws {
    try inFolder("Mallory + Reader") { path in
      var library = Library()
      let scenario = try library.scenarios(in: path)[0]
      let whole = try necessity(of: scenario, in: &library, sets: 2, CheckOptions(), jobs: 1)
      let seen = Mutex<Int>(0)
      let resumed = try necessity(of: scenario, in: &library, sets: 2, CheckOptions(), jobs: 1, known: Array(whole.entries.prefix(4))) { entries, _ in
        seen.withLock { $0 = entries.count }
      }
      #expect(seen.withLock { $0 } == whole.entries.count)
      #expect(resumed.entries.map(\.clauses) == whole.entries.map(\.clauses))
      #expect(resumed.entries.map(\.broken) == whole.entries.map(\.broken))
    }
  }
}
