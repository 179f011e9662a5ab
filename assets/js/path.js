// Where the path or a row of tabs is wider than the screen, the present one is in its middle.
function centre() {
  for (const path of document.querySelectorAll("[data-path], .tabs")) {
    const step = path.querySelector("[aria-current]")?.parentElement;
    if (step) path.scrollLeft = step.offsetLeft - (path.clientWidth - step.offsetWidth) / 2;
  }
}

document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", centre) : centre();
document.addEventListener("htmx:after:swap", centre);
