import Foundation
import Testing

/// A copy of a shipped scenario with some text replaced, beside a link to the models; removed afterwards.
private func withScenario(_ replaced: String = "", by text: String = "", _ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try FileManager.default.createSymbolicLink(at: folder.appendingPathComponent("Models"), withDestinationURL: URL(fileURLWithPath: "\(root)/Models"))
  let shipped = try String(contentsOfFile: "\(root)/Scenarios/classic/nspk.scenario", encoding: .utf8)
  let path = folder.appendingPathComponent("s.scenario").path
  try (replaced.isEmpty ? shipped : shipped.replacing(replaced, with: text)).write(toFile: path, atomically: true, encoding: .utf8)
  try body(path)
}

@Suite struct `The command` {
  @Test func `ends with 0 when all is as expected, an attack too`() throws {
    let run = try interloper("check", "\(root)/Scenarios/classic")
    #expect(run.status == 0, "\(run.complaints)")
    #expect(run.output.contains("Needham-Schroeder-Lowe") && run.output.contains("alice starts a run with mallory"))
    #expect(run.complaints.isEmpty)
  }

  @Test func `ends with 1 when a property is violated that was to hold`() throws {
    try withScenario("secrecy violated", by: "secrecy holds") { path in
      let run = try interloper("check", path)
      #expect(run.status == 1)
    }
    try withScenario("expect   secrecy violated, agreement violated", by: "") { path in
      let run = try interloper("check", path)
      #expect(run.status == 1)
    }
  }

  @Test(arguments: [
    ("NeedhamSchroeder", "NedhamSchroeder"), ("NSL-1", "NSL-2"), ("runs 1 by alice", "runs 0 by alice"), ("secrecy violated", "secrcy violated"),
  ])
  func `ends with 2 and points at the place when a scenario is wrong`(_ right: String, _ wrong: String) throws {
    try withScenario(right, by: wrong) { path in
      let run = try interloper("check", path)
      #expect(run.status == 2)
      #expect(run.complaints.contains("\(path):") && run.complaints.contains("^"))
    }
  }

  @Test func `checks a variant that its arguments ask for, and forgets what was expected of the other`() throws {
    let path = "\(root)/Scenarios/classic/nspk.scenario"
    #expect(try interloper("check", "--no-attacks", "--keep", "NSL-1", path).status == 0)
    let wrong = try interloper("check", "--keep", "NSL-2", path)
    #expect(wrong.status == 2 && wrong.complaints.contains("--keep:1:1") && wrong.complaints.contains("did you mean `NSL-1`?"))
  }

  @Test func `compares with 0 where the verdicts are the same, 1 where they differ, 2 and 3`() throws {
    let (first, second) = ("\(root)/Scenarios/classic/nspk.scenario", "\(root)/Scenarios/classic/nsl.scenario")
    let run = try interloper("compare", first, second)
    #expect(run.status == 1 && run.output.contains("≠ secrecy") && run.output.contains("+ NSL-1") && run.output.contains("Attack on secrecy in A"))
    #expect(try interloper("compare", first, "--keep", "NSL-1", second).status == 0)
    #expect(try interloper("compare", first, "--keep-b", "NSL-1", "--format", "json").output.contains("\"outcome\" : \"differs\""))
    #expect(try interloper("compare", first, "--keep-b", "NSL-2").status == 2)
    #expect(try interloper("compare", first, "\(root)/nowhere.scenario").status == 2)
    #expect(try interloper("compare", "--states", "1", second, second, "--format", "markdown").status == 3)
  }

  @Test func `ends with 2 when no honest run can complete`() throws {
    try withScenario("runs 1 by alice, ", by: "") { path in
      let run = try interloper("check", path)
      #expect(run.status == 2)
      #expect(run.complaints.contains("the witness `run` is never reached"))
    }
  }

