// Short messages at the edge; the region is aria-live, so screen readers hear them.
const SECONDS = { success: 6, info: 6, warning: 12, error: 12 };
const WITH_UNDO = 12;

/** Show a message that came up in the browser. */
export function say(text, tone = "info") {
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.querySelector(".toast-text").textContent = text;
  toast.classList.add(`toast-${tone}`);
  toast.dataset.tone = tone;
  document.getElementById("toasts").append(toast);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-toast]")) event.target.closest(".toast-item").remove();
});

function goesAway(toast) {
  const seconds = toast.querySelector("form") ? WITH_UNDO : (SECONDS[toast.dataset.tone] ?? 6);
  let timer;
  const start = () => (timer = setTimeout(() => toast.remove(), seconds * 1000));
  const hold = () => clearTimeout(timer);
  toast.addEventListener("mouseenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("mouseleave", start);
  start();
}

function watch() {
  const region = document.getElementById("toasts");
  if (!region) return;
  region.querySelectorAll(".toast-item").forEach(goesAway);
  new MutationObserver((changes) => {
    for (const change of changes) change.addedNodes.forEach((node) => node.nodeType === 1 && goesAway(node));
  }).observe(region, { childList: true });
}

document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", watch) : watch();
