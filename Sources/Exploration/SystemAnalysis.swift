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

  public init(_ system: TransitionSystem) { self.init(system, Monotonicity(system)) }

  /// What is read off the rules where only some of the system's questions are asked any more. Which steps are decisions stays as it is.
  init(_ whole: SystemAnalysis, asking system: TransitionSystem) { self.init(system, whole.monotonicity) }

  private init(_ system: TransitionSystem, _ monotonicity: Monotonicity) {
    self.monotonicity = monotonicity
    deferral = Deferral(system, monotonicity)
    shapes = FactShapes(system)
    companions = Companions(system)
    contributions = Contributions(system)
    idleColumns = IdleColumns(system)
    readers = ReaderIndex(system, monotonicity, shapes, contributions)
  }
}
