/// Small protocols over a plain network, each with a question that some reduction could get wrong.
enum SmallModels {
  struct Case: Sendable, CustomStringConvertible {
    var description: String
    var model: String
    var scenario: String
  }

  private static let head = """
    model Test "A test"
      uses Crypto
    sort Agent names
    sort Nonce
    function shared(Agent) -> SymmetricKey private
    attacker Net "owns the network" { knows shared(agent) for attacker agent: Agent }
    """
  private static let cast = """
    scenario "test"
    model Test
    cast alice: Agent with A, bob: Agent with B, mallory: attacker Agent
    attacker Net
    """

  /// An event that property P asks for "earlier" must not be hurried.
  static let lateEvent = Case(
    description: "an event that must come earlier can come late",
    model: head + """

      role A of me: Agent {
        step announce "{me} announces" limit announcements { event Announced (agent: me) }
      }
      role B of me: Agent {
        on message hash(me) limit acts { event Acted (agent: me) }
      }
      witness done event Acted (agent)
      property order "Nobody acts before it was announced"
        when event Acted (agent) then earlier event Announced
      """,
    scenario: cast + "\nbounds announcements 1 by alice, acts 1 by bob\nexpect order violated\n")

  /// A one-time value must be usable by each of two competitors.
  static let oneTime = Case(
    description: "a value that is used once can be used by either",
    model: head + """

      record Ticket { nonce: Nonce }
      role A of me: Agent {
        table tickets (nonce: Nonce)
        step issue "{me} issues a ticket" limit tickets {
          new nonce: Nonce
          insert tickets (nonce: nonce)
          send Ticket { nonce: nonce }
        }
        on message (Ticket { nonce }, me) limit uses {
          take tickets (nonce == nonce)
          event Used (nonce: nonce)
          send hash(nonce)
        }
        on message (Ticket { nonce }, hash(me)) limit voids {
          take tickets (nonce == nonce)
          event Voided (nonce: nonce)
        }
      }
      role B of me: Agent { }
      witness used event Used (nonce)
      property never_both "No ticket is used and voided"
        when event Used (nonce) and event Voided (nonce == nonce) then nonce is absent
      property never_void "No ticket is voided"
        when event Voided (nonce) then nonce is absent
      property once "Each ticket is used once"
        when event Used (nonce) then injective earlier event Used (nonce == nonce)
      """,
    scenario: cast + "\nbounds tickets 2 by alice, uses 2 by alice, voids 1 by alice\nexpect never_both holds, never_void violated, once holds\n")

  /// What the attacker sends must be made of what it knew then.
  static let epochs = Case(
    description: "a commitment is not made of what was learned after it",
    model: head + """

      record Commit { to: Nonce }
      role A of me: Agent {
        session Bet (chosen: Nonce)
        on message Commit { to } limit bets {
          new bet: Bet (chosen: to)
          new secret: Nonce
          event Drawn (secret: secret, chosen: to)
          send secret
        }
        on message (me, last) in bet: Bet {
          require last == bet.chosen
          end bet
          event Repeated (last: last)
        }
      }
      role B of me: Agent { }
      witness drawn event Drawn (secret)
      property fair "Nobody knows the draw before it"
        when event Drawn (secret, chosen) and chosen == secret then secret is absent
      property repeated "Nobody repeats an earlier draw as a bet that was made before"
        when event Drawn (secret) and event Repeated (last == secret) then secret is absent
      """,
    scenario: cast + "\nbounds bets 1 by alice\nexpect all hold\n")

  /// The same with two bets: now the second can be made of what the first has shown.
  static let twoBets = Case(
    description: "a second commitment may be made of what the first has shown",
    model: epochs.model, scenario: cast + "\nbounds bets 2 by alice\nexpect fair holds, repeated violated\n")

