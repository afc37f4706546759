import ArgumentParser
import Certificates
import Compiler
import Foundation
import Reports
import Verdicts

struct Necessity: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "necessity",
    abstract: "Drops each clause of a scenario's model, and tells what breaks, and under which smallest attackers.",
    discussion: """
      Only minimal sets are reported: with `--sets 2`, a pair of which one clause alone breaks something is not looked at. What breaks already in
      the scenario as it is says nothing of its clauses, and is left out.

      Example: interloper necessity Scenarios/oauth/baseline.scenario
      Example: interloper necessity --sufficient --option senderConstraint=dpop --option clientAuthentication=mtls Scenarios/fapi2/baseline.scenario
      Example: interloper necessity --sets 2 --resume pairs.json --format markdown Scenarios/oauth/baseline.scenario
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, markdown }

  @Argument(help: "A scenario file; its first scenario is taken, or the one that --scenario says.") var path: String
  @OptionGroup var choice: ScenarioNumber
  @Option(help: "Up to how many clauses are dropped together: 1, 2 or 3.") var sets: Int = 1
  @Flag(help: "Also find the smallest sets of clauses that are enough: kept alone, they keep all properties.") var sufficient = false
  @Option(help: "text, json or markdown.") var format: Format = .text
  @Option(help: "Scenarios that are checked at the same time.") var jobs: Int = ProcessInfo.processInfo.activeProcessorCount
  @OptionGroup var variant: VariantArguments
  @Option(help: "Stop after this many seconds for each set.") var time: Double?
  @Option(help: "Stop after this many stored states for each set.") var states: Int?
  @Option(help: "Keep what is known in this file, and go on from there.") var resume: String?
  @Flag(help: "Tell each attack, too: of each minimal set under each of its smallest attackers. A page has them always.") var attacks = false
  @OptionGroup var page: ReportArguments

  func validate() throws {
    if !(1...3).contains(sets) { throw ValidationError("--sets is 1, 2 or 3") }
    try requireLimits(jobs: jobs, time: time, states: states)
  }

  func run() throws {
    Interruption.install()
    try page.prepare()
    let options = CheckOptions(jobs: jobs, time: time, states: states)
    var library = Library()
    let line = ProgressLine()
    do {
      try library.use(try variant.variant)
      let scenario = try choice.scenario(in: path, &library)
      let memory = try resume.map { try NecessityFile(at: $0, for: scenario, in: &library, options.limits) }
      var result = try necessity(of: scenario, in: &library, sets: sets, options, jobs: jobs, known: memory?.entries ?? []) { entries, left in
        line.show("\(entries.count) sets looked at, \(left) left of this size")
        memory?.write(entries)
      }
      if sufficient && result.isComplete && !result.properties.isEmpty {
        result.sufficiency = try sufficiency(of: scenario, in: &library, after: result, options, jobs: jobs, known: memory?.runs ?? []) { runs in
          line.show("\(runs.count) sets run, for those that are enough")
          memory?.write(runs: runs)
        }
      }
      let told = attacks || page.path != nil ? try demonstrations(of: result, scenario, in: &library, options) : []
      line.clear()
      if let problem = memory?.problem { complain("warning: \(problem)\n") }
      let report = NecessityReport(result, attacks: attacks ? told : []) { name in library.clause(name)?.meaning.text }
      switch format {
      case .text:
        if attacks {
          let text = TextReport(usesColour: Terminal.usesColour)
          for way in told { show(text.text(way.result, clause: library.told)) }
        }
        show(report.text(), terminator: "")
      case .json: print(try report.json(), terminator: "")
      case .markdown: print(report.markdown(), terminator: "")
      }
      if page.path != nil {
        var html = page.page("Which clauses are needed: \(result.title)")
        if !result.isComplete { html.note("The run was interrupted: some sets of clauses are missing.") }
        let clauses = library
        html.add(result, attacks: told, in: &library) { name in clauses.clause(name)?.meaning.text }
        try page.write(html)
      }
      if !result.isComplete || result.entries.contains(where: { $0.outcome == .inconclusive || !$0.unknown.isEmpty }) || result.sufficiency?.isComplete == false
      {
        throw ExitCode.inconclusive
      }
    } catch {
      try tell(error, about: "any set of clauses", in: library.sources)
      throw ExitCode.invalid
    }
  }
}
