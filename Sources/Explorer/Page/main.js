import * as api from "./api.js";
import { showComparison } from "./compare.js";
import { byId, fill, holding, make } from "./dom.js";
import * as game from "./play.js";
import { showResult, summary, title } from "./result.js";
import { complain, prepare, request } from "./setup.js";

const done = new Map();
let going = null;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

byId("setup").addEventListener("submit", (event) => {
  event.preventDefault();
  byId("problems").replaceChildren();
  holding(["run"], follow).catch(complain);
});

/** Starts a run, tells how far it is, and shows what came of it. */
async function follow() {
  let run = await api.start(request());
  going = run.id;
  byId("cancel").hidden = false;
  try {
    for (let wait = 50; run.state === "running"; wait = Math.min(500, wait * 1.5)) {
      byId("status").textContent = summary(run);
      await pause(wait);
      run = await api.run(run.id);
    }
    byId("status").textContent = summary(run);
    done.set(run.id, run);
    list(run.id);
    show();
  } finally {
    going = null;
    byId("cancel").hidden = true;
  }
}

byId("cancel").addEventListener("click", () => {
  if (going) api.cancel(going).catch(complain);
});

byId("play").addEventListener("click", () => play(request()));

/** Begins a play, with these steps if there are any, and shows it. */
function play(request, trace) {
  byId("problems").replaceChildren();
  holding(["play"], async () => {
    await game.begin(request, trace);
    list("play");
    show();
  }).catch(complain);
}

byId("end").addEventListener("click", () => {
  game.forget();
  list([...done.keys()].at(-1));
  show();
});

/** The runs of this page and its play, one of them chosen. */
function list(chosen) {
  const other = byId("other").value;
  const options = () => [...done.values()].reverse().map((run) => make("option", { value: run.id }, title(run)));
  fill(byId("history"), game.title() ? make("option", { value: "play" }, game.title()) : [], options());
  byId("history").value = chosen;
  fill(byId("other"), make("option", { value: "" }, "nothing"), options().filter((option) => done.get(option.value).report));
  byId("other").value = done.has(other) ? other : "";
  byId("history-row").hidden = !byId("history").value;
}

function show() {
  const run = done.get(byId("history").value);
  game.show(byId("history").value === "play");
  if (!run) {
    for (const id of ["result", "attack", "comparison"]) byId(id).hidden = true;
    return;
  }
  const other = done.get(byId("other").value);
  showResult(run, play);
  if (run.report && other && other !== run) showComparison(run, other);
  else byId("comparison").hidden = true;
}

byId("history").addEventListener("change", show);
byId("other").addEventListener("change", show);

prepare().catch(complain);
