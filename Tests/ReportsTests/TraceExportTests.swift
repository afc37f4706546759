import Certificates
import Foundation
import Testing
import Verdicts
import Verification

@testable import Reports

/// A program that Debian has, if it is installed.
private enum Tool {
  static func path(_ name: String) -> String? {
    ["/usr/bin/\(name)", "/usr/local/bin/\(name)"].first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs it; its status and all that it says.
  static func run(_ name: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(path(name)))
    process.arguments = arguments
    let output = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data().write(to: output)
    defer { try? FileManager.default.removeItem(at: output) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = process.standardOutput
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: try Data(contentsOf: output), as: UTF8.self))
  }
}

private func withFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

private let nasty = "\"q\" <b>x</b> #35; a;b **b** //i// __u__ --s-- ~t &amp; \\n %% [[l]] {} end $x | 'y'"

/// The mix-up's diagram with names and labels that mean something to a notation.
private func nastyDiagram() throws -> SequenceDiagram {
  var diagram = try mixUp().diagram
  diagram.lifelines[0].name = nasty
  diagram.rows[0].label = nasty
  diagram.rows[0].content = "line\nfeed"
  return diagram
}

@Suite struct `A diagram for Mermaid` {
  /// What Mermaid shows: `#N;` stands for a character.
  private func shown(_ text: String) throws -> String {
    text.replacing(/#(\d+);/) { match in Unicode.Scalar(UInt32(match.1) ?? 0).map { String(Character($0)) } ?? "" }
  }

  @Test func `has each row as an arrow or a note`() throws {
    let diagram = try mixUp().diagram
    let lines = diagram.mermaid(title: "t").split(separator: "\n").map(String.init)
    #expect(lines[0] == "sequenceDiagram" && lines[1] == "  title t")
    let message = #/  p\d+(-->>|->>)p\d+: \d+\. .+/#
    let note = #/  Note over p\d+: .+/#
    let rest = lines.dropFirst(2)
    #expect(rest.prefix(4).allSatisfy { $0.wholeMatch(of: #/  participant p\d as [^;]+/#) != nil })
    #expect(rest.dropFirst(4).count == diagram.rows.count + 1)
    #expect(rest.dropFirst(4).allSatisfy { $0.wholeMatch(of: message) != nil || $0.wholeMatch(of: note) != nil })
    #expect(lines.contains { $0.hasPrefix("  p1->>p3: ") && $0.contains("TokenRequest") })
  }

  @Test func `escapes what means something there`() throws {
    #expect(try shown(SequenceDiagram.mermaid(nasty)) == nasty)
    #expect(SequenceDiagram.mermaid("a;b#c<d>\"e\"") == "a#59;b#35;c#60;d#62;#34;e#34;")
    #expect(SequenceDiagram.mermaid("the end, bending\nEnd") == "the #101;nd, bending #69;nd")
    let text = try nastyDiagram().mermaid(title: nasty)
    #expect(text.split(separator: "\n").count == (try mixUp().diagram.mermaid(title: "t")).split(separator: "\n").count)
    // A semicolon ends only the number of a character.
    #expect(text.replacing(/#\d+;/, with: "").replacing("<br/>", with: "").contains(/[;#<"]/) == false)
  }
}

@Suite struct `A diagram for PlantUML` {
  @Test func `escapes what means something there`() {
    #expect(SequenceDiagram.plantUML("a//b \"c\" <d>") == "a<U+002F><U+002F>b <U+0022>c<U+0022> <U+003C>d<U+003E>")
    #expect(!SequenceDiagram.plantUML("a\nb\\n").contains("\n") && !SequenceDiagram.plantUML("a\\n").contains("\\"))
  }

  /// One call for all: most of its time is the start of a virtual machine.
  @Test(.enabled(if: Tool.path("plantuml") != nil, "plantuml is not installed: apt-get install plantuml"))
  func `is read by it, with its texts as they are`() throws {
    try withFolder { folder in
      let files = [folder.appendingPathComponent("a.puml"), folder.appendingPathComponent("b.puml")]
      try (try mixUp().diagram.plantUML(title: "mix-up")).write(to: files[0], atomically: true, encoding: .utf8)
      try (try nastyDiagram().plantUML(title: nasty)).write(to: files[1], atomically: true, encoding: .utf8)
      let run = try Tool.run("plantuml", ["-tsvg", "-charset", "UTF-8"] + files.map(\.path))
      #expect(run.status == 0, "\(run.output)")
      for (file, name) in zip(files, ["alice", nasty]) {
        let svg = try String(contentsOf: file.deletingPathExtension().appendingPathExtension("svg"), encoding: .utf8)
        let texts = try elements(in: svg).filter { $0.name == "text" }.map { $0.text.replacing("\u{A0}", with: " ") }
        #expect(texts.contains(name), "\(texts)")
        #expect(texts.contains { $0.hasSuffix("TokenRequest") })
        #expect(!texts.contains { $0.contains("Syntax Error") })
      }
    }
  }
}

@Suite struct `A graph for Graphviz` {
  @Test func `escapes what means something there`() {
    #expect(AttackGraph.quoted(["a \"b\" \\n <c> & d\n"]) == "\"a \\\"b\\\" \\\\n <c> &amp; d \"")
    #expect(AttackGraph.quoted(["a", "b"]) == "\"a\\lb\\l\"")
  }

