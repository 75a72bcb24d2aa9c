// The console's products in a browser, by role and name, at 1440×900 against the real binary: edit a price, undo it,
// see it through the API; two consoles that edit the same product.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, closePage, fine, openConsole, serveRingup, settled, tap, tokenOf, until } from "./harness.mjs";

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
const someProduct = async (at) => (await api("/api/catalogue/products/?limit=50")).items[at];
const field = (page, name) => page.getByRole("textbox", { name, exact: true });
// A field's `fill` is what typing does; the frame after it has taken the text.
async function type(page, name, text) {
  await field(page, name).fill(text);
  await settled(page);
}

test("a price is found, edited, saved, seen through the API and undone", async () => {
  const product = await someProduct(3);
  const page = await openConsole(shop, "owner", { place: "/products" });
  await page.getByRole("searchbox", { name: "Search products" }).fill(product.sku);
  await settled(page);
  const row = page.getByRole("row").filter({ hasText: product.name }).or(
    page.getByRole("row", { name: new RegExp(product.name.replace(/[^\w ]/g, ".")) })).first();
  await row.waitFor();
  const box = await row.boundingBox();
  await page.mouse.click(box.x + 240, box.y + box.height / 2);
  await settled(page);
  await page.getByRole("heading", { name: product.name, level: 2 }).waitFor();
  await type(page, "Price with tax (EUR)", "77.70");
  await page.keyboard.press("Control+s");
  const path = `/api/catalogue/products/${product.id}/`;
  await until("the price is saved", async () => (await api(path)).unit_price === "77.70");
  await settled(page);
  const prices = (await api(path + "prices/")).items;
  assert.equal(prices[0].unit_price, "77.70");
  assert.equal(prices[0].source, "person");
  await tap(page, "button", "Undo");
  await until("the price is as it was", async () => (await api(path)).unit_price === product.unit_price);
  await tap(page, "tab", "Prices");
  await page.getByRole("list", { name: "Prices" }).getByRole("listitem").nth(2).waitFor();
  await closePage(page);
});

test("of two consoles the second is told and loses nothing", async () => {
  const product = await someProduct(5);
  const [one, other] = [
    await openConsole(shop, "owner", { place: "/products/" + product.id }),
    await openConsole(shop, "manager", { place: "/products/" + product.id }),
  ];
  await type(other, "Name", "Named by the other");
  await type(one, "Price with tax (EUR)", "88.80");
  await tap(one, "button", "Save");
  const path = `/api/catalogue/products/${product.id}/`;
  await until("the first one saved", async () => (await api(path)).unit_price === "88.80");
  // Whether its catalogue has heard of it already or the server says so: it is told, and may save after it.
  await tap(other, "button", "Save");
  await other.getByRole("button", { name: "Take their values" }).waitFor();
  await until("the price of the first one is shown",
    async () => (await field(other, "Price with tax (EUR)").inputValue()) === "88.80");
  assert.equal(await field(other, "Name").inputValue(), "Named by the other");
  await tap(other, "button", "Save");
  await until("both changes stand", async () => {
    const now = await api(path);
    return now.name === "Named by the other" && now.unit_price === "88.80";
  });
  other.problems = other.problems.filter((problem) => !problem.includes("409"));  // the browser's own word for it
  await closePage(one);
  await closePage(other);
});
