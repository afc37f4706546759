import Foundation
import Language

/// What a paper claims, and the scenarios that show it.
public struct Paper: Sendable {
  public struct Claim: Sendable {
    public var declaration: ClaimDeclaration
    /// The first scenario of the file, with its twins and sweeps behind it, and the file's other scenarios.
    public var scenarios: [Library.Scenario]
    /// Those of the file with larger bounds.
    public var larger: [Library.Scenario]
  }
  /// The folder of the claims file.
  public var folder: String
  public var title: String
  public var authors: String
  /// Where it appeared.
  public var source: String
  public var claims: [Claim]
}

extension Library {
  /// Reads a claims file and the scenarios that it names.
  /// - Throws: All that is wrong with it, with its scenarios, and with what it says of their properties.
  public mutating func paper(claims path: String) throws(Failure) -> Paper {
    let folder = (path as NSString).deletingLastPathComponent
    let (file, findings) = parseClaims(file: try read(path), in: sources)
    var diagnostics = findings
    var titles: Set<String> = []
    var claims: [Paper.Claim] = []
    for declaration in file.claims {
      if !titles.insert(declaration.title.text).inserted {
        diagnostics.append(Diagnostic(message: "there are two claims \"\(declaration.title.text)\"", location: declaration.title.location))
      }
      do throws(Failure) {
        let scenarios = try scenarios(declaration.scenario, in: folder)
        let larger = try declaration.larger.map { (file) throws(Failure) in try self.scenarios(file, in: folder) }
        claims.append(Paper.Claim(declaration: declaration, scenarios: scenarios, larger: larger ?? []))
        diagnostics += check(declaration.differences, of: scenarios)
      } catch {
        diagnostics += error.diagnostics
      }
    }
    guard diagnostics.isEmpty else { throw Failure(diagnostics: inOrder(diagnostics)) }
    return Paper(
      folder: folder, title: file.paper?.text ?? "", authors: file.authors?.text ?? "", source: file.source?.text ?? "", claims: claims)
  }

  /// The scenarios of a file that a claims file names.
  private mutating func scenarios(_ file: Sentence, in folder: String) throws(Failure) -> [Scenario] {
    let path = (folder as NSString).appendingPathComponent(file.text)
    // That it is there is said of the claims file.
    _ = try read(path, for: file.location)
    return try scenarios(in: path)
  }

  /// What is wrong with the properties that a claim says something of.
  private mutating func check(_ differences: [ClaimDeclaration.Difference], of scenarios: [Scenario]) -> [Diagnostic] {
    guard let scenario = scenarios.first, !differences.isEmpty else { return [] }
    let properties = model(scenario.declaration.model, near: scenario.file).model.properties.map(\.name.text)
    var diagnostics: [Diagnostic] = []
    var seen: Set<String> = []
    for difference in differences {
      let name = difference.property
      if !properties.contains(name.text) {
        diagnostics.append(Diagnostic(message: "there is no property `\(name.text)`", location: name.location, help: suggestion(name.text, properties)))
      } else if !seen.insert(name.text).inserted {
        diagnostics.append(Diagnostic(message: "`\(name.text)` differs twice", location: name.location))
      }
    }
    return diagnostics
  }
}
