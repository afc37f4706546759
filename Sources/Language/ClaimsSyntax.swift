/// A claims file: what a paper claims, each claim with the scenarios that show it.
public struct ClaimsFile: Sendable {
  /// The paper's title; nil where it could not be read.
  public var paper: Sentence?
  public var authors: Sentence?
  /// Where it appeared.
  public var source: Sentence?
  public var claims: [ClaimDeclaration]
  public init(paper: Sentence? = nil, authors: Sentence? = nil, source: Sentence? = nil, claims: [ClaimDeclaration] = []) {
    self.paper = paper
    self.authors = authors
    self.source = source
    self.claims = claims
  }
}

/// `claim "title" at "section 3.2" "sentence" scenario "file.scenario" larger "file.scenario" differs property verdict "why"`
public struct ClaimDeclaration: Sendable {
  /// The paper says otherwise of this property than the scenario does.
  public struct Difference: Sendable {
    public var property: Name
    /// What the paper says.
    public var verdict: ScenarioDeclaration.Expected
    /// Why the scenario comes to another verdict.
    public var reason: Sentence
    public init(property: Name, verdict: ScenarioDeclaration.Expected, reason: Sentence) {
      self.property = property
      self.verdict = verdict
      self.reason = reason
    }
  }
  public var title: Sentence
  /// Where the paper says so.
  public var place: Sentence
  /// What it says, in our words.
  public var meaning: Sentence
  /// The scenario file, relative to the folder of the claims file.
  public var scenario: Sentence
  /// The same at larger bounds, for a more telling `holds`.
  public var larger: Sentence?
  /// Of the file's first scenario; its twins say what the paper says.
  public var differences: [Difference]
  public init(title: Sentence, place: Sentence, meaning: Sentence, scenario: Sentence, larger: Sentence? = nil, differences: [Difference]) {
    self.title = title
    self.place = place
    self.meaning = meaning
    self.scenario = scenario
    self.larger = larger
    self.differences = differences
  }
}
