// A list in the order that people give it: dragged by its handle, moved by its buttons. The server's word counts.
import Sortable from "sortablejs";

function start(root) {
  for (const list of root.querySelectorAll("[data-order]")) {
    if (list.dataset.sortable) continue;
    list.dataset.sortable = "yes";
    Sortable.create(list, {
      draggable: "[data-order-item]",
      handle: "[data-order-handle]",
      animation: 120,
      ghostClass: "order-ghost",
      scroll: true,
      bubbleScroll: true,
      onEnd: ({ oldIndex, newIndex }) => oldIndex !== newIndex && keep(list),
    });
  }
}

/** The answer is the whole region, with the order as it is now or with the reason why not. */
function keep(list) {
  const order = [...list.querySelectorAll("[data-order-item]")].map((item) => item.dataset.orderItem).join(",");
  return window.htmx.ajax("POST", list.dataset.order, {
    source: list,
    target: list.dataset.orderTarget,
    swap: "outerHTML",
    values: { order },
  });
}

/** Who moves by keyboard stays on the button, or on its twin where the end was reached. */
let pressed = "";
document.addEventListener("htmx:before:request", () => {
  const here = document.activeElement?.closest("[data-order] [id]");
  pressed = here?.id ?? "";
});
document.addEventListener("htmx:after:swap", () => {
  start(document);
  if (!pressed) return;
  const again = document.getElementById(pressed) ?? document.getElementById(pressed.replace(/up$|down$/, (end) => (end === "up" ? "down" : "up")));
  again?.focus({ preventScroll: true });
  again?.scrollIntoView({ block: "nearest" });
  pressed = "";
});

start(document);
