// The interview: every answer saves itself after a pause, and again until it arrived; meanwhile drafts.js keeps it here.
import htmx from "htmx.org/dist/htmx.esm.js";

const PAUSE = 900;
const AGAIN = 15000;
const LONG = 90 * 60;
const root = () => document.querySelector("[data-interview]");
const timers = new WeakMap();
let leaving = false;

function start() {
  const talk = root();
  if (!talk) return;
  talk.classList.add("is-live");
  forms().forEach((form) => (form.savedAs = asShown(form)));
  go(fromAddress() ?? "status");
  setInterval(tick, 1000);
  setInterval(() => unsaved().forEach(save), AGAIN);
  tick();
  setTimeout(() => unsaved().forEach(later)); // what a draft brought back
}

document.addEventListener("input", (event) => changed(event.target));
document.addEventListener("change", (event) => changed(event.target));
addEventListener("online", () => unsaved().forEach(save));
addEventListener("hashchange", () => root() && go(fromAddress()));
addEventListener("beforeunload", (event) => {
  if (root() && !leaving && unsaved().length) event.preventDefault();
});

function changed(field) {
  const form = field.closest?.("form[data-autosave]");
  if (form && root()) later(form);
}

function later(form) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), PAUSE));
}

function save(form) {
  clearTimeout(timers.get(form));
  if (!isDirty(form) || form.dataset.busy) return;
  if (!navigator.onLine) return say("kept", true);
  form.sentAs = typed(form);
  say("saving");
  htmx.trigger(form, "save");
}

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.request.form;
  if (!form?.matches("[data-autosave]") || !root()) return;
  const { status, raw } = ctx.response;
  leaving ||= Boolean(raw?.redirected); // to the login page, and back here afterwards: the drafts have it all
  if (status >= 300 || raw?.redirected) return say("failed", true);
  form.savedAs = form.sentAs;
  say(unsaved().length ? "saving" : "saved");
});
document.addEventListener("htmx:error", (event) => {
  if (root() && event.detail.ctx?.request?.form?.matches("[data-autosave]")) say("kept", true);
});
document.addEventListener("htmx:finally:request", (event) => {
  const form = event.detail.ctx.request.form;
  if (!form?.matches("[data-autosave]") || !root() || form.savedAs !== form.sentAs) return;
  if (!isDirty(form)) return;
  form.querySelector("textarea").dispatchEvent(new Event("input", { bubbles: true })); // its draft was dropped with what arrived
});
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.target?.id === "meter") mark();
});

/** Links and buttons that leave wait until everything has arrived, at most four seconds: then the drafts have it. */
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-leave]");
  if (!link || !root() || !unsaved().length || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  await arrived();
  leaving = true;
  location.assign(link.href);
});
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-leave]") || !root() || !unsaved().length) return;
  event.preventDefault();
  await arrived();
  leaving = true;
  form.classList.remove("is-sent");
  form.requestSubmit(event.submitter);
}, true);

async function arrived() {
  unsaved().forEach(save);
  for (let waited = 0; unsaved().length && navigator.onLine && waited < 4000; waited += 100) {
    await new Promise((done) => setTimeout(done, 100));
  }
}

function forms() {
  return [...document.querySelectorAll("form[data-autosave]")];
}

function unsaved() {
  return forms().filter(isDirty);
}

function isDirty(form) {
  return typed(form) !== form.savedAs;
}

function typed(form) {
  return JSON.stringify(fields(form).map((field) => (field.type === "checkbox" ? field.checked : field.value)));
}

/** What the server had sent, whatever a draft has put over it. */
function asShown(form) {
  return JSON.stringify(
    fields(form).map((field) => {
      if (field.type === "checkbox") return field.defaultChecked;
      if (field.tagName !== "SELECT") return field.defaultValue;
      return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0]).value;
    }),
  );
}

function fields(form) {
  return [...form.elements].filter((field) => field.matches("textarea, select, input[type=checkbox]"));
}

function say(name, isBad = false) {
  const talk = root();
  const state = talk.querySelector("[data-state]");
  if (state.textContent !== talk.dataset[name]) state.textContent = talk.dataset[name];
  state.classList.toggle("is-bad", isBad);
}

function tick() {
  const clock = document.querySelector("[data-since]");
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(clock.dataset.since)) / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const end = String(seconds % 60).padStart(2, "0");
  clock.querySelector("[data-clock]").textContent = hours ? `${hours}:${String(minutes).padStart(2, "0")}:${end}` : `${minutes}:${end}`;
  clock.classList.toggle("is-long", seconds > LONG);
}

// One dimension at a time

function go(dimension) {
  const talk = root();
  if (!dimension || !talk.querySelector(`[data-group="${CSS.escape(dimension)}"]`)) return;
  talk.dataset.at = dimension;
  talk.querySelectorAll("[data-group]").forEach((group) => group.classList.toggle("is-here", group.dataset.group === dimension));
  mark();
}

function mark() {
  document.querySelectorAll("[data-dimension]").forEach((link) => {
    if (link.dataset.dimension === root().dataset.at) link.setAttribute("aria-current", "step");
    else link.removeAttribute("aria-current");
  });
}

/** #d-pain is a dimension, #q12 a question in one. */
function fromAddress() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  return target?.closest?.("[data-group]")?.dataset.group;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-dimension]");
  if (!link || !root()) return;
  event.preventDefault();
  go(link.dataset.dimension);
  history.replaceState(null, "", link.hash);
});

// Keys

document.addEventListener("keydown", (event) => {
  if (!root() || event.isComposing || document.querySelector("dialog[open]")) return;
  if (!(event.altKey || event.ctrlKey || event.metaKey) || !press(event)) return;
  event.preventDefault();
  event.stopPropagation();
});

function press(event) {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") return nextOpen();
  if (!event.altKey || event.ctrlKey || event.metaKey) return false;
  const digit = /^(?:Digit|Numpad)([1-5])$/.exec(event.code);
  if (digit) return toDimension(Number(digit[1]) - 1);
  if (event.code === "ArrowDown") return step(1);
  if (event.code === "ArrowUp") return step(-1);
  if (event.code === "KeyQ") return quote();
  const named = document.querySelector(`[data-talk-key="${event.code}"]`);
  if (!named) return false;
  if (named.matches("a, summary")) named.click();
  (named.closest("details")?.querySelector("textarea") ?? named).focus();
  return true;
}

function toDimension(place) {
  const link = document.querySelectorAll("[data-dimension]")[place];
  link?.click();
  return enter(texts()[0]) || Boolean(link);
}

function step(by) {
  const all = texts(document);
  const here = all.indexOf(current());
  return enter(all[here < 0 ? 0 : Math.min(all.length - 1, Math.max(0, here + by))]);
}

function nextOpen() {
  const all = texts(document);
  const here = all.indexOf(current());
  const rest = [...all.slice(here + 1), ...all.slice(0, here + 1)];
  return enter(rest.find((text) => !text.value.trim()));
}

function quote() {
  const box = current()?.form.elements.own_words;
  box?.click();
  return Boolean(box);
}

function enter(text) {
  if (!text) return false;
  go(text.closest("[data-group]").dataset.group);
  text.focus();
  text.closest(".talk-question").scrollIntoView({ block: "nearest" });
  return true;
}

function current() {
  return document.activeElement?.closest("form.answer")?.querySelector(".answer-text");
}

function texts(where = document.querySelector(".talk-group.is-here")) {
  return [...(where?.querySelectorAll(".answer-text") ?? [])];
}

document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", start) : start();
