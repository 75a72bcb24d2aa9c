// What axe-core says of every screen of the console and of the till, with something open on it: nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessibilityBreaches, closeBrowser, closePage, openConsole, openPage, openTill, serveRingup, settled, tap } from "./harness.mjs";

let server;
before(async () => { server = await serveRingup(); });
after(async () => { await closeBrowser(); await server.stop(); });

const sound = async (page, where) => assert.deepEqual(await accessibilityBreaches(page), [], where);

async function goTo(page, place) {
  await page.evaluate((hash) => { location.hash = hash; }, place);
  await settled(page);
}

test("the console's screens", async () => {
  const page = await openConsole(server);
  const screens = await page.getByRole("navigation", { name: "Screens" }).getByRole("link").evaluateAll((links) =>
    links.map((link) => link.ariaLabel.split(",")[0]));
  assert.deepEqual(screens, ["Dashboard", "Products", "Sales", "Shifts", "Customers", "Tasks", "Reports", "People", "Audit log", "Business"]);
  for (const screen of screens) {
    await goTo(page, `/${screen.split(" ")[0].toLowerCase()}`);
    await page.getByRole("heading", { name: screen, level: 1 }).waitFor();
    await sound(page, screen);
  }
  for (const tab of ["Branches", "Tills", "Tax classes", "Security"]) {
    await tap(page, "tab", tab);
    await sound(page, tab);
  }
  await goTo(page, "/people");
  for (const tab of ["Groups", "Roles and rights", "One-time codes", "Users"]) {
    await tap(page, "tab", tab);
    await sound(page, tab);
  }
  await goTo(page, "/account");
  await page.getByRole("heading", { name: "My account", level: 1 }).waitFor();
  await sound(page, "My account");
  await goTo(page, "/import");
  await sound(page, "Import");
  await closePage(page);
});

test("the console with something open", async () => {
  const page = await openConsole(server, "owner", { place: "/products" });
  for (const [place, grid] of [["/products", "Products"], ["/sales", "Sales"], ["/shifts", "Shifts"], ["/customers", "Customers"], ["/tasks", "Tasks"], ["/people/users", "Users"], ["/audit", "Audit log"]]) {
    await goTo(page, place);
    await page.getByRole("grid", { name: grid, exact: true }).getByRole("row").nth(2).waitFor();
    await page.getByRole("grid", { name: grid, exact: true }).focus();
    for (const key of ["ArrowDown", "Enter"]) {
      await page.keyboard.press(key);
      await settled(page);
    }
    await page.getByRole("complementary").waitFor();
    await sound(page, `${grid} with its panel`);
  }
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").waitFor();
  await sound(page, "Ctrl K");
  await closePage(page);
});

test("the pages before signing in, and the till", async () => {
  const door = await openPage(server.url + "console", { wide: true });
  await sound(door, "Sign in");
  await closePage(door);
  const till = await openTill(server);
  await sound(till, "Till");
  await tap(till, till.getByRole("list", { name: "Products" }).getByRole("button").first());
  await tap(till, "button", "Pay");
  await sound(till, "Pay");
  await tap(till, "button", "Take payment");
  await till.getByRole("region", { name: /^Receipt / }).waitFor();
  await sound(till, "Receipt");
  await closePage(till);
});
