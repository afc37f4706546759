import Compiler
import Dispatch
import Exploration
import Foundation
import Language
import Reports
import Synchronization

/// What the page is told of a play.
struct PlayStatus: Codable, Sendable {
  var id: String
  var request: RunRequest
  /// Whether something is being done; the rest is as it was before.
  var isBusy = true
  /// Why there is nothing to play.
  var problem: String?
  var title = ""
  var view: PlayView?
}

/// The plays that go on.
///
/// What is done in them is done one after the other, on a thread of its own. A play that nobody asks for any more is forgotten after a while, and
/// the one that waits longest when there are too many.
final class PlayStore: Sendable {
  /// Why nothing is done.
  enum Refusal: Error, Equatable {
    case tooMany(Int)
    case isBusy
    case noSuchPlay
  }

  private struct Seat {
    var status: PlayStatus
    /// Away while something is done with it.
    var game: Game?
    var lastAsked = ContinuousClock.now
  }
  private struct Seats {
    var byID: [String: Seat] = [:]
    var count = 0
  }
  private let seats = Mutex(Seats())
  private let files: ConfinedFiles
  private let options: ExplorerOptions
  private let work = DispatchQueue(label: "plays")

  init(_ files: ConfinedFiles, _ options: ExplorerOptions) {
    self.files = files
    self.options = options
  }

  /// Begins a play of a scenario.
  func start(_ request: RunRequest) throws -> PlayStatus {
    guard let path = try files.location(of: request.file), FileKind(fileName: path) == .scenario else { throw RunStore.Refusal.noSuchScenario }
    let status = try seats.withLock { seats throws(Refusal) in
      if seats.byID.count >= options.maximumPlays {
        let idle = seats.byID.values.filter { !$0.status.isBusy }
        guard let oldest = idle.min(by: { $0.lastAsked < $1.lastAsked }) else { throw .tooMany(options.maximumPlays) }
        seats.byID[oldest.status.id] = nil
      }
      seats.count += 1
      let status = PlayStatus(id: String(seats.count), request: request)
      seats.byID[status.id] = Seat(status: status)
      return status
    }
    work.async { [self] in
      var library = Library()
      do {
        guard let scenario = try request.scenario(at: path, in: &library) else { throw RunStore.Refusal.noSuchScenario }
        let compiled = try library.compile(scenario)
        let game = Game(compiled.system, PlayDialogue.Heading(scenario, compiled, producer: options.producer))
        finish(status.id, with: game) { $0.title = game.title }
      } catch {
        let problem = files.shown(text(of: error, in: library.sources))
        finish(status.id, with: nil) { $0.problem = problem }
      }
    }
    return status
  }

  /// Begins to do what was asked for.
  func handle(_ command: PlayCommand, in id: String) throws(Refusal) -> PlayStatus {
    let (status, game) = try seats.withLock { seats throws(Refusal) in
      guard var seat = seats.byID[id] else { throw .noSuchPlay }
      guard let game = seat.game else { throw seat.status.isBusy ? .isBusy : .noSuchPlay }
      seat.game = nil
      seat.status.isBusy = true
      seat.lastAsked = .now
      seats.byID[id] = seat
      return (seat.status, game)
    }
    let limits = Limits(seconds: min(options.limits.seconds ?? .infinity, 10), memory: options.limits.memory, states: 20_000)
    work.async { [self] in
      var game = game
      game.handle(command, hintLimits: limits, interrupted: { [self] in seats.withLock { $0.byID[id] == nil } })
      finish(id, with: game) { _ in }
    }
    return status
  }

  private func finish(_ id: String, with game: Game?, _ change: (inout PlayStatus) -> Void) {
    let view = game?.view
    seats.withLock { seats in
      // It may have been ended meanwhile.
      guard var seat = seats.byID[id] else { return }
      seat.game = game
      seat.status.isBusy = false
      seat.status.view = view
      change(&seat.status)
      seats.byID[id] = seat
    }
  }

  func status(of id: String) throws(Refusal) -> PlayStatus {
    try seats.withLock { seats throws(Refusal) in
      seats.byID[id]?.lastAsked = .now
      guard let status = seats.byID[id]?.status else { throw .noSuchPlay }
      return status
    }
  }

  /// A play as it is now.
  func game(_ id: String) throws(Refusal) -> Game {
    try seats.withLock { seats throws(Refusal) in
      guard let seat = seats.byID[id] else { throw .noSuchPlay }
      guard let game = seat.game else { throw seat.status.isBusy ? .isBusy : .noSuchPlay }
      seats.byID[id]?.lastAsked = .now
      return game
    }
  }

  /// Forgets a play, and stops what is done in it.
  func end(_ id: String) { seats.withLock { $0.byID[id] = nil } }

  func endAll() { seats.withLock { $0.byID = [:] } }

  /// Forgets plays that nobody has asked for in a long time, until the task is cancelled.
  func endAbandoned() async throws {
    while true {
      try await Task.sleep(for: .seconds(min(options.playPatience / 4, 60)))
      seats.withLock { seats in
        let now = ContinuousClock.now
        for (id, seat) in seats.byID where now - seat.lastAsked > .seconds(options.playPatience) { seats.byID[id] = nil }
      }
    }
  }
}
