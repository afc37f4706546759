import FlyingFox
import FlyingSocks
import Foundation
import Reports

/// Makes responses.
enum Answer {
  static func data(_ data: Data, type: String, status: HTTPStatusCode = .ok) -> HTTPResponse {
    var response = HTTPResponse(statusCode: status, headers: HTTPHeaders(Gate.headers), body: data)
    response.headers[.contentType] = type
    return response
  }

  static func json(_ value: some Encodable, status: HTTPStatusCode = .ok) throws -> HTTPResponse {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return data(try encoder.encode(value), type: "application/json", status: status)
  }

  /// `{"error": reason}`
  static func failure(_ status: HTTPStatusCode, _ reason: String) -> HTTPResponse {
    (try? json(["error": reason], status: status)) ?? HTTPResponse(statusCode: status)
  }

  /// The same, as the last one of its connection.
  static func last(_ response: HTTPResponse) async -> HTTPResponse {
    var response = response
    let data = (try? await response.bodyData) ?? Data()
    response.headers[.connection] = "close"
    response.payload = .httpBody(HTTPBodySequence(from: LastBody(data: data), count: data.count))
    return response
  }
}

/// A body behind which the connection is closed. What was not read of a refused request would be read as the next one.
private struct LastBody: AsyncBufferedSequence {
  typealias Element = UInt8
  let data: Data

  struct AsyncIterator: AsyncBufferedIteratorProtocol {
    var data: Data?

    mutating func nextBuffer(suggested count: Int) async throws -> Data? {
      // The library closes where a body ends with an error.
      guard let data else { throw SocketError.disconnected }
      self.data = nil
      return data
    }

    mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }
  }
  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(data: data) }
}

/// A file of the page.
struct Asset {
  let data: Data
  let type: String

  init?(path: String) {
    let bytes: [UInt8]
    switch path {
    case "/diagram.css": bytes = Array(SequenceDiagram.styleSheet.utf8)
    case "/", "/index.html": bytes = PackageResources.index_html
    case "/explorer.css": bytes = PackageResources.explorer_css
    case "/main.js": bytes = PackageResources.main_js
    case "/api.js": bytes = PackageResources.api_js
    case "/dom.js": bytes = PackageResources.dom_js
    case "/setup.js": bytes = PackageResources.setup_js
    case "/result.js": bytes = PackageResources.result_js
    case "/attack.js": bytes = PackageResources.attack_js
    case "/compare.js": bytes = PackageResources.compare_js
    case "/play.js": bytes = PackageResources.play_js
    default: return nil
    }
    data = Data(bytes)
    type = path.hasSuffix(".js") ? "text/javascript; charset=utf-8" : path.hasSuffix(".css") ? "text/css; charset=utf-8" : "text/html; charset=utf-8"
  }
}