  /// A message that can be opened only if its recipient is the attacker.
  static let chosenRecipient = Case(
    description: "an attacker chooses for whom a secret is sealed",
    model: head + """

      record Ask { of: Agent, peer: Agent }
      role A of me: Agent {
        on message Ask { of, peer } limit runs {
          require of == me
          require peer != me
          new secret: Nonce
          event Sealed (secret: secret, peer: peer)
          send seal(shared(peer), secret)
        }
      }
      role B of me: Agent {
        on message seal(shared(me), secret) limit reads { event Read (secret: secret) }
      }
      witness read event Sealed (secret)
      property secrecy "What is sealed for honest agents stays secret"
        when event Sealed (secret, peer) then not attacker derives secret unless peer is attacker
      property nobody "Nothing sealed is derived at all"
        when event Sealed (secret) then not attacker derives secret
      """,
    scenario: cast + "\nbounds runs 1 by alice, reads 1 by bob\nexpect secrecy holds, nobody violated\n")

  /// An absent row can be asked for.
  static let absence = Case(
    description: "a check that a row is absent races with its insertion",
    model: head + """

      role A of me: Agent {
        table seen (nonce: Nonce)
        on message First { nonce } limit firsts {
          require no seen (nonce == nonce)
          insert seen (nonce: nonce)
          event Accepted (nonce: nonce)
        }
        on message Second { nonce } limit seconds {
          find seen (nonce == nonce) otherwise { event Refused (nonce: nonce) }
        }
      }
      role B of me: Agent { }
      record First { nonce: Nonce }
      record Second { nonce: Nonce }
      witness accepted event Accepted (nonce)
      property replay "Nothing is accepted twice"
        when event Accepted (nonce) then injective earlier event Accepted (nonce == nonce)
      property consistent "Nothing is both accepted and refused"
        when event Accepted (nonce) and event Refused (nonce == nonce) then nonce is absent
      """,
    scenario: cast + "\nbounds firsts 2 by alice, seconds 1 by alice\nexpect replay holds, consistent violated\n")

  /// As many events as would make a million subsets.
  static let manyEvents = Case(
    description: "what is used was paid for, twenty times",
    model: head + """

      role A of me: Agent {
        table due (a: Agent)
        step pay "{me} pays" limit payments {
          event Paid (a: me)
          insert due (a: me)
        }
        step use "{me} uses it" limit uses {
          take due ()
          event Used (a: me)
        }
      }
      role B of me: Agent { }
      witness used event Used (a)
      property paid "Nothing is used that was not paid for"
        when event Used (a) then injective earlier event Paid (a == a)
      """,
    scenario: cast + "\nbounds payments 20 by alice, uses 20 by alice\nexpect paid holds\n")

  /// A lamp that is turned off and on at once, over and over, must keep nobody from what can be done beside it.
  private static func lamp(_ begins: String, _ bound: String, _ what: String) -> Case {
    Case(
      description: "a circle of steps that run at once \(what)",
      model: head + """

        record Tell { n: Nonce }
        role A of me: Agent {
          table lit (at: Agent)
          table dark (at: Agent)
          table keys (n: Nonce)
          \(begins) {
            new key: Nonce
            insert keys (n: key)
            insert lit (at: me)
            event Begun (agent: me)
            send key
          }
          step off "{me} turns the lamp off" { take lit (at == me) insert dark (at: me) }
          step on "{me} turns the lamp on" { take dark (at == me) insert lit (at: me) }
          on message (Tell { n }, me) limit tells {
            find keys (n == n)
            event Told (agent: me)
          }
        }
        role B of me: Agent { }
        witness begun event Begun (agent)
        property quiet "Nobody is told the key"
          when event Told (agent) then agent is absent
        property silent "Nobody is told the key before the lamp is there"
          when event Told (agent) then earlier event Begun (agent == agent)
        """,
      scenario: cast + "\nbounds \(bound), tells 1 by alice\nexpect quiet violated, silent holds\n")
  }
  static let circleAtFirst = lamp("step begin \"{me} begins\" limit lamps", "lamps 1 by alice", "comes first")
  static let circleLater = lamp("on message Tell { n } limit lamps", "lamps 1 by alice", "follows a decision")

  static let all = [lateEvent, oneTime, epochs, twoBets, chosenRecipient, absence, circleAtFirst, circleLater]
}
