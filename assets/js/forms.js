// A form is sent once; filters leave nothing empty in the address.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.dataset.often !== undefined) return;
  if (form.classList.contains("is-sent")) {
    event.preventDefault();
    return;
  }
  form.classList.add("is-sent");
});
addEventListener("pageshow", release);
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement.matches("form[data-filters]")) {
    for (const [key, value] of [...ctx.request.body]) if (value === "") ctx.request.body.delete(key);
  }
  // Here and not later: htmx would keep the second press and send it when the first is answered.
  // A form with data-queues saves as it is filled in: each change is sent, one after the other (hx-sync).
  const { form } = ctx.request;
  if (ctx.request.method !== "GET" && form?.dataset.busy && form.dataset.queues === undefined) event.preventDefault();
});
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.request.method === "GET" || !ctx.request.form) return;
  ctx.request.form.dataset.busy = "yes";
  ctx.busy = ctx.request.form;
});
document.addEventListener("htmx:finally:request", (event) => {
  const { busy } = event.detail.ctx;
  if (busy) delete busy.dataset.busy;
  release();
});

/** Choosing a value in a form with data-sends submits it (a language, a sort order). */
document.addEventListener("change", (event) => {
  event.target.closest("form[data-sends]")?.requestSubmit();
});

function release() {
  document.querySelectorAll("form.is-sent").forEach((form) => form.classList.remove("is-sent"));
}