  @Test(arguments: [
    ["check"], ["check", "--time", "0", "x"], ["check", "--memory", "lots", "x"], ["check", "--no-reduction", "magic", "x"],
    ["check", "--oracle", "magic", "x"],
    ["check", "--oracle", "naive", "--oracle-size", "0", "x"], ["frobnicate"], ["verify"],
    ["verify", "--states", "-1", "x"], ["export", "x"], ["export", "x", "--to", "magic"], ["count"],
    ["count", "--memory", "lots", "x"], ["simulate", "--random", "--runs", "0", "x"], ["simulate", "--random", "--seed", "-1", "x"],
    ["compare", "x"], ["compare", "x", "--option-b", "y"], ["check", "--option", "y=1", "--option", "y=2", "x"],
    ["check", "--certificates", "y", "--drop", "C", "x"],
    ["simulate", "--seed", "1", "x"], ["simulate", "--random", "--replay", "y", "x"], ["simulate", "nowhere"], ["new", "model"],
    ["new", "model", "1x"], ["help", "nothing"], ["list", "nowhere"], ["fmt", "nowhere"], ["reproduce", "nowhere"], ["necessity", "nowhere"],
    ["lint", "--jobs", "2", "x"], ["lint", "--coverage", "--states", "0", "x"], ["lint", "--coverage", "nowhere"],
  ])
  func `ends with 2 on wrong usage`(_ arguments: [String]) throws {
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let process = Process()
    process.executableURL = folder.appendingPathComponent("interloper")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 2)
  }

  @Test func `ends with 2 for paths without scenarios, and for files that are too large`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(try interloper("check", folder.path).status == 2)
    #expect(try interloper("check", folder.appendingPathComponent("nothing.scenario").path).status == 2)
    let large = folder.appendingPathComponent("large.scenario")
    try Data(repeating: 0x61, count: 50_000_000).write(to: large)
    let run = try interloper("check", large.path)
    #expect(run.status == 2 && run.complaints.contains("50000000 bytes"))
  }

  @Test(arguments: [["--memory", "1K"], ["--depth", "0"], ["--states", "1"]]) func `ends with 3 when a limit is reached`(_ limit: [String]) throws {
    let run = try interloper("check", limit[0], limit[1], "--no-attacks", "\(root)/Scenarios/classic/nsl.scenario")
    #expect(run.status == 3)
    #expect(run.output.contains("inconclusive"))
  }

  @Test func `asks the naive explorer too, and says what it says`() throws {
    let run = try interloper("check", "--oracle", "naive", "\(root)/Scenarios/classic")
    #expect(run.status == 0, "\(run.complaints)")
    #expect(run.output.contains("naive explorer: secrecy holds") && run.output.contains("naive explorer: secrecy violated"))
    #expect(run.output.contains("agrees") && !run.output.contains("not compared"))
  }

  @Test func `ends with 3 when only the naive explorer comes to a limit`() throws {
    let run = try interloper("check", "--oracle", "naive", "--states", "40", "\(root)/Scenarios/classic/nsl.scenario")
    #expect(run.status == 3)
    #expect(run.output.contains("all hold") && run.output.contains("inconclusive"))
  }

  @Test func `writes certificates, and verifies, refuses and cannot use them`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try interloper("check", "--no-attacks", "--certificates", folder.path, "\(root)/Scenarios/classic")
    #expect(run.status == 0, "\(run.complaints)")
    let names = ["Scenarios.classic.nsl.1.holds.json", "Scenarios.classic.nspk.1.agreement.attack.json", "Scenarios.classic.nspk.1.secrecy.attack.json"]
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == names)
    let verified = try interloper("verify", "--states", "200", folder.path)
    #expect(verified.status == 0, "\(verified.output)")
    #expect(verified.output.contains("`secrecy` is violated: 4 steps, 3 decisions, each derivation checked"))
    #expect(verified.output.contains("within the bounds: 33 states, all runs"))
    #expect(try interloper("verify", "--time", "0.000000001", "\(folder.path)/\(names[0])").status == 3)

    let attack = folder.appendingPathComponent(names[2])
    let text = try String(contentsOf: attack, encoding: .utf8)
    try text.replacing("\"decisions\":3", with: "\"decisions\":2").write(to: attack, atomically: true, encoding: .utf8)
    let refused = try interloper("verify", "--format", "json", attack.path)
    #expect(refused.status == 1)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(refused.output.utf8)) as? [String: Any])
    let entry = try #require((object["certificates"] as? [[String: Any]])?.first)
    #expect(object["version"] as? Int == 1)
    #expect(entry["judgement"] as? String == "refused" && (entry["reason"] as? String)?.contains("3 steps are decisions, not 2") == true)

    #expect(try interloper("verify", "--root", folder.path, folder.path).status == 2)
    try String(text.dropLast(100)).write(to: attack, atomically: true, encoding: .utf8)
    let cut = try interloper("verify", folder.path)
    #expect(cut.status == 2 && cut.output.contains("✗ unusable \(attack.path)") && cut.output.contains("✓ verified"))
  }

  @Test func `ends with 2, and says so before it searches, where certificates cannot be written`() throws {
    let run = try interloper("check", "--certificates", "\(root)/Package.swift", "\(root)/Scenarios/classic")
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.complaints.contains("certificates cannot be written into"))
  }

  @Test func `writes a page as a whole, over an older one`() throws {
    try withScenario { path in
      let page = (path as NSString).deletingLastPathComponent + "/page.html"
      try "old".write(toFile: page, atomically: true, encoding: .utf8)
      #expect(try interloper("check", "--report", page, path).status == 0)
      let text = try String(contentsOfFile: page, encoding: .utf8)
      #expect(text.hasPrefix("<!DOCTYPE html>") && text.hasSuffix("</html>\n") && text.contains("Attack on secrecy"))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: (page as NSString).deletingLastPathComponent).sorted() == ["Models", "page.html", "s.scenario"])
    }
  }

  @Test func `explains on a page which clause would have stopped the attack`() throws {
    try withScenario { path in
      let page = (path as NSString).deletingLastPathComponent + "/page.html"
      #expect(try interloper("explain", "--report", page, path).status == 0)
      let text = try String(contentsOfFile: page, encoding: .utf8)
      #expect(text.contains("What would have stopped it") && text.contains("NSL-1 stops this attack at step"))
    }
  }

  @Test func `compares files of one's own, each with models of its own`() throws {
    try withScenario { path in
      let folder = (path as NSString).deletingLastPathComponent + "/other"
      try FileManager.default.createDirectory(atPath: "\(folder)/Models", withIntermediateDirectories: true)
      for name in ["Classic", "Crypto"] { try FileManager.default.copyItem(atPath: "\(root)/Models/\(name)", toPath: "\(folder)/Models/\(name)") }
      let clauses = "\(folder)/Models/Classic/clauses"
      try String(contentsOfFile: clauses, encoding: .utf8).replacing("  without", with: "  // Another text of it.\n  without").replacing(
        "  \"", with: "  \"In other words: "
      ).write(toFile: clauses, atomically: true, encoding: .utf8)
      try FileManager.default.copyItem(atPath: "\(root)/Scenarios/classic/nsl.scenario", toPath: "\(folder)/nsl.scenario")
      let run = try interloper("compare", "--keep-a", "NSL-1", path, "\(folder)/nsl.scenario")
      #expect(run.status == 0 && run.output.contains("~ NSL-1") && run.output.contains("B: In other words: "), "\(run.output)\(run.complaints)")
    }
  }

  @Test func `compares on a page`() throws {
    try withScenario { path in
      let page = (path as NSString).deletingLastPathComponent + "/page.html"
      #expect(try interloper("compare", "--report", page, path, "--keep-b", "NSL-1").status == 1)
      let text = try String(contentsOfFile: page, encoding: .utf8)
      #expect(text.contains("What is compared") && text.contains("Attack on secrecy") && text.contains(">added</td>"))
    }
  }

  @Test(arguments: ["check", "explain", "compare", "reproduce", "necessity"])
  func `ends with 2, and says so before it searches, where a page cannot be written`(
    _ command: String
  )
    throws
  {
    for (page, reason) in [("/nowhere/page.html", ": "), ("/tmp", "it is a folder"), ("", "it has no name")] {
      // What is to be searched is not there either: that is not even looked at.
      let run = try interloper([command, "--report", page, "nothing"] + (command == "compare" ? ["nothing else"] : []))
      #expect(run.status == 2 && run.output.isEmpty)
      #expect(run.complaints.hasPrefix("error: the report `\(page)` cannot be written: ") && run.complaints.contains(reason))
    }
  }

  @Test func `checks within other bounds than the scenario's own`() throws {
    let path = "\(root)/Scenarios/oauth/baseline.scenario"
    let run = try interloper("check", "--no-attacks", "--format", "json", "--bounds", "flows 1 by alice", path)
    #expect(run.status == 0 && run.output.contains("flows 1 by alice") && !run.output.contains("navigations"))
    let wrong = try interloper("check", "--bounds", "flows 0 by alice", path)
    #expect(wrong.status == 2 && wrong.complaints.contains("--bounds:1:7"))
  }

  @Test func `prints JSON that says its version`() throws {
    let run = try interloper("check", "--format", "json", "\(root)/Scenarios/classic")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(object["version"] as? Int == 1)
    #expect((object["scenarios"] as? [Any])?.count == 2)
  }

  @Test func `reproduces a paper, and refuses one that is not there`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createSymbolicLink(at: folder.appendingPathComponent("Models"), withDestinationURL: URL(fileURLWithPath: "\(root)/Models"))
    let scenario = "paper \"P\" by \"A\" in \"J\" claim \"c\" at \"s\" \"m\" scenario \"\(root)/Scenarios/classic/nspk.scenario\""
    let claims = folder.appendingPathComponent("claims")
    // Read relative to the claims file, an absolute path is none.
    try scenario.write(to: claims, atomically: true, encoding: .utf8)
    let wrong = try interloper("reproduce", folder.path)
    #expect(wrong.status == 2 && wrong.complaints.contains("claims:1:") && wrong.complaints.contains("^"))
    try FileManager.default.copyItem(atPath: "\(root)/Scenarios/classic/nspk.scenario", toPath: folder.appendingPathComponent("nspk.scenario").path)
    try scenario.replacing("\(root)/Scenarios/classic/", with: "").write(to: claims, atomically: true, encoding: .utf8)
    let right = try interloper("reproduce", folder.path)
    #expect(right.status == 0 && right.output.contains("2 confirmed") && right.complaints.isEmpty)
    try "scenario \"s\" model NeedhamSchroeder".write(to: folder.appendingPathComponent("nspk.scenario"), atomically: true, encoding: .utf8)
    #expect(try interloper("reproduce", folder.path).status == 2)
    #expect(try interloper("reproduce", folder.appendingPathComponent("nothing").path).status == 2)
    let name = folder.appendingPathComponent("nspk.scenario")
    let shipped = try String(contentsOfFile: "\(root)/Scenarios/classic/nspk.scenario", encoding: .utf8)
    try shipped.replacing("secrecy violated", with: "secrecy holds").write(to: name, atomically: true, encoding: .utf8)
    #expect(try interloper("reproduce", folder.path).status == 1)
    #expect(try interloper("reproduce", "--states", "1", folder.path).status == 3)
  }

  @Test func `exports scenarios to Maude, each with a search for each property`() throws {
    let run = try interloper("export", "\(root)/Scenarios/oauth/mix-up.scenario", "--to", "maude")
    #expect(run.status == 0, "\(run.complaints)")
    #expect(run.output.contains("mod SCENARIO-2 is") && run.output.components(separatedBy: "search [1] in SCENARIO-").count == 9)
    #expect(try interloper("export", "\(root)/Scenarios/nothing.scenario", "--to", "maude").status == 2)
  }

  @Test func `lists what no scenario uses, and ends with 1, or with 3 where a limit keeps that from being known`() throws {
    let part = try interloper("lint", "--coverage", "\(root)/Scenarios/classic/nspk.scenario")
    #expect(part.status == 1 && part.complaints.isEmpty)
    #expect(part.output.hasPrefix("Models/Classic/NeedhamSchroeder.interloper\n") && part.output.contains("clause    [NSL-1]"), "\(part.output)")
    let whole = try interloper("lint", "--coverage", "\(root)/Scenarios/classic")
    #expect(whole.status == 0, "\(whole.output)")
    let limited = try interloper("lint", "--coverage", "--states", "1", "--format", "json", "\(root)/Scenarios/classic")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(limited.output.utf8)) as? [String: Any])
    #expect(limited.status == 3 && object["version"] as? Int == 1 && (object["stopped"] as? [Any])?.count == 2)
  }

  @Test func `lists, lints and formats what is shipped`() throws {
    #expect(try interloper("list", "\(root)/Scenarios").output.contains("Mix-up"))
    #expect(try interloper("lint", "\(root)/Models", "\(root)/Scenarios").status == 0)
    #expect(try interloper("fmt", "--check", "\(root)/Models", "\(root)/Scenarios", "\(root)/Papers").status == 0)
  }

  @Test func `counts exactly, with and without reductions`() throws {
    let nsl = "\(root)/Scenarios/classic/nsl.scenario"
    let run = try interloper("count", nsl)
    #expect(run.status == 0 && run.output.contains("states       33,") && run.output.contains("runs         28\n"), "\(run.complaints)")
    let json = try interloper("count", "--no-reductions", "--format", "json", nsl)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let entry = try #require((object["scenarios"] as? [[String: Any]])?.first)
    #expect(object["version"] as? Int == 1 && entry["states"] as? Int == 119 && entry["meanDecisions"] as? String == "67/29")
    let byDepth = try #require(entry["byDepth"] as? [[String: Any]])
    #expect(byDepth.compactMap { Int($0["runs"] as? String ?? "") }.reduce(0, +) == 58 && entry["runs"] as? String == "58")
    #expect(byDepth.compactMap { $0["states"] as? Int }.reduce(0, +) == 119)
    let refused = try interloper("count", "--memory", "1K", nsl)
    #expect(refused.status == 3 && refused.complaints.contains("--memory") && refused.output.isEmpty)
    #expect(try interloper("count", "\(nsl).nothing").status == 2)
  }

  @Test func `draws the same runs of the command for the same seed`() throws {
    let nspk = "\(root)/Scenarios/classic/nspk.scenario"
    let first = try interloper("simulate", "--random", "--seed", "5", "--runs", "6", nspk)
    #expect(first.status == 0 && first.output.contains("Run 6:") && first.output.contains("one of 4, all equally likely"), "\(first.complaints)")
    #expect(try interloper("simulate", "--random", "--seed", "5", "--runs", "6", nspk).output == first.output)
    let other = try interloper("simulate", "--random", "--seed", "6", "--runs", "6", nspk)
    #expect(other.output.replacing("seed 6", with: "seed 5") != first.output)
  }

  @Test func `counts no runs that can go round in a circle, and shows the circle`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder.appendingPathComponent("Models"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try """
    model Lamps "A lamp"
      uses Crypto
    sort Agent names
    attacker Nobody "does nothing" { }
    role A of me: Agent {
      table lit (at: Agent)
      table dark (at: Agent)
      step begin "{me} begins" limit lamps { insert lit (at: me) event Begun (agent: me) }
      step off "{me} turns the lamp off" { take lit (at == me) insert dark (at: me) }
      step on "{me} turns the lamp on" { take dark (at == me) insert lit (at: me) }
    }
    witness begun event Begun (agent)
    property never "Nobody begins" when event Begun (agent) then agent is absent
    """.write(to: folder.appendingPathComponent("Models/Lamps.interloper"), atomically: true, encoding: .utf8)
    try FileManager.default.copyItem(atPath: "\(root)/Models/Crypto/Crypto.interloper", toPath: folder.appendingPathComponent("Models/Crypto.interloper").path)
    let path = folder.appendingPathComponent("s.scenario")
    try "scenario \"s\"\nmodel Lamps\ncast alice: Agent with A, mallory: attacker Agent\nattacker Nobody\nbounds lamps 1 by alice\n".write(
      to: path, atomically: true, encoding: .utf8)
    for command in [["count"], ["simulate", "--random"]] {
      let run = try interloper(command + ["--no-reductions", path.path])
      #expect(run.status == 2 && run.complaints.contains("then again and again: alice on; alice off"), "\(run.complaints)")
    }
  }
}

