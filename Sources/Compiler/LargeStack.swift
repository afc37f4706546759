import Foundation

/// Runs `body` on a thread of its own, whose stack has room for handlers with many statements: workers have half a megabyte only.
///
/// - Returns: nil where there is no memory for such a thread.
func withLargeStack<T>(_ body: () -> T) -> T? {
  var result: T?
  func keep() { result = body() }
  withoutActuallyEscaping(keep) { run in
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 64 << 20)
    let job = Unmanaged.passRetained(Job(run))
    defer { job.release() }
    var thread = pthread_t()
    // A `Thread` of Foundation does not tell that it could not be started.
    guard pthread_create(&thread, &attributes, { Job.run($0) }, job.toOpaque()) == 0 else { return }
    pthread_join(thread, nil)
  }
  return result
}

/// Handed to the thread, which runs it once while the other waits.
private final class Job {
  private let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }

  static func run(_ job: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let job { Unmanaged<Job>.fromOpaque(job).takeUnretainedValue().body() }
    return nil
  }
}
