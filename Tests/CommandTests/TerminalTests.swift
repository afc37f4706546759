import Foundation
import Testing

private let nspk = "\(root)/Scenarios/classic/nspk.scenario"
private let nsl = "\(root)/Scenarios/classic/nsl.scenario"
private let commands = [
  "check", "explain", "compare", "reproduce", "necessity", "verify", "count", "simulate", "lint", "fmt", "export", "list", "serve", "new", "new model",
  "new scenario", "help",
]

/// A folder with a claims file about a shipped scenario, and with certificates; removed afterwards.
private func withPaper(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  defer { try? FileManager.default.removeItem(at: folder) }
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  try FileManager.default.createSymbolicLink(at: folder.appendingPathComponent("Models"), withDestinationURL: URL(fileURLWithPath: "\(root)/Models"))
  for name in ["nspk", "nsl"] {
    try FileManager.default.copyItem(
      atPath: "\(root)/Scenarios/classic/\(name).scenario", toPath: folder.appendingPathComponent("\(name).scenario").path)
  }
  try """
  paper "A protocol of 1978, and how it was broken" by "Gavin Lowe" in "Information Processing Letters, 1995"
  claim "The responder is deceived by a message that was meant for someone else" at "section 3" "An attack." scenario "nspk.scenario"
  """.write(to: folder.appendingPathComponent("claims"), atomically: true, encoding: .utf8)
  try body(folder.path)
}

/// Lines that are longer than they should be, though they could have been broken.
private func tooLong(_ text: String, _ width: Int) -> [Substring] {
  text.split(separator: "\n").filter { $0.count > width && $0.drop { $0 == " " }.contains(" ") }
}

@Suite struct `On a narrow terminal` {
  @Test(arguments: commands) func `help of each command has an example, and keeps to the width`(_ command: String) throws {
    let run = try interloper(command.split(separator: " ").map(String.init) + ["--help"], environment: ["COLUMNS": "60"])
    #expect(run.status == 0 && run.complaints.isEmpty)
    #expect(run.output.contains("USAGE: interloper \(command)"))
    #expect(run.output.contains("Example:"))
    // The usage is one line, which the terminal breaks.
    let long = tooLong(run.output, 60).filter { !$0.hasPrefix("USAGE: ") }
    #expect(long.isEmpty && !run.output.contains("\u{1B}"), "\(long)")
  }

  @Test(arguments: ["language", "attackers", "properties", "bounds"]) func `topics keep to the width`(_ topic: String) throws {
    let run = try interloper(["help", topic], environment: ["COLUMNS": "60"])
    #expect(run.status == 0 && tooLong(run.output, 60).isEmpty, "\(tooLong(run.output, 60))")
    // Where no width is known, one is taken that can be read.
    #expect(tooLong(try interloper("help", topic).output, 80).isEmpty)
  }

  @Test func `each command breaks tables and prose at blanks, prints no colour to a file, and no progress`() throws {
    try withPaper { folder in
      let certificates = "\(folder)/certificates"
      let runs: [(arguments: [String], input: String, says: String)] = [
        (["check", "--certificates", certificates, nspk], "", "secrecy is broken"),
        (["check", "--no-attacks", "\(root)/Scenarios/classic"], "", "all hold"),
        (["check", "--no-attacks", "--oracle", "naive", nsl], "", "naive explorer"),
        (["explain", nspk], "", "Who is who"),
        (["explain", "--width", "60", "--details", nspk], "", "Who is who"),
        (["compare", nspk, nsl], "", "Attack on secrecy"),
        (["reproduce", folder], "", "2 confirmed"),
        (["reproduce", "--attacks", folder], "", "2 confirmed"),
        (["necessity", "--sufficient", nsl], "", "without NSL-1"),
        (["verify", certificates], "", "verified"),
        (["count", nsl], "", "transitions"),
        (["simulate", nspk], "2\n2 1 2\n1 1\n1\nproperties\nstate\nknowledge\nstory\nhelp\n", "agreement is broken"),
        (["simulate", "--random", "--seed", "1", nspk], "", "Run 1"),
        (["lint", "--coverage", "\(root)/Scenarios/classic"], "", "2 of 2 properties"),
        (["list", "\(root)/Scenarios/classic"], "", "attacker DolevYao"),
        (["lint", nspk], "", "in order"),
      ]
      for (arguments, input, says) in runs {
        let run = try interloper(arguments, input: input, environment: ["COLUMNS": "60"])
        #expect(tooLong(run.output, 60).isEmpty, "\(arguments): \(tooLong(run.output, 60))")
        #expect(run.output.replacing("\n", with: " ").split(separator: " ").joined(separator: " ").contains(says), "\(arguments): \(run.output)")
        #expect(!run.output.contains("\u{1B}") && run.complaints.isEmpty, "\(arguments): \(run.complaints)")
      }
    }
  }

