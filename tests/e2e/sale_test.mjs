// The whole way of a sale in a browser, found by role and name, against the real binary and its demo shop: pair, sign
// in, search, scan, pay in two ways, give one line back; and what is then on the server's disk.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, closeBrowser, closePage, openTill, scan, serveRingup, settled, tap, tokenOf } from "./harness.mjs";

let shop;
// The demo shop has sold before; what the tills of these tests sell comes after this.
let begun;
before(async () => {
  shop = await serveRingup();
  begun = new Date().toISOString();
});
after(async () => {
  await shop?.stop();
  await closeBrowser();
});

// Two products of the demo shop with prices and barcodes, as the owner's API tells them.
async function someProducts(token) {
  const { body } = await api(shop, "/api/catalogue/products/?limit=100", { token });
  const fit = body.items.filter((one) => one.barcodes?.length > 0 && /^[\w ]{4,40}$/.test(one.name) &&
    Number(one.unit_price) > 1 && body.items.filter((other) => other.name === one.name).length === 1);
  assert.ok(fit.length >= 2, "the demo shop has products with barcodes");
  return fit;
}
const cents = (price) => Math.round(Number(price) * 100);
const euros = (amount) => `€${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, "0")}`;

test("a sale is searched, scanned, paid in two ways and partly given back", async () => {
  const token = await tokenOf(shop);
  const [first, second] = await someProducts(token);
  const page = await openTill(shop);

  await page.getByRole("searchbox", { name: "Search products" }).fill(first.name);
  await tap(page, page.getByRole("list", { name: "Products" }).getByRole("button", { name: first.name }).first());
  await page.getByRole("button", { name: `Cart, 1 piece, ${euros(cents(first.unit_price))}` }).waitFor();
  await page.getByRole("searchbox", { name: "Search products" }).fill("");
  await page.evaluate(() => document.activeElement?.blur());
  await scan(page, second.barcodes[0]);
  const total = cents(first.unit_price) + cents(second.unit_price);
  await page.getByRole("button", { name: `Cart, 2 pieces, ${euros(total)}` }).waitFor();

  await tap(page, "button", "Pay");
  await tap(page, page.getByRole("radio", { name: "Card" }).or(page.getByRole("button", { name: "Card", exact: true })));
  await tap(page, "button", "1");
  await tap(page, "button", "00");
  await tap(page, "button", "Add €1.00 Card");
  await tap(page, page.getByRole("radio", { name: "Cash" }).or(page.getByRole("button", { name: "Cash", exact: true })));
  await tap(page, page.getByRole("button", { name: /^€\d/ }).first());
  await tap(page, "button", "Take payment");
  await page.getByRole("heading", { name: /^Change €/ }).waitFor();

  // The record reaches the server; its stored sale has both tenders and the very total.
  let sales = [];
  for (let tries = 0; tries < 100 && sales.length === 0; ++tries) {
    sales = (await api(shop, `/api/sales/?from=${begun}`, { token })).body.items;
    if (sales.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.equal(sales.length, 1);
  const { body: sale } = await api(shop, `/api/sales/${sales[0].id}/`, { token });
  assert.deepEqual(sale.total, { amount: total, currency: "EUR" });
  assert.deepEqual(sale.tenders.map((tender) => tender.kind), ["card", "cash"]);
  assert.deepEqual(sale.flags ?? [], []);

  await tap(page, page.getByRole("button", { name: "New sale", disabled: false }));
  await tap(page, "button", "Menu");
  await tap(page, page.getByRole("button", { name: /^Sales of the day/ }));
  await tap(page, page.getByRole("button", { name: /^Sale / }).first());
  await tap(page, page.getByRole("button", { name: new RegExp(`^${second.name}`) }).first());
  await tap(page, "button", `Give back ${euros(cents(second.unit_price))}`);
  await page.getByRole("heading", { name: `${euros(cents(second.unit_price))} given back` }).waitFor();
  for (let tries = 0; tries < 100 && sales.length < 2; ++tries) {
    sales = (await api(shop, `/api/sales/?from=${begun}`, { token })).body.items;
    if (sales.length < 2) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.deepEqual(sales.map((one) => one.total.amount).sort((a, b) => a - b), [-cents(second.unit_price), total]);
  await closePage(page);
  assert.match(await shop.run("verify", "--data", shop.data), /./);
});

test("a sale survives that no answer came and a reload", async () => {
  const page = await openTill(shop);
  let lost = 0, heard_nothing;
  const reply_lost = new Promise((resolve) => { heard_nothing = resolve; });
  await page.route("**/api/till/journal/", async (route) => {
    const asked = JSON.parse(route.request().postData());
    if (asked.records.length === 0 || lost > 0) return route.continue();
    ++lost;
    await route.fetch();  // the server books it; the till never hears so
    await route.abort();
    heard_nothing();
  });
  const before_sale = (await api(shop, `/api/sales/?from=${begun}`, { token: await tokenOf(shop) })).body.items.length;
  await tap(page, page.getByRole("list", { name: "Products" }).getByRole("button").first());
  await tap(page, "button", "Pay");
  await tap(page, "button", "Take payment");
  await page.getByRole("button", { name: "New sale" }).waitFor();
  await reply_lost;
  await page.reload();
  await page.getByRole("status", { name: "Online" }).waitFor();
  const after_sale = (await api(shop, `/api/sales/?from=${begun}`, { token: await tokenOf(shop) })).body.items.length;
  assert.equal(after_sale, before_sale + 1);
  assert.equal(lost, 1);
  page.problems = page.problems.filter((words) => !words.includes("ERR_FAILED"));  // the one that we broke off
  await closePage(page);
});

test("on a desktop the cart stays beside the grid, and the keyboard is enough", async () => {
  const page = await openTill(shop, { wide: true });
  const tile = page.getByRole("list", { name: "Products" }).getByRole("button").first();
  await tile.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("list", { name: "Cart" }).waitFor();
  await page.getByRole("button", { name: "Take payment" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Payment" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Cart" }).waitFor();
  await settled(page);
  await closePage(page);
});

test("a second tab looks on, sees what is sold, and is the till when the first is closed", async () => {
  const first = await openTill(shop);
  const second = await first.context().newPage();
  await second.goto(new URL("till", shop.url).href);
  await second.getByRole("status", { name: "Another tab is the till. This one only looks on." }).waitFor();
  await tap(second, second.getByRole("list", { name: "Products" }).getByRole("button").first());
  await second.getByRole("button", { name: "Cart, empty" }).waitFor();
  await tap(first, first.getByRole("list", { name: "Products" }).getByRole("button").first());
  await tap(first, "button", "Pay");
  await tap(first, "button", "Take payment");
  await first.getByRole("region", { name: /^Receipt / }).waitFor();
  await tap(second, "button", "Menu");
  await tap(second, second.getByRole("button", { name: /^Sales of the day/ }));
  await second.getByRole("button", { name: /^Sale / }).waitFor();
  await first.close();
  await second.getByRole("status", { name: "Another tab is the till. This one only looks on." }).waitFor({ state: "hidden" });
  await tap(second, "button", "Back");
  await second.getByRole("status", { name: "Online" }).waitFor();
  await tap(second, second.getByRole("list", { name: "Products" }).getByRole("button").first());
  await tap(second, "button", "Pay");
  await tap(second, "button", "Take payment");
  await second.getByRole("region", { name: /-000002$/ }).waitFor();
  await second.context().close();
});
