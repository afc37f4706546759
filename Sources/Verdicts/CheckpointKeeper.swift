import Certificates
import Compiler
import Exploration
import Foundation

/// The checkpoint of one run of `check`: for each scenario that was begun where its search stands, for each that is done what came of it.
///
/// One scenario is explored at a time. The outcome of one that is done is kept in memory and written with the next checkpoint; the state of one
/// that a limit has ended is written at once, and then kept as part of the file.
public final class CheckpointKeeper: @unchecked Sendable {
  /// What a scenario was compiled from, and how it is explored.
  private struct Label: Codable, Equatable {
    var producer: String
    var source: CertificateSource
    var options: [String]
    var reductions: [String]
    /// Whether states are told apart by all of their words.
    var isExact: Bool
  }
  private typealias Entry = (label: Label, body: Data)

  private let path: String
  private let seconds: Double
  private let producer: String
  private let warn: (String) -> Void
  /// Those that were read from the checkpoint to go on from, until their scenarios are checked.
  private var entries: [Entry] = []
  private var resumable: Set<String> = []
  private var last = Date()
  /// The scenario whose search is under way: its entry is in the file, not in memory.
  private var unfinished: Label?
  /// Whether the file says all that is known.
  private var isComplete = false

  /// Reads the checkpoint to go on from, if there is one.
  ///
  /// - Parameters:
  ///   - resumed: the checkpoint to go on from.
  ///   - path: where to write; nil: where it was read. A file that is there already and is not read is never replaced.
  ///   - seconds: wall-clock time between two checkpoints.
  ///   - producer: the program and its version. A checkpoint of another one is refused.
  ///   - warn: told where a checkpoint could not be written. The search goes on then, and an older checkpoint stays.
  public init(resuming resumed: String?, path: String?, every seconds: Double, producer: String, warn: @escaping (String) -> Void)
    throws(CheckpointError)
  {
    guard let place = path ?? resumed else { throw CheckpointError("there is no file to write checkpoints to") }
    self.path = place
    self.seconds = seconds
    self.producer = producer
    self.warn = warn
    if let resumed {
      for (label, body) in try CheckpointFile.read(resumed) {
        guard let label = try? JSONDecoder().decode(Label.self, from: label) else {
          throw CheckpointError("`\(resumed)` is a checkpoint with an entry that does not say what it is about")
        }
        guard label.producer == producer else { throw CheckpointError("`\(resumed)` was written by \(label.producer), this is \(producer)") }
        guard resumable.insert(key(label)).inserted else { throw CheckpointError("`\(resumed)` is a checkpoint with one scenario twice") }
        entries.append((label, body))
      }
    }
    let isSame = resumed.map { absolute($0) == absolute(place) } ?? false
    if !isSame, FileManager.default.fileExists(atPath: place) {
      throw CheckpointError("`\(place)` is there already: `--resume \(place)` goes on from it; else remove it, or name another file")
    }
    // Told at once, and not after a minute, where checkpoints cannot be written.
    if isSame { isComplete = true } else { save(nil) }
  }

  private func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

  private func key(_ label: Label) -> String { "\(label.source.position) \(label.source.scenarioFile)" }

  private func label(_ scenario: Library.Scenario, _ compiled: Library.Compiled, _ options: CheckOptions) -> Label {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    return Label(
      producer: producer, source: CertificateSource(scenario, compiled, in: folder), options: compiled.options, reductions: options.reductions.active,
      isExact: options.isExact)
  }

  /// Makes sure that each scenario of the checkpoint is one of these, and is what it was: before anything is explored.
  public func match(_ scenarios: [Library.Scenario], in library: inout Library, _ options: CheckOptions) throws(CheckpointError) {
    var missing = entries.map(\.label)
    for scenario in scenarios where !missing.isEmpty {
      // What does not compile is told when its turn comes.
      guard let compiled = try? library.compile(scenario) else { continue }
      let now = label(scenario, compiled, options)
      guard let index = missing.firstIndex(where: { key($0) == key(now) }) else { continue }
      if let difference = difference(missing.remove(at: index), now) {
        throw CheckpointError("the checkpoint does not belong to “\(scenario.title)”: \(difference)")
      }
    }
    if let other = missing.first {
      throw CheckpointError("the checkpoint is about “\(other.source.title)” in `\(other.source.scenarioFile)`, which is not among the scenarios to check")
    }
  }

