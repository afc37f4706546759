import Foundation

/// Runs the bodies at the same time, each on a thread of its own, whose stack has room for handlers with many statements: more than
/// a worker has.
///
/// - Returns: what each body gives, in their order; nil where there is no memory for its thread.
func withLargeStacks<T>(_ bodies: [() -> T]) -> [T?] {
  let boxes = bodies.map { _ in Box<T>() }
  let jobs = zip(bodies, boxes).map { body, box in Job { box.value = body() } }
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setstacksize(&attributes, 64 << 20)
  var threads: [pthread_t] = []
  withExtendedLifetime(jobs) {
    for job in jobs {
      var thread = pthread_t()
      // A `Thread` of Foundation does not tell that it could not be started.
      guard pthread_create(&thread, &attributes, { Job.run($0) }, Unmanaged.passUnretained(job).toOpaque()) == 0 else { break }
      threads.append(thread)
    }
    for thread in threads { pthread_join(thread, nil) }
  }
  return boxes.map(\.value)
}

/// Written by one thread, and read when that has ended.
private final class Box<T> {
  var value: T?
}

/// Handed to a thread, which runs it once while the one that waits for it keeps it alive.
private final class Job {
  private let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }

  static func run(_ job: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let job { Unmanaged<Job>.fromOpaque(job).takeUnretainedValue().body() }
    return nil
  }
}
