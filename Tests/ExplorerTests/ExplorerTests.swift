import Explorer
import Foundation
import Testing

private let mixUp = #""file":"Scenarios/oauth/mix-up.scenario","position":1"#

private func verdicts(_ response: Served.Response) -> [String: String] {
  let report = response.object["report"] as? [String: Any]
  return ((report?["verdicts"] as? [[String: Any]]) ?? []).reduce(into: [:]) { $0[$1["property"] as? String ?? ""] = $1["verdict"] as? String }
}

@Suite(.timeLimit(.minutes(10))) struct `The explorer` {
  @Test func `lists scenarios, and what can be chosen for one`() async throws {
    try await withServer { served in
      let list = try #require(try await served.ask("/api/scenarios").object["scenarios"] as? [[String: Any]])
      #expect(list.contains { $0["file"] as? String == "Scenarios/oauth/mix-up.scenario" && $0["model"] as? String == "OAuth" && $0["position"] as? Int == 2 })
      let details = try await served.ask("/api/scenario?file=Scenarios/oauth/mix-up.scenario&position=1").object
      #expect(details["bounds"] as? String == "flows 1 by alice, flows 1 by attacker, requests 1 per endpoint by attacker, navigations 1")
      let clauses = try #require(details["clauses"] as? [[String: Any]])
      #expect(clauses.filter { $0["isDropped"] as? Bool == true }.compactMap { $0["name"] as? String } == ["RFC9207-2.4"])
      let attackers = try #require(details["attackers"] as? [[String: Any]])
      #expect(attackers.filter { $0["isChosen"] as? Bool == true }.compactMap { $0["name"] as? String } == ["A1a"])
    }
  }

  @Test func `runs a scenario as it is, with clauses put back, and with other bounds`() async throws {
    try await withServer { served in
      let own = try await served.run("{\(mixUp),\"options\":{},\"drops\":[],\"keeps\":[]}")
      #expect(own.object["state"] as? String == "done")
      #expect(verdicts(own)["authorization"] == "violated")
      let diagrams = own.object["diagrams"] as? [Any]
      #expect(diagrams?.contains { ($0 as? String)?.hasPrefix("<svg") ?? false } == true)
      #expect(!own.text.contains(root), "a path of this machine")
      let kept = try await served.run("{\(mixUp),\"options\":{},\"drops\":[],\"keeps\":[\"RFC9207-2.4\"]}")
      #expect(Set(verdicts(kept).values) == ["holds"])
      let bounded = try await served.run("{\(mixUp),\"options\":{},\"drops\":[],\"keeps\":[],\"bounds\":\"flows 1 by alice\"}")
      #expect(Set(verdicts(bounded).values) == ["holds"])
    }
  }

  @Test(arguments: [
    (#""drops":["RFC0000"],"keeps":[]"#, "there is no clause `RFC0000`"), (#""drops":[],"keeps":[],"bounds":"flows many""#, "flows many"),
    (#""drops":[],"keeps":[],"attackers":["A9"]"#, "there is no attacker `A9`"),
  ])
  func `tells what is wrong with a choice`(_ choice: String, _ message: String) async throws {
    try await withServer { served in
      let run = try await served.run("{\(mixUp),\"options\":{},\(choice)}")
      #expect(run.object["state"] as? String == "failed")
      #expect((run.object["problem"] as? String)?.contains(message) == true, "\(run.text)")
    }
  }

  @Test func `refuses runs that are too many, and cancels one`() async throws {
    var options = patient()
    options.maximumRuns = 1
    try await withServer(options) { served in
      // Large enough that it does not end by itself.
      let long = "{\(mixUp),\"options\":{},\"drops\":[],\"keeps\":[],\"bounds\":\"flows 9 by alice, flows 9 by attacker, navigations 9\"}"
      let first = try await served.ask("/api/runs", method: "POST", body: long)
      let id = try #require(first.object["id"] as? String)
      #expect(try await served.ask("/api/runs", method: "POST", body: long).status == 429)
      #expect(try await served.ask("/api/runs/\(id)", method: "DELETE").status == 200)
      var status = try await served.ask("/api/runs/\(id)")
      while status.object["state"] as? String == "running" { status = try await served.ask("/api/runs/\(id)") }
      #expect(status.object["state"] as? String == "cancelled")
      #expect(verdicts(status).values.contains("inconclusive"))
      #expect(try await served.ask("/api/runs", method: "POST", body: "{\(mixUp),\"options\":{},\"drops\":[],\"keeps\":[]}").status == 202)
    }
  }
}
