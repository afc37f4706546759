import Foundation

/// A request, or the head of one whose body was not read yet.
struct HTTPRequest: Equatable, Sendable {
  /// As it was sent: methods are case-sensitive.
  var method: String
  /// Without its percent-encoding. It starts with a slash; dots in it have no meaning.
  var path: String
  /// Without its percent-encoding. Of several values with the same name it is the first.
  var query: [String: String] = [:]
  /// Of HTTP/1.
  var minorVersion = 1
  var headers: HTTPHeaders = [:]
  /// Bytes of the body; `Int.max` if they are more than an `Int` can say.
  var contentLength = 0
  var body = Data()

  /// Whether the client sends no other one over its connection.
  ///
  /// One of HTTP/1.0 could ask for that. Nothing has to be said to it then of how long the connection is kept.
  var endsConnection: Bool { minorVersion == 0 || headers.contains("close", in: "Connection") }

  /// Whether the client sends the body only when it is told to.
  var expectsContinue: Bool { minorVersion > 0 && headers.contains("100-continue", in: "Expect") }
}
