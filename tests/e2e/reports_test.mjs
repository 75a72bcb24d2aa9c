// The owner's numbers in a browser, against the real binary and its demo shop: the dashboard, a report, its file.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { api, closeBrowser, closePage, openConsole, serveRingup, settled, tap, tokenOf } from "./harness.mjs";

let shop;
before(async () => { shop = await serveRingup(); });
after(async () => {
  await shop?.stop();
  await closeBrowser();
});

const get = async (path, role = "owner") => api(shop, path, { token: await tokenOf(shop, role) });
const euros = (cents) => "€" + (cents / 100).toFixed(2).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

test("the dashboard shows today beside a week ago", async () => {
  const page = await openConsole(shop, "owner", { place: "/dashboard" });
  const { body } = await get("/api/reports/dashboard/");
  const takings = euros(body.today.gross.amount);
  await page.getByRole("button", { name: new RegExp(`^Takings today.*${takings.replace(/[.$]/g, "\\$&")}`) }).waitFor();
  await page.getByRole("heading", { name: "Takings by hour" }).waitFor();
  await page.getByRole("heading", { name: "Best sellers today" }).waitFor();
  await page.getByRole("heading", { name: "Tasks that wait" }).waitFor();
  await settled(page);
  await closePage(page);
});

test("a report is chosen, narrowed and saved as a file that says the same", async () => {
  const page = await openConsole(shop, "manager", { place: "/reports?period=last_7" });
  await page.getByRole("heading", { name: "Sales by day" }).waitFor();
  await tap(page, "button", "Products");
  await page.getByRole("heading", { name: "Best sellers" }).waitFor();
  await page.getByRole("grid", { name: "Report" }).waitFor();
  assert.match(page.url(), /by=product/);
  await settled(page);
  const download = page.waitForEvent("download");
  await tap(page, "button", "Export CSV");
  const file = await download;
  assert.match(file.suggestedFilename(), /^sales-by-product-\d{4}-\d\d-\d\d-to-\d{4}-\d\d-\d\d\.csv$/);
  const lines = readFileSync(await file.path(), "utf8").trim().split("\r\n");
  assert.equal(lines[0], "product,sku,category,quantity,lines,gross,net,tax,discount");
  const [, from, to] = /product-(.*)-to-(.*)\.csv/.exec(file.suggestedFilename());
  const { body } = await get(`/api/reports/sales/?by=product&from=${from}&to=${to}&limit=10000`);
  assert.equal(lines.length - 1, body.items.length);
  // Only the name may hold commas and quotation marks, and it stands first.
  const gross = lines.slice(1).reduce((sum, line) => sum + Math.round(Number(line.split(",").at(-4)) * 100), 0);
  assert.equal(gross, body.total.gross.amount);
  await closePage(page);
});

test("a cashier is not offered the owner's numbers", async () => {
  const { status } = await get("/api/reports/dashboard/", "cashier");
  assert.equal(status, 403);
  const page = await openConsole(shop, "cashier");
  assert.equal(await page.getByRole("link", { name: "Reports", exact: true }).count(), 0);
  await closePage(page);
});
