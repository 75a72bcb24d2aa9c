// Receipts on paper and behind their QR code: a recording printer in place of a real one, the system's print page, the
// receipt's page, with and without network.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, test } from "node:test";
import { closeBrowser, closePage, fine, openBrowser, openTill, root, serveRingup, settled, tap, tokenOf, until } from "./harness.mjs";

const require = createRequire(path.join(root, "node_modules/x.js"));
const { prepareZXingModule, readBarcodes } = require("zxing-wasm/reader");
prepareZXingModule({ overrides: { wasmBinary: readFileSync(require.resolve("zxing-wasm/reader/zxing_reader.wasm")).buffer } });
const looks = process.env.RINGUP_LOOKS;  // a folder for pictures that people look at

let shop, token;
before(async () => {
  shop = await serveRingup();
  token = await tokenOf(shop);
});
after(async () => {
  await shop?.stop();
  await closeBrowser();
});

// Stands in for navigator.usb and navigator.serial before the page loads; complains about calls that the real ones
// would refuse. What was printed lies in window.jobs, one array of bytes per opening.
function recordingPrinters() {
  window.jobs = [];
  window.trouble = "";  // what the next opening meets
  const rule = (holds, words) => { if (!holds) throw new DOMException(words, "InvalidStateError"); };
  const device = {
    vendorId: 0x4b8, productId: 0x202, serialNumber: "1", manufacturerName: "Acme", productName: "T1",
    opened: false, configuration: null, claimed: null,
    configurations: [{ configurationValue: 1, interfaces: [
      { interfaceNumber: 0, alternates: [{ alternateSetting: 0, interfaceClass: 3, endpoints: [] }] },
      { interfaceNumber: 1, alternates: [{ alternateSetting: 0, interfaceClass: 7, endpoints: [
        { endpointNumber: 2, direction: "in", type: "bulk" }, { endpointNumber: 3, direction: "out", type: "bulk" }] }] }] }],
    async open() {
      rule(!this.opened, "opened twice");
      if (window.trouble === "in use") throw new DOMException("Access denied.", "SecurityError");
      this.opened = true;
      window.jobs.push([]);
    },
    async close() { this.opened = false; this.claimed = null; this.configuration = null; },
    async selectConfiguration(value) {
      rule(this.opened, "not open");
      this.configuration = this.configurations.find((one) => one.configurationValue === value);
    },
    async claimInterface(number) {
      rule(this.opened && this.configuration, "no configuration");
      this.claimed = number;
    },
    async releaseInterface(number) { rule(this.claimed === number, "not claimed"); this.claimed = null; },
    async controlTransferIn(setup, length) {
      rule(this.claimed === setup.index && length === 1, "not claimed");
      return { status: "ok", data: new DataView(Uint8Array.of(window.trouble === "no paper" ? 0x38 : 0x18).buffer) };
    },
    async transferOut(endpoint, bytes) {
      rule(this.claimed === 1 && endpoint === 3, "not the printer's endpoint");
      window.jobs.at(-1).push(...bytes);
      return { status: "ok", bytesWritten: bytes.length };
    },
  };
  const given = (name) => sessionStorage.getItem(name) !== null;
  const pressed = () => rule(navigator.userActivation.isActive, "without a press");
  const usb = {
    async requestDevice({ filters }) {
      pressed();
      rule(filters.some(({ classCode }) => classCode === 7), "not for printers");
      sessionStorage.setItem("usb", "1");
      return device;
    },
    getDevices: async () => given("usb") && window.trouble !== "unplugged" ? [device] : [],
  };
  const port = {
    writable: null, baud: 0,
    getInfo: () => ({ usbVendorId: 1, usbProductId: 2 }),
    async open({ baudRate }) {
      rule(this.writable === null, "opened twice");
      window.baud = baudRate;
      const job = [];
      window.jobs.push(job);
      this.writable = new WritableStream({ write(chunk) { job.push(...chunk); } });
    },
    async close() { rule(!this.writable.locked, "still locked"); this.writable = null; },
  };
  const serial = {
    async requestPort() { pressed(); sessionStorage.setItem("serial", "1"); return port; },
    getPorts: async () => given("serial") ? [port] : [],
  };
  for (const [name, value] of Object.entries({ usb, serial })) Object.defineProperty(navigator, name, { value });
  window.printed = 0;
  window.print = () => { ++window.printed; };
}

