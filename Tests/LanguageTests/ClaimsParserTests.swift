import Testing

@testable import Language

@Suite("Parser: claims") struct ClaimsParserTests {
  private static let head = "paper \"P\" by \"A\" in \"J\"\n"

  @Test("A claims file has a paper, and claims with scenarios and differences")
  func whole() throws {
    let text =
      Self.head
      + "claim \"c\" at \"s\" \"m\" scenario \"x.scenario\" larger \"z.scenario\" differs secrecy holds \"why\"\nclaim \"d\" at \"t\" \"n\" scenario \"y.scenario\"\n"
    let (file, diagnostics) = parseClaims(file: 0, in: source(text, named: "claims"))
    #expect(diagnostics.isEmpty)
    #expect([file.paper?.text, file.authors?.text, file.source?.text] == ["P", "A", "J"])
    #expect(file.claims.map(\.title.text) == ["c", "d"])
    #expect(file.claims.map(\.place.text) == ["s", "t"] && file.claims.map(\.meaning.text) == ["m", "n"])
    #expect(file.claims.map(\.scenario.text) == ["x.scenario", "y.scenario"] && file.claims.map { $0.larger?.text } == ["z.scenario", nil])
    let difference = try #require(file.claims[0].differences.first)
    #expect(difference.property.text == "secrecy" && difference.verdict == .holds && difference.reason.text == "why")
  }

  @Test(
    "What is wrong is said, and the next claim is read",
    arguments: [
      ("claim \"c\" at \"s\" scenario \"x\"", "2: expected a sentence in quotes, found `scenario`"),
      ("claim \"c\" at \"s\" \"m\"", "3: expected `scenario`, found `claim`"),
      ("claim \"c\" at \"s\" \"m\" scenario \"x\" differs p hold \"w\"", "2: expected what the paper says: `holds` or `violated`, found `hold`"),
      ("clam \"c\" at \"s\" \"m\" scenario \"x\"", "2: expected `claim \"…\"`, found `clam`"),
    ])
  func wrong(_ line: String, _ message: String) {
    let text = Self.head + line + "\nclaim \"d\" at \"t\" \"n\" scenario \"y\"\n"
    #expect(errors(text, as: .claims) == [message])
    #expect(parseClaims(file: 0, in: source(text)).claims.claims.map(\.title.text) == ["d"])
  }

  @Test("A file without a paper, or without claims, is refused")
  func empty() {
    #expect(errors("", as: .claims) == ["1: a claims file begins with `paper \"…\" by \"…\" in \"…\"`, found the end of the file"])
    #expect(errors(Self.head, as: .claims) == ["1: the file has no claim"])
  }
}
