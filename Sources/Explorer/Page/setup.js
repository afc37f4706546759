import * as api from "./api.js";
import { byId, fill, holding, make } from "./dom.js";

// What the scenario's file says: only what is other is asked for.
let details;

/** Lists the scenarios by model, and shows the choices of the first. */
export async function prepare() {
  const select = byId("scenario");
  const { scenarios, problems } = await api.scenarios();
  fill(byId("problems"), problems.map((problem) => make("p", { class: "problem" }, `${problem.file}\n${problem.message}`)));
  const models = new Map();
  for (const entry of scenarios) models.set(entry.model, [...(models.get(entry.model) ?? []), entry]);
  fill(select, [...models].map(([model, entries]) =>
    make("optgroup", { label: model }, entries.map((entry) =>
      make("option", { value: JSON.stringify([entry.file, entry.position]), title: entry.file }, entry.title)))));
  select.disabled = scenarios.length === 0;
  select.addEventListener("change", () => holding(["run", "play", "reset"], choose).catch(complain));
  byId("reset").addEventListener("click", show);
  byId("filter").addEventListener("input", filter);
  if (scenarios.length > 0) await holding(["run", "play", "reset"], choose);
}

export function complain(error) {
  fill(byId("problems"), make("p", { class: "problem" }, error.message));
}

async function choose() {
  const [file, position] = JSON.parse(byId("scenario").value);
  const found = await api.scenario(file, position);
  // Another one may have been chosen meanwhile.
  if (byId("scenario").value !== JSON.stringify([file, position])) return;
  byId("problems").replaceChildren();
  details = found;
  show();
}

function checkbox(kind, name, text, isChecked) {
  const id = `${kind}-${name}`;
  return make("div", { class: "choice", "data-name": `${name} ${text}`.toLowerCase() },
    make("input", { type: "checkbox", id, value: name, checked: isChecked, "aria-describedby": `${id}-text` }),
    make("label", { for: id }, name), make("small", { id: `${id}-text` }, text));
}

function show() {
  fill(byId("attackers"), details.attackers.map((attacker) =>
    checkbox("attacker", attacker.name, attacker.text + (attacker.includes.length ? ` (includes ${attacker.includes.join(", ")})` : ""), attacker.isChosen)));
  fill(byId("options"), details.options.length === 0 ? make("p", { class: "quiet" }, "The model has none.") : details.options.map((option) =>
    make("div", {}, make("label", { for: `option-${option.name}` }, option.name),
      make("select", { id: `option-${option.name}`, "data-option": option.name }, option.values.map((value) =>
        make("option", { value, selected: value === option.chosen }, value))))));
  byId("bounds").value = details.bounds;
  byId("filter").value = "";
  fill(byId("clauses"), details.clauses.map((clause) =>
    checkbox("clause", clause.name, `${clause.meaning} — ${clause.source}`, !clause.isDropped)));
  byId("choices").hidden = false;
}

function filter() {
  const words = byId("filter").value.toLowerCase().split(/\s+/);
  for (const row of byId("clauses").children) row.hidden = !words.every((word) => row.dataset.name.includes(word));
}

/** What is chosen, as the server is asked for it. */
export function request() {
  const boxes = (id) => [...byId(id).querySelectorAll("input[type=checkbox]")];
  const attackers = boxes("attackers").filter((box) => box.checked).map((box) => box.value);
  const same = details.attackers.every((attacker) => attacker.isChosen === attackers.includes(attacker.name));
  const inForce = new Map(boxes("clauses").map((box) => [box.value, box.checked]));
  const bounds = byId("bounds").value.trim();
  const options = {};
  for (const select of byId("options").querySelectorAll("select")) {
    const option = details.options.find((option) => option.name === select.dataset.option);
    if (option.chosen !== select.value) options[option.name] = select.value;
  }
  return {
    file: details.file, position: details.position, options,
    ...(same ? {} : { attackers }),
    drops: details.clauses.filter((clause) => !clause.isDropped && !inForce.get(clause.name)).map((clause) => clause.name),
    keeps: details.clauses.filter((clause) => clause.isDropped && inForce.get(clause.name)).map((clause) => clause.name),
    ...(bounds === details.bounds || bounds === "" ? {} : { bounds }),
  };
}
