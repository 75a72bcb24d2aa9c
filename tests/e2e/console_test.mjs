// The console in a browser: signing in and out, getting about by rail, address, back and Ctrl K, and what a role sees.
import assert from "node:assert/strict";
import { closeBrowser, closePage, openConsole, openPage, serveRingup, settled, signIn, tap } from "./harness.mjs";

const server = await serveRingup();
const account = (role) => server.accounts.accounts.find((each) => each.role === role);
const hash = (page) => page.evaluate(() => location.hash);
const main = (page, name) => page.getByRole("main", { name, exact: true });

async function moves() {
  const page = await openConsole(server, "owner", { place: "/business/branches" });
  assert.equal(await hash(page), "#/business/branches", "the place that was asked for is kept while signing in");
  await page.getByRole("gridcell", { name: /Hollerbusch/ }).first().waitFor();

  // By the tabs, with a panel that back closes.
  await tap(page, "tab", "Tills");
  await page.waitForFunction(() => location.hash === "#/business/tills");
  await tap(page, page.getByRole("button", { name: "Pair a till", exact: true }).first());
  await page.getByRole("button", { name: "Show pairing code" }).waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "Show pairing code" }).waitFor({ state: "detached" });
  await page.goBack();
  await page.waitForFunction(() => location.hash === "#/business/branches");
  await page.goForward();
  await page.waitForFunction(() => location.hash === "#/business/tills");

  // By the rail.
  const links = await page.getByRole("navigation", { name: "Screens" }).getByRole("link").all();
  assert.ok(links.length >= 1);
  await tap(page, page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: "Business" }));
  await main(page, "Business").waitFor();

  // By an address typed by hand.
  await page.goto(server.url + "console#/business/taxes");
  await page.getByRole("gridcell", { name: "standard", exact: true }).waitFor();

  // By Ctrl K, keyboard alone.
  await page.keyboard.press("Control+k");
  const field = page.getByRole("dialog", { name: "Search everything" }).locator("input");
  await field.waitFor();
  await field.fill("users");
  await page.getByRole("option", { name: /^Users/ }).waitFor();
  await settled(page);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash === "#/people/users");
  await page.getByRole("gridcell", { name: account("cashier").email }).waitFor();

  // Products are found while somebody types.
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Search everything" }).locator("input").fill("cafe");
  await page.getByRole("option", { name: /Café/ }).first().waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  // A reload stays signed in and where it was.
  await page.reload();
  await page.waitForFunction(() => window.ringup?.ready);
  await page.getByRole("gridcell", { name: account("cashier").email }).waitFor();

  await tap(page, page.getByRole("button", { name: /^Account of/ }));
  await tap(page, "button", "Sign out");
  await page.getByRole("textbox", { name: "Password" }).waitFor();
  await page.reload();
  await page.waitForFunction(() => window.ringup?.ready);
  await page.getByRole("textbox", { name: "Password" }).waitFor();
  await closePage(page);
}

async function changes() {
  const page = await openConsole(server, "owner", { place: "/business/taxes?open=new" });
  await page.getByRole("textbox", { name: "Name" }).fill("books");
  await page.getByRole("textbox", { name: "Rate in percent" }).fill("5");
  await tap(page, page.getByRole("complementary").getByRole("button", { name: "Add tax class" }));
  await page.getByRole("gridcell", { name: "books", exact: true }).waitFor();
  await tap(page, page.getByRole("gridcell", { name: "books", exact: true }));
  await page.getByRole("textbox", { name: "Rate in percent" }).fill("7.5");
  await tap(page, page.getByRole("complementary").getByRole("button", { name: "Save" }));
  await page.getByRole("gridcell", { name: "7.5 %", exact: true }).waitFor();
  await closePage(page);
}

async function sees() {
  const page = await openConsole(server, "cashier", { place: "/business" });
  const links = page.getByRole("navigation", { name: "Screens" }).getByRole("link");
  assert.equal(await links.filter({ hasText: "Business" }).count(), 0);
  assert.equal(await page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: "Business" }).count(), 0);
  assert.equal(await main(page, "Business").count(), 0, "a place that may not be seen is not opened");
  await closePage(page);
}

async function refuses() {
  const page = await openPage(server.url + "console", { wide: true, ratio: 1 });
  await page.getByRole("textbox", { name: "E-mail" }).fill(account("owner").email);
  await page.getByRole("textbox", { name: "Password" }).fill("not the password at all");
  await tap(page, "button", "Sign in");
  await page.getByRole("main").getByText(/wrong/i).waitFor();
  page.problems.length = 0;  // the browser notes the refused request
  await signIn(page, account("owner"));
  await closePage(page);
}

try {
  await moves();
  await changes();
  await sees();
  await refuses();
  console.log("console: signs in, moves, finds, stays, changes, refuses");
} finally {
  await closeBrowser();
  await server.stop();
}
