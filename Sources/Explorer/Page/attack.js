import * as api from "./api.js";
import { byId, count, fill, make } from "./dom.js";

let current = 0;
let items = [];
let rows = [];
const texts = new Map();

/**
 * The attack on a property: its picture, its steps, and buttons and keys to go through them.
 *
 * What `play` does with the run, and its trace up to the present step, is behind another button.
 */
export function showAttack(run, index, play) {
  const entry = run.report.verdicts[index];
  const previous = make("button", { type: "button", id: "previous", onclick: () => go(current - 1) }, "← Previous");
  const next = make("button", { type: "button", id: "next", onclick: () => go(current + 1) }, "Next →");
  items = entry.trace.steps.map((step, position) => item(step, position));
  const picture = run.diagrams?.[index] ? drawing(run.diagrams[index]) : null;
  fill(byId("attack"),
    make("h2", { id: "attack-title", tabindex: "-1" }, `Attack on ${entry.property}`), make("p", {}, entry.sentence),
    make("p", { class: "buttons" }, previous, " ", next, " ", make("span", { id: "position", role: "status" }),
      make("button", { type: "button", id: "play-on", onclick: () => play(run.request, upTo(run.traces[index], current + 1)) }, "Play on from here"),
      make("span", { class: "quiet" }, " Keys: ← → Home End")),
    make("div", { class: "attack" },
      picture ? make("div", { class: "picture", tabindex: "0", role: "region", "aria-label": "Sequence diagram" }, picture) : null,
      make("div", { class: "told", tabindex: "0", role: "region", "aria-label": "Steps" }, make("ol", { class: "steps", id: "steps" }, items))),
    make("p", { class: "violated", id: "conclusion" }, `${entry.property} is broken: ${entry.trace.conclusion.join("; ")}`));
  go(0);
}

const upTo = (file, count) => ({ ...file, trace: { ...file.trace, steps: file.trace.steps.slice(0, count) } });

function item(step, position) {
  const where = make("button", { type: "button", onclick: (event) => show(event.currentTarget, step) }, `${step.file}:${step.line}`);
  return make("li", { id: `step-${position + 1}`, onclick: () => go(position) },
    step.lines.map((line) => make("div", {}, line)),
    step.learned.length ? make("div", { class: "learned" }, `the attacker learns ${step.learned.join(", ")}`) : null,
    make("div", { class: "more quiet" }, "In the model: ", where));
}

/** The picture, as elements of the page; it holds no script, and would not be let run one. */
function drawing(text) {
  const picture = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
  // It shrinks to fit, as far as its texts can be read.
  picture.style.minWidth = `${0.8 * picture.width.baseVal.value}px`;
  rows = [...picture.querySelectorAll("a.row")];
  for (const row of rows) {
    row.addEventListener("click", (event) => {
      event.preventDefault();
      go(step(row));
    });
  }
  return picture;
}

const step = (row) => Number(row.getAttribute("href").replace("#step-", "")) - 1;

function go(position) {
  if (items.length === 0) return;
  current = Math.max(0, Math.min(items.length - 1, position));
  items.forEach((item, index) => (index === current ? item.setAttribute("aria-current", "step") : item.removeAttribute("aria-current")));
  rows.forEach((row) => row.classList.toggle("current", step(row) === current));
  byId("position").textContent = `Step ${current + 1} of ${count(items.length, "step").replace(/ steps?$/, "")}`;
  byId("previous").disabled = current === 0;
  byId("next").disabled = current === items.length - 1;
  reveal(rows.filter((row) => step(row) === current));
  reveal([items[current]]);
}

/** Scrolls the box around elements so that they are seen, and nothing else. */
function reveal(elements) {
  const box = elements[0]?.closest(".picture, .told");
  if (!box) return;
  const frame = box.getBoundingClientRect();
  const bounds = elements.map((element) => element.getBoundingClientRect());
  const above = Math.min(...bounds.map((bound) => bound.top)) - frame.top;
  const below = Math.max(...bounds.map((bound) => bound.bottom)) - frame.bottom;
  box.scrollTop += above < 0 ? above : Math.max(0, Math.min(above, below));
}

/** The model's lines around a step. */
async function show(button, step) {
  const known = button.parentElement.querySelector("pre");
  if (known) return known.remove();
  try {
    if (!texts.has(step.file)) texts.set(step.file, (await api.source(step.file)).split("\n"));
    const lines = texts.get(step.file);
    const from = Math.max(1, step.line - 2);
    const shown = lines.slice(from - 1, step.line + 12).map((line, index) => {
      const text = `${String(from + index).padStart(4)}  ${line}\n`;
      return from + index === step.line ? make("mark", {}, text) : text;
    });
    button.parentElement.append(make("pre", { class: "source", tabindex: "0" }, shown));
  } catch (error) {
    button.parentElement.append(make("pre", { class: "source" }, error.message));
  }
}

// Keys step through the attack wherever no other element needs them.
document.addEventListener("keydown", (event) => {
  if (byId("attack").hidden || event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea, .picture")) return;
  const moves = { ArrowRight: current + 1, ArrowLeft: current - 1, Home: 0, End: items.length - 1 };
  if (!(event.key in moves)) return;
  event.preventDefault();
  go(moves[event.key]);
});
