import Compiler
import Foundation
import Terms
import Verification

/// Writes the terms of one run for people: names by what the model calls them, own constants of the attacker as such.
struct TermPrinter {
  let signature: Signature
  private var names: [Int: String] = [:]
  /// Whether several own constants of one sort are told apart by numbers.
  private var numbersOwn = false

  /// Names are called as the register that made them, numbered where there are several.
  init(_ steps: [GroundStep], in system: TransitionSystem) {
    signature = system.signature
    var made: [(number: Int, base: String)] = []
    for step in steps where system.rules.indices.contains(step.rule) {
      let rule = system.rules[step.rule]
      for case .fresh(let register) in rule.instructions {
        if case .name(let number, _)? = step.values[register] { made.append((number, rule.registers[register].name)) }
      }
    }
    let counts = Dictionary(made.map { ($0.base, 1) }, uniquingKeysWith: +)
    var seen: [String: Int] = [:]
    for (number, base) in made {
      seen[base, default: 0] += 1
      names[number] = counts[base] == 1 ? base : "\(base)\(seen[base] ?? 1)"
    }
  }

  /// The same for a run that goes on: what a name is called does not change when another one of its kind is made.
  init(playing steps: [GroundStep], in system: TransitionSystem) {
    signature = system.signature
    numbersOwn = true
    var taken: Set<String> = []
    for step in steps where system.rules.indices.contains(step.rule) {
      let rule = system.rules[step.rule]
      for case .fresh(let register) in rule.instructions {
        guard case .name(let number, _)? = step.values[register] else { continue }
        var name = rule.registers[register].name
        var count = 1
        while !taken.insert(name).inserted {
          count += 1
          name = "\(rule.registers[register].name)\(count)"
        }
        names[number] = name
      }
    }
  }

  /// A term that is printed as `‹name›`; `number` tells it from other ones.
  mutating func placeholder(_ name: String, _ number: Int) -> GroundTerm {
    names[-1 - number] = "‹\(name)›"
    return .name(-1 - number, sort: Signature.message)
  }

  func text(_ term: GroundTerm) -> String {
    switch term {
    case .name(let number, let sort): return names[number] ?? "\(signature.sorts[sort].name)\(number)"
    case .own(let number, let sort):
      let which = numbersOwn && number > 0 ? " \(number + 1)" : ""
      return "‹\(sort == Signature.message ? "anything" : "own \(signature.sorts[sort].name)")\(which)›"
    case .apply(let symbol, let arguments):
      let info = signature.symbols[symbol]
      if arguments.isEmpty { return info.name }
      if info.name == "url" && info.isTransparent && arguments.count == 3 { return "\(text(arguments[0]))://\(text(arguments[1]))\(text(arguments[2]))" }
      if info.name.hasPrefix("/") {
        // A path with names in it.
        return arguments.reduce(info.name) { path, argument in
          path.range(of: "{}").map { path.replacingCharacters(in: $0, with: text(argument)) } ?? path
        }
      }
      if !info.fields.isEmpty {
        let fields = zip(info.fields, arguments).filter { $1.constantSymbol != Signature.none }.map { "\($0): \(text($1))" }
        return fields.isEmpty ? "\(info.name) { }" : "\(info.name) { \(fields.joined(separator: ", ")) }"
      }
      let list = arguments.map(text).joined(separator: ", ")
      return info.isTransparent ? "(\(list))" : "\(info.name)(\(list))"
    }
  }
}
