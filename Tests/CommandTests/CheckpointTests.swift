import Foundation
import Testing

private let scenario = "\(root)/Scenarios/oauth/code-reuse.scenario"

/// Runs a program; kills it after so many seconds, if it is told to.
private func run(_ program: String, _ arguments: [String], in folder: URL, killAfter seconds: Double? = nil) throws -> Run {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  let (prints, complains) = (folder.appendingPathComponent("prints"), folder.appendingPathComponent("complains"))
  for file in [prints, complains] { try Data().write(to: file) }
  process.standardOutput = try FileHandle(forWritingTo: prints)
  process.standardError = try FileHandle(forWritingTo: complains)
  try process.run()
  if let seconds {
    Thread.sleep(forTimeInterval: seconds)
    kill(process.processIdentifier, SIGKILL)
  }
  process.waitUntilExit()
  return Run(
    status: process.terminationReason == .exit ? process.terminationStatus : -1, output: String(decoding: try Data(contentsOf: prints), as: UTF8.self),
    complaints: String(decoding: try Data(contentsOf: complains), as: UTF8.self))
}

private func withFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

/// What was printed, without the lines that tell seconds.
private func withoutSeconds(_ text: String) -> String { text.split(separator: "\n").filter { !$0.contains("\"seconds\"") }.joined(separator: "\n") }

@Suite struct `A limit of memory` {
  @Test func `is exceeded by no more than a tenth`() throws {
    let mebibytes = 56
    // The most that the process ever held, as the system tells it while it runs; it only grows.
    let script = """
      "$0" check --no-reductions --exact --no-attacks --jobs 2 --memory \(mebibytes)M "$1" & p=$!; peak=0
      while kill -0 $p 2>/dev/null; do
        held=$(sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$p/status 2>/dev/null); [ -n "$held" ] && peak=$held; sleep 0.02
      done
      wait $p; status=$?; echo "$peak" >&2; exit $status
      """
    try withFolder { folder in
      let limited = try run("/bin/bash", ["-c", script, command, "\(root)/Scenarios/oauth/baseline.scenario"], in: folder)
      #expect(limited.status == 3)
      let peak = try #require(limited.complaints.split(separator: "\n").last.flatMap { Int($0) })
      #expect(peak > 0 && Double(peak) <= 1.1 * Double(mebibytes * 1024), "\(peak) KiB were held")
    }
  }
}

@Suite struct `A run that is killed` {
  /// `INTERLOPER_KILLS`: how often.
  private let kills = ProcessInfo.processInfo.environment["INTERLOPER_KILLS"].flatMap(Int.init) ?? 3

  @Test func `goes on where its last checkpoint was, and says what one says that never stopped`() throws {
    try withFolder { folder in
      let arguments = ["check", "--format", "json", "--checkpoint-every", "0", scenario]
      let whole = withoutSeconds(try run(command, arguments, in: folder).output)
      #expect(whole.contains("\"verdict\""))
      let file = folder.appendingPathComponent("checkpoint").path
      var killed = 0
      while killed < kills {
        let moment = Double.random(in: 0...1.2)
        let isBegun = FileManager.default.fileExists(atPath: file)
        let part = try run(command, arguments + [isBegun ? "--resume" : "--checkpoint", file], in: folder, killAfter: moment)
        // Killed, or done before: nothing else.
        #expect(part.status == -1 || part.status == 0, "killed after \(moment): \(part.complaints)")
        #expect(part.complaints.isEmpty, "killed after \(moment): \(part.complaints)")
        killed += 1
        guard part.status == 0 || killed == kills else { continue }
        let isThere = FileManager.default.fileExists(atPath: file)
        let last = try run(command, arguments + [isThere ? "--resume" : "--checkpoint", file], in: folder)
        #expect(withoutSeconds(last.output) == whole, "\(last.complaints)")
        try? FileManager.default.removeItem(atPath: file)
      }
    }
  }

