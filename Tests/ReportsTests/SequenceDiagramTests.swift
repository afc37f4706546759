import Foundation
import Testing

@testable import Reports

@Suite struct `Sequence diagrams` {
  @Test func `show the mix-up with its participants, and the code on its way to the attacker`() throws {
    let diagram = try mixUp().diagram
    #expect(diagram.lifelines.map(\.role) == ["Browser", "Client", "AuthorizationServer", "attacker"])
    #expect(diagram.lifelines.map(\.isAttacker) == [false, false, false, true])
    let (client, attacker) = (1, 3)
    // The client redeems the code that the honest server has issued at the attacker.
    let stolen = diagram.rows.filter { $0.from == client && $0.to == attacker && $0.kind == .request && $0.content == "TokenRequest" }
    #expect(stolen.count == 1 && stolen.first?.details.contains { $0.name == "code" && $0.value == "code" } == true, "\(diagram.rows)")
    // Who is asked waits until the attacker takes it up.
    #expect(diagram.rows.contains { $0.kind == .arrival && $0.to == attacker && $0.from == client })
    #expect(diagram.rows.contains { $0.kind == .knowledge && $0.details.contains { $0.value == "code" } })
  }

  @Test func `have ends for all that is sent, and every line of the story once`() throws {
    let (diagram, story) = try mixUp()
    for row in diagram.rows where row.kind != .request && row.kind != .redirect { #expect(row.from != nil && row.to != nil, "\(row)") }
    let told = diagram.rows.map(\.sentence).filter { !$0.isEmpty }
    #expect(told == story.steps.flatMap(\.lines))
    #expect(diagram.rows.map(\.step) == diagram.rows.map(\.step).sorted())
  }

  @Test func `mark what the attacker does otherwise than by colour`() throws {
    let diagram = try mixUp().diagram
    #expect(diagram.rows.contains { $0.isAttackers })
    let svg = diagram.svg()
    #expect(svg.contains("◆") && svg.contains("step of the attacker") && svg.contains("thick: sent by the attacker"))
    #expect(svg.contains("the attacker&#39;s"))
  }

  @Test func `are well-formed, with a link for each row`() throws {
    let diagram = try mixUp().diagram
    let nodes = try elements(in: diagram.svg(anchor: { "a1-step-\($0)" }, isStandalone: true))
    let rows = nodes.filter { $0.name == "a" }
    #expect(rows.count == diagram.rows.count)
    #expect(rows.allSatisfy { $0.attributes["href"]?.hasPrefix("#a1-step-") == true && $0.attributes["aria-label"]?.isEmpty == false })
  }

  @Test func `let nothing in a name become markup`() throws {
    var diagram = try mixUp().diagram
    diagram.lifelines[0].name = "<script>"
    diagram.rows[0].label = "\"\u{301} onload='x' <b>"
    diagram.rows[0].details[0].value = "]]> & \u{0}"
    let svg = diagram.svg()
    #expect(!svg.contains("<script") && !svg.contains("<b>"))
    #expect(try elements(in: svg).allSatisfy { $0.attributes["onload"] == nil })
  }

  @Test func `are the same when read again`() throws {
    let diagram = try mixUp().diagram
    #expect(try JSONDecoder().decode(SequenceDiagram.self, from: JSONEncoder().encode(diagram)) == diagram)
  }
}
