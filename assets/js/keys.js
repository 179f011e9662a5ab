// Keys: / search, c new, ? help, g + letter to a place, j k Enter in lists.
import { open } from "./dialogs.js";

const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
let going = false;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  const handled = going ? go(event.key) : press(event.key, event);
  if (handled) event.preventDefault();
});

function press(key, event) {
  if (key === "/") return focusOn("[data-key='/']");
  if (key === "c") return unfold("[data-key='c']");
  if (key === "?") return help();
  if (key === "g") return leave();
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  if (key === "Enter" && event.target === document.body) return enter();
  return false;
}

function leave() {
  going = true;
  setTimeout(() => (going = false), 1200);
  return true;
}

function go(letter) {
  going = false;
  const link = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
  link?.click();
  return Boolean(link);
}

function focusOn(selector) {
  const field = document.querySelector(selector);
  field?.focus();
  field?.select?.();
  return Boolean(field);
}

function unfold(selector) {
  const menu = document.querySelector(selector);
  if (!menu) return false;
  menu.open = true;
  menu.querySelector(".menu-item")?.focus();
  return true;
}

function help() {
  const dialog = document.getElementById("keys");
  if (dialog) open(dialog);
  return Boolean(dialog);
}

function rows() {
  return [...document.querySelectorAll("[data-rows] > *")].filter((row) => row.querySelector("a[href]"));
}

function step(by) {
  const all = rows();
  if (!all.length) return false;
  const at = all.findIndex((row) => row.classList.contains("is-here"));
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  all[at]?.classList.remove("is-here");
  next.classList.add("is-here");
  next.querySelector("a[href]").focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function enter() {
  const link = document.querySelector("[data-rows] > .is-here a[href]");
  link?.click();
  return Boolean(link);
}
