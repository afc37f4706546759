import Language

/// How often things start: the scenario's bounds, against what the handlers of its cast limit.
extension Instantiation {
  func declareBudgets() {
    for bound in scenario.bounds {
      let actor = bound.actor?.text ?? "attacker"
      let key = "\(bound.name.text) by \(actor)" + (bound.path.map { " at \($0.text)" } ?? "")
      if bounds[key] != nil { report("the bound `\(bound.name.text)` is given twice", bound.name.location) }
      bounds[key] = bound.count
      if bound.isPerEndpoint { boundsPerEndpoint.insert(key) }
      checkBound(bound, by: actor)
    }
    for (limit, name) in limits where !scenario.bounds.contains(where: { $0.name.text == limit.name }) && limit.actor != "attacker" {
      report(
        "nothing that is limited by `\(limit.name)` starts: the scenario gives it no bound", scenario.location, "write `bounds \(limit.name) 1 by \(name)`",
        severity: .warning)
    }
  }

  private func checkBound(_ bound: ScenarioDeclaration.Bound, by actor: String) {
    let limit = bound.name.text
    if let path = bound.path { checkPath(path, limit, bound) }
    if bound.isPerEndpoint && limit != "requests" { report("only `requests` are counted per endpoint", bound.name.location) }
    if attackerNames.contains(actor) { return report("`\(actor)` is the attacker", bound.actor?.location ?? bound.name.location, "write `by attacker`") }
    guard actor == "attacker" || scenario.cast.contains(where: { $0.name.text == actor }) else {
      return report(
        "nobody called `\(actor)` is cast", bound.actor?.location ?? bound.name.location, suggestion(actor, participants.map(\.name) + ["attacker"]))
    }
    let known = Set(model.roles.values.flatMap { $0.handlers.compactMap(\.limit?.text) } + ["requests"])
    guard known.contains(limit) else {
      return report("nothing in the model is limited by `\(limit)`", bound.name.location, suggestion(limit, known))
    }
    if !limits.contains(where: { $0.key.name == limit && $0.key.actor == actor }) && scenario.cast.allSatisfy({ model.knows($0) }) {
      let actors = limits.compactMap { $0.key.name == limit ? "`by \($0.key.actor)`" : nil }
      report(
        "nothing that \(actor == "attacker" ? "the attacker" : "`\(actor)`") does is limited by `\(limit)`", bound.actor?.location ?? bound.name.location,
        actors.isEmpty ? nil : "write \(actors.joined(separator: " or "))")
    }
  }

  private func checkPath(_ path: Name, _ limit: String, _ bound: ScenarioDeclaration.Bound) {
    if limit != "requests" { return report("only `requests` are counted at an endpoint", bound.name.location) }
    if bound.isPerEndpoint { return report("the bound is for each endpoint or for some, not both", path.location) }
    var paths: Set<String> = []
    var own: [Name] = []
    for handler in participants.flatMap(\.role.handlers) {
      guard case .http(_, let other, _) = handler.trigger else { continue }
      paths.insert(other.text)
      if other.text == path.text, let limit = handler.limit { own.append(limit) }
    }
    if let limit = own.first {
      report("requests at `\(path.text)` are limited by `\(limit.text)`", path.location)
    } else if !paths.contains(path.text) && scenario.cast.allSatisfy({ model.knows($0) }) {
      report("nobody who is cast has an endpoint `\(path.text)`", path.location, suggestion(path.text, paths))
    }
  }

  private struct Limit: Equatable {
    var name: String
    var actor: String
  }

  /// What limits whom among those that are cast, in the order of the cast; with the participant whose handler it is.
  private var limits: [(key: Limit, participant: String)] {
    var found: [(key: Limit, participant: String)] = []
    for participant in participants {
      for handler in participant.role.handlers {
        let limit: Limit? =
          switch handler.trigger {
          case .http: Limit(name: handler.limit?.text ?? "requests", actor: "attacker")
          case .step(_, _, byAttacker: true, _, _): handler.limit.map { Limit(name: $0.text, actor: "attacker") }
          case .step, .message: handler.limit.map { Limit(name: $0.text, actor: participant.name) }
          case .answered, .attach, .procedure: nil
          }
        if let limit, !found.contains(where: { $0.key == limit }) { found.append((limit, participant.name)) }
      }
    }
    return found
  }

  /// The budget for a limit and an actor; nil where the scenario gives no bound, so nothing starts.
  func budget(_ limit: String, by actor: String, at endpoint: (host: String, path: String)? = nil) -> BudgetID? {
    // What is said of the endpoint itself goes before what is said of all.
    let own = endpoint.flatMap { bounds["\(limit) by \(actor) at \($0.path)"] }
    guard let count = own ?? bounds["\(limit) by \(actor)"] else { return nil }
    let isShared = own == nil && !boundsPerEndpoint.contains("\(limit) by \(actor)")
    let key = "\(limit) by \(actor)" + (endpoint.map { isShared ? "" : " at \($0.host)\($0.path)" } ?? "")
    if let known = budgetIndex[key] { return known }
    budgets.append(Budget(name: key, count: count))
    budgetIndex[key] = budgets.count - 1
    return budgets.count - 1
  }
}
