import Exploration
import Foundation
import Synchronization

/// One line on the terminal that tells how far a search is, and is gone when it is done.
final class ProgressLine: Sendable {
  private let lastShown = Mutex<Date>(.distantPast)
  private let isOn = isatty(STDERR_FILENO) == 1

  func show(_ progress: Exploration.Progress) {
    let rate = progress.seconds > 0 ? Int(Double(progress.states) / progress.seconds) : 0
    show("\(progress.states) states, \(rate)/s, depth \(progress.depth), frontier \(progress.frontier), \(Int(progress.seconds)) s")
  }

  func show(_ text: String) {
    guard isOn else { return }
    let isDue = lastShown.withLock { last in
      let now = Date()
      guard now.timeIntervalSince(last) > 0.2 else { return false }
      last = now
      return true
    }
    guard isDue else { return }
    // A line that is broken by the terminal cannot be taken back.
    complain("\r\u{1B}[K\(text.prefix((Terminal.width(of: STDERR_FILENO) ?? 80) - 1))")
  }

  func clear() { if isOn { complain("\r\u{1B}[K") } }
}
