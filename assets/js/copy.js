// [data-copy] puts its text on the clipboard; data-copy-from names a field whose present text is taken instead.
import { say } from "./toasts.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const field = button.dataset.copyFrom && document.getElementById(button.dataset.copyFrom);
  const text = field ? (field.value ?? field.textContent) : button.dataset.copy;
  (await copied(text)) ? say(button.dataset.done, "success") : say(button.dataset.failed, "warning");
});

/** Old browsers, and pages without TLS, know only the selection. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    (document.querySelector("dialog[open]") ?? document.body).append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
