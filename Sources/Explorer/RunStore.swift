import Certificates
import Compiler
import Dispatch
import Exploration
import Foundation
import Language
import Reports
import Synchronization
import Verdicts

/// What the page is told of a run.
struct RunStatus: Codable, Sendable {
  enum State: String, Codable, Sendable { case running, done, failed, cancelled }
  var id: String
  var request: RunRequest
  var state = State.running
  var progress: Exploration.Progress?
  /// Why there are no verdicts.
  var problem: String?
  /// The scenario, its verdicts and attacks, in the format of `check --format json`.
  var report: JSONReport.Scenario?
  /// For each property its attack as a sequence diagram (SVG), if there is one.
  var diagrams: [String?]?
  /// For each property its attack as a trace that can be played.
  var traces: [TraceFile?]?
}

/// The runs that were asked for: those that go on, and some of those that are done.
final class RunStore: Sendable {
  /// Why a run is not begun.
  enum Refusal: Error, Equatable {
    case tooMany(Int)
    case noSuchScenario
  }

  private struct Runs {
    var byID: [String: RunStatus] = [:]
    /// The oldest first.
    var order: [String] = []
    var cancelled: Set<String> = []
    var count = 0
    var going = 0
  }
  private let runs = Mutex(Runs())
  private let files: ConfinedFiles
  private let options: ExplorerOptions

  init(_ files: ConfinedFiles, _ options: ExplorerOptions) {
    self.files = files
    self.options = options
  }

  /// Begins a run on a thread of its own.
  ///
  /// - Returns: what it is called from now on.
  func start(_ request: RunRequest) throws -> RunStatus {
    guard let path = try files.location(of: request.file), FileKind(fileName: path) == .scenario else { throw Refusal.noSuchScenario }
    let status = try runs.withLock { runs throws(Refusal) in
      guard runs.going < options.maximumRuns else { throw .tooMany(options.maximumRuns) }
      runs.count += 1
      runs.going += 1
      let status = RunStatus(id: String(runs.count), request: request)
      runs.byID[status.id] = status
      runs.order.append(status.id)
      while runs.order.count > options.rememberedRuns, let old = runs.order.firstIndex(where: { runs.byID[$0]?.state != .running }) {
        runs.byID[runs.order.remove(at: old)] = nil
      }
      return status
    }
    DispatchQueue.global().async { [self] in
      let outcome = outcome(of: status, at: path)
      runs.withLock { runs in
        let isCancelled = runs.cancelled.remove(status.id) != nil
        runs.going -= 1
        guard var status = runs.byID[status.id] else { return }
        (status.report, status.diagrams) = (outcome.report, outcome.diagrams)
        (status.traces, status.problem) = (outcome.traces, outcome.problem)
        status.state = status.problem != nil ? .failed : isCancelled && status.report?.stopped != nil ? .cancelled : .done
        runs.byID[status.id] = status
      }
    }
    return status
  }

  func status(of id: String) -> RunStatus? { runs.withLock { $0.byID[id] } }

  /// All that are remembered, the oldest first, without their reports.
  var all: [RunStatus] {
    runs.withLock { runs in
      runs.order.compactMap { id in
        var status = runs.byID[id]
        status?.report = nil
        status?.diagrams = nil
        status?.traces = nil
        return status
      }
    }
  }

  /// Asks a run to end; it keeps what it has found. False: there is no such run.
  func cancel(_ id: String) -> Bool {
    runs.withLock { runs in
      guard let status = runs.byID[id] else { return false }
      if status.state == .running { runs.cancelled.insert(id) }
      return true
    }
  }

  /// Asks all runs to end.
  func cancelAll() { runs.withLock { $0.cancelled.formUnion($0.byID.values.filter { $0.state == .running }.map(\.id)) } }

  /// What a run adds to its status.
  private struct Outcome {
    var report: JSONReport.Scenario?
    var diagrams: [String?]?
    var traces: [TraceFile?]?
    var problem: String?
  }

  private func outcome(of status: RunStatus, at path: String) -> Outcome {
    let id = status.id
    var library = Library()
    var options = CheckOptions()
    options.limits = self.options.limits
    options.jobs = self.options.jobs
    options.interrupted = { [self] in runs.withLock { $0.cancelled.contains(id) } }
    options.onProgress = { [self] progress in runs.withLock { $0.byID[id]?.progress = progress } }
    do {
      guard let scenario = try status.request.scenario(at: path, in: &library) else { return Outcome(problem: "the file has no such scenario") }
      let result = try check(scenario, in: &library, options)
      let diagrams = result.properties.map { property in property.attack.map { SequenceDiagram($0, in: result.system).svg() } }
      let heading = PlayDialogue.Heading(result.scenario, result.compiled, producer: self.options.producer)
      let traces = result.properties.map { $0.attack.map { heading.trace(TraceRecord($0.trace.steps, in: result.system)) } }
      return Outcome(report: shown(JSONReport([result]).scenarios.first), diagrams: diagrams, traces: traces)
    } catch {
      return Outcome(problem: files.shown(text(of: error, in: library.sources)))
    }
  }

  /// With paths that start below the root.
  private func shown(_ report: JSONReport.Scenario?) -> JSONReport.Scenario? {
    guard var report else { return nil }
    report.file = files.shown(report.file)
    for verdict in report.verdicts.indices {
      for step in report.verdicts[verdict].trace?.steps.indices ?? 0..<0 {
        let file = report.verdicts[verdict].trace?.steps[step].file ?? ""
        report.verdicts[verdict].trace?.steps[step].file = files.shown(file)
      }
    }
    return report
  }
}

/// What a person reads of an error in a scenario, its model, or what was chosen.
func text(of error: any Error, in sources: SourceSet) -> String {
  switch error {
  case let failure as Library.Failure: failure.diagnostics.map { render($0, in: sources) }.joined(separator: "\n")
  case CheckFailure.invalid(let diagnostics): diagnostics.map { render($0, in: sources) }.joined(separator: "\n")
  case CheckFailure.internalError(let message): "internal error: \(message)\nNo verdict is given. Please report it with the model and the scenario."
  default: "\(error)"
  }
}
