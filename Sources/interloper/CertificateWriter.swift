import ArgumentParser
import Certificates
import Verdicts

/// Writes the certificates of one run of `check` into a folder.
struct CertificateWriter {
  private let folder: String
  /// The files that this run has written, and for which scenario.
  private var written: [String: String] = [:]
  private let digests = FileDigests()

  /// Makes the folder; ends the command if it cannot be written to.
  init(folder: String) throws {
    self.folder = folder
    do {
      try prepareFolder(folder)
    } catch {
      complain("error: \(error)\n")
      throw ExitCode.invalid
    }
  }

  /// Writes all certificates of a result.
  ///
  /// - Returns: what went wrong, to be told to the user; nil: all was written.
  mutating func write(_ result: ScenarioResult) -> String? {
    do {
      for named in try certificates(for: result, in: folder, producer: "interloper \(Interloper.version)", digests) {
        let scenario = "\(result.file): \(result.title)"
        if let other = written.updateValue(scenario, forKey: named.fileName), other != scenario {
          return "error: `\(folder)/\(named.fileName)` would be the certificate of “\(scenario)” and of “\(other)”\n"
        }
        try named.certificate.write(to: "\(folder)/\(named.fileName)")
      }
      return nil
    } catch let error as UncertifiedAttack {
      return "internal error: \(error)\nPlease report it with the model and the scenario.\n"
    } catch {
      return "error: \(error)\n"
    }
  }
}
