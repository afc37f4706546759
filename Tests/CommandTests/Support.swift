import Foundation

let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// The command that was built with the tests.
let command = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("interloper").path

/// What a run of the command has printed, and how it ended.
struct Run {
  var status: Int32
  var output: String
  var complaints: String
}

/// Runs the command that was built with the tests; `input`: what it reads.
func interloper(_ arguments: String...) throws -> Run { try interloper(arguments) }

func interloper(_ arguments: [String], input: String = "") throws -> Run {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: command)
  process.arguments = arguments
  // Files, not pipes: nothing that is printed can fill them.
  let prints = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  let complains = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  let reads = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  for file in [prints, complains] { try Data().write(to: file) }
  try Data(input.utf8).write(to: reads)
  defer { for file in [prints, complains, reads] { try? FileManager.default.removeItem(at: file) } }
  process.standardInput = try FileHandle(forReadingFrom: reads)
  process.standardOutput = try FileHandle(forWritingTo: prints)
  process.standardError = try FileHandle(forWritingTo: complains)
  try process.run()
  process.waitUntilExit()
  return Run(
    status: process.terminationStatus, output: String(decoding: try Data(contentsOf: prints), as: UTF8.self),
    complaints: String(decoding: try Data(contentsOf: complains), as: UTF8.self))
}
