/// Why bytes are no request that can be answered. Where the next one would begin is not known then.
struct HTTPFailure: Error, Equatable {
  var status: HTTPStatus
  var reason: String

  static func malformed(_ reason: String) -> HTTPFailure { HTTPFailure(status: .badRequest, reason: reason) }
}
