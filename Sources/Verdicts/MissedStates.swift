import ExactNumbers
import Exploration

/// How likely it is, at most, that a search has missed a state because another has the same fingerprint.
///
/// **Assumption.** Fingerprints behave as if each were drawn at random, independently of all others: those of states from 2^127 values, those of
/// states between stored ones so that two are equal with probability 2^-126 at most.
///
/// **Claim.** A search that ends with at most n stored states and c computed ones has missed a state with a probability of at most
/// n (n + 1) / 2^128 + 4096 c / 2^126.
///
/// **Proof.** Compare it with a search that looks at whole states. Up to the first new state that has the fingerprint of a stored one, both do
/// the same. Is this the k-th state, then k - 1 are stored already, so k is at most n + 1, and it agrees with one of them with probability
/// (k - 1) / 2^127 at most. The sum over k from 2 to n + 1 is the first part. Of what is between stored states, each is compared with at
/// most 4096 others, and there are no more than c. ∎
public struct MissedStates: Sendable, Equatable {
  /// The exact bound; 0 where whole states were compared.
  public var bound: BigRational

  /// The bound for a search that told states apart by fingerprints.
  ///
  /// - Parameters:
  ///   - states: how many were stored.
  ///   - computed: how many were computed, those between stored ones included.
  public init(states: Int, computed: Int) {
    let stored = BigNatural(UInt64(states))
    let pairs = stored * (stored + 1)
    let between = BigNatural(UInt64(computed)) * BigNatural(UInt64(comparedBetweenStoredStates)) * 4
    bound = BigRational(pairs + between, over: BigNatural(2).power(128))
  }

  /// For a search that compared whole states: nothing was missed.
  public static let none = MissedStates(bound: 0)

  private init(bound: BigRational) { self.bound = bound }

  /// The least n so that the bound is less than 2^n; nil where it is zero.
  public var exponent: Int? {
    guard !bound.isZero else { return nil }
    // Lowest terms of something over a power of two: the denominator is one too.
    return bound.numerator.bitWidth - (bound.denominator.bitWidth - 1)
  }
}

extension ScenarioResult {
  /// How likely it is that a state was missed.
  public var missedStates: MissedStates { isExact ? .none : MissedStates(states: states, computed: computed) }
}
