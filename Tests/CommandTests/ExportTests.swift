import Foundation
import Testing

private let nspk = "\(root)/Scenarios/classic/nspk.scenario"

@Suite struct `The command export` {
  @Test(arguments: [
    ("mermaid", "sequenceDiagram"), ("plantuml", "@startuml"), ("dot", "digraph attack {"), ("itf", "{"), ("proverif", "(* "), ("tamarin", "/* "),
  ])
  func `writes one document to standard output`(_ target: String, _ beginning: String) throws {
    let run = try interloper("export", nspk, "--to", target, "--property", "secrecy")
    #expect(run.status == 0 && run.output.hasPrefix(beginning) && run.complaints.isEmpty, "\(run.complaints)")
  }

  @Test func `writes several into a folder, and says how where none is named`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let refused = try interloper("export", nspk, "--to", "dot")
    #expect(refused.status == 2 && refused.output.isEmpty && refused.complaints.contains("choose one by --scenario and --property"), "\(refused.complaints)")
    #expect(try interloper("export", nspk, "--to", "dot", "--output", folder.path).status == 0)
    let names = ["Scenarios.classic.nspk.1.agreement.dot", "Scenarios.classic.nspk.1.secrecy.dot"]
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == names)
  }

  @Test func `refuses what the target cannot say, by name`() throws {
    let run = try interloper("export", nspk, "--to", "proverif")
    #expect(
      run.status == 2 && run.output.isEmpty && run.complaints.contains("`agreement` cannot be exported to ProVerif: it counts events"), "\(run.complaints)")
    let unknown = try interloper("export", nspk, "--to", "tamarin", "--property", "secrecies")
    #expect(unknown.status == 2 && unknown.complaints.contains("there is no property `secrecies`; there are `secrecy`, `agreement`"), "\(unknown.complaints)")
    let number = try interloper("export", nspk, "--to", "tamarin", "--scenario", "2")
    #expect(number.status == 2 && number.complaints.contains("there is no number 2"), "\(number.complaints)")
    #expect(try interloper("export", nspk, "--to", "proverif", "--keep-bounds").status == 2)
    #expect(try interloper("export", nspk, "--to", "maude", "--property", "secrecy").status == 2)
    #expect(try interloper("export", nspk, "--to", "tamarin", "--time", "1").status == 2)
  }

  @Test func `says that there is no attack, and has an empty list of them`() throws {
    let run = try interloper("export", "\(root)/Scenarios/classic/nsl.scenario", "--to", "json")
    #expect(run.status == 0 && run.complaints.contains("there is no attack to write"), "\(run.complaints)")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(object["version"] as? Int == 1 && (object["attacks"] as? [Any])?.isEmpty == true)
  }
}

@Suite struct `Formats for continuous integration` {
  @Test func `come with the exit code of check`() throws {
    let junit = try interloper("check", "--format", "junit", nspk)
    #expect(junit.status == 0 && junit.output.contains("<testsuites>") && junit.output.contains("failures=\"0\""), "\(junit.output)")
    let sarif = try interloper("check", "--format", "sarif", nspk)
    let log = try #require(try JSONSerialization.jsonObject(with: Data(sarif.output.utf8)) as? [String: Any])
    #expect(sarif.status == 0 && log["version"] as? String == "2.1.0")
  }
}
