// The board: a card dropped in another column asks the server; a refusal puts it back and says every reason.
import Sortable from "sortablejs";

function start(root) {
  for (const cards of root.querySelectorAll("[data-column]")) {
    if (cards.dataset.sortable) continue;
    cards.dataset.sortable = "yes";
    Sortable.create(cards, {
      group: "board",
      sort: false,
      draggable: "[data-move-url]",
      filter: "details, button",
      preventOnFilter: false,
      delay: 180,
      delayOnTouchOnly: true,
      touchStartThreshold: 6,
      animation: 120,
      ghostClass: "board-ghost",
      scroll: true,
      bubbleScroll: true,
      onEnd: ({ item, from, to, oldIndex }) => {
        if (from !== to) move(item, to, () => from.insertBefore(item, from.children[oldIndex] ?? null));
      },
    });
  }
}

/** `back` undoes what is seen; the server's word counts. */
async function move(card, column, back) {
  card.classList.add("is-moving");
  try {
    const answer = await fetch(card.dataset.moveUrl, {
      method: "POST",
      headers: { ...token(), "HX-Request": "true" },
      body: new URLSearchParams({ to: column.dataset.column, version: card.dataset.version ?? "" }),
    });
    if (answer.ok && !answer.redirected) return done(column, await answer.text());
    back();
    if (answer.status === 422 || answer.status === 409) return window.tuoke.show(await answer.text(), words().dataset.refused);
    if (answer.redirected) return location.assign(answer.url);
    window.tuoke.say(answer.status === 404 ? words().dataset.missing : words().dataset.broken, "error");
  } catch {
    back();
    window.tuoke.say(words().dataset.offline, "error");
  } finally {
    card.classList.remove("is-moving");
    card.querySelector("a:not(.menu-item)")?.focus({ preventScroll: true });
  }
}

/** The server answers with the fresh board (or nothing): columns' sums and what was said. */
function done(column, text) {
  const board = document.querySelector("[data-board]");
  if (text.trim()) return window.htmx.swap({ text, target: board, swap: "outerHTML", sourceElement: board });
  return undefined;
}

/** Keys on a focused card: [ back, ] forward. "移动到…" on a card opens a form of its own. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "[" && event.key !== "]") return;
  const card = event.target.closest?.("[data-move-url]");
  if (!card) return;
  const columns = [...document.querySelectorAll("[data-column]")];
  const from = card.parentElement;
  const to = columns[columns.indexOf(from) + (event.key === "]" ? 1 : -1)];
  if (!to) return;
  event.preventDefault();
  const before = card.nextElementSibling;
  to.prepend(card);
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  move(card, to, () => from.insertBefore(card, before));
});

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}");
}

function words() {
  return document.getElementById("words");
}

start(document);
document.addEventListener("htmx:after:swap", () => start(document));
