import Compiler
import Digests
import Foundation
import Language

extension CertificateSource {
  /// What a scenario was compiled from.
  ///
  /// - Parameters:
  ///   - folder: the certificate's folder; it must exist.
  ///   - digests: of the files that are known already.
  public init(_ scenario: Library.Scenario, _ compiled: Library.Compiled, in folder: String, _ digests: FileDigests = FileDigests()) {
    root = relative(resolved(compiled.root), to: resolved(folder))
    scenarioFile = relative(absolute(scenario.file), to: compiled.root)
    position = scenario.position
    title = scenario.title
    model = scenario.declaration.model.text
    attackers = scenario.declaration.attackers.map(\.text)
    bounds = compiled.bounds
    dropped = compiled.dropped
    files = CertificateSource.files(of: compiled, digests)
    sha256 = CertificateSource.digest(of: files)
  }

  /// How the names of files about this scenario begin: its path with dots, and its number in the file.
  ///
  /// The path tells scenarios of one name in different folders apart.
  public var fileStem: String {
    let path = scenarioFile.hasSuffix(".scenario") ? String(scenarioFile.dropLast(".scenario".count)) : scenarioFile
    return "\(path.replacing("/", with: ".")).\(position)"
  }

  private static func files(of compiled: Library.Compiled, _ digests: FileDigests) -> [File] {
    compiled.files.map { File(path: relative(absolute($0.name), to: compiled.root), sha256: digests.sha256(of: $0)) }.sorted { $0.path < $1.path }
  }

  /// The digest of the lines `DIGEST␠␠PATH`, each with a line feed behind it, in the order of the paths.
  public static func digest(of files: [File]) -> String {
    Digests.sha256(Array(files.map { "\($0.sha256)  \($0.path)\n" }.joined().utf8))
  }

  /// The scenario that a certificate is about, read again.
  public struct Loaded: Sendable {
    public var library: Library
    public var scenario: Library.Scenario
    public var compiled: Library.Compiled
  }

  /// Reads and compiles the scenario again, and checks that its texts and all that the certificate says about it are the same.
  ///
  /// - Parameter root: the folder that holds `Models`.
  /// - Throws: `.otherSource` if a file is missing or has changed; `.refused` if the certificate says something else than its texts.
  public func load(from root: String) throws(CertificateError) -> Loaded {
    for path in files.map(\.path) + [scenarioFile] where !isBelowRoot(path) {
      throw .refused("the path `\(path)` does not lead to a file below the root")
    }
    guard CertificateSource.digest(of: files) == sha256 else { throw .refused("the digest is not that of the list of files") }
    guard files == files.sorted(by: { $0.path < $1.path }), files.contains(where: { $0.path == scenarioFile }) else {
      throw .refused("the list of files is not in order, or does not have the scenario's file")
    }
    try compareFiles(root)
    var library = Library()
    do {
      let scenarios = try library.scenarios(in: "\(root)/\(scenarioFile)")
      guard position > 0, position <= scenarios.count, scenarios[position - 1].title == title else {
        throw CertificateError.refused("scenario \(position) of `\(scenarioFile)` is not “\(title)”")
      }
      let scenario = scenarios[position - 1]
      let compiled = try library.compile(scenario)
      try compare(scenario, compiled)
      return Loaded(library: library, scenario: scenario, compiled: compiled)
    } catch let failure as Library.Failure {
      let errors = failure.diagnostics.map { render($0, in: library.sources) }.joined(separator: "\n")
      throw .otherSource("the scenario cannot be compiled\n\(errors)")
    } catch let error as CertificateError {
      throw error
    } catch {
      throw .otherSource("the scenario cannot be read: \(error)")
    }
  }

  /// Compares the files that the certificate lists with those that are there now.
  private func compareFiles(_ root: String) throws(CertificateError) {
    for file in files {
      let bytes: Data
      do {
        bytes = try contents(ofRegularFile: "\(root)/\(file.path)")
      } catch {
        throw .otherSource("\(error.reason); `--root` says where the folder is that holds `Models`")
      }
      guard Digests.sha256(bytes) == file.sha256 else {
        throw .otherSource("`\(root)/\(file.path)` is not the text that the certificate is about: its SHA-256 digest is \(Digests.sha256(bytes))")
      }
    }
  }

  private func compare(_ scenario: Library.Scenario, _ compiled: Library.Compiled) throws(CertificateError) {
    let actual = CertificateSource.files(of: compiled, FileDigests())
    // Also catches a file that changed between the two readings.
    if let other = actual.first(where: { !files.contains($0) }) {
      throw .otherSource("the scenario uses `\(other.path)`, which the certificate does not list so")
    }
    if let other = files.first(where: { !actual.contains($0) }) { throw .refused("the scenario does not use `\(other.path)`") }
    func require<T: Equatable>(_ what: String, _ claimed: T, _ actual: T) throws(CertificateError) {
      guard claimed == actual else { throw .refused("\(what): the scenario says \(actual), the certificate \(claimed)") }
    }
    try require("model", model, scenario.declaration.model.text)
    try require("attackers", attackers, scenario.declaration.attackers.map(\.text))
    try require("bounds", bounds, compiled.bounds)
    try require("dropped clauses", dropped, compiled.dropped)
  }

  /// Whether a relative path stays where it begins.
  private func isBelowRoot(_ path: String) -> Bool {
    !path.isEmpty && !path.contains("\0") && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !["", ".", ".."].contains($0) }
  }
}
