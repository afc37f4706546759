import Compiler
import Exploration

/// Which of the goals come about in runs of the system, within its bounds, and what kept the rest from being known, if anything did.
func reachable(_ goals: [Goal], in system: TransitionSystem, _ options: CheckOptions) -> (goals: Set<Int>, stopped: StopReason?) {
  let search = Search(
    system.asking(for: goals), reductions: options.reductions, limits: options.limits, jobs: options.jobs, interrupted: options.interrupted,
    onProgress: options.onProgress)
  let outcome = search.run { _, reached in reached.count == goals.count }
  let reached = Set(outcome.witnesses.map(\.property))
  return (reached, reached.count == goals.count ? nil : outcome.stopped)
}
