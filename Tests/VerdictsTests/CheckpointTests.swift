import Compiler
import Exploration
import Foundation
import Reports
import Testing

@testable import Verdicts

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

private func withFolder(_ body: (String) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder.path)
}

/// What `check` says of a file's scenarios, but for the seconds.
private func checked(_ name: String, resuming resumed: String? = nil, writing path: String? = nil, _ change: (inout CheckOptions) -> Void = { _ in }) throws
  -> [JSONReport.Scenario]
{
  var library = Library()
  var options = CheckOptions()
  change(&options)
  let scenarios = try library.scenarios(in: "\(root)/Scenarios/\(name).scenario")
  if resumed != nil || path != nil {
    options.checkpoints = try CheckpointKeeper(resuming: resumed, path: path, every: 0, producer: "test") { Issue.record("\($0)") }
    try options.checkpoints?.match(scenarios, in: &library, options)
  }
  var report = JSONReport(try scenarios.map { try check($0, in: &library, options) })
  options.checkpoints?.finish()
  for index in report.scenarios.indices { report.scenarios[index].seconds = 0 }
  return report.scenarios
}

private func text(_ scenarios: [JSONReport.Scenario]) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  return String(decoding: try encoder.encode(scenarios), as: UTF8.self)
}

@Suite struct `A checkpoint` {
  @Test(arguments: [("classic/nspk", [1, 4, 9, 16, 30]), ("oauth/csrf", [25])])
  func `leads to what a search says that never stopped`(_ name: String, _ limits: [Int]) throws {
    let whole = try text(try checked(name))
    try withFolder { folder in
      let file = "\(folder)/c"
      var resumed: String?
      // Each search goes on from the one before it, with another number of workers.
      for (turn, limit) in limits.enumerated() {
        _ = try checked(name, resuming: resumed, writing: resumed == nil ? file : nil) {
          $0.limits.states = limit
          $0.jobs = 1 + turn % 2
        }
        resumed = file
      }
      let again = try text(try checked(name, resuming: file) { $0.jobs = 2 })
      #expect(again == whole, "\(again.split(separator: ",").filter { !whole.contains($0) })")
    }
  }

  @Test func `keeps whole states where these are compared, and goes on with these only`() throws {
    let whole = try text(try checked("classic/nspk") { $0.isExact = true })
    try withFolder { folder in
      let file = "\(folder)/c"
      for limit in [4, 16] {
        _ = try checked("classic/nspk", resuming: limit == 4 ? nil : file, writing: limit == 4 ? file : nil) {
          $0.limits.states = limit
          $0.isExact = true
        }
      }
      #expect(throws: CheckpointError.self) { try checked("classic/nspk", resuming: file) }
      let again = try text(try checked("classic/nspk", resuming: file) { $0.isExact = true })
      #expect(again == whole, "\(again.split(separator: ",").filter { !whole.contains($0) })")
    }
  }

  @Test func `is of use after each kind of limit`() throws {
    let whole = try text(try checked("classic/nspk"))
    for limits in [Limits(memory: 1), Limits(depth: 1), Limits(depth: 2)] {
      try withFolder { folder in
        let limited = try checked("classic/nspk", writing: "\(folder)/c") { $0.limits = limits }
        #expect(limited[0].stopped != nil)
        // The second time nothing is left to do.
        for _ in 0..<2 { #expect(try text(try checked("classic/nspk", resuming: "\(folder)/c")) == whole) }
      }
    }
  }

  @Test func `is refused where it was cut off, altered, or is none`() throws {
    try withFolder { folder in
      _ = try checked("classic/nspk", writing: "\(folder)/c") { $0.limits.states = 9 }
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/c"))
      #expect(try CheckpointFile.decode(data).count == 1)
      for length in stride(from: 0, to: data.count, by: 97) {
        #expect(throws: CheckpointError.self, "cut off after \(length)") { try CheckpointFile.decode(data.prefix(length)) }
      }
      for position in stride(from: 0, to: data.count, by: 31) {
        var altered = data
        altered[position] ^= 1 << (position % 8)
        #expect(throws: CheckpointError.self, "altered at \(position)") { try CheckpointFile.decode(altered) }
      }
      func reason(_ data: Data) -> String? {
        do throws(CheckpointError) { _ = try CheckpointFile.decode(data) } catch { return error.description }
        return nil
      }
      #expect(reason(Data("scenario".utf8)) == "is no checkpoint")
      #expect(reason(data.prefix(data.count - 1))?.contains("was cut off: \(data.count - 1) bytes of \(data.count)") == true)
      #expect(reason(data + [0])?.contains("altered") == true)
      var other = data
      other[22] = 7
      #expect(reason(other) == "is a checkpoint of version 7; this program reads version \(CheckpointFile.version)")
    }
  }

  @Test func `is refused where reductions, scenarios or the program are others, and is not overwritten`() throws {
    try withFolder { folder in
      let file = "\(folder)/c"
      _ = try checked("classic/nspk", writing: file) { $0.limits.states = 9 }
      func refusal(_ name: String, _ producer: String = "test", path: String? = nil, reductions: Reductions = .all) throws -> String {
        var library = Library()
        var options = CheckOptions()
        options.reductions = reductions
        do throws(CheckpointError) {
          let keeper = try CheckpointKeeper(resuming: path == nil ? file : nil, path: path, every: 0, producer: producer) { _ in }
          try keeper.match((try? library.scenarios(in: "\(root)/Scenarios/\(name).scenario")) ?? [], in: &library, options)
        } catch {
          return error.description
        }
        return ""
      }
      #expect(try refusal("classic/nspk") == "")
      #expect(try refusal("classic/nspk", reductions: .none).contains("the reductions were monotone"))
      #expect(try refusal("classic/nsl").contains("which is not among the scenarios to check"))
      #expect(try refusal("classic/nspk", "another").contains("was written by test, this is another"))
      #expect(try refusal("classic/nspk", path: file).contains("is there already"))
    }
  }
}
