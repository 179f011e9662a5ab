// Purchase criteria are dragged into the customer's order; the arrows do the same without a mouse.
import Sortable from "sortablejs";

function start(root) {
  for (const list of root.querySelectorAll("[data-criteria]")) {
    if (list.dataset.sortable || !list.querySelector("[data-move-url]")) continue;
    list.dataset.sortable = "yes";
    Sortable.create(list, {
      draggable: "[data-move-url]",
      filter: "a, button, input, details",
      preventOnFilter: false,
      delay: 180,
      delayOnTouchOnly: true,
      touchStartThreshold: 6,
      animation: 120,
      ghostClass: "criterion-ghost",
      onEnd: ({ item, oldIndex, newIndex }) => {
        if (oldIndex !== newIndex) moved(item, newIndex);
      },
    });
  }
}

/** The item's own arrow form carries the token; only the place differs. The server answers with the whole list. */
function moved(item, to) {
  window.htmx.ajax("POST", item.dataset.moveUrl, { source: item, target: "#criteria", swap: "outerHTML", values: { to } });
}

document.addEventListener("DOMContentLoaded", () => start(document));
document.addEventListener("htmx:after:swap", () => start(document));
if (document.readyState !== "loading") start(document);
