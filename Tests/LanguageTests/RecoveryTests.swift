import Testing

@testable import Language

@Suite("Recovery: models")
struct ModelRecoveryTests {
  @Test("All unreadable declarations are reported in one run")
  func declarations() {
    let text = """
      model M
      sotr A
      record R { a A }
      option o mtls
      function f(A) B
      sort Good
      witness
      property p "x"
        when E (a)
      """
    #expect(
      errors(text) == [
        "2: expected a declaration, found `sotr`", "3: expected `: Sort` after `a`, found `A`", "4: expected `:`, found `mtls`", "5: expected `->`, found `B`",
        "8: expected the witness's name, found `property`", "9: expected `event`, found `E`",
      ])
  }

  @Test("All unreadable statements of a block are reported, and what is readable between them is read")
  func statements() throws {
    let text = model("find codes code == x", "fnd x", "requir y", "new a: A", "require a = b", "insert t (a: , b: c)", "end f", "send")
    #expect(
      errors(text) == [
        "4: expected `(`, found `code`", "5: `fnd` begins no statement", "6: `requir` begins no statement", "8: expected `==`, `!=` or `is`, found `=`",
        "9: expected a value, found `,`", "12: expected a value, found `}`",
      ])
    let (tree, _) = parseModel(file: 0, in: source(text))
    guard case .role(let role) = try #require(tree?.declarations.first).kind else { throw Missing() }
    let body = try #require(role.handlers.first).body
    guard body.count == 2, case .new = body[0].kind, case .remove = body[1].kind else { throw Missing() }
  }

  @Test("Unknown words in lines beside each other are all reported")
  func neighbours() {
    #expect(errors("model M\nsotr A\nrecrod R { a: A }\nsort B\n").count == 2)
    #expect(errors(model("fnd x", "requir y\n      or z", "snd z")).count == 3)
    #expect(errors("model M\nrole R at h: Host {\n  tabel a (b: C)\n  setp s {\n    end f\n  }\n  sesion S (a: A)\n}\n").count == 3)
  }

  @Test("An error in a block does not hide those in the blocks beside it")
  func blocks() {
    let text = model("if a == b {", "  foo", "} else if c {", "  bar", "} else {", "  baz", "}", "ask POST u m answered (x) {", "  qux", "}")
    #expect(
      errors(text) == [
        "5: `foo` begins no statement", "6: expected `==`, `!=` or `is`, found `{`", "12: `qux` begins no statement",
      ])
  }

  @Test("All unreadable parts of a role are reported")
  func members() {
    let text = """
      model M
      role R at h: Host {
        tabel a (b: C)
        table a (b C)
        session S keyed by c { x: y }
          (d: E)
        on PUT /x (a: A) {
          foo
        }
        on GET x (a: A) {
          bar
        }
        answered mail (a) {
        }
      }
      role S h: Host {
        on GET /x {
          baz
        }
      }
      """
    #expect(
      errors(text) == [
        "3: expected a part of a role, found `tabel`", "4: expected `: Sort` after `b`, found `C`", "5: expected `: Sort` after `c`, found `{`",
        "7: `PUT` is no method: write `GET`, `POST` or `ANY`", "8: `foo` begins no statement", "10: expected a path such as `/token`, found `x`",
        "11: `bar` begins no statement", "13: there is no answer `mail`: write `redirect`, `form`, `page`, `data` or `cookie`",
        "16: expected `at host: Host` or `of person: Person`, found `h`", "18: `baz` begins no statement",
      ])
  }

  @Test("A missing `}` of a handler is reported where the next one begins, and only there")
  func openHandler() {
    let text = """
      model M
      role R at h: Host {
        on GET /x {
          if a == b {
            end c
          }
        on GET /y {
          foo
        }
      }
      sort A
      """
    #expect(errors(text) == ["7: expected `}`, found `on`", "8: `foo` begins no statement"])
  }

  @Test("A missing `}` of a role is reported where the next declaration begins, and only there")
  func openRole() {
    let text = """
      model M
      role R at h: Host {
        on GET /x {
          end c
        }
      property p "x"
        never
      sort A
      """
    #expect(errors(text) == ["6: expected `}`, found `property`", "8: expected a value, found `sort`"])
  }

  @Test("Blocks that are open at the end of the file are reported once, with the line of the innermost")
  func openAtEnd() {
    let sources = source("model M\nrole R at h: Host {\n  on GET /x {\n    if a == b {\n      end c\n")
    let diagnostics = parseModel(file: 0, in: sources).diagnostics
    #expect(diagnostics.map(\.message) == ["expected `}`, found the end of the file"])
    #expect(diagnostics.first?.help == "the `{` in line 4 is not closed")
  }

  @Test("A `}` too many is reported")
  func closed() {
    #expect(errors("model M\nrole R at h: Host {\n}\n}\nsort A\n") == ["4: expected a declaration, found `}`"])
  }

  @Test("Text behind a model in braces is reported")
  func behind() {
    #expect(errors("model M {\n  sort A\n}\nsort B\n") == ["4: expected the end of the file, found `sort`"])
  }

  @Test("What the lexer and the parser find comes in the order of the text")
  func order() {
    #expect(
      errors("model M\nsotr A\nsort @B\noption x y\n") == [
        "2: expected a declaration, found `sotr`", "3: `@` means nothing here", "4: expected `:`, found `y`",
      ])
  }

  @Test("An error within parentheses of a condition is reported as itself")
  func parenthesised() {
    #expect(errors(model("require (a == b and c)")) == ["4: expected `==`, `!=` or `is`, found `)`"])
    #expect(errors(model("require (a == b and (c is nothing))")).map { $0.prefix(38) } == ["4: `is` is followed by `present`, `abs"])
  }

  @Test("A column that is called like a statement is no place to go on from")
  func columns() {
    #expect(errors(model("insert t (a: =, event: x, find: y)", "end x")) == ["4: expected a value, found `=`"])
  }

  @Test("No more than a hundred errors are reported")
  func limit() {
    #expect(errors("model M\n" + String(repeating: "sort\n", count: 1000)).count == 100)
    #expect(errors("model M\n" + String(repeating: "@", count: 1000)).count == 100)
  }
}

