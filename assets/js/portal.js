// The customer's pages. Everything works without it: it drags, moves without a round trip, and keeps what was typed.
import Sortable from "sortablejs";
import "./drafts.js";
import "./reading.js";

const cards = document.getElementById("cards");

if (cards) {
  for (const handle of cards.querySelectorAll("[data-handle]")) handle.hidden = false;
  Sortable.create(cards, {
    draggable: "[data-need]",
    handle: "[data-handle]",
    animation: 120,
    ghostClass: "ghost",
    scroll: true,
    bubbleScroll: true,
    onEnd: ({ item }) => renumber(item),
  });
  cards.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    move(button.closest("[data-need]"), Number(button.dataset.move), button);
  });
  cards.addEventListener("change", (event) => {
    if (event.target.dataset.wrong !== undefined) {
      event.target.closest("[data-need]").classList.toggle("is-wrong", event.target.checked);
    }
  });
}

function move(need, by, button) {
  const other = by < 0 ? need.previousElementSibling : need.nextElementSibling;
  if (!other) return;
  by < 0 ? other.before(need) : other.after(need);
  renumber(need);
  const next = button.disabled ? need.querySelector("[data-move]:not(:disabled)") : button;
  next?.focus();
  need.scrollIntoView({ block: "nearest" });
}

/** Numbers follow the order; what was moved is read out. The order itself is that of the hidden fields. */
function renumber(moved) {
  const needs = [...cards.children];
  needs.forEach((need, at) => {
    const [up, down] = need.querySelectorAll("[data-move]");
    const [was, now] = [need.querySelector("[data-number]").textContent, String(at + 1)];
    for (const button of [up, down]) button.setAttribute("aria-label", button.getAttribute("aria-label").replace(was, now));
    need.querySelector("[data-number]").textContent = now;
    up.disabled = at === 0;
    down.disabled = at === needs.length - 1;
  });
  const said = document.getElementById("moved");
  said.textContent = said.dataset.says.replace("{}", String(needs.indexOf(moved) + 1));
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

document.querySelector("[data-focus]")?.focus();

/** A form is sent once. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.dataset.once === undefined) return;
  if (form.classList.contains("is-sent")) event.preventDefault();
  form.classList.add("is-sent");
});
addEventListener("pageshow", () => document.querySelectorAll(".is-sent").forEach((form) => form.classList.remove("is-sent")));
