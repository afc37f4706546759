/// Answers requests.
protocol HTTPHandler: Sendable {
  /// Why a request is not let in; nil: it is. Its body was not read yet, and is not read if it is refused.
  ///
  /// A request whose body is longer than can be kept, or has no length (`Transfer-Encoding`), must be refused.
  func refusal(of request: HTTPRequest) -> HTTPResponse?

  func response(to request: HTTPRequest) async -> HTTPResponse

  func response(to failure: HTTPFailure) -> HTTPResponse
}
