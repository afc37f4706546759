import Mustache

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

  /// The document, indented, with an empty line at the end.
  func text() -> String { JUnitDocument.template.render(Filled(suites: suites.map(Filled.Suite.init), hasSuites: !suites.isEmpty)) }

  private static let template = Markup.template(PackageResources.junit_mustache)

  /// What the template is filled with.
  private struct Filled {
    struct Case {
      struct Failure {
        var message: String
        var details: String
      }
      var className: String
      var name: String
      var file: String
      var time: String
      var failure: Failure?
      /// Not `skipped`: a template finds the suite's number by that name where a case has none.
      var unknown: String?
      var note: String?

      init(_ test: JUnitDocument.Case) {
        (className, name, file, time) = (test.className, test.name, test.file, Reports.seconds(test.seconds))
        switch test.outcome {
        case .passed: break
        case .failed(let message): failure = Failure(message: message, details: test.details ?? "")
        case .skipped(let message): unknown = message
        case .noted(let message): note = message
        }
      }
    }
    struct Suite {
      var name: String
      var tests: Int
      var failures: Int
      var skipped: Int
      var cases: [Case]
      var hasCases: Bool

      init(_ suite: JUnitDocument.Suite) {
        let cases = suite.cases.map(Case.init)
        (self.cases, hasCases, name, tests) = (cases, !cases.isEmpty, suite.name, cases.count)
        failures = cases.count { $0.failure != nil }
        skipped = cases.count { $0.unknown != nil }
      }
    }
    var suites: [Suite]
    var hasSuites: Bool
  }
}
