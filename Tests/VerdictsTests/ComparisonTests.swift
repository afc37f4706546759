import Compiler
import Exploration
import Reports
import Testing

@testable import Verdicts

private let texts = """
  model Test "A test"
  sort Agent names
  sort Nonce
  record Ask { n: Nonce }
  option mode: open | closed default closed
  attacker Eve "listens" { }
  attacker Reader "reads the log" { reads log }
  role R of me: Agent {
    table secrets (secret: Nonce, key: Nonce)
    step go limit runs {
      new secret: Nonce, key: Nonce
      insert secrets (secret: secret, key: key)
      leak log key [mode: open]
      event Made (secret: secret)
    }
    on message Ask { n } limit asks {
      find secrets (secret as secret, key as key)
      require n == key [C-1]
      require n is present [C-2, mode: open]
      send secret
    }
  }
  witness made event Made (secret)
  property secret when event Made (secret) then not attacker derives secret
  property honest when event Made (secret) then secret is present
  """
private let model = SmallModel(text: texts, clauses: "clause C-1 \"here\" \"the key is compared\"\nclause C-2 \"here\" \"something is sent\"\n")
private let scenario = """
  scenario "S"
  model Test
  cast alice: Agent with R
  attacker Reader
  bounds runs 1 by alice, asks 1 by alice

  """

@Suite struct `A comparison` {
  private func compared(_ first: Variant, _ second: Variant, _ options: CheckOptions = CheckOptions()) throws -> Comparison {
    try model.scenarios(scenario) { library, scenarios in
      try compare(try library.scenario(scenarios[0], as: first), try library.scenario(scenarios[0], as: second), in: &library, options)
    }
  }

  @Test(arguments: [[], ["C-1"], ["C-2"], ["C-1", "C-2"]], [[], ["C-1"], ["C-2"], ["C-1", "C-2"]])
  func `has the verdicts that the two have alone, and the clauses that one of them has`(_ first: [String], _ second: [String]) throws {
    let found = try compared(Variant(options: ["mode": "open"], drops: first), Variant(options: ["mode": "open"], drops: second))
    try model.scenarios(scenario) { library, scenarios in
      for (drops, side) in [(first, found.properties.map(\.first)), (second, found.properties.map(\.second))] {
        let alone = try check(try library.scenario(scenarios[0], as: Variant(options: ["mode": "open"], drops: drops)), in: &library, CheckOptions())
        #expect(alone.properties.map(\.verdict) == side.map { $0?.verdict } && alone.properties.map(\.attack?.steps) == side.map { $0?.attack?.steps })
      }
    }
    #expect(Set(found.clauses.filter { $0.kind == .added }.map(\.clause)) == Set(first).subtracting(second))
    #expect(Set(found.clauses.filter { $0.kind == .dropped }.map(\.clause)) == Set(second).subtracting(first))
    #expect(found.options.isEmpty && found.hasSameAttackers && found.hasSameBounds)
  }

  @Test func `tells options that differ, and the clauses that come with them`() throws {
    let found = try compared(Variant(), Variant(options: ["mode": "open"]))
    #expect(found.options == [Comparison.OptionDifference(option: "mode", first: "closed", second: "open")])
    #expect(found.clauses == [Comparison.ClauseDifference(clause: "C-2", kind: .added, first: nil, second: "something is sent")])
    #expect(found.differs && found.properties.map(\.outcome) == [.differs, .agrees])
    let text = ComparisonReport([found]).text()
    #expect(text.contains("mode: closed → open") && text.contains("≠ secret") && text.contains("= honest") && text.contains("Attack on secret in B"))
    #expect(!text.contains("Attack on secret in A"))
    #expect(try ComparisonReport([found]).json().contains("\"differs\" : true"))
    #expect(ComparisonReport([found]).markdown().contains("| secret | holds | violated (2 steps) | differs |"))
  }

  @Test func `tells clauses that say something else, and properties that only one model has`() throws {
    var other = SmallModel(text: texts + "\nproperty more when event Made (secret) then secret is absent", clauses: model.clauses)
    other.clauses = other.clauses.replacing("the key is compared", with: "the key is looked at")
    let found = try model.scenarios(scenario) { library, scenarios in
      try other.scenarios(scenario) { _, others in try compare(scenarios[0], others[0], in: &library, CheckOptions()) }
    }
    #expect(found.clauses == [Comparison.ClauseDifference(clause: "C-1", kind: .changed, first: "the key is compared", second: "the key is looked at")])
    #expect(found.properties.map(\.outcome) == [.agrees, .agrees, .onlyOne] && found.properties[2].first == nil)
    // There is nothing that it could differ from.
    #expect(!found.differs && ComparisonReport([found]).text().contains("· more") && ComparisonReport([found]).text().contains("1 of one model only"))
  }

  @Test func `is inconclusive where a limit came first`() throws {
    var options = CheckOptions()
    options.limits = Limits(seconds: nil, memory: nil, depth: nil, states: 1)
    let found = try compared(Variant(), Variant(), options)
    #expect(found.isInconclusive && !found.differs)
  }

  @Test func `pairs what has equal values of the options that both sweep over, and no twins`() throws {
    try model.scenarios(scenario + "sweep mode\ntwin \"t\" drops C-1\n") { library, scenarios in
      #expect(scenarios.count == 4)
      let pairs = comparable(scenarios, scenarios)
      #expect(pairs.map(\.first.swept) == [["mode": "open"], ["mode": "closed"]] && pairs.allSatisfy { $0.first.swept == $0.second.swept })
      let one = try library.scenario(scenarios[0], as: Variant(options: ["mode": "open"]))
      #expect(comparable(scenarios, [one]).count == 1)
    }
  }
}
