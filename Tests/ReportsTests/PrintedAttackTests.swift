import Foundation
import Testing
import Verdicts

@testable import Reports

@Suite struct `Attacks that the documentation shows` {
  @Test(arguments: ["README.md", "Sources/interloper/interloper.docc/WhatAVerdictMeans.md"]) func `are what check prints`(_ file: String) throws {
    let parts = try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8).components(separatedBy: "```")
    let attacks = parts.indices.filter { $0 % 2 == 1 }.map { parts[$0].dropFirst() }.filter { $0.hasPrefix("  Attack on ") }
    #expect(!attacks.isEmpty)
    let printed = try ["csrf", "redirect-307"].map { name in
      TextReport(usesColour: false).text(try shipped("oauth/\(name).scenario").result) { _ in nil }
    }
    for attack in attacks { #expect(printed.contains { $0.contains(attack) }, "\(attack)") }
  }
}
