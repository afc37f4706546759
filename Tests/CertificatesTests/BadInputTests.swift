import Foundation
import Testing

@testable import Certificates

/// Reads a file's text as a certificate; an error if it is none, and never a crash.
private func read(_ text: some Sequence<UInt8>) throws -> Certificate { try Certificate(json: Data(text)) }

@Suite struct `Bad input` {
  @Test func `that was cut off anywhere is no certificate`() throws {
    let whole = try loweAttack().json()
    for length in stride(from: 0, to: whole.count - 1, by: 7) {
      #expect(throws: CertificateError.self) { try read(whole.prefix(length)) }
    }
  }

  @Test(arguments: ["", "\n", "null", "true", "1", "\"text\"", "[]", "{}", "certificate", "{\"format\":1}", "{]", "{\"version\":1}"])
  func `that is something else is no certificate`(_ text: String) {
    #expect(throws: CertificateError.self) { try read(text.utf8) }
  }

  @Test func `that is not UTF-8 is no certificate`() throws {
    let whole = try loweAttack().json()
    for bytes: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80]] {
      // In front, and within the first string.
      #expect(throws: CertificateError.unreadable("this is no certificate: not UTF-8")) { try read(bytes + whole) }
      var inside = whole
      let quote = try #require(inside.firstIndex(of: UInt8(ascii: "\"")))
      inside.insert(contentsOf: bytes, at: quote + 1)
      #expect(throws: CertificateError.unreadable("this is no certificate: not UTF-8")) { try read(inside) }
    }
    let utf16 = try #require(String(decoding: whole, as: UTF8.self).data(using: .utf16))
    #expect(throws: CertificateError.self) { try read(utf16) }
  }

  @Test(arguments: ["[", "{\"a\":", "[[],", "{\"format\":"]) func `that is nested very deep is no certificate`(_ opening: String) {
    let nested = String(repeating: opening, count: 200_000)
    #expect(throws: CertificateError.self) { try read(nested.utf8) }
    let head = "{\"format\":\"interloper-certificate\",\"version\":1,\"attack\":"
    #expect(throws: CertificateError.self) { try read((head + nested).utf8) }
  }

  @Test(arguments: ["1e999", "-1", "99999999999999999999999999", "1.5", "\"1\"", "2"]) func `with another version is not read`(_ version: String) {
    #expect(throws: CertificateError.self) { try read("{\"format\":\"interloper-certificate\",\"version\":\(version)}".utf8) }
  }

  @Test func `says which version it has`() {
    let text = "{\"format\":\"interloper-certificate\",\"version\":7,\"entirely\":\"different\"}"
    #expect(throws: CertificateError.unreadable("this certificate has version 7 of the format; this program reads version 1")) { try read(text.utf8) }
  }

  @Test func `with both claims, or with neither, is no certificate`() throws {
    let attack = try loweAttack()
    var both = attack
    both.exploration = ExplorationRecord(holds: [], violated: [], reductions: [], workers: 1, states: 1, statesByDepth: [1], transitions: 0, computed: 0)
    #expect(throws: CertificateError.self) { try read(try both.json()) }
    both.exploration = nil
    both.attack = nil
    #expect(throws: CertificateError.self) { try read(try both.json()) }
  }

  @Test(arguments: ["/dev/zero", "/nowhere/at/all", "/", ""]) func `that is no regular file is not read`(_ path: String) {
    #expect(throws: CertificateError.self) { try Certificate(file: path) }
  }

  @Test func `with terms that double at each entry is refused before it takes memory`() throws {
    var certificate = try loweAttack()
    let system = try certificate.source.load(from: root).compiled.system
    let pair = try #require(certificate.attack?.terms.first { $0.arguments?.count == 2 })
    for _ in 0..<100 {
      let last = (certificate.attack?.terms.count ?? 0) - 1
      certificate.attack?.terms.append(AttackRecord.Term(symbol: pair.symbol, arguments: [last, last]))
    }
    #expect(throws: CertificateError.self) { try certificate.attack?.check(in: system) }
  }

  @Test func `with a term that is nested very deep is refused`() throws {
    var certificate = try loweAttack()
    let system = try certificate.source.load(from: root).compiled.system
    let unary = try #require(certificate.attack?.terms.first { $0.arguments?.count == 1 })
    let first = certificate.attack?.terms.count ?? 0
    for number in first..<first + 100_000 { certificate.attack?.terms.append(AttackRecord.Term(symbol: unary.symbol, arguments: [number - 1])) }
    #expect(throws: CertificateError.self) { try certificate.attack?.check(in: system) }
  }

  @Test func `with paths that no file system has is refused`() throws {
    try withFolder { folder in
      for text in ["\u{0}", String(repeating: "x", count: 10_000), String(repeating: "a/", count: 10_000) + "b", "a\u{0}b"] {
        var certificate = try loweAttack(in: folder)
        certificate.source.scenarioFile = text
        #expect(throws: CertificateError.self) { try certificate.source.load(from: root) }
        certificate = try loweAttack(in: folder)
        #expect(throws: CertificateError.self) { try certificate.source.load(from: text) }
      }
    }
  }
}
