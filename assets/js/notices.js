// Opening a notice marks it as read: the link stays a link, the mark goes along and survives the change of page.
for (const kind of ["click", "auxclick"]) {
  document.addEventListener(kind, (event) => {
    const address = event.target.closest?.("a[data-read]")?.dataset.read;
    if (!address || event.button > 1) return;
    const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}");
    fetch(address, { method: "POST", headers, keepalive: true, redirect: "manual" }).catch(() => {});
  });
}
