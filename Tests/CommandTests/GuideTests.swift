import Foundation
import Testing

private let models = "\(root)/Models/FAPI2"
private let guides = "\(root)/Sources/interloper/interloper.docc"

private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

/// A copy of what guides work on, removed afterwards.
private func withCopy(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  defer { try? FileManager.default.removeItem(at: folder) }
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  for name in ["Models", "Scenarios"] { try FileManager.default.copyItem(atPath: "\(root)/\(name)", toPath: folder.appendingPathComponent(name).path) }
  try body(folder)
}

/// Runs the lines that begin with `$`; each has to end with 0, or as `# exit code 1` behind it says.
///
/// - Returns: how many there were.
private func runCommands(of lines: [String], in folder: URL) throws -> Int {
  let commands = lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.hasPrefix("$ ") }
  for command in commands {
    let parts = command.dropFirst(2).split(separator: "# exit code ")
    let expected = parts.count == 1 ? 0 : Int32(parts[1])
    let run = try launch("/bin/sh", ["-c", String(parts[0])], in: folder.path)
    #expect(run.status == expected, "\(command)\n\(run.complaints)")
  }
  return commands.count
}

@Suite struct `The guides` {
  @Test(arguments: [("TenMinutes", 2), ("ForResearchers", 10), ("ForWorkingGroups", 3), ("Commands", 1), ("LongSearches", 2)])
  func `have commands that end as they say`(_ name: String, _ least: Int) throws {
    let lines = try text("\(guides)/\(name).md").components(separatedBy: "\n")
    try withCopy { folder in
      let commands = try runCommands(of: lines, in: folder)
      #expect(commands >= least)
    }
  }
}

@Suite struct `The guide to FAPI 2.0` {
  /// The lines of each block of text in a section of the guide.
  private func blocks(_ heading: String) throws -> [[String]] {
    let section = try #require(try text("\(models)/README.md").split(separator: "## \(heading)\n").last?.split(separator: "\n## ").first)
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
    let heading = "How to add a clause and test it"
    try withCopy { folder in
      let proposal = folder.appendingPathComponent("Models/Proposal")
      try FileManager.default.createDirectory(at: proposal, withIntermediateDirectories: true)
      for block in try blocks(heading) {
        let lines = block.joined(separator: "\n") + "\n"
        if lines.hasPrefix("clause ") { try lines.write(to: proposal.appendingPathComponent("clauses"), atomically: true, encoding: .utf8) }
        if lines.hasPrefix("model ") { try lines.write(to: proposal.appendingPathComponent("Proposal.interloper"), atomically: true, encoding: .utf8) }
      }
      let commands = try runCommands(of: try blocks(heading).flatMap { $0 }, in: folder)
      #expect(commands == 5)
    }
  }

  @Test func `compares versions, profiles, options and files, with commands that end as it says`() throws {
    let commands = try runCommands(of: try blocks("How to compare").flatMap { $0 }, in: URL(fileURLWithPath: root))
    #expect(commands == 4)
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
