// Builds static/dist from the npm packages: style sheets, fonts and the icon sprite. Run by `npm run build`.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "node_modules");
const dist = join(here, "dist");
const sheets = ["public", "console", "pdf"];
const fontFolder = join(modules, "@fontsource", "atkinson-hyperlegible-next", "files");
const fontFile = /-(latin|latin-ext)-(400|700)-(normal|italic)\.woff2$/;

function buildSheet(name) {
  const { css } = sass.compile(join(here, "scss", `${name}.scss`), {
    loadPaths: [modules],
    style: "compressed",
    charset: false,
    quietDeps: true,
    // Bootstrap 5.3 is written with @import; it is a dependency, so its deprecations are not ours to mend.
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
  });
  writeFileSync(join(dist, `${name}.css`), css);
  console.log(`${name}.css ${(gzipSync(css).length / 1024).toFixed(1)} KB gzipped`);
}

// Families' icons travel alone: a phone on 3G does not pay for the console's.
function buildSprite(name) {
  const names = readFileSync(join(here, `${name}.txt`), "utf8").split("\n").filter(Boolean);
  const symbols = names.map((name) => {
    const svg = readFileSync(join(modules, "bootstrap-icons", "icons", `${name}.svg`), "utf8");
    const shapes = svg.replace(/^[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 16 16">${shapes}</symbol>`;
  });
  writeFileSync(join(dist, `${name}.svg`), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

function copyFonts() {
  mkdirSync(join(dist, "fonts"), { recursive: true });
  for (const file of readdirSync(fontFolder).filter((file) => fontFile.test(file))) {
    copyFileSync(join(fontFolder, file), join(dist, "fonts", file));
  }
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
copyFonts();
["icons", "icons-public"].forEach(buildSprite);
sheets.forEach(buildSheet);
