import Foundation
import Testing

@testable import Explorer

/// What a reader makes of these bytes: requests, up to one that is none, with their bodies.
private func read(_ text: some Sequence<UInt8>, by count: Int = .max) -> (requests: [HTTPRequest], failure: HTTPFailure?) {
  var reader = HTTPReader()
  var requests: [HTTPRequest] = []
  var head: HTTPRequest?
  var rest = Array(text)[...]
  do {
    while true {
      if head == nil { head = try reader.nextHead() }
      if var request = head, let body = reader.nextBody(request.contentLength) {
        request.body = body
        requests.append(request)
        head = nil
      } else if rest.isEmpty {
        return (requests, nil)
      } else {
        reader.append(rest.prefix(count))
        rest = rest.dropFirst(count)
      }
    }
  } catch {
    return (requests, error)
  }
}

private func status(_ text: String) -> Int? {
  let (requests, failure) = read(text.utf8)
  return failure?.status.rawValue ?? (requests.isEmpty ? nil : 200)
}

@Suite struct `A reader of HTTP` {
  @Test func `reads a method, a target, headers and a body`() throws {
    let text =
      "POST /api/runs?file=a%2Fb+c%2B&x=1&x=2&y HTTP/1.1\r\nHost: here:1\r\nX-Token:\t a b \t\r\naccept: 1\r\nAccept: 2\r\nContent-Length: 3\r\n\r\n{\r\n"
    let request = try #require(read(text.utf8).requests.first)
    #expect(request.method == "POST" && request.path == "/api/runs" && request.minorVersion == 1)
    #expect(request.query == ["file": "a/b c+", "x": "1", "y": ""])
    #expect(request.headers["host"] == "here:1" && request.headers["x-token"] == "a b" && request.headers["ACCEPT"] == "1, 2" && request.headers["x"] == nil)
    #expect(request.body == Data("{\r\n".utf8) && !request.endsConnection)
  }

