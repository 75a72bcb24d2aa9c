// An owner's day, at 1440×900, by role and name: a file with ten bad lines is mended and imported, a price is changed and
// the till shows it, the till's sale and its task are read, a report is saved.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { closeBrowser, closePage, openConsole, openTill, serveRingup, settled, tap } from "./harness.mjs";

let shop;
before(async () => { shop = await serveRingup(); });
after(async () => { await closeBrowser(); await shop.stop(); });

const good = Array.from({ length: 30 }, (_, i) => `OT-${i},,Owner's tea ${i},Owner's teas,3.${10 + i},reduced,${i ? 20 : 1}`);
// What is wrong in each line, and what is typed instead.
const bad = [
  ["OB-0,4006381333932,Brick tea,Owner's teas,3.49,reduced,5", "Barcode", "4006381333931"],
  ["OB-1,,,Owner's teas,3.49,reduced,5", "Name", "Mint tea of the house"],
  ["OB-2,,Rooibos of the house,Owner's teas,on request,reduced,5", "Price", "4.20"],
  ["OB-3,,Earl Grey of the house,Owner's teas,3.49,unheard,5", "Tax class", "reduced"],
  ["OB-4,,Assam of the house,Owner's teas,3.49,reduced,many", "Stock", "12"],
  [",,Darjeeling of the house,Owner's teas,5.49,reduced,5", "SKU", "OB-5"],
  ["OT-1,,Named twice,Owner's teas,3.49,reduced,5", "SKU", "OB-6"],
  ["OB-7,,Oolong of the house,Owner's teas,-3.49,reduced,5", "Price", "3.49"],
  ["OB-8,,Sencha of the house,Owner's teas,3.49,reduced,-5", "Stock", "0"],
  ["OB-9,12,Matcha of the house,Owner's teas,13.49,reduced,5", "Barcode", ""],
];
const list = ["sku,barcode,name,category,price,tax_class,stock", ...good, ...bad.map(([line]) => line)].join("\n") + "\n";
const firstBad = good.length + 2;

async function type(page, name, text) {
  await page.getByRole("textbox", { name, exact: true }).fill(text);
  await settled(page);
}

async function importList(desk) {
  await tap(desk, "link", "Products");
  await tap(desk, "button", "Import");
  const chosen = desk.waitForEvent("filechooser");
  await tap(desk, "button", "Choose a file");
  await (await chosen).setFiles({ name: "teas.csv", mimeType: "text/csv", buffer: Buffer.from(list) });
  await desk.getByRole("grid", { name: "First lines" }).waitFor();
  await tap(desk, "button", "Check the file");
  await desk.getByRole("group", { name: "Refused lines, 10" }).waitFor();
  for (const [i, [, column, value]] of bad.entries()) {
    const field = desk.getByRole("textbox", { name: `${column}, line ${firstBad + i}`, exact: true });
    for (let tries = 0; tries < 20 && !(await field.count()); ++tries) {
      await desk.mouse.move(800, 600);
      await desk.mouse.wheel(0, 84);
      await settled(desk);
    }
    await field.fill(value);
    await settled(desk);
  }
  await tap(desk, "button", "Check again");
  await tap(desk, "button", "Import 40 products");
  await desk.getByRole("heading", { name: "40 products are in" }).waitFor();
  await tap(desk, "button", "Show products");
}

async function changePrice(desk, name, from, to) {
  await desk.getByRole("searchbox", { name: "Search products" }).fill(name);
  await settled(desk);
  const row = desk.getByRole("row", { name: new RegExp(`^${name},`) });
  await row.waitFor();
  await desk.getByRole("grid", { name: "Products", exact: true }).focus();
  for (const key of ["Home", "Enter"]) {
    await desk.keyboard.press(key);
    await settled(desk);
  }
  await desk.getByRole("complementary", { name }).waitFor();
  const price = desk.getByRole("textbox", { name: "Price with tax (EUR)" });
  assert.equal(await price.inputValue(), from);
  await type(desk, "Price with tax (EUR)", to);
  await tap(desk, "button", "Save");
  await desk.getByRole("row", { name: new RegExp(`^${name},.*${to.replace(".", "\\.")}`) }).waitFor();
  await desk.keyboard.press("Escape");
  await settled(desk);
}

test("an owner's day", async () => {
  const desk = await openConsole(shop, "owner");
  await importList(desk);
  await changePrice(desk, "Owner's tea 0", "3.10", "4.40");

  const till = await openTill(shop);
  await till.getByRole("searchbox").fill("Owner's tea 0");
  await settled(till);
  const tile = till.getByRole("list", { name: "Products" }).getByRole("button", { name: /^Owner's tea 0,.*4\.40/ });
  await tile.first().waitFor();
  // One is in stock; the second one takes it below zero, which is the owner's to know.
  for (let i = 0; i < 2; ++i) {
    await tap(till, tile.first());
    await settled(till);
  }
  await tap(till, "button", "Pay");
  await till.getByText("€8.80").first().waitFor({ state: "attached" });
  const delivered = till.waitForResponse((response) => response.url().includes("/api/till/journal/") &&
    (response.request().postData() ?? "").includes("Owner's tea 0"));
  await tap(till, "button", "Take payment");
  const paper = till.getByRole("region", { name: /^Receipt / });
  await paper.waitFor();
  const receipt = (await paper.getAttribute("aria-label")).replace("Receipt ", "");
  assert.equal((await delivered).status(), 200);
  await closePage(till);

  await tap(desk, "link", "Sales");
  await tap(desk, desk.getByRole("gridcell", { name: receipt }));
  await desk.getByRole("heading", { name: `Sale ${receipt}` }).waitFor();
  await desk.getByRole("region", { name: `Receipt ${receipt}` }).waitFor();
  await tap(desk, "link", "Open its task");
  await desk.getByRole("heading", { name: "Stock is below zero" }).first().waitFor();
  await desk.getByRole("button", { name: `Sale ${receipt}` }).waitFor();

  await tap(desk, "link", "Reports");
  await tap(desk, "button", "Products");
  await desk.getByRole("grid", { name: "Report" }).waitFor();
  await settled(desk);
  const download = desk.waitForEvent("download");
  await tap(desk, "button", "Export CSV");
  const lines = readFileSync(await (await download).path(), "utf8").split("\r\n");
  assert.ok(lines.some((line) => /^Owner's tea 0,OT-0,Owner's teas,2,1,8\.80,/.test(line)), lines.slice(0, 5).join("\n"));
  await closePage(desk);
});
