// The desk's widgets in a browser: the table as a grid of ARIA, files, pictures. On the gallery, without a server.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync } from "node:fs";
import zlib from "node:zlib";
import { closeBrowser, closePage, openPage, serveModule, settled, tap } from "./harness.mjs";

let server;
before(async () => { server = await serveModule("gallery"); });
after(async () => { await closeBrowser(); await server.stop(); });

const open = async (tab) => {
  const page = await openPage(server.url, { wide: true, ratio: 1 });
  await tap(page, "tab", tab);
  await settled(page);
  return page;
};

test("the table is one tab stop with an active row, and its panel takes and gives back the focus", async () => {
  const page = await open("Desk");
  const grid = page.getByRole("grid", { name: "Products" });
  assert.equal(await grid.getAttribute("aria-rowcount"), "100001");
  assert.equal(await grid.getAttribute("aria-multiselectable"), "true");
  await grid.focus();
  const active = () => page.evaluate(() =>
    document.getElementById(document.activeElement.getAttribute("aria-activedescendant"))?.ariaLabel ?? "");
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
    await settled(page);
  };
  await press("ArrowDown");
  assert.match(await active(), /^Sourdough bread 2,/);
  await press("End");
  assert.match(await active(), /100000,/);
  await press("Home", "Space");
  await page.getByText("1 selected").waitFor();
  assert.equal(await page.getByRole("row", { name: "Whole milk 1 l 1," }).getAttribute("aria-selected"), "true");
  await press("Enter");
  const panel = page.getByRole("complementary", { name: "Whole milk 1 l 1" });
  await panel.waitFor();
  await settled(page);
  assert.ok(await panel.evaluate((element) => element === document.activeElement));
  await press("Escape");
  await panel.waitFor({ state: "detached" });
  assert.ok(await grid.evaluate((element) => element === document.activeElement));
  await press("ArrowUp", "End", "ArrowLeft", "Enter");
  const price = page.getByRole("columnheader", { name: "Price" });
  assert.equal(await price.getAttribute("aria-sort"), "descending");
  await closePage(page);
});

test("a drop-down is a combobox whose list is searched", async () => {
  const page = await open("Desk");
  await tap(page, page.getByRole("row", { name: "Sourdough bread 2," }));
  const box = page.getByRole("combobox", { name: "Category", exact: true });
  await tap(page, box);
  await settled(page);
  await page.keyboard.type("cof", { delay: 120 });
  await page.getByRole("option", { name: "Coffee" }).waitFor();
  await settled(page);
  await page.keyboard.press("Enter");
  await page.getByRole("listbox").waitFor({ state: "detached" });
  assert.equal(await box.textContent(), "Coffee");
  await closePage(page);
});

test("files are chosen, dropped and saved, and bytes go out and come back as they are", async () => {
  const page = await open("Controls");
  const chosen = page.waitForEvent("filechooser");
  await tap(page, "button", "Choose a file");
  await (await chosen).setFiles({ name: "tea.csv", mimeType: "text/csv", buffer: Buffer.from("name;price\n") });
  await page.getByText("Chosen tea.csv, 11 bytes").waitFor();
  const download = page.waitForEvent("download");
  await tap(page, "button", "Save a file");
  const saved = await download;
  assert.equal(saved.suggestedFilename(), "products.csv");
  assert.equal(readFileSync(await saved.path(), "utf8"), "name;price\nTee;1,20\n");
  await tap(page, "button", "Send with progress");
  await page.getByText("All came back, 300000 told, text/plain").waitFor();
  await page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["1234"], "milk.csv", { type: "text/csv" }));
    for (const kind of ["dragenter", "dragover", "drop"]) {
      document.getElementById("stage").dispatchEvent(
        new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
    }
  });
  await page.getByText("Dropped milk.csv, 4 bytes").waitFor();
  await closePage(page);
});

// A picture of one colour.
function png(side, red, green, blue) {
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const size = Buffer.alloc(4), sum = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    sum.writeUInt32BE(checksum(body));
    return Buffer.concat([size, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const line = Buffer.concat([Buffer.from([0]), Buffer.alloc(side * 3, Buffer.from([red, green, blue]))]);
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head),
    chunk("IDAT", zlib.deflateSync(Buffer.concat(Array(side).fill(line)))), chunk("IEND", Buffer.alloc(0))]);
}

// node 18 has no crc32 of its own.
function checksum(data) {
  if (zlib.crc32) return zlib.crc32(data);
  let sum = 0xffffffff;
  for (const byte of data) {
    sum ^= byte;
    for (let i = 0; i < 8; ++i) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

// The colour at a point, as [red, green, blue].
async function colorAt(page, x, y) {
  const shot = await page.screenshot({ clip: { x, y, width: 1, height: 1 } });
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const canvas = document.createElement("canvas");
    const paper = canvas.getContext("2d");
    paper.drawImage(await createImageBitmap(new Blob([bytes], { type: "image/png" })), 0, 0);
    return [...paper.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  }, shot.toString("base64"));
}

test("pictures are drawn when they came, also after a lost context, and cost nothing afterwards", async () => {
  const page = await openPage(server.url, { wide: true, ratio: 1 });
  let asked = 0;
  await page.route("**/pictures/*", (route) => {
    ++asked;
    return /\/0-320/.test(route.request().url())
      ? route.fulfill({ contentType: "image/png", body: png(64, 200, 30, 40) })
      : route.fulfill({ status: 404 });
  });
  const first = page.waitForResponse(/pictures\/0-320/);
  await tap(page, "tab", "Grid");
  await first;
  const tile = await page.getByRole("button", { name: /^Whole milk 1 l,/ }).first().boundingBox();
  const x = Math.round(tile.x + tile.width / 2), y = Math.round(tile.y + 20);
  const isRed = async () => {
    const [red, green, blue] = await colorAt(page, x, y);
    return Math.abs(red - 200) + Math.abs(green - 30) + Math.abs(blue - 40) < 12;
  };
  const untilRed = async () => {
    for (let i = 0; i < 50 && !(await isRed()); ++i) await settled(page);
    assert.ok(await isRed(), String(await colorAt(page, x, y)));
  };
  await untilRed();
  await settled(page);
  const before = asked;
  const lose = await page.evaluateHandle(() =>
    document.getElementById("canvas").getContext("webgl2").getExtension("WEBGL_lose_context"));
  await lose.evaluate((context) => new Promise((resolve) => {
    document.getElementById("canvas").addEventListener("webglcontextlost", () => setTimeout(resolve, 0), { once: true });
    context.loseContext();
  }));
  await lose.evaluate((context) => context.restoreContext());
  await page.getByText("Restored").waitFor();
  await untilRed();
  assert.ok(asked > before);
  await settled(page);
  const frames = await page.evaluate(() => window.ringup.frames);
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
  assert.equal(await page.evaluate(() => window.ringup.frames), frames);
  page.problems = page.problems.filter((words) => !words.includes("404"));
  await closePage(page);
});
