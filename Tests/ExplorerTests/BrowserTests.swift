import Explorer
import Foundation
import Testing

/// The page, open in a browser.
private func withPage(_ body: @Sendable @escaping (Browser, Served) async throws -> Void) async throws {
  try await withServer { served in
    try await Browser.with { browser in
      try await browser.open(served.url)
      try await browser.wait(for: "!document.getElementById('choices').hidden")
      try await body(browser, served)
      let said = try await browser.console()
      #expect(said.isEmpty, "the console is not empty")
    }
  }
}

extension Browser {
  /// Chooses a scenario by its file, as it stands there.
  fileprivate func choose(_ file: String) async throws {
    try await run(
      """
      const select = document.getElementById('scenario');
      select.value = JSON.stringify([arguments[0], 1]);
      select.dispatchEvent(new Event('change'));
      """, [file])
    let title = try await text("document.getElementById('scenario').selectedOptions[0].textContent")
    #expect(title != "")
    try await wait(for: "!document.getElementById('run').disabled")
  }

  fileprivate func verdict(of property: String) async throws -> String {
    try await text(
      "[...document.querySelectorAll('#verdicts tbody tr')].find(row => row.cells[0].firstChild.textContent === '\(property)')?.cells[1].textContent")
  }

  fileprivate var focus: String { get async throws { try await text("document.activeElement.id") } }

  /// Goes from element to element by the tab key until one with this identifier has the focus.
  fileprivate func tab(to id: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    for _ in 0..<200 {
      if try await focus == id { return }
      try await press(.tab)
    }
    Issue.record("the tab key does not come to #\(id)", sourceLocation: sourceLocation)
  }
}

private let mixUp = "Scenarios/oauth/mix-up.scenario"

@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: Browser.isInstalled, "chromedriver is not installed: apt-get install chromium chromium-driver"))
struct `The page in Chromium` {
  @Test func `runs the mix-up, steps through the attack, and holds with the clause put back`() async throws {
    try await withPage { browser, served in
      #expect(try await browser.text("location.href") == served.base + "/", "the token stays in the address")
      try await browser.choose(mixUp)
      try await browser.click("#run")
      try await browser.wait(for: "document.querySelector('#attack svg')")
      #expect(try await browser.verdict(of: "authorization") == "violated")
      #expect(try await browser.text("document.getElementById('status').textContent").contains("violated: authorization"))

      let count = try await browser.number("document.querySelectorAll('#steps > li').length")
      #expect(count > 3)
      for step in 1...Int(count) {
        #expect(try await browser.text("document.querySelector('#steps > [aria-current]').id") == "step-\(step)")
        #expect(try await browser.text("document.getElementById('position').textContent") == "Step \(step) of \(Int(count))")
        #expect(try await browser.text("document.querySelector('#attack .row.current').getAttribute('href')") == "#step-\(step)")
        if step < Int(count) { try await browser.click("#next") }
      }
      #expect(try await browser.run("return document.getElementById('next').disabled") as? Bool == true)
      // The model's source beside the step.
      try await browser.click("#steps > [aria-current] .more button")
      try await browser.wait(for: "document.querySelector('#steps pre mark')")

      // The clause that the scenario drops is found by a word, and put back.
      try await browser.click("#filter")
      try await browser.type("rfc9207-2.4")
      #expect(try await browser.number("[...document.querySelectorAll('#clauses > *')].filter(row => row.checkVisibility()).length") == 1)
      try await browser.click("[id='clause-RFC9207-2.4']")
      try await browser.click("#run")
      try await browser.wait(for: "document.getElementById('status').textContent.includes('Run 2 is done')")
      #expect(try await browser.text("document.getElementById('status').textContent") == "Run 2 is done: all hold.")
      #expect(try await browser.verdict(of: "authorization") == "holds")
      #expect(try await browser.run("return document.getElementById('attack').hidden") as? Bool == true)

      // Side by side.
      try await browser.run("const other = document.getElementById('other'); other.value = '1'; other.dispatchEvent(new Event('change'))")
      #expect(try await browser.text("document.querySelector('#compared tr.changed').innerText").contains("differs"))
    }
  }

  @Test func `breaks by a clause that is dropped, with nothing but the keyboard`() async throws {
    try await withPage { browser, _ in
      // The scenario is chosen by its first letters, as in any list.
      try await browser.tab(to: "scenario")
      let title = try await browser.text("[...document.querySelectorAll('#scenario option')].find(option => option.value.includes('classic/nsl.')).textContent")
      try await browser.type(title)
      try await browser.wait(for: "document.getElementById('scenario').value.includes('classic/nsl.') && !document.getElementById('run').disabled")
      try await browser.tab(to: "run")
      try await browser.press(.enter)
      try await browser.wait(for: "document.getElementById('status').textContent === 'Run 1 is done: all hold.'")

      try await browser.run("document.getElementById('scenario').focus()")
      let clause = try await browser.text("document.querySelector('#clauses input').id")
      try await browser.tab(to: clause)
      try await browser.press(.space, .enter)
      try await browser.wait(for: "document.getElementById('status').textContent.startsWith('Run 2 is done: violated')")
      #expect(try await browser.text("document.getElementById('position').textContent").hasPrefix("Step 1 of "))
      try await browser.tab(to: "next")
      try await browser.press(.enter, .right)
      #expect(try await browser.text("document.getElementById('position').textContent").hasPrefix("Step 3 of "))
      try await browser.press(.end)
      #expect(try await browser.run("return document.querySelector('#steps > li:last-child').ariaCurrent") as? String == "step")
      try await browser.press(.left, .home)
      #expect(try await browser.text("document.getElementById('position').textContent").hasPrefix("Step 1 of "))
    }
  }
}
