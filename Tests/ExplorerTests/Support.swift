import Explorer
import FlyingSocks
import Foundation
import FoundationNetworking
import Testing

let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// A server that runs as long as the body does.
struct Served {
  var server: ExplorerServer
  var url: String
  var token: String { server.token }
  /// Without the token.
  var base: String { String(url.prefix { $0 != "#" }.dropLast()) }
  var port: UInt16 { UInt16(base.split(separator: ":").last ?? "") ?? 0 }

  struct Response {
    var status: Int
    var headers: [String: String]
    var text: String
    /// The answer's JSON.
    var object: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]) ?? [:] }
  }

  /// Asks as the page does.
  func ask(_ path: String, method: String = "GET", body: String? = nil, headers: [String: String] = [:], withToken: Bool = true) async throws -> Response {
    var request = URLRequest(url: try #require(URL(string: base + path)))
    request.httpMethod = method
    request.timeoutInterval = 600
    request.httpBody = body.map { Data($0.utf8) }
    if withToken { request.setValue(token, forHTTPHeaderField: "X-Interloper-Token") }
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let (data, response) = try await URLSession.shared.data(for: request)
    let http = try #require(response as? HTTPURLResponse)
    let fields = http.allHeaderFields.reduce(into: [String: String]()) { $0[String(describing: $1.key).lowercased()] = String(describing: $1.value) }
    return Response(status: http.statusCode, headers: fields, text: String(decoding: data, as: UTF8.self))
  }

  /// Begins a run and waits for its end.
  func run(_ request: String) async throws -> Response {
    let started = try await ask("/api/runs", method: "POST", body: request)
    guard started.status == 202, let id = started.object["id"] as? String else { return started }
    while true {
      let status = try await ask("/api/runs/\(id)")
      if status.object["state"] as? String != "running" { return status }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}

/// Options that cut nobody off: while other tests use all threads, even a good client is slow.
func patient() -> ExplorerOptions {
  var options = ExplorerOptions(root: root)
  options.patience = 600
  return options
}

func withServer(_ options: ExplorerOptions = patient(), _ body: @Sendable @escaping (Served) async throws -> Void) async throws {
  let server = try ExplorerServer(options)
  let (urls, told) = AsyncStream<String>.makeStream()
  let running = Task {
    defer { told.finish() }
    try await server.run { told.yield($0) }
  }
  var failure: (any Error)?
  for await url in urls {
    do { try await body(Served(server: server, url: url)) } catch { failure = error }
    await server.stop()
  }
  try await running.value
  if let failure { throw failure }
}

/// A connection. One that is cut off before the test comes to it, since other tests use all threads, is made again.
func connection(to served: Served) async throws -> AsyncSocket {
  while true {
    do {
      return try await AsyncSocket.connected(to: try sockaddr_in.inet(ip4: "127.0.0.1", port: served.port), timeout: 600)
    } catch is SocketError {
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}

/// Bytes over a connection of their own, and all that comes back until it is closed.
func raw(_ request: String, to served: Served) async throws -> String {
  let socket = try await connection(to: served)
  defer { try? socket.close() }
  // A server that has heard enough may have closed it.
  try? await socket.write(Data(request.utf8))
  var answer: [UInt8] = []
  while let more = try? await socket.read(atMost: 4096), !more.isEmpty { answer += more }
  return String(decoding: answer, as: UTF8.self)
}

extension Served {
  /// Waits until somebody who asks for the page gets it; one who is slow, since other tests use all threads, may be cut off and asks again.
  func isServed() async throws {
    while (try? await ask("/"))?.status != 200 { try await Task.sleep(for: .milliseconds(10)) }
  }
}
