import ArgumentParser
import Compiler
import Foundation
import Reports
import Verdicts

struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Checks all that papers claim, and prints a table: claim, property, expected, found.",
    discussion: """
      A paper is a folder with a file `claims`; a name without a slash is a folder in Papers. Exit code 1: a claim is not as it should be.

      Example: interloper reproduce
      Example: interloper reproduce --format markdown 2016-oauth
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, markdown, junit, sarif }

  @Argument(help: "Papers: names of folders in Papers, or paths of folders. None: all in Papers.") var papers: [String] = []
  @Option(help: "text, json, markdown, junit or sarif.") var format: Format = .text
  @Option(help: "Scenarios that are checked at the same time.") var jobs: Int = ProcessInfo.processInfo.activeProcessorCount
  @Option(help: "Stop after this many seconds for each scenario.") var time: Double?
  @Option(help: "Stop after this many stored states for each scenario.") var states: Int?
  @Flag(help: "Print each attack at length (text only).") var attacks = false
  @OptionGroup var page: ReportArguments

  func validate() throws {
    try requireLimits(jobs: jobs, time: time, states: states)
    if attacks && format != .text { throw ValidationError("--attacks goes with --format text") }
  }

  func run() throws {
    Interruption.install()
    try page.prepare()
    let options = CheckOptions(time: time, states: states)
    let (files, errors) = claims()
    for error in errors { complain("error: \(error)\n") }
    var hasErrors = !errors.isEmpty
    var library = Library()
    var found: [(paper: Paper, claims: [ClaimResult])] = []
    let line = ProgressLine()
    for file in files where !Interruption.requested {
      do {
        let paper = try library.paper(claims: file)
        let claims = try reproduce(paper, in: &library, options, jobs: jobs) { line.show("\(paper.folder): \($0) of \($1) scenarios") }
        line.clear()
        found.append((paper, claims))
      } catch {
        hasErrors = true
        try tell(error, about: file, in: library.sources)
      }
    }
    // Of nothing there is nothing to tell.
    if found.isEmpty && hasErrors { throw ExitCode.invalid }
    let report = ReproductionReport(found)
    switch format {
    case .text:
      let text = TextReport(usesColour: Terminal.usesColour)
      if attacks {
        for result in found.flatMap(\.claims).flatMap(\.scenarios) {
          show(text.text(result, clause: library.told))
        }
      }
      show(report.text(width: Terminal.width), terminator: "")
    case .json: print(try report.json(), terminator: "")
    case .markdown: print(report.markdown(), terminator: "")
    case .junit: print(report.junit(), terminator: "")
    case .sarif:
      let results = found.flatMap(\.claims).flatMap(\.scenarios)
      print(try SARIFReport(results, in: library, producer: Interloper.version).text(), terminator: "")
    }
    if page.path != nil {
      var html = page.page(found.count == 1 ? found[0].paper.title : "What papers claim, and what was found")
      if hasErrors { html.note("Some papers could not be checked: the command has said why.") }
      if Interruption.requested { html.note("The run was interrupted: some papers or scenarios may be missing.") }
      for (paper, claims) in found { html.add(paper, claims, in: &library) }
      try page.write(html)
    }
    if hasErrors { throw ExitCode.invalid }
    let claims = found.flatMap(\.claims)
    if claims.contains(where: \.isFailed) { throw ExitCode.failure }
    if Interruption.requested || claims.contains(where: \.isInconclusive) { throw ExitCode.inconclusive }
  }

  /// The claims files of the papers that were asked for.
  private func claims() -> (files: [String], errors: [String]) {
    var all: [String] = []
    var errors: [String] = []
    let folder = "Papers"
    if papers.isEmpty {
      let known = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      all = known.sorted().map { "\(folder)/\($0)/claims" }.filter { FileManager.default.fileExists(atPath: $0) }
      if all.isEmpty { errors.append("there is no folder `Papers` with papers here: name one by its path") }
    }
    for paper in papers {
      let path = paper.contains("/") || !FileManager.default.fileExists(atPath: "\(folder)/\(paper)") ? paper : "\(folder)/\(paper)"
      let file = path.hasSuffix("/claims") ? path : (path as NSString).appendingPathComponent("claims")
      if FileManager.default.fileExists(atPath: file) {
        all.append(file)
      } else {
        errors.append("there is no paper `\(paper)`: no file `\(file)`")
      }
    }
    return (all, errors)
  }
}
