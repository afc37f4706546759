import Testing

@testable import Reports

@Suite struct `Lines for a terminal` {
  @Test(arguments: [
    ("short", "short"), ("one two three four", "one two\nthree four"), ("  - one two three", "  - one\n    two\n    three"),
    ("  1. one two three", "  1. one\n     two\n     three"), ("a  one two three", "a  one two\n   three"), ("  one two three", "  one two\n    three"),
    ("long label  that says", "long label\n    that\n    says"), ("see https://bank.example/authorize", "see\nhttps://bank.example/authorize"),
    ("\u{1B}[31mone\u{1B}[0m two three", "\u{1B}[31mone\u{1B}[0m two\nthree"), ("one two three\n\nfour", "one two\nthree\n\nfour"),
  ])
  func `are broken at blanks, and go on below where they began`(_ text: String, _ lines: String) {
    #expect(folded(text, width: 10) == lines)
    #expect(folded(text, width: nil) == text)
  }

  @Test func `of a table have narrower cells, or become paragraphs where that is not enough`() {
    let table = TextTable(header: ["", "name", "what", "n"], rows: [["✓", "first", "one two three", "1"], ["", "", "four", "12"]], numbers: [3])
    #expect(table.lines() == ["   name   what            n", "✓  first  one two three   1", "          four           12"])
    #expect(table.lines(width: 22) == ["   name   what       n", "✓  first  one two    1", "          three", "          four      12"])
    #expect(table.lines(width: 15) == ["✓  first", "   what one two", "   three, n 1", "   what four, n", "   12"])
  }
}
