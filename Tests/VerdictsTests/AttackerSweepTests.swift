import Compiler
import Language
import Testing

@testable import Verdicts

/// A secret in a log, another one in a drawer: who reads both knows both.
private let model = SmallModel(
  text: """
    model Test "A test"
    sort Agent names
    sort Nonce
    record Both { a: Nonce, b: Nonce }
    attacker Eve "listens" { }
    attacker Mallory "listens, too" extends Eve { }
    attacker Reader "reads the log" extends Eve { reads log }
    attacker Thief "opens the drawer" { reads drawer }
    attacker Clerk "reads the log, too" { reads log }
    role R of me: Agent {
      step go limit runs {
        new a: Nonce, b: Nonce, c: Nonce
        leak log a
        leak drawer b
        event Made (a: a, b: b, c: c)
      }
    }
    witness made event Made (a)
    property log when event Made (a) then not attacker derives a
    property both when event Made (a, b) then not attacker derives Both { a: a, b: b }
    property rest when event Made (c) then not attacker derives c
    """)

private func scenario(_ attackers: String, more: String = "sweep attackers") -> String {
  "scenario \"S\"\nmodel Test\ncast alice: Agent with R\nattacker \(attackers)\nbounds runs 1 by alice\n\(more)\n"
}

@Suite struct `A sweep over the attackers` {
  @Test(arguments: ["Mallory + Reader + Thief + Clerk", "Eve + Reader", "Thief", "Mallory + Eve", "Reader + Thief + Eve"])
  func `finds the smallest that break and the largest that do not, as brute force does`(_ attackers: String) throws {
    try model.scenarios(scenario(attackers)) { library, scenarios in
      let result = try check(scenarios[0], in: &library, CheckOptions())
      let sweep = try #require(result.attackerSweep)
      let names = scenarios[0].declaration.attackers.map(\.text)
      let included = library.attackers(of: scenarios[0])
      func all(_ names: some Sequence<String>) -> Set<String> { names.reduce(into: []) { $0.formUnion((included[$1] ?? []).union([$1])) } }
      var broken: [Set<String>: Set<String>] = [:]
      for set in names.reduce([[]], { sets, name in sets + sets.map { $0 + [name] } }) as [[String]] {
        let verdicts = try check(try library.scenario(scenarios[0], as: Variant(attackers: set)), in: &library, CheckOptions()).properties
        broken[all(set)] = Set(verdicts.filter { $0.verdict == .violated }.map(\.property))
      }
      for property in sweep.properties {
        let breaking = broken.filter { $0.value.contains(property.property) }.keys
        #expect(Set(property.breaking.map(all)) == Set(breaking.filter { set in !breaking.contains { $0.isStrictSubset(of: set) } }), "\(property.property)")
      }
      let holding = broken.filter(\.value.isEmpty).keys
      #expect(Set(sweep.holding.map(all)) == Set(holding.filter { set in !holding.contains { $0.isStrictSuperset(of: set) } }))
      #expect(sweep.combinations == broken.count && sweep.explored <= sweep.combinations && sweep.inconclusive.isEmpty)
    }
  }

  @Test func `explores one combination where all holds under all of them`() throws {
    try model.scenarios(scenario("Mallory + Eve")) { library, scenarios in
      let sweep = try #require(try check(scenarios[0], in: &library, CheckOptions()).attackerSweep)
      #expect(sweep.explored == 1 && sweep.holding == [["Mallory"]] && sweep.properties.allSatisfy(\.breaking.isEmpty))
    }
  }

  @Test func `is not made where a scenario does not ask for it`() throws {
    try model.scenarios(scenario("Thief", more: "")) { library, scenarios in
      let result = try check(scenarios[0], in: &library, CheckOptions())
      #expect(result.attackerSweep == nil)
    }
  }

  private func refusal(of scenario: String) throws -> [String] {
    do {
      try model.scenarios(scenario) { _, _ in }
      return []
    } catch let failure as Library.Failure {
      return failure.diagnostics.map(\.message)
    }
  }

  @Test(arguments: [
    ("Eve", "sweep attakers", "there is no option `attakers`"), ("Eve", "sweep attackers, attackers", "`attackers` is given twice"),
    ((0...10).map { "E\($0)" }.joined(separator: " + "), "sweep attackers", "at most 10 attackers can be swept over; these are 11"),
  ]) func `is refused where it makes no sense`(_ attackers: String, _ more: String, _ message: String) throws {
    #expect(try refusal(of: scenario(attackers, more: more)) == [message])
  }

  @Test func `is refused without attackers`() throws {
    #expect(try refusal(of: scenario("Eve").replacing("attacker Eve\n", with: "")) == ["there are no attackers to sweep over"])
  }
}
