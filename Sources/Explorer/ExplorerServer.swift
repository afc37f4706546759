import FlyingSocks
import Synchronization

/// A web explorer of the scenarios below a folder, for one person on the same machine.
///
/// It listens on 127.0.0.1 only. What it answers, and to whom, is decided by its gate: see the headers of `Gate` and the table of `ExplorerHandler`.
public final class ExplorerServer: Sendable {
  private let options: ExplorerOptions
  private let files: ConfinedFiles
  private let runs: RunStore
  private let plays: PlayStore
  private let gate: Gate

  private struct Life {
    var serving: Task<Void, any Error>?
    var isStopping = false
  }
  private let life = Mutex(Life())

  /// - Throws: if the root has no folder `Models`, or a link in it leads out.
  public init(_ options: ExplorerOptions) throws {
    self.options = options
    files = try ConfinedFiles(root: options.root)
    _ = try files.all()
    gate = Gate(maximumBody: options.maximumBody)
    runs = RunStore(files, options)
    plays = PlayStore(files, options)
  }

  /// The token that requests below `/api/` need.
  public var token: String { gate.token }

  /// Serves until ``stop()``.
  ///
  /// - Parameter onReady: told the URL of the page, token included, as soon as it can be opened.
  /// - Throws: ``ExplorerError/cannotListen(port:reason:)``.
  public func run(onReady: @escaping @Sendable (_ url: String) -> Void) async throws {
    let server = try listening()
    let handler = ExplorerHandler(files: files, catalogue: Catalogue(files), runs: runs, plays: plays, gate: gate, port: server.port)
    let serving = Task { try await server.serve(handler) }
    let isStopping = life.withLock { life in
      life.serving = serving
      return life.isStopping
    }
    // Whoever stopped it before it listened stopped nothing.
    if isStopping { serving.cancel() } else { onReady("http://127.0.0.1:\(server.port)/#token=\(token)") }
    let tidying = Task { [plays] in try await plays.endAbandoned() }
    defer { tidying.cancel() }
    do {
      try await serving.value
    } catch {
      guard life.withLock({ $0.isStopping }) else { throw error }
    }
  }

  private func listening() throws -> HTTPServer {
    do {
      return try HTTPServer(port: options.port, patience: options.patience, maximumConnections: options.maximumConnections)
    } catch {
      var reason = error.localizedDescription
      if case SocketError.failed(_, _, let message) = error { reason = message }
      throw ExplorerError.cannotListen(port: options.port, reason: reason)
    }
  }

  /// Ends all runs, plays and connections in order.
  public func stop() async {
    let serving = life.withLock { life in
      life.isStopping = true
      return life.serving
    }
    runs.cancelAll()
    plays.endAll()
    serving?.cancel()
    _ = await serving?.result
  }
}
