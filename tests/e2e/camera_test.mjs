// Scanning with the phone's camera, against the real binary: Chromium's fake camera plays films of barcodes that are
// turned, tilted, blurred and noisy. What it reads is sold, online and offline; a code nobody has, an in-store weight,
// a camera that is refused or missing, a photo and a typed code.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { bitmapOf, frameOf, symbolOf, writeFilm } from "./camera_frames.mjs";
import { accessibilityBreaches, closeBrowser, closePage, fine, openBrowser, openTill, serveRingup, tap, tokenOf,
  until } from "./harness.mjs";

const unknownCode = "4012345678901", weightCode = "2302148210869";  // 1.086 kg of item 021482
let shop, token, milk, folder, begun;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "ringup-camera-"));
  shop = await serveRingup({
    // A business's in-store labels are stored with it; here as Norwegian shops use them.
    prepare: async ({ data }) => execFileSync("python3", ["-c", "import sqlite3, sys\n" +
      "with sqlite3.connect(sys.argv[1]) as db: db.execute('UPDATE tenant SET barcode_patterns = ?', (sys.argv[2],))\n",
      path.join(data, "ringup.db"), JSON.stringify([{ text: "23......{NDDD}", value: "weight" }])]),
  });
  token = await tokenOf(shop);
  begun = new Date().toISOString();
  const { items } = await fine(shop, "/api/catalogue/products/?limit=100", { token });
  milk = items.find((one) => one.barcodes?.[0]?.length === 13 && /^[\w ]{4,40}$/.test(one.name) && Number(one.unit_price) > 1);
  assert.ok(milk, "the demo shop has a product with an EAN-13");
  await fine(shop, "/api/catalogue/products/", { token, method: "POST", body: {
    sku: "021482", name: "Brown cheese", unit_price: "10.00", tax_class: milk.tax_class } });
});
after(async () => {
  await shop?.stop();
  await closeBrowser();
  rmSync(folder, { recursive: true, force: true });
});

// Twelve frames as from a hand that holds the code.
async function filmOf(format, text) {
  const file = path.join(folder, `${text}.y4m`);
  const symbol = await symbolOf(format, text);
  const frames = Array.from({ length: 12 }, (_, n) => frameOf(symbol, {
    module: 2.6 + 0.3 * Math.sin(n), angle: -9 + 1.5 * n, tilt: 0.05 * (n % 5), blur: n % 3 === 2 ? 2 : 1, noise: 8 + n,
    shade: 0.3, x: 0.5 + 0.01 * (n % 4), y: 0.5 - 0.01 * (n % 3), seed: n + 1 }));
  writeFilm(file, frames);
  return file;
}

// A till in a browser of its own, whose camera plays that film; "refused" and "missing" are a person's no and a device
// without one.
async function tillWith(camera, { role, ...options } = {}) {
  await closeBrowser();
  const args = camera === "missing" ? ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream=device-count=0"]
    : ["--use-fake-device-for-media-stream",
      ...camera === "refused" ? ["--deny-permission-prompts"]
        : ["--use-fake-ui-for-media-stream", `--use-file-for-fake-video-capture=${camera}`]];
  await openBrowser({ args });
  return openTill(shop, { role, ...options });
}
const sheet = (page) => page.getByRole("dialog", { name: "Scan" });
const openCamera = async (page) => {
  await tap(page, "button", "Scan with the camera");
  await sheet(page).waitFor();
};
const looked = (page, count) => page.waitForFunction((wanted) => window.ringup.looked >= wanted, count,
  { timeout: 120_000 });
const words = (page, text) => page.getByText(text, { exact: true }).waitFor();
const price = (text) => `€${text}`;

test("what the camera reads is sold once, online and offline", async () => {
  const page = await tillWith(await filmOf("EAN13", milk.barcodes[0]));
  const announced = page.getByRole("status").filter({ hasText: `${milk.name}, ${price(milk.unit_price)} · 1 in the cart` });
  await openCamera(page);
  await announced.waitFor({ state: "attached" });
  await page.getByText(`${price(milk.unit_price)} · 1 in the cart`, { exact: true }).waitFor();
  assert.deepEqual(await accessibilityBreaches(page), []);

  // It stays in the picture for sixty more frames and is still one.
  await looked(page, (await page.evaluate(() => window.ringup.looked)) + 60);
  await tap(page, "button", "Done");
  await page.getByRole("button", { name: `Cart, 1 piece, ${price(milk.unit_price)}` }).waitFor();
  assert.equal(await page.evaluate(() => document.querySelector("#camera video").srcObject), null);

  // The network goes and the till is started anew: reader and camera come from the device, and the sale waits on it.
  await page.waitForFunction(() => window.ringup.kept === 4);
  await page.context().setOffline(true);
  await page.reload();
  await page.getByRole("button", { name: `Cart, 1 piece, ${price(milk.unit_price)}` }).waitFor();
  await openCamera(page);
  await page.getByText(`${price(milk.unit_price)} · 2 in the cart`, { exact: true }).waitFor();
  await tap(page, "button", "Done");
  await tap(page, "button", "Pay");
  await tap(page, "button", "Take payment");
  await page.getByRole("button", { name: "New sale", disabled: false }).waitFor();
  const ours = async () => (await fine(shop, `/api/sales/?from=${begun}`, { token })).items.map(({ total }) => total.amount);
  assert.deepEqual(await ours(), []);
  await page.context().setOffline(false);
  await until("the sale reaches the server", async () => (await ours()).length === 1);
  assert.deepEqual(await ours(), [2 * Math.round(Number(milk.unit_price) * 100)]);
  page.problems = page.problems.filter((line) => !line.includes("ERR_INTERNET_DISCONNECTED"));
  await closePage(page);
});

