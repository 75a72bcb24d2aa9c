// What a scanner in the browser reads of hard frames, and how long a frame takes: our looks at a frame (shell/
// scan_policy.js over zxing-wasm) beside @zxing/library, quagga2 and html5-qrcode, on the same 168 frames in the same
// Chromium. Six codes that all of them know, in seven kinds of trouble and four degrees of each; made by
// tests/e2e/camera_frames.mjs, the same in every run.
//
//   node bench/camera/camera.mjs [FOLDER]      FOLDER: a node_modules with the peers; without it ours alone
//
// A library gets the pixels of a canvas, as from a video, once per frame; the time is the shortest of three. Each is set
// up for live scanning as its documentation has it, for the formats asked of it and for nothing else; zxing-js also with
// its thorough option, quagga2 with its locator, html5-qrcode by its own decoder without a BarcodeDetector. Ours are the
// three looks that the till takes in turn, 18 : 9 : 3 of thirty frames, and what they come to together: a frame counts
// as read by the till where any of its looks reads it, since a code that is held still gets all of them within a second.
// Nothing counts as read but the right text; a wrong one is told apart.
import { createServer } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { closeBrowser, nodeModules, openBrowser, root } from "../../tests/e2e/harness.mjs";
import { frameOf, symbolOf } from "../../tests/e2e/camera_frames.mjs";

const width = 640, height = 480, repeats = Number(process.env.RINGUP_CAMERA_REPEATS ?? 3);
const codes = [["EAN13", "4006381333931"], ["EAN13", "2302148210869"], ["EAN8", "96385074"], ["UPCA", "036000291452"],
  ["Code128", "HOLLER-0042"], ["ITF", "14006381333938"]];
const base = { module: 3, blur: 0, noise: 6, black: 35, white: 220 };
const troubles = {
  blurred: [{ blur: 1, module: 3.4 }, { blur: 1, module: 2.6 }, { blur: 2, module: 4.4 }, { blur: 2, module: 3.6 }],
  turned: [12, 25, 50, 90].map((angle) => ({ angle })),
  tilted: [0.2, 0.35, 0.5, 0.7].map((tilt) => ({ tilt })),
  noisy: [12, 20, 28, 36].map((noise) => ({ noise })),
  faded: [60, 40, 28, 20].map((span) => ({ black: 128 - span / 2, white: 128 + span / 2, ground: 120, noise: 2 })),
  small: [1.8, 1.5, 1.25, 1.05].map((module) => ({ module, noise: 3 })),
  mixed: [1, 2, 3, 4].map((n) => ({ angle: 4 * n, tilt: 0.1 * n, noise: 5 + 3 * n, blur: n > 2 ? 1 : 0, shade: 0.15 * n,
    module: 3.2 - 0.1 * n, x: 0.5 + 0.01 * n })),
};

const frames = [];
for (const [trouble, degrees] of Object.entries(troubles)) {
  for (const [format, text] of codes) {
    const symbol = await symbolOf(format, text);
    for (const degree of degrees) {
      frames.push({ trouble, format, text, grey: frameOf(symbol, { width, height, ...base, ...degree, seed: frames.length + 1 }) });
    }
  }
}

const peers = process.argv[2];
const files = {
  "/zxing-js.js": peers && path.join(peers, "@zxing/library/umd/index.min.js"),
  "/quagga2.js": peers && path.join(peers, "@ericblade/quagga2/dist/quagga.min.js"),
  "/html5-qrcode.js": peers && path.join(peers, "html5-qrcode/html5-qrcode.min.js"),
  "/policy.js": path.join(root, "shell/scan_policy.js"),
  "/es/share.js": path.join(nodeModules(), "zxing-wasm/dist/es/share.js"),
  "/es/reader/index.js": path.join(nodeModules(), "zxing-wasm/dist/es/reader/index.js"),
  "/reader.wasm": path.join(nodeModules(), "zxing-wasm/dist/reader/zxing_reader.wasm"),
  "/page.js": path.join(root, "bench/camera/page.js"),
};
const server = createServer((request, response) => {
  const frame = /^\/frame\/(\d+)$/.exec(request.url);
  if (frame) return response.end(Buffer.from(frames[Number(frame[1])].grey));
  if (request.url === "/") return response.setHeader("Content-Type", "text/html").end("<!doctype html><div id=box></div>");
  const file = files[request.url];
  if (!file || !existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { "Content-Type": file.endsWith(".wasm") ? "application/wasm" : "text/javascript" }).end(readFileSync(file));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const figure = (name, value) => console.log(JSON.stringify({ figure: name, value: Number(value.toPrecision(4)) }));
const share = (list) => 100 * list.filter(({ read }) => read).length / list.length;
const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
function report(name, results, { look = false } = {}) {
  const spent = mean(results.map(({ ms }) => ms));
  const each = Object.keys(troubles).map((trouble) =>
    `${trouble} ${share(results.filter((one) => one.trouble === trouble)).toFixed(0)}`).join(", ");
  console.log(`  ${name.padEnd(22)} ${spent.toFixed(2)} ms a frame, read ${share(results).toFixed(1)} % (${each}), ` +
    `wrong ${results.filter(({ wrong }) => wrong).length}`);
  const key = name.replace(/[^a-z0-9]+/gi, "_").toLowerCase();
  figure(`camera.${key}.ms`, spent);
  figure(`camera.${key}.read_percent`, share(results));
  if (!look) figure(`camera.${key}.wrong`, results.filter(({ wrong }) => wrong).length);
}

try {
  const page = await (await openBrowser()).newPage();
  page.on("pageerror", (error) => console.error(String(error)));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const measure = (library) => page.evaluate(async ({ library, frames, width, height, repeats }) =>
    (await import("/page.js")).measure(library, frames, width, height, repeats),
  { library, frames: frames.map(({ trouble, format, text }) => ({ trouble, format, text })), width, height, repeats });
  const ours = {};
  for (const look of ["strip", "wide", "full"]) ours[look] = await measure(look);
  const till = ours.strip.map((one, n) => {
    const all = [one, ours.wide[n], ours.full[n]];
    return { ...one, read: all.some(({ read }) => read), wrong: all.some(({ wrong }) => wrong),
      ms: (18 * all[0].ms + 9 * all[1].ms + 3 * all[2].ms) / 30 };
  });
  report("till", till);
  for (const look of ["strip", "wide", "full"]) report(look, ours[look], { look: true });
  if (peers) {
    for (const library of ["zxing-js", "zxing-js thorough", "quagga2", "html5-qrcode"]) report(library, await measure(library));
  }
} finally {
  await closeBrowser();
  server.closeAllConnections();
  server.close();
}
