import Compiler
import Foundation
import Testing
import Verdicts

@testable import Certificates

@Suite struct `An altered certificate` {
  /// What a certificate's claim rests on, once it has been read: the scenario, and the system that it compiles to.
  private struct Judge {
    var source: CertificateSource
    var system: TransitionSystem

    init(_ certificate: Certificate) throws {
      source = certificate.source
      system = try certificate.source.load(from: root).compiled.system
    }

    /// Whether the certificate is accepted; what it is accepted for must then be what the untouched one says.
    func accepts(_ data: Data, as original: Certificate) throws -> Bool {
      let altered: Certificate
      do throws(CertificateError) {
        altered = try Certificate(json: data)
        // Compiling again what has not changed would only take time.
        if altered.source != source { _ = try altered.source.load(from: root) }
        guard let attack = altered.attack else { return false }
        try attack.check(in: system)
      } catch { return false }
      var source = altered.source
      source.root = original.source.root
      #expect(source == original.source)
      #expect(altered.attack?.property == original.attack?.property)
      #expect(altered.attack?.steps.map(\.rule) == original.attack?.steps.map(\.rule))
      return true
    }
  }

  /// Lowe's attack opens messages; the CSRF attack uses constants of the attacker's own, and what a browser keeps.
  ///
  /// In the latter's first step the rule leaves a choice open, but all it does is the same whatever is chosen: the step is one either way.
  @Test(arguments: [(nspk, 20, []), ("\(root)/Scenarios/oauth/csrf.scenario", 2, ["attack.steps.0.values.0"])])
  func `is refused, whichever leaf is altered, unless it says the same`(_ scenario: String, _ alterations: Int, _ free: [String]) throws {
    let certificate = try #require(try certificates(scenario, in: root).first?.certificate)
    let judge = try Judge(certificate)
    let tree = try JSONTree(try certificate.json())
    #expect(try judge.accepts(try tree.data, as: certificate))
    var accepted: Set<String> = []
    for path in tree.paths {
      for alteration in (tree[path]?.alterations ?? []).prefix(alterations) {
        let altered = tree.replacing(path, by: alteration)
        if try judge.accepts(try altered.data, as: certificate) { accepted.insert(path.map(\.description).joined(separator: ".")) }
      }
    }
    // Who wrote it is no part of the claim, and where the files are is the reader's affair: the digest tells whether they are the right ones.
    #expect(accepted == Set(["producer", "source.root"] + free))
  }

  @Test func `is refused when anything is left out or exchanged with its neighbour`() throws {
    let certificate = try loweAttack()
    let judge = try Judge(certificate)
    let tree = try JSONTree(try certificate.json())
    for path in tree.paths where !path.isEmpty {
      let name = path.map(\.description).joined(separator: ".")
      #expect(try !judge.accepts(try tree.replacing(path, by: nil).data, as: certificate), "without \(name)")
      guard case .list(var items)? = tree[path], let first = items.first else { continue }
      for index in items.indices.dropLast() where items[index] != items[index + 1] {
        items.swapAt(index, index + 1)
        // Two derivation steps that do not need one another may come in either order.
        if path.last != .field("derivation") {
          #expect(try !judge.accepts(try tree.replacing(path, by: .list(items)).data, as: certificate), "\(name) exchanged at \(index)")
        }
        items.swapAt(index, index + 1)
      }
      #expect(try !judge.accepts(try tree.replacing(path, by: .list([first] + items)).data, as: certificate), "\(name) with its first twice")
      #expect(try !judge.accepts(try tree.replacing(path, by: .list([])).data, as: certificate), "\(name) emptied")
    }
  }

  @Test func `is refused when it claims the other property`() throws {
    try withFolder { folder in
      let all = try certificates(nspk, in: root).compactMap(\.certificate.attack)
      var (first, second) = (all[0], all[1])
      (first.property, second.property) = (second.property, first.property)
      (first.sentence, second.sentence) = (second.sentence, first.sentence)
      let system = try Judge(try loweAttack()).system
      for attack in [first, second] { #expect(throws: CertificateError.self) { try attack.check(in: system) } }
    }
  }

  @Test func `of what holds is refused, whichever leaf is altered`() throws {
    try withFolder { folder in
      let named = try #require(try certificates(nsl, in: folder).first)
      let tree = try JSONTree(try named.certificate.json())
      let file = "\(folder)/c.json"
      var options = VerifyOptions()
      options.unreducedStates = 0
      var accepted: Set<String> = []
      for path in tree.paths {
        // A refused text or a wrong kind of value costs no exploration; two other numbers are enough.
        for alteration in (tree[path]?.alterations ?? []).prefix(3) {
          try tree.replacing(path, by: alteration).data.write(to: URL(fileURLWithPath: file))
          if verify(certificate: file, options).isVerified { accepted.insert(path.map(\.description).joined(separator: ".")) }
        }
      }
      // Any number of workers finds the same.
      #expect(accepted == ["exploration.workers", "producer"])
    }
  }
}
