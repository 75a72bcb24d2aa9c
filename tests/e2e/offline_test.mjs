// The till without network, and its versions: a start from a closed browser with the server stopped, newer versions that
// come during a sale or only in part, storage that lost something, and what Chromium asks of an app that can be installed.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, request as ask } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { api, closeBrowser, closePage, openLasting, openPage, openTill, serveRingup, settled, tap, tokenOf, until } from "./harness.mjs";

const ready = 4;  // Keeping::Start::ready
const begun = new Date(Date.now() - 1000).toISOString();  // the demo shop has sold before
let shop, folder, token;
before(async () => {
  shop = await serveRingup();
  token = await tokenOf(shop);
  folder = mkdtempSync(path.join(tmpdir(), "ringup-offline-"));
});
after(async () => {
  await closeBrowser();
  await shop.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });  // a browser may still be closing
});

const kept = (page) => page.waitForFunction((wanted) => window.ringup.kept === wanted, ready);
const tiles = (page) => page.getByRole("list", { name: "Products" }).getByRole("button");
const sell = async (page) => {
  await tap(page, tiles(page).first());
  await tap(page, "button", "Pay");
  await tap(page, "button", "Take payment");
  await page.getByRole("button", { name: "New sale" }).waitFor();
};
const sales = async () => (await api(shop, `/api/sales/?from=${begun}`, { token })).body.items.length;
// What fails by itself where there is no server.
const expectNoNetwork = (page) => { page.problems = page.problems.filter((words) => !/net::ERR_|Failed to load resource/.test(words)); };
const blob = (page, key, value) => page.evaluate(([key, value]) => new Promise((resolve, reject) => {
  const opening = indexedDB.open("ringup", 1);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const transaction = opening.result.transaction("blobs", "readwrite"), store = transaction.objectStore("blobs");
    const found = store.get(key);
    if (value === null) store.delete(key);
    if (value) store.put(new TextEncoder().encode(value), key);
    transaction.oncomplete = () => { opening.result.close(); resolve(found.result?.length ?? 0); };
  };
}), [key, value]);

