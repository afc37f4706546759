import ArgumentParser
import Reports

struct Help: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "help", abstract: "Tells about a command, or about a topic: \(Topic.allCases.map(\.rawValue).joined(separator: ", ")).",
    discussion: """
      Example: interloper help bounds
      Example: interloper help check
      """)

  @Argument(help: "A command, or one of the topics; nothing: what commands there are.") var subjects: [String] = []

  func run() throws {
    guard let subject = subjects.first else { return print(Interloper.helpMessage()) }
    if subjects.count == 1, let topic = Topic(rawValue: subject) { return print(folded(topic.text, width: min(100, Terminal.width ?? 80))) }
    var command: ParsableCommand.Type = Interloper.self
    for name in subjects {
      guard let next = command.configuration.subcommands.first(where: { ($0.configuration.commandName ?? $0._commandName) == name }) else {
        throw ValidationError("there is no command and no topic `\(name)`; topics are \(Topic.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      command = next
    }
    print(Interloper.helpMessage(for: command))
  }
}

/// What `interloper help` tells beside the commands: in short, with the place where the whole is.
enum Topic: String, CaseIterable {
  case language, attackers, properties, bounds

  var text: String {
    switch self {
    case .language:
      """
      A model (`Models/**/NAME.interloper`) is text: records that are sent, functions (cryptography), roles, attackers, a witness and properties.

        role        a state machine: tables, sessions and handlers
        handler     `on GET /path (…)`, `on message …`, `step name …`: one atomic step that receives, checks, changes and answers; \
      a check that fails means that nothing happens
        ask         a request of a role's own; what follows `answered` is a step of its own
        [CLAUSE]    a switch: `drop CLAUSE` in a scenario takes out what stands at this name; the file `clauses` says what each one asks for
        option      a choice that the specification leaves; a scenario makes it, or sweeps over it

      A scenario (`NAME.scenario`) says who plays, under which attacker, within which bounds, and what is expected.

      Read Models/README.md first, then the article LanguageReference; the article Semantics says what each construct means \
      (both in Sources/Compiler/Compiler.docc). `interloper new model NAME` starts one, `interloper lint` says what is wrong with it.
      """
    case .attackers:
      """
      The attacker derives what it can from what it knows (Dolev and Yao): it takes records apart, opens what it has the key for, builds what it \
      has the parts for, and makes new values up. Cryptography is perfect, and https is private. What else it may do, a model declares:

        attacker NAME "…" extends OTHER { may request, navigate reads LEAK replaces LEAK knows TERM }

        request     sends requests to endpoints of honest hosts
        serve       runs a server that honest clients are registered with
        navigate    sends an honest browser, which shows its page, to any URL
        network     reads and writes what is not under https
        reads       learns what a handler says it `leaks`
        replaces    learns and answers requests that leak so

      Shipped: A1 web attacker, A1a the same with an authorization server, A2 network attacker (Models/Web); the FAPI 2.0 classes A3a, A4 and A5 \
      (Models/FAPI2). A scenario joins several: `attacker A1a + A5`. Nobody is honest who stands in the cast as `attacker`.

      The whole: the articles Semantics (Capabilities) and LanguageReference in Sources/Compiler/Compiler.docc.
      """
    case .properties:
      """
      A property is what must not happen, or what must have happened before:

        never C                                          no reachable state has C
        secret t                                         the attacker never derives t
        when event E (…) and C then D                    wherever E has happened with C, D is true
        then earlier event F (column == value)           F has happened before; `injective`: once for each E
        … unless X                                       not where X

      `attacker derives t` asks whether the attacker can derive t in the end; `x is honest` and `x is attacker` ask of names of the cast. \
      A witness is the opposite: a run that must be possible without an attacker. A model whose witness cannot be reached is refused.

      violated      comes with the shortest attack, which the independent checker has replayed
      holds         no run within the bounds violates it, and all were looked at
      inconclusive  a limit ended the search

      The whole: the articles Semantics (Properties) and LanguageReference in Sources/Compiler/Compiler.docc; Coverage on what holds for nothing.
      """
    case .bounds:
      """
      A verdict is about the runs within the scenario's bounds. A bound says how often something may start; all that follows is unbounded:

        bounds flows 2 by alice                     two flows that alice starts
        bounds flows 1 by attacker                  one that the attacker starts
        bounds requests 1 per endpoint by attacker  one request that changes something, for each endpoint
        bounds requests 2 at /token by attacker     the same for each endpoint with this path
        bounds navigations 1                        how often a browser is sent somewhere

      What has no bound does not start. How big a message of the attacker's is, is not bounded. `check --bounds "…"` tries others; states grow \
      steeply with them, so begin with 1 of each. `interloper count` says how many states and runs there are.

      The whole: the article Semantics (Bounds) in Sources/Compiler/Compiler.docc.
      """
    }
  }
}
