import Verdicts

extension ReproductionReport {
  /// JUnit's XML: a suite for each paper, a case for each property of each scenario.
  public func junit() -> String {
    JUnitDocument(
      suites: papers.map { paper in
        let cases = paper.claims.flatMap { claim in
          claim.scenarios.flatMap { scenario in
            scenario.rows.enumerated().map { index, row in
              // The search answers all properties of a scenario: its time stands once.
              JUnitDocument.Case(
                className: "\(paper.folder): \(claim.claim)", name: "\(scenario.title): \(row.property)", file: scenario.file,
                seconds: index == 0 ? scenario.seconds : 0, outcome: ReproductionReport.outcome(row))
            }
          }
        }
        return JUnitDocument.Suite(name: paper.folder, cases: cases)
      }
    ).text()
  }

  private static func outcome(_ row: Row) -> JUnitDocument.Case.Outcome {
    let found = "expected \(row.expected.rawValue), found \(row.found.rawValue)"
    switch row.mark {
    case .failed: return .failed(found)
    case .inconclusive: return .skipped(found)
    case .differs: return .noted("\(found): \(row.reason ?? "")")
    case .confirmed: return .passed
    }
  }
}
