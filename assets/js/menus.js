// <details class="menu"> closes on a click outside, on Escape, and when an item was chosen.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest(".menu-item")) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const items = [...menu.querySelectorAll(".menu-item")];
    const next = items.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    items[(next + items.length) % items.length]?.focus();
    event.preventDefault();
  }
});

/** Inside something that scrolls the list would be cut off: there it hangs over the page. */
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.matches?.("details.menu[open]") || !menu.closest(".board-cards, .scroll")) return;
    const list = menu.querySelector(".menu-list");
    const place = menu.getBoundingClientRect();
    list.style.position = "fixed";
    list.style.right = "auto";
    list.style.left = `${Math.max(8, place.right - list.offsetWidth)}px`;
    const below = place.bottom + 4;
    list.style.top = `${Math.max(8, Math.min(below, innerHeight - list.offsetHeight - 8))}px`;
    addEventListener("scroll", (scrolled) => list.contains(scrolled.target) || (menu.open = false), { capture: true, once: true });
  },
  true,
);
