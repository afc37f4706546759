import FlyingSocks
import Foundation
import Testing

/// A Chromium of its own, without a window, that does what a test says: the part of the W3C protocol WebDriver that the tests need, spoken to chromedriver.
///
/// https://www.w3.org/TR/webdriver2/
struct Browser: Sendable {
  /// Where the driver listens, and what it calls this browser.
  private let port: UInt16
  private let session: String

  static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/chromedriver")

  /// What the driver or the page says is wrong.
  struct Failure: Error, CustomStringConvertible { var description: String }

  // MARK: What can be done

  func open(_ address: String) async throws { _ = try await ask("POST", "/url", ["url": address]) }

  /// What a function's body returns in the page, given these arguments.
  @discardableResult func run(_ script: String, _ arguments: [any Sendable] = []) async throws -> Any? {
    try await ask("POST", "/execute/sync", ["script": script, "args": arguments])
  }

  func text(_ script: String) async throws -> String { try await run("return \(script)") as? String ?? "" }
  func number(_ script: String) async throws -> Double { (try await run("return \(script)") as? NSNumber)?.doubleValue ?? .nan }

  /// Waits until an expression is true; the page is asked again and again.
  func wait(for condition: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    var asked = 0
    while try await run("return Boolean(\(condition))") as? Bool != true {
      asked += 1
      // Half a minute, if nothing else is done by the machine.
      guard asked < 1500 else {
        let page = try await text("document.body.innerText")
        Issue.record("this did not come: \(condition)\nThe page:\n\(page)", sourceLocation: sourceLocation)
        throw Failure(description: "no \(condition)")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Clicks in the middle of an element, which must be there to be seen.
  func click(_ selector: String) async throws { _ = try await ask("POST", "/element/\(try await element(selector))/click", [:]) }

  private func element(_ selector: String) async throws -> String {
    let found = try await ask("POST", "/element", ["using": "css selector", "value": selector]) as? [String: Any]
    guard let id = found?["element-6066-11e4-a52e-4f735466cecf"] as? String else { throw Failure(description: "no element \(selector)") }
    return id
  }

  /// What a screen reader calls an element.
  func label(_ selector: String) async throws -> String { try await ask("GET", "/element/\(try await element(selector))/computedlabel") as? String ?? "" }

  /// A key that is no character.
  enum Key: String {
    case tab = "\u{E004}"
    case enter = "\u{E007}"
    case escape = "\u{E00C}"
    case space = " "
    case end = "\u{E010}"
    case home = "\u{E011}"
    case left = "\u{E012}"
    case up = "\u{E013}"
    case right = "\u{E014}"
    case down = "\u{E015}"
  }

  func press(_ keys: Key...) async throws { for key in keys { try await type(key.rawValue) } }

  /// Presses the key of each character, and lets it go.
  func type(_ text: String) async throws {
    let actions = text.flatMap { key in ["keyDown", "keyUp"].map { ["type": $0, "value": String(key)] } }
    _ = try await ask("POST", "/actions", ["actions": [["type": "key", "id": "keyboard", "actions": actions] as [String: Any]]])
  }

  /// What a device would make of the page: its width in pixels, and dark colours.
  func emulate(width: Int? = nil, isDark: Bool = false) async throws {
    let features = [["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]]
    _ = try await ask("POST", "/goog/cdp/execute", ["cmd": "Emulation.setEmulatedMedia", "params": ["features": features]])
    guard let width else { return }
    let metrics: [String: Any] = ["width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false]
    _ = try await ask("POST", "/goog/cdp/execute", ["cmd": "Emulation.setDeviceMetricsOverride", "params": metrics])
  }

  /// What the page, or Chromium about it, has said on the console since this was asked last.
  func console() async throws -> [String] {
    (try await ask("POST", "/se/log", ["type": "browser"]) as? [[String: Any]] ?? []).map { "\($0["level"] ?? ""): \($0["message"] ?? "")" }
  }

  // MARK: The protocol

  private func ask(_ method: String, _ path: String, _ body: [String: Any]? = nil) async throws -> Any? {
    try await Browser.ask(port, method, "/session/\(session)\(path)", body)
  }

  /// Over a connection of its own: what chromedriver answers is not what URLSession can read.
  private static func ask(_ port: UInt16, _ method: String, _ path: String, _ body: [String: Any]? = nil) async throws -> Any? {
    let socket = try await AsyncSocket.connected(to: try sockaddr_in.inet(ip4: "127.0.0.1", port: port), timeout: 600)
    defer { try? socket.close() }
    let content = try body.map { try JSONSerialization.data(withJSONObject: $0) } ?? Data()
    let head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\nContent-Length: \(content.count)\r\n\r\n"
    try await socket.write(Data(head.utf8) + content)
    var answer = Data()
    while true {
      answer += try await socket.read(atMost: 65536)
      guard let end = answer.firstRange(of: Data("\r\n\r\n".utf8)) else { continue }
      let lines = String(decoding: answer[..<end.lowerBound], as: UTF8.self).lowercased().split(separator: "\r\n")
      guard let length = lines.compactMap({ $0.hasPrefix("content-length:") ? Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) : nil }).first,
        answer.count >= end.upperBound + length
      else { continue }
      let value = (try JSONSerialization.jsonObject(with: answer[end.upperBound...]) as? [String: Any])?["value"]
      guard lines[0].hasPrefix("http/1.1 200") else {
        throw Failure(description: "\(method) \(path): \((value as? [String: Any])?["message"] ?? lines[0])")
      }
      return value
    }
  }

  // MARK: Its life

  /// Runs a browser as long as the body does, with a profile in a folder of its own.
  static func with(_ body: (Browser) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("interloper-browser-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let log = folder.appendingPathComponent("log")
    try Data().write(to: log)
    let driver = Process()
    driver.executableURL = URL(fileURLWithPath: "/usr/bin/chromedriver")
    driver.arguments = ["--port=0"]
    driver.standardOutput = try FileHandle(forWritingTo: log)
    driver.standardError = FileHandle.nullDevice
    // What it makes by itself is in the folder, too.
    driver.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": folder.path, "HOME": folder.path]) { $1 }
    try driver.run()
    defer { end(driver, using: folder.path) }
    let port = try await port(of: driver, log)
    let options: [String: Any] = [
      "args": [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900", "--user-data-dir=\(folder.path)/profile",
      ]
    ]
    let capabilities: [String: Any] = [
      "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": ["browser": "ALL"],
      "timeouts": ["pageLoad": 20_000, "script": 20_000],
    ]
    let session = try await ask(port, "POST", "/session", ["capabilities": ["alwaysMatch": capabilities]]) as? [String: Any]
    guard let id = session?["sessionId"] as? String else { throw Failure(description: "no session: \(String(describing: session))") }
    let browser = Browser(port: port, session: id)
    var failure: (any Error)?
    do { try await body(browser) } catch { failure = error }
    // Ends Chromium; the driver itself is ended behind this.
    _ = try? await browser.ask("DELETE", "")
    if let failure { throw failure }
  }

  /// The port that the driver says it has chosen.
  private static func port(of driver: Process, _ log: URL) async throws -> UInt16 {
    for _ in 0..<1000 where driver.isRunning {
      let said = String(decoding: try Data(contentsOf: log), as: UTF8.self)
      if let place = said.range(of: "started successfully on port "), let port = UInt16(said[place.upperBound...].prefix { $0.isNumber }), said.hasSuffix("\n")
      {
        return port
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw Failure(description: "chromedriver does not start")
  }

  /// Kills the driver and all that still uses the folder. SIGTERM is no use: what a thread of Swift's pool starts has it blocked.
  private static func end(_ driver: Process, using folder: String) {
    kill(driver.processIdentifier, SIGKILL)
    driver.waitUntilExit()
    for _ in 0..<100 {
      let left = processes(naming: folder)
      if left.isEmpty { return }
      for id in left { kill(id, SIGKILL) }
      usleep(20_000)
    }
  }

  /// The processes in whose command line this stands.
  static func processes(naming text: String) -> [pid_t] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }.filter {
      String(decoding: FileManager.default.contents(atPath: "/proc/\($0)/cmdline") ?? Data(), as: UTF8.self).contains(text)
    }
  }
}
