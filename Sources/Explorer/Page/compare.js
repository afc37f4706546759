import { byId, fill, make } from "./dom.js";
import { settings, title } from "./result.js";

const verdict = (entry) => (entry ? make("td", { class: entry.verdict }, entry.verdict, entry.steps ? `, ${entry.steps} steps` : "") : make("td", {}, "–"));

/** Two runs side by side; what differs is marked, and said. */
export function showComparison(first, second) {
  const names = (rows) => rows.map(([name]) => name);
  const value = (rows, name) => rows.filter(([other]) => other === name).map(([, text]) => text).join("; ") || "–";
  const row = (isChanged, name, ...cells) => make("tr", { class: isChanged ? "changed" : null }, make("th", { scope: "row" }, name), cells,
    make("td", {}, isChanged ? "differs" : ""));
  const head = make("thead", {}, make("tr", {}, ["", title(first), title(second), "Differs"].map((text) => make("th", { scope: "col" }, text))));
  const [here, there] = [settings(first), settings(second)];
  const settingRows = [...new Set([...names(here), ...names(there)])].map((name) =>
    row(value(here, name) !== value(there, name) && name !== "Explored", name, make("td", {}, value(here, name)), make("td", {}, value(there, name))));
  const entry = (run, property) => run.report.verdicts.find((entry) => entry.property === property);
  const properties = [...new Set([first, second].flatMap((run) => run.report.verdicts.map((entry) => entry.property)))];
  const verdictRows = properties.map((property) => {
    const [a, b] = [entry(first, property), entry(second, property)];
    return row(a?.verdict !== b?.verdict, property, verdict(a), verdict(b));
  });
  fill(byId("comparison"), make("h2", {}, "Side by side"), make("table", { id: "compared" }, head, make("tbody", {}, verdictRows, settingRows)));
}
