import Foundation
import Reports

/// Makes responses.
enum Answer {
  static func data(_ data: Data, type: String, status: HTTPStatus = .ok) -> HTTPResponse {
    var headers = Gate.headers
    headers["Content-Type"] = type
    return HTTPResponse(status: status, headers: headers, body: data)
  }

  static func json(_ value: some Encodable, status: HTTPStatus = .ok) throws -> HTTPResponse {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return data(try encoder.encode(value), type: "application/json", status: status)
  }

  /// `{"error": reason}`
  static func failure(_ status: HTTPStatus, _ reason: String) -> HTTPResponse {
    (try? json(["error": reason], status: status)) ?? HTTPResponse(status: status, headers: Gate.headers)
  }
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
