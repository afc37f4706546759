import Certificates
import Compiler
import Simulation
import Verdicts

extension PlayDialogue {
  /// What is played, for titles and saved traces.
  public struct Heading: Sendable {
    public var setting: ScenarioSetting
    /// The digest of the texts: see `TraceFile`.
    public var sha256: String
    public var producer: String

    /// `producer`: the program, for saved traces.
    public init(_ scenario: Library.Scenario, _ compiled: Library.Compiled, producer: String) {
      setting = ScenarioSetting(scenario, compiled)
      sha256 = CertificateSource(scenario, compiled, in: compiled.root).sha256
      self.producer = producer
    }
  }
}

extension PlayDialogue.Heading {
  /// A play as a file.
  public func trace(of play: Play) -> TraceFile { trace(play.save()) }

  /// Steps of the scenario as a file.
  public func trace(_ steps: TraceRecord) -> TraceFile { TraceFile(producer: producer, scenario: setting.title, sha256: sha256, trace: steps) }

  /// Plays a saved trace, or an attack's certificate, from the initial state.
  ///
  /// - Returns: also what is to be said where the texts are others than when it was saved.
  /// - Throws: what keeps it from being played.
  public func play(_ file: TraceFile, in system: TransitionSystem) throws(LoadFailure) -> (play: Play, remark: String?) {
    var play = Play(system)
    try play.load(file.trace)
    let isSame = file.sha256 == sha256
    return (play, isSame ? nil : "the model or the scenario is another one than when this was saved (“\(file.scenario)”); each step is possible still")
  }
}
