// Who may do what, by role and name, in a real browser: an owner adds somebody and a group with a right, they sign in and
// have it, are switched off and out at once; the owner sets up an authenticator app and signs in with it; the audit log
// tells of all of it.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { accessibilityBreaches, closeBrowser, closePage, openConsole, openPage, serveRingup, settled, signIn, tap } from "./harness.mjs";

let shop;
before(async () => { shop = await serveRingup(); });
after(async () => { await closeBrowser(); await shop.stop(); });

const lee = { email: "lee@hollerbusch.example", password: "nine old stone bridges" };
const owner = () => shop.accounts.accounts.find((account) => account.role === "owner");
const rail = (page, name) => page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name, exact: true });
const panel = (page, name) => page.getByRole("complementary", { name });

async function type(page, name, text) {
  await page.getByRole("textbox", { name, exact: true }).fill(text);
  await settled(page);
}
async function goTo(page, place) {
  await page.evaluate((hash) => { location.hash = hash; }, place);
  await settled(page);
}

// A notice floats outside of the landmarks while it is there.
async function sound(page) {
  await page.getByRole("region", { name: "Notice" }).waitFor({ state: "detached" });
  assert.deepEqual(await accessibilityBreaches(page), []);
}

// RFC 6238, as authenticator apps have it: our own code is not what judges itself here.
function totp(base32, time) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...base32].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(time / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("a user, a group, and out at once", async () => {
  const desk = await openConsole(shop, "owner", { place: "/people/users" });
  await tap(desk, "button", "Add user");
  await panel(desk, "Add user").waitFor();
  await type(desk, "E-mail", lee.email);
  await type(desk, "First name", "Lee");
  await tap(desk, "radio", "Set a password");
  await type(desk, "Password", lee.password);
  await tap(desk, panel(desk, "Add user").getByRole("button", { name: "Add user" }));
  await panel(desk, "Lee").waitFor();
  await sound(desk);

  const phone = await openPage(shop.url + "console", { wide: true, ratio: 1 });
  await signIn(phone, lee);
  await rail(phone, "Sales").waitFor();
  assert.equal(await rail(phone, "Reports").count(), 0, "a cashier has no reports");

  await tap(desk, "tab", "Groups");
  await tap(desk, "button", "Add group");
  await type(desk, "Name", "Figures");
  await tap(desk, "checkbox", "See and export reports");
  await tap(desk, "checkbox", "Lee");
  await tap(desk, panel(desk, "Add group").getByRole("button", { name: "Add group" }));
  await desk.getByRole("gridcell", { name: "Figures", exact: true }).waitFor();
  await sound(desk);

  // Rights of a group are there without signing in again.
  await phone.reload();
  await phone.waitForFunction(() => window.ringup?.ready);
  await tap(phone, rail(phone, "Reports"));
  await phone.getByRole("heading", { name: "Reports", level: 1 }).waitFor();

  await tap(desk, "tab", "Users");
  await desk.getByRole("searchbox", { name: "Search users" }).fill("lee@");
  await desk.waitForFunction(() => location.hash.includes("q=lee"));
  await desk.getByRole("row", { name: /^Lee, / }).waitFor();
  await desk.getByRole("grid", { name: "Users" }).focus();
  for (const key of ["Home", "Enter"]) {
    await desk.keyboard.press(key);
    await settled(desk);
  }
  await panel(desk, "Lee").waitFor();
  await tap(desk, "switch", "May sign in");
  await tap(desk, "button", "Save changes");
  await desk.getByRole("row", { name: /^Lee, .*Deactivated/ }).waitFor();

  // Nothing is pressed there: the news that they may not stay reach them by themselves.
  await phone.getByRole("heading", { name: "Ringup console" }).waitFor();
  await phone.getByRole("textbox", { name: "E-mail", exact: true }).fill(lee.email);
  await phone.getByRole("textbox", { name: "Password", exact: true }).fill(lee.password);
  await tap(phone, "button", "Sign in");
  await phone.getByText("The e-mail address or the password is wrong").first().waitFor();
  phone.problems.length = 0;  // the browser tells of each answer that is an error
  await closePage(phone);
  await closePage(desk);
});

test("an authenticator app, and what the audit log tells", async () => {
  const desk = await openConsole(shop, "owner", { place: "/account" });
  await tap(desk, "button", "Set up: Authenticator app");
  const sheet = desk.getByRole("dialog", { name: "Set up: Authenticator app" });
  await sheet.getByRole("img", { name: /^For your authenticator app/ }).waitFor();
  const words = await sheet.getByText(/^([A-Z2-7]{4} ?){8}$/).textContent();
  const secret = words.replaceAll(" ", "").trim();
  await sound(desk);
  const enabled = Date.now();
  await type(desk, "Code", totp(secret, enabled));
  await tap(desk, "button", "Turn on");
  const codes = desk.getByRole("dialog", { name: "Your recovery codes" });
  await codes.waitFor();
  assert.equal(await codes.getByRole("listitem").count(), 10);
  await sound(desk);
  const recovery = await codes.getByRole("listitem").first().getAttribute("aria-label");
  await tap(desk, "button", "I have kept them");
  await desk.getByRole("button", { name: "Turn off: Authenticator app" }).waitFor();

  const signOut = async () => {
    await tap(desk, desk.getByRole("button", { name: /^Account of/ }));
    await tap(desk, "button", "Sign out");
    await desk.getByRole("heading", { name: "Ringup console" }).waitFor();
  };
  const password = async () => {
    await type(desk, "E-mail", owner().email);
    await type(desk, "Password", owner().password);
    await tap(desk, "button", "Sign in");
    await desk.getByRole("heading", { name: "One more step" }).waitFor();
    await settled(desk);
  };
  await signOut();
  await password();
  await sound(desk);
  // The step that turned it on opens nothing twice; the next one may come a step early.
  await type(desk, "Code", totp(secret, enabled + 30_000));
  await desk.getByRole("banner").waitFor();
  await signOut();
  await password();
  await tap(desk, "button", "Use a recovery code");
  await type(desk, "Recovery code", recovery);
  await tap(desk, "button", "Continue");
  await desk.getByRole("banner").waitFor();

  await goTo(desk, "/audit");
  for (const action of ["User added", "Group added", "User disabled", "Signed in"])
    await desk.getByRole("gridcell", { name: action, exact: true }).first().waitFor();
  await desk.getByRole("searchbox", { name: "Search the log" }).fill("figures");
  await desk.waitForFunction(() => location.hash.includes("q=figures"));
  await desk.getByRole("gridcell", { name: "User added", exact: true }).waitFor({ state: "detached" });
  await desk.getByRole("grid", { name: "Audit log" }).focus();
  for (const key of ["Home", "Enter"]) {
    await desk.keyboard.press(key);
    await settled(desk);
  }
  await panel(desk, "Group added").getByText("See and export reports", { exact: true }).or(
    panel(desk, "Group added").getByText("reports_read", { exact: true })).waitFor();
  await sound(desk);
  await tap(desk, "button", "Check the chain");
  await desk.getByText(/^All \d+ entries fit the chain/).waitFor();
  await closePage(desk);
});
