import Foundation
import Synchronization

/// The input that is being read, kept as a file, so that a crash or a hang leaves it behind; the file is named in a last message.
final class LastInput: Sendable {
  let path: String
  private let begun = Mutex<(seed: UInt64, since: Date)?>(nil)
  /// What is written where the process crashes: made before, since nothing may be allocated then.
  nonisolated(unsafe) private static var message: UnsafeMutablePointer<CChar>?

  init(_ name: String) {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("interloper-fuzz-\(getpid())-\(name)").path
    LastInput.message = strdup("\nThe input that crashed a reader is in \(path)\n")
    for number in [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE] {
      signal(number) { number in
        if let message = LastInput.message { _ = write(STDERR_FILENO, message, strlen(message)) }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    // A hang has no other sign than that it lasts; a minute is a thousand times what an input takes.
    Thread.detachNewThread { [weak self] in
      while let self {
        if let begun = self.begun.withLock({ $0 }), Date().timeIntervalSince(begun.since) > 60 {
          fatalError("input \(begun.seed) is still being read after a minute")
        }
        Thread.sleep(forTimeInterval: 1)
      }
    }
  }

  func reading(_ input: [UInt8], seed: UInt64, _ body: () throws -> Void) throws {
    try Data(input).write(to: URL(fileURLWithPath: path))
    begun.withLock { $0 = (seed, Date()) }
    try body()
    begun.withLock { $0 = nil }
    try FileManager.default.removeItem(atPath: path)
  }
}
