import ArgumentParser
import Certificates
import Compiler
import Exploration
import Foundation
import Reports
import Verdicts
import Verification

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Explores scenarios, and prints a verdict and the shortest attack for each property.",
    discussion: """
      Example: interloper check Scenarios/oauth
      Example: interloper check --time 60 --format json Scenarios/oauth/mix-up.scenario
      Example: interloper check --attacker "A1a + A3a" --option senderConstraint=dpop --drop FAPI2SP-5.3.2.2-7 Scenarios/fapi2/baseline.scenario
      Example: interloper check --oracle naive Scenarios/classic
      Example: interloper check --certificates results Scenarios/oauth
      Example: interloper check --report mix-up.html Scenarios/oauth/mix-up.scenario
      Example: interloper check --checkpoint run.checkpoint Scenarios/oauth
      Example: interloper check --resume run.checkpoint Scenarios/oauth
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, junit, sarif }

  enum Oracle: String, ExpressibleByArgument, CaseIterable { case naive }

  @Argument(help: "Scenario files, or folders of them.") var paths: [String]
  @Option(help: "text, json, junit or sarif.") var format: Format = .text
  @Option(help: "Workers.") var jobs: Int = ProcessInfo.processInfo.activeProcessorCount
  @OptionGroup var variant: VariantArguments
  @Option(help: "Stop after this many seconds for each scenario.") var time: Double?
  @Option(help: "Stop at this much memory, for example 512M or 4G.") var memory: String?
  @Option(help: "Stop after this many decisions.") var depth: Int?
  @Option(help: "Stop after this many stored states.") var states: Int?
  @Option(name: .customLong("no-reduction"), help: "Switch one reduction off: \(Reductions.names.joined(separator: ", ")).") var offReductions: [String] = []
  @Flag(name: .customLong("no-reductions"), help: "Switch all reductions off.") var noReductions = false
  @Option(help: "Ask a second explorer too, and compare: naive (ground terms, no reductions; --time and --states limit it as well).") var oracle: Oracle?
  @Option(name: .customLong("oracle-size"), help: "How many symbols the naive explorer's attacker puts into a field that nothing determines.")
  var oracleSize: Int = NaiveExplorer.Limits().messageSize
  @Option(name: .customLong("oracle-constants"), help: "How many own constants of each sort the naive explorer's attacker uses.")
  var oracleConstants: Int = NaiveExplorer.Limits().ownConstants
  @Flag(help: "Tell states apart by all of their words, not by fingerprints of 127 bits; takes more memory.") var exact = false
  @Flag(name: .customLong("no-attacks"), help: "Print only the table.") var noAttacks = false
  @Option(help: "Write a certificate for each attack, and one for what holds, into this folder.") var certificates: String?
  @Option(help: "Write the state of the search into this file now and then, and where a limit or Ctrl-C ends it.") var checkpoint: String?
  @Option(name: .customLong("checkpoint-every"), help: "Seconds between two checkpoints; longer where writing one takes more than a tenth of that.")
  var checkpointEvery: Double = 60
  @Option(help: "Go on where a checkpoint stopped; all else as it was then, but limits and --jobs. Goes on writing there, or to --checkpoint.")
  var resume: String?
  @OptionGroup var report: ReportArguments

  func validate() throws {
    try requireLimits(jobs: jobs, time: time, memory: memory, states: states)
    if let depth, depth < 0 { throw ValidationError("--depth is not negative") }
    if oracleSize < 1 || oracleSize > 8 { throw ValidationError("--oracle-size is between 1 and 8") }
    if oracleConstants < 1 || oracleConstants > 8 { throw ValidationError("--oracle-constants is between 1 and 8") }
    if !(checkpointEvery >= 0 && checkpointEvery.isFinite) { throw ValidationError("--checkpoint-every is a number of seconds") }
    if certificates != nil, try !variant.variant.isEmpty {
      throw ValidationError(
        "a certificate is about a scenario as its file has it: it does not go with --attacker, --option, --drop, --keep, --model or --bounds")
    }
    for name in offReductions where !Reductions.names.contains(name) {
      throw ValidationError("there is no reduction `\(name)`: \(Reductions.names.joined(separator: ", "))")
    }
  }

  func run() throws {
    Interruption.install()
    try report.prepare()
    var writer: CertificateWriter?
    if let certificates { writer = try CertificateWriter(folder: certificates) }
    let line = ProgressLine()
    var options = CheckOptions(jobs: jobs, time: time, memory: memory, depth: depth, states: states, showing: line)
    options.reductions = noReductions ? .none : .all
    for name in offReductions { _ = options.reductions.turnOff(name) }
    options.isExact = exact
    if oracle == .naive {
      options.oracle = NaiveExplorer.Limits(messageSize: oracleSize, ownConstants: oracleConstants, seconds: time)
      if let states { options.oracle?.maximumStates = states }
    }
    let text = TextReport(usesColour: Terminal.usesColour)
    let (files, errors) = files(at: paths, suffix: ".scenario")
    for error in errors { complain("error: \(error)\n") }
    var library = Library()
    var hasErrors = !errors.isEmpty
    do {
      try library.use(try variant.variant)
    } catch let failure as Library.Failure {
      print(failure.diagnostics, in: library.sources)
      throw ExitCode.invalid
    }
    if checkpoint != nil || resume != nil { options.checkpoints = try checkpoints(files, &library, options) }
    defer { options.checkpoints?.finish() }
    var scenarios: [Library.Scenario] = []
    for file in files {
      do {
        scenarios += try library.scenarios(in: file)
      } catch {
        hasErrors = true
        try tell(error, about: "this scenario", in: library.sources)
      }
    }
    var results: [ScenarioResult] = []
    check(scenarios, in: &library, options) { scenario, outcome, library in
      line.clear()
      switch outcome {
      case .failure(let failure):
        hasErrors = true
        tell(failure, about: "this scenario", in: library.sources)
      case .success(let result):
        results.append(result)
        if let problem = writer?.write(result) {
          hasErrors = true
          complain(problem)
        }
        if format == .text && !noAttacks {
          show(text.text(result, clause: library.told))
        }
      }
    }
    switch format {
    case .text: if !results.isEmpty { show(text.table(results, width: Terminal.width), terminator: "") }
    case .json: print(try JSONReport(results).text(), terminator: "")
    case .junit: print(junitReport(results), terminator: "")
    case .sarif: print(try SARIFReport(results, in: library, producer: Interloper.version).text(), terminator: "")
    }
    if report.path != nil {
      var page = report.page(results.count == 1 ? results[0].title : "Checked scenarios")
      if hasErrors { page.note("Some scenarios could not be checked: the command has said why.") }
      if Interruption.requested { page.note("The run was interrupted: some scenarios may be missing.") }
      for result in results { page.add(result, in: &library) }
      try report.write(page)
    }
    if hasErrors { throw ExitCode.invalid }
    if results.contains(where: { !$0.isAsExpected && !$0.isInconclusive }) { throw ExitCode.failure }
    if Interruption.requested || results.contains(where: { $0.isInconclusive || $0.oracle?.isInconclusive ?? false }) { throw ExitCode.inconclusive }
  }

  /// What keeps checkpoints; ends the command where the one to go on from cannot be used.
  private func checkpoints(_ files: [String], _ library: inout Library, _ options: CheckOptions) throws -> CheckpointKeeper {
    do throws(CheckpointError) {
      let keeper = try CheckpointKeeper(resuming: resume, path: checkpoint, every: checkpointEvery, producer: "interloper \(Interloper.version)") {
        complain("warning: \($0)\n")
      }
      // What cannot be read is told when its turn comes.
      var scenarios: [Library.Scenario] = []
      for file in files { scenarios += (try? library.scenarios(in: file)) ?? [] }
      try keeper.match(scenarios, in: &library, options)
      return keeper
    } catch {
      complain("error: \(error)\n")
      throw ExitCode.invalid
    }
  }
}
