/// What a request must be before anything is done with it.
struct Gate: Sendable {
  /// Anyone who knows it may start runs: it is in the fragment of the URL that is printed, and the page sends it as a header.
  let token: String
  let maximumBody: Int

  static let tokenHeader = "X-Interloper-Token"

  init(maximumBody: Int) {
    var random = SystemRandomNumberGenerator()
    token = (0..<4).map { _ in
      let digits = String(random.next(), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
    self.maximumBody = maximumBody
  }

  /// Why the request is refused; nil: it is not.
  ///
  /// - Parameter port: where the server listens.
  func refusal(of request: HTTPRequest, port: UInt16) -> (status: HTTPStatus, reason: String)? {
    // A page of another site whose name was made to lead here (DNS rebinding) still sends that name.
    let hosts = ["127.0.0.1:\(port)", "localhost:\(port)"]
    guard let host = request.headers["Host"], hosts.contains(host) else { return (.misdirectedRequest, "this is not the host that was asked for") }
    if let origin = request.headers["Origin"], !hosts.contains(where: { origin == "http://\($0)" }) {
      return (.forbidden, "requests of other sites are refused")
    }
    if request.headers["Transfer-Encoding"] != nil { return (.lengthRequired, "say how long the body is") }
    if request.contentLength > maximumBody { return (.contentTooLarge, "a body has at most \(maximumBody) bytes") }
    // By its parts, as the handler reads it: `//api/runs` is the same.
    if request.path.split(separator: "/").first == "api", !isSame(request.headers[Gate.tokenHeader] ?? "", token) {
      return (.forbidden, "open the page by the URL that was printed at the start: it holds the token")
    }
    return nil
  }

  /// Takes the same time wherever the two differ.
  private func isSame(_ a: String, _ b: String) -> Bool {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// Headers of every answer: no script, style or frame from anywhere else, nothing guessed, nothing kept, no address told to others.
  static let headers: HTTPHeaders = [
    "Content-Security-Policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
  ]
}