@Suite struct `A command for one scenario` {
  @Test(arguments: ["explain", "necessity", "simulate"]) func `takes the one that is named, else the first, and lists them where there is none such`(
    _ command: String
  ) throws {
    try withScenario("expect", by: "twin \"the other\" restores NSL-1 expect all hold\nexpect") { path in
      let other = try interloper([command, "--scenario", "2", path])
      #expect(other.status == 0 && other.output.contains("— the other") && other.complaints.isEmpty, "\(other.complaints)")
      let first = try interloper([command, path])
      #expect(
        first.status == 0 && first.complaints.contains("this is the first of 2 scenarios") && first.complaints.contains("; --scenario takes another one: 2 "))
      let none = try interloper([command, "--scenario", "3", path])
      #expect(none.status == 2 && none.output.isEmpty && none.complaints.contains("has 2 scenarios:") && none.complaints.contains("  2  "))
      #expect(try interloper([command, "--scenario", "0", path]).status == 64 || interloper([command, "--scenario", "0", path]).status == 2)
    }
  }
}

@Suite struct `explain` {
  @Test func `ends as check does: with 0 for an attack that is expected, with 1 for one that is not`() throws {
    let run = try interloper("explain", "\(root)/Scenarios/classic/nspk.scenario")
    #expect(run.status == 0 && run.output.contains("Attack on secrecy") && run.complaints.isEmpty, "\(run.complaints)")
    try withScenario("secrecy violated", by: "secrecy holds") { path in
      let (first, other) = (try interloper("explain", path), try interloper("explain", "--property", "agreement", path))
      #expect(first.status == 1 && other.status == 0)
    }
  }

