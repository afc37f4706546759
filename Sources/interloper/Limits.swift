import ArgumentParser
import Exploration
import Verdicts

/// Makes sure that limits which commands have in common are ones; those that a command does not have, or was not given, are nil.
func requireLimits(jobs: Int? = nil, time: Double? = nil, memory: String? = nil, states: Int? = nil) throws {
  if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs is between 1 and 1024") }
  if let time, !(time > 0) { throw ValidationError("--time is a positive number of seconds") }
  if let memory, bytes(memory) == nil { throw ValidationError("--memory is a number with K, M or G behind it, for example 512M") }
  if let states, states < 1 { throw ValidationError("--states is at least 1") }
}

extension CheckOptions {
  /// As a command was told; Ctrl-C ends the search in order.
  init(
    jobs: Int = 1, time: Double? = nil, memory: String? = nil, depth: Int? = nil, states: Int? = nil, showing line: ProgressLine? = nil
  ) {
    self.init()
    self.jobs = jobs
    limits = Limits(seconds: time, memory: memory.flatMap(bytes), depth: depth, states: states)
    interrupted = { Interruption.requested }
    if let line { onProgress = { line.show($0) } }
  }
}
