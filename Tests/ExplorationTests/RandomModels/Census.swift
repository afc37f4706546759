import Compiler
import Foundation
import Synchronization

/// What the random models of a run were like: whether they say anything.
final class Census: Sendable {
  static let shared = Census()
  private let state = Mutex<[String: Int]>([:])

  private func add(_ keys: [String]) {
    state.withLock { counts in for key in keys { counts[key, default: 0] += 1 } }
  }

  func countRefused(_ model: SmallModel) {
    guard Environment.models != nil, let first = model.complaints().first else { return }
    // The same complaint, whatever the names in it.
    add(["refused by the compiler, and written anew", "refused: " + first.split(separator: "`").enumerated().map { $0 % 2 == 1 ? "…" : String($1) }.joined()])
  }

  func count(_ model: SmallModel, _ system: TransitionSystem, _ comparison: Comparison, _ honest: Comparison) {
    var keys = ["models", comparison.isComplete && honest.isComplete ? "complete" : "beyond a limit"]
    state.withLock {
      $0["states of the engine", default: 0] += comparison.states + honest.states
      $0["states of the naive explorer", default: 0] += comparison.naiveStates + honest.naiveStates
    }
    keys.append("explored naively \(comparison.attempts) times")
    for property in system.properties {
      keys.append("properties")
      if let length = comparison.lengths[property.name] {
        keys += ["properties violated", "violated in \(length) decisions"]
      } else if comparison.isComplete {
        keys.append("properties that hold")
      }
    }
    keys.append(comparison.lengths.isEmpty ? "models without violation" : "models with a violation")
    if !honest.lengths.isEmpty { keys.append("models whose witness is reached") }
    let lines = (model.model + model.scenario).flatMap(\.lines)
    for construct in Census.constructs where lines.contains(where: { (" " + $0).contains(construct) }) { keys.append("with `\(construct)`") }
    add(keys)
  }

  private static let constructs = [
    " find ", " take ", "otherwise", "require ", "require no ", "if ", "else", "let ", "new ", "insert ", "remove ", " end ", "event ", "send ", "leak ",
    "do note",
    "session ", "in run", "keyed by", "lock(", "key_of(", "h(", "record ", "drop ", "[C-", "[mode", "option mode", "by attacker", "step trick", "visit ",
    "ask ",
    "respond ", "redirect ", "leaks drain", "reads drain", "replaces drain", "deal ", "link ", "confuse ", "earlier ", "injective ", "attacker derives",
    "is present", "is absent", "is honest", "is attacker", "unless ", "next(", "extend role", "knows ", "may ", " or ", "not (", "2 by",
  ]

  /// Prints the counts once all models of the run are counted.
  func printWhenDone(_ models: Int) {
    while state.withLock({ $0["models", default: 0] }) < models { Thread.sleep(forTimeInterval: 0.2) }
    let counts = state.withLock { $0 }
    print(counts.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }.joined(separator: "\n"))
  }
}