// A later build of the same program, as far as a browser can tell: the shop behind a proxy that changes one file and the
// list of them. `build` 1 is the shop's own; `broken`: one of the new files is cut off; `gone`: hashed files of before
// are not there any more.
async function serveBuilds() {
  const state = { build: 1, broken: false, gone: false };
  const page = (text) => text.replace("<head>", `<head>\n<meta name="build" content="${state.build}">`);
  const extra = () => `// only in build ${state.build}\n`;
  const hash = (text) => "sha256-" + createHash("sha256").update(text).digest("base64");
  const own = async (name) => await (await fetch(new URL(name, shop.url))).text();
  const worker = async () => {
    const [script, html] = await Promise.all([own("sw.js"), own("till")]);
    return script.replace(/JSON\.parse\('(.*)'\)/, (_, text) => {
      const list = JSON.parse(text);
      list.version += "-" + state.build;
      list.files = list.files.map(([name, digest]) => [name, name === "/till" ? hash(page(html)) : digest]);
      list.files.push([`/assets/extra.${state.build}.js`, hash(extra())]);
      return `JSON.parse('${JSON.stringify(list)}')`;
    });
  };
  const server = createServer(async (request, response) => {
    const changed = state.build > 1 && { "/sw.js": worker, "/till": async () => page(await own("till")) }[request.url];
    if (changed || request.url.startsWith("/assets/extra.")) {
      const headers = { "Content-Type": request.url === "/till" ? "text/html; charset=utf-8" : "text/javascript", "Cache-Control": "no-cache" };
      if (changed) return response.writeHead(200, headers).end(await changed());
      response.writeHead(200, { ...headers, "Content-Length": extra().length });
      return state.broken ? response.write("// on", () => response.destroy()) : response.end(extra());
    }
    if (state.gone && request.url.startsWith("/assets/")) return response.writeHead(404).end();
    const passed = ask(new URL(request.url, shop.url), { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    response.on("close", () => passed.destroy());
    request.pipe(passed);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${server.address().port}/`, run: shop.run, data: shop.data, accounts: shop.accounts,
    stop: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }),
  });
}
const registration = (page, what) => page.evaluate(async (what) => {
  const found = await navigator.serviceWorker.getRegistration("/till");
  if (what === "update") await found.update().catch(() => {});
  return { waiting: found.waiting !== null, installing: found.installing !== null };
}, what);
const build = (page) => page.evaluate(() => document.querySelector("meta[name=build]")?.content ?? "1");
// As if the cashier had put the phone away: nobody is asked, and what may happen by itself happens now.
const putAway = (page) => page.evaluate(() => {
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
});

test("Chromium finds nothing against installing it", async () => {
  const context = await openLasting(path.join(folder, "install"));
  const page = await openPage(shop.url + "till", { context });
  await kept(page);
  const session = await context.newCDPSession(page);
  const manifest = await session.send("Page.getAppManifest");
  assert.deepEqual(manifest.errors, []);
  assert.match(manifest.url, /\/till\.webmanifest$/);
  const { icons, shortcuts, id } = JSON.parse(manifest.data);
  assert.equal(id, "/till");
  assert.deepEqual(shortcuts.map(({ name }) => name), ["New sale", "Today's sales"]);
  for (const { src, type } of icons) {
    const answer = await fetch(new URL(src, shop.url));
    assert.equal(answer.headers.get("content-type"), type, src);
  }
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  assert.deepEqual(installabilityErrors, []);
  const { headers } = await fetch(shop.url + "sw.js");
  assert.equal(headers.get("cache-control"), "no-cache");
  await closePage(page);
});

test("a sale from a closed browser without network, a reload, and back", async () => {
  const profile = path.join(folder, "cold");
  let context = await openLasting(profile);
  let page = await openTill(shop, { context });
  await kept(page);
  await until("the catalogue is stored", () => blob(page, "catalogue/base"));
  const count = await tiles(page).count();
  await closePage(page);
  const booked = await sales();
  await shop.crash();

  context = await openLasting(profile);
  page = await openPage(shop.url + "till", { context });
  await tiles(page).first().waitFor();
  assert.equal(await tiles(page).count(), count);
  await sell(page);
  await page.reload();
  await tiles(page).first().waitFor();
  await page.getByRole("searchbox", { name: "Search products" }).fill("a");
  await tiles(page).first().waitFor();
  await page.goto(shop.url + "mobile-pos");  // the address of before leads there too
  await tiles(page).first().waitFor();
  assert.equal(new URL(page.url()).pathname, "/till");
  await page.goto(shop.url + "till#sales");  // a shortcut
  await page.getByRole("button", { name: /^Sale / }).waitFor();
  await shop.again();
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await until("the sale is booked", async () => await sales() === booked + 1);
  expectNoNetwork(page);
  await closePage(page);
});

test("a newer version waits until the sale is done", async () => {
  const builds = await serveBuilds();
  const page = await openTill(builds);
  await kept(page);
  await tap(page, tiles(page).first());
  builds.build = 2;
  await registration(page, "update");
  await until("it is here", async () => (await registration(page)).waiting);
  await putAway(page);
  assert.ok((await registration(page)).waiting, "not with something in the cart");
  await tap(page, "button", "Menu");
  await page.getByRole("button", { name: /^A new version is ready/ }).waitFor();
  await page.keyboard.press("Escape");
  await tap(page, "button", "Pay");
  await putAway(page);
  assert.ok((await registration(page)).waiting, "not during a payment");
  await tap(page, "button", "Take payment");
  await page.getByRole("button", { name: "New sale" }).waitFor();
  await putAway(page);
  assert.ok((await registration(page)).waiting, "not before the receipt");
  assert.equal(await build(page), "1");
  const loaded = page.waitForEvent("load");
  await tap(page, page.getByRole("button", { name: "New sale", disabled: false }));
  await putAway(page);
  await loaded;
  assert.equal(await build(page), "2");
  await tiles(page).first().waitFor();
  await kept(page);
  await until("only its files are kept", () => page.evaluate(async () => (await caches.keys()).length === 1));
  await closePage(page);
  await builds.stop();
});

test("by a press a newer version comes at once, and the cart stays", async () => {
  const builds = await serveBuilds();
  const page = await openTill(builds);
  await kept(page);
  await tap(page, tiles(page).first());
  builds.build = 2;
  await registration(page, "update");
  await tap(page, "button", "Menu");
  const loaded = page.waitForEvent("load");
  await tap(page, page.getByRole("button", { name: /^A new version is ready/ }));
  await loaded;
  assert.equal(await build(page), "2");
  await page.getByRole("button", { name: /^Cart, 1 piece/ }).waitFor();
  await closePage(page);
  await builds.stop();
});

test("a version that did not come whole never starts, and the one before needs nothing of the server", async () => {
  const builds = await serveBuilds();
  const profile = path.join(folder, "halfway");
  let context = await openLasting(profile);
  let page = await openTill(builds, { context });
  await kept(page);
  Object.assign(builds, { build: 2, broken: true, gone: true });
  await registration(page, "update");
  await until("it was given up", async () => !(await registration(page)).installing);
  assert.equal((await registration(page)).waiting, false);
  await page.reload();
  await tiles(page).first().waitFor();
  assert.equal(await build(page), "1");
  await kept(page);
  expectNoNetwork(page);
  await closePage(page);

  context = await openLasting(profile);
  page = await openPage(builds.url + "till", { context });
  await tiles(page).first().waitFor();
  assert.equal(await build(page), "1");
  Object.assign(builds, { broken: false, gone: false });
  await registration(page, "update");
  await until("the rest of it came", async () => (await registration(page)).waiting);
  expectNoNetwork(page);
  await closePage(page);
  await builds.stop();
});

test("what the browser dropped or damaged comes back, and the journal stays", async () => {
  const page = await openTill(shop);
  await kept(page);
  await sell(page);
  await until("the catalogue is stored", () => blob(page, "catalogue/base"));
  const size = await blob(page, "catalogue/base");
  for (const damage of [null, "nonsense"]) {
    await blob(page, "catalogue/base", damage);
    await page.reload();
    await tiles(page).first().waitFor();
    await until("it is stored again", async () => await blob(page, "catalogue/base") > size / 2);
  }
  const files = await page.evaluate(async () => {
    const cache = await caches.open((await caches.keys())[0]);
    const before = (await cache.keys()).length;
    for (const request of (await cache.keys()).slice(0, 5)) await cache.delete(request);
    return before;
  });
  await page.reload();
  await kept(page);
  assert.equal(await page.evaluate(async () => (await (await caches.open((await caches.keys())[0])).keys()).length), files);
  await tiles(page).first().waitFor();
  await tap(page, "button", "Menu");
  await page.getByText("This till is ready to start without network.").waitFor();
  await page.getByText(/^Storage: /).waitFor();
  await tap(page, page.getByRole("button", { name: /^Sales of the day/ }));
  await page.getByRole("button", { name: /^Sale / }).first().waitFor();
  assert.equal(await page.getByRole("button", { name: /^Sale / }).count(), 1);
  await settled(page);
  await closePage(page);
});
