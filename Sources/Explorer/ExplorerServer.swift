import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// A web explorer of the scenarios below a folder, for one person on the same machine.
///
/// It listens on 127.0.0.1 only. What it answers, and to whom, is decided by its gate: see the headers of `Gate` and the table of `ExplorerHandler`.
public final class ExplorerServer: Sendable {
  private let options: ExplorerOptions
  private let server: HTTPServer
  private let runs: RunStore
  private let plays: PlayStore
  private let watch: ConnectionWatch
  private let gate: Gate
  private let isStopping = Mutex(false)

  /// - Throws: if the root has no folder `Models`, or a link in it leads out.
  public init(_ options: ExplorerOptions) throws {
    self.options = options
    let files = try ConfinedFiles(root: options.root)
    _ = try files.all()
    gate = Gate(maximumBody: options.maximumBody)
    watch = ConnectionWatch(patience: options.patience, maximum: options.maximumConnections)
    runs = RunStore(files, options)
    plays = PlayStore(files, options)
    let heard = Heard()
    let handler = ExplorerHandler(
      files: files, catalogue: Catalogue(files), runs: runs, plays: plays, gate: gate, watch: watch, port: { heard.port.withLock { $0 } })
    server = HTTPServer(
      config: HTTPServer.Configuration(
        address: try sockaddr_in.inet(ip4: "127.0.0.1", port: options.port), timeout: options.patience, sharedRequestReplaySize: options.maximumBody,
        logger: .disabled), handler: handler)
    self.heard = heard
  }

  /// The port, shared with the handler.
  private final class Heard: Sendable { let port = Mutex<UInt16>(0) }
  private let heard: Heard

  /// The token that requests below `/api/` need.
  public var token: String { gate.token }

  /// Serves until ``stop()``.
  ///
  /// - Parameter onReady: told the URL of the page, token included, as soon as it can be opened.
  /// - Throws: ``ExplorerError/cannotListen(port:reason:)``.
  public func run(onReady: @escaping @Sendable (_ url: String) -> Void) async throws {
    let running = Task { try await server.run() }
    do {
      let port = try await listeningPort(of: running)
      heard.port.withLock { $0 = port }
      // Whoever stopped it before it listened stopped nothing.
      if isStopping.withLock({ $0 }) { return await server.stop(timeout: 0) }
      onReady("http://127.0.0.1:\(port)/#token=\(token)")
      let watching = watch.start(port: port)
      defer { watching.cancel() }
      let tidying = Task { [plays] in try await plays.endAbandoned() }
      defer { tidying.cancel() }
      try await running.value
    } catch {
      running.cancel()
      if isStopping.withLock({ $0 }) { return }
      throw error
    }
  }

  private func listeningPort(of running: Task<Void, any Error>) async throws -> UInt16 {
    let listening = Task { try await server.waitUntilListening(timeout: 3600) }
    // A server that cannot listen ends at once; nobody else would tell.
    let watching = Task {
      _ = await running.result
      listening.cancel()
    }
    defer { watching.cancel() }
    do {
      try await listening.value
      guard case .ip4(_, let port)? = await server.listeningAddress else { throw SocketError.unsupportedAddress }
      return port
    } catch {
      running.cancel()
      guard case .failure(let failure) = await running.result else { throw error }
      var reason = failure.localizedDescription
      if case SocketError.failed(_, _, let message) = failure { reason = message }
      throw ExplorerError.cannotListen(port: options.port, reason: reason)
    }
  }

  /// Ends all runs, plays and connections in order.
  public func stop() async {
    isStopping.withLock { $0 = true }
    runs.cancelAll()
    plays.endAll()
    await server.stop(timeout: 0)
  }
}
