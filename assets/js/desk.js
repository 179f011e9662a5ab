// 通话台: the clock of a call, its keys, canned phrases. What is typed is kept by drafts.js, the clock in hidden fields with it.
const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select";
const FORGOTTEN = 2 * 3600; // a clock that was left running longer than that has been forgotten
const CHANNELS = { KeyP: "phone", KeyW: "wechat", KeyO: "online_meeting", KeyV: "visit" };
const OUTCOMES = ["progress", "stalled", "won", "refused"];
let said = 0;

const desk = () => document.querySelector("form[data-desk]");
const kept = (name) => desk().elements[name];

// The clock

/** Seconds so far: those before the last start, and those since. */
function elapsed() {
  const since = Number(kept("running_since").value);
  return Number(kept("seconds").value || 0) + (since ? Math.max(0, Math.floor((Date.now() - since) / 1000)) : 0);
}

const runs = () => Boolean(Number(kept("running_since").value));

function start() {
  if (runs()) return;
  if (!elapsed()) kept("started_at").value = new Date().toISOString();
  kept("running_since").value = Date.now();
  keep();
}

function stop() {
  kept("seconds").value = elapsed();
  kept("running_since").value = "";
  keep();
}

function reset() {
  kept("seconds").value = 0;
  kept("running_since").value = "";
  said = 0;
  keep();
}

/** Tell drafts.js. */
function keep() {
  kept("seconds").dispatchEvent(new Event("change", { bubbles: true }));
  draw();
}

function draw() {
  const timer = desk()?.querySelector("[data-timer]");
  if (!timer) return;
  const seconds = elapsed();
  const minutes = Math.floor(seconds / 60);
  timer.querySelector("[data-clock]").textContent = `${String(minutes).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  const { amber, red, wordStart, wordStop, wordAmber, wordRed } = timer.dataset;
  const state = !seconds && !runs() ? "idle" : seconds >= red ? "red" : seconds >= amber ? "amber" : "green";
  timer.dataset.state = state;
  timer.classList.toggle("is-running", runs());
  timer.querySelector("[data-timer-toggle]").setAttribute("aria-label", runs() ? wordStop : wordStart);
  const mark = seconds >= red ? 2 : seconds >= amber ? 1 : 0;
  if (mark !== said) timer.querySelector("[data-timer-said]").textContent = ["", wordAmber, wordRed][mark];
  said = mark;
}

/** A page that opens, or a form that came back: the clock goes on where it was. */
function open() {
  if (!desk()) return;
  const since = Number(kept("running_since").value);
  if (since && Date.now() - since > FORGOTTEN * 1000) kept("running_since").value = "";
  said = 0;
  draw();
  watchTabs();
  const shown = document.getElementById("desk-script")?.dataset.script;
  const picked = document.getElementById("id_script");
  if (picked && shown && picked.value !== shown) picked.dispatchEvent(new Event("change", { bubbles: true }));
}

/** On the phone: which of the two pages of the sheet one sees. */
function watchTabs() {
  const sheets = desk()?.querySelector(".desk-sheets");
  if (!sheets) return;
  const mark = () => {
    const second = sheets.scrollLeft > sheets.clientWidth / 2;
    desk().querySelectorAll(".desk-tabs a").forEach((tab, at) => tab.toggleAttribute("aria-current", second === (at === 1)));
  };
  sheets.addEventListener("scroll", mark, { passive: true });
  mark();
}

setInterval(() => desk() && runs() && draw(), 1000);

// Before it is sent the seconds are counted; the clock runs on, as the answer may be a refusal
document.addEventListener(
  "click",
  (event) => {
    if (event.target.closest("form[data-desk] button:not([type=button])")) count();
  },
  true,
);

function count() {
  if (!desk() || !runs()) return;
  kept("seconds").value = elapsed();
  kept("running_since").value = Date.now();
}

document.addEventListener("click", (event) => {
  const on = event.target;
  if (on.closest("[data-timer-toggle]")) runs() ? stop() : start();
  if (on.closest("[data-timer-reset]")) reset();
  if (on.closest("[data-dial]")) start();
  const filling = on.closest("[data-fill]");
  const tab = on.closest(".desk-tabs a");
  if (tab) {
    event.preventDefault();
    document.querySelector(tab.hash).scrollIntoView({ behavior: "smooth", block: "nearest", inline: "start" });
  }
  if (filling) fill(document.querySelector(filling.dataset.fill), filling.dataset.value);
  const phrase = on.closest("[data-phrase]");
  if (phrase) say(phrase);
});

function fill(field, value) {
  if (!field) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

/** A phrase goes where one writes: on a line of its own in a field of several lines. */
function say(phrase) {
  const field = phrase.closest(".desk-noted").querySelector("textarea, input");
  const joint = field.matches("textarea") ? "\n" : " ";
  fill(field, field.value.trim() ? `${field.value.trimEnd()}${joint}${phrase.dataset.phrase}` : phrase.dataset.phrase);
}

// Another contact is another version that was seen
document.addEventListener("htmx:after:swap", () => {
  const person = document.getElementById("desk-person");
  if (person?.dataset.version !== undefined) {
    kept("known_version").value = person.dataset.version;
    delete person.dataset.version;
    keep();
  }
  open();
});

// The keys

document.addEventListener("keydown", (event) => {
  if (!desk() || event.isComposing || document.querySelector("dialog[open]")) return;
  const handled = event.target.closest?.(TYPING) ? whileTyping(event) : outside(event);
  if (handled) event.preventDefault();
});

function whileTyping(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return save();
  if (event.key === "Escape") return event.target.blur() ?? true;
  if (event.altKey && event.code === "KeyT") return toggle();
  const digit = event.altKey && /^Digit([1-9])$/.exec(event.code)?.[1];
  const phrases = digit && event.target.closest(".desk-noted")?.querySelectorAll("[data-phrase]");
  if (!phrases?.[digit - 1]) return false;
  say(phrases[digit - 1]);
  return true;
}

function outside(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return save();
  if (event.ctrlKey || event.metaKey) return false;
  const digit = Number(/^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1]);
  if (event.code === "KeyT") return event.shiftKey ? reset() ?? true : toggle();
  if (event.altKey) return false;
  if (digit && OUTCOMES[digit - 1]) return pick("outcome", OUTCOMES[digit - 1]);
  if (digit === 7) return press("no_answer");
  if (digit === 8) return press("busy");
  if (digit === 9) return callBack();
  return CHANNELS[event.code] ? pick("channel", CHANNELS[event.code]) : false;
}

function toggle() {
  runs() ? stop() : start();
  return true;
}

function save() {
  count();
  desk().querySelector(".desk-save button").click();
  return true;
}

function pick(name, value) {
  const radio = desk().querySelector(`input[name=${name}][value=${value}]`);
  radio?.click();
  radio?.focus();
  return Boolean(radio);
}

function press(value) {
  desk().querySelector(`button[name=quick][value=${value}]`)?.click();
  return true;
}

function callBack() {
  const menu = desk().querySelector(".desk-callback");
  menu.open = true;
  menu.querySelector(".menu-item").focus();
  return true;
}

document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", open) : open();
