// The Gantt chart: a bar is dragged, its right edge pulled, or moved with the keys; the server's word counts. Without this
// file every bar is a link to its form.
const DAY = 86400000;
let drag = null;
let pending = null;

function chart() {
  return document.querySelector("[data-gantt]");
}

/** Dates as days since 1970, so that no time zone meddles. */
const number = (text) => Math.round(Date.parse(`${text}T00:00:00Z`) / DAY);
const text = (day) => new Date(day * DAY).toISOString().slice(0, 10);

function scale(svg) {
  const free = new Set();
  for (const run of svg.dataset.free.split(" ").filter(Boolean)) {
    const [at, count] = run.split(":").map(Number);
    for (let n = 0; n < count; n += 1) free.add(number(svg.dataset.first) + at + n);
  }
  return { pixels: Number(svg.dataset.pixels), free };
}

function spanOf(bar) {
  return { starts: number(bar.dataset.starts), ends: number(bar.dataset.ends) };
}

/** The next working day in a direction. */
function step(day, by, free) {
  let next = day + by;
  while (free.has(next)) next += by;
  return next;
}

/** As many working days from another first day. */
function lengthened(starts, days, free) {
  let ends = starts;
  for (let n = 1; n < days; n += 1) ends = step(ends, 1, free);
  return ends;
}

/** Draw a bar where it would be; what the server stored stays in its data. */
function preview(bar, span, pixels) {
  const was = spanOf(bar);
  const shape = bar.querySelector("rect.gantt-shape");
  bar.setAttribute("transform", `translate(${(span.starts - was.starts) * pixels} 0)`);
  bar.classList.add("is-moving");
  if (!shape) return;
  const width = (span.ends - span.starts + 1) * pixels;
  shape.setAttribute("width", Math.max(width, pixels));
  bar.querySelector(".gantt-grip")?.setAttribute("x", Number(shape.getAttribute("x")) + width - 8);
}

function back(bar) {
  if (!bar.isConnected) return;
  preview(bar, spanOf(bar), scale(bar.ownerSVGElement).pixels);
  bar.classList.remove("is-moving");
}

function say(span) {
  const place = document.getElementById("gantt-said");
  if (place) place.textContent = span.starts === span.ends ? text(span.starts) : `${text(span.starts)} – ${text(span.ends)}`;
}

function same(one, other) {
  return one.starts === other.starts && one.ends === other.ends;
}

async function send(bar, span) {
  const words = chart().dataset;
  const focused = document.activeElement === bar ? bar.id : "";
  try {
    const answer = await fetch(bar.dataset.move, {
      method: "POST",
      headers: { ...token(), "HX-Request": "true", "HX-Current-URL": location.href },
      body: new URLSearchParams({ starts_on: text(span.starts), ends_on: text(span.ends), version: bar.dataset.version }),
    });
    if (answer.ok && !answer.redirected) return await show(await answer.text(), focused);
    back(bar);
    if (answer.status === 422 || answer.status === 409) return window.tuoke.show(await answer.text(), words.wordsRefused);
    if (answer.redirected) return location.assign(answer.url);
    window.tuoke.say(words.wordsBroken, "error");
  } catch {
    back(bar);
    window.tuoke.say(words.wordsOffline, "error");
  }
  return undefined;
}

/** The fresh plan, looked at from where one stood. */
async function show(fragment, focused) {
  const left = document.querySelector(".gantt-scroll")?.scrollLeft ?? 0;
  const target = document.getElementById("kickoff");
  await window.htmx.swap({ text: fragment, target, swap: "outerHTML", sourceElement: target });
  const scroll = document.querySelector(".gantt-scroll");
  if (scroll) scroll.scrollLeft = left;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}");
}

function settle() {
  if (!pending) return;
  const { bar, span } = pending;
  pending = null;
  if (bar.isConnected && !same(span, spanOf(bar))) send(bar, span);
}

function open(bar) {
  document.getElementById(`line-${bar.dataset.line}`)?.click();
}

