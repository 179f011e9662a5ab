// <dialog> by data attributes: data-opens="id", data-closes; links with data-sheet load their page's region into the sheet.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (!dialog) return;
    event.preventDefault();
    open(dialog);
    return;
  }
  if (event.target.closest("[data-closes]") || event.target.matches("dialog.dialog[open]")) {
    event.target.closest("dialog")?.close();
  }
});

/** Fill the shared sheet with a fragment of our own server. A fragment with a data-title knows better what it is. */
export function show(fragment, title) {
  const sheet = document.getElementById("sheet");
  sheet.querySelector(".dialog-body").innerHTML = fragment;
  name(sheet, sheet.querySelector("[data-title]")?.dataset.title ?? title);
  window.htmx?.process(sheet);
  open(sheet);
}

export function open(dialog) {
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[autofocus], .dialog-body :is(input:not([type=hidden]), select, textarea)")?.focus();
}

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  const sheet = document.getElementById("sheet");
  if (!sheet) return;
  const asked = ctx.sourceElement?.closest?.("[data-sheet]");
  if (asked) {
    name(sheet, asked.dataset.sheet);
    open(sheet);
  } else if (sheet.open && ctx.request.method !== "GET" && ctx.response.status < 300 && !sheet.contains(ctx.target)) {
    sheet.close();
  }
});

/** What a form in the sheet was refused with stays in the sheet, whatever region it aims at. */
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const refused = ctx.response.status >= 400 && ctx.sourceElement?.closest?.("#sheet");
  if (!refused) return;
  ctx.target = document.getElementById("sheet-body");
  ctx.swap = "innerHTML";
});

/** A dialog in the page itself closes when what was sent from it worked. */
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const dialog = ctx.sourceElement?.closest?.("dialog[open]:not(#sheet)");
  if (dialog && ctx.request.method !== "GET" && ctx.response.status < 300) dialog.close();
});

function name(sheet, title) {
  if (title) sheet.querySelector("h2").textContent = title;
}
