// The token comes in the fragment of the address, which browsers send nowhere. It is kept for this tab, and taken out of the address.
const given = new URLSearchParams(location.hash.slice(1)).get("token");
if (given) {
  sessionStorage.setItem("token", given);
  history.replaceState(null, "", location.pathname);
}

async function ask(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { ...options, headers: { ...options.headers, "X-Interloper-Token": sessionStorage.getItem("token") ?? "" } });
  } catch {
    throw new Error("interloper does not answer: has it ended?");
  }
  if (response.ok) return response;
  const answer = await response.json().catch(() => ({}));
  throw new Error(answer.error ?? `the answer is ${response.status}`);
}

const json = async (path, options) => (await ask(path, options)).json();

export const scenarios = () => json("/api/scenarios");
export const scenario = (file, position) => json(`/api/scenario?${new URLSearchParams({ file, position })}`);
export const source = async (file) => (await ask(`/api/source?${new URLSearchParams({ file })}`)).text();
export const run = (id) => json(`/api/runs/${encodeURIComponent(id)}`);
export const cancel = (id) => json(`/api/runs/${encodeURIComponent(id)}`, { method: "DELETE" });
const post = (path, body) => json(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
export const start = (request) => post("/api/runs", request);
export const startPlay = (request) => post("/api/plays", request);
export const play = (id) => json(`/api/plays/${encodeURIComponent(id)}`);
export const command = (id, command) => post(`/api/plays/${encodeURIComponent(id)}`, command);
export const derivation = (id, number) => json(`/api/plays/${encodeURIComponent(id)}/derivation?${new URLSearchParams({ number })}`);
export const trace = async (id) => (await ask(`/api/plays/${encodeURIComponent(id)}/trace`)).text();
// The page may be closing.
export const endPlay = (id) => json(`/api/plays/${encodeURIComponent(id)}`, { method: "DELETE", keepalive: true });
