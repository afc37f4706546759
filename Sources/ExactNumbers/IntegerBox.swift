internal import CGMP

#if DEBUG
  import Synchronization
#endif

/// Owns one GMP integer and gives its memory back at the end.
///
/// `@unchecked Sendable`: the number changes only in ``withMutableNumber(_:)``, and ``BigNatural`` calls that only on a box that it
/// alone refers to (one it has just made, or one that `isKnownUniquelyReferenced`). A box that two values share, in one task or
/// in two, is only read, and GMP reads without writing.
final class IntegerBox: @unchecked Sendable {
  /// Unchecked, because the rule above already excludes overlapping accesses, and the check at run time costs more than a short addition.
  @exclusivity(unchecked) private var number = cgmp_integer()

  #if DEBUG
    private let census = IntegerBoxCensus.current
  #endif

  /// A box that holds zero. GMP allocates limbs only when the number first grows.
  init() {
    cgmp_init(&number)
    #if DEBUG
      census?.count(1)
    #endif
  }

  deinit {
    cgmp_clear(&number)
    #if DEBUG
      census?.count(-1)
    #endif
  }

  /// Gives the number for reading. The pointer is valid during the call.
  func withNumber<Result>(_ body: (UnsafePointer<cgmp_integer>) -> Result) -> Result {
    // Swift may hand out a copy of the header. Reading through it is the same, but then only this keeps the limbs alive.
    withExtendedLifetime(self) { withUnsafePointer(to: number, body) }
  }

  /// Gives the number for change. The pointer is valid during the call.
  ///
  /// Only the owner of the sole reference may call this, and `body` may not reach the box in another way.
  func withMutableNumber(_ body: (UnsafeMutablePointer<cgmp_integer>) -> Void) {
    withExtendedLifetime(self) { withUnsafeMutablePointer(to: &number, body) }
  }
}

#if DEBUG
  /// Counts the live boxes among those that were made while it was ``current``, so that a test can see that none is left.
  ///
  /// Local to a task, because tests run side by side and a count for the whole process would see the boxes of all of them.
  final class IntegerBoxCensus: Sendable {
    @TaskLocal static var current: IntegerBoxCensus?

    private let living = Atomic<Int>(0)
    private let born = Atomic<Int>(0)

    /// How many boxes exist now.
    var liveCount: Int { living.load(ordering: .sequentiallyConsistent) }
    /// How many boxes were made.
    var totalCount: Int { born.load(ordering: .sequentiallyConsistent) }

    fileprivate func count(_ change: Int) {
      living.add(change, ordering: .sequentiallyConsistent)
      if change > 0 { born.add(change, ordering: .sequentiallyConsistent) }
    }
  }
#endif
