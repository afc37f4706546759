import Compiler
import Foundation
import Reports
import Testing
import Verdicts

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// A paper with one claim on the shipped scenario of Needham and Schroeder, beside links to models and scenarios; removed afterwards.
private func withPaper<T>(_ claim: String, _ body: (String) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder.appendingPathComponent("Papers/p"), withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  for name in ["Models", "Scenarios"] {
    try FileManager.default.createSymbolicLink(at: folder.appendingPathComponent(name), withDestinationURL: URL(fileURLWithPath: "\(root)/\(name)"))
  }
  let path = folder.appendingPathComponent("Papers/p/claims").path
  let text = "paper \"Using <Encryption>\" by \"Needham, Schroeder\" in \"CACM\"\nclaim \"c & d\" at \"s\" \"m\"\n  \(claim)\n"
  try text.write(toFile: path, atomically: true, encoding: .utf8)
  return try body(path)
}

private func results(_ claim: String) throws -> (paper: Paper, claims: [ClaimResult]) {
  try withPaper(claim) { path in
    var library = Library()
    let paper = try library.paper(claims: path)
    return (paper, try reproduce(paper, in: &library, CheckOptions(), jobs: 2))
  }
}

private let nspk = "scenario \"../../Scenarios/classic/nspk.scenario\""

@Suite struct `A reproduced claim` {
  @Test func `is confirmed where the scenario's expectations are met`() throws {
    let claims = try results(nspk).claims
    #expect(claims.count == 1 && !claims[0].isFailed)
    #expect(claims[0].rows[0].map(\.mark) == [.confirmed, .confirmed])
    #expect(claims[0].rows[0].map(\.found) == [.violated, .violated])
  }

  @Test func `differs where the paper says otherwise, and fails where it does not`() throws {
    let different = try results(nspk + " differs secrecy holds \"because\"").claims[0].rows[0]
    #expect(different.map(\.mark) == [.differs, .confirmed])
    #expect(different[0].expected == .holds && different[0].reason == "because")
    let same = try results(nspk + " differs secrecy violated \"because\"").claims[0]
    #expect(same.isFailed && same.rows[0].map(\.mark) == [.failed, .confirmed])
  }

  @Test(arguments: [
    ("scenario \"nothing.scenario\"", "there is no file"), (nspk + " differs secrcy holds \"w\"", "there is no property `secrcy`"),
    (nspk + " differs secrecy holds \"w\" differs secrecy holds \"w\"", "`secrecy` differs twice"),
    (nspk + "\nclaim \"c & d\" at \"s\" \"m\" " + nspk, "there are two claims"),
  ])
  func `is refused with its place where it is wrong`(_ claim: String, _ message: String) throws {
    try withPaper(claim) { path in
      var library = Library()
      let failure = #expect(throws: Library.Failure.self) { try library.paper(claims: path) }
      let diagnostic = try #require(failure?.diagnostics.first)
      #expect(failure?.diagnostics.count == 1 && diagnostic.message.contains(message))
      let place = try #require(diagnostic.location)
      #expect(library.sources.files[place.file].name == path)
    }
  }

  @Test func `is checked at larger bounds too, where the claims file says so`() throws {
    let (paper, claims) = try results(nspk + " larger \"../../Scenarios/classic/nsl.scenario\"")
    #expect(paper.claims[0].scenarios.count == 1 && paper.claims[0].larger.count == 1)
    #expect(claims[0].rows.map { $0.map(\.found) } == [[.violated, .violated], [.holds, .holds]])
  }

  @Test func `sweeps over the attackers where its scenario does`() throws {
    try withPaper("scenario \"swept.scenario\"") { path in
      let text = try String(contentsOfFile: "\(root)/Scenarios/classic/nspk.scenario", encoding: .utf8) + "\nsweep attackers\n"
      try text.write(toFile: (path as NSString).deletingLastPathComponent + "/swept.scenario", atomically: true, encoding: .utf8)
      var library = Library()
      let paper = try library.paper(claims: path)
      let sweep = try #require(try reproduce(paper, in: &library, CheckOptions(), jobs: 1).first?.scenarios.first?.attackerSweep)
      #expect(sweep.properties.map(\.property) == ["secrecy", "agreement"])
    }
  }

  @Test func `is told in each format`() throws {
    let report = ReproductionReport([try results(nspk + " differs secrecy holds \"because\"")])
    #expect(report.text().contains("≠  c & d, secrecy: the paper says holds, and found is violated. because"))
    #expect(report.markdown().contains("| ✓ |  | agreement | violated | violated |") && report.markdown().contains("Using \\<Encryption\\>"))
    let decoded = try JSONDecoder().decode(ReproductionReport.self, from: Data(try report.json().utf8))
    #expect(decoded.version == 1 && decoded.papers[0].claims[0].scenarios[0].rows.map(\.mark) == [.differs, .confirmed])
    #expect(report.junit().contains("tests=\"2\"") && report.junit().contains("c &amp; d") && !report.junit().contains("<failure"))
  }
}

/// Each claim of each paper by itself.
private let claims: [(folder: String, number: Int)] = {
  var all: [(String, Int)] = []
  for folder in ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/Papers")) ?? []).sorted() {
    var library = Library()
    guard let paper = try? library.paper(claims: "\(root)/Papers/\(folder)/claims") else { continue }
    all += paper.claims.indices.map { (folder, $0) }
  }
  return all
}()

@Suite struct `Shipped papers` {
  @Test func `can be read`() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: "\(root)/Papers").filter {
      FileManager.default.fileExists(atPath: "\(root)/Papers/\($0)/claims")
    }
    #expect(!folders.isEmpty && Set(folders) == Set(claims.map(\.folder)))
  }

  @Test(arguments: claims) func `have claims that come out as they say`(_ folder: String, _ number: Int) throws {
    var library = Library()
    var paper = try library.paper(claims: "\(root)/Papers/\(folder)/claims")
    paper.claims = [paper.claims[number]]
    // The verdicts at larger bounds are for the command.
    paper.claims[0].larger = []
    for row in try reproduce(paper, in: &library, CheckOptions(), jobs: 2).flatMap(\.rows).joined() {
      #expect(row.mark == .confirmed || row.mark == .differs, "\(row.scenario), \(row.property): expected \(row.expected), found \(row.found)")
    }
  }
}
