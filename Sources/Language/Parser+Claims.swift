/// Reads a `claims` file.
public func parseClaims(file: Int, in sources: SourceSet) -> (claims: ClaimsFile, diagnostics: [Diagnostic]) {
  var parser = Parser(file: file, in: sources)
  let claims = parser.claimsFile()
  return (claims, parser.findings)
}

extension Parser {
  static let claimWords = ["claim", "at", "scenario", "larger", "differs"]

  mutating func claimsFile() -> ClaimsFile {
    var file = ClaimsFile()
    do throws(Unreadable) {
      guard take("paper") else { throw fail("a claims file begins with `paper \"…\" by \"…\" in \"…\"`, found \(describe(token))") }
      file.paper = try sentence()
      try expect("by")
      file.authors = try sentence()
      try expect("in")
      file.source = try sentence()
    } catch {
      skipToClaim(from: position)
    }
    while token.kind != .end {
      let start = position
      do throws(Unreadable) {
        file.claims.append(try claim())
      } catch {
        skipToClaim(from: start + 1)
      }
    }
    if file.claims.isEmpty && findings.isEmpty { report("the file has no claim", here, help: "a claim begins with `claim \"…\" at \"…\"`") }
    return file
  }

  private mutating func skipToClaim(from start: Int) {
    while token.kind != .end && !(position >= start && at("claim")) { advance() }
  }

  private mutating func claim() throws(Unreadable) -> ClaimDeclaration {
    guard take("claim") else {
      throw fail("expected `claim \"…\"`, found \(describe(token))", help: suggestion(for: token.text, among: Parser.claimWords))
    }
    let title = try sentence()
    try expect("at")
    let place = try sentence()
    let meaning = try sentence()
    try expect("scenario")
    var claim = ClaimDeclaration(title: title, place: place, meaning: meaning, scenario: try sentence(), differences: [])
    if take("larger") { claim.larger = try sentence() }
    while take("differs") {
      let property = try name("a property")
      guard token.kind == .word, let verdict = ScenarioDeclaration.Expected(rawValue: token.text) else {
        throw fail(
          "expected what the paper says: `holds` or `violated`, found \(describe(token))", help: suggestion(for: token.text, among: ["holds", "violated"]))
      }
      advance()
      claim.differences.append(.init(property: property, verdict: verdict, reason: try sentence()))
    }
    return claim
  }
}
