// Nothing typed is lost: <form data-draft="key"> keeps its text in this browser until it was saved. Hidden fields with
// data-keep travel along (which call it is, its clock).
const ALL = "tuoke.draft.";
const PREFIX = `${ALL}${document.body.dataset.user ?? ""}.`; // a shared machine keeps people apart
const SENT = "tuoke.draft-sent";
const DAYS = 14;

document.addEventListener("input", (event) => keep(event.target.form));
document.addEventListener("change", (event) => keep(event.target.form));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-discard-draft]");
  if (!button) return;
  const form = button.closest("form");
  forget(form.dataset.draft);
  if (form.querySelector("[data-keep]")) return location.reload(); // what nobody sees begins anew, too
  form.reset();
  button.closest(".notice").remove();
});

/** A plain submit leaves the page: the draft goes when the next page isn't this form with errors. */
document.addEventListener("submit", (event) => {
  const key = event.target.dataset?.draft;
  if (key && !event.defaultPrevented) attempt(() => sessionStorage.setItem(SENT, key));
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.request.form;
  if (form?.dataset.draft && ctx.request.method !== "GET" && wasSaved(ctx.response)) forget(form.dataset.draft);
});
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail.ctx.target;
  restoreAll(target?.isConnected ? target.parentElement ?? document : document);
});

function start() {
  const sent = attempt(() => sessionStorage.getItem(SENT));
  if (sent) {
    attempt(() => sessionStorage.removeItem(SENT));
    const form = document.querySelector(`form[data-draft="${CSS.escape(sent)}"]`);
    if (!form?.querySelector("[aria-invalid=true], .errorlist")) forget(sent);
  }
  sweep();
  restoreAll(document);
}

function keep(form) {
  const key = form?.dataset?.draft;
  if (!key) return;
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (name === "csrfmiddlewaretoken" || name === "version" || typeof value !== "string") continue;
    if (form.elements[name]?.type === "password") continue;
    (values[name] ??= []).push(value);
  }
  attempt(() => localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), values })));
}

function restoreAll(root) {
  root.querySelectorAll("form[data-draft]").forEach(restore);
}

function restore(form) {
  if (form.dataset.restored) return;
  form.dataset.restored = "yes";
  const draft = read(form.dataset.draft);
  if (!draft || form.querySelector("[aria-invalid=true]")) return;
  let changed = false;
  for (const field of form.elements) {
    if (!field.name || ["file", "password", "submit", "button"].includes(field.type)) continue;
    if (field.type === "hidden") {
      if (field.dataset.keep !== undefined && draft.values[field.name]) field.value = draft.values[field.name][0];
      continue;
    }
    const values = draft.values[field.name] ?? [];
    if (field.type === "checkbox" || field.type === "radio") {
      const checked = values.includes(field.value);
      changed ||= checked !== field.checked;
      field.checked = checked;
    } else if (field.multiple) {
      for (const option of field.options) option.selected = values.includes(option.value);
    } else if (values.length && values[0] !== field.value) {
      field.value = values[0];
      changed = true;
    }
  }
  if (!changed) return;
  form.prepend(document.getElementById("draft-template").content.cloneNode(true));
  const at = form.querySelector("[data-draft-at]");
  if (at) at.textContent = moment(new Date(draft.at));
}

/** 10:32, with the day where that isn't today. */
function moment(at) {
  const two = (number) => String(number).padStart(2, "0");
  const day = at.toDateString() === new Date().toDateString() ? "" : `${two(at.getMonth() + 1)}-${two(at.getDate())} `;
  return `${day}${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Not where the session had ended and the answer is the page to log in. */
function wasSaved(response) {
  return response.status < 300 && !(response.raw.redirected && new URL(response.raw.url).pathname === "/login/");
}

function read(key) {
  return attempt(() => JSON.parse(localStorage.getItem(PREFIX + key)));
}

function forget(key) {
  attempt(() => localStorage.removeItem(PREFIX + key));
}

function sweep() {
  attempt(() => {
    for (const key of Object.keys(localStorage).filter((key) => key.startsWith(ALL))) {
      if (Date.now() - JSON.parse(localStorage.getItem(key)).at > DAYS * 86400000) localStorage.removeItem(key);
    }
  });
}

/** Storage may be full or switched off: then there are no drafts. */
function attempt(work) {
  try {
    return work();
  } catch {
    return null;
  }
}

document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", start) : start();
