// Where the path is wider than the screen, the present step is in its middle.
function centre() {
  for (const path of document.querySelectorAll("[data-path]")) {
    const step = path.querySelector("[aria-current=step]")?.parentElement;
    if (step) path.scrollLeft = step.offsetLeft - (path.clientWidth - step.offsetWidth) / 2;
  }
}

document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", centre) : centre();
document.addEventListener("htmx:after:swap", centre);
