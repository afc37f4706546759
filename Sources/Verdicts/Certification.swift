import Certificates
import Compiler
import Exploration
import Verification

/// A certificate and the name of the file that it is written to.
public struct NamedCertificate: Sendable {
  public var fileName: String
  public var certificate: Certificate
}

/// The certificates of a result: one for each attack, and one for all properties that hold. An inconclusive verdict has none.
///
/// Each attack is checked once more in the form in which it is written.
///
/// - Parameters:
///   - result: what was found.
///   - folder: where they are written to; it must exist.
///   - producer: the program and its version.
///   - digests: of files that earlier certificates were about.
public func certificates(
  for result: ScenarioResult, in folder: String, producer: String, _ digests: FileDigests = FileDigests()
) throws(UncertifiedAttack) -> [NamedCertificate] {
  let source = CertificateSource(result.scenario, result.compiled, in: folder, digests)
  let stem = source.fileStem
  var certificates: [NamedCertificate] = []
  for (index, property) in result.properties.enumerated() {
    guard let attack = property.attack else { continue }
    var trace = attack.trace
    // The same steps may break several properties: each certificate says how its own breaks.
    trace.property = index
    do {
      let record = AttackRecord(try certify(trace, decisions: attack.decisions, in: result.system), in: result.system)
      try record.check(in: result.system)
      let certificate = Certificate(producer: producer, source: source, attack: record)
      certificates.append(NamedCertificate(fileName: "\(stem).\(property.property).attack.json", certificate: certificate))
    } catch {
      let reason = (error as? ReplayError)?.text(in: result.system) ?? "\(error)"
      throw UncertifiedAttack(description: "\(result.title), \(property.property): the certificate would be refused: \(reason)")
    }
  }
  if let record = ExplorationRecord(result) {
    certificates.append(
      NamedCertificate(fileName: "\(stem).holds.json", certificate: Certificate(producer: producer, source: source, exploration: record)))
  }
  return certificates
}

/// An attack that was replayed cannot be certified: a mistake of the program, never of a model.
public struct UncertifiedAttack: Error, CustomStringConvertible {
  public var description: String
}

extension ExplorationRecord {
  /// What was counted; nil where nothing holds, or a limit was reached.
  init?(_ result: ScenarioResult) {
    let holds = result.properties.filter { $0.verdict == .holds }.map(\.property)
    guard result.stopped == nil, !holds.isEmpty, !result.properties.contains(where: { $0.verdict == .inconclusive }) else { return nil }
    self.init(
      holds: holds, violated: result.properties.filter { $0.verdict == .violated }.map(\.property), reductions: result.reductions,
      workers: result.jobs, states: result.states, statesByDepth: result.statesByDepth, transitions: result.transitions, computed: result.computed)
  }
}
