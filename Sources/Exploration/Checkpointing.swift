import Foundation

/// When checkpoints are written, and what writes them.
public final class Checkpointing {
  private let seconds: Double
  private let write: (CheckpointBody, _ isFinished: Bool) -> Void
  private var last = Date()
  private var cost = 0.0

  /// - Parameters:
  ///   - seconds: wall-clock time between two checkpoints. It is longer where writing takes more than a tenth of it.
  ///   - write: must have used the body when it returns. The body of a search that is over is small and may be written later.
  public init(every seconds: Double, write: @escaping (_ body: CheckpointBody, _ isFinished: Bool) -> Void) {
    self.seconds = seconds
    self.write = write
  }

  var isDue: Bool { Date().timeIntervalSince(last) >= max(seconds, 10 * cost) }

  func save(_ body: CheckpointBody) {
    let start = Date()
    write(body, false)
    last = Date()
    cost = last.timeIntervalSince(start)
  }

  func finish(_ body: CheckpointBody) { write(body, true) }
}
