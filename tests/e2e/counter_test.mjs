// A whole day at the counter without a network, by role and name: open a shift, sell, give back, void, cash in and out,
// a new customer, a parked sale, X report, count and close. Then the network is back, and the server says the same to the
// cent, in the API and at the owner's desk.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessibilityBreaches, closeBrowser, closePage, fine, openConsole, openTill, serveRingup, settled, tap, tokenOf,
  until } from "./harness.mjs";

let shop, token;
before(async () => {
  shop = await serveRingup();
  token = await tokenOf(shop);
});
after(async () => {
  await shop?.stop();
  await closeBrowser();
});

const shot = async (page, name) => {
  await settled(page);
  if (process.env.RINGUP_PICTURES) await page.screenshot({ path: `${process.env.RINGUP_PICTURES}/counter-${name}.png` });
};
const keys = async (page, text) => {
  for (const key of text) await tap(page, "button", key);
};
const menu = async (page, entry) => {
  await tap(page, "button", "Menu");
  await tap(page, page.getByRole("button", { name: new RegExp(`^${entry}`) }));
};
const back = (page) => tap(page, "button", "Back");
async function sell(page) {
  await tap(page, page.getByRole("list", { name: "Products" }).getByRole("button").first());
  await tap(page, "button", "Pay");
  await tap(page, "button", "Take payment");
  await page.getByRole("region", { name: /^Receipt / }).waitFor();
  await tap(page, page.getByRole("button", { name: "New sale", disabled: false }));
}
// What a report says, as text; what stands in cents.
const words = async (page, name) => (await page.getByRole("region", { name }).textContent()).replace(/\s+/g, " ");
const cents = (text, word) => {
  // A row's amount comes before its words; paper writes it as the shop's country does, the screen as its language.
  const found = new RegExp(`(-?)€?(\\d[\\d.,]*)[.,](\\d\\d)\\s*(?:€\\s*)?${word}`).exec(text);
  assert.ok(found, `${word} in: ${text}`);
  return Number(found[1] + found[2].replace(/[.,]/g, "") + found[3]);
};

test("a day without network, counted and closed, is the same at the desk", async () => {
  const page = await openTill(shop);
  await shot(page, "offered");
  await page.context().setOffline(true);

  await tap(page, "button", "Open one");
  await keys(page, ["1", "0", "0", "00"]);
  await shot(page, "open");
  await tap(page, "button", "Open with €100.00");
  await page.getByRole("button", { name: "Count and close" }).waitFor();
  await shot(page, "shift");
  await back(page);

  await sell(page);
  await sell(page);
  await menu(page, "Sales of the day");
  await tap(page, page.getByRole("button", { name: /^Sale / }).first());
  await tap(page, "button", "Choose all");
  await tap(page, page.getByRole("button", { name: /^Give back €/ }));
  await tap(page, page.getByRole("button", { name: "New sale", disabled: false }));

  await sell(page);
  await menu(page, "Sales of the day");
  await tap(page, page.getByRole("button", { name: /^Sale / }).first());
  await tap(page, "button", "Void the whole sale");
  await tap(page, page.getByRole("button", { name: "Rung up twice" }).or(page.getByRole("radio", { name: "Rung up twice" })));
  await shot(page, "void");
  await tap(page, "button", "Void the sale");
  assert.match(await words(page, /^Receipt /), /VOID/);
  await back(page);
  await page.getByRole("button", { name: /voided/ }).waitFor();
  await back(page);

  await menu(page, "Shift");
  await tap(page, "button", "Cash in");
  await keys(page, ["2", "0", "00"]);
  await page.getByRole("textbox", { name: "Reason" }).fill("Change from the bank");
  await shot(page, "cash");
  await tap(page, "button", "Put in €20.00");
  await tap(page, "button", "Cash out");
  await keys(page, ["3", "5", "0"]);
  await page.getByRole("textbox", { name: "Reason" }).fill("Window cleaner");
  await tap(page, "button", "Take out €3.50");
  await tap(page, "button", "X report");
  const x = await words(page, "X report");
  const expected = cents(x, "Expected");
  await shot(page, "x");
  await tap(page, "button", "Done");
  await back(page);

  await tap(page, page.getByRole("button", { name: /^Cart/ }).first());
  await tap(page, "button", "Customer");
  await tap(page, "button", "New customer");
  await page.getByRole("textbox", { name: "Last name" }).fill("Lovelace");
  await page.getByRole("textbox", { name: "E-mail address" }).fill("ada");
  await tap(page, "button", "Add customer");
  await page.getByText("Write an e-mail address like ada@example.com.").first().waitFor({ state: "attached" });
  await page.getByRole("textbox", { name: "E-mail address" }).fill("ada.counter@example.com");
  await shot(page, "customer");
  await tap(page, "button", "Add customer");
  await page.getByRole("button", { name: "Lovelace" }).waitFor();
  await page.keyboard.press("Escape");

  await tap(page, page.getByRole("list", { name: "Products" }).getByRole("button").first());
  await tap(page, page.getByRole("button", { name: /^Cart/ }).first());
  await tap(page, "button", "Park");
  await page.getByRole("textbox", { name: "Name or number" }).fill("Table 4");
  await tap(page, page.getByRole("dialog", { name: "Park this sale" }).getByRole("button", { name: "Park", exact: true }));
  await menu(page, "Parked sales");
  await page.getByRole("button", { name: /^Table 4/ }).waitFor();
  await shot(page, "parked");
  await tap(page, "button", "Delete Table 4");
  await tap(page, "button", "Delete");
  await page.getByRole("heading", { name: "Nothing is parked" }).waitFor();
  await back(page);

  await menu(page, "Shift");
  await tap(page, "button", "Count and close");
  await keys(page, [...String(expected - 50)]);
  await shot(page, "count");
  await tap(page, "button", "Compare");
  await page.getByRole("heading", { name: "€0.50 short" }).waitFor();
  await shot(page, "difference");
  await tap(page, "button", "Close the shift");
  const z = await words(page, "Z report");
  assert.equal(cents(z, "Expected"), expected);
  await shot(page, "z");
  assert.deepEqual(await accessibilityBreaches(page), []);

  await page.context().setOffline(false);
  let shift;
  await until("the closed shift is on the server", async () => {
    const { items } = await fine(shop, "/api/shifts/?state=closed", { token });
    shift = items.find((one) => one.counted?.amount === expected - 50);
    return shift;
  });
  const report = await fine(shop, `/api/shifts/${shift.id}/report/`, { token });
  assert.equal(report.expected.amount, expected);
  assert.equal(report.expected_at_close.amount, expected);
  assert.equal(report.difference.amount, -50);
  assert.equal(report.figures.takings.amount, cents(z, "Takings"));
  assert.deepEqual([report.figures.sales, report.figures.refunds, report.figures.voids], [2, 1, 1]);
  assert.equal(report.after_close, null);
  const customers = await fine(shop, "/api/customers/?q=ada.counter", { token });
  assert.equal(customers.items.length, 1);

  const desk = await openConsole(shop, "owner", { place: `/shifts/${shift.id}`, wide: true });
  await desk.getByText("The drawer was €0.50 short").first().waitFor({ state: "attached" });
  const there = await words(desk, "Z report");
  for (const word of ["Takings", "Expected", "Difference"]) assert.equal(cents(there, word), cents(z, word), word);
  await shot(desk, "desk");
  await closePage(desk);
  page.problems = page.problems.filter((problem) => !/ERR_INTERNET_DISCONNECTED/.test(problem));
  await closePage(page);
});
