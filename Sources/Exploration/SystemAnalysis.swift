import Compiler

/// What the reductions read off the rules of a system: the same for all that explore it or walk its paths again.
public struct SystemAnalysis: Sendable {
  public let monotonicity: Monotonicity
  let deferral: Deferral
  let shapes: FactShapes
  let companions: Companions
  let contributions: Contributions
  let idleColumns: IdleColumns
  /// With what was found out about facts on the way.
  var readers: ReaderIndex

  public init(_ system: TransitionSystem) {
    monotonicity = Monotonicity(system)
    deferral = Deferral(system, monotonicity)
    shapes = FactShapes(system)
    companions = Companions(system)
    contributions = Contributions(system)
    idleColumns = IdleColumns(system)
    readers = ReaderIndex(system, monotonicity, shapes, contributions)
  }
}
