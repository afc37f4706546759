import Foundation

/// An answer.
struct HTTPResponse: Equatable, Sendable {
  var status: HTTPStatus
  var headers: HTTPHeaders = [:]
  var body = Data()
  /// Whether the connection is closed behind it. What was not read of a refused request would be read as the next one.
  var endsConnection = false

  /// As it is sent.
  ///
  /// - Parameter hasBody: false in answers to `HEAD`, which tell of a body without it.
  func encoded(hasBody: Bool = true) -> Data {
    var head = "HTTP/1.1 \(status.rawValue) \(status.reasonPhrase)\r\n"
    for field in headers.fields { head += "\(field.name): \(field.value)\r\n" }
    head += "Content-Length: \(body.count)\r\n\(endsConnection ? "Connection: close\r\n" : "")\r\n"
    return Data(head.utf8) + (hasBody ? body : Data())
  }

  /// Tells a client that waits with its body to send it.
  static let `continue` = Data("HTTP/1.1 100 Continue\r\n\r\n".utf8)
}
