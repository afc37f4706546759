import Explorer
import Foundation
import Testing

extension Served {
  /// The play, as soon as nothing is being done in it.
  func settled(_ id: String) async throws -> Response {
    while true {
      let status = try await ask("/api/plays/\(id)")
      guard status.object["isBusy"] as? Bool == true else { return status }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Begins a play of a scenario.
  func play(_ file: String, _ choices: String = #""drops":[],"keeps":[]"#) async throws -> Response {
    let begun = try await ask("/api/plays", method: "POST", body: "{\"file\":\"\(file)\",\"position\":1,\"options\":{},\(choices)}")
    guard begun.status == 202, let id = begun.object["id"] as? String else { return begun }
    return try await settled(id)
  }

  func tell(_ id: String, _ command: String) async throws -> Response {
    let begun = try await ask("/api/plays/\(id)", method: "POST", body: command)
    return begun.status == 202 ? try await settled(id) : begun
  }
}

extension Served.Response {
  var view: [String: Any] { object["view"] as? [String: Any] ?? [:] }
  var id: String { object["id"] as? String ?? "" }
  var notice: String { view["notice"] as? String ?? "" }
  func list(_ name: String) -> [[String: Any]] { view[name] as? [[String: Any]] ?? [] }
}

private let nspk = "Scenarios/classic/nspk.scenario"

@Suite(.timeLimit(.minutes(10))) struct `A play in the explorer` {
  @Test func `comes by hints, and by fields that are chosen, to the attack, and goes back`() async throws {
    try await withServer { served in
      var now = try await served.play(nspk)
      let id = now.id
      #expect(now.object["title"] as? String != "" && now.list("turns").isEmpty && now.view["canUndo"] as? Bool == false)
      #expect(now.list("moves").contains { $0["isAttackers"] as? Bool == true } && now.list("moves").contains { $0["isAttackers"] as? Bool == false })
      #expect(now.list("participants").contains { $0["name"] as? String == "Responder bob" })
      for _ in 0..<8 where !now.list("properties").contains(where: { $0["isBroken"] as? Bool == true }) {
        now = try await served.tell(id, #"{"kind":"hint"}"#)
        let move = try #require(now.view["hinted"] as? Int, "\(now.notice)")
        now = try await served.tell(id, #"{"kind":"take","number":\#(move)}"#)
        // The hint goes on with a choice for each field that is asked for.
        while now.view["question"] != nil {
          let choice = try #require(now.view["hinted"] as? Int, "\(now.text)")
          now = try await served.tell(id, #"{"kind":"choose","number":\#(choice)}"#)
        }
      }
      let broken = now.list("turns").last?["broken"] as? [String] ?? []
      #expect(broken.first?.contains("secrecy is broken") == true && broken.first?.contains("the attacker can derive nb") == true, "\(now.text)")
      let knowledge = try #require(now.view["knowledge"] as? [String])
      let nb = try #require(knowledge.firstIndex(of: "nb"))
      let lines = try await served.ask("/api/plays/\(id)/derivation?number=\(nb)").object["lines"] as? [String]
      #expect(lines?.first?.hasPrefix("nb: ") == true)
      #expect(try await served.ask("/api/plays/\(id)/derivation?number=99").status == 404)

      // What was saved is the same run, in another play.
      let trace = try await served.ask("/api/plays/\(id)/trace").text
      let command = try JSONSerialization.data(withJSONObject: ["kind": "load", "trace": trace])
      let other = try await served.tell(try await served.play(nspk).id, String(decoding: command, as: UTF8.self))
      #expect(other.notice == "" && (other.view["turns"] as? NSArray) == (now.view["turns"] as? NSArray))
      // In another scenario it is none.
      let wrong = try await served.tell(try await served.play("Scenarios/oauth/csrf.scenario").id, String(decoding: command, as: UTF8.self))
      #expect(wrong.notice.hasPrefix("this cannot be played: ") && wrong.list("turns").isEmpty)

      let steps = now.list("turns").count
      let back = try await served.tell(id, #"{"kind":"undo"}"#)
      #expect(back.list("turns").count == steps - 1 && !back.list("properties").contains { $0["isBroken"] as? Bool == true })
      let again = try await served.tell(id, #"{"kind":"redo"}"#)
      #expect(again.list("turns").count == steps && again.view["canRedo"] as? Bool == false)
    }
  }

  @Test func `is of the choices that were made, and tells what is wrong with them`() async throws {
    try await withServer { served in
      let mixUp = "Scenarios/oauth/mix-up.scenario"
      let kept = try await served.play(mixUp, #""drops":[],"keeps":["RFC9207-2.4"],"bounds":"flows 1 by alice""#)
      let budgets = kept.list("budgets").map { "\($0["name"] ?? "") \($0["left"] ?? "")" }
      #expect(
        budgets.contains { $0.contains("by alice") && $0.hasSuffix(" 1") } && !budgets.contains { $0.contains("by attacker") && $0.hasSuffix(" 1") },
        "\(budgets)")
      let wrong = try await served.play(mixUp, #""drops":["RFC0000"],"keeps":[]"#)
      #expect((wrong.object["problem"] as? String)?.contains("there is no clause `RFC0000`") == true && wrong.object["view"] == nil)
      #expect(try await served.tell(wrong.id, #"{"kind":"undo"}"#).status == 404)
    }
  }

  @Test func `refuses what makes no sense, and stays as it was`() async throws {
    try await withServer { served in
      let id = try await served.play(nspk).id
      for (command, notice) in [
        (#"{"kind":"take","number":99}"#, "there is no such step"), (#"{"kind":"take","number":-1}"#, "there is no such step"),
        (#"{"kind":"take"}"#, "there is no such step"), (#"{"kind":"choose","number":0}"#, "there is no such choice"),
        (#"{"kind":"undo"}"#, "there is nothing to take back"), (#"{"kind":"redo"}"#, "there is nothing to take again"),
        (#"{"kind":"hint","property":"nothing"}"#, "there is no property `nothing`"), (#"{"kind":"cancel"}"#, ""),
      ] {
        let answer = try await served.tell(id, command)
        #expect(answer.notice == notice && answer.list("turns").isEmpty, "\(command)")
      }
      for command in [#"{"kind":"load"}"#, #"{"kind":"load","trace":"{}"}"#] {
        let answer = try await served.tell(id, command)
        #expect(answer.notice.hasPrefix("this cannot be played: ") && answer.list("turns").isEmpty, "\(answer.notice)")
      }
      for body in ["", "{}", #"{"kind":"save"}"#, #"{"kind":"take","number":"1"}"#] { #expect(try await served.tell(id, body).status == 400, "\(body)") }
      for file in ["../../etc/passwd", "Models/OAuth/OAuth.interloper", "Package.swift"] { #expect(try await served.play(file).status == 404, "\(file)") }
      for path in ["/api/plays", "/api/plays/\(id)", "/api/plays/\(id)/derivation?number=0"] {
        #expect(try await served.ask(path, withToken: false).status == 403, "\(path)")
      }
      #expect(try await served.ask("/api/plays/\(id)", method: "POST", body: #"{"kind":"undo"}"#, withToken: false).status == 403)
    }
  }

  @Test func `is forgotten when it is ended, and when there are too many`() async throws {
    var options = patient()
    options.maximumPlays = 2
    try await withServer(options) { served in
      let first = try await served.play(nspk).id
      let second = try await served.play(nspk).id
      #expect(try await served.ask("/api/plays/\(first)").status == 200)
      let third = try await served.play(nspk).id
      // The one that was asked for longest ago.
      #expect(try await served.ask("/api/plays/\(second)").status == 404)
      #expect(try await served.ask("/api/plays/\(first)").status == 200)
      #expect(try await served.ask("/api/plays/\(third)", method: "DELETE").status == 200)
      #expect(try await served.ask("/api/plays/\(third)").status == 404)
    }
  }

  @Test func `is forgotten when nobody asks for it any more`() async throws {
    var options = patient()
    options.playPatience = 0.2
    try await withServer(options) { served in
      let id = try await served.ask("/api/plays", method: "POST", body: "{\"file\":\"\(nspk)\",\"position\":1,\"options\":{},\"drops\":[],\"keeps\":[]}").id
      #expect(id != "")
      // Whoever asks keeps it for a while: so the pauses grow until it is gone.
      var pause = Duration.milliseconds(100)
      while try await served.ask("/api/plays/\(id)").status == 200 {
        try await Task.sleep(for: pause)
        pause *= 2
      }
    }
  }
}
