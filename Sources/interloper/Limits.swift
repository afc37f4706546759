import ArgumentParser

/// Makes sure that limits which commands have in common are ones; those that a command does not have, or was not given, are nil.
func requireLimits(jobs: Int? = nil, time: Double? = nil, states: Int? = nil) throws {
  if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs is between 1 and 1024") }
  if let time, !(time > 0) { throw ValidationError("--time is a positive number of seconds") }
  if let states, states < 1 { throw ValidationError("--states is at least 1") }
}
