import Foundation
import FoundationNetworking
import Testing

/// `interloper serve` on any free port, as long as the body runs.
///
/// - Parameter body: gets the process, and the URL that it has printed.
private func withServe(_ body: (Process, URL) async throws -> Void) async throws {
  let prints = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try Data().write(to: prints)
  defer { try? FileManager.default.removeItem(at: prints) }
  let process = Process()
  process.executableURL = URL(fileURLWithPath: command)
  process.arguments = ["serve", "--root", root]
  process.standardOutput = try FileHandle(forWritingTo: prints)
  process.standardError = FileHandle.nullDevice
  try startAsShellsDo(process)
  defer { kill(process.processIdentifier, SIGKILL) }
  var said = ""
  while process.isRunning, !said.hasSuffix("ends it.\n") {
    try await Task.sleep(for: .milliseconds(20))
    said = String(decoding: try Data(contentsOf: prints), as: UTF8.self)
  }
  let address = try #require(said.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http://127.0.0.1:") }, "\(said)")
  try await body(process, try #require(URL(string: String(address))))
}

/// A thread of a pool has signals blocked, and what it starts would have them blocked, too.
private func startAsShellsDo(_ process: Process) throws {
  var (none, before) = (sigset_t(), sigset_t())
  sigemptyset(&none)
  pthread_sigmask(SIG_SETMASK, &none, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  try process.run()
}

@Suite(.timeLimit(.minutes(1))) struct `The command serve` {
  @Test func `ends in order at Ctrl-C, while runs and connections go on`() async throws {
    try await withServe { process, url in
      let token = try #require(url.fragment?.replacing("token=", with: ""))
      func ask(_ path: String, _ body: String? = nil) async throws -> Int? {
        var request = URLRequest(url: try #require(URL(string: path, relativeTo: url)))
        request.httpMethod = body == nil ? "GET" : "POST"
        request.httpBody = body.map { Data($0.utf8) }
        request.setValue(token, forHTTPHeaderField: "X-Interloper-Token")
        return (try await URLSession.shared.data(for: request).1 as? HTTPURLResponse)?.statusCode
      }
      #expect(try await ask("/") == 200)
      let long =
        #"{"file":"Scenarios/oauth/mix-up.scenario","position":1,"options":{},"drops":[],"keeps":[],"bounds":"flows 9 by alice, flows 9 by attacker, navigations 9"}"#
      #expect(try await ask("/api/runs", long) == 202)
      #expect(try await ask("/api/plays", long) == 202)
      kill(process.processIdentifier, SIGINT)
      let end = ContinuousClock.now + .seconds(20)
      while process.isRunning, .now < end { try await Task.sleep(for: .milliseconds(20)) }
      #expect(!process.isRunning && process.terminationReason == .exit && process.terminationStatus == 0)
    }
  }

  @Test func `says at once that the port is in use, or that there is nothing to serve`() async throws {
    try await withServe { _, url in
      let port = try #require(url.port)
      let before = ContinuousClock.now
      let second = try interloper("serve", "--root", root, "--port", "\(port)")
      #expect(second.status == 2 && second.output.isEmpty)
      #expect(second.complaints == "error: cannot listen on 127.0.0.1, port \(port): Address already in use\n")
      #expect(.now - before < .seconds(4))
    }
    let nothing = try interloper("serve", "--root", "\(root)/Sources")
    #expect(nothing.status == 2 && nothing.complaints.contains("there is no folder") && nothing.complaints.contains("--root"))
    #expect(try interloper("serve", "--port", "65536").status == 2)
  }
}
