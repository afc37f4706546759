import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Test results in JUnit's XML, as the servers of continuous integration read it.
struct JUnitDocument {
  struct Case {
    enum Outcome {
      case passed
      case failed(String)
      /// Neither passed nor failed: nobody knows.
      case skipped(String)
      /// Passed, and there is something to say.
      case noted(String)
    }
    var className: String
    var name: String
    var file: String
    var seconds: Double
    var outcome: Outcome
    /// What a reader of a failure wants to see: the attack.
    var details: String?
  }
  struct Suite {
    var name: String
    var cases: [Case]
  }
  var suites: [Suite]

  /// The document, indented, with a line feed at the end.
  func text() -> String {
    let root = XMLElement(name: "testsuites")
    for suite in suites { root.addChild(element(suite)) }
    let document = XMLDocument(rootElement: root)
    document.version = "1.0"
    document.characterEncoding = "UTF-8"
    return document.xmlString(options: .nodePrettyPrint) + "\n"
  }

  private func element(_ suite: Suite) -> XMLElement {
    var (failures, skipped) = (0, 0)
    for test in suite.cases {
      switch test.outcome {
      case .failed: failures += 1
      case .skipped: skipped += 1
      case .passed, .noted: break
      }
    }
    let element = element(
      "testsuite",
      [("name", suite.name), ("tests", String(suite.cases.count)), ("failures", String(failures)), ("skipped", String(skipped))])
    for test in suite.cases { element.addChild(self.element(test)) }
    return element
  }

  private func element(_ test: Case) -> XMLElement {
    let element = element(
      "testcase", [("classname", test.className), ("name", test.name), ("file", test.file), ("time", Reports.seconds(test.seconds))])
    switch test.outcome {
    case .passed: break
    case .failed(let message):
      let failure = self.element("failure", [("message", message)])
      if let details = test.details { failure.stringValue = printable(details) }
      element.addChild(failure)
    case .skipped(let message): element.addChild(self.element("skipped", [("message", message)]))
    case .noted(let message): element.addChild(XMLElement(name: "system-out", stringValue: printable(message)))
    }
    return element
  }

  private func element(_ name: String, _ attributes: [(String, String)]) -> XMLElement {
    let element = XMLElement(name: name)
    for (name, value) in attributes {
      if let attribute = XMLNode.attribute(withName: name, stringValue: printable(value)) as? XMLNode { element.addAttribute(attribute) }
    }
    return element
  }

  /// XML 1.0 has no place for other control characters, not even escaped.
  private func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 0x20 && ![9, 10, 13].contains($0.value) || $0.value == 0xFFFE || $0.value == 0xFFFF ? "\u{FFFD}" : $0 }))
  }
}
