import ArgumentParser
import Compiler
import Foundation
import Reports
import Verdicts

import func Language.closest

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Tells one attack at length: who is who, each step with its messages, checks and derivations, and what would have stopped it.",
    discussion: """
      Without --property, the first property that is violated is explained. Where nothing is violated, it says what holds, and within which bounds.
      Exit codes are those of `check`: 0 if all that is asked for is as the scenario expects, an attack too.

      Example: interloper explain Scenarios/oauth/mix-up.scenario
      Example: interloper explain --property secrecy --format markdown Scenarios/classic/nspk.scenario
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, markdown, json }

  @Argument(help: "A scenario file; its first scenario is taken, or the one that --scenario says.") var path: String
  @OptionGroup var choice: ScenarioNumber
  @Option(help: "The property whose attack is told.") var property: String?
  @Option(help: "text, markdown or json.") var format: Format = .text
  @Flag(help: "With text: print the derivations too, and the lines of the model that each step leads through.") var details = false
  @Option(help: "Characters in a line of text, 40 to 400; else those of the terminal, at most 80.") var width: Int?
  @OptionGroup var variant: VariantArguments
  @Option(help: "Workers.") var jobs: Int = ProcessInfo.processInfo.activeProcessorCount
  @Option(help: "Stop after this many seconds for each search: one, and one more for each dropped clause.") var time: Double?
  @Option(help: "Stop after this many stored states for each search.") var states: Int?
  @OptionGroup var page: ReportArguments

  func validate() throws {
    if let width, !(40...400).contains(width) { throw ValidationError("--width is between 40 and 400") }
    try requireLimits(jobs: jobs, time: time, states: states)
  }

  func run() throws {
    Interruption.install()
    try page.prepare()
    let line = ProgressLine()
    let options = CheckOptions(jobs: jobs, time: time, states: states, showing: line)
    var library = Library()
    do {
      try library.use(try variant.variant)
      let scenario = try choice.scenario(in: path, &library)
      // A mistyped name is told before anything is searched.
      let known = library.properties(of: scenario)
      if let property, !known.contains(property), !known.isEmpty {
        let help = closest(to: property, among: known).map { "did you mean `\($0)`?" } ?? "there are \(known.map { "`\($0)`" }.joined(separator: ", "))"
        complain("error: there is no property `\(property)` in the model `\(scenario.declaration.model.text)`: \(help)\n")
        throw ExitCode.invalid
      }
      let result = try check(scenario, in: &library, options)
      let asked = result.properties.indices.filter { property == nil || result.properties[$0].property == property }
      let told = asked.first { result.properties[$0].verdict == .violated }
      let restored = try told.map { try restorations(of: result, property: $0, in: &library, options) } ?? []
      line.clear()
      let explanation = Explanation(result, property: told, restorations: restored, in: &library)
      try print(ExplanationReport(explanation))
      if page.path != nil {
        var html = page.page(result.title)
        if Interruption.requested { html.note("The run was interrupted: some clauses may not have been put back.") }
        html.add(result, restored: told.map { [(result.properties[$0].property, restored)] } ?? [], in: &library)
        try page.write(html)
      }
      if asked.contains(where: { !result.properties[$0].isAsExpected && result.properties[$0].verdict != .inconclusive }) { throw ExitCode.failure }
      let isOpen = asked.contains { result.properties[$0].verdict == .inconclusive && !result.properties[$0].isAsExpected }
      if Interruption.requested || isOpen || restored.contains(where: { $0.verdict == .inconclusive }) { throw ExitCode.inconclusive }
    } catch let code as ExitCode {
      throw code
    } catch {
      line.clear()
      try tell(error, about: "this scenario", in: library.sources)
      throw ExitCode.invalid
    }
  }

  private func print(_ report: ExplanationReport) throws {
    switch format {
    case .text:
      let width = self.width ?? min(80, Terminal.width ?? 80)
      Swift.print(report.text(width: width, usesColour: Terminal.usesColour, withDetails: details), terminator: "")
    case .markdown: Swift.print(report.markdown(), terminator: "")
    case .json: Swift.print(try report.json(), terminator: "")
    }
  }
}
