import Compiler
import Exploration
import Language
import Foundation
import Verification

var library = Library()
let args = Array(CommandLine.arguments.dropFirst())
let jobs = 1
for path in args where path.hasSuffix(".scenario") {
  do {
    for scenario in try library.scenarios(in: path) {
      let c = try library.compile(scenario)
      if args.contains("--rules") { for r in c.system.rules { print(r.name); for i in r.instructions { print("   ", i) } } }
      var red = Reductions.all; for a in args where a.hasPrefix("--no=") { _ = red.turnOff(String(a.dropFirst(5))) }
      let s = Search(c.system, reductions: args.contains("--none") ? .none : red, limits: Limits(seconds: 120), jobs: args.contains("-j2") ? 2 : 1)
      let o = s.run()
      print(scenario.title, o.violations.map { (c.system.properties[$0.property].name, $0.depth) }, o.progress, o.stopped as Any, o.storedBytes)
      if args.contains("--naive") {
        let r = NaiveExplorer(c.system).explore()
        print("naive", r.properties.map { $0.length ?? -1 }, r.witnesses.map { $0.length ?? -1 }, r.states, r.isLimited)
      }
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
for path in args where path.hasSuffix(".scenario") && args.contains("--dump") {
  let scenario = try library.scenarios(in: path)[0]
  let c = try library.compile(scenario)
  print(c.system.initialKnowledge, c.system.openings, c.system.properties)
  for (i, s) in c.system.signature.symbols.enumerated() { print(i, s.name, s.arguments, s.result, s.isPublic, s.isTransparent, s.isAttackers) }
}
