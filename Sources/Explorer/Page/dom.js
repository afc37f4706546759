/** An element with these attributes and children; texts are texts, never markup. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Puts these in place of all that an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat());
  element.hidden = false;
}

/** "1 step", "2 steps" */
export const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

const holds = new Map();

/** Does something; these buttons are disabled until that, and all else that they wait for, is done. */
export async function holding(ids, work) {
  const hold = (change) => ids.forEach((id) => {
    holds.set(id, (holds.get(id) ?? 0) + change);
    byId(id).disabled = holds.get(id) > 0;
  });
  hold(1);
  try {
    return await work();
  } finally {
    hold(-1);
  }
}
