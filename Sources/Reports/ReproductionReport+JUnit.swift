import Foundation
import Verdicts

#if canImport(FoundationXML)
  import FoundationXML
#endif

extension ReproductionReport {
  /// JUnit's XML: a suite for each paper, a case for each property of each scenario.
  public func junit() -> String {
    let root = XMLElement(name: "testsuites")
    for paper in papers {
      let rows = paper.claims.flatMap(\.scenarios).flatMap(\.rows)
      let suite = element(
        "testsuite",
        [
          ("name", paper.folder), ("tests", String(rows.count)), ("failures", String(rows.count { $0.mark == .failed })),
          ("skipped", String(rows.count { $0.mark == .inconclusive })),
        ])
      for claim in paper.claims {
        for scenario in claim.scenarios {
          for (index, row) in scenario.rows.enumerated() {
            // The search answers all properties of a scenario: its time stands once.
            let test = element(
              "testcase",
              [
                ("classname", "\(paper.folder): \(claim.claim)"), ("name", "\(scenario.title): \(row.property)"), ("file", scenario.file),
                ("time", index == 0 ? seconds(scenario.seconds) : "0.00"),
              ])
            let found = "expected \(row.expected.rawValue), found \(row.found.rawValue)"
            switch row.mark {
            case .failed: test.addChild(element("failure", [("message", found)]))
            case .inconclusive: test.addChild(element("skipped", [("message", found)]))
            case .differs: test.addChild(XMLElement(name: "system-out", stringValue: "\(found): \(row.reason ?? "")"))
            case .confirmed: break
            }
            suite.addChild(test)
          }
        }
      }
      root.addChild(suite)
    }
    let document = XMLDocument(rootElement: root)
    document.version = "1.0"
    document.characterEncoding = "UTF-8"
    return document.xmlString(options: .nodePrettyPrint) + "\n"
  }

  private func element(_ name: String, _ attributes: [(String, String)]) -> XMLElement {
    let element = XMLElement(name: name)
    for (name, value) in attributes {
      if let attribute = XMLNode.attribute(withName: name, stringValue: value) as? XMLNode { element.addAttribute(attribute) }
    }
    return element
  }
}
