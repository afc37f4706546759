import Compiler
import Exploration
import Language
import Foundation

var library = Library()
let args = Array(CommandLine.arguments.dropFirst())
let jobs = 1
for path in args where path.hasSuffix(".scenario") {
  do {
    for scenario in try library.scenarios(in: path) {
      let c = try library.compile(scenario)
      if args.contains("--rules") { for r in c.system.rules { print(r.name); for i in r.instructions { print("   ", i) } } }
      let s = Search(c.system, reductions: args.contains("--none") ? .none : .all, limits: Limits(seconds: 120), jobs: args.contains("-j2") ? 2 : 1)
      let o = s.run()
      print(scenario.title, o.violations.map { (c.system.properties[$0.property].name, $0.depth) }, o.progress, o.stopped as Any, o.storedBytes)
      let h = Search(c.honest).run { _, w in w.count == c.honest.witnesses.count }
      print("  witness", h.witnesses.map { (c.honest.witnesses[$0.property].name, $0.depth) }, h.progress.states)
    }
  } catch let failure as Library.Failure {
    for d in failure.diagnostics { print(render(d, in: library.sources)) }
  } catch { print(error) }
}
for path in args where path.hasSuffix(".scenario") && args.contains("--mono") {
  let scenario = try library.scenarios(in: path)[0]
  let c = try library.compile(scenario)
  let m = Monotonicity(c.system)
  for (i, r) in c.system.rules.enumerated() { print(m.triggers[i], r.name) }
  for (i, p) in c.system.predicates.enumerated() { print(i, p.name, p.kind, m.isOwned[i], m.isStatic[i], m.isTestedForAbsence[i]) }
}
