import Compiler
import Foundation
import Testing
import Verdicts

@testable import Certificates

/// The repository's folder.
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// A folder that is removed afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

/// The certificates of a scenario, as they are written into a folder.
func certificates(_ scenario: String, in folder: String) throws -> [NamedCertificate] {
  var library = Library()
  let result = try check(try library.scenarios(in: scenario)[0], in: &library, CheckOptions())
  return try certificates(for: result, in: folder, producer: "test")
}

/// Lowe's attack: a shipped scenario whose attack opens, composes and takes apart.
let nspk = "\(root)/Scenarios/classic/nspk.scenario"
let nsl = "\(root)/Scenarios/classic/nsl.scenario"

/// The certificate of Lowe's attack on the responder's secret.
func loweAttack(in folder: String = root) throws -> Certificate { try #require(try certificates(nspk, in: folder).first?.certificate) }

extension CertificateResult {
  var isVerified: Bool { if case .verified = judgement { true } else { false } }
  var refusal: String? { if case .refused(let reason) = judgement { reason } else { nil } }
  var unusable: String? { if case .unusable(let reason) = judgement { reason } else { nil } }
}
