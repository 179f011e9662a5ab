// The triage list and a lead's page: keys, ticked rows, columns. Everything here can be done without it, too.
const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  if (inList(event) || onPage(event.key)) event.preventDefault();
});

function inList(event) {
  if (!document.querySelector("[data-triage]")) return false;
  const { key } = event;
  if (key === "ArrowDown" || key === "ArrowUp") return atRest(event.target) && move(key === "ArrowDown" ? "j" : "k");
  if (key === "f") return focusOn("#filters [type=search]");
  const row = here();
  if (!row) return false;
  if (key === "x") return tick(row);
  if (key === "e") return follow(row.dataset.edit);
  if (key === "a") return take(row);
  return false;
}

/** j and k on a lead's page: the next and the one before, in the order of the list. */
function onPage(key) {
  const name = { j: "next", k: "previous", u: "back" }[key];
  const link = name && document.querySelector(`[data-trail="${name}"]`);
  link?.click();
  return Boolean(link);
}

/** Arrows scroll as ever, unless one stands in the list. */
function atRest(target) {
  return target === document.body || Boolean(target.closest?.("[data-triage]"));
}

function move(key) {
  document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  return true;
}

function here() {
  return document.querySelector("[data-triage] > .is-here") ?? document.activeElement?.closest?.("[data-triage] > tr");
}

function tick(row) {
  const box = row.querySelector("[name=pick]");
  box?.click();
  return Boolean(box);
}

function take(row) {
  const button = row.querySelector("[data-claim]");
  if (!button) return follow(row.dataset.assign);
  button.click();
  return true;
}

function follow(url) {
  if (url) location.assign(url);
  return Boolean(url);
}

function focusOn(selector) {
  const field = document.querySelector(selector);
  field?.focus();
  field?.select?.();
  return Boolean(field);
}

// Ticked rows
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) {
    for (const box of picks()) box.checked = event.target.checked;
  } else if (!event.target.matches("[name=pick], #all input")) return;
  counted();
});

function picks() {
  return [...document.querySelectorAll("[data-triage] [name=pick]")];
}

/** Says how many are ticked, and offers all of them where the whole page is. */
function counted() {
  const bar = document.querySelector("[data-bulk]");
  if (!bar) return;
  const boxes = picks();
  const ticked = boxes.filter((box) => box.checked).length;
  const all = bar.querySelector("#all input")?.checked;
  const said = bar.querySelector("[data-bulk-count]");
  said.dataset.empty ??= said.textContent;
  said.textContent = ticked && !all ? said.dataset.bulkCount.replace("%s", ticked) : all ? "" : said.dataset.empty;
  bar.classList.toggle("is-used", Boolean(ticked || all));
  const more = bar.querySelector("[data-bulk-all]");
  if (more) more.hidden = ticked < boxes.length;
  const head = document.querySelector("[data-pick-all]");
  head.checked = ticked > 0 && ticked === boxes.length;
  head.indeterminate = ticked > 0 && ticked < boxes.length;
}

/** Coming back from a lead, its row is where one stands. */
function arrive() {
  const row = location.hash.startsWith("#lead-") && document.querySelector(`[data-triage] > ${CSS.escape(location.hash).replace("\\#", "#")}`);
  if (!row) return;
  row.classList.add("is-here");
  row.querySelector(".row-link")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "center" });
}

/** The keys of this page stand in the shell's table of keys, too. */
function explain() {
  const template = document.querySelector("template[data-keys]");
  document.querySelector("#keys .keys")?.append(template?.content.cloneNode(true) ?? "");
}

/** Columns change places by the numbers beside them; a tick on a later one needs no number. */
document.addEventListener("click", (event) => {
  const mover = event.target.closest("[data-column-up]");
  if (!mover) return;
  const item = mover.closest("li");
  item.previousElementSibling?.before(item);
  [...item.parentElement.querySelectorAll("[type=number]")].forEach((field, place) => (field.value = place + 1));
  mover.focus();
});

document.addEventListener("htmx:after:swap", counted);
explain();
arrive();
counted();
