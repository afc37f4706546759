import Compiler
import Terms
import Verification

extension AttackRecord {
  /// Has the trace replayed by the independent checker: each step, each of the attacker's derivations, and where the property breaks.
  ///
  /// - Throws: `.refused` with the first thing that is wrong.
  public func check(in system: TransitionSystem) throws(CertificateError) {
    let trace = try trace(in: system)
    do {
      try Verification.check(trace, in: system)
    } catch {
      throw .refused(error.text(in: system))
    }
  }

  /// The trace that the record stands for.
  func trace(in system: TransitionSystem) throws(CertificateError) -> CertifiedTrace {
    guard let property = system.properties.firstIndex(where: { $0.name == self.property }) else {
      throw .refused("the model has no property `\(self.property)`")
    }
    guard sentence == system.properties[property].text else { throw .refused("the sentence of the property `\(self.property)` is another in the model") }
    let reader = try TermReader(terms, system)
    var steps: [CertifiedStep] = []
    for (number, step) in self.steps.enumerated() {
      do throws(TermReader.Problem) {
        guard let rule = reader.vocabulary.rules.index(of: step.rule) else { throw .init(text: "the model has no rule `\(step.rule)`") }
        var effects = StepEffects()
        effects.received = try reader.terms(step.received)
        effects.taken = try reader.facts(step.taken)
        effects.inserted = try reader.facts(step.inserted)
        effects.learned = try reader.terms(step.learned)
        steps.append(
          CertifiedStep(
            step: GroundStep(rule: rule, values: try reader.values(step.values)), derivation: try reader.derivation(step.derivation), effects: effects))
      } catch {
        throw .refused("step \(number + 1): \(error.text)")
      }
    }
    do throws(TermReader.Problem) {
      let end = CertifiedViolation(
        query: violation.query, values: try reader.values(violation.values), derivation: try reader.derivation(violation.derivation),
        received: try reader.terms(violation.received))
      return CertifiedTrace(property: property, decisions: decisions, steps: steps, violation: end)
    } catch {
      throw .refused("the violation: \(error.text)")
    }
  }
}
