import Explorer
import FlyingSocks
import Foundation
import Testing

private func status(_ answer: String) -> String { String(answer.dropFirst("HTTP/1.1 ".count).prefix(3)) }

@Suite(.timeLimit(.minutes(10))) struct `A hostile request` {
  @Test func `for a foreign host, from a foreign site or without the token is refused`() async throws {
    try await withServer { served in
      func answer(host: String, origin: String? = nil, token: String? = nil, path: String = "/") async throws -> String {
        status(
          try await raw(
            "GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\(origin.map { "Origin: \($0)\r\n" } ?? "")\(token.map { "X-Interloper-Token: \($0)\r\n" } ?? "")Connection: close\r\n\r\n",
            to: served))
      }
      let here = "127.0.0.1:\(served.port)"
      #expect(try await answer(host: here) == "200")
      #expect(try await answer(host: "localhost:\(served.port)") == "200")
      #expect(try await answer(host: here, origin: "http://\(here)") == "200")
      for host in ["evil.example", "evil.example:\(served.port)", "127.0.0.1", "127.0.0.1:\(served.port).evil.example"] {
        #expect(try await answer(host: host) == "421", "\(host)")
      }
      for origin in ["http://evil.example", "null", "https://\(here)", "http://127.0.0.1:1"] {
        #expect(try await answer(host: here, origin: origin) == "403", "\(origin)")
      }
      #expect(try await answer(host: here, token: served.token, path: "/api/runs") == "200")
      for token in [nil, "", "0", String(served.token.dropLast()), served.token.uppercased() + "0"] {
        #expect(try await answer(host: here, token: token, path: "/api/runs") == "403")
      }
      // Other names of the same are not let through without it, either.
      for path in [
        "//api/runs", "///api/runs", "/./api/runs", "/x/../api/runs", "/.//api/runs", "/%61pi/runs", "/x/..//api/runs", "/api//runs", "http://evil/api/runs",
      ] {
        #expect(try await answer(host: here, path: path) != "200", "\(path)")
      }
      let unasked = try await served.ask("/api/runs", method: "POST", body: "{}", withToken: false)
      #expect(unasked.status == 403)
    }
  }

  @Test func `reads nothing outside the folders`() async throws {
    try await withServer { served in
      #expect(try await served.ask("/api/source?file=Models/OAuth/OAuth.interloper").status == 200)
      for path in [
        "/api/source?file=Package.swift", "/api/source?file=Models/../Package.swift", "/api/source?file=/etc/passwd", "/api/source?file=../../../etc/passwd",
        "/api/source?file=Models%2F..%2F..%2Fetc%2Fpasswd", "/api/source?file=Models", "/api/source", "/%2e%2e/%2e%2e/etc/passwd", "/../Package.swift",
        "/api/scenario?file=Models/../Package.swift&position=1", "/api/scenario?file=Models/OAuth/OAuth.interloper&position=1",
      ] {
        #expect(try await served.ask(path).status == 404, "\(path)")
      }
      let run = try await served.run(#"{"file":"../../etc/passwd","position":1,"options":{},"drops":[],"keeps":[]}"#)
      #expect(run.status == 404)
    }
  }

  @Test func `finds no way out through a symbolic link`() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder.appendingPathComponent("Models"), withIntermediateDirectories: true)
    try Data("secret".utf8).write(to: folder.appendingPathComponent("secret"))
    try await withServer(ExplorerOptions(root: folder.path)) { served in
      try FileManager.default.createSymbolicLink(
        at: folder.appendingPathComponent("Models/Secret.interloper"), withDestinationURL: folder.appendingPathComponent("secret"))
      let answer = try await served.ask("/api/source?file=Models/Secret.interloper")
      #expect(answer.status == 409)
      #expect(answer.text.contains("leads out") && !answer.text.contains("secret\""))
    }
  }

  @Test func `with a huge body, or one of unknown length, is refused before it is read`() async throws {
    try await withServer { served in
      let head = "POST /api/runs HTTP/1.1\r\nHost: 127.0.0.1:\(served.port)\r\nX-Interloper-Token: \(served.token)\r\nConnection: close\r\n"
      for (rest, expected) in [
        ("Content-Length: 99999999999\r\n\r\n{", "413"), ("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "411"),
        ("Content-Length: 2\r\n\r\n{}", "400"), ("Content-Length: 65537\r\n\r\n{", "413"),
        // No HTTP at all.
        ("Content-Length: -1\r\n\r\n{", "400"), ("Content-Length: two\r\n\r\n{", "400"),
        ("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}", "400"), ("Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", "400"),
        ("Content-Length: 99999999999999999999\r\n\r\n{", "413"),
      ] {
        let answer = status(try await raw(head + rest, to: served))
        #expect(answer == expected)
      }
    }
  }

  @Test func `hides no other one in a body that is refused`() async throws {
    try await withServer { served in
      let here = "127.0.0.1:\(served.port)"
      let hidden = "GET / HTTP/1.1\r\nHost: \(here)\r\nConnection: close\r\n\r\n"
      for (head, expected) in [
        ("POST / HTTP/1.1\r\nHost: \(here)\r\nContent-Length: 999999\r\n\r\n", "413"),
        ("POST / HTTP/1.1\r\nHost: \(here)\r\nOrigin: http://evil.example\r\nContent-Length: 999999\r\n\r\n", "403"),
        ("POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 999999\r\n\r\n", "421"),
        ("POST / HTTP/1.1\r\nHost: \(here)\r\nTransfer-Encoding: chunked\r\n\r\n", "411"),
      ] {
        let answer = try await raw(head + hidden, to: served)
        #expect(status(answer) == expected && answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(answer)")
      }
    }
  }

  @Test func `without an end is cut off, even by more clients than there are threads to read them`() async throws {
    var options = ExplorerOptions(root: root)
    options.patience = 1
    try await withServer(options) { served in
      let script = #"exec 3<>/dev/tcp/127.0.0.1/$0; printf 'GET / HTTP/1.1\r\n' >&3; tr '\0' a < /dev/zero >&3"#
      let floods = try (0..<2 * ProcessInfo.processInfo.activeProcessorCount).map { _ in
        let flood = Process()
        flood.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        flood.arguments = ["--signal", "KILL", "30", "/bin/bash", "-c", script, "\(served.port)"]
        flood.standardError = FileHandle.nullDevice
        try flood.run()
        return flood
      }
      while floods.contains(where: \.isRunning) { try await Task.sleep(for: .milliseconds(50)) }
      // Nobody had to be killed.
      #expect(floods.allSatisfy { $0.terminationReason == .exit && $0.terminationStatus != 137 })
      try await served.isServed()
    }
  }

  @Test(arguments: ["GET / HTT", "POST /api/runs HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nX-Interloper-Token: TOKEN\r\nContent-Length: 50\r\n\r\n{"])
  func `that is never finished is cut off, and others are served meanwhile`(_ request: String) async throws {
    var options = ExplorerOptions(root: root)
    options.patience = 5
    try await withServer(options) { served in
      let text = request.replacing("PORT", with: String(served.port)).replacing("TOKEN", with: served.token)
      async let answer = raw(text, to: served)
      try await served.isServed()
      let cut = try await answer
      #expect(cut == "")
    }
  }

  @Test func `whose answers are never taken is cut off`() async throws {
    var options = ExplorerOptions(root: root)
    options.patience = 1
    try await withServer(options) { served in
      let socket = try await connection(to: served)
      defer { try? socket.close() }
      // Far more than what the system keeps between the two: without an end of the connection, this would wait for ever.
      let request = "GET / HTTP/1.1\r\nHost: 127.0.0.1:\(served.port)\r\n\r\n"
      await #expect(throws: SocketError.self) { try await socket.write(Data(String(repeating: request, count: (32 << 20) / request.count).utf8)) }
    }
  }

  @Test func `of too many at a time is cut off`() async throws {
    var options = patient()
    options.maximumConnections = 3
    try await withServer(options) { served in
      var sockets: [AsyncSocket] = []
      for _ in 0..<5 { sockets.append(try await connection(to: served)) }
      defer { for socket in sockets { try? socket.close() } }
      // Without a word: all that can be read is the end.
      func ended() -> Int {
        sockets.count {
          var state = pollfd(fd: $0.socket.file.rawValue, events: Int16(POLLIN), revents: 0)
          return poll(&state, 1, 0) > 0
        }
      }
      while ended() < 2 { try await Task.sleep(for: .milliseconds(50)) }
      // Several looks later the others are there still.
      try await Task.sleep(for: .seconds(1))
      #expect(ended() == 2)
    }
  }

  @Test func `is answered with headers that let nothing in`() async throws {
    try await withServer { served in
      for path in ["/", "/main.js", "/nothing", "/api/runs"] {
        let headers = try await served.ask(path).headers
        let policy = headers["content-security-policy"] ?? ""
        #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self'") && !policy.contains("unsafe"), "\(path)")
        #expect(headers["x-content-type-options"] == "nosniff" && headers["access-control-allow-origin"] == nil, "\(path)")
      }
      let page = try await served.ask("/").text
      #expect(
        !page.contains("onclick=") && page.components(separatedBy: "<script").count == 2 && page.contains(#"<script type="module" src="/main.js"></script>"#))
    }
  }
}
