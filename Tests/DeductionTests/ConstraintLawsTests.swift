import Testing

@testable import Deduction

/// The attacker's mind against ground deduction, which shares no code with it. A failure names the seed of the system.
@Suite struct `Constraints and their ground solutions` {
  @Test(arguments: UInt64(1)...300) func `every way to solve a system has the ground solution that it claims`(seed: UInt64) {
    let system = ConstraintSystem(seed: seed, hasOpenKeys: false)
    for solution in system.solveAtOnce() {
      let objection = system.objection(to: system.instance(of: solution))
      #expect(objection == nil, "seed \(seed): \(system); \(solution)")
    }
  }

  @Test(arguments: UInt64(1)...300) func `every small ground solution of a system is found`(seed: UInt64) {
    let system = ConstraintSystem(seed: seed, hasOpenKeys: false)
    let solutions = system.solveAtOnce()
    for values in system.groundSolutions(seed: seed, width: 8) {
      #expect(solutions.contains { system.isInstance(values, of: $0) }, "seed \(seed): \(system); lost: \(values)")
    }
  }

  @Test(arguments: UInt64(1001)...1300) func `every way to open messages and solve goals in steps has its ground solution`(seed: UInt64) {
    let system = ConstraintSystem(seed: seed, hasOpenKeys: true)
    for solution in system.solveInSteps() {
      let objection = system.objection(to: system.instance(of: solution))
      #expect(objection == nil, "seed \(seed): \(system); \(solution)")
    }
  }

  @Test(arguments: UInt64(1001)...1300) func `every small ground solution is found in steps, where openings may bind variables`(seed: UInt64) {
    let system = ConstraintSystem(seed: seed, hasOpenKeys: true)
    let solutions = system.solveInSteps()
    for values in system.groundSolutions(seed: seed, width: 8) {
      #expect(solutions.contains { system.isInstance(values, of: $0) }, "seed \(seed): \(system); lost: \(values)")
    }
  }

  @Test func `the generated systems are no trivial ones`() {
    var (solvable, unsolvable, ground, branching, most) = (0, 0, 0, 0, 0)
    for seed in UInt64(1)...100 {
      let system = ConstraintSystem(seed: seed, hasOpenKeys: false)
      let ways = system.solveAtOnce().count
      if ways > 0 { solvable += 1 } else { unsolvable += 1 }
      if ways > 1 { branching += 1 }
      most = max(most, ways, ConstraintSystem(seed: seed + 1000, hasOpenKeys: true).solveInSteps().count)
      ground += system.groundSolutions(seed: seed, width: 8).count
    }
    #expect(solvable > 40 && unsolvable > 20 && branching > 5 && most > 4 && ground > 2_000)
  }
}
