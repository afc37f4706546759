import Certificates
import Compiler
import Exploration

import struct Foundation.Date
import struct Foundation.URL

/// How to verify a certificate.
public struct VerifyOptions: Sendable {
  /// The folder that holds `Models`; nil: where the certificate says.
  public var root: String?
  /// How many states an exploration without reductions, or without one of them, may store, at most.
  public var unreducedStates = 20_000
  /// Wall-clock seconds for each exploration; nil: as many as it takes to repeat what the certificate says, and ten for each of the others.
  public var seconds: Double?
  /// Asked now and then; `true` ends an exploration in order.
  public var interrupted: @Sendable () -> Bool = { false }
  public var onProgress: (@Sendable (Progress) -> Void)?
  public init() {}
}

/// An exploration that was made to judge a certificate.
public struct Reexploration: Sendable {
  /// The reductions that were on.
  public var reductions: [String]
  public var workers: Int
  /// Whether each bound was that of the scenario; else each was one, or less where the scenario has less.
  public var hasFullBounds: Bool
  public var states: Int
  /// All runs of up to so many decisions were looked at; nil: not even all of those without a decision.
  public var depth: Int?
  /// Which limit ended it; nil: all runs were looked at.
  public var stopped: StopReason?
}

/// What was found out about a certificate.
public struct CertificateResult: Sendable {
  public enum Judgement: Sendable {
    /// What it claims was found to be so.
    case verified
    /// What it claims is not so, or it was altered.
    case refused(String)
    /// It cannot be read, or its model and scenario are not those that are there.
    case unusable(String)
    /// A limit was reached.
    case inconclusive(String)
  }
  public var file: String
  public var judgement: Judgement
  /// nil where it could not be read.
  public var certificate: Certificate?
  public var explorations: [Reexploration] = []
  public var seconds = 0.0
}

/// Judges a certificate: an attack is replayed by the independent checker; what holds is explored again with other settings.
///
/// `file`: the certificate's file.
public func verify(certificate file: String, _ options: VerifyOptions) -> CertificateResult {
  let start = Date()
  var result = CertificateResult(file: file, judgement: .verified)
  do throws(CertificateError) {
    let certificate = try Certificate(file: file)
    result.certificate = certificate
    let source = try certificate.source.load(from: options.root ?? root(of: certificate, in: file))
    if let attack = certificate.attack { try attack.check(in: source.compiled.system) }
    if let exploration = certificate.exploration {
      if let reason = try exploration.check(source, options, &result.explorations) { result.judgement = .inconclusive(reason) }
    }
  } catch {
    switch error {
    case .refused(let reason): result.judgement = .refused(reason)
    case .unreadable(let reason), .otherSource(let reason): result.judgement = .unusable(reason)
    }
  }
  result.seconds = Date().timeIntervalSince(start)
  return result
}

/// Where the certificate says that its root is.
private func root(of certificate: Certificate, in file: String) -> String {
  let folder = URL(fileURLWithPath: file).deletingLastPathComponent().resolvingSymlinksInPath()
  return folder.appendingPathComponent(certificate.source.root).standardizedFileURL.path
}

/// Wall-clock seconds for an exploration without reductions, or without one of them, where nothing else is said.
private let unreducedSeconds = 10.0

/// Bytes for an exploration without reductions: states are counted level by level, and a level can have many more than the one before.
private let unreducedMemory = 1 << 30

/// The depth up to which all runs were looked at: where a limit ended the search, not the one that it was at.
private func covered(_ depth: Int, _ stopped: StopReason?) -> Int? {
  if stopped == nil { return depth }
  return depth > 0 ? depth - 1 : nil
}

