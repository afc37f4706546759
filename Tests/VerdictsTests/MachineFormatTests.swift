import Compiler
import Foundation
import Reports
import Testing
import Verdicts

#if canImport(FoundationXML)
  import FoundationXML
#endif

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// The results of a shipped scenario, and with other expectations if some are given.
private func results(_ name: String, expecting: Verdict? = nil) throws -> (library: Library, results: [ScenarioResult]) {
  var library = Library()
  var results: [ScenarioResult] = []
  for scenario in try library.scenarios(in: "\(root)/Scenarios/\(name).scenario") {
    var result = try check(scenario, in: &library, CheckOptions())
    if let expecting { for index in result.properties.indices { result.properties[index].expected = expecting } }
    results.append(result)
  }
  return (library, results)
}

private typealias Object = [String: Any]

/// A log, after it was checked that it has what SARIF 2.1.0 asks for (sections 3.13 to 3.27).
private func log(_ text: String) throws -> (rules: [Object], results: [Object]) {
  let log = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? Object)
  #expect(log["version"] as? String == "2.1.0")
  #expect(log["$schema"] as? String == "https://json.schemastore.org/sarif-2.1.0.json")
  let run = try #require((log["runs"] as? [Object])?.first)
  #expect((log["runs"] as? [Object])?.count == 1)
  let driver = try #require((run["tool"] as? Object)?["driver"] as? Object)
  #expect(driver["name"] as? String == "interloper" && driver["version"] as? String == "test")
  let rules = try #require(driver["rules"] as? [Object])
  for rule in rules { #expect(rule["id"] is String && (rule["shortDescription"] as? Object)?["text"] is String) }
  let bases = try #require(run["originalUriBaseIds"] as? Object)
  let results = try #require(run["results"] as? [Object])
  for result in results {
    let index = try #require(result["ruleIndex"] as? Int)
    #expect(result["ruleId"] as? String == rules[index]["id"] as? String)
    let kind = try #require(result["kind"] as? String)
    let level = try #require(result["level"] as? String)
    // Section 3.27.10: only what fails has a level other than `none`.
    #expect(kind == "fail" ? ["error", "note"].contains(level) : kind == "open" && level == "none")
    #expect(try sentence(#require(result["message"] as? Object)).isEmpty == false)
    var locations = try #require(result["locations"] as? [Object])
    #expect(locations.count == 1)
    locations += try #require(result["relatedLocations"] as? [Object])
    for flow in result["codeFlows"] as? [Object] ?? [] {
      for thread in try #require(flow["threadFlows"] as? [Object]) {
        let steps = try #require(thread["locations"] as? [Object])
        #expect(!steps.isEmpty)
        for step in steps { locations.append(try #require(step["location"] as? Object)) }
      }
    }
    for location in locations {
      let place = try #require(location["physicalLocation"] as? Object)
      let artifact = try #require(place["artifactLocation"] as? Object)
      let uri = try #require(artifact["uri"] as? String)
      #expect(!uri.hasPrefix("/") && URL(string: uri)?.scheme == nil)
      #expect(FileManager.default.fileExists(atPath: "\(root)/\(uri)"), "\(uri)")
      #expect(bases[try #require(artifact["uriBaseId"] as? String)] != nil)
      let region = try #require(place["region"] as? Object)
      #expect(try #require(region["startLine"] as? Int) >= 1)
    }
  }
  return (rules, results)
}

private func sentence(_ message: Object) throws -> String { try #require(message["text"] as? String) }

/// The text that a location stands for: its line from `startColumn` to `endColumn`.
private func excerpt(_ location: Any?) throws -> String {
  let place = try #require((location as? Object)?["physicalLocation"] as? Object)
  let uri = try #require((place["artifactLocation"] as? Object)?["uri"] as? String)
  let region = try #require(place["region"] as? Object)
  let lines = try String(contentsOfFile: "\(root)/\(uri)", encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
  let line = Array(lines[try #require(region["startLine"] as? Int) - 1].unicodeScalars)
  guard let from = region["startColumn"] as? Int, let to = region["endColumn"] as? Int else { return String(String.UnicodeScalarView(line)) }
  return String(String.UnicodeScalarView(line[(from - 1)..<(to - 1)]))
}

@Suite struct `A SARIF log` {
  @Test func `points at the dropped clause, the property, and each step of the attack`() throws {
    let (library, results) = try results("classic/nspk")
    let (rules, found) = try log(try SARIFReport(results, in: library, producer: "test").text())
    #expect(rules.compactMap { $0["id"] as? String } == ["NeedhamSchroeder/secrecy", "NeedhamSchroeder/agreement"])
    #expect(found.count == 2 && found.allSatisfy { $0["level"] as? String == "note" })
    let first = try #require(found.first)
    #expect(try excerpt((first["locations"] as? [Any])?.first) == "NSL-1")
    let related = try #require(first["relatedLocations"] as? [Object])
    #expect(try related.map(excerpt) == ["NSL-1", "NSL-1", "secrecy"])
    #expect(related.compactMap { $0["id"] as? Int } == [1, 2, 3])
    let thread = try #require((((first["codeFlows"] as? [Object])?.first)?["threadFlows"] as? [Object])?.first)
    let steps = try #require(thread["locations"] as? [Object])
    #expect(steps.count == results[0].properties[0].attack?.steps)
    #expect(try excerpt(steps.first?["location"]).contains("step start"))
  }

  @Test func `points at the last step's handler where nothing is dropped, and has errors for what is not expected`() throws {
    var (library, results) = try results("classic/nspk", expecting: .holds)
    results[0].setting.dropped = []
    let (_, found) = try log(try SARIFReport(results, in: library, producer: "test").text())
    #expect(found.count == 2 && found.allSatisfy { $0["level"] as? String == "error" })
    #expect(try excerpt((found[0]["locations"] as? [Any])?.first).contains("on message encrypt(public(key_of(me)), Third"))
  }

  @Test func `is silent on what holds, unless an attack was expected`() throws {
    let (library, holds) = try results("classic/nsl")
    #expect(try log(try SARIFReport(holds, in: library, producer: "test").text()).results.isEmpty)
    let (other, expected) = try results("classic/nsl", expecting: .violated)
    let found = try log(try SARIFReport(expected, in: other, producer: "test").text()).results
    #expect(found.count == 2 && found.allSatisfy { $0["level"] as? String == "error" && $0["codeFlows"] == nil })
    #expect(try excerpt((found[1]["locations"] as? [Any])?.first) == "agreement")
  }

  @Test func `leaves open what a limit kept from being known`() throws {
    var (library, results) = try results("classic/nsl")
    for index in results[0].properties.indices { results[0].properties[index].verdict = .inconclusive }
    let found = try log(try SARIFReport(results, in: library, producer: "test").text()).results
    #expect(found.count == 2 && found.allSatisfy { $0["kind"] as? String == "open" })
  }
}

@Suite struct `A JUnit report of checks` {
  private func cases(_ results: [ScenarioResult]) throws -> (suite: XMLElement, cases: [XMLElement]) {
    let document = try XMLDocument(data: Data(junitReport(results).utf8))
    let suite = try #require(document.rootElement()?.elements(forName: "testsuite").first)
    return (suite, suite.elements(forName: "testcase"))
  }

  @Test func `passes what is as expected, and tells the attack where it is not`() throws {
    let passed = try cases(try results("classic/nspk").results)
    #expect(passed.suite.attribute(forName: "failures")?.stringValue == "0")
    #expect(passed.cases.map { $0.attribute(forName: "name")?.stringValue } == ["secrecy", "agreement"])
    #expect(passed.cases.allSatisfy { $0.childCount == 0 })
    let failed = try cases(try results("classic/nspk", expecting: .holds).results)
    #expect(failed.suite.attribute(forName: "failures")?.stringValue == "2")
    let failure = try #require(failed.cases.first?.elements(forName: "failure").first)
    #expect(failure.attribute(forName: "message")?.stringValue == "expected holds, found violated")
    #expect(failure.stringValue?.contains("alice starts a run with") == true)
  }

  @Test func `skips what is inconclusive, and keeps odd characters out`() throws {
    var results = try results("classic/nsl").results
    results[0].properties[0].verdict = .inconclusive
    results[0].setting.title = "a \"b\" <c> & d \u{1}\n"
    let report = try cases(results)
    #expect(report.suite.attribute(forName: "skipped")?.stringValue == "1")
    #expect(report.cases[0].elements(forName: "skipped").count == 1)
    #expect(report.suite.attribute(forName: "name")?.stringValue?.hasPrefix("a \"b\" <c> & d \u{FFFD}") == true)
  }
}
