import Foundation

/// Finds requests in the bytes of a connection, as they come in.
struct HTTPReader {
  static let maximumHead = 32 << 10

  private var bytes: [UInt8] = []
  /// How many of them were looked at in search of the head's end.
  private var seen = 0
  /// Where the line begins that is being looked at.
  private var lineStart = 0
  /// Whether an empty line was left out before the request line.
  private var hasEmptyLine = false

  /// Whether all that was appended was taken.
  var isEmpty: Bool { bytes.isEmpty }

  mutating func append(_ more: some Sequence<UInt8>) { bytes += more }

  /// Takes the head of a request away; nil: it is not there as a whole yet.
  mutating func nextHead() throws(HTTPFailure) -> HTTPRequest? {
    while seen < bytes.count {
      guard seen < HTTPReader.maximumHead else {
        throw lineStart == 0
          ? HTTPFailure(status: .uriTooLong, reason: "the request line is too long")
          : HTTPFailure(status: .requestHeaderFieldsTooLarge, reason: "a head has at most \(HTTPReader.maximumHead) bytes")
      }
      seen += 1
      guard bytes[seen - 1] == 10 else { continue }
      guard seen - lineStart > 1, bytes[seen - 2] == 13 else { throw .malformed("a line ends with CR and LF") }
      if seen - lineStart > 2 {
        lineStart = seen
      } else if lineStart > 0 {
        let head = try HTTPParser.head(bytes[..<(lineStart - 2)])
        take(seen)
        hasEmptyLine = false
        return head
      } else {
        // Some clients send an empty line behind a body: RFC 9112, section 2.2. Lines without end are no request.
        guard !hasEmptyLine else { throw .malformed("there is no request line") }
        take(seen)
        hasEmptyLine = true
      }
    }
    return nil
  }

  /// Takes the body of the request whose head was taken last; nil: it is not there as a whole yet.
  mutating func nextBody(_ count: Int) -> Data? {
    guard bytes.count >= count else { return nil }
    let body = Data(bytes.prefix(count))
    take(count)
    return body
  }

  private mutating func take(_ count: Int) {
    bytes.removeFirst(count)
    (seen, lineStart) = (0, 0)
  }
}
