import Foundation

let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// The folder of the command that was built with the tests.
let commandFolder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()

/// The command that was built with the tests.
let command = commandFolder.appendingPathComponent("interloper").path

/// What a run of the command has printed, and how it ended.
struct Run {
  var status: Int32
  var output: String
  var complaints: String
}

/// Runs the command that was built with the tests.
///
/// - Parameters:
///   - input: what it reads.
///   - environment: variables beside those of the tests, of which none is about terminals.
func interloper(_ arguments: String...) throws -> Run { try interloper(arguments) }

func interloper(_ arguments: [String], input: String = "", environment: [String: String] = [:], in folder: String? = nil) throws -> Run {
  try launch(command, arguments, input: input, environment: environment, in: folder)
}

/// Runs a program, which finds the command in its path.
///
/// - Parameter folder: in which it runs; nil: that of the tests.
func launch(_ program: String, _ arguments: [String], input: String = "", environment: [String: String] = [:], in folder: String? = nil) throws -> Run {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
  var variables = ProcessInfo.processInfo.environment
  for name in ["COLUMNS", "NO_COLOR", "TERM"] { variables[name] = nil }
  variables["PATH"] = "\(commandFolder.path):\(variables["PATH"] ?? "/usr/bin:/bin")"
  process.environment = variables.merging(environment) { $1 }
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
