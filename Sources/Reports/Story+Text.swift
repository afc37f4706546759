extension Story {
  /// The steps for people: a number, what happens, and what the attacker learns.
  func lines(_ style: TextStyle) -> [String] {
    var lines: [String] = []
    for (number, step) in steps.enumerated() {
      let label = String(number + 1)
      lines.append("  \(String(repeating: " ", count: max(0, 3 - label.count)))\(label). \(step.lines.first ?? "")")
      lines += step.lines.dropFirst().map { "       \($0)" }
      if !step.learned.isEmpty { lines.append(style.paint("       the attacker learns \(step.learned.joined(separator: ", "))", .dim)) }
    }
    return lines
  }
}