  @Test func `has an edge for what the attacker learns and sends`() throws {
    let result = try shipped("oauth/mix-up.scenario").result
    let attack = try #require(result.properties[0].attack)
    let dot = AttackGraph(attack, in: result.system).dot(title: "t")
    let stolen = dot.split(separator: "\n").filter { $0.contains("label=\"code\"") }
    #expect(stolen.count == 1 && stolen[0].contains("style=dashed"))
    #expect(dot.contains("octagon") && dot.contains("legend [shape=note"))
  }

  @Test(.enabled(if: Tool.path("dot") != nil, "graphviz is not installed: apt-get install graphviz"))
  func `is read by it, with its texts as they are`() throws {
    try withFolder { folder in
      let result = try shipped("oauth/mix-up.scenario").result
      let attack = try #require(result.properties[0].attack)
      let file = folder.appendingPathComponent("a.dot")
      try AttackGraph(attack, in: result.system).dot(title: nasty).write(to: file, atomically: true, encoding: .utf8)
      let run = try Tool.run("dot", ["-Tsvg", file.path])
      #expect(run.status == 0 && !run.output.contains("Warning"), "\(run.output)")
      let nodes = try elements(in: run.output)
      #expect(nodes.filter { $0.attributes["class"] == "node" }.count == attack.steps + 2)
      #expect(nodes.contains { $0.name == "text" && $0.text.replacing("\u{A0}", with: " ") == nasty })
    }
  }
}

@Suite struct `A trace for programs` {
  private typealias Object = [String: Any]

  /// Apalache's ADR-015: what a state and its values may be.
  private func isValue(_ value: Any) -> Bool {
    if value is String || value is Bool { return true }
    if let list = value as? [Any] { return list.allSatisfy(isValue) }
    guard let object = value as? Object else { return false }
    if let digits = object["#bigint"] as? String { return object.count == 1 && Int(digits) != nil }
    for key in ["#tup", "#set"] where object[key] != nil { return object.count == 1 && (object[key] as? [Any])?.allSatisfy(isValue) == true }
    if let map = object["#map"] { return object.count == 1 && (map as? [[Any]])?.allSatisfy { $0.count == 2 && $0.allSatisfy(isValue) } == true }
    return object.allSatisfy { !$0.key.hasPrefix("#") && isValue($0.value) }
  }

  @Test func `has its states in the Informal Trace Format`() throws {
    let result = try shipped("oauth/mix-up.scenario").result
    let attack = try #require(result.properties[0].attack)
    let text = try InformalTrace(attack, in: result.system).text(title: nasty)
    let trace = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? Object)
    #expect((trace["#meta"] as? Object)?["format"] as? String == "ITF" && (trace["#meta"] as? Object)?["description"] as? String == nasty)
    let variables = try #require(trace["vars"] as? [String])
    let states = try #require(trace["states"] as? [Object])
    #expect(states.count == attack.steps + 1)
    for (number, state) in states.enumerated() {
      #expect((state["#meta"] as? Object)?["index"] as? Int == number)
      #expect(Set(state.keys) == Set(variables + ["#meta"]))
      #expect(variables.allSatisfy { state[$0].map(isValue) == true })
    }
    // What the attacker was told is never forgotten.
    let knowledge = states.compactMap { (($0["knowledge"] as? Object)?["#set"] as? [String]).map(Set.init) }
    #expect(zip(knowledge, knowledge.dropFirst()).allSatisfy { $0.isSubset(of: $1) } && knowledge.count == states.count)
  }

  @Test func `is the same when read again, and its record is accepted by the checker`() throws {
    let result = try shipped("oauth/mix-up.scenario").result
    var report = TraceReport()
    try report.add(result, properties: Array(result.properties.indices))
    let read = try JSONDecoder().decode(TraceReport.self, from: Data(try report.text().utf8))
    #expect(read.version == 1 && read.attacks.map(\.property) == ["authorization", "authentication"])
    for entry in read.attacks {
      try entry.record.check(in: result.system)
      #expect(entry.story.steps.count == entry.steps && entry.record.steps.count == entry.steps && !entry.diagram.rows.isEmpty)
    }
  }
}
