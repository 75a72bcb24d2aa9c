// The journal at the till against every plug that a person can pull: the network, the server, the browser, the disk. In
// each case what was shown is on the server once, and what was not shown is there once or not at all.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { closeBrowser, closePage, fine, openProfile, openTill, pairTill, serveRingup, settled, tap, tokenOf, until }
  from "./harness.mjs";

let shop, token, begun;
before(async () => {
  shop = await serveRingup();
  token = await tokenOf(shop);
  begun = new Date().toISOString();
});
after(async () => {
  await shop?.stop();
  await closeBrowser();
});

// Receipt numbers of what tills sold during these tests, as the server has them.
const booked = async () =>
  (await fine(shop, `/api/sales/?limit=200&from=${begun}`, { token })).items.map((sale) => sale.receipt);
const hasOnce = (what, receipts) => until(what, async () => {
  const all = await booked();
  return receipts.every((receipt) => all.filter((one) => one === receipt).length === 1);
});
const product = (page) => page.getByRole("list", { name: "Products" }).getByRole("button").first();
const newSale = (page) => tap(page, page.getByRole("button", { name: "New sale", disabled: false }));

// Sells one thing for cash; answers the number of the receipt that was shown.
async function sell(page) {
  await tap(page, product(page));
  await tap(page, "button", "Pay");
  await tap(page, "button", "Take payment");
  return await shown(page);
}
async function shown(page) {
  const region = page.getByRole("region", { name: /^Receipt [A-Z0-9]+-/ });
  await region.waitFor();
  return (await region.getAttribute("aria-label")).replace("Receipt ", "");
}
const quiet = (page) => { page.problems = page.problems.filter((words) => !/ERR_|Failed to (load|fetch)/.test(words)); };

test("offline for a while: each sale arrives once when the network is back", async () => {
  const page = await openTill(shop);
  await page.getByRole("status", { name: "Online" }).waitFor();
  await page.context().setOffline(true);
  const receipts = [];
  for (let i = 0; i < 3; ++i) {
    receipts.push(await sell(page));
    await newSale(page);
  }
  await page.getByRole("status", { name: "Offline, 3 waiting" }).waitFor();
  await page.context().setOffline(false);
  await page.getByRole("status", { name: "Online" }).waitFor();
  await hasOnce("the three sales", receipts);
  quiet(page);
  await closePage(page);
});

test("the server dies under the till and comes back: nothing is lost, nothing twice, a reload in between is safe", async () => {
  const page = await openTill(shop);
  const receipts = [await sell(page)];
  await newSale(page);
  await hasOnce("the first sale", receipts);
  await shop.crash();
  receipts.push(await sell(page));
  await page.reload();
  await product(page).waitFor();
  receipts.push(await sell(page));
  await newSale(page);
  await page.getByRole("status", { name: "Offline, 2 waiting" }).waitFor();
  await shop.again();
  await hasOnce("all three sales", receipts);
  await page.getByRole("status", { name: "Online" }).waitFor();
  quiet(page);
  await closePage(page);
});

test("the browser is killed as the receipt is shown, and before it", async () => {
  const profile = mkdtempSync(path.join(tmpdir(), "ringup-profile-"));
  let browser = await openProfile(profile);
  try {
    await browser.page.goto(shop.url + "till");
    await pairTill(shop, browser.page);
    await settled(browser.page);
    const reopen = async () => {
      browser = await openProfile(profile);
      await browser.page.goto(shop.url + "till");
      await product(browser.page).waitFor();
    };
    const receipts = [];
    // Only the disk has it: nothing of it can have reached the server.
    await browser.page.route("**/api/till/journal/", (route) => route.abort());
    receipts.push(await sell(browser.page));
    await browser.kill();
    await reopen();
    await hasOnce("the receipt that was shown", receipts);

    // Killed some milliseconds after the finger, while the record is on its way to the disk.
    for (const wait of [0, 4, 10, 25]) {
      const before = (await booked()).length;
      const { page } = browser;
      if (await page.getByRole("button", { name: "Cart, empty" }).count() > 0) await tap(page, product(page));
      await tap(page, "button", "Pay");
      const take = page.getByRole("button", { name: "Take payment" });
      await take.waitFor();
      await settled(page);
      const { x, y, width, height } = await take.boundingBox();
      await page.mouse.move(x + width / 2, y + height / 2);
      await page.mouse.down();
      page.mouse.up().catch(() => {});  // not waited for
      await new Promise((resolve) => setTimeout(resolve, wait));  // the moment of death
      await browser.kill();
      await reopen();
      await browser.page.getByRole("status", { name: "Online" }).waitFor();
      const now = await booked();
      assert.ok(now.length === before || now.length === before + 1, `${now.length - before} sales of one payment`);
      assert.equal(new Set(now).size, now.length, "no receipt twice");
      const kept = await browser.page.getByRole("button", { name: "Cart, empty" }).count() === 0;
      assert.equal(kept, now.length === before, "the cart is there exactly if nothing was booked");
    }
  } finally {
    await browser.kill().catch(() => {});
    rmSync(profile, { recursive: true, force: true });
  }
});

