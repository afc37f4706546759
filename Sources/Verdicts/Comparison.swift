import Compiler
import Language

/// Two scenarios side by side: two versions of a model, two models, or two choices of options.
public struct Comparison: Sendable {
  /// A clause that is in force on one side only, or says something else there.
  public struct ClauseDifference: Sendable, Equatable {
    public enum Kind: String, Sendable, Codable {
      /// In force in the second only.
      case added
      /// In force in the first only.
      case dropped
      /// In force in both, with other texts.
      case changed
    }
    public var clause: String
    public var kind: Kind
    /// What it asks for there, where it is in force.
    public var first: String?
    public var second: String?
  }

  public struct OptionDifference: Sendable, Equatable {
    public var option: String
    /// nil: that model has no such option.
    public var first: String?
    public var second: String?
  }

  public struct PropertyPair: Sendable {
    public enum Outcome: String, Sendable, Codable {
      case agrees, differs
      /// A limit came before one of the verdicts was known.
      case inconclusive
      /// Only one of the models has such a property: there is nothing to compare.
      case onlyOne
    }
    public var property: String
    /// nil: that model has no such property.
    public var first: PropertyResult?
    public var second: PropertyResult?

    public var outcome: Outcome {
      guard let first, let second else { return .onlyOne }
      if first.verdict == .inconclusive || second.verdict == .inconclusive { return .inconclusive }
      return first.verdict == second.verdict ? .agrees : .differs
    }
  }

  public var first: ScenarioResult
  public var second: ScenarioResult
  /// By their names.
  public var clauses: [ClauseDifference]
  public var options: [OptionDifference]
  /// In the order of the first model, then those of the second alone.
  public var properties: [PropertyPair]

  public var differs: Bool { properties.contains { $0.outcome == .differs } }
  public var isInconclusive: Bool { properties.contains { $0.outcome == .inconclusive } }
  /// Whether verdicts of the two are about the same attackers and bounds.
  public var hasSameAttackers: Bool { first.attackers == second.attackers }
  public var hasSameBounds: Bool { first.bounds == second.bounds }
}

/// Which scenarios of two files are compared with each other: each of the first with each of the second that has the same values of the options
/// that both sweep over. Twins are left out.
public func comparable(_ first: [Library.Scenario], _ second: [Library.Scenario]) -> [(first: Library.Scenario, second: Library.Scenario)] {
  first.filter { !$0.isTwin }.flatMap { one in
    second.filter { other in !other.isTwin && one.swept.allSatisfy { option, value in other.swept[option] == nil || other.swept[option] == value } }
      .map { (one, $0) }
  }
}

/// Checks two scenarios, and tells where they and their verdicts differ.
/// - Throws: If one of them cannot be compiled or checked.
public func compare(_ first: Library.Scenario, _ second: Library.Scenario, in library: inout Library, _ options: CheckOptions) throws(CheckFailure)
  -> Comparison
{
  let results = (try check(first, in: &library, options), try check(second, in: &library, options))
  let texts = (library.clauseTexts(of: first), library.clauseTexts(of: second))
  return Comparison(
    first: results.0, second: results.1,
    clauses: clauseDifferences((results.0.compiled.inForce, texts.0), (results.1.compiled.inForce, texts.1)),
    options: optionDifferences(results.0.options, results.1.options), properties: pairs(results.0.properties, results.1.properties))
}

private func clauseDifferences(_ first: ([String], [String: ClauseDeclaration]), _ second: ([String], [String: ClauseDeclaration]))
  -> [Comparison.ClauseDifference]
{
  let names = (Set(first.0), Set(second.0))
  return names.0.union(names.1).sorted().compactMap { name in
    let one = names.0.contains(name) ? first.1[name] : nil
    let other = names.1.contains(name) ? second.1[name] : nil
    func difference(_ kind: Comparison.ClauseDifference.Kind) -> Comparison.ClauseDifference {
      Comparison.ClauseDifference(clause: name, kind: kind, first: one?.meaning.text, second: other?.meaning.text)
    }
    guard let one else { return difference(.added) }
    guard let other else { return difference(.dropped) }
    return one.meaning.text == other.meaning.text ? nil : difference(.changed)
  }
}

private func optionDifferences(_ first: [String], _ second: [String]) -> [Comparison.OptionDifference] {
  func values(_ options: [String]) -> [String: String] {
    Dictionary(
      options.map { text in
        let parts = text.split(separator: ": ", maxSplits: 1).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : "")
      }, uniquingKeysWith: { $1 })
  }
  let (one, other) = (values(first), values(second))
  return Set(one.keys).union(other.keys).sorted().compactMap { name in
    one[name] == other[name] ? nil : Comparison.OptionDifference(option: name, first: one[name], second: other[name])
  }
}

private func pairs(_ first: [PropertyResult], _ second: [PropertyResult]) -> [Comparison.PropertyPair] {
  first.map { one in Comparison.PropertyPair(property: one.property, first: one, second: second.first { $0.property == one.property }) }
    + second.filter { other in !first.contains { $0.property == other.property } }.map {
      Comparison.PropertyPair(property: $0.property, first: nil, second: $0)
    }
}