  /// What keeps a search from going on; nil: nothing.
  private func difference(_ old: Label, _ new: Label) -> String? {
    for file in new.source.files where !old.source.files.contains(file) { return "`\(file.path)` has another text now" }
    if old.source.files.count != new.source.files.count { return "it was compiled from other files" }
    func other(_ what: String, _ before: [String], _ now: [String]) -> String? {
      before == now ? nil : "\(what) were \(before.joined(separator: ", ")); now they are \(now.joined(separator: ", "))"
    }
    func comparison(_ label: Label) -> [String] { [label.isExact ? "compared whole" : "compared by fingerprints"] }
    let differences: [String?] = [
      other("its bounds", old.source.bounds, new.source.bounds), other("the reductions", old.reductions, new.reductions),
      other("the dropped clauses", old.source.dropped, new.source.dropped), other("the options", old.options, new.options),
      other("the attackers", old.source.attackers, new.source.attackers), other("the model", [old.source.model], [new.source.model]),
      other("states", comparison(old), comparison(new)), old.source.title == new.source.title ? nil : "it was called “\(old.source.title)”",
    ]
    return differences.lazy.compactMap(\.self).first
  }

  /// Makes a search go on where the checkpoint says, and write checkpoints.
  func attach(to search: Search, _ scenario: Library.Scenario, _ compiled: Library.Compiled, _ options: CheckOptions) throws(CheckpointError) {
    keepUnfinished()
    let label = label(scenario, compiled, options)
    let index = entries.firstIndex { key($0.label) == key(label) }
    if let index, resumable.remove(key(label)) != nil {
      if let difference = difference(entries[index].label, label) {
        throw CheckpointError("the checkpoint does not belong to “\(scenario.title)”: \(difference)")
      }
      try search.resume(entries[index].body)
    }
    entries.removeAll { key($0.label) == key(label) }
    unfinished = label
    search.checkpointing = Checkpointing(every: seconds) { [self] body, isFinished in
      if isFinished {
        unfinished = nil
        isComplete = false
        entries.append((label, body.data))
        if Date().timeIntervalSince(last) >= seconds { save(nil) }
      } else {
        save((label, body))
      }
    }
  }

  /// Writes what is known, and where the present search stands.
  private func save(_ present: (label: Label, body: CheckpointBody)?) {
    do throws(CheckpointError) {
      var all: [(label: Data, body: CheckpointBody)] = []
      for entry in entries { all.append((try encoded(entry.label), CheckpointBody(entry.body))) }
      if let present { all.append((try encoded(present.label), present.body)) }
      try CheckpointFile.write(all, to: path)
      (last, isComplete) = (Date(), true)
    } catch {
      isComplete = false
      warn("the checkpoint could not be written: \(error)")
    }
  }

  /// Takes over where the last search stood, as the file says it: an older place of it, if the last one could not be written.
  private func keepUnfinished() {
    guard let label = unfinished else { return }
    unfinished = nil
    let saved = try? CheckpointFile.read(path).first { (try? JSONDecoder().decode(Label.self, from: $0.label)).map(key) == key(label) }
    if let saved { entries.append((label, saved.body)) }
  }

  private func encoded(_ label: Label) throws(CheckpointError) -> Data {
    do {
      return try JSONEncoder().encode(label)
    } catch {
      throw CheckpointError("what it is about cannot be encoded: \(error)")
    }
  }

  /// Writes the last checkpoint of a run.
  public func finish() {
    keepUnfinished()
    if !isComplete { save(nil) }
  }
}
