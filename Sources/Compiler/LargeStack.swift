import Foundation

/// Runs `body` on a thread of its own, whose stack has room for handlers with many statements: workers have half a megabyte only.
func withLargeStack<T>(_ body: () -> T) -> T {
  withoutActuallyEscaping(body) { body in
    let box = Box(body)
    let isDone = DispatchSemaphore(value: 0)
    let thread = Thread {
      box.run()
      isDone.signal()
    }
    thread.stackSize = 64 << 20
    thread.start()
    isDone.wait()
    guard let result = box.result else { fatalError("the thread has ended without a result") }
    return result
  }
}

/// Handed to the thread and back; never used on two threads at a time.
private final class Box<T>: @unchecked Sendable {
  private var body: (() -> T)?
  private(set) var result: T?
  init(_ body: @escaping () -> T) { self.body = body }
  func run() {
    result = body?()
    body = nil
  }
}
