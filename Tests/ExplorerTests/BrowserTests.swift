import Foundation
import Testing

/// The page, open in a browser.
private func withPage(_ body: (Browser) async throws -> Void) async throws {
  try await Serve.with { _, url in
    try await Browser.with { browser in
      try await browser.open(url.absoluteString)
      try await browser.wait(for: "!document.getElementById('choices').hidden")
      try await body(browser)
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

@Suite(.serialized, .timeLimit(.minutes(10)), .enabled(if: Browser.isInstalled, "chromedriver is not installed: apt-get install chromium chromium-driver"))
struct `The page in Chromium` {
  @Test func `runs the mix-up, steps through the attack, and holds with the clause put back`() async throws {
    try await withPage { browser in
      #expect(try await browser.text("location.pathname + location.search + location.hash") == "/", "the token stays in the address")
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

      // The attack up to a step is played on from there.
      try await browser.run("const shown = document.getElementById('history'); shown.value = '1'; shown.dispatchEvent(new Event('change'))")
      try await browser.click("#next")
      try await browser.click("#play-on")
      try await browser.wait(for: "document.querySelectorAll('#turns > li').length === 2")
      #expect(try await browser.number("document.querySelectorAll('#moves button').length") > 0)
      try await browser.run("const shown = document.getElementById('history'); shown.value = '2'; shown.dispatchEvent(new Event('change'))")
      #expect(try await browser.run("return document.getElementById('game').hidden") as? Bool == true)

      // Side by side.
      try await browser.run("const other = document.getElementById('other'); other.value = '1'; other.dispatchEvent(new Event('change'))")
      #expect(try await browser.text("document.querySelector('#compared tr.changed').innerText").contains("differs"))
      try await browser.look("a comparison")
    }
  }

  @Test func `breaks by a clause that is dropped, with nothing but the keyboard`() async throws {
    try await withPage { browser in
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

  @Test func `plays by clicks to the broken property, and back`() async throws {
    try await withPage { browser in
      try await browser.choose("Scenarios/classic/nspk.scenario")
      try await browser.click("#play")
      try await browser.wait(for: "!document.getElementById('game').hidden")
      for _ in 0..<8 where try await browser.number("document.querySelectorAll('#properties .violated').length") == 0 {
        try await browser.click("#hint")
        try await browser.wait(for: "document.querySelector('.hinted') && document.getElementById('game').ariaBusy === 'false'")
        // A step, and a choice for each of its fields.
        while try await browser.number("document.querySelectorAll('.hinted').length") == 1 {
          try await browser.click(".hinted")
          try await browser.wait(for: "document.getElementById('game').ariaBusy === 'false'")
        }
        #expect(try await browser.run("return document.getElementById('give-up').hidden") as? Bool == true)
      }
      #expect(try await browser.text("document.getElementById('notice').innerText").contains("secrecy is broken"))
      #expect(try await browser.text("document.querySelector('#turns > li:last-child').innerText").contains("secrecy is broken"))
      let steps = try await browser.number("document.querySelectorAll('#turns > li').length")

      // How the attacker came by what it must not have.
      try await browser.run("[...document.querySelectorAll('#knowledge button')].find(button => button.textContent === 'nb').click()")
      try await browser.wait(for: "document.querySelector('#knowledge pre')")
      #expect(try await browser.text("document.querySelector('#knowledge pre').textContent").hasPrefix("nb: "))

      // What is saved is a trace.
      try await browser.run("window.saved = []; URL.createObjectURL = blob => (blob.text().then(text => window.saved.push(text)), 'data:,')")
      try await browser.click("#save")
      try await browser.wait(for: "window.saved.length === 1")
      #expect(try await browser.number("JSON.parse(window.saved[0]).trace.steps.length") == steps)

      try await browser.click("#undo")
      try await browser.wait(for: "document.querySelectorAll('#turns > li').length === \(Int(steps) - 1)")
      #expect(try await browser.number("document.querySelectorAll('#properties .violated').length") == 0)
      try await browser.click("#redo")
      try await browser.wait(for: "document.querySelectorAll('#properties .violated').length > 0")
      try await browser.click("#end")
      #expect(try await browser.run("return document.getElementById('game').hidden && document.getElementById('history-row').hidden") as? Bool == true)
    }
  }

  @Test func `plays with nothing but the keyboard`() async throws {
    try await withPage { browser in
      try await browser.choose(mixUp)
      try await browser.tab(to: "play")
      try await browser.press(.enter)
      try await browser.wait(for: "document.activeElement.id === 'asked'")
      // The third from the top, by arrows.
      try await browser.press(.down, .down, .down)
      let third = try await browser.text("document.activeElement.lastChild.textContent")
      try await browser.press(.enter)
      try await browser.wait(for: "document.querySelectorAll('#turns > li').length === 1")
      #expect(try await browser.text("document.querySelector('#turns > li').innerText").hasPrefix(third))
      #expect(try await browser.focus == "asked")
      try await browser.type("u")
      try await browser.wait(for: "document.querySelectorAll('#turns > li').length === 0")
      try await browser.type("r")
      try await browser.wait(for: "document.querySelectorAll('#turns > li').length === 1")

      // A step of the attacker, whose fields are filled by number until it is taken; and one that is not taken.
      let numbers = try await browser.text(
        """
        [...document.querySelectorAll('#moves button')].map((button, index) => [index + 1, button.textContent])
          .filter(([number, text]) => number < 10 && text.includes('‹request')).map(([number]) => number).join('')
        """)
      let number = try #require(numbers.first.map(String.init), "no step among the first nine has a field")
      try await browser.type(number)
      try await browser.wait(for: "!document.getElementById('give-up').hidden")
      #expect(try await browser.text("document.getElementById('asked').textContent").hasPrefix("The attacker fills "))
      try await browser.press(.escape)
      try await browser.wait(for: "document.getElementById('give-up').hidden")
      #expect(try await browser.number("document.querySelectorAll('#turns > li').length") == 1)
      try await browser.type(number)
      try await browser.wait(for: "!document.getElementById('give-up').hidden")
      for _ in 0..<12 where try await browser.run("return document.getElementById('give-up').hidden") as? Bool == false {
        try await browser.type("1")
        try await browser.wait(for: "document.getElementById('game').ariaBusy === 'false'")
      }
      #expect(try await browser.number("document.querySelectorAll('#turns > li').length") == 2)

      // Outside of the play the same keys do nothing to it.
      try await browser.run("document.getElementById('bounds').focus()")
      try await browser.type("u")
      #expect(try await browser.number("document.querySelectorAll('#turns > li').length") == 2)
      #expect(try await browser.text("document.getElementById('bounds').value").hasSuffix("u"))
    }
  }

  @Test func `can be read in light and dark, at any width, and by whoever does not see it`() async throws {
    try await withPage { browser in
      try await browser.choose("Scenarios/oauth/redirect-307.scenario")
      try await browser.click("#run")
      try await browser.wait(for: "document.querySelector('#attack svg')")
      try await browser.look("an attack")
      try await browser.click("#play")
      try await browser.wait(for: "!document.getElementById('game').hidden")
      try await browser.type("1")
      try await browser.wait(for: "document.querySelectorAll('#turns > li').length === 1")
      try await browser.run("for (const details of document.querySelectorAll('details')) details.open = true")
      try await browser.look("a play")
      try await browser.run("document.getElementById('bounds').value = 'flows many'")
      try await browser.click("#run")
      try await browser.wait(for: "document.querySelector('#result .problem')")
      try await browser.look("a problem")

      // The tab key goes through the page in the order in which it is read, and leaves out nothing.
      let controls = "[...document.querySelectorAll('a[href], button, input, select, textarea')].filter(each => each.checkVisibility() && !each.disabled)"
      try await browser.run("document.activeElement.blur(); window.seen = []; window.scrollTo(0, 0)")
      try await browser.run("document.querySelector('.skip').focus()")
      let count = Int(try await browser.number("\(controls).length"))
      for _ in 0..<count + 20 {
        try await browser.run("window.seen.push(document.activeElement)")
        try await browser.press(.tab)
      }
      let missed = try await browser.text("\(controls).filter(each => !window.seen.includes(each)).map(each => each.outerHTML.slice(0, 80)).join('\\n')")
      #expect(missed == "")
      let order = try await browser.number(
        """
        window.seen.slice(0, \(count)).filter((each, index, all) =>
          index > 0 && !(all[index - 1].compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING)).length
        """)
      #expect(order == 0)

      // All this is looked at: what is wrong would be found.
      try await browser.run("document.querySelector('h1').style.color = '#888'; console.warn('something'); Promise.reject(new Error('something'))")
      #expect((try await browser.run(contrasts) as? [String])?.count == 1)
      try await Task.sleep(for: .milliseconds(100))
      #expect(try await browser.console().count == 2)
    }
  }
}

extension Browser {
  /// Looks at the page as it is now: contrasts in both themes, names of all controls, nothing wider than a narrow window.
  fileprivate func look(_ what: Comment, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    for isDark in [false, true] {
      try await emulate(isDark: isDark)
      let faint = try await run(contrasts) as? [String] ?? ["nothing was looked at"]
      #expect(faint == [], what, sourceLocation: sourceLocation)
    }
    let nameless =
      try await run(
        """
        return [...document.querySelectorAll('button, input, select, textarea')].filter(each => each.checkVisibility()).filter(each =>
          !each.labels?.length && !each.textContent.trim() && !each.ariaLabel).map(each => each.outerHTML)
        """) as? [String]
    #expect(nameless == [], what, sourceLocation: sourceLocation)
    for selector in ["#scenario", "#bounds", "#filter", "#run", "#attackers input"] {
      #expect(try await label(selector) != "", what, sourceLocation: sourceLocation)
    }
    for width in [320, 1280] {
      try await emulate(width: width)
      #expect(try await number("document.documentElement.scrollWidth") <= Double(width), what, sourceLocation: sourceLocation)
    }
  }
}

/// The texts that are seen and have a contrast below 4.5 : 1 (WCAG 2.2, 1.4.3) to what is behind them.
private let contrasts = """
  const parts = color => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, index) => sum + c * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = element => {
    for (let each = element; each; each = each.parentElement) {
      const color = parts(getComputedStyle(each).backgroundColor);
      if (color[3] !== 0) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('svg, script, noscript, option, :disabled')) continue;
    seen += 1;
    const [a, b] = [light(parts(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
    if ((a + 0.05) / (b + 0.05) < 4.5) found.push(`${((a + 0.05) / (b + 0.05)).toFixed(2)} ${walker.currentNode.data}`);
  }
  return seen > 20 ? found : ['only ' + seen + ' texts are seen'];
  """
