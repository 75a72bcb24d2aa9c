// Two cashiers at one till: they choose PINs, the server stops, they change places without it, sell, and when it is back
// each sale names who made it. A wrong PIN makes one wait through a reload; who is disabled is gone at once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessibilityBreaches, api, closeBrowser, closePage, fine, openPage, serveRingup, settled, tap, tokenOf,
  until } from "./harness.mjs";

const begun = new Date(Date.now() - 1000).toISOString();
const mira = { email: "mira@shop.example", password: "nine tall yellow lamps", first_name: "Mira", last_name: "Sol", role: "cashier" };
const pins = { mira: "902817", kim: "4071" };
let shop, token, miraId, kim;
before(async () => {
  shop = await serveRingup();
  token = await tokenOf(shop);
  miraId = (await fine(shop, "/api/admin/users/", { token, method: "POST", body: mira })).id;
  const { access } = await fine(shop, "/api/accounts/login/", { method: "POST", body: { email: mira.email, password: mira.password } });
  const answer = await api(shop, "/api/accounts/me/pin/", { token: access, method: "PUT", body: { pin: pins.mira } });
  assert.equal(answer.status, 204, JSON.stringify(answer.body));
  const own = await tokenOf(shop, "cashier");
  kim = await fine(shop, "/api/accounts/me/", { token: own });
  assert.equal((await api(shop, "/api/accounts/me/pin/", { token: own, method: "PUT", body: { pin: "660731" } })).status, 204);
});
after(async () => {
  await shop?.stop();
  await closeBrowser();
});

// A till that is paired while somebody has a PIN already, and signed in with the cashier's password.
async function openTill(options) {
  const page = await openPage(shop.url + "till", options);
  const code = (await shop.run("till", "pair", "--data", shop.data, "--tenant", shop.accounts.tenant)).trim();
  await page.getByRole("textbox", { name: "Pairing code" }).fill(code);
  await tap(page, "button", "Pair this till");
  await page.getByRole("heading", { name: "Who is selling?" }).waitFor();
  await tap(page, "button", "Sign in with a password");
  const { email, password } = shop.accounts.accounts.find((account) => account.role === "cashier");
  await page.getByRole("textbox", { name: "E-mail" }).fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await tap(page, "button", "Sign in");
  await tiles(page).first().waitFor();
  return page;
}
const shot = async (page, name) => {
  await settled(page);
  if (process.env.RINGUP_PICTURES) await page.screenshot({ path: `${process.env.RINGUP_PICTURES}/cashier-${name}.png` });
};
const keys = async (page, digits) => {
  for (const digit of digits) await tap(page, "button", digit);
};
const menu = async (page, entry) => {
  await tap(page, "button", "Menu");
  await tap(page, page.getByRole("button", { name: new RegExp(`^${entry}`) }));
};
const tiles = (page) => page.getByRole("list", { name: "Products" }).getByRole("button");
const person = (page, name) => page.getByRole("list", { name: "Cashiers" }).getByRole("button", { name: new RegExp(`^${name}`) });
async function switchTo(page, name, pin) {
  await menu(page, "Switch cashier");
  await tap(page, person(page, name));
  await keys(page, pin);
  await tap(page, "button", "Start selling");
}
async function sell(page) {
  await tap(page, tiles(page).first());
  await tap(page, "button", "Pay");
  await tap(page, "button", "Take payment");
  await page.getByRole("region", { name: /^Receipt / }).waitFor();
  await tap(page, page.getByRole("button", { name: "New sale", disabled: false }));
}
const expectNoNetwork = (page) => {
  page.problems = page.problems.filter((words) => !/net::ERR_|Failed to load resource/.test(words));
};
const sellers = async () => (await fine(shop, `/api/sales/?from=${begun}`, { token })).items.map((sale) => sale.user);

