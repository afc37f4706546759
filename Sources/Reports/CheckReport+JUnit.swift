import Verdicts

/// What `check --format junit` prints: a suite for each scenario, a case for each property. Whatever is as expected has passed, an expected
/// attack included; a failure tells the attack.
///
/// - Returns: JUnit's XML, with a line feed at the end.
public func junitReport(_ results: [ScenarioResult]) -> String {
  JUnitDocument(
    suites: results.map { result in
      let cases = result.properties.enumerated().map { index, property in
        JUnitDocument.Case(
          className: result.title, name: property.property, file: result.file, seconds: index == 0 ? result.seconds : 0, outcome: outcome(property),
          details: property.attack.map { attack in
            let story = Story(attack, in: result.system)
            let end = "\(property.property) is broken: \(story.conclusion.joined(separator: "; "))"
            return ([property.sentence] + story.lines(TextStyle(usesColour: false)) + [end]).joined(separator: "\n")
          })
      }
      return JUnitDocument.Suite(name: result.title, cases: cases)
    }
  ).text()
}

private func outcome(_ property: PropertyResult) -> JUnitDocument.Case.Outcome {
  let found = "expected \((property.expected ?? .holds).rawValue), found \(property.verdict.rawValue)"
  if property.isAsExpected { return .passed }
  return property.verdict == .inconclusive ? .skipped(found) : .failed(found)
}
