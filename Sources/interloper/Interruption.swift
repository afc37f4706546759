import Foundation
import Synchronization

/// Ctrl-C: the first asks for an orderly end, the second kills.
enum Interruption {
  private static let isRequested = Atomic<Bool>(false)

  static var requested: Bool { isRequested.load(ordering: .relaxed) }

  static func install() {
    signal(SIGINT) { _ in
      Interruption.isRequested.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
  }
}