document.addEventListener("pointerdown", (event) => {
  const bar = event.target.closest?.(".gantt-bar[data-move]");
  if (!bar || event.button !== 0) return;
  const kind = event.target.closest(".gantt-grip") ? "length" : "dates";
  drag = { bar, kind, x: event.clientX, span: spanOf(bar), moved: false, ...scale(bar.ownerSVGElement) };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const days = Math.round((event.clientX - drag.x) / drag.pixels);
  if (!days && !drag.moved) return;
  drag.moved = true;
  const was = spanOf(drag.bar);
  const starts = drag.kind === "length" ? was.starts : was.starts + days;
  const first = drag.kind === "length" || !drag.free.has(starts) ? starts : step(starts, 1, drag.free);
  const ends = drag.kind === "length" ? Math.max(was.ends + days, was.starts) : lengthened(first, Number(drag.bar.dataset.days), drag.free);
  drag.span = { starts: first, ends };
  preview(drag.bar, drag.span, drag.pixels);
  say(drag.span);
});

document.addEventListener("pointerup", () => {
  if (!drag) return;
  const { bar, span, moved } = drag;
  drag = moved ? { done: true } : null;
  setTimeout(() => { drag = null; });
  if (moved && !same(span, spanOf(bar))) send(bar, span);
  else if (moved) back(bar);
});

document.addEventListener("pointercancel", () => {
  if (drag?.bar) back(drag.bar);
  drag = null;
});

document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.(".gantt-svg")) event.preventDefault();
});

/** A press opens the form in the sheet, as the line's name does. */
document.addEventListener("click", (event) => {
  const bar = event.target.closest?.("a.gantt-bar");
  if (!bar || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  if (!drag?.done) open(bar);
});

document.addEventListener("keydown", (event) => {
  const bar = event.target.closest?.(".gantt-bar");
  if (!bar || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const bars = [...bar.ownerSVGElement.querySelectorAll(".gantt-bar")];
    bars[bars.indexOf(bar) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
  } else if (event.key === "Escape" && pending) {
    pending = null;
    back(bar);
  } else if (event.key === "Enter") {
    if (pending) settle();
    else open(bar);
  } else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && bar.dataset.move) {
    nudge(bar, event.key === "ArrowRight" ? 1 : -1, event.shiftKey);
  } else return;
  event.preventDefault();
});

/** One working day later or earlier; with shift one day longer or shorter. */
function nudge(bar, by, isLength) {
  const { pixels, free } = scale(bar.ownerSVGElement);
  const span = pending?.bar === bar ? pending.span : spanOf(bar);
  const days = Number(bar.dataset.days);
  if (isLength) {
    if (!days) return;
    span.ends = Math.max(step(span.ends, by, free), span.starts);
    bar.dataset.length = "own";
  } else {
    const length = bar.dataset.length ? workdays(span, free) : days;
    span.starts = step(span.starts, by, free);
    span.ends = lengthened(span.starts, length, free);
  }
  pending = { bar, span };
  preview(bar, span, pixels);
  say(span);
}

function workdays({ starts, ends }, free) {
  let count = 0;
  for (let day = starts; day <= ends; day += 1) count += free.has(day) ? 0 : 1;
  return Math.max(count, 1);
}

document.addEventListener("focusin", (event) => {
  const bar = event.target.closest?.(".gantt-bar");
  if (pending && pending.bar !== bar) settle();
  if (!bar) return;
  for (const other of bar.ownerSVGElement.querySelectorAll('.gantt-bar[tabindex="0"]')) other.setAttribute("tabindex", "-1");
  bar.setAttribute("tabindex", "0");
});

document.addEventListener("focusout", (event) => {
  if (pending && event.target.closest?.(".gantt-bar") && !event.relatedTarget) settle();
});

/** One stop for the tab key, and today in sight. */
function start() {
  const root = chart();
  if (!root || root.dataset.started) return;
  root.dataset.started = "yes";
  const bars = [...root.querySelectorAll(".gantt-bar")];
  bars.forEach((bar, at) => bar.setAttribute("tabindex", at ? "-1" : "0"));
  const today = root.querySelector(".gantt-today");
  const scroll = root.querySelector(".gantt-scroll");
  if (today && scroll) scroll.scrollLeft = Math.max(Number(today.getAttribute("x1")) - 160, 0);
}

start();
document.addEventListener("htmx:after:swap", start);
