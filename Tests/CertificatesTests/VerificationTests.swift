import Foundation
import Testing
import Verdicts

@testable import Certificates

/// A copy of a shipped scenario beside a link to the models, with its certificates in a folder of their own; removed afterwards.
private func withCertificates(of scenario: String, _ body: (_ folder: String, _ files: [String]) throws -> Void) throws {
  try withFolder { folder in
    try FileManager.default.createSymbolicLink(atPath: "\(folder)/Models", withDestinationPath: "\(root)/Models")
    try FileManager.default.copyItem(atPath: scenario, toPath: "\(folder)/s.scenario")
    try prepareFolder("\(folder)/results/today")
    let named = try certificates("\(folder)/s.scenario", in: "\(folder)/results/today")
    for item in named { try item.certificate.write(to: "\(folder)/results/today/\(item.fileName)") }
    try body(folder, named.map { "\(folder)/results/today/\($0.fileName)" })
  }
}

private let quick = {
  var options = VerifyOptions()
  options.unreducedStates = 200
  return options
}()

@Suite struct `A certificate` {
  @Test func `of an attack is verified, wherever the repository is put`() throws {
    try withCertificates(of: nspk) { folder, files in
      #expect(files.map { URL(fileURLWithPath: $0).lastPathComponent } == ["s.1.secrecy.attack.json", "s.1.agreement.attack.json"])
      for file in files { #expect(verify(certificate: file, quick).isVerified) }
      let moved = folder + "-moved"
      try FileManager.default.moveItem(atPath: folder, toPath: moved)
      defer { try? FileManager.default.moveItem(atPath: moved, toPath: folder) }
      for file in files { #expect(verify(certificate: file.replacing(folder, with: moved), quick).isVerified) }
    }
  }

  @Test func `of what holds is explored again by others, and without reductions`() throws {
    try withCertificates(of: nsl) { _, files in
      let result = verify(certificate: try #require(files.first), quick)
      #expect(result.isVerified)
      #expect(result.explorations.map(\.states) == [33, 119])
      #expect(result.explorations.map(\.reductions.isEmpty) == [false, true])
      #expect(result.explorations[0].workers != result.certificate?.exploration?.workers)
      #expect(result.certificate?.exploration?.statesByDepth.reduce(0, +) == 33)
      var limited = VerifyOptions()
      limited.unreducedStates = 10
      let other = verify(certificate: files[0], limited)
      #expect(other.isVerified && other.explorations.prefix(2).map(\.stopped) == [nil, .states])
    }
  }

  @Test func `of what has too many states without reductions is explored without each of them`() throws {
    try withCertificates(of: nsl) { _, files in
      var options = VerifyOptions()
      options.unreducedStates = 100
      let result = verify(certificate: try #require(files.first), options)
      #expect(result.isVerified)
      let all = result.explorations[0].reductions
      #expect(result.explorations.dropFirst(2).map { exploration in all.filter { !exploration.reductions.contains($0) } } == all.map { [$0] })
      #expect(result.explorations.dropFirst(2).allSatisfy { $0.stopped == nil && $0.hasFullBounds == result.explorations[1].hasFullBounds })
    }
  }

  @Test func `that claims to hold what is violated is refused`() throws {
    try withCertificates(of: nspk) { folder, files in
      let attack = try Certificate(file: files[0])
      var holds = ExplorationRecord(
        holds: ["secrecy", "agreement"], violated: [], reductions: ["monotone"], workers: 1, states: 1000, statesByDepth: [1000], transitions: 0, computed: 0)
      let file = "\(folder)/results/today/holds.json"
      try Certificate(producer: "test", source: attack.source, exploration: holds).write(to: file)
      #expect(verify(certificate: file, quick).refusal?.contains("properties that hold") == true)
      holds.states = 2
      try Certificate(producer: "test", source: attack.source, exploration: holds).write(to: file)
      #expect(verify(certificate: file, quick).refusal == "there are more than 2 states")
    }
  }

  @Test func `is not used for another text, and the file is named`() throws {
    try withCertificates(of: nspk) { folder, files in
      let scenario = "\(folder)/s.scenario"
      let text = try String(contentsOfFile: scenario, encoding: .utf8)
      try (text + "\n").write(toFile: scenario, atomically: true, encoding: .utf8)
      #expect(verify(certificate: files[0], quick).unusable?.contains("s.scenario` is not the text") == true)
      try FileManager.default.removeItem(atPath: scenario)
      #expect(verify(certificate: files[0], quick).unusable?.contains("there is no file") == true)
      try text.write(toFile: scenario, atomically: true, encoding: .utf8)
      #expect(verify(certificate: files[0], quick).isVerified)
    }
  }

  @Test func `is found by another root, and not by a wrong one`() throws {
    try withCertificates(of: nspk) { folder, files in
      try withFolder { elsewhere in
        let copy = "\(elsewhere)/c.json"
        try FileManager.default.copyItem(atPath: files[0], toPath: copy)
        #expect(verify(certificate: copy, quick).unusable?.contains("--root") == true)
        var options = quick
        options.root = folder
        #expect(verify(certificate: copy, options).isVerified)
        options.root = elsewhere
        #expect(verify(certificate: copy, options).unusable != nil)
      }
    }
  }

  @Test(arguments: ["../s.scenario", "/etc/hostname", "Models/../s.scenario", "", "Models//s", "./s.scenario"])
  func `names no file outside of its root`(_ path: String) throws {
    var certificate = try loweAttack()
    certificate.source.files[0].path = path
    certificate.source.sha256 = CertificateSource.digest(of: certificate.source.files)
    #expect(throws: CertificateError.refused("the path `\(path)` does not lead to a file below the root")) { try certificate.source.load(from: root) }
  }

  @Test func `is not accepted with fewer files than the scenario uses`() throws {
    var certificate = try loweAttack()
    certificate.source.files.remove(at: 1)
    certificate.source.sha256 = CertificateSource.digest(of: certificate.source.files)
    #expect(throws: CertificateError.self) { try certificate.source.load(from: root) }
  }
}

@Suite struct `Writing` {
  @Test func `leaves what was there when it fails, and nothing half written`() throws {
    try withFolder { folder in
      let certificate = try loweAttack(in: folder)
      // A folder is in the way.
      try FileManager.default.createDirectory(atPath: "\(folder)/c.json/inside", withIntermediateDirectories: true)
      #expect(throws: WritingError.self) { try certificate.write(to: "\(folder)/c.json") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["c.json"])
      #expect(throws: WritingError.self) { try certificate.write(to: "\(folder)/missing/c.json") }
    }
  }

  @Test func `is refused at once where a folder cannot be made`() throws {
    try withFolder { folder in
      try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
      #expect(throws: WritingError.self) { try prepareFolder("\(folder)/file") }
      #expect(throws: WritingError.self) { try prepareFolder("\(folder)/file/results") }
      try prepareFolder("\(folder)/a/b")
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/a/b").isEmpty)
    }
  }

  @Test func `gives the same bytes each time, and reads them back`() throws {
    let (first, second) = (try loweAttack(), try loweAttack())
    #expect(try first.json() == second.json())
    #expect(try Certificate(json: try first.json()) == first)
  }
}

@Suite struct `Paths` {
  @Test func `lead from one folder to another`() {
    #expect(relative("/a/b/c", to: "/a/d") == "../b/c")
    #expect(relative("/a", to: "/a") == ".")
    #expect(relative("/", to: "/a/b") == "../..")
    #expect(relative("/a/bc", to: "/a/b") == "../bc")
  }

  @Test func `and names are told apart`() {
    let names = Vocabulary.Names(["a", "b", "a", "a#2", "a"])
    #expect((0..<5).map { names[$0] } == ["a", "b", "a#3", "a#2", "a#4"])
    #expect((0..<5).map { names.index(of: names[$0]) } == [0, 1, 2, 3, 4])
  }
}
