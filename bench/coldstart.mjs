// How long the till takes to start without network: a browser that was closed, the server stopped, until the first product
// is on the screen and can be sold. Chromium that draws in software, with a profile in which the till was used once; five
// starts each with 10,000 and 100,000 products, the median counts. Beside it what the same service worker takes for a file
// of a few bytes in the same browser. Run by `./dev bench`; RINGUP_PRODUCTS names the CSV of 100,000 products.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openLasting, openTill, serveRingup, tap } from "../tests/e2e/harness.mjs";

const starts = 5;
const folder = mkdtempSync(path.join(tmpdir(), "ringup-coldstart-"));
const lines = readFileSync(process.env.RINGUP_PRODUCTS, "utf8").trimEnd().split("\n");
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const figure = (name, value) => console.log(JSON.stringify({ figure: name, value: Number(value.toPrecision(4)) }));

// In the page: when the first product was there, by the page's own clock, which begins with the navigation.
const watch = () => {
  const seen = new MutationObserver(() => {
    if (!document.querySelector("[role=list][aria-label=Products] [role=button], [role=list][aria-label=Products] button")) return;
    window.firstProductMs = performance.now();
    seen.disconnect();
  });
  seen.observe(document, { subtree: true, childList: true, attributes: true });
};

async function measure(count) {
  const file = path.join(folder, `products-${count}.csv`), profile = path.join(folder, `profile-${count}`);
  writeFileSync(file, lines.slice(0, count + 1).join("\n") + "\n");
  const shop = await serveRingup();
  await shop.run("import", "products", "--data", shop.data, "--tenant", shop.accounts.tenant, file);
  let context = await openLasting(profile);
  try {
    const page = await openTill(shop, { context });
    await page.waitForFunction(() => window.ringup.kept === 4 /* ready */, null, { timeout: 60_000 });
    // The whole catalogue is a snapshot of about 90 bytes a product.
    await page.waitForFunction((bytes) => new Promise((resolve) => {
      const opening = indexedDB.open("ringup", 1);
      opening.onsuccess = () => {
        const found = opening.result.transaction("blobs").objectStore("blobs").get("catalogue/base");
        found.onsuccess = () => { opening.result.close(); resolve((found.result?.length ?? 0) > bytes); };
      };
    }), 80 * count, { timeout: 60_000, polling: 500 });
    await context.close();
    await shop.crash();
    const first = [], bare = [], launch = [];
    for (let i = 0; i < starts; ++i) {
      const begun = performance.now();
      context = await openLasting(profile);
      launch.push(performance.now() - begun);
      const page = await context.newPage();
      await page.addInitScript(watch);
      await page.goto(shop.url + "till");
      await page.waitForFunction(() => window.firstProductMs > 0, null, { timeout: 60_000 });
      first.push(await page.evaluate(() => window.firstProductMs));
      await tap(page, page.getByRole("list", { name: "Products" }).getByRole("button").first());
      await page.getByRole("button", { name: /^Cart, \d+ piece/ }).waitFor();
      const other = await context.newPage();
      await other.goto(shop.url + "till.webmanifest");
      bare.push(await other.evaluate(() => performance.getEntriesByType("navigation")[0].responseEnd));
      await context.close();
      context = null;
      // The cart is kept: it would be there at the next start.
    }
    console.log(`  ${count} products: first product after ${first.map(Math.round).join(", ")} ms; ` +
      `a small file ${bare.map(Math.round).join(", ")} ms; browser's own start ${launch.map(Math.round).join(", ")} ms`);
    const name = `coldstart.${count / 1000}k`;
    figure(`${name}_ms`, median(first));
    figure(`${name}_bare_ms`, median(bare));
    return median(launch);
  } finally {
    await context?.close();
    rmSync(shop.data, { recursive: true, force: true });
  }
}

try {
  assert.ok(lines.length > 10_000);
  await measure(10_000);
  figure("coldstart.browser_ms", await measure(100_000));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
