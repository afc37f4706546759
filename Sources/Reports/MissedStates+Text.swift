import Verdicts

extension MissedStates {
  /// A power of two that is greater than the bound, as `2^-95`; nil where the bound is zero.
  var below: String? { exponent.map { "2^\($0)" } }

  /// The bound, as a sentence.
  var sentence: String {
    guard let below else { return "no state was missed: whole states were compared" }
    return "probability that a state was missed < \(below), if fingerprints behave like random ones"
  }
}
