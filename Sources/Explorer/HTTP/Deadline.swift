import Synchronization

/// The time that a client has left.
final class Deadline: Sendable {
  private let patience: Duration
  private let end: Mutex<ContinuousClock.Instant?>

  init(seconds: Double) {
    patience = .seconds(seconds)
    end = Mutex(.now + patience)
  }

  /// From now on the client has its time anew.
  func renew() { end.withLock { $0 = .now + patience } }

  /// Until it is renewed the client is not waited for.
  func pause() { end.withLock { $0 = nil } }

  /// Returns when there is no time left.
  ///
  /// - Throws: `CancellationError`.
  func passes() async throws {
    while true {
      let end = end.withLock { $0 }
      if let end, end <= .now { return }
      try await Task.sleep(until: end ?? .now + patience, clock: .continuous)
    }
  }
}
