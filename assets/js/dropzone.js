// Files may be dropped anywhere on a page that takes them; what was chosen is named.
const field = () => document.querySelector(".dropzone-input");
const zone = () => field()?.closest(".dropzone");

function name(input) {
  const list = zone()?.querySelector(".dropzone-files");
  if (!list) return;
  const several = input.files.length > 1 ? [...input.files] : [];
  list.replaceChildren(...several.map((file) => {
    const line = document.createElement("li");
    line.textContent = file.name;
    return line;
  }));
}

document.addEventListener("dragover", (event) => {
  if (!zone() || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  zone().classList.add("is-over");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) zone()?.classList.remove("is-over");
});
document.addEventListener("drop", (event) => {
  const input = field();
  if (!input || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  zone().classList.remove("is-over");
  input.files = event.dataTransfer.files;
  name(input);
});
document.addEventListener("change", (event) => {
  if (event.target === field()) name(event.target);
});
