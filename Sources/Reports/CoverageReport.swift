import Compiler
import Foundation
import Verdicts

/// What `lint --coverage` prints.
public struct CoverageReport: Codable {
  public struct Item: Codable {
    public var line: Int
    /// `handler`, `branch`, `clause`, `row`, `event`, `option`, `attacker` or `property`.
    public var kind: String
    public var item: String
    /// `unused`; or `undecided`, where a limit stopped a scenario that could have used it.
    public var state: String
  }
  public struct File: Codable {
    public var file: String
    /// How many things the file declares, and how many of them are used, by kind.
    public var declared: [String: Int]
    public var used: [String: Int]
    /// What is not used; what stands in something that is not used is not listed again.
    public var unused: [Item]
  }
  public struct Stopped: Codable {
    public var scenario: String
    public var file: String
    public var reason: String
  }
  public var version = 1
  public var scenarios: Int
  public var files: [File]
  /// Scenarios that a limit stopped.
  public var stopped: [Stopped]

  public init(_ coverage: Coverage) {
    func count(_ items: [(item: CoverageItem, line: Int, state: Coverage.State)]) -> [String: Int] {
      Dictionary(items.map { ($0.item.kind.rawValue, 1) }, uniquingKeysWith: +)
    }
    scenarios = coverage.scenarios
    files = coverage.files.map { file in
      let used = file.items.filter { $0.state == .used }
      let unused = file.unused.map { entry -> Item in
        let state = entry.state == .unused ? "unused" : "undecided"
        return Item(line: entry.line, kind: entry.item.kind.rawValue, item: entry.item.text, state: state)
      }
      return File(file: file.path, declared: count(file.items), used: count(used), unused: unused)
    }
    stopped = coverage.stopped.map { Stopped(scenario: $0.title, file: $0.file, reason: $0.reason.rawValue) }
  }

  public func json() throws -> String { try jsonText(self) }

  public func text() -> String {
    var lines: [String] = []
    for file in files where !file.unused.isEmpty {
      lines.append(file.file)
      let width = file.unused.map { String($0.line).count }.max() ?? 0
      for item in file.unused {
        lines.append("  \(leftPad(String(item.line), width))  \(pad(item.kind, 8))  \(item.item)\(item.state == "undecided" ? "  (undecided)" : "")")
      }
    }
    if !lines.isEmpty { lines.append("") }
    for scenario in stopped {
      lines.append("not exhausted (stopped: \(scenario.reason)): \(scenario.scenario), \(scenario.file); nothing is claimed of what it did not reach")
    }
    let totals = CoverageItem.Kind.allCases.compactMap { kind -> String? in
      let declared = files.reduce(0) { $0 + ($1.declared[kind.rawValue] ?? 0) }
      let used = files.reduce(0) { $0 + ($1.used[kind.rawValue] ?? 0) }
      return declared == 0 ? nil : "\(used) of \(declared) \(kind.plural)"
    }
    lines.append("\(count(scenarios, "scenario")) \(scenarios == 1 ? "uses" : "use") \(totals.joined(separator: ", "))")
    return lines.joined(separator: "\n") + "\n"
  }
}

extension CoverageItem.Kind {
  fileprivate var plural: String {
    switch self {
    case .branch: "branches"
    case .property: "properties"
    case .option: "values of options"
    default: rawValue + "s"
    }
  }
}
