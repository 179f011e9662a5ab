// How long each section of a proposal is in view, told to its own page. Nobody reading (no movement for a minute, another
// tab in front) counts as nothing. Without this script the addresses of the sections say what was gone to.
const EVERY = 30000;
const IDLE = 60000;
const place = document.querySelector("[data-reading]");

if (place && "IntersectionObserver" in window) {
  const inView = new Set();
  const seconds = new Map();
  let movedAt = Date.now();

  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting, intersectionRatio, intersectionRect } of entries) {
      const isSeen = isIntersecting && (intersectionRatio >= 0.5 || intersectionRect.height >= innerHeight * 0.4);
      isSeen ? inView.add(target.dataset.section) : inView.delete(target.dataset.section);
    }
  }, { threshold: [0, 0.1, 0.25, 0.5, 0.75, 1] });
  for (const section of place.querySelectorAll("[data-section]")) observer.observe(section);

  for (const name of ["scroll", "pointermove", "pointerdown", "keydown", "touchstart"]) {
    addEventListener(name, () => (movedAt = Date.now()), { passive: true });
  }
  setInterval(() => {
    if (document.visibilityState !== "visible" || Date.now() - movedAt > IDLE) return;
    for (const key of inView) seconds.set(key, (seconds.get(key) || 0) + 1);
  }, 1000);

  const tell = () => {
    if (!seconds.size) return;
    const said = new FormData();
    said.set("csrfmiddlewaretoken", place.querySelector("[name=csrfmiddlewaretoken]").value);
    said.set("do", "read");
    for (const [key, number] of seconds) said.set(`read-${key}`, String(number));
    seconds.clear();
    navigator.sendBeacon(place.dataset.reading, said);
  };
  setInterval(tell, EVERY);
  addEventListener("pagehide", tell);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && tell());
}

/** The contents lead to a place on this page; only without a script they ask for it. */
for (const link of document.querySelectorAll("[data-jump]")) link.setAttribute("href", `#${link.dataset.jump}`);
