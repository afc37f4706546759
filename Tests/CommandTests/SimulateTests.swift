import Foundation
import Testing

private let nspk = "\(root)/Scenarios/classic/nspk.scenario"

/// A folder of its own, removed afterwards.
private func withFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder.path)
}

@Suite struct `Playing over a pipe` {
  @Test func `plays an attack to the step that breaks the property, and says so`() throws {
    let run = try interloper(["simulate", nspk], input: "hint\n2\nknowledge\nderive na\nstate bob\n")
    #expect(run.status == 0 && run.complaints.isEmpty, "\(run.complaints)")
    #expect(run.output.contains("is 3 decisions away (4 steps) within the bounds: begin with step 2"))
    #expect(run.output.contains("na: a part of") && run.output.contains("Responder bob: nothing yet"))
    // Following the hints, whatever they say, breaks the property.
    var commands: [String] = ["2"]
    for _ in 0..<5 {
      let now = try interloper(["simulate", nspk], input: (commands + ["hint"]).joined(separator: "\n")).output
      guard let begin = now.range(of: "begin with step ", options: .backwards) else { break }
      let hint = now[begin.upperBound...].prefix { $0 != "\n" }
      let number = String(hint.prefix { $0.isNumber })
      var taken = commands + [number]
      // Each field that is asked for is filled with the choice that the hint names.
      while true {
        let asked = try interloper(["simulate", nspk], input: taken.joined(separator: "\n")).output
        guard let question = asked.range(of: "the attacker fills `", options: .backwards) else { break }
        let text = asked[question.upperBound...]
        if text.contains("honest steps") || text.contains("nothing can happen") || text.contains("steps with the attacker's doing") { break }
        let name = text.prefix { $0 != "`" }
        let value = try #require(hint.range(of: "\(name) = ").map { hint[$0.upperBound...].prefix { $0 != "," } })
        let choice = try #require(text.split(separator: "\n").first { $0.hasSuffix(". \(value)") })
        taken.append(String(choice.drop { $0 == " " }.prefix { $0.isNumber }))
      }
      commands = taken
    }
    let end = try interloper(["simulate", nspk], input: commands.joined(separator: "\n"))
    #expect(end.output.contains("✗ secrecy is broken: Nobody else learns the responder's nonce"), "\(end.output)")
    #expect(end.output.contains("the attacker can derive nb"))
    #expect(try interloper(["simulate", nspk], input: commands.joined(separator: "\n")).output == end.output)
  }

  @Test func `takes back, takes again, saves and replays, and goes on after bad commands`() throws {
    try withFolder { folder in
      let path = "\(folder)/run.json"
      let script = [
        "undo", "1", "undo", "redo", "frobnicate", "77", "take", "derive 99", "undo x", "hint nothing", "save \(path)", "save \(folder)/no/x", "quit", "1",
      ]
      let run = try interloper(["simulate", "\(root)/Scenarios/oauth/mix-up.scenario"], input: script.joined(separator: "\n"))
      #expect(run.status == 0)
      for text in [
        "there is nothing to take back", "1 step taken back", "1 step taken again", "there is no command `frobnicate`", "there is no step `77`", "which step?",
        "there is no `99` in what the attacker has", "how many steps?", "there is no property `nothing`", "1 step saved to", "cannot be written",
      ] { #expect(run.output.contains(text), "\(text)") }
      #expect(run.output.hasSuffix("> quit\n"))

      let again = try interloper(["simulate", "--replay", path, "\(root)/Scenarios/oauth/mix-up.scenario"], input: "story\n")
      #expect(again.status == 0 && again.output.hasPrefix("1. alice asks shop for a log-in"))
      let other = try interloper("simulate", "--replay", path, nspk)
      #expect(other.status == 2 && other.complaints.contains("cannot be played"))
      try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
      #expect(try interloper("simulate", "--replay", path, nspk).status == 2)
    }
  }

  @Test func `replays the certificate of an attack`() throws {
    try withFolder { folder in
      _ = try interloper("check", "--no-attacks", "--certificates", folder, nspk)
      let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.contains("secrecy.attack") })
      let run = try interloper("simulate", "--replay", "\(folder)/\(name)", nspk)
      #expect(run.status == 0 && run.output.contains("✗ secrecy is broken"), "\(run.complaints)")
    }
  }

  @Test func `starts models and scenarios that are in order, and overwrites nothing`() throws {
    try withFolder { folder in
      try FileManager.default.copyItem(atPath: "\(root)/Models", toPath: "\(folder)/Models")
      let model = ["new", "model", "Handshake", "--in", "\(folder)/Models"]
      #expect(try interloper(model).status == 0)
      #expect(try interloper(model).status == 2)
      for name in ["Handshake", "OAuth", "OpenIDConnect", "FAPI2"] {
        let run = try interloper("new", "scenario", name, "--model", name, "--in", folder)
        #expect(run.status == 0, "\(run.complaints)")
        #expect(try interloper("new", "scenario", name, "--model", name, "--in", folder).status == 2)
      }
      #expect(try interloper("new", "scenario", "x", "--model", "NeedhamSchroeder", "--in", folder).status == 2)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(files == ["FAPI2.scenario", "Handshake.scenario", "Models", "OAuth.scenario", "OpenIDConnect.scenario"])
      #expect(try interloper("lint", folder).status == 0)
      #expect(try interloper("fmt", "--check", folder).status == 0)
      // All holds, and without its clause the property breaks.
      #expect(try interloper("check", "\(folder)/Handshake.scenario").status == 0)
    }
  }

  @Test func `every command has help with an example, and every topic a text`() throws {
    let help = try interloper("help")
    let commands = help.output.components(separatedBy: "SUBCOMMANDS:").last?.split(separator: "\n").compactMap { line -> String? in
      guard line.hasPrefix("  "), line.dropFirst(2).first?.isLetter == true, !line.contains("See '") else { return nil }
      return String(line.dropFirst(2).prefix { $0 != " " })
    }
    #expect((commands?.count ?? 0) >= 12)
    for command in commands ?? [] {
      let run = try interloper(command, "--help")
      #expect(run.status == 0 && run.output.contains("Example: interloper \(command)"), "\(command)")
    }
    for topic in ["language", "attackers", "properties", "bounds"] {
      let run = try interloper("help", topic)
      #expect(run.status == 0 && run.output.contains("Sources/Compiler/Compiler.docc"), "\(topic)")
    }
    #expect(try interloper("help", "check").output.contains("--certificates"))
  }
}
