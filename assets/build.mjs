// Builds what the pages load into src/tuoke/static/vendor. Run by `python -m tuoke.config.assets`.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { browserslistToTargets, transform } from "lightningcss";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const out = join(root, "src/tuoke/static/vendor");
const targets = browserslistToTargets(["chrome 100", "safari 14", "firefox 100"]);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

styles("tabler.css", join(modules, "@tabler/core/dist/css/tabler.css"));
styles("app.css", ...ownStyles());
styles("portal.css", join(root, "assets/css/portal.css"));
writeFileSync(join(out, "icons.svg"), sprite());
scripts("app", "board", "chart", "decisions", "leads", "desk", "portal", "order", "gantt");

/** Old domestic browsers know neither oklch() nor light-dark(): everything goes through the targets. */
function styles(name, ...files) {
  const text = files.map((file) => readFileSync(file, "utf8")).join("\n");
  const code = Buffer.from(text.replace(/\/\*#\s*sourceMappingURL=.*?\*\//g, ""));
  writeFileSync(join(out, name), transform({ filename: name, code, minify: true, targets }).code);
}

/** The house's style sheet first, then those of single screens. Customers' pages have a small one of their own. */
function ownStyles() {
  const folder = join(root, "assets/css");
  const others = readdirSync(folder).filter((name) => name.endsWith(".css") && !["app.css", "portal.css"].includes(name));
  return ["app.css", ...others.sort()].map((name) => join(folder, name));
}

function scripts(...names) {
  buildSync({
    entryPoints: names.map((name) => join(root, `assets/js/${name}.js`)),
    outdir: out,
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome100", "safari14", "firefox100"],
    supported: { destructuring: true }, // esbuild avoids it because of a corner case in Safari 14 that no code here has
    legalComments: "eof",
    logLevel: "warning",
  });
}

/** Only the icons named in icons.txt; `<use href="icons.svg#name">` draws one. */
function sprite() {
  const drawings = JSON.parse(readFileSync(join(modules, "@tabler/icons/tabler-nodes-outline.json"), "utf8"));
  const names = readFileSync(join(root, "assets/icons.txt"), "utf8").split("\n").filter(Boolean);
  const symbols = names.map((name) => {
    if (!drawings[name]) throw new Error(`No icon is called ${name}`);
    const shapes = drawings[name].map(([tag, attributes]) => `<${tag} ${written(attributes)}/>`).join("");
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

function written(attributes) {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}="${value}"`)
    .join(" ");
}
