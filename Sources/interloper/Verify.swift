import ArgumentParser
import Foundation
import Reports
import Verdicts

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks certificates that `check --certificates` has written, without trusting the search.",
    discussion: """
      An attack is replayed step by step, and each of the attacker's derivations is checked rule by rule. What holds is explored again, with
      another number of workers, and without reductions as far as --states allows.

      Example: interloper verify results/Scenarios.oauth.mix-up.1.authentication.attack.json
      Example: interloper verify --root ~/interloper --format json results
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Argument(help: "Certificates, or folders of them.") var paths: [String]
  @Option(help: "text or json.") var format: Format = .text
  @Option(help: "The folder that holds `Models`; without it, where the certificate says.") var root: String?
  @Option(help: "How many states an exploration without reductions may store; 0: there is none.") var states = VerifyOptions().unreducedStates
  @Option(help: "Stop each exploration after this many seconds; without it, those without reductions stop after ten.") var time: Double?

  func validate() throws {
    if states < 0 { throw ValidationError("--states is not negative") }
    try requireLimits(time: time)
  }

  func run() throws {
    Interruption.install()
    let (files, errors) = files(at: paths, suffix: ".json")
    for error in errors { complain("error: \(error)\n") }
    var options = VerifyOptions()
    options.root = root
    options.unreducedStates = states
    options.seconds = time
    options.interrupted = { Interruption.requested }
    let line = ProgressLine()
    options.onProgress = { line.show($0) }
    let report = VerificationReport(usesColour: Terminal.usesColour)
    var results: [CertificateResult] = []
    for file in files where !Interruption.requested {
      let result = verify(certificate: file, options)
      line.clear()
      results.append(result)
      if format == .text { show(report.text(result), terminator: "") }
    }
    if format == .json { print(try JSONVerificationReport(results).text(), terminator: "") }
    if !errors.isEmpty || results.contains(where: { if case .unusable = $0.judgement { true } else { false } }) { throw ExitCode.invalid }
    if results.contains(where: { if case .refused = $0.judgement { true } else { false } }) { throw ExitCode.failure }
    if Interruption.requested || results.contains(where: { if case .inconclusive = $0.judgement { true } else { false } }) { throw ExitCode.inconclusive }
  }
}