test("an in-store label is sold by its weight", async () => {
  const page = await tillWith(await filmOf("EAN13", weightCode));
  await openCamera(page);
  await words(page, "Brown cheese");
  await words(page, "1.086 × €10.00 · 1.086 in the cart");
  await tap(page, "button", "Done");
  await page.getByRole("button", { name: "Cart, 1 piece, €10.86" }).waitFor();
  await closePage(page);
});

test("a code that no product has is said, and can be searched for or made a product", async () => {
  let page = await tillWith(await filmOf("EAN13", unknownCode));
  await openCamera(page);
  await words(page, "No product has this code");
  await words(page, "The owner or a manager can add it.");
  assert.equal(await page.getByRole("button", { name: "New product" }).count(), 0);
  assert.deepEqual(await accessibilityBreaches(page), []);
  await tap(page, "button", "Search for it");
  await sheet(page).waitFor({ state: "detached" });
  assert.equal(await page.getByRole("searchbox", { name: "Search products" }).inputValue(), unknownCode);
  await closePage(page);

  page = await tillWith(await filmOf("EAN13", unknownCode), { role: "owner" });
  await openCamera(page);
  await tap(page, "button", "New product");
  await page.getByRole("textbox", { name: "Name" }).fill("Elderflower syrup");
  await page.getByRole("textbox", { name: "Price in EUR" }).fill("four");
  await tap(page, "button", "Create and add to the sale");
  await page.getByText("Write the price as a number, as in 3.49.").first().waitFor({ state: "attached" });
  await page.getByRole("textbox", { name: "Price in EUR" }).fill("4.20");
  assert.deepEqual(await accessibilityBreaches(page), []);
  await tap(page, "button", "Create and add to the sale");
  await words(page, "New, and in the cart");
  await tap(page, "button", "Done");
  await page.getByRole("button", { name: "Cart, 1 piece, €4.20" }).waitFor();
  const made = await fine(shop, `/api/catalogue/products/?barcode=${unknownCode}`, { token });
  assert.deepEqual(made.items.map(({ name, unit_price }) => [name, unit_price]), [["Elderflower syrup", "4.20"]]);
  await closePage(page);
});

test("a camera that is refused or missing is said in words; a code can be typed or read from a photo", async () => {
  for (const [camera, title] of [["refused", "The camera is not allowed"], ["missing", "No camera found"]]) {
    const page = await tillWith(camera);
    await openCamera(page);
    await sheet(page).getByRole("heading", { name: title, exact: true }).waitFor();
    assert.deepEqual(await accessibilityBreaches(page), []);

    await tap(page, "button", "Type the code");
    const field = page.getByRole("textbox", { name: "Code below the barcode" });
    assert.equal(await field.getAttribute("inputmode"), "numeric");
    await field.fill(milk.barcodes[0]);
    await tap(page, "button", "Add to the sale");
    await words(page, `${price(milk.unit_price)} · 1 in the cart`);
    await field.fill(milk.barcodes[0].slice(0, 12) + (Number(milk.barcodes[0][12]) + 1) % 10);
    await tap(page, "button", "Add to the sale");
    await words(page, "This code cannot be sold");
    await tap(page, "button", "Back to the camera");

    const symbol = await symbolOf("EAN13", milk.barcodes[0]);
    for (const [frame, text] of [[frameOf(symbol, { width: 1200, height: 900, module: 5, angle: 31, blur: 1, noise: 8 }),
      `${price(milk.unit_price)} · 2 in the cart`], [frameOf(null), "No barcode in this picture"]]) {
      const size = frame.length === 1200 * 900 ? [1200, 900] : [640, 480];
      const chooser = page.waitForEvent("filechooser");
      await tap(page, "button", "Use a photo");
      await (await chooser).setFiles({ name: "photo.bmp", mimeType: "image/bmp", buffer: bitmapOf(frame, ...size) });
      await words(page, text);
    }
    await closePage(page);
  }
});
