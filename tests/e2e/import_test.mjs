// The console's import in a browser, by role and name, at 1440×900 against the real binary: a file from another
// program with ten bad lines is mapped, checked, mended in place, and all of it goes in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, closePage, fine, openConsole, serveRingup, settled, tap, tokenOf } from "./harness.mjs";

let shop, token;
before(async () => {
  shop = await serveRingup();
  token = await tokenOf(shop);
});
after(async () => {
  await shop?.stop();
  await closeBrowser();
});

const api = (path, options) => fine(shop, path, { token, ...options });

const shot = (page, name) => process.env.RINGUP_PICTURES
  ? page.screenshot({ path: `${process.env.RINGUP_PICTURES}/import-${name}.png` }) : null;

async function choose(page, name, text) {
  const chosen = page.waitForEvent("filechooser");
  await tap(page, "button", "Choose a file");
  await (await chosen).setFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByRole("grid", { name: "First lines" }).waitFor();
  await settled(page);
}
async function type(page, name, text) {
  await page.getByRole("textbox", { name, exact: true }).fill(text);
  await settled(page);
}

// Line by line what is wrong, and what a person types instead.
const bad = [
  { line: "B1;4006381333932;Green tea;Tee;3,49;7;5", field: "Barcode", value: "4006381333931" },
  { line: "B2;;;Tee;3,49;7;5", field: "Name", value: "Mint tea" },
  { line: "B3;;Rooibos;Tee;on request;7;5", field: "Price", value: "4,20" },
  { line: "B4;;Earl Grey;Tee;3,49;33;5", field: "Tax class", value: "reduced" },
  { line: "B5;;Assam;Tee;3,49;7;many", field: "Stock", value: "12" },
  { line: ";;Darjeeling;Tee;5,49;7;5", field: "SKU", value: "B6" },
  { line: "G1;;Twice;Tee;3,49;7;5", field: "SKU", value: "B7" },
  { line: "B8;;Oolong;Tee;-3,49;7;5", field: "Price", value: "3,49" },
  { line: "B9;;Sencha;Tee;3,49;7;-5", field: "Stock", value: "0" },
  { line: "B 10!;;Matcha;Tee;13,49;7;5", field: "SKU", value: "B10" },
];
const good = Array.from({ length: 90 }, (_, i) => `G${i + 1};;Good tea ${i + 1};Tee;2,${10 + i % 90};7;${i}`);
const file = ["Artikel-Nr.;EAN;Bezeichnung;Warengruppe;VK-Preis (EUR);MwSt;Bestand",
  ...good.slice(0, 45), ...bad.map((one) => one.line), ...good.slice(45)].join("\r\n") + "\r\n";

test("ten bad lines are mended and all of the file goes in", async () => {
  const page = await openConsole(shop, "owner", { place: "/products" });
  await tap(page, "button", "Import");
  await settled(page);
  await shot(page, "choose");
  await choose(page, "teas.csv", file);
  await shot(page, "map");
  assert.match(await page.getByRole("combobox", { name: "Price", exact: true }).textContent(), /^VK-Preis/);
  await tap(page, "button", "Check the file");
  await page.getByRole("heading", { name: "Lines to mend" }).waitFor();
  await settled(page);
  await shot(page, "mend");
  await page.getByRole("group", { name: "To add, 90" }).waitFor();
  await page.getByRole("group", { name: "Refused lines, 10" }).waitFor();
  const saved = page.waitForEvent("download");
  await tap(page, "button", "Save refused lines");
  assert.equal((await saved).suggestedFilename(), "refused-lines.csv");
  const list = page.getByRole("list", { name: "Lines to mend" });
  await list.waitFor();
  for (const [i, one] of bad.entries()) {
    const label = `${one.field}, line ${47 + i}`;
    // Lines below the edge come into view as the list is walked with the keyboard.
    for (let tries = 0; tries < 12 && !(await page.getByRole("textbox", { name: label, exact: true }).count()); ++tries) {
      await page.mouse.move(800, 600);
      await page.mouse.wheel(0, 84);
      await settled(page);
    }
    await type(page, label, one.value);
  }
  await tap(page, "button", "Check again");
  await page.getByRole("heading", { name: "Every line is right" }).waitFor();
  await settled(page);
  await shot(page, "right");
  await tap(page, "button", "Import 100 products");
  await page.getByRole("heading", { name: "100 products are in" }).waitFor();
  await settled(page);
  await shot(page, "done");
  const green = (await api("/api/catalogue/products/?barcode=4006381333931")).items[0];
  assert.equal(green.name, "Green tea");
  assert.equal(green.unit_price, "3.49");
  assert.equal(green.tax_class, "reduced");
  const found = (await api("/api/catalogue/products/?q=Rooibos")).items.find((one) => one.sku === "B3");
  assert.equal(found.unit_price, "4.20");
  await tap(page, "button", "Show products");
  await page.getByRole("searchbox", { name: "Search products" }).waitFor();
  await closePage(page);
});

test("a file is taken in the dark too, and one that is none is refused in words", async () => {
  const page = await openConsole(shop, "owner", { place: "/import", dark: true });
  const chosen = page.waitForEvent("filechooser");
  await tap(page, "button", "Choose a file");
  await (await chosen).setFiles({ name: "list.xlsx", mimeType: "", buffer: Buffer.from("PK\x03\x04 no list") });
  await page.getByRole("status", { name: /save it as CSV UTF-8/ }).waitFor();
  await shot(page, "dark-refused");
  await choose(page, "teas.csv", file);
  await shot(page, "dark-map");
  await tap(page, "button", "Check the file");
  await page.getByRole("heading", { name: "Lines to mend" }).waitFor();
  await settled(page);
  await shot(page, "dark-mend");
  await closePage(page);
});
