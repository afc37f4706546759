/// Reads the head of a request as RFC 9112 has it, and refuses what two readers could read in two ways.
///
/// More strictly than it must: lines end with CR and LF, spaces stand where the grammar has them, and no header goes on on another line.
enum HTTPParser {
  static let maximumHeaders = 100

  /// - Parameter head: the lines without the empty one behind them, and without its own last line end.
  static func head(_ head: ArraySlice<UInt8>) throws(HTTPFailure) -> HTTPRequest {
    var lines = lines(head)[...]
    var request = try requestLine(lines.popFirst() ?? [])
    guard lines.count <= maximumHeaders else {
      throw HTTPFailure(status: .requestHeaderFieldsTooLarge, reason: "a request has at most \(maximumHeaders) headers")
    }
    let authority = request.headers["Host"]
    var headers: HTTPHeaders = [:]
    for line in lines {
      let field = try header(line)
      headers.append(field.name, field.value)
    }
    guard headers.values(of: "Host").count <= 1 else { throw .malformed("there is more than one Host") }
    // Whoever names the host in the target means that one: RFC 9112, section 3.2.2.
    if let authority { headers["Host"] = authority }
    request.headers = headers
    request.contentLength = try contentLength(headers)
    return request
  }

  private static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var rest = bytes
    while let end = rest.indices.first(where: { rest[$0] == 13 && $0 + 1 < rest.endIndex && rest[$0 + 1] == 10 }) {
      lines.append(rest[..<end])
      rest = rest[(end + 2)...]
    }
    return lines + [rest]
  }

  private static func requestLine(_ line: ArraySlice<UInt8>) throws(HTTPFailure) -> HTTPRequest {
    let parts = line.split(separator: space, omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw .malformed("a request line is a method, a target and a version") }
    guard isToken(parts[0]) else { throw .malformed("this is no method") }
    var request = try target(parts[1])
    request.method = text(parts[0])
    request.minorVersion = try minorVersion(parts[2])
    return request
  }

  /// A path with its query, or a whole URI; no other form is for a server of pages.
  private static func target(_ target: ArraySlice<UInt8>) throws(HTTPFailure) -> HTTPRequest {
    guard target.allSatisfy({ $0 > space && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else { throw .malformed("this is no target") }
    var headers: HTTPHeaders = [:]
    var rest = target
    if text(target.prefix(7)).lowercased() == "http://" {
      let authority = target.dropFirst(7).prefix { $0 != slash && $0 != question }
      guard !authority.isEmpty else { throw .malformed("the target names no host") }
      headers["Host"] = text(authority)
      rest = target[authority.endIndex...]
      if rest.first != slash { rest = [slash] + rest }
    }
    guard rest.first == slash else { throw .malformed("a target starts with a slash") }
    let path = rest.prefix { $0 != question }
    guard let decoded = PercentEncoding.decode(path) else { throw .malformed("the path is no text") }
    return HTTPRequest(method: "", path: decoded, query: try query(rest.dropFirst(path.count + 1)), headers: headers)
  }

  private static func query(_ query: ArraySlice<UInt8>) throws(HTTPFailure) -> [String: String] {
    var values: [String: String] = [:]
    for item in query.split(separator: UInt8(ascii: "&")) {
      let name = item.prefix { $0 != UInt8(ascii: "=") }
      guard let key = PercentEncoding.decode(name, isForm: true), let value = PercentEncoding.decode(item.dropFirst(name.count + 1), isForm: true) else {
        throw .malformed("the query is no text")
      }
      if values[key] == nil { values[key] = value }
    }
    return values
  }

  private static func minorVersion(_ version: ArraySlice<UInt8>) throws(HTTPFailure) -> Int {
    let digits = Array(version.suffix(3))
    guard version.count == 8, text(version.prefix(5)) == "HTTP/", isDigit(digits[0]), digits[1] == UInt8(ascii: "."), isDigit(digits[2]) else {
      throw .malformed("this is no version of HTTP")
    }
    guard digits[0] == UInt8(ascii: "1") else { throw HTTPFailure(status: .httpVersionNotSupported, reason: "only HTTP/1.1 and HTTP/1.0 are spoken here") }
    return Int(digits[2] - UInt8(ascii: "0"))
  }

  private static func header(_ line: ArraySlice<UInt8>) throws(HTTPFailure) -> HTTPHeaders.Field {
    // A line that goes on starts with a space or a tab; before the colon there is none: neither is in a token.
    let name = line.prefix { $0 != UInt8(ascii: ":") }
    guard name.endIndex < line.endIndex, isToken(name) else { throw .malformed("a header is a name, a colon and a value, on one line") }
    var value = line[(name.endIndex + 1)...]
    while let first = value.first, isBlank(first) { value = value.dropFirst() }
    while let last = value.last, isBlank(last) { value = value.dropLast() }
    guard value.allSatisfy({ $0 >= space && $0 != 0x7F || $0 == tab }) else { throw .malformed("there is a control character in a header") }
    return HTTPHeaders.Field(name: text(name), value: text(value))
  }

  private static func contentLength(_ headers: HTTPHeaders) throws(HTTPFailure) -> Int {
    let lengths = headers.values(of: "Content-Length")
    guard let length = lengths.first else { return 0 }
    guard lengths.count == 1, !length.isEmpty, length.utf8.allSatisfy(isDigit) else { throw .malformed("Content-Length is one number") }
    guard headers.values(of: "Transfer-Encoding").isEmpty else { throw .malformed("the length of the body is told in two ways") }
    return Int(length) ?? .max
  }

  // MARK: Characters

  private static let space = UInt8(ascii: " ")
  private static let tab = UInt8(ascii: "\t")
  private static let slash = UInt8(ascii: "/")
  private static let question = UInt8(ascii: "?")

  private static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }
  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  /// RFC 9110, section 5.6.2.
  private static func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
    !bytes.isEmpty
      && bytes.allSatisfy {
        isDigit($0) || $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") || $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") || marks.contains($0)
      }
  }
  private static let marks = Array("!#$%&'*+-.^_`|~".utf8)

  private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
