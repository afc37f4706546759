import Foundation
import Testing

private let models = "\(root)/Models/FAPI2"

private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

@Suite struct `The guide to FAPI 2.0` {
  /// The lines of each block of text, from the guide's section on adding a clause.
  private func blocks() throws -> [[String]] {
    let section = try #require(try text("\(models)/README.md").split(separator: "## How to add a clause and test it").last?.split(separator: "\n## ").first)
    var blocks: [[String]] = []
    var isInside = false
    for line in section.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.drop(while: { $0 == " " }) == "```" {
        isInside.toggle()
        if isInside { blocks.append([]) }
      } else if isInside {
        blocks[blocks.count - 1].append(String(line))
      }
    }
    return blocks
  }

  @Test func `adds a clause with files that are read, and commands that end as it says`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for name in ["Models", "Scenarios"] { try FileManager.default.copyItem(atPath: "\(root)/\(name)", toPath: folder.appendingPathComponent(name).path) }
    let proposal = folder.appendingPathComponent("Models/Proposal")
    try FileManager.default.createDirectory(at: proposal, withIntermediateDirectories: true)
    var commands = 0
    for block in try blocks() {
      let lines = block.joined(separator: "\n") + "\n"
      if lines.hasPrefix("clause ") { try lines.write(to: proposal.appendingPathComponent("clauses"), atomically: true, encoding: .utf8) }
      if lines.hasPrefix("model ") { try lines.write(to: proposal.appendingPathComponent("Proposal.interloper"), atomically: true, encoding: .utf8) }
      for line in block {
        let command = line.trimmingCharacters(in: .whitespaces)
        guard command.hasPrefix("$ interloper ") else { continue }
        commands += 1
        let parts = command.split(separator: "#")
        let expected = parts.count == 1 ? 0 : parts[1].split(separator: " ").last.flatMap { Int32($0) }
        let arguments = parts[0].split(separator: " ").dropFirst(2).map(String.init)
        #expect(try status(of: arguments, in: folder) == expected, "\(command)")
      }
    }
    #expect(commands == 5)
  }

  private func status(of arguments: [String], in folder: URL) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("interloper")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test func `says of each clause where it stands`() throws {
    // `CLAUSE FILE HANDLER`, from the models.
    var standing: Set<String> = []
    var clauses: [String] = []
    for line in try text("\(models)/clauses").split(separator: "\n") where line.hasPrefix("clause ") { clauses.append(String(line.split(separator: " ")[1])) }
    for file in try FileManager.default.contentsOfDirectory(atPath: models) where file.hasSuffix(".interloper") {
      var handler = ""
      for line in try text("\(models)/\(file)").split(separator: "\n") where !line.hasPrefix("//") {
        let words = line.split(separator: " ")
        if words.count > 2 && words[0] == "on" && line.hasPrefix("  on ") { handler = "\(words[1]) \(words[2])" }
        if let first = words.first, ["step", "procedure", "setup", "session"].contains(first), words.count > 1 { handler = "\(words[0]) \(words[1])" }
        for marker in line.split(separator: "[").dropFirst().compactMap({ $0.split(separator: "]").first }) {
          for name in marker.split(whereSeparator: { $0 == " " || $0 == "," }) where clauses.contains(String(name)) {
            standing.insert("\(name) \(file.replacing(".interloper", with: "")) \(handler)")
          }
        }
      }
    }
    var said: Set<String> = []
    for line in try text("\(models)/README.md").split(separator: "\n") {
      let cells = line.split(separator: "|").map { $0.replacing("`", with: "").trimmingCharacters(in: .whitespaces) }
      guard cells.count == 2, clauses.contains(cells[0]) else { continue }
      for places in cells[1].split(separator: "; ") {
        let parts = places.split(separator: ": ", maxSplits: 1)
        for handler in parts[1].split(separator: ", ") { said.insert("\(cells[0]) \(parts[0]) \(handler)") }
      }
    }
    #expect(said == standing && said.count > clauses.count)
  }
}