  @Test func `of necessity goes on from the sets that it has looked at, to the same matrix`() throws {
    try withFolder { folder in
      let arguments = ["necessity", "--jobs", "1", "--attacker", "A1a", "--bounds", "flows 1 by alice", "--format", "json"]
      let whole = try run(command, arguments + ["\(root)/Scenarios/oauth/baseline.scenario"], in: folder)
      let known = folder.appendingPathComponent("known.json").path
      let process = Process()
      process.executableURL = URL(fileURLWithPath: command)
      process.arguments = arguments + ["--resume", known, "\(root)/Scenarios/oauth/baseline.scenario"]
      (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
      try process.run()
      while process.isRunning && !FileManager.default.fileExists(atPath: known) { Thread.sleep(forTimeInterval: 0.005) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal)
      let first = try Data(contentsOf: URL(fileURLWithPath: known)).count
      let resumed = try run(command, process.arguments ?? [], in: folder)
      #expect(whole.status == 0 && resumed.status == 0 && resumed.output == whole.output)
      #expect(try Data(contentsOf: URL(fileURLWithPath: known)).count > first)
      // It is about these bounds.
      let other = try run(command, (process.arguments ?? []).map { $0 == "A1a" ? "A1" : $0 }, in: folder)
      #expect(other.status == 2 && other.complaints.contains("is about another scenario"))
    }
  }

  @Test func `is told where no checkpoint can be written, goes on, and keeps the older one`() throws {
    try withFolder { folder in
      let nowhere = try run(command, ["check", "--no-attacks", "--checkpoint", "\(scenario)/c", scenario], in: folder)
      #expect(nowhere.status == 0 && nowhere.complaints.contains("warning: the checkpoint could not be written"), "\(nowhere.complaints)")
      let file = folder.appendingPathComponent("checkpoint")
      let stopped = try run(command, ["check", "--states", "9", "--checkpoint", file.path, scenario], in: folder)
      #expect(stopped.status == 3 && stopped.complaints.isEmpty, "\(stopped.complaints)")
      let older = try Data(contentsOf: file)
      // Files may have 1 KiB at most, so the next checkpoint cannot be filled: as on a full disk.
      let script = "ulimit -f 1; exec \"$0\" check --format json --states 20 --no-attacks --resume \"$1\" \"$2\" >/dev/null"
      let full = try run("/bin/bash", ["-c", script, command, file.path, scenario], in: folder)
      #expect(full.status == 3 && full.complaints.contains("could not be written"), "\(full.status) \(full.complaints)")
      #expect(try Data(contentsOf: file) == older)
      #expect(!FileManager.default.fileExists(atPath: file.path + ".part"))
    }
  }

  @Test func `is refused when its scenario has changed, or its bounds`() throws {
    try withFolder { folder in
      let (copy, file) = (folder.appendingPathComponent("s.scenario"), folder.appendingPathComponent("c").path)
      try FileManager.default.createSymbolicLink(at: folder.appendingPathComponent("Models"), withDestinationURL: URL(fileURLWithPath: "\(root)/Models"))
      let text = try String(contentsOfFile: "\(root)/Scenarios/classic/nspk.scenario", encoding: .utf8)
      try text.write(to: copy, atomically: true, encoding: .utf8)
      #expect(try run(command, ["check", "--depth", "1", "--checkpoint", file, copy.path], in: folder).status == 3)
      let bounds = try run(command, ["check", "--resume", file, "--bounds", "runs 1 by alice", copy.path], in: folder)
      #expect(bounds.status == 2 && bounds.complaints.contains("its bounds were"), "\(bounds.complaints)")
      try (text + "\n").write(to: copy, atomically: true, encoding: .utf8)
      let changed = try run(command, ["check", "--resume", file, copy.path], in: folder)
      #expect(changed.status == 2 && changed.complaints.contains("has another text now"), "\(changed.complaints)")
      #expect(changed.output.isEmpty)
      #expect(try run(command, ["check", "--resume", copy.path, copy.path], in: folder).status == 2)
    }
  }
}