test("a full device refuses the sale in words, keeps the cart, and sells when there is room again", async () => {
  const { origin } = new URL(shop.url);
  let session;
  const page = await openTill(shop, { prepare: async (fresh) => {
    session = await fresh.context().newCDPSession(fresh);
    await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 16 << 20 });
  } });
  await page.getByRole("status", { name: "Online" }).waitFor();
  await tap(page, product(page));
  await tap(page, "button", "Pay");
  await settled(page);
  // Another part of the site takes all there is, down to the last bytes.
  const why = await page.evaluate(async () => {
    const database = await new Promise((resolve) => {
      const request = indexedDB.open("filler", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("filler");
      request.onsuccess = () => resolve(request.result);
    });
    const put = (bytes) => new Promise((resolve) => {
      const transaction = database.transaction("filler", "readwrite");
      transaction.objectStore("filler").put(crypto.getRandomValues(new Uint8Array(bytes)), Math.random());
      transaction.oncomplete = () => resolve(null);
      transaction.onabort = () => resolve(transaction.error.name);
    });
    let why = null;
    for (const bytes of [65536, 4096, 256]) {
      do why = await put(bytes); while (!why);
    }
    return why;
  });
  assert.equal(why, "QuotaExceededError");
  await tap(page, "button", "Take payment");
  await page.getByText(/This device is full and nothing was booked/).first().waitFor();
  await session.send("Storage.overrideQuotaForOrigin", { origin });
  await tap(page, "button", "Take payment");
  await hasOnce("the sale", [await shown(page)]);
  await closePage(page);
});

test("the database is deleted under the app: what waited is written again and arrives", async () => {
  const page = await openTill(shop);
  await page.getByRole("status", { name: "Online" }).waitFor();
  await page.context().setOffline(true);
  const receipts = [await sell(page)];
  await newSale(page);
  const session = await page.context().newCDPSession(page);
  await session.send("Storage.clearDataForOrigin", { origin: new URL(shop.url).origin, storageTypes: "indexeddb" });
  await page.getByText(/has been written again/).first().waitFor({ state: "attached" });
  receipts.push(await sell(page));
  await newSale(page);
  // Once more, as a page of the same origin would.
  await page.evaluate(() => new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase("ringup till");
    request.onsuccess = resolve;
    request.onerror = reject;
  }));
  await page.getByText(/has been written again/).first().waitFor({ state: "attached" });
  receipts.push(await sell(page));
  await page.context().setOffline(false);
  await page.reload();
  await page.getByRole("status", { name: "Online" }).waitFor();
  await hasOnce("all three", receipts);
  quiet(page);
  await closePage(page);
});

test("what waits is saved to a file, and 'ringup journal import' books it; sent later, it is known", async () => {
  const page = await openTill(shop);
  await page.getByRole("status", { name: "Online" }).waitFor();
  await page.context().setOffline(true);
  const receipts = [await sell(page)];
  await newSale(page);
  receipts.push(await sell(page));
  await newSale(page);
  await tap(page, "button", "Menu");
  const [download] = await Promise.all([page.waitForEvent("download"),
    tap(page, page.getByRole("button", { name: /^Save unsent records to a file/ }))]);
  const file = path.join(shop.data, "unsent.jsonl");
  await download.saveAs(file);
  assert.match(await shop.run("journal", "import", "--data", shop.data, file), /^accepted 2, duplicate 0, quarantined 0/);
  await hasOnce("the imported sales", receipts);
  await page.context().setOffline(false);
  await page.getByRole("status", { name: "Online" }).first().waitFor();
  await hasOnce("still once", receipts);
  quiet(page);
  await closePage(page);
});

test("after all of it the books are whole", async () => {
  assert.doesNotMatch(await shop.run("verify", "--data", shop.data), /fork|gap|conflict|quarantined [1-9]/i);
});
