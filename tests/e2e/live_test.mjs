// What the server tells reaches everybody who looks, at once and over one connection per browser: two tabs of the
// console and a till, against the real binary. Polling would take a quarter of a minute or more; these tests do not wait
// so long for anything.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, closeBrowser, closePage, fine, openConsole, openPage, openTill, serveRingup, settled, tap, tokenOf, until }
  from "./harness.mjs";

const soon = { timeout: 8_000 };
const attached = { ...soon, state: "attached" };
let shop, token;
before(async () => {
  shop = await serveRingup();
  token = await tokenOf(shop);
});
after(async () => {
  await shop?.stop();
  await closeBrowser();
});

const shot = (page, name) => process.env.RINGUP_PICTURES
  ? page.screenshot({ path: `${process.env.RINGUP_PICTURES}/live-${name}.png` }) : null;
const live = (page) => page.waitForFunction(() => window.ringup?.stream === "live");
// Requests of a browser for the stream, newest last.
function watchStreams(context) {
  const streams = [];
  context.on("request", (request) => {
    if (new URL(request.url()).pathname.startsWith("/api/events")) streams.push(request);
  });
  return streams;
}
// Another tab of the same browser and person.
async function anotherTab(page, place) {
  const tab = await page.context().newPage();
  tab.problems = page.problems;
  await tab.goto(`${shop.url}console#${place}`);
  await tab.getByRole("banner").waitFor();
  await settled(tab);
  return tab;
}
// Sells whatever stands first. Answers the receipt's number.
async function sell(till) {
  await tap(till, till.getByRole("list", { name: "Products" }).getByRole("button").first());
  await tap(till, "button", "Pay");
  await tap(till, "button", "Take payment");
  const paper = till.getByRole("region", { name: /^Receipt / });
  await paper.waitFor();
  const number = (await paper.getAttribute("aria-label")).replace("Receipt ", "");
  await tap(till, till.getByRole("button", { name: "New sale", disabled: false }));
  return number;
}
async function someProduct() {
  const { items } = await fine(shop, "/api/catalogue/products/?limit=100", { token });
  return items.find((one) => /^[A-Za-z ]{6,30}$/.test(one.name) && Number(one.unit_price) > 1 &&
    items.filter((other) => other.name === one.name).length === 1);
}
const change = (product, price) =>
  fine(shop, `/api/catalogue/products/${product.id}/`, { token, method: "PATCH", body: { unit_price: price } });

test("two tabs share one stream; a sale is in the list and on the dashboard of both at once", async () => {
  const till = await openTill(shop);
  await live(till);
  const list = await openPage(shop.url + "console", { wide: true, ratio: 1 });
  const streams = watchStreams(list.context());
  const owner = shop.accounts.accounts.find((account) => account.role === "owner");
  await list.getByRole("textbox", { name: "E-mail", exact: true }).fill(owner.email);
  await list.getByRole("textbox", { name: "Password", exact: true }).fill(owner.password);
  await tap(list, "button", "Sign in");
  await list.getByRole("banner").waitFor();
  await list.evaluate(() => { location.hash = "/sales"; });
  await list.getByRole("grid", { name: "Sales" }).waitFor();
  const board = await anotherTab(list, "/dashboard");
  await live(list);
  await live(board);
  assert.equal(streams.length, 1);

  const before = (await fine(shop, "/api/reports/dashboard/", { token })).today.sales;
  const receipt = await sell(till);
  await list.getByRole("gridcell", { name: receipt }).waitFor(soon);
  await board.waitForFunction((sales) => window.document.body.textContent.includes(sales) ||
    [...document.querySelectorAll("[aria-label]")].some((one) => one.ariaLabel.includes(sales)), String(before + 1), soon);
  assert.equal(streams.length, 1);

  // Somebody who reads further down keeps their place.
  await list.mouse.move(700, 500);
  await list.mouse.wheel(0, 600);
  await settled(list);
  const more = [await sell(till), await sell(till), await sell(till)];
  await list.getByRole("button", { name: "3 new sales" }).waitFor(soon);
  assert.equal(await list.getByRole("gridcell", { name: more[2] }).count(), 0);
  await settled(list);
  await shot(list, "pill-light");
  await list.emulateMedia({ colorScheme: "dark" });
  await settled(list);
  await shot(list, "pill-dark");
  await tap(list, "button", "3 new sales");
  for (const number of more) await list.getByRole("gridcell", { name: number }).waitFor(soon);

  // The tab that holds the stream goes; the other one hears on.
  const leader = streams[0].frame().page();
  const other = leader === list ? board : list;
  await leader.close();
  await until("the other tab takes over", () => streams.length === 2);
  await live(other);
  assert.match(streams[1].headers()["last-event-id"], /^\d+$/);
  await other.evaluate(() => { location.hash = "/sales"; });
  await other.getByRole("grid", { name: "Sales" }).waitFor();
  await settled(other);
  const last = await sell(till);
  await other.getByRole("gridcell", { name: last }).waitFor(soon);
  await closePage(other);
  await closePage(till);
});

