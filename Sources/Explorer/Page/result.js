import { byId, count, fill, make } from "./dom.js";
import { showAttack } from "./attack.js";

/** What is other than in the scenario's file, in words. */
export function changes(request) {
  return [
    ...(request.attackers ? [`attackers ${request.attackers.join(" + ") || "none"}`] : []),
    ...Object.entries(request.options).map(([name, value]) => `${name}: ${value}`),
    ...request.drops.map((name) => `without ${name}`), ...request.keeps.map((name) => `with ${name}`),
    ...(request.bounds ? [`bounds ${request.bounds}`] : []),
  ];
}

/** A run in a line. */
export function title(run) {
  const name = run.report?.scenario ?? run.request.file;
  return `${run.id}. ${name}${changes(run.request).map((text) => `, ${text}`).join("")}`;
}

/** What came of a run, in a sentence. */
export function summary(run) {
  const { state, report } = run;
  const progress = run.progress ?? { states: 0, depth: 0, frontier: 0, seconds: 0 };
  if (state === "running") {
    const rate = progress.seconds > 0 ? `, ${Math.round(progress.states / progress.seconds).toLocaleString("en")} a second` : "";
    return `Run ${run.id} goes on: ${count(progress.states, "state")}${rate}, ${count(progress.depth, "decision")} deep, ${progress.frontier.toLocaleString("en")} to go on from, ${Math.floor(progress.seconds)} s`;
  }
  if (state === "failed") return `Run ${run.id} has no verdicts.`;
  const broken = report.verdicts.filter((entry) => entry.verdict === "violated").map((entry) => entry.property);
  const open = report.verdicts.some((entry) => entry.verdict === "inconclusive");
  const verdicts = [...(broken.length ? [`violated: ${broken.join(", ")}`] : []), ...(open ? ["the rest is inconclusive"] : broken.length ? [] : ["all hold"])];
  return `Run ${run.id} ${state === "cancelled" ? "was cancelled" : "is done"}: ${verdicts.join("; ")}.`;
}

/** The settings of a run, and how much was looked at. */
export function settings(run) {
  const report = run.report;
  const how = report.stopped ? `not exhausted (stopped: ${report.stopped})` : "exhausted within the bounds";
  const rows = [
    ["Model", report.model], ["Attackers", report.attackers.join(" + ") || "none"], ["Bounds", report.bounds.join(", ")],
    ["Options", report.options.join(", ") || "none"], ["Dropped", report.dropped.join(", ") || "nothing"],
    ["Explored", `${how}: ${count(report.states, "state")}, ${count(report.transitions, "transition")}, ${count(report.depth, "decision")} deep, ${report.seconds.toFixed(2)} s`],
    ...(report.missedStateBelow ? [["May have missed a state", `with a probability below ${report.missedStateBelow}`]] : []),
    ...report.warnings.map((warning) => ["Warning", warning]),
  ];
  return rows;
}

const facts = (rows) => make("table", {}, make("tbody", {}, rows.map(([name, value]) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, value)))));

/** The verdicts of a run, with a button for each attack, which can be played by `play`. */
export function showResult(run, play) {
  byId("attack").hidden = true;
  const section = byId("result");
  if (run.state === "failed") return fill(section, make("h2", {}, title(run)), make("p", { class: "problem", role: "alert" }, run.problem));
  const report = run.report;
  const rows = report.verdicts.map((entry, index) =>
    make("tr", {},
      make("th", { scope: "row" }, entry.property, make("br"), make("small", { class: "quiet" }, entry.sentence)),
      make("td", { class: entry.verdict }, entry.verdict),
      make("td", {}, entry.expected ?? "–"),
      make("td", {}, entry.trace ? make("button", { type: "button", "data-attack": entry.property, onclick: () => showAttack(run, index, play) },
        `Attack, ${count(entry.steps, "step")}`) : "–")));
  fill(section, make("h2", {}, title(run)),
    make("table", { id: "verdicts" },
      make("thead", {}, make("tr", {}, ["Property", "Verdict", "Expected", "Attack"].map((text) => make("th", { scope: "col" }, text)))),
      make("tbody", {}, rows)),
    make("h3", {}, "What this is about"), facts(settings(run)));
  const first = report.verdicts.findIndex((entry) => entry.trace);
  if (first >= 0) showAttack(run, first, play);
}
