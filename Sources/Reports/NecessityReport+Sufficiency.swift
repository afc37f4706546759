import Verdicts

/// The sets of clauses that are enough.
extension NecessityReport {
  func text(_ sufficiency: Sufficiency, bounds: [String]) -> [String] {
    var lines = ["", heading(sufficiency)]
    for set in sufficiency.sets {
      lines.append("  ✓ \(count(set.count, "clause")): \(set.isEmpty ? "none is needed" : set.joined(separator: ", "))")
    }
    return lines + remarks(sufficiency, bounds: bounds)
  }

  func markdown(_ sufficiency: Sufficiency, bounds: [String]) -> [String] {
    var lines = ["", "## Sets of clauses that are enough", "", heading(sufficiency) + "."]
    if !sufficiency.sets.isEmpty { lines += ["", "| clauses | |", "|---|---|"] }
    for set in sufficiency.sets { lines.append("| \(set.count) | \(set.joined(separator: ", ")) |") }
    let remarks = remarks(sufficiency, bounds: bounds)
    return lines + (remarks.isEmpty ? [] : [""] + remarks.map { "- \($0)" })
  }

  private func heading(_ sufficiency: Sufficiency) -> String {
    let number = sufficiency.sets.count
    let meaning = "all others dropped, every property holds"
    let less = sufficiency.sets == [[]] ? "" : ", and with one clause less one does not, or nothing runs"
    let what =
      switch number {
      case 0: "No set of clauses is known to be enough"
      case 1: "One set of clauses is enough: \(meaning)\(less)"
      default: "\(number) sets of clauses are enough: \(meaning)\(less)"
      }
    return what + " (\(count(sufficiency.considered.count, "clause")), \(count(sufficiency.runs.count, "run")))"
  }

  private func remarks(_ sufficiency: Sufficiency, bounds: [String]) -> [String] {
    func list(_ clauses: [String]) -> String { clauses.joined(separator: ", ") }
    var lines: [String] = []
    if sufficiency.sets.count > 1 && !sufficiency.always.isEmpty { lines.append("in each of them: \(list(sufficiency.always))") }
    if !sufficiency.sets.isEmpty && !sufficiency.never.isEmpty && sufficiency.isComplete {
      lines.append("in none of them, so not needed within the bounds \(list(bounds)): \(list(sufficiency.never))")
    }
    for set in sufficiency.inconclusive { lines.append("inconclusive: a limit was reached without \(list(set)); what leaves out all of these is not known") }
    for pair in sufficiency.contradictions {
      lines.append("dropping more mends: without \(list(pair.breaks)) a property breaks, without \(list(pair.holds)) all hold; there may be other sets")
    }
    if !sufficiency.isComplete && sufficiency.inconclusive.isEmpty { lines.append("interrupted: there may be other sets") }
    return lines
  }
}
