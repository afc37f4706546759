import * as api from "./api.js";
import { byId, fill, make } from "./dom.js";

let play = null;

/** What is played, in a line; nothing: no play. */
export const title = () => (play ? `Play: ${play.title}` : "");

/** Begins a play, in place of the one before; with these steps, if there are any. */
export async function begin(request, trace) {
  let begun = await finished(await api.startPlay(request));
  if (begun.problem) throw new Error(begun.problem);
  if (trace) begun = await finished(await api.command(begun.id, { kind: "load", trace: JSON.stringify(trace) }));
  forget();
  play = begun;
  byId("game-title").textContent = title();
  render("");
}

export function show(isShown) {
  byId("game").hidden = !(isShown && play);
  if (!byId("game").hidden) byId("asked").focus();
}

/** Ends the play; the server would forget it after a while by itself. */
export function forget() {
  if (play) api.endPlay(play.id).catch(() => {});
  play = null;
}
addEventListener("pagehide", forget);

/** The play, as soon as the server has done what it was asked for. */
async function finished(status) {
  for (let wait = 10; status.isBusy; wait = Math.min(400, wait * 1.5)) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    status = await api.play(status.id);
  }
  return status;
}

async function ask(kind, more) {
  const game = byId("game");
  if (!play || game.ariaBusy === "true") return;
  const before = play.view.turns.length;
  game.ariaBusy = "true";
  const patience = setTimeout(() => (byId("notice").textContent = "Working …"), 400);
  try {
    const next = await finished(await api.command(play.id, { kind, ...more }));
    if (play?.id !== next.id) return;
    play = next;
    const { turns } = play.view;
    const count = turns.length - before;
    render(kind === "load" ? `${turns.length} steps are played.` : count > 0 ? `Step ${turns.length} is taken.` : count < 0 ? "The last step is taken back." : "");
    if (count > 0) byId("notice").append(...turns.at(-1).broken.map(broken));
  } catch (error) {
    byId("notice").textContent = error.message;
  } finally {
    clearTimeout(patience);
    game.ariaBusy = "false";
  }
}

function render(news) {
  const { moves, question, turns, participants, knowledge, properties, budgets, canUndo, canRedo, notice, hinted } = play.view;
  // What was chosen is not there any more: the next choice begins at the top.
  const isLost = byId("moves").contains(document.activeElement) || document.activeElement === document.body;
  fill(byId("notice"), words(notice || news));
  byId("undo").disabled = !canUndo;
  byId("redo").disabled = !canRedo;
  byId("give-up").hidden = !question;
  fill(byId("asked"), question ? words(question.text) : moves.length ? "What can happen now" : "Nothing can happen any more");
  fill(byId("moves"), question ? asked(question, hinted) : [
    ...group("Honest steps", moves, (move) => !move.isAttackers, hinted), ...group("With the attacker’s doing", moves, (move) => move.isAttackers, hinted),
  ]);
  fill(byId("turns"), turns.map(turn));
  byId("no-turns").hidden = turns.length > 0;
  fill(byId("knowledge"), knowledge.map(known));
  fill(byId("participants"), participants.map(({ name, entries }) =>
    [make("dt", {}, name), entries.length ? entries.map((entry) => make("dd", {}, entry)) : make("dd", { class: "quiet" }, "nothing yet")]).flat(2));
  fill(byId("properties"), properties.map((property) => make("li", { class: property.isBroken ? "violated" : null }, property.text)));
  fill(byId("budgets"), budgets.map(({ name, left }) => make("li", {}, `${name}: ${left}`)));
  if (isLost || document.activeElement.disabled) byId("asked").focus();
}

/** A sentence, with names of the model between backquotes. */
const words = (text) => (text.charAt(0).toUpperCase() + text.slice(1)).split("`").map((piece, index) => (index % 2 ? make("code", {}, piece) : piece));

/** Buttons for the moves of a kind, numbered as in `interloper simulate`. */
function group(name, moves, isOfKind, hinted) {
  const chosen = moves.map((move, index) => ({ move, index })).filter(({ move }) => isOfKind(move));
  if (chosen.length === 0) return [];
  return [
    make("h4", {}, name),
    make("ol", {}, chosen.map(({ move, index }) => choice("take", index, move.text, hinted))),
  ];
}

const asked = (question, hinted) => [
  make("p", {}, question.move), make("ol", {}, question.choices.map((text, index) => choice("choose", index, text, hinted))),
];

const choice = (kind, index, text, hinted) => make("li", {},
  make("button", { type: "button", class: index === hinted ? "hinted" : null, onclick: () => ask(kind, { number: index }) },
    make("span", {}, `${index + 1}.`), make("span", {}, text, index === hinted ? make("strong", {}, " ← the hint") : null)));

const turn = ({ lines, broken: reasons }) => make("li", {},
  lines.map((line) => make("div", { class: line.startsWith("the attacker learns") ? "learned" : null }, line)),
  reasons.map(broken));

const broken = (text) => make("div", { class: "violated broken" }, text);

/** Something that the attacker knows; a click tells how it came by it. */
function known(text, index) {
  const button = make("button", { type: "button", "aria-expanded": "false", onclick: () => derive(button, index) }, text);
  return make("li", {}, button);
}

async function derive(button, index) {
  const shown = button.parentElement.querySelector("pre");
  button.setAttribute("aria-expanded", String(!shown));
  if (shown) return shown.remove();
  try {
    button.after(make("pre", { class: "source", tabindex: "0" }, (await api.derivation(play.id, index)).lines.join("\n")));
  } catch (error) {
    byId("notice").textContent = error.message;
  }
}

for (const kind of ["undo", "redo", "hint"]) byId(kind).addEventListener("click", () => ask(kind));
byId("save").addEventListener("click", () => save().catch((error) => (byId("notice").textContent = error.message)));
byId("load").addEventListener("click", () => byId("file").click());
byId("file").addEventListener("change", async () => {
  const [file] = byId("file").files;
  // The same one may be chosen again.
  byId("file").value = "";
  if (file) ask("load", { trace: await file.text() });
});

/** The run so far, as a file that `interloper simulate` can load, too. */
async function save() {
  const url = URL.createObjectURL(new Blob([await api.trace(play.id)], { type: "application/json" }));
  make("a", { href: url, download: "run.json" }).click();
  URL.revokeObjectURL(url);
}

byId("give-up").addEventListener("click", () => ask("cancel"));

// Keys count only where the play has the focus, so that nobody who writes or speaks elsewhere makes a move.
byId("game").addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const buttons = [...byId("moves").querySelectorAll("button")];
  const position = buttons.indexOf(document.activeElement);
  const isChoosing = position >= 0 || document.activeElement === byId("asked");
  const actions = {
    u: () => ask("undo"), r: () => ask("redo"), h: () => ask("hint"), Escape: () => ask("cancel"),
    ...(isChoosing ? { ArrowDown: () => buttons[position + 1]?.focus(), ArrowUp: () => (buttons[position - 1] ?? byId("asked")).focus() } : {}),
  };
  const action = /^[1-9]$/.test(event.key) ? () => buttons[event.key - 1]?.click() : actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