test("a price and the receipt's last line are new on the till at once", async () => {
  const till = await openTill(shop);
  await live(till);
  const product = await someProduct();
  await till.getByRole("searchbox", { name: "Search products" }).fill(product.name);
  const price = (Number(product.unit_price) + 1).toFixed(2);
  await change(product, price);
  const tile = till.getByRole("list", { name: "Products" })
    .getByRole("button", { name: new RegExp(`^${product.name}, €${price.replace(".", "\\.")}`) });
  await tile.waitFor(soon);
  const told = till.waitForResponse((response) => response.url().endsWith("/api/till/settings/"));
  await fine(shop, "/api/business/", { token, method: "PATCH", body: { receipt_footer: "Back on Monday" } });
  await told;
  await tap(till, tile);
  await tap(till, "button", "Pay");
  await tap(till, "button", "Take payment");
  const paper = till.getByRole("region", { name: /^Receipt / });
  await paper.waitFor();
  await till.getByText("Back on Monday").first().waitFor(attached);
  await closePage(till);
});

test("the server is killed and started again: everybody resumes, and nothing is missed", async () => {
  const till = await openTill(shop);
  const desk = await openConsole(shop, "owner", { place: "/products" });
  const streams = watchStreams(desk.context());
  await live(till);
  await live(desk);
  const product = await someProduct();
  await till.getByRole("searchbox", { name: "Search products" }).fill(product.name);
  await desk.getByRole("searchbox", { name: "Search products" }).fill(product.name);

  await shop.crash();
  await desk.getByRole("status", { name: "Reconnecting…" }).waitFor({ timeout: 20_000 });
  await settled(desk);
  await shot(desk, "reconnecting-light");
  await desk.emulateMedia({ colorScheme: "dark" });
  await settled(desk);
  await shot(desk, "reconnecting-dark");
  await till.getByRole("status", { name: /^(Reconnecting…|Offline)/ }).waitFor({ timeout: 20_000 });
  await settled(till);
  await shot(till, "till-reconnecting");
  await shop.again();
  const price = (Number(product.unit_price) + 2).toFixed(2);
  await change(product, price);  // before anybody is back

  const words = new RegExp(`€${price.replace(".", "\\.")}`);
  await till.getByRole("list", { name: "Products" }).getByRole("button", { name: words }).first().waitFor({ timeout: 40_000 });
  await desk.getByRole("gridcell", { name: price }).first().waitFor({ timeout: 40_000 });
  await live(till);
  await live(desk);
  assert.match(streams.at(-1).headers()["last-event-id"], /^\d+$/);
  await desk.getByRole("status", { name: "Reconnecting…" }).waitFor({ state: "detached" });
  for (const page of [till, desk]) page.problems = page.problems.filter((words) => !words.includes("net::ERR_"));
  await closePage(till);
  await closePage(desk);
});

test("whoever signs out in one tab is signed out in all", async () => {
  const one = await openConsole(shop, "manager", { place: "/products" });
  const two = await anotherTab(one, "/sales");
  await tap(one, one.getByRole("button", { name: /^Account of / }));
  await tap(one, "button", "Sign out");
  for (const tab of [one, two]) await tab.getByRole("textbox", { name: "Password", exact: true }).waitFor(soon);
  const { status } = await api(shop, "/api/sales/");
  assert.equal(status, 401);
  await closePage(two);
});
