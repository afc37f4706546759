import Foundation
import Synchronization

/// Ctrl-C: the first asks for an orderly end, the second kills.
enum Interruption {
  private static let isRequested = Atomic<Bool>(false)

  static var requested: Bool { isRequested.load(ordering: .relaxed) }

  static func install() {
    // A file that may grow no further is a failure to write it, and not the end.
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGINT) { _ in
      Interruption.isRequested.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
  }
}