test("cashiers change places without a server, and each sale names who made it", async () => {
  const page = await openTill();
  const name = [kim.first_name, kim.last_name].filter(Boolean).join(" ") || kim.email;
  await menu(page, "My PIN");
  await keys(page, "1234");
  await tap(page, "button", "Next");
  await page.getByText("This PIN is among the first").first().waitFor({ state: "attached" });
  await shot(page, "own-pin");
  await keys(page, pins.kim);
  await tap(page, "button", "Next");
  await keys(page, pins.kim);
  await tap(page, "button", "Set the PIN");
  await page.getByRole("dialog", { name: "My PIN" }).waitFor({ state: "detached" });

  await menu(page, "Switch cashier");
  await person(page, name).waitFor();
  await person(page, "Mira Sol").waitFor();
  await shot(page, "who");
  assert.deepEqual(await accessibilityBreaches(page), []);
  await tap(page, "button", "Back");

  await shop.crash();
  await tap(page, tiles(page).first());  // stays in the cart of whoever comes
  await menu(page, "Switch cashier");
  await tap(page, person(page, "Mira Sol"));
  await keys(page, pins.mira);
  await shot(page, "pin");
  assert.deepEqual(await accessibilityBreaches(page), []);
  const from = await page.evaluate(() => performance.now());
  await tap(page, "button", "Start selling");
  await tiles(page).first().waitFor();
  console.log(`# changed places in ${Math.round(await page.evaluate(() => performance.now()) - from)} ms, taps and drawing included`);
  await tap(page, "button", "Pay");
  await tap(page, "button", "Take payment");
  await page.getByRole("region", { name: /^Receipt / }).waitFor();
  await tap(page, page.getByRole("button", { name: "New sale", disabled: false }));
  await switchTo(page, name, pins.kim);
  await tiles(page).first().waitFor();
  await sell(page);

  await shop.again();
  await until("both sales have arrived", async () => (await fine(shop, `/api/sales/?from=${begun}`, { token })).items.length === 2);
  assert.deepEqual(new Set(await sellers()), new Set([miraId, kim.id]));
  const { items } = await fine(shop, "/api/tasks/", { token });
  assert.deepEqual(items.filter((task) => task.kind === "user_deactivated"), []);

  // Disabled at the desk: gone from the screen as soon as the till hears of it.
  await switchTo(page, "Mira Sol", pins.mira);
  await tiles(page).first().waitFor();
  await shop.crash();
  await shop.again();
  await fine(shop, `/api/admin/users/${miraId}/`, { token: await tokenOf(shop), method: "PATCH", body: { is_active: false } });
  await page.getByRole("heading", { name: "Who is selling?" }).waitFor();
  await page.getByText("Mira Sol may not sell at this till any more.").first().waitFor({ state: "attached" });
  assert.equal(await person(page, "Mira Sol").count(), 0);
  await shot(page, "gone");
  expectNoNetwork(page);
  await closePage(page);
});

test("five wrong PINs make one wait, through a reload too", async () => {
  const page = await openTill();
  const name = [kim.first_name, kim.last_name].filter(Boolean).join(" ") || kim.email;
  await menu(page, "Switch cashier");
  await tap(page, person(page, name));
  for (let i = 0; i < 5; ++i) {
    await keys(page, "9999");
    await tap(page, "button", "Start selling");
    await page.getByText(i < 4 ? `${4 - i} tr` : "Too many wrong PINs").first().waitFor({ state: "attached" });
  }
  await shot(page, "wait");
  await page.reload();
  await page.waitForFunction(() => window.ringup?.ready);
  await menu(page, "Switch cashier");
  await page.getByRole("button", { name: /Too many wrong PINs/ }).waitFor();
  await tap(page, person(page, name));
  await page.getByText("Too many wrong PINs. Try again").first().waitFor({ state: "attached" });
  assert.equal(await page.getByRole("button", { name: "Start selling" }).count(), 0);
  expectNoNetwork(page);
  await closePage(page);
});

test("the doors, light and dark, small and large", async () => {
  for (const [name, options] of Object.entries({ light: {}, dark: { dark: true }, wide: { wide: true, ratio: 1 },
    "wide-dark": { wide: true, ratio: 1, dark: true } })) {
    const page = await openTill(options);
    await menu(page, "Switch cashier");
    await shot(page, `who-${name}`);
    await tap(page, page.getByRole("list", { name: "Cashiers" }).getByRole("button").first());
    await keys(page, "12");
    await shot(page, `pin-${name}`);
    await tap(page, "button", "Back");
    await tap(page, "button", "Sign in with a password");
    await page.getByRole("textbox", { name: "Password" }).waitFor();
    await shot(page, `password-${name}`);
    await tap(page, "button", "Use a PIN");
    await page.getByRole("heading", { name: "Who is selling?" }).waitFor();
    await shot(page, `entrance-${name}`);
    await tap(page, "button", "Sign in with a password");
    await tap(page, "button", "Sign in with a one-time code");
    await page.getByRole("textbox", { name: "E-mail or phone number" }).waitFor();
    await shot(page, `code-${name}`);
    expectNoNetwork(page);
    await closePage(page);
  }
});
