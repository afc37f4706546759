import Exploration

/// Where the explorer finds its scenarios, and what it allows.
public struct ExplorerOptions: Sendable {
  /// The folder that holds `Models`, and `Scenarios`, `Papers` or both.
  public var root: String
  /// Where to listen on 127.0.0.1; 0: any free port.
  public var port: UInt16
  /// The program, for traces that are saved.
  public var producer = "interloper"
  /// When a run stops before it has seen everything.
  public var limits = Limits(seconds: 60, memory: 2 << 30)
  /// Workers of a run.
  public var jobs = 1
  /// How many runs there may be at the same time.
  public var maximumRuns = 2
  /// How many runs are remembered, those that go on included; the oldest that are done go first.
  public var rememberedRuns = 50
  /// How many plays there may be at the same time; the one that has waited longest goes when there are more.
  public var maximumPlays = 8
  /// Seconds after which a play that nobody asks for is forgotten.
  public var playPatience = 3600.0
  /// Bytes of a request's body.
  public var maximumBody = 64 << 10
  /// Seconds that a client has for a request and for taking its answer, and that a connection is kept without one.
  public var patience = 10.0
  /// How many connections there may be at the same time.
  public var maximumConnections = 64

  public init(root: String, port: UInt16 = 0) {
    self.root = root
    self.port = port
  }
}

/// Why the explorer cannot start, or cannot read a file.
public enum ExplorerError: Error, Equatable, CustomStringConvertible {
  /// There is no such folder.
  case noFolder(String)
  /// A symbolic link leads out of the folders that may be read.
  case linkOut(String)
  /// Something else listens there, or may not.
  case cannotListen(port: UInt16, reason: String)

  public var description: String {
    switch self {
    case .noFolder(let path): "there is no folder `\(path)`: --root names the one that holds `Models` and `Scenarios`"
    case .linkOut(let path): "`\(path)` is a link that leads out of Models, Scenarios and Papers: nothing is read while it is there"
    case .cannotListen(let port, let reason): "cannot listen on 127.0.0.1, port \(port): \(reason)"
    }
  }
}
