import Compiler
import Foundation

/// Models and scenarios of a test's own, in a folder that is removed afterwards.
struct SmallModel {
  var text: String
  var clauses = ""

  func scenarios<Result>(_ scenario: String, _ body: (inout Library, [Library.Scenario]) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder.appendingPathComponent("Models"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try text.write(to: folder.appendingPathComponent("Models/Test.interloper"), atomically: true, encoding: .utf8)
    if !clauses.isEmpty { try clauses.write(to: folder.appendingPathComponent("Models/clauses"), atomically: true, encoding: .utf8) }
    let path = folder.appendingPathComponent("test.scenario")
    try scenario.write(to: path, atomically: true, encoding: .utf8)
    var library = Library()
    let scenarios = try library.scenarios(in: path.path)
    return try body(&library, scenarios)
  }

  /// One of each thing that a scenario can leave unused, and as much that is used.
  static let unusedOfEach = SmallModel(
    text: """
      model Test "A test"
      sort Agent names
      sort Nonce
      function badge(Agent) -> Badge private
      option mode: plain | fancy default plain
      record Ping { nonce: Nonce }
      attacker Net "owns the network" { knows agent for attacker agent: Agent }
      attacker Strong "owns more" extends Net { }
      attacker Other "owns something else" { }

      role A of me: Agent {
        table open (nonce: Nonce)
        table kept (nonce: Nonce)
        table closed (agent: Agent)
        step begin "{me} begins" limit runs {
          new nonce: Nonce
          insert open (nonce: nonce)
          insert kept (nonce: nonce)
          event Begun (agent: me)
          event Noted (agent: me)
          send Ping { nonce: nonce }
        }
        on message Ping { nonce } limit answers {
          find open (nonce == nonce [C-1])
          require nonce is present [C-2]
          find closed (agent == me) otherwise {
            event Ended (agent: me, nonce: nonce)
          }
          event Late (agent: me)
        }
        step rest "{me} rests" limit rests {
          insert closed (agent: me)
          event Rested (agent: me)
        }
        step badge "{me} shows a badge" limit badges [mode: fancy] {
          insert closed (agent: me)
        }
      }
      role B of me: Agent {
        step idle "{me} does nothing" limit rests [C-3] { event Rested (agent: me) }
      }
      witness ended event Ended (agent)
      property begun "Only the honest begin"
        when event Begun (agent) then agent is honest
      property rested "The attacker does not rest"
        when event Rested (agent) then agent is honest
      property late "Nobody is late"
        when event Late (agent) then agent is attacker
      property dark "No attacker ends"
        when event Ended (agent, nonce) and agent is attacker then nonce is absent
      property badges "Nobody gets a badge"
        secret badge(agent)
      """,
    clauses: """
      clause C-1 "here" "nonces are compared"
      clause C-2 "here" "nonces are there"
      clause C-3 "here" "there is rest"
      """)

  static let scenario = """
    scenario "test"
    model Test
    drop C-2
    cast alice: Agent with A, mallory: attacker Agent
    attacker Strong
    bounds runs 1 by alice, answers 1 by alice
    expect all hold

    """
}
