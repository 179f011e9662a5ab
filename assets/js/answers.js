// What to do with an answer that isn't the region that was asked for.
import { say } from "./toasts.js";

const FORM_ANSWERS = [409, 422];

document.addEventListener("htmx:before:request", (event) => {
  if (!isQuiet(event.detail.ctx)) document.documentElement.classList.add("is-waiting");
});
document.addEventListener("htmx:finally:request", () => document.documentElement.classList.remove("is-waiting"));

/** Refused or broken: keep the page as it is, with everything typed, and say so. */
document.addEventListener("htmx:before:response", (event) => {
  const { response } = event.detail.ctx;
  if (response.status < 400 || FORM_ANSWERS.includes(response.status)) return;
  event.preventDefault();
  if (!isQuiet(event.detail.ctx)) say(refusal(response.status), "error");
});

/** What a form was refused with is brought into view and read out, wherever its button was. */
document.addEventListener("htmx:after:swap", (event) => {
  if (!FORM_ANSWERS.includes(event.detail.ctx.response?.status)) return;
  const summary = [...document.querySelectorAll(".form-summary")].find((one) => one.getClientRects().length);
  summary?.scrollIntoView({ block: "nearest" });
  summary?.focus({ preventScroll: true });
});

/** A whole page came back, for instance because the session ended: show it as a page. */
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.target === document.body || ctx.select || !/^\s*<!doctype/i.test(ctx.text)) return;
  if (ctx.response.raw.redirected) {
    event.preventDefault();
    location.assign(ctx.response.raw.url);
    return;
  }
  ctx.target = document.body;
  ctx.swap = "innerHTML";
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx && !isQuiet(event.detail.ctx)) say(words().dataset.offline, "error");
});

/** What asks by itself now and then (data-quiet) doesn't speak to a person who asked for nothing. */
function isQuiet(ctx) {
  return Boolean(ctx?.sourceElement?.closest?.("[data-quiet]"));
}

function refusal(status) {
  const { dataset } = words();
  return { 403: dataset.forbidden, 404: dataset.missing, 429: dataset.often }[status] ?? dataset.broken;
}

function words() {
  return document.getElementById("words");
}