@Suite("Recovery: clauses files")
struct ClausesRecoveryTests {
  @Test("All unreadable clauses are reported")
  func clauses() {
    let text = """
      clause A-1 "source"
      clause B-1 "source" "meaning"
      clause "source" "meaning"
      clause C-1 source "meaning"
      clause D-1 "source" ""
      claus E "source" "meaning"
      clause F-1 "source" "meaning" without
      """
    #expect(
      errors(text, as: .clauses) == [
        "2: the clause `A-1` has no meaning", "3: expected a clause, found a string", "4: expected a sentence in quotes, found `source`",
        "5: the clause `D-1` has no meaning", "6: expected `clause`, found `claus`", "7: expected a sentence in quotes, found the end of the file",
      ])
    #expect(parseClauses(file: 0, in: source(text)).clauses.map(\.name.text) == ["B-1", "D-1"])
  }
}

@Suite("Recovery: scenarios")
struct ScenarioRecoveryTests {
  @Test("All unreadable sections are reported")
  func sections() {
    let text = """
      scenario "a"
      modle M
      cast alice Person, mallory: attacker Person at evil
      attackr A1
      bounds flows, requests 1
      attacker
      expect a hold
      scenario
      model M
      scenario "c"
      model M
      drop
      """
    #expect(
      errors(text, as: .scenario) == [
        "1: the scenario names no model", "2: `modle` begins no section of a scenario", "3: expected `:`, found `Person`",
        "4: `attackr` begins no section of a scenario", "5: expected how often, found `,`", "7: expected an attacker, found `expect`",
        "7: expected `holds`, `violated` or `inconclusive`, found `hold`", "9: expected a sentence in quotes, found `model`",
        "12: expected a clause, found the end of the file",
      ])
  }

  @Test("An unknown line behind a list of roles or hosts is not taken for one of them")
  func lists() {
    #expect(
      errors("scenario \"a\"\nmodel M\ncast a: Person with Browser\nbuonds x 1\ncast m: attacker Person at evil\nattackr A1\n", as: .scenario) == [
        "4: `buonds` begins no section of a scenario", "6: `attackr` begins no section of a scenario",
      ])
  }

  @Test("A section that is given twice is reported", arguments: ["model M", "attacker A", "bounds runs 1", "expect all hold", "sweep o"])
  func twice(section: String) {
    let word = section.split(separator: " ")[0]
    let head = section == "model M" ? "" : "model M\n"
    #expect(errors("scenario \"a\"\n\(head)\(section)\n\(section)\n", as: .scenario).map { $0.dropFirst(3) } == ["`\(word)` is given twice"])
  }

  @Test("A bound of zero is reported, and one beyond range", arguments: ["0", "00", "1001", "99999999999999999999", "18446744073709551616"])
  func bounds(count: String) {
    let found = errors("scenario \"a\"\nmodel M\nbounds runs \(count) by alice, flows 1\nexpect all hold\n", as: .scenario)
    #expect(found == [Int(count) == 0 ? "3: a bound of zero starts nothing" : "3: the bound is out of range: at most 1000"])
  }

  @Test("A file without a scenario is reported", arguments: ["", "\n\n", "// remark", "model M", "\"x\""])
  func none(text: String) {
    #expect(errors(text, as: .scenario).count == 1)
  }
}
