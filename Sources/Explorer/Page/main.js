import * as api from "./api.js";
import { showComparison } from "./compare.js";
import { byId, fill, make } from "./dom.js";
import { showResult, summary, title } from "./result.js";
import { complain, prepare, request } from "./setup.js";

const done = new Map();
let going = null;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

byId("setup").addEventListener("submit", async (event) => {
  event.preventDefault();
  byId("problems").replaceChildren();
  byId("run").disabled = true;
  try {
    let run = await api.start(request());
    going = run.id;
    byId("cancel").hidden = false;
    for (let wait = 50; run.state === "running"; wait = Math.min(500, wait * 1.5)) {
      byId("status").textContent = summary(run);
      await pause(wait);
      run = await api.run(run.id);
    }
    byId("status").textContent = summary(run);
    done.set(run.id, run);
    list(run.id);
    show();
  } catch (error) {
    complain(error);
  } finally {
    going = null;
    byId("cancel").hidden = true;
    byId("run").disabled = false;
  }
});

byId("cancel").addEventListener("click", () => {
  if (going) api.cancel(going).catch(complain);
});

/** The runs of this page, the newest chosen. */
function list(newest) {
  const other = byId("other").value;
  const options = () => [...done.values()].reverse().map((run) => make("option", { value: run.id }, title(run)));
  fill(byId("history"), options());
  byId("history").value = newest;
  fill(byId("other"), make("option", { value: "" }, "nothing"), options().filter((option) => done.get(option.value).report));
  byId("other").value = done.has(other) ? other : "";
  byId("history-row").hidden = false;
}

function show() {
  const run = done.get(byId("history").value);
  const other = done.get(byId("other").value);
  showResult(run);
  if (run.report && other && other !== run) showComparison(run, other);
  else byId("comparison").hidden = true;
}

byId("history").addEventListener("change", show);
byId("other").addEventListener("change", show);

prepare().catch(complain);
