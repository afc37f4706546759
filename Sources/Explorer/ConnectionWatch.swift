import Dispatch
import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// Closes connections whose client takes too long, and those that are too many.
///
/// The server's library waits without end for a request to be sent, and for its answer to be taken. It does not tell of a connection before it
/// has a whole request, so the watch looks at the open files of the process.
final class ConnectionWatch: Sendable {
  private struct Watched {
    var file: Int32
    /// When there was a whole request last, or the connection was first seen.
    var since: ContinuousClock.Instant
  }
  /// By the client's port.
  private let connections = Mutex<[UInt16: Watched]>([:])
  private let seconds: Double
  private var patience: Duration { .seconds(seconds) }
  private let maximum: Int

  init(patience: Double, maximum: Int) {
    seconds = patience
    self.maximum = maximum
  }

  /// A whole request has come in: from now on the client has its time anew.
  func arrived(_ request: HTTPRequest) {
    guard case .ip4(_, let port)? = request.remoteAddress else { return }
    connections.withLock { $0[port]?.since = .now }
  }

  /// Looks at the connections of a server that listens on this port, again and again until the timer is cancelled.
  ///
  /// Not in a task: a few clients that send without end keep all threads that tasks have busy.
  func start(port: UInt16) -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "connections"))
    timer.schedule(deadline: .now(), repeating: min(seconds / 4, 0.25))
    timer.setEventHandler { [self] in look(port: port) }
    timer.resume()
    return timer
  }

  private func look(port: UInt16) {
    let files = ((try? FileManager.default.contentsOfDirectory(atPath: "/dev/fd")) ?? []).compactMap { Int32($0) }
    var open: [(client: UInt16, file: Int32)] = []
    for file in files {
      let socket = Socket(file: .init(rawValue: file))
      guard case .ip4(_, port)? = try? socket.sockname(), case .ip4(_, let client)? = try? socket.remotePeer() else { continue }
      open.append((client, file))
    }
    connections.withLock { connections in
      let now = ContinuousClock.now
      let known = connections
      connections = [:]
      for (client, file) in open {
        let before = known[client].flatMap { $0.file == file ? $0 : nil }
        connections[client] = before ?? Watched(file: file, since: now)
      }
      // Of too many, the newest go.
      let bySince = connections.values.sorted { ($0.since, $0.file) < ($1.since, $1.file) }
      for watched in bySince.dropFirst(maximum) + bySince.prefix(maximum).filter({ now - $0.since > patience }) {
        cut(watched.file)
      }
    }
  }

  /// Whoever waits for the connection is woken, and closes it.
  private func cut(_ file: Int32) {
    _ = shutdown(file, Int32(SHUT_RDWR))
    // What came in and was not read would be read still, and there may be much of it: connected to nowhere, a socket forgets it.
    var nowhere = sockaddr()
    nowhere.sa_family = sa_family_t(AF_UNSPEC)
    _ = connect(file, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
  }
}
