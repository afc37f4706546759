import Explorer
import FlyingSocks
import Foundation
import Testing

/// How answers go over connections. Who is cut off is tested with the hostile requests.
@Suite(.timeLimit(.minutes(10))) struct `A connection to the explorer` {
  private static func count(_ text: String, of answer: String) -> Int { answer.components(separatedBy: text).count - 1 }

  @Test func `answers one request after the other, in their order, until the last`() async throws {
    try await withServer { served in
      let here = "Host: 127.0.0.1:\(served.port)\r\n"
      let answer = try await raw(
        "GET /main.js HTTP/1.1\r\n\(here)\r\nGET /nothing HTTP/1.1\r\n\(here)\r\nGET /api.js HTTP/1.1\r\n\(here)Connection: close\r\n\r\nGET / HTTP/1.1\r\n\(here)\r\n",
        to: served)
      let statuses = answer.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
      #expect(statuses == ["200", "404", "200"] && Self.count("Connection: close\r\n", of: answer) == 1)
    }
  }

  @Test func `answers HTTP/1.0 once, and HEAD without a body`() async throws {
    try await withServer { served in
      let here = "Host: 127.0.0.1:\(served.port)\r\n"
      let old = try await raw("GET / HTTP/1.0\r\n\(here)Connection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\(here)\r\n", to: served)
      #expect(Self.count("HTTP/1.1 200", of: old) == 1 && old.contains("</html>"))
      let head = try await raw("HEAD / HTTP/1.1\r\n\(here)Connection: close\r\n\r\n", to: served)
      #expect(head.hasPrefix("HTTP/1.1 405") && head.hasSuffix("\r\n\r\n") && head.contains("Allow: GET\r\n"))
    }
  }

  @Test func `asks for a body that waits to be asked for, if it is let in`() async throws {
    try await withServer { served in
      let head = "POST /api/runs HTTP/1.1\r\nHost: 127.0.0.1:\(served.port)\r\nExpect: 100-Continue\r\nContent-Length: 2\r\nConnection: close\r\n"
      let socket = try await connection(to: served)
      defer { try? socket.close() }
      try await socket.write(Data("\(head)X-Interloper-Token: \(served.token)\r\n\r\n".utf8))
      #expect(String(decoding: try await socket.read(bytes: 25), as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
      try await socket.write(Data("{}".utf8))
      #expect(String(decoding: try await socket.read(bytes: 12), as: UTF8.self) == "HTTP/1.1 400")
      let refused = try await raw("\(head)\r\n", to: served)
      #expect(refused.hasPrefix("HTTP/1.1 403"))
    }
  }

  @Test func `tells who sends what is no request, with the headers of every answer`() async throws {
    try await withServer { served in
      for (text, status) in [("GET\r\n\r\n", "400"), ("GET / HTTP/3.0\r\n\r\n", "505"), ("GET /\(String(repeating: "a", count: 40_000))", "414")] {
        let answer = try await raw(text, to: served)
        #expect(
          answer.hasPrefix("HTTP/1.1 \(status)") && answer.contains("Content-Security-Policy: default-src 'none'") && answer.contains("Connection: close"))
      }
    }
  }

  @Test func `is told why, though it sends a large body still`() async throws {
    try await withServer { served in
      let head = "POST /api/runs HTTP/1.1\r\nHost: 127.0.0.1:\(served.port)\r\nContent-Length: 100000\r\n\r\n"
      for _ in 0..<20 {
        let answer = try await raw(head + String(repeating: "x", count: 100_000), to: served)
        #expect(answer.hasPrefix("HTTP/1.1 413"))
      }
    }
  }

  @Test func `can be made again and again, many at a time`() async throws {
    try await withServer { served in
      let request = "GET /nothing HTTP/1.1\r\nHost: 127.0.0.1:\(served.port)\r\nConnection: close\r\n\r\n"
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<8 {
          group.addTask {
            for _ in 0..<50 {
              let answer = try await raw(request, to: served)
              #expect(answer.hasPrefix("HTTP/1.1 404"))
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func `ends when the server does`() async throws {
    try await withServer { served in
      let idle = try await connection(to: served)
      let begun = try await connection(to: served)
      defer { for socket in [idle, begun] { try? socket.close() } }
      try await begun.write(Data("GET / HT".utf8))
      try await served.isServed()
      await served.server.stop()
      for socket in [idle, begun] { await #expect(throws: SocketError.self) { try await socket.read(atMost: 1) } }
      await #expect(throws: SocketError.self) {
        try await AsyncSocket.connected(to: try sockaddr_in.inet(ip4: "127.0.0.1", port: served.port), timeout: 600)
      }
    }
  }
}
