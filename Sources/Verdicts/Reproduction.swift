import Compiler
import Language

/// What came of one claim of a paper.
public struct ClaimResult: Sendable {
  /// How what was found stands to what was claimed.
  public enum Mark: String, Sendable, Codable, CaseIterable {
    /// As the paper says.
    case confirmed
    /// Other than the paper says, as the claims file explains.
    case differs
    /// Other than the claim says.
    case failed
    /// A limit was reached before the verdict was known.
    case inconclusive
  }

  /// One property in one scenario of a claim.
  public struct Row: Sendable {
    public var scenario: String
    public var property: String
    /// What the paper says.
    public var expected: Verdict
    public var found: Verdict
    /// Steps of the attack.
    public var steps: Int?
    public var mark: Mark
    /// Why a difference is right.
    public var reason: String?
  }

  /// The paper's folder.
  public var paper: String
  public var claim: String
  /// Where the paper says so.
  public var place: String
  public var meaning: String
  /// One for each scenario: the one with the flaw, its twins, and those with larger bounds.
  public var scenarios: [ScenarioResult]
  public var differences: [ClaimDeclaration.Difference]

  public var rows: [[Row]] {
    scenarios.enumerated().map { index, result in
      result.properties.map { property in
        let difference = index == 0 ? differences.first { $0.property.text == property.property } : nil
        let expected = difference.flatMap { Verdict(rawValue: $0.verdict.rawValue) } ?? property.expected ?? .holds
        let mark: Mark =
          if property.verdict == .inconclusive && !property.isAsExpected {
            .inconclusive
          } else if !property.isAsExpected {
            .failed
          } else if difference == nil {
            .confirmed
          } else {
            // A difference that is none is as wrong as a verdict.
            expected == property.verdict ? .failed : .differs
          }
        return Row(
          scenario: result.title, property: property.property, expected: expected, found: property.verdict, steps: property.attack?.steps, mark: mark,
          reason: difference?.reason.text)
      }
    }
  }

  public var isFailed: Bool { rows.joined().contains { $0.mark == .failed } }
  public var isInconclusive: Bool { rows.joined().contains { $0.mark == .inconclusive } }
}

/// Checks all scenarios of a paper's claims, `jobs` of them at a time, each with one worker.
///
/// `onCheck`: Called after each scenario with how many are done, and of how many; from any thread.
///
/// - Returns: The claims in the order of the paper; those that an interruption left without all their scenarios are not there.
public func reproduce(
  _ paper: Paper, in library: inout Library, _ options: CheckOptions, jobs: Int, onCheck: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
) throws(CheckFailure) -> [ClaimResult] {
  let work = try compile(paper, in: &library)
  let worker = options.single
  let known = library
  var results: [Result<ScenarioResult, CheckFailure>] = []
  sideBySide(work.count, jobs: jobs, interrupted: worker.interrupted) { index in
    Result { () throws(CheckFailure) in try check(work[index].compiled, of: work[index].scenario, in: known, worker) }
  } onEnd: {
    onCheck($0, work.count)
  } deliver: {
    results.append($1)
  }
  var claims: [ClaimResult] = []
  for (number, claim) in paper.claims.enumerated() {
    var scenarios: [ScenarioResult] = []
    for (item, result) in zip(work, results) where item.claim == number { scenarios.append(try result.get()) }
    guard scenarios.count == claim.scenarios.count + claim.larger.count else { continue }
    claims.append(
      ClaimResult(
        paper: paper.folder, claim: claim.declaration.title.text, place: claim.declaration.place.text, meaning: claim.declaration.meaning.text,
        scenarios: scenarios, differences: claim.declaration.differences))
  }
  return claims
}

/// One scenario of a claim, ready to be checked.
private struct Work: Sendable {
  /// The claim's number in the paper.
  var claim: Int
  var scenario: Library.Scenario
  var compiled: Library.Compiled
}

/// All are compiled before any is checked: an error is said at once, and in the library's own terms.
private func compile(_ paper: Paper, in library: inout Library) throws(CheckFailure) -> [Work] {
  var work: [Work] = []
  var diagnostics: [Diagnostic] = []
  for (number, claim) in paper.claims.enumerated() {
    for scenario in claim.scenarios + claim.larger {
      do throws(Library.Failure) {
        work.append(Work(claim: number, scenario: scenario, compiled: try library.compile(scenario)))
      } catch {
        diagnostics += error.diagnostics.filter { !diagnostics.contains($0) }
      }
    }
  }
  guard diagnostics.isEmpty else { throw .invalid(diagnostics) }
  return work
}
