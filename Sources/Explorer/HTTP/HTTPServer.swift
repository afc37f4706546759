import FlyingSocks
import Foundation
import Synchronization

/// Serves HTTP/1.1 on 127.0.0.1: a task for each connection.
///
/// What a client can make it do is bounded: by the size of a head (``HTTPReader``) and of a body (the handler), by the time that it has, and by
/// the number of connections. So no client keeps a thread busy that tasks run on.
final class HTTPServer: Sendable {
  /// Where it listens.
  let port: UInt16
  private let listener: Socket
  private let patience: Double
  private let maximumConnections: Int
  private let connections = Mutex(0)

  /// Listens. Who connects is served as soon as ``serve(_:)`` is called.
  ///
  /// - Parameters:
  ///   - port: 0: any free port.
  ///   - patience: seconds that a client has to send a request, and to take its answer.
  init(port: UInt16, patience: Double, maximumConnections: Int) throws {
    listener = try Socket(domain: AF_INET, type: .stream)
    self.patience = patience
    self.maximumConnections = maximumConnections
    do {
      try listener.setValue(true, for: .localAddressReuse)
      try listener.bind(to: try sockaddr_in.inet(ip4: "127.0.0.1", port: port))
      try listener.listen()
      guard case .ip4(_, let port) = try listener.sockname() else { throw SocketError.unsupportedAddress }
      self.port = port
    } catch {
      try? listener.close()
      throw error
    }
  }

  /// Serves until the task is cancelled. All connections are closed then.
  func serve(_ handler: any HTTPHandler) async throws {
    defer { try? listener.close() }
    let pool = SocketPool.make()
    try await pool.prepare()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await pool.run() }
      group.addTask { [self] in try await accept(from: try AsyncSocket(socket: listener, pool: pool), handler, pool) }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func accept(from listener: AsyncSocket, _ handler: any HTTPHandler, _ pool: some AsyncSocketPool) async throws {
    try await withThrowingDiscardingTaskGroup { group in
      while true {
        try Task.checkCancellation()
        do {
          let socket = try await listener.accept()
          if isOneMore() {
            group.addTask { [self] in
              await HTTPConnection(socket: socket, handler: handler, patience: patience).serve()
              await close(socket, pool)
            }
          } else {
            try? socket.close()
          }
        } catch SocketError.failed {
          // The client is gone already, or there are too many open files: both pass.
          try await Task.sleep(for: .milliseconds(100))
        }
        // Who connects again and again leaves a turn to others.
        await Task.yield()
      }
    }
  }

  /// Counts one more connection, unless there are too many.
  private func isOneMore() -> Bool {
    connections.withLock { count in
      guard count < maximumConnections else { return false }
      count += 1
      return true
    }
  }

  private func close(_ socket: AsyncSocket, _ pool: some AsyncSocketPool) async {
    // The pool wakes a task before it forgets the socket. A socket that is closed in between is never forgotten, and the next one that gets its
    // number is not heard.
    if let pool = pool as? any Actor { await settle(pool) }
    try? socket.close()
    connections.withLock { $0 -= 1 }
  }

  /// Waits until the pool is done with what it is doing.
  private func settle(_ pool: isolated any Actor) {}
}
