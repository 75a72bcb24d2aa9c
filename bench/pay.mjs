// How long a payment takes until the device has it: from the finger leaving Pay to the `complete` event of the journal's
// strict transaction, in Chromium that draws in software, against the real server with its demo shop. Run by
// `./dev bench`; needs build/ringup with the till in it.
import { closeBrowser, openTill, serveRingup, settled, tap } from "../tests/e2e/harness.mjs";

const sales = Number(process.env.RINGUP_BENCH_SALES ?? 200), limit = 50;

const shop = await serveRingup();
try {
  const page = await openTill(shop);
  const product = page.getByRole("list", { name: "Products" }).getByRole("button").first();
  await page.evaluate(() => {
    document.addEventListener("pointerup", (event) => { window.up = event.timeStamp; }, true);
    window.ringup.booked = 0;
  });
  const session = await page.context().newCDPSession(page);
  const took = [];
  for (let i = 0; i < sales; ++i) {
    await tap(page, product);
    await tap(page, "button", "Pay");
    await page.evaluate(() => { window.ringup.booked = 0; });
    const { x, y, width, height } = await page.getByRole("button", { name: "Take payment" }).boundingBox();
    await settled(page);
    await session.send("Input.dispatchTouchEvent",
      { type: "touchStart", touchPoints: [{ x: x + width / 2, y: y + height / 2 }] });
    await settled(page);  // a finger rests for some frames; a tap of no length would wait for those of its beginning
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await page.waitForFunction(() => window.ringup.booked > 0);
    took.push(await page.evaluate(() => window.ringup.booked - window.up));
    await tap(page, page.getByRole("button", { name: "New sale", disabled: false }));
    await settled(page);
  }
  took.sort((a, b) => a - b);
  const at = (part) => took[Math.min(took.length - 1, Math.floor(took.length * part))];
  console.log(`  from the finger's leaving Pay to the record on the disk, ${sales} sales: p50 ${at(0.5).toFixed(1)} ms, ` +
    `p95 ${at(0.95).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms (limit ${limit}), longest ${took.at(-1).toFixed(1)} ms`);
  const figure = (name, value) => console.log(JSON.stringify({ figure: name, value: Number(value.toPrecision(4)) }));
  figure("pay.p50_ms", at(0.5));
  figure("pay.p99_ms", at(0.99));
} finally {
  await closeBrowser();
  await shop.stop();
}
