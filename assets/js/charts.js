// Charts are drawn by a bundle of their own, fetched when the first one is on the page. Without it the table speaks.
let wanted = false;

function findCharts() {
  const first = document.querySelector("[data-chart]:not([data-drawn])");
  if (!first) return;
  if (window.tuokeCharts) return window.tuokeCharts();
  if (wanted) return;
  wanted = true;
  const script = document.createElement("script");
  script.src = first.dataset.chartSrc;
  script.onload = () => window.tuokeCharts();
  document.head.append(script);
}

document.addEventListener("DOMContentLoaded", findCharts);
document.addEventListener("htmx:after:swap", findCharts);