  @Test func `nothing is broken where no width is known`() throws {
    let run = try interloper("check", nspk)
    #expect(run.output.contains("bob receives encrypt(public(key_of(bob)), First { na: na, initiator: alice })\n"))
    #expect(tooLong(try interloper(["check", nspk], environment: ["COLUMNS": "70"]).output, 70).isEmpty)
    #expect(try interloper(["check", nspk], environment: ["COLUMNS": ""]).output.contains("First { na: na, initiator: alice })\n"))
  }
}

@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "script is not installed: apt-get install bsdutils"))
struct `On a terminal` {
  /// What a terminal of 60 columns is shown.
  private func shown(_ command: String, _ environment: [String: String] = [:]) throws -> String {
    let terminal = ["TERM": "xterm"].merging(environment) { $1 }
    let run = try launch("/usr/bin/script", ["-qec", "stty cols 60; \(command)", "/dev/null"], environment: terminal)
    #expect(run.status == 0, "\(run.output)")
    return run.output.replacing("\r\n", with: "\n")
  }

  @Test func `there are colours, unless NO_COLOR is set or the terminal has none`() throws {
    let check = "interloper check '\(nspk)' 2>/dev/null"
    let coloured = try shown(check)
    #expect(coloured.contains("\u{1B}[31mviolated") && coloured.contains("\u{1B}[1mAttack on secrecy"))
    for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] { #expect(try !shown(check, environment).contains("\u{1B}")) }
    #expect(try shown(check, ["NO_COLOR": ""]).contains("\u{1B}[31m"))
    // Colours take no room.
    let plain = coloured.replacing(#/\u{1B}\[[0-9]*m/#, with: "")
    #expect(tooLong(plain, 60).isEmpty, "\(tooLong(plain, 60))")
    #expect(plain.contains("  ✓ secrecy    violated      4 steps, 3 decisions\n"))
  }

  @Test func `the progress line is gone when the search is done`() throws {
    let check = try shown("interloper check --no-attacks --no-reductions '\(nsl)'", ["NO_COLOR": "1"])
    let beginning = try #require(check.split(separator: "   scenario").first)
    #expect(beginning.hasSuffix("\r\u{1B}[K") && check.hasSuffix("\n"))
    let lines = beginning.split(separator: "\r\u{1B}[K")
    #expect(lines.allSatisfy { $0.count < 60 && !$0.contains("\n") })
  }
}

@Suite struct `A failing call` {
  @Test(arguments: [
    (["check", "nowhere"], "error: there is no file or folder `nowhere`"), (["explain", "nowhere"], "error: there is no file `nowhere`"),
    (["compare", "nowhere", "nothing"], "error: there is no file `nowhere`"), (["reproduce", "nowhere"], "error: there is no paper `nowhere`"),
    (["necessity", "nowhere"], "error: there is no file `nowhere`"), (["verify", "nowhere"], "error: there is no file or folder `nowhere`"),
    (["count", "nowhere"], "error: there is no file or folder `nowhere`"), (["simulate", "nowhere"], "error: there is no file or folder `nowhere`"),
    (["lint", "nowhere"], "error: there is no file or folder `nowhere`"), (["fmt", "nowhere"], "error: there is nothing to format at `nowhere`"),
    (["export", "nowhere", "--to", "dot"], "error: there is no file or folder `nowhere`"),
    (["list", "nowhere"], "error: there is no file or folder `nowhere`"), (["serve", "--root", "nowhere"], "error: there is no folder `nowhere/Models`"),
    (["new", "model", "1x"], "error: `1x` is no name for a model"), (["new", "scenario"], "Error: Missing expected argument '<name>'"),
    (["help", "nothing"], "Error: there is no command and no topic `nothing`"), (["frobnicate"], "Error: Unexpected argument 'frobnicate'"),
    (["check", "--jobs", "x", "y"], "Error: The value 'x' is invalid for '--jobs <jobs>'"),
  ])
  func `ends with 2, says why, and prints no result`(_ arguments: [String], _ message: String) throws {
    let run = try interloper(arguments)
    #expect(run.status == 2 && run.output.isEmpty, "\(run.output)")
    #expect(run.complaints.hasPrefix(message), "\(run.complaints)")
  }
}
