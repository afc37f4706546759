import Compiler
import Foundation
import Verdicts

/// What `reproduce` prints: each claim of each paper, property by property.
public struct ReproductionReport: Codable {
  public struct Row: Codable {
    public var property: String
    /// What the paper says.
    public var expected: Verdict
    public var found: Verdict
    /// Steps of the attack.
    public var steps: Int?
    public var mark: ClaimResult.Mark
    /// Why what was found differs from what the paper says.
    public var reason: String?
  }
  public struct Scenario: Codable {
    /// The title of the claim, or what the twin restores.
    public var title: String
    public var file: String
    public var bounds: [String]
    public var options: [String]
    public var dropped: [String]
    public var states: Int
    public var seconds: Double
    public var rows: [Row]
  }
  public struct Claim: Codable {
    public var claim: String
    /// Where the paper says so.
    public var place: String
    public var meaning: String
    public var scenarios: [Scenario]
  }
  public struct Paper: Codable {
    public var folder: String
    public var title: String
    public var authors: String
    public var source: String
    public var claims: [Claim]
  }
  /// Of a format that only grows within a version.
  public var version = 1
  public var papers: [Paper]

  public init(_ results: [(paper: Compiler.Paper, claims: [ClaimResult])]) {
    papers = results.map { paper, claims in
      Paper(
        folder: paper.folder, title: paper.title, authors: paper.authors, source: paper.source,
        claims: claims.map { claim in
          Claim(
            claim: claim.claim, place: claim.place, meaning: claim.meaning,
            scenarios: zip(claim.scenarios, claim.rows).enumerated().map { index, scenario in
              let (result, rows) = scenario
              return Scenario(
                title: index == 0 ? claim.claim : ReproductionReport.label(result.title, behind: claim.scenarios[0].title), file: result.file,
                bounds: result.bounds, options: result.options, dropped: result.dropped, states: result.states, seconds: result.seconds,
                rows: rows.map {
                  Row(property: $0.property, expected: $0.expected, found: $0.found, steps: $0.steps, mark: $0.mark, reason: $0.reason)
                })
            })
        })
    }
  }

  /// A twin's own title.
  private static func label(_ title: String, behind first: String) -> String {
    title.hasPrefix(first + " — ") ? String(title.dropFirst(first.count + 3)) : title
  }

  /// The text; keys in a fixed order.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  private static let header = ["", "claim", "property", "expected", "found", "steps", "states", "seconds", "bounds"]
  private static let numbers: Set<Int> = [5, 6, 7]

  /// The bounds of a paper's scenarios, each once: what the last column numbers from 1.
  func bounds(_ claims: [Claim]) -> [String] {
    var all: [String] = []
    for scenario in claims.flatMap(\.scenarios) where !all.contains(scenario.bounds.joined(separator: ", ")) {
      all.append(scenario.bounds.joined(separator: ", "))
    }
    return all
  }

  /// One line for each property; the claim and its counts stand on the first.
  private func lines(_ claims: [Claim]) -> [[String]] {
    let bounds = bounds(claims)
    var lines: [[String]] = []
    for claim in claims {
      for (index, scenario) in claim.scenarios.enumerated() {
        let title = index == 0 ? scenario.title : "— \(scenario.title)"
        let number = bounds.firstIndex(of: scenario.bounds.joined(separator: ", ")).map { String($0 + 1) } ?? ""
        let counts = [String(scenario.states), Reports.seconds(scenario.seconds), number]
        for (line, row) in scenario.rows.enumerated() {
          let steps = row.steps.map(String.init) ?? "–"
          let found = [row.property, row.expected.rawValue, row.found.rawValue, steps]
          lines.append([row.mark.sign, line == 0 ? title : ""] + found + (line == 0 ? counts : ["", "", ""]))
        }
      }
    }
    return lines
  }

  /// The differences of a paper, each with its reason.
  func differences(_ paper: Paper) -> [(claim: String, row: Row)] {
    paper.claims.flatMap { claim in claim.scenarios.flatMap { $0.rows.filter { $0.reason != nil }.map { (claim.claim, $0) } } }
  }

  func sentence(_ row: Row) -> String {
    "\(row.property): the paper says \(row.expected.rawValue), and found is \(row.found.rawValue). \(row.reason ?? "")"
  }

  /// For people, in columns.
  ///
  /// - Parameter width: in characters; nil: as wide as it is.
  public func text(width: Int? = nil) -> String {
    var text = ""
    for paper in papers {
      let table = TextTable(header: ReproductionReport.header, rows: lines(paper.claims), numbers: ReproductionReport.numbers)
      text += "\(paper.title)\n  \(paper.authors)\n  \(paper.source)\n\n"
      text += table.lines(width: width).joined(separator: "\n") + "\n"
      text += "\nbounds\n"
      for (number, bound) in bounds(paper.claims).enumerated() { text += "\(leftPad(String(number + 1), 3))  \(bound)\n" }
      for (claim, row) in differences(paper) { text += "\n\(row.mark.sign)  \(claim), \(sentence(row))\n" }
      text += "\n"
    }
    return text + summary + "\n"
  }

  /// A table that Markdown readers lay out.
  public func markdown() -> String {
    var text = ""
    for paper in papers {
      text += "## \(escaped(paper.title))\n\n\(escaped(paper.authors)). \(escaped(paper.source)).\n\n"
      text += ReproductionReport.line(ReproductionReport.header)
      text += ReproductionReport.line(ReproductionReport.header.indices.map { ReproductionReport.numbers.contains($0) ? "---:" : "---" })
      for row in lines(paper.claims) { text += ReproductionReport.line(row.map(escaped)) }
      text += "\nBounds:\n\n"
      for (number, bound) in bounds(paper.claims).enumerated() { text += "\(number + 1). \(escaped(bound))\n" }
      for (claim, row) in differences(paper) { text += "\n\(row.mark.sign) \(escaped(claim)), \(escaped(sentence(row)))\n" }
      text += "\n"
    }
    return text + summary + "\n"
  }

  private static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }

  private func escaped(_ text: String) -> String {
    text.map { "\\|*_`<>[]".contains($0) ? "\\\($0)" : String($0) }.joined()
  }

  private var summary: String {
    let rows = papers.flatMap(\.claims).flatMap(\.scenarios).flatMap(\.rows)
    let counts = ClaimResult.Mark.allCases.compactMap { mark -> String? in
      let count = rows.count { $0.mark == mark }
      return count == 0 ? nil : "\(count) \(mark.rawValue)"
    }
    return "\(papers.map(\.claims.count).reduce(0, +)) claims; properties: \(counts.joined(separator: ", "))"
  }
}

extension ClaimResult.Mark {
  /// One character for tables.
  var sign: String {
    switch self {
    case .confirmed: "✓"
    case .differs: "≠"
    case .failed: "✗"
    case .inconclusive: "?"
    }
  }
}
