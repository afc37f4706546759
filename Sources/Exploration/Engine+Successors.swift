import Compiler
import Deduction

/// The ways from one stored state to the next: decisions, with the steps that run at once after them.
extension Engine {
  /// Calls `body` with each successor of the loaded state, and how many decisions lead to it; always in the same order.
  ///
  /// A successor has all steps behind it that run at once. Decisions that have gained nothing are left out (``Gain``). After a decision
  /// that waits for its use the next ones are taken as well (`Deferral`), unless a question is answered there.
  func forEachStableSuccessor(isAnswered: () -> Bool, _ body: (UnsafeBufferPointer<Int32>, Int) -> Void) {
    forgetEvents()
    loadNews(nil)
    stack.truncate(to: 0)
    stackStarts.truncate(to: 0)
    stackDecisions.truncate(to: 0)
    stackNews.truncate(to: 0)
    stackNewsStarts.truncate(to: 0)
    stackChains.removeAll()
    chainCache?.generation &+= 1
    // Only the initial state may have steps that run at once itself: all others were stored after theirs.
    let isAtOnce = expand()
    pushResults(after: []) { isAtOnce ? 0 : self.decisions(ofResult: $0) }
    while stackStarts.count > 0 {
      let top = stackStarts.count - 1
      let (start, first) = (Int(stackStarts[top]), Int(stackNewsStarts[top]))
      let decisions = Int(stackDecisions[top])
      let words = UnsafeBufferPointer(start: stack.base + start, count: stack.count - start)
      let news = UnsafeBufferPointer(start: stackNews.base + first, count: stackNews.count - first)
      let chain = stackChains.popLast() ?? []
      stackStarts.truncate(to: top)
      stackDecisions.truncate(to: top)
      stackNewsStarts.truncate(to: top)
      if !isAtOnce && chainCache?.contains(words, news, decisions: Int32(decisions)) ?? false {
        stack.truncate(to: start)
        stackNews.truncate(to: first)
        continue
      }
      discard(to: 0)
      if isTakenAsItIs {
        self.chain = chain
        body(words, decisions)
        stack.truncate(to: start)
        stackNews.truncate(to: first)
        continue
      }
      load(words)
      loadNews(news)
      let isStable = !(reductions.monotone && runAtOnce())
      let isKept = isStable && isWorthKeeping(isAnswered, mustGain: !isAtOnce && reductions.useful)
      let isFinal = isKept && !takeDeadFactsAway()
      if isFinal {
        if !isWaiting || isAnswered() {
          self.chain = chain
          body(words, decisions)
        }
        if isWaiting {
          forgetEvents()
          takeDecisions()
        }
      }
      stack.truncate(to: start)
      stackNews.truncate(to: first)
      pushResults(after: chain) { decisions + (isFinal ? self.decisions(ofResult: $0) : 0) }
    }
  }

  private func decisions(ofResult index: Int) -> Int { monotonicity.isDecision(Int(outputRules[index])) ? 1 : 0 }

  /// Whether no reduction looks at what a decision has led to.
  private var isTakenAsItIs: Bool { !(reductions.monotone || reductions.forget || reductions.useful || reductions.deferred) }

  /// Whether the loaded state is between stored ones: something that a deferred decision made is still unused. A chain so long that its
  /// bits run out is stored as if nothing waited.
  private var isWaiting: Bool { gain.header.open != 0 && gain.header.bit < 1 << 28 }

  /// Whether something new is left in the loaded state, and it is an end of a chain or the chain can go on.
  private func isWorthKeeping(_ isAnswered: () -> Bool, mustGain: Bool) -> Bool {
    if mustGain && !hasLoadedGain() { return false }
    return !isWaiting || findOpenSteps() || isAnswered()
  }

  /// Computes into `output` the loaded state without facts that are good for nothing; false if there are none.
  private func takeDeadFactsAway() -> Bool {
    guard reductions.forget && dropDeadFacts() else { return false }
    newsStarts.append(Int32(news.count))
    outputStarts.append(Int32(output.count))
    outputRules.append(-1)
    encode(into: &output)
    recorder?.recordRenaming(self)
    return true
  }

  /// Puts the results on the stack, so that the first one is taken first.
  private func pushResults(after chain: [StepRecord], _ decisions: (Int) -> Int) {
    for index in (0..<outputStarts.count).reversed() {
      stackStarts.append(Int32(stack.count))
      stackNewsStarts.append(Int32(stackNews.count))
      stackDecisions.append(Int32(decisions(index)))
      stack.append(result(index, output, outputStarts))
      stackNews.append(result(index, news, newsStarts))
      if let recorder { stackChains.append(chain + [recorder.steps[index]]) }
    }
  }

  /// The words of one result.
  private func result(_ index: Int, _ words: Words, _ starts: Words) -> UnsafeBufferPointer<Int32> {
    let start = Int(starts[index])
    let end = index + 1 < starts.count ? Int(starts[index + 1]) : words.count
    return UnsafeBufferPointer(start: words.base + start, count: end - start)
  }
}
