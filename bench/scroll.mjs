// How smoothly the desk's table scrolls: 100,000 rows at 1440×900 in Chromium that draws in software, a turn of the
// wheel per frame. Prints frames per second and the time between frames, and what of it is ours. Run by `./dev bench`;
// needs build/wasm/gallery.js.
import { closeBrowser, openBrowser, openPage, serveModule, settled, tap } from "../tests/e2e/harness.mjs";

const seconds = 5, limit = 60;

const server = await serveModule("gallery");
try {
  const page = await openPage(server.url, { wide: true, ratio: 1 });
  await tap(page, "tab", "Desk");
  await page.getByRole("grid", { name: "Products" }).waitFor();
  await settled(page);
  // Processor time of the page's and of the drawing process, in ms: what a frame costs however busy the machine is.
  const session = await (await openBrowser()).newBrowserCDPSession();
  const spent = async () => {
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    const sum = (kind) => 1000 * processInfo.filter(({ type }) => type === kind).reduce((all, { cpuTime }) => all + cpuTime, 0);
    return { page: sum("renderer"), drawing: sum("GPU") };
  };
  const measure = async (step) => {
    const before = await spent();
    const result = await wheel(step);
    const after = await spent();
    const each = (kind) => ((after[kind] - before[kind]) / result.drawn).toFixed(1);
    return { ...result, page: each("page"), drawing: each("drawing") };
  };
  const wheel = (step) => page.evaluate(({ step, seconds }) => new Promise((resolve) => {
    const stage = document.getElementById("stage"), times = [];
    const begun = { frames: window.ringup.frames, busy: window.ringup.busyMs, nodes: window.ringup.nodes };
    const turn = (time) => {
      times.push(time);
      if (time - times[0] >= seconds * 1000) {
        resolve({ times, drawn: window.ringup.frames - begun.frames, busy: window.ringup.busyMs - begun.busy,
          nodes: window.ringup.nodes - begun.nodes });
        return;
      }
      stage.dispatchEvent(new WheelEvent("wheel", { clientX: 700, clientY: 600, deltaY: step, bubbles: true, cancelable: true }));
      requestAnimationFrame(turn);
    };
    requestAnimationFrame(turn);
  }), { step, seconds });
  const report = (name, { times, drawn, busy, nodes, page, drawing }) => {
    const gaps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
    const at = (part) => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * part))].toFixed(1);
    const fps = gaps.length / ((times.at(-1) - times[0]) / 1000);
    console.log(`  ${name.padEnd(34)} ${fps.toFixed(1)} frames per second (limit ${limit}), frame p50 ${at(0.5)} ms, ` +
      `p95 ${at(0.95)} ms, p99 ${at(0.99)} ms; ` +
      `processor per frame: ours ${(busy / drawn).toFixed(2)} ms, page ${page} ms, drawing ${drawing} ms; ` +
      `mirror updated ${nodes} times`);
    return fps;
  };
  const figure = (name, value) => console.log(JSON.stringify({ figure: name, value: Number(value.toPrecision(4)) }));
  figure("table.scroll_fps", report("a slow wheel, 40 points a frame", await measure(40)));
  figure("table.fast_scroll_fps", report("a fast wheel, 400 points a frame", await measure(400)));
  report("frames in which nothing moves", await measure(0));
} finally {
  await closeBrowser();
  await server.stop();
}
