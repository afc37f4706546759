import Compiler
import Synchronization
import Testing
import Verification

@testable import Exploration

@Suite struct `A search` {
  @Test func `finds the same, in the same order, whatever the number of workers`() throws {
    let system = try compiled("oauth/code-reuse")
    let limits = Limits(depth: 2)
    let one = Search(system, limits: limits, jobs: 1).run()
    for jobs in [2, 4] {
      let several = Search(system, limits: limits, jobs: jobs).run()
      #expect(several.progress.states == one.progress.states)
      #expect(several.progress.transitions == one.progress.transitions)
      #expect(several.violations.map(\.path) == one.violations.map(\.path))
      #expect(several.violations.map(\.property) == one.violations.map(\.property))
    }
  }

  @Test func `says which limit ended it, and then claims nothing`() throws {
    let system = try compiled("oauth/baseline")
    #expect(Search(system, limits: Limits(depth: 0)).run().stopped == .depth)
    #expect(Search(system, limits: Limits(states: 5)).run().stopped == .states)
    #expect(Search(system, limits: Limits(memory: 1)).run().stopped == .memory)
    #expect(Search(system, limits: Limits(seconds: 0)).run().stopped == .time)
    #expect(Search(system, interrupted: { true }).run().stopped == .interrupted)
  }

  @Test func `is not stopped by a depth that it does not exceed`() throws {
    let system = try compiled("classic/nsl")
    let outcome = Search(system, limits: Limits(depth: 50)).run()
    #expect(outcome.stopped == nil)
    #expect(outcome.progress.frontier == 0)
  }

  @Test func `counts the states of Needham-Schroeder-Lowe`() throws {
    let outcome = Search(try compiled("classic/nsl")).run()
    #expect(outcome.progress.states == 33)
    #expect(outcome.violations.isEmpty)
  }

  @Test func `counts many events without looking at each subset of them`() throws {
    let system = try compiled(model: SmallModels.manyEvents.model, scenario: SmallModels.manyEvents.scenario)
    var reductions = Reductions.all
    // Deferring looks at each order in which payments and uses wait for one another.
    _ = reductions.turnOff("deferred")
    let outcome = Search(system, reductions: reductions).run()
    #expect(outcome.stopped == nil && outcome.violations.isEmpty)
  }

  @Test func `finds Lowe's attack in three decisions`() throws {
    let system = try compiled("classic/nspk")
    #expect(lengths(Search(system).run(), system) == ["secrecy": 3, "agreement": 3])
  }

  /// Counts without end: one step at once after the other makes a larger term.
  private static let counter = """
    model Test "A test"
      uses Crypto
    sort Agent names
    sort Nonce
    function next(Nonce) -> Nonce
    attacker Net "owns the network" { }
    role A of me: Agent {
      table count (n: Nonce)
      step begin "{me} begins" limit begins { new n: Nonce insert count (n: n) event Begun (agent: me) }
      step grow "{me} counts" { take count (n as n) insert count (n: next(n)) }
      step double "{me} counts in a strange way" { take count (n as n) insert count (n: next(next(next(n)))) }
    }
    witness begun event Begun (agent)
    property never "Nobody begins" when event Begun (agent) then agent is absent
    """

  @Test(.timeLimit(.minutes(5))) func `ends by its limits where steps that run at once go on for ever`() throws {
    let system = try compiled(
      model: Self.counter, scenario: "scenario \"s\"\nmodel Test\ncast alice: Agent with A, mallory: attacker Agent\nattacker Net\nbounds begins 1 by alice\n")
    #expect(Search(system, limits: Limits(states: 1)).run().stopped == .states)
    // Asked for the third time, it says yes: that is in the midst of the first state's steps.
    let asked = Atomic<Int>(0)
    let outcome = Search(system, interrupted: { asked.wrappingAdd(1, ordering: .relaxed).oldValue >= 2 }).run()
    #expect(outcome.stopped == .interrupted)
    #expect(outcome.progress.states == 1)
  }

  /// It taught that a model can nest terms without end: with more and more of them the program had no more stack, and crashed.
  @Test(arguments: [1, 2]) func `ends where terms are nested deeper and deeper`(_ jobs: Int) throws {
    let steep = Self.counter.replacing("next(next(next(n)))", with: "next(next(next(next(next(n)))))")
    let text = steep.split(separator: "\n").filter { !$0.contains("step grow") }.joined(separator: "\n")
    let system = try compiled(
      model: text, scenario: "scenario \"s\"\nmodel Test\ncast alice: Agent with A, mallory: attacker Agent\nattacker Net\nbounds begins 1 by alice\n")
    for reductions in [Reductions.all, .none] {
      let outcome = Search(system, reductions: reductions, jobs: jobs).run()
      #expect(outcome.stopped == .nesting)
      // Where steps run at once, no state before them is asked.
      #expect(outcome.violations.count == (reductions.monotone ? 0 : 1))
    }
    let naive = NaiveExplorer(system, limits: NaiveExplorer.Limits(maximumStates: 10_000), stopsWhenAnswered: false).explore()
    #expect(naive.isLimited && naive.states > maximumNesting / 5 && naive.states < maximumNesting)
  }

  @Test func `says that memory ended it, also where that was within a level and it was interrupted afterwards`() throws {
    let system = try compiled("oauth/baseline")
    let asked = Atomic<Int>(0)
    // Memory is looked at whenever interruptions are asked for, and right after.
    let outcome = Search(system, limits: Limits(memory: 1), interrupted: { asked.wrappingAdd(1, ordering: .relaxed).oldValue > 0 }).run()
    #expect(outcome.stopped == .memory)
  }

  @Test func `encodes what it loads as the same words`() throws {
    let engine = Engine(try compiled("oauth/csrf"), reductions: .all)
    var words = engine.initialState()
    for step in 0..<4 {
      words.withUnsafeBufferPointer { engine.load($0) }
      var again = engine.output
      again.truncate(to: 0)
      engine.output.truncate(to: 0)
      engine.encode(into: &again)
      engine.output = again
      #expect((0..<again.count).map { again[$0] } == words)
      var next: [Int32]?
      let never = { false }
      words.withUnsafeBufferPointer {
        engine.load($0)
        engine.forEachStableSuccessor(isInitial: step == 0, isAnswered: never) { successor, _ in if next == nil { next = Array(successor) } }
      }
      words = try #require(next)
    }
  }
}