const jobs = (page) => page.evaluate(() => window.jobs.map((job) => job.slice()));
const job = async (page, number) => {
  await page.waitForFunction((count) => window.jobs.length >= count, number);
  await settled(page);
  return Buffer.from((await jobs(page))[number - 1]);
};
const kick = Buffer.from("1b700032fa", "hex");
const begin = Buffer.from("1b40", "hex");

// A till stands in its shop, so its clock is of the zone of the business.
const till = async () => ({
  prepare: (one) => one.addInitScript(recordingPrinters),
  context: await (await openBrowser()).newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2,
    hasTouch: true, isMobile: true, timezoneId: "Europe/Berlin" }),
});

async function openPrinter(page) {
  await tap(page, "button", "Menu");
  await tap(page, page.getByRole("button", { name: /^Printer/ }));
  await page.getByRole("dialog", { name: "Printer" }).waitFor();
  await settled(page);
}
async function closeSheet(page) {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await settled(page);
}
async function choose(page, name) {
  await tap(page, page.getByRole("radio", { name, exact: true }));
  await page.getByRole("radio", { name, exact: true, checked: true }).waitFor({ timeout: 8000 });
  await settled(page);
}

async function sell(page, tender = "Cash") {
  await tap(page, page.getByRole("list", { name: "Products" }).getByRole("button").first());
  await tap(page, "button", "Pay");
  await choose(page, tender);
  await tap(page, "button", "Take payment");
  await page.getByRole("heading", { name: / paid$/ }).waitFor();
  await settled(page);
}
const address = async (page) =>
  /QR code: (\S+)/.exec(await page.getByRole("img", { name: /QR code/ }).getAttribute("aria-label"))[1];
async function arrived(id) {
  await until("the sale is on the server", async () => (await fetch(new URL(`r/${id}`, shop.url))).ok);
}
async function serverPaper(id, columns) {
  const answer = await fetch(new URL(`api/sales/${id}/receipt/?columns=${columns}`, shop.url),
    { headers: { Authorization: `Bearer ${token}`, Accept: "application/vnd.escpos" } });
  assert.equal(answer.status, 200);
  return Buffer.from(await answer.arrayBuffer());
}

test("a USB printer gets the server's very bytes, offline too, and the drawer opens on cash only", async () => {
  const page = await openTill(shop, await till());
  await openPrinter(page);
  await choose(page, "USB");
  await tap(page, "button", "Choose the printer…");
  await page.getByRole("button", { name: "Printer: Acme T1, choose another one" }).waitFor();
  await tap(page, "switch", "Print after each sale");
  if (looks) await page.screenshot({ path: path.join(looks, "printer.png") });
  await tap(page, "button", "Print a test page");
  assert.ok((await job(page, 1)).includes(Buffer.from("Test page")));
  await closeSheet(page);

  await page.context().setOffline(true);
  await sell(page);
  const offline = await job(page, 2), link = await address(page), id = link.split("/").at(-1);
  assert.equal(link, `${new URL(shop.url).origin}/r/${id}`);
  assert.deepEqual(offline.subarray(0, 7), Buffer.concat([begin, kick]));
  assert.equal((await fetch(link)).status, 404, "not there yet");
  await page.context().setOffline(false);
  await arrived(id);
  assert.deepEqual(Buffer.concat([begin, offline.subarray(7)]), await serverPaper(id, 48));

  await tap(page, page.getByRole("button", { name: "New sale", disabled: false }));
  await sell(page, "Card");
  const card = await job(page, 3), cardId = (await address(page)).split("/").at(-1);
  assert.ok(!card.includes(kick), "no drawer for cards");
  await arrived(cardId);
  assert.deepEqual(card, await serverPaper(cardId, 48));

  // Troubles are said and change nothing; printing again works.
  for (const [trouble, words] of [["no paper", /out of paper/], ["in use", /holds the printer/], ["unplugged", /not connected/]]) {
    await page.evaluate((what) => { window.trouble = what; }, trouble);
    await tap(page, page.getByRole("button", { name: "Print", exact: true, disabled: false }));
    await page.getByText(words).first().waitFor();
  }
  if (looks) await page.screenshot({ path: path.join(looks, "trouble.png") });
  await page.evaluate(() => { window.trouble = ""; });
  const before = (await jobs(page)).length;
  await tap(page, page.getByRole("button", { name: "Print", exact: true, disabled: false }));
  assert.deepEqual(await job(page, before + 1), card);
  page.problems = page.problems.filter((words) => !words.includes("ERR_INTERNET_DISCONNECTED"));
  await closePage(page);
});

