import Foundation
import FoundationNetworking
import Testing

/// The command `interloper serve` that was built with the tests, as a process of its own: what else the tests do at the same time does not slow it down.
enum Serve {
  private static let command = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("interloper")

  /// Runs it on any free port, as long as the body runs.
  ///
  /// - Parameter body: gets the process, and the URL that it has printed.
  static func with(_ body: (Process, URL) async throws -> Void) async throws {
    let prints = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data().write(to: prints)
    defer { try? FileManager.default.removeItem(at: prints) }
    let process = Process()
    process.executableURL = command
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
  private static func startAsShellsDo(_ process: Process) throws {
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
  }

  /// Runs it where it must end at once: its exit code, and what it complains about.
  static func complaint(_ arguments: String...) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = command
    process.arguments = ["serve"] + arguments
    let complaints = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = complaints
    try process.run()
    let text = try complaints.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }
}

@Suite(.timeLimit(.minutes(5))) struct `The command serve` {
  @Test func `ends in order at Ctrl-C, while runs and connections go on`() async throws {
    try await Serve.with { process, url in
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
      while process.isRunning { try await Task.sleep(for: .milliseconds(20)) }
      #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    }
  }

  @Test func `says at once that the port is in use, or that there is nothing to serve`() async throws {
    try await Serve.with { _, url in
      let port = try #require(url.port)
      let second = try Serve.complaint("--root", root, "--port", "\(port)")
      #expect(second.status == 2)
      #expect(second.text == "error: cannot listen on 127.0.0.1, port \(port): Address already in use\n")
    }
    let nothing = try Serve.complaint("--root", "\(root)/Sources")
    #expect(nothing.status == 2 && nothing.text.contains("there is no folder") && nothing.text.contains("--root"))
    #expect(try Serve.complaint("--port", "65536").status == 2)
  }
}
