// Makes the till's PNG icons from shell/icons/till.svg with Chromium: `node cmake/icons.mjs`. Run by hand when the drawing
// changes; the PNGs are in the repository, so that a build needs no browser. A maskable icon fills its square and keeps the
// mark inside the middle 80 %, because phones cut it to their own shape; Apple wants no transparent corners either.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { closeBrowser, openBrowser, root } from "../tests/e2e/harness.mjs";

const drawing = readFileSync(path.join(root, "shell/icons/till.svg"), "utf8");
const full = drawing.replace(' rx="112"', "").replace('<g id="mark">', '<g id="mark" transform="translate(56 52) scale(.78)">');
const icons = [["till-192", drawing, 192], ["till-512", drawing, 512], ["till-maskable-192", full, 192],
  ["till-maskable-512", full, 512], ["till-180", full, 180]];

const page = await (await openBrowser()).newPage();
for (const [name, svg, size] of icons) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>html,body{margin:0;background:transparent}svg{display:block;width:${size}px}</style>${svg}`);
  writeFileSync(path.join(root, "shell/icons", name + ".png"), await page.screenshot({ omitBackground: true }));
}
await closeBrowser();
