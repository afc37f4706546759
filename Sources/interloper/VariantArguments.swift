import ArgumentParser
import Compiler
import Foundation

/// What the commands have in common that look at other variants of a scenario than its file's.
struct VariantArguments: ParsableArguments {
  @Option(help: "Other attackers than the scenario's own, for example \"A1 + A3a\"; none: none of them.") var attacker: String?
  @Option(help: ArgumentHelp("Another value of an option, for example senderConstraint=mtls; may be repeated.", valueName: "name=value"))
  var option: [String] = []
  @Option(help: ArgumentHelp("Drop a clause, too; may be repeated.", valueName: "clause")) var drop: [String] = []
  @Option(help: ArgumentHelp("Put a clause back that the scenario or its model drops; may be repeated.", valueName: "clause")) var keep: [String] = []
  @Option(help: "Another model than the scenario's own: another version of it.") var model: String?
  @Option(help: "Other bounds than the scenario's own, for example \"flows 2 by alice, navigations 2\".") var bounds: String?

  func validate() throws { _ = try variant }

  var variant: Variant {
    get throws {
      Variant(
        model: model, attackers: attacker.map(attackerNames), options: try optionValues(option, "--option"), drops: clauseNames(drop), keeps: clauseNames(keep),
        bounds: bounds)
    }
  }
}

/// `A1 + A3a`; `none` for no attacker.
func attackerNames(_ text: String) -> [String] { text == "none" ? [] : names(text, by: "+") }

/// `CLAUSE`, `CLAUSE, CLAUSE`
func clauseNames(_ texts: [String]) -> [String] { texts.flatMap { names($0, by: ",") } }

/// `name=value`, `name: value`, and several of them with commas between.
///
/// `argument`: What an error calls where they come from.
func optionValues(_ texts: [String], _ argument: String) throws -> [String: String] {
  var values: [String: String] = [:]
  for text in texts.flatMap({ names($0, by: ",") }) {
    let parts = names(text, by: text.contains("=") ? "=" : ":")
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { throw ValidationError("\(argument) is name=value, not `\(text)`") }
    if let other = values.updateValue(parts[1], forKey: parts[0]), other != parts[1] {
      throw ValidationError("\(argument): `\(parts[0])` is given two values")
    }
  }
  return values
}

private func names(_ text: String, by separator: Character) -> [String] {
  text.split(separator: separator, omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
}
