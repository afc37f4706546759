"use strict";
// The page says all without this. A row of a picture shows what is in its message, arrow keys go from row to row, and what is folded is printed.
const shown = document.createElement("p");
shown.className = "shown";
shown.setAttribute("role", "status");
shown.hidden = true;
document.body.append(shown);
function show(row) {
  for (const other of document.querySelectorAll("a.row.current")) other.classList.remove("current");
  row.classList.add("current");
  shown.textContent = row.querySelector("title").textContent;
  shown.hidden = false;
}
for (const picture of document.querySelectorAll("svg.diagram")) {
  const rows = Array.from(picture.querySelectorAll("a.row"));
  const steps = { ArrowDown: 1, ArrowUp: -1, Home: -rows.length, End: rows.length };
  rows.forEach((row, index) => {
    row.addEventListener("mouseenter", () => show(row));
    row.addEventListener("focus", () => show(row));
    row.addEventListener("keydown", (event) => {
      if (!(event.key in steps)) return;
      event.preventDefault();
      rows[Math.max(0, Math.min(rows.length - 1, index + steps[event.key]))].focus();
    });
  });
}
document.addEventListener("keydown", (event) => { if (event.key === "Escape") shown.hidden = true; });
const folded = Array.from(document.querySelectorAll("details"));
let closed = [];
addEventListener("beforeprint", () => {
  closed = folded.filter((one) => !one.open);
  for (const one of closed) one.open = true;
});
addEventListener("afterprint", () => { for (const one of closed) one.open = false; });
const button = document.createElement("button");
button.type = "button";
button.textContent = "Open all that is folded";
button.addEventListener("click", () => { for (const one of folded) one.open = true; });
document.querySelector("header").append(button);