  @Test func `finds requests one behind the other, however the bytes come in`() {
    let one = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
    let two = "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n\r\n\r\n"
    let whole = read((one + two + one).utf8).requests
    #expect(whole.map(\.path) == ["/1", "/2", "/1"] && whole[1].body == Data("\r\n\r\n".utf8))
    for count in [1, 2, 3, 7, 31] { #expect(read((one + two + one).utf8, by: count).requests == whole, "\(count)") }
  }

  @Test(arguments: [
    ("GET / HTTP/1.1", false), ("GET / HTTP/1.0", true), ("GET / HTTP/1.1\r\nConnection: keep-alive", false), ("GET / HTTP/1.1\r\nConnection: x, Close", true),
    ("GET / HTTP/1.1\r\nConnection: x\r\nconnection: close", true), ("GET / HTTP/1.1\r\nConnection: closed", false),
    ("GET / HTTP/1.0\r\nConnection: keep-alive", true), ("GET / HTTP/1.2", false),
  ])
  func `knows whether the client sends another one`(_ head: String, _ ends: Bool) throws {
    #expect(try #require(read((head + "\r\n\r\n").utf8).requests.first).endsConnection == ends)
  }

  @Test(arguments: [
    ("/", "/"), ("/a%20b", "/a b"), ("/%61pi", "/api"), ("/api%2Fruns", "/api/runs"), ("/a+b", "/a+b"), ("/../x/./y", "/../x/./y"), ("//api", "//api"),
    ("/%C3%A9", "/é"), ("/%252e", "/%2e"), ("http://h:1/a?b", "/a"), ("HTTP://h:1", "/"), ("http://h:1?b", "/"), ("/?a?b", "/"),
  ])
  func `decodes a path once`(_ target: String, _ path: String) {
    #expect(read("GET \(target) HTTP/1.1\r\n\r\n".utf8).requests.first?.path == path)
  }

  @Test func `takes the host that a whole target names for the one that is meant`() {
    let requests = read("GET http://evil:1/ HTTP/1.1\r\nHost: here:1\r\n\r\nGET http://evil@here:1/ HTTP/1.1\r\n\r\n".utf8).requests
    #expect(requests.map { $0.headers.values(of: "Host") } == [["evil:1"], ["evil@here:1"]])
  }

  @Test(arguments: [
    // The request line.
    "", " ", "GET", "GET /", "GET  / HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ", "GET / / HTTP/1.1", "GET\t/\tHTTP/1.1", "G(T / HTTP/1.1",
    "GÉT / HTTP/1.1", "GET / http/1.1", "GET / HTTP/1", "GET / HTTP/11", "GET / HTTP/1.10", "GET / HTTP/1.x", "GET / HTTP/１.1", "GET / XTTP/1.1",
    // The target.
    "GET * HTTP/1.1", "GET api HTTP/1.1", "CONNECT h:1 HTTP/1.1", "GET https://h/ HTTP/1.1", "GET http:// HTTP/1.1", "GET http:///x HTTP/1.1",
    "GET /# HTTP/1.1", "GET /é HTTP/1.1", "GET /\u{1} HTTP/1.1", "GET /\u{0} HTTP/1.1", "GET /\u{7F} HTTP/1.1", "GET /\r HTTP/1.1", "GET /% HTTP/1.1",
    "GET /%4 HTTP/1.1", "GET /%zz HTTP/1.1", "GET /%+1 HTTP/1.1", "GET /%00 HTTP/1.1", "GET /%ff HTTP/1.1", "GET /%C0%AF HTTP/1.1",
    "GET /%ED%A0%80 HTTP/1.1", "GET /?a=%f HTTP/1.1", "GET /?%=a HTTP/1.1", "GET /?a=%00 HTTP/1.1", "GET /?a=%ff HTTP/1.1",
    // Headers.
    "GET / HTTP/1.1\r\nHost", "GET / HTTP/1.1\r\n: x", "GET / HTTP/1.1\r\nHost : x", "GET / HTTP/1.1\r\nHost\t: x", "GET / HTTP/1.1\r\n Host: x",
    "GET / HTTP/1.1\r\nA: b\r\n c", "GET / HTTP/1.1\r\nA: b\r\n\tc: d", "GET / HTTP/1.1\r\nA\u{0}: b", "GET / HTTP/1.1\r\nA: \u{0}",
    "GET / HTTP/1.1\r\nA: b\rC: d",
    "GET / HTTP/1.1\r\nA: b\r\r", "GET / HTTP/1.1\r\nA: \u{1B}", "GET / HTTP/1.1\r\nA: \u{7F}", "GET / HTTP/1.1\r\nÀ: b", "GET / HTTP/1.1\r\nA B: c",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: a", "GET / HTTP/1.1\r\nHost: a\r\nhost: b", "GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: b",
    // Line ends.
    "GET / HTTP/1.1\nHost: a", "GET / HTTP/1.1\r\nHost: a\nX: b", "\nGET / HTTP/1.1", "\r\n\r\nGET / HTTP/1.1",
    // Lengths.
    "POST / HTTP/1.1\r\nContent-Length:", "POST / HTTP/1.1\r\nContent-Length: -1", "POST / HTTP/1.1\r\nContent-Length: +1",
    "POST / HTTP/1.1\r\nContent-Length: 1 ,1", "POST / HTTP/1.1\r\nContent-Length: 1, 1", "POST / HTTP/1.1\r\nContent-Length: 0x1",
    "POST / HTTP/1.1\r\nContent-Length: 1_0", "POST / HTTP/1.1\r\nContent-Length: 1.0", "POST / HTTP/1.1\r\nContent-Length: １",
    "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1", "POST / HTTP/1.1\r\nContent-Length: 1\r\ncontent-length: 2",
    "POST / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked", "POST / HTTP/1.1\r\nTransfer-Encoding: x\r\nContent-Length: 0",
  ])
  func `refuses what is no request`(_ head: String) {
    #expect(status(head + "\r\n\r\n") == 400)
  }

  @Test func `tells what else is wrong`() {
    #expect(status("GET / HTTP/2.0\r\n\r\n") == 505 && status("GET / HTTP/0.9\r\n\r\n") == 505)
    #expect(status("GET /" + String(repeating: "a", count: 32 << 10)) == 414)
    #expect(status("GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 32 << 10)) == 431)
    #expect(status("GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 101) + "\r\n") == 431)
    #expect(status("GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 100) + "\r\n") == 200)
    #expect(status("GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 31 << 10) + "\r\n\r\n") == 200)
    // As long as nothing is wrong, more may come.
    for beginning in ["", "\r\n", "\r", "GET", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r"] { #expect(status(beginning) == nil) }
    // One empty line is left out, and what is no ASCII may be in a value.
    #expect(status("\r\nGET / HTTP/1.1\r\nA: é\r\n\r\n") == 200)
    #expect(read("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n".utf8).requests.isEmpty)
  }

  @Test func `stands whatever comes in`() {
    // The same bytes in each run: xorshift.
    var state: UInt64 = 88_172_645_463_325_252
    func random(_ count: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(count))
    }
    let good = Array("POST /a%20b?c=d HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}".utf8)
    for _ in 0..<2000 {
      var bytes = good + good
      for _ in 0...random(4) {
        let place = random(bytes.count)
        switch random(3) {
        case 0: bytes[place] = UInt8(random(256))
        case 1: bytes.remove(at: place)
        default: bytes.insert([13, 10, 32, 58, 37, 0][random(6)], at: place)
        }
      }
      let (requests, failure) = read(bytes)
      let (same, sameFailure) = read(bytes, by: 1 + random(9))
      #expect(requests == same && failure == sameFailure)
    }
  }

  @Test func `and its answers say how long they are`() {
    var response = HTTPResponse(status: .notFound, headers: ["A": "b"], body: Data("{}".utf8))
    #expect(response.encoded() == Data("HTTP/1.1 404 Not Found\r\nA: b\r\nContent-Length: 2\r\n\r\n{}".utf8))
    response.endsConnection = true
    #expect(response.encoded(hasBody: false) == Data("HTTP/1.1 404 Not Found\r\nA: b\r\nContent-Length: 2\r\nConnection: close\r\n\r\n".utf8))
  }
}
