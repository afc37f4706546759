import ArgumentParser
import Compiler
import Foundation
import Reports
import Verdicts

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Checks two scenarios, and tells which clauses, options and verdicts differ, with the attacks that make the difference.",
    discussion: """
      A and B are scenario files; B may be left out: then it is A once more. What is said with -a or -b changes that side, and what is said without
      both. Twins are not compared. Where both sweep over an option, equal values of it are. A property that one model alone has is told, and does
      not count.
      Exit codes: 0 all verdicts are the same; 1 some differ; 2 wrong usage, or an error in a model or scenario; 3 inconclusive.

      Example: interloper compare Scenarios/fapi2/baseline.scenario --model-b FAPI2ID2
      Example: interloper compare Scenarios/fapi2/baseline.scenario --option-a senderConstraint=mtls --option-b senderConstraint=dpop
      Example: interloper compare --attacker "A1a + A2" draft.scenario final.scenario
      Example: interloper compare --report draft.html Scenarios/fapi2/id2/start-csrf.scenario --model-b FAPI2
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, markdown, json }

  @Argument(help: "A scenario file.") var a: String
  @Argument(help: "Another one; left out: the same.") var b: String?
  @Option(help: "text, markdown or json.") var format: Format = .text
  @OptionGroup var variant: VariantArguments
  @Option(name: .customLong("model-a"), help: "Another model for A.") var modelA: String?
  @Option(name: .customLong("model-b"), help: "Another model for B.") var modelB: String?
  @Option(name: .customLong("option-a"), help: ArgumentHelp("A value of an option for A; may be repeated.", valueName: "name=value"))
  var optionA: [String] = []
  @Option(name: .customLong("option-b"), help: ArgumentHelp("A value of an option for B; may be repeated.", valueName: "name=value"))
  var optionB: [String] = []
  @Option(name: .customLong("drop-a"), help: ArgumentHelp("Drop a clause in A; may be repeated.", valueName: "clause")) var dropA: [String] = []
  @Option(name: .customLong("drop-b"), help: ArgumentHelp("Drop a clause in B; may be repeated.", valueName: "clause")) var dropB: [String] = []
  @Option(name: .customLong("keep-a"), help: ArgumentHelp("Put a clause back in A; may be repeated.", valueName: "clause")) var keepA: [String] = []
  @Option(name: .customLong("keep-b"), help: ArgumentHelp("Put a clause back in B; may be repeated.", valueName: "clause")) var keepB: [String] = []
  @Option(name: .customLong("attacker-a"), help: "Other attackers for A.") var attackerA: String?
  @Option(name: .customLong("attacker-b"), help: "Other attackers for B: where a draft calls them otherwise.") var attackerB: String?
  @Option(help: "Workers.") var jobs: Int = ProcessInfo.processInfo.activeProcessorCount
  @Option(help: "Stop after this many seconds for each scenario.") var time: Double?
  @Option(help: "Stop at this much memory, for example 512M or 4G.") var memory: String?
  @Option(help: "Stop after this many stored states for each scenario.") var states: Int?
  @OptionGroup var page: ReportArguments

  func validate() throws {
    try requireLimits(jobs: jobs, time: time, memory: memory, states: states)
    let (first, second) = try sides
    if b == nil && first == second {
      throw ValidationError("there is nothing to compare: name a second scenario, or what is other, for example --option-b, --drop-b or --model-b")
    }
  }

  /// What is said of each side: of both, and of this one, which goes first.
  private var sides: (Variant, Variant) {
    get throws {
      let common = try variant.variant
      func side(_ model: String?, _ attacker: String?, _ options: [String: String], _ drops: [String], _ keeps: [String]) -> Variant {
        var side = common
        side.model = model ?? common.model
        side.attackers = attacker.map(attackerNames) ?? common.attackers
        side.options.merge(options) { $1 }
        side.drops = common.drops.filter { !keeps.contains($0) } + drops
        side.keeps = common.keeps.filter { !drops.contains($0) } + keeps
        return side
      }
      return (
        side(modelA, attackerA, try optionValues(optionA, "--option-a"), clauseNames(dropA), clauseNames(keepA)),
        side(modelB, attackerB, try optionValues(optionB, "--option-b"), clauseNames(dropB), clauseNames(keepB))
      )
    }
  }

  func run() throws {
    Interruption.install()
    try page.prepare()
    let line = ProgressLine()
    let options = CheckOptions(jobs: jobs, time: time, memory: memory, states: states, showing: line)
    var library = Library()
    var comparisons: [Comparison] = []
    do {
      let (first, second) = try sides
      let pairs = comparable(try scenarios(in: a, first, &library), try scenarios(in: b ?? a, second, &library))
      if pairs.isEmpty {
        complain("error: the scenarios sweep over options that have no value in common\n")
        throw ExitCode.invalid
      }
      for pair in pairs where !Interruption.requested { comparisons.append(try compare(pair.first, pair.second, in: &library, options)) }
      line.clear()
    } catch {
      line.clear()
      try tell(error, about: "this comparison", in: library.sources)
      throw ExitCode.invalid
    }
    let report = ComparisonReport(comparisons, usesColour: Terminal.usesColour && format == .text)
    switch format {
    case .text: show(report.text(), terminator: "")
    case .markdown: print(report.markdown(), terminator: "")
    case .json: print(try report.json(), terminator: "")
    }
    if page.path != nil {
      var html = page.page(comparisons.count == 1 ? ComparisonReport.heading(comparisons[0]) : "Compared scenarios")
      if Interruption.requested { html.note("The run was interrupted: some scenarios may be missing.") }
      for comparison in comparisons { html.add(comparison, in: &library) }
      try page.write(html)
    }
    if comparisons.contains(where: \.differs) { throw ExitCode.failure }
    if Interruption.requested || comparisons.contains(where: \.isInconclusive) { throw ExitCode.inconclusive }
  }

  private func scenarios(in path: String, _ variant: Variant, _ library: inout Library) throws -> [Library.Scenario] {
    try library.use(variant)
    return try library.scenarios(in: path)
  }
}