test("a serial printer gets them at its speed on narrow paper", async () => {
  const page = await openTill(shop, await till());
  await openPrinter(page);
  await choose(page, "Serial");
  await tap(page, "button", "Choose the printer…");
  await page.getByRole("button", { name: "Printer: Serial printer, choose another one" }).waitFor();
  await choose(page, "38400");
  await choose(page, "58 mm");
  await closeSheet(page);
  await sell(page);
  assert.deepEqual(await job(page, 1), Buffer.concat([begin, kick]), "the drawer alone");
  assert.equal(await page.evaluate(() => window.baud), 38400);
  await tap(page, page.getByRole("button", { name: "Print", exact: true, disabled: false }));
  const paper = await job(page, 2), id = (await address(page)).split("/").at(-1);
  await arrived(id);
  assert.deepEqual(paper, await serverPaper(id, 32));
  await closePage(page);
});

test("the QR codes on screen and paper open the receipt's page", async () => {
  const page = await openTill(shop, await till());
  await sell(page);
  const link = await address(page);
  await page.getByRole("img", { name: /QR code/ }).focus().catch(() => {});
  await page.mouse.move(195, 500);
  await page.mouse.wheel(0, 3000);
  await settled(page);
  const read = async (png) => (await readBarcodes(new Uint8Array(png), { formats: ["QRCode"], tryHarder: true }))
    .map(({ text }) => text);
  const screen = await page.screenshot({ path: looks && path.join(looks, "receipt.png") });
  assert.deepEqual(await read(screen), [link]);

  for (const width of [80, 58]) {
    if (width === 58) {
      await tap(page, page.getByRole("button", { name: "New sale", disabled: false }));
      await openPrinter(page);
      await choose(page, "58 mm");
      await closeSheet(page);
      await sell(page);
    }
    const shown = await address(page);
    await tap(page, page.getByRole("button", { name: "Print", exact: true, disabled: false }));
    await page.waitForFunction(() => window.printed > 0);
    assert.equal(await page.locator("#paper").getAttribute("class"), `strip mm${width}`);
    const pdf = await page.pdf({ preferCSSPageSize: true, path: looks && path.join(looks, `strip${width}.pdf`) });
    const box = /MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(pdf.toString("latin1"));
    assert.ok(Math.abs(Number(box[1]) - width / 25.4 * 72) < 2, `the page is ${width} mm wide: ${box[0]}`);
    assert.equal(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length, 1, "one page");
    await page.emulateMedia({ media: "print" });
    const strip = await page.locator("#paper").screenshot({ path: looks && path.join(looks, `strip${width}.png`) });
    await page.emulateMedia({ media: null });
    assert.deepEqual(await read(strip), [shown]);
    await page.evaluate(() => { window.printed = 0; });
  }
  await arrived(link.split("/").at(-1));
  const sale = await fine(shop, `/api/sales/${link.split("/").at(-1)}/`, { token });
  const answer = await page.context().newPage();
  await answer.goto(link);
  await answer.getByRole("heading", { name: new RegExp(`Receipt ${sale.receipt}`) }).waitFor();
  if (looks) {
    await answer.screenshot({ path: path.join(looks, "page.png"), fullPage: true });
    await answer.emulateMedia({ colorScheme: "dark" });
    await answer.setViewportSize({ width: 1440, height: 900 });
    await answer.screenshot({ path: path.join(looks, "page-dark.png"), fullPage: true });
  }
  await answer.close();
  await closePage(page);
});
