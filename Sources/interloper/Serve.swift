import ArgumentParser
import Exploration
import Explorer
import Foundation
import Synchronization

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Starts the web explorer: choose, run, step through attacks, compare, play; for a browser on this machine.",
    discussion: """
      Prints the URL to open. Only 127.0.0.1 is listened on, and only who has the URL can start runs. Ctrl-C ends it.

      Example: interloper serve
      Example: interloper serve --port 8080 --root ~/interloper
      """)

  @Option(help: "The port on 127.0.0.1; 0: any that is free.") var port: UInt16 = 0
  @Option(help: "The folder that holds `Models`, `Scenarios` and `Papers`.") var root = "."
  @Option(help: "Workers of each run.") var jobs: Int = ProcessInfo.processInfo.activeProcessorCount
  @Option(help: "Stop a run after this many seconds.") var time = 60.0
  @Option(help: "Stop runs at this much memory of the program, for example 512M or 4G.") var memory = "2G"
  @Option(help: "How many runs there may be at the same time.") var runs = 2

  func validate() throws {
    try requireLimits(jobs: jobs, time: time, memory: memory)
    if runs < 1 || runs > 64 { throw ValidationError("--runs is between 1 and 64") }
  }

  func run() throws {
    Interruption.install()
    var options = ExplorerOptions(root: root, port: port)
    options.jobs = jobs
    options.limits = Limits(seconds: time, memory: bytes(memory))
    options.maximumRuns = runs
    options.producer = "interloper \(Interloper.version)"
    let server: ExplorerServer
    do {
      server = try ExplorerServer(options)
    } catch {
      complain("error: \(error)\n")
      throw ExitCode.invalid
    }
    let problem = Mutex<String?>(nil)
    let isDone = DispatchSemaphore(value: 0)
    Task.detached {
      do {
        try await server.run { url in
          print("Open \(url)\nCtrl-C ends it.")
          // Whoever reads it over a pipe waits for it.
          fflush(nil)
        }
      } catch {
        problem.withLock { $0 = "\(error)" }
      }
      isDone.signal()
    }
    var isStopping = false
    while isDone.wait(timeout: .now() + 0.1) == .timedOut {
      guard Interruption.requested && !isStopping else { continue }
      isStopping = true
      Task.detached { await server.stop() }
    }
    if let problem = problem.withLock({ $0 }) {
      complain("error: \(problem)\n")
      throw ExitCode.invalid
    }
  }
}