  @Test func `says what holds, with 0, where nothing is violated`() throws {
    let run = try interloper("explain", "\(root)/Scenarios/classic/nsl.scenario")
    #expect(run.status == 0 && run.output.contains("secrecy, agreement hold within these bounds"))
  }

  @Test func `helps with a property that is not there, with 2`() throws {
    let run = try interloper("explain", "--property", "secrcy", "\(root)/Scenarios/classic/nspk.scenario")
    #expect(run.status == 2 && run.output.isEmpty && run.complaints.contains("did you mean `secrecy`?"))
  }

  @Test func `takes the variant that is asked for`() throws {
    let run = try interloper("explain", "--keep", "NSL-1", "\(root)/Scenarios/classic/nspk.scenario")
    #expect(run.status == 0 && run.output.contains("secrecy, agreement hold within these bounds"))
  }

  @Test func `keeps to 60 columns, and prints no colour to a file`() throws {
    let run = try interloper("explain", "--width", "60", "--details", "\(root)/Scenarios/classic/nspk.scenario")
    #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 60 } && !run.output.contains("\u{1B}"))
  }

  @Test func `has help with an example`() throws {
    let run = try interloper("explain", "--help")
    #expect(run.status == 0 && run.output.contains("Example: interloper explain Scenarios/oauth/mix-up.scenario"))
  }
}