extension ExplorationRecord {
  /// Explores again, and compares.
  ///
  /// - Returns: why nothing can be said; nil: what the record says was found again.
  fileprivate func check(
    _ source: CertificateSource.Loaded, _ options: VerifyOptions, _ explorations: inout [Reexploration]
  ) throws(CertificateError) -> String? {
    var source = source
    let system = source.compiled.system
    guard holds.count + violated.count == system.properties.count, Set(holds + violated) == Set(system.properties.map(\.name)) else {
      throw .refused("the properties are not those of the model, each once")
    }
    var checkOptions = CheckOptions()
    checkOptions.reductions = try reductionsThatWereOn()
    // One more state than is claimed is enough to know.
    checkOptions.limits = Limits(seconds: options.seconds, states: max(1, states))
    checkOptions.jobs = workers == 1 ? 2 : 1
    checkOptions.interrupted = options.interrupted
    checkOptions.onProgress = options.onProgress
    let again: ScenarioResult
    do {
      again = try Verdicts.check(source.scenario, in: &source.library, checkOptions)
    } catch {
      switch error {
      case .internalError(let message): throw .refused("the exploration cannot be repeated: \(message)")
      case .invalid(let diagnostics): throw .refused("the exploration cannot be repeated: \(diagnostics.map(\.message).joined(separator: "; "))")
      }
    }
    explorations.append(
      Reexploration(
        reductions: again.reductions, workers: checkOptions.jobs, hasFullBounds: true, states: again.states,
        depth: covered(again.depth, again.stopped), stopped: again.stopped))
    if again.stopped == .states { throw .refused("there are more than \(states) states") }
    if let stopped = again.stopped { return "the exploration was not finished (\(stopped.rawValue))" }
    try compare(again)
    return try checkWithoutReductions(system, checkOptions.reductions, options, &explorations)
  }

  private func reductionsThatWereOn() throws(CertificateError) -> Reductions {
    guard let unknown = reductions.first(where: { !Reductions.names.contains($0) }) else {
      var on = Reductions.all
      for name in Reductions.names where !reductions.contains(name) { _ = on.turnOff(name) }
      guard on.active == reductions else { throw .refused("the reductions are not listed in order, each once") }
      return on
    }
    throw .unreadable("this program knows no reduction `\(unknown)`")
  }

  private func compare(_ again: ScenarioResult) throws(CertificateError) {
    func require<T: Equatable>(_ what: String, _ claimed: T, _ actual: T) throws(CertificateError) {
      guard claimed == actual else { throw .refused("\(what): found \(actual), claimed \(claimed)") }
    }
    try require("properties that hold", holds, again.properties.filter { $0.verdict == .holds }.map(\.property))
    try require("properties that are violated", violated, again.properties.filter { $0.verdict == .violated }.map(\.property))
    try require("states", states, again.states)
    try require("states by depth", statesByDepth, again.statesByDepth)
    try require("transitions", transitions, again.transitions)
    try require("computed states", computed, again.computed)
  }

  /// Explores without reductions: within the bounds if that is feasible, else within the smallest ones. Fewer runs cannot violate more.
  ///
  /// Most protocols have too many states for that even within the smallest bounds. Then each reduction is turned off by itself: that is
  /// feasible, and finds what is wrong with a single one. None of it claims anything where a limit ends it.
  private func checkWithoutReductions(
    _ system: TransitionSystem, _ used: Reductions, _ options: VerifyOptions, _ explorations: inout [Reexploration]
  ) throws(CertificateError) -> String? {
    guard options.unreducedStates > 0 else { return nil }
    let held = Set(system.properties.indices.filter { holds.contains(system.properties[$0].name) })
    var small = system
    for index in small.budgets.indices { small.budgets[index].count = min(1, small.budgets[index].count) }
    let isSmaller = zip(small.budgets, system.budgets).contains { $0.count < $1.count }
    /// Which limit ended it.
    func explore(_ system: TransitionSystem, isSmall: Bool, _ reductions: Reductions, _ what: String) throws(CertificateError) -> StopReason? {
      let search = Search(
        system, reductions: reductions, limits: Limits(seconds: options.seconds ?? unreducedSeconds, memory: unreducedMemory, states: options.unreducedStates),
        interrupted: options.interrupted, onProgress: options.onProgress)
      let outcome = search.run { violated, _ in !violated.isDisjoint(with: held) }
      if let violation = outcome.violations.first(where: { held.contains($0.property) }) {
        throw .refused("without \(what), `\(system.properties[violation.property].name)` is violated after \(violation.depth) decisions")
      }
      explorations.append(
        Reexploration(
          reductions: reductions.active, workers: 1, hasFullBounds: !isSmall, states: outcome.progress.states,
          depth: covered(outcome.progress.depth, outcome.stopped), stopped: outcome.stopped))
      return outcome.stopped
    }
    let interruption = "the exploration without reductions was interrupted"
    for (system, isSmall) in isSmaller ? [(system, false), (small, true)] : [(system, false)] {
      guard let stopped = try explore(system, isSmall: isSmall, .none, "reductions") else { return nil }
      if stopped == .interrupted { return interruption }
    }
    for name in used.active {
      var others = used
      _ = others.turnOff(name)
      if try explore(small, isSmall: isSmaller, others, "the reduction `\(name)`") == .interrupted { return interruption }
    }
    return nil
  }
}
