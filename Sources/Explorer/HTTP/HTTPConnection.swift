import FlyingSocks
import Foundation

/// Reads requests from a connection, one after the other, and answers each before it reads the next.
struct HTTPConnection: Sendable {
  let socket: AsyncSocket
  let handler: any HTTPHandler
  /// Seconds that the client has to send a request, and to take its answer.
  let patience: Double

  /// Serves until the client ends the connection, is too slow, or is refused; or until the task is cancelled. The socket is left open.
  func serve() async {
    let deadline = Deadline(seconds: patience)
    let isTooSlow = await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        // Whoever is gone is not told anything.
        try? await answerAll(deadline)
        return false
      }
      group.addTask { (try? await deadline.passes()) != nil }
      defer { group.cancelAll() }
      return await group.next() ?? false
    }
    if isTooSlow { forget() }
  }

  private func answerAll(_ deadline: Deadline) async throws {
    var reader = HTTPReader()
    var isLast = false
    while !isLast {
      deadline.renew()
      isLast = try await answerNext(from: &reader, deadline)
      // Who sends one request after the other leaves a turn to others.
      await Task.yield()
    }
    deadline.renew()
    try await leave()
  }

  /// - Returns: whether it was the last one of the connection.
  private func answerNext(from reader: inout HTTPReader, _ deadline: Deadline) async throws -> Bool {
    var request: HTTPRequest
    do {
      request = try await head(from: &reader, deadline)
    } catch let failure as HTTPFailure {
      deadline.renew()
      return try await send(handler.response(to: failure), asLast: true)
    }
    if let refusal = handler.refusal(of: request) {
      deadline.renew()
      return try await send(refusal, to: request, asLast: true)
    }
    request.body = try await body(of: request, from: &reader)
    deadline.pause()
    let response = await handler.response(to: request)
    deadline.renew()
    return try await send(response, to: request, asLast: request.endsConnection)
  }

  private func head(from reader: inout HTTPReader, _ deadline: Deadline) async throws -> HTTPRequest {
    while true {
      if let request = try reader.nextHead() { return request }
      let isFirst = reader.isEmpty
      reader.append(try await socket.read(atMost: 4096))
      // The time without a request is over; that for this one, with its body, begins.
      if isFirst { deadline.renew() }
    }
  }

  private func body(of request: HTTPRequest, from reader: inout HTTPReader) async throws -> Data {
    var isAsked = !request.expectsContinue
    while true {
      if let body = reader.nextBody(request.contentLength) { return body }
      if !isAsked { try await socket.write(HTTPResponse.continue) }
      isAsked = true
      reader.append(try await socket.read(atMost: 4096))
    }
  }

  private func send(_ response: HTTPResponse, to request: HTTPRequest? = nil, asLast isLast: Bool) async throws -> Bool {
    var response = response
    response.endsConnection = response.endsConnection || isLast
    try await socket.write(response.encoded(hasBody: request?.method != "HEAD"))
    return response.endsConnection
  }

  /// Ends the connection so that the client can read the last answer: if bytes came in that nobody reads, the system would take it back
  /// (RFC 9112, section 9.6). Whoever still sends much is not heard out.
  private func leave() async throws {
    _ = shutdown(socket.socket.file.rawValue, Int32(SHUT_WR))
    for _ in 0..<64 { _ = try await socket.read(atMost: 4096) }
  }

  /// Lets the system forget what the client does not take, as soon as the socket is closed.
  private func forget() {
    var now = linger(l_onoff: 1, l_linger: 0)
    _ = setsockopt(socket.socket.file.rawValue, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
  }
}
