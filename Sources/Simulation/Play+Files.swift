import Certificates
import Compiler
import Verification

/// Why a saved trace cannot be played.
public enum LoadFailure: Error, CustomStringConvertible {
  /// It speaks of rules or terms that the model does not have.
  case unknown(String)
  /// A step is refused; those before it were played.
  case refused(step: Int, reason: String)

  public var description: String {
    switch self {
    case .unknown(let reason): reason
    case .refused(_, let reason): "the run is refused at \(reason)"
    }
  }
}

extension Play {
  /// What was played, in the names of the model; JSON by way of `TraceFile`.
  public func save() -> TraceRecord { TraceRecord(turns.map(\.step), in: system) }

  /// Plays the steps of a record after those so far: it should come from the present state, usually the initial one.
  ///
  /// - Throws: what is wrong; steps before that were played.
  public mutating func load(_ record: TraceRecord) throws(LoadFailure) {
    let steps: [GroundStep]
    do {
      steps = try record.steps(in: system)
    } catch {
      throw .unknown("\(error)")
    }
    let before = turns.count
    do {
      try take(allOf: steps)
    } catch {
      throw .refused(step: turns.count - before + 1, reason: error.text(in: system))
    }
  }
}
