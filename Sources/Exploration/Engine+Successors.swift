import Compiler
import Deduction

/// The ways from one stored state to the next: decisions, with the steps that run at once after them.
extension Engine {
  /// Calls `body` with each successor of the loaded state, and how many decisions lead to it; always in the same order.
  ///
  /// A successor has all steps behind it that run at once. Decisions that have gained nothing are left out (``Gain``). After a decision
  /// that waits for its use the next ones are taken as well (`Deferral`), unless a question is answered there.
  ///
  /// **Steps that run at once may go round in a circle**, or on for ever. So where ``longestChain`` steps have led from the loaded state, the
  /// state that they have come to is a successor as it is, and all steps of a successor are taken when its turn comes, those too that could
  /// run at once. That loses no attack: `Monotonicity` puts a step that runs at once before a run that has none, over and over; the run stays
  /// possible and as long, and so its own first step is taken after ``longestChain`` such steps at the latest.
  ///
  /// States with terms that are nested deeper than ``maximumNesting`` are left out, and those behind them: see ``leavesOut``.
  ///
  /// - Parameters:
  ///   - isInitial: whether it is the initial state: only of this one steps run at once, all others were stored after theirs.
  ///   - limit: how many decisions may lead to a successor. Where more would, ``isCut`` says so.
  ///   - most: how many states may be computed; where it would be more, the result is false, and ``areTooMany`` says so.
  ///   - isStopped: asked now and then; where it says yes, the rest is left out, and the result is false.
  @discardableResult func forEachStableSuccessor(
    isInitial: Bool, upTo limit: Int = .max, most: Int = .max, isStopped: () -> Bool = { false }, isAnswered: () -> Bool,
    _ body: (UnsafeBufferPointer<Int32>, Int) -> Void
  ) -> Bool {
    leavesOut = isTooDeep
    (isCut, areTooMany) = (false, false)
    if isTooDeep { return true }
    let computedBefore = computed
    forgetEvents()
    loadNews(nil)
    stack.truncate(to: 0)
    stackStarts.truncate(to: 0)
    stackDecisions.truncate(to: 0)
    stackSteps.truncate(to: 0)
    stackNews.truncate(to: 0)
    stackNewsStarts.truncate(to: 0)
    stackChains.removeAll()
    chainCache?.generation &+= 1
    let isAtOnce = expand(mayRunAtOnce: isInitial)
    pushResults(after: [], steps: 1) { isAtOnce ? 0 : self.decisions(ofResult: $0) }
    var untilQuestion = Engine.statesBetweenQuestions
    while stackStarts.count > 0 {
      if computed - computedBefore > most {
        areTooMany = true
        return false
      }
      untilQuestion -= 1
      if untilQuestion == 0 {
        if isStopped() { return false }
        untilQuestion = Engine.statesBetweenQuestions
      }
      let top = stackStarts.count - 1
      let (start, first) = (Int(stackStarts[top]), Int(stackNewsStarts[top]))
      let (decisions, steps) = (Int(stackDecisions[top]), stackSteps[top])
      let words = UnsafeBufferPointer(start: stack.base + start, count: stack.count - start)
      let news = UnsafeBufferPointer(start: stackNews.base + first, count: stackNews.count - first)
      let chain = stackChains.popLast() ?? []
      stackStarts.truncate(to: top)
      stackDecisions.truncate(to: top)
      stackSteps.truncate(to: top)
      stackNewsStarts.truncate(to: top)
      if chainCache?.contains(words, news, decisions: Int32(decisions), steps: steps) ?? false {
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
      if isTooDeep {
        leavesOut = true
        stack.truncate(to: start)
        stackNews.truncate(to: first)
        continue
      }
      loadNews(news)
      let isLong = steps >= Engine.longestChain
      let isStable = isLong || !(reductions.monotone && runAtOnce())
      let isWaiting = !isLong && self.isWaiting
      let mustGain = !isAtOnce && reductions.useful
      let isKept = isStable && isWorthKeeping(isWaiting, isAnswered, mustGain: mustGain)
      let isFinal = isKept && !takeDeadFactsAway(mustGain: mustGain)
      if isFinal {
        if !isWaiting || isAnswered() {
          self.chain = chain
          body(words, decisions)
        }
        if isWaiting {
          forgetEvents()
          takeDecisions(withAnother: decisions < limit)
          if decisions >= limit { isCut = true }
        }
      }
      stack.truncate(to: start)
      stackNews.truncate(to: first)
      // To forget a fact is no step, and ends by itself.
      pushResults(after: chain, steps: isStable && !isFinal ? steps : steps + 1) { decisions + (isFinal ? self.decisions(ofResult: $0) : 0) }
    }
    return true
  }

  /// After so many steps a state is stored, whether or not more could run at once: many times what the longest chain of a shipped scenario has.
  private static let longestChain: Int32 = 256
  private static let statesBetweenQuestions = 256

  private func decisions(ofResult index: Int) -> Int { monotonicity.isDecision(Int(outputRules[index])) ? 1 : 0 }

  /// Whether no reduction looks at what a decision has led to.
  private var isTakenAsItIs: Bool { !(reductions.monotone || reductions.forget || reductions.useful || reductions.deferred) }

  /// Whether the loaded state is between stored ones: something that a deferred decision made is still unused. A chain so long that its
  /// bits run out is stored as if nothing waited.
  private var isWaiting: Bool { gain.header.open != 0 && gain.header.bit < 1 << 28 }

  /// Whether something new is left in the loaded state, and it is an end of a chain or the chain can go on.
  private func isWorthKeeping(_ isWaiting: Bool, _ isAnswered: () -> Bool, mustGain: Bool) -> Bool {
    if mustGain && !hasLoadedGain() { return false }
    return !isWaiting || findOpenSteps() || isAnswered()
  }

  /// Computes into `output` the loaded state without facts that are good for nothing, if it is still worth keeping; false if there are none.
  private func takeDeadFactsAway(mustGain: Bool) -> Bool {
    guard reductions.forget && dropDeadFacts() else { return false }
    if mustGain && !hasLoadedGain() { return true }
    newsStarts.append(Int32(news.count))
    outputStarts.append(Int32(output.count))
    outputRules.append(-1)
    let mark = workspace.trail.count
    encode(into: &output)
    recorder?.recordRenaming(self)
    workspace.undo(to: mark)
    return true
  }

  /// Puts the results on the stack, so that the first one is taken first.
  private func pushResults(after chain: [StepRecord], steps: Int32, _ decisions: (Int) -> Int) {
    for index in (0..<outputStarts.count).reversed() {
      stackStarts.append(Int32(stack.count))
      stackNewsStarts.append(Int32(stackNews.count))
      stackDecisions.append(Int32(decisions(index)))
      stackSteps.append(steps)
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
