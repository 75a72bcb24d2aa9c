// The canvas that people and tests can reach, in a real browser: what web/platform, web/ui and shell promise, on the
// gallery's pages. Every page that is closed must have had no error and no violation of the content policy.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, closePage, openPage, scan, serveModule, settled, swipe, tap, typeKeys } from "./harness.mjs";

let server;
before(async () => { server = await serveModule("gallery"); });
after(async () => { await closeBrowser(); await server.stop(); });

const open = (options) => openPage(server.url, options);
const frames = (page) => page.evaluate(() => window.ringup.frames);

test("a tap on the canvas presses what is found by role and name", async () => {
  const page = await open();
  await tap(page, "button", "Take payment");
  await page.getByText("1 pressed").waitFor();
  await tap(page, "button", "Take payment");
  await page.getByText("2 pressed").waitFor();
  assert.equal(await page.getByRole("button", { name: "Refund" }).getAttribute("aria-disabled"), "true");
  assert.equal(await page.getByRole("switch", { name: "Print every receipt" }).getAttribute("aria-checked"), "true");
  await tap(page, "switch", "Print every receipt");
  await page.getByRole("switch", { name: "Print every receipt", checked: false }).waitFor();
  await closePage(page);
});

test("a screen reader activates and a keyboard walks", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Take payment" }).dispatchEvent("click");
  await page.getByText("1 pressed").waitFor();
  await page.getByRole("button", { name: "Take payment" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("2 pressed").waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Park sale");
  await page.keyboard.press("Space");
  await page.getByText("3 pressed").waitFor();
  await closePage(page);
});

test("a text field is a real input over its box", async () => {
  const page = await open();
  await tap(page, "tab", "Forms");
  const email = page.getByRole("textbox", { name: "E-mail address" });
  await email.waitFor();
  await settled(page);
  await email.tap();  // no force: the finger hits the input itself
  assert.equal(await email.evaluate((input) => document.activeElement === input), true);
  assert.deepEqual(await email.evaluate((input) => [input.tagName, input.inputMode, input.enterKeyHint, input.autocomplete,
    parseFloat(getComputedStyle(input).fontSize) >= 16]), ["INPUT", "email", "next", "username", true]);
  await email.evaluate((input) => {
    input.mark = "the same";
    window.moved = 0;
    new MutationObserver((records) => {
      for (const record of records) window.moved += [...record.removedNodes].filter((node) => node.contains(input)).length;
    }).observe(document.getElementById("mirror"), { childList: true, subtree: true });
  });
  await page.keyboard.type("wrong", { delay: 60 });
  await page.getByText("This is no e-mail address.").waitFor();
  assert.equal(await email.getAttribute("aria-invalid"), "true");
  await email.fill("ada@example.com");
  const password = page.getByRole("textbox", { name: "Password" });
  assert.equal(await password.getAttribute("type"), "password");
  await password.fill("correct horse");
  await password.press("Enter");
  await page.getByText("Signed in as ada@example.com").waitFor();
  assert.deepEqual(await email.evaluate((input) => [input.mark, window.moved]), ["the same", 0]);
  await closePage(page);
});

test("the app can change a field's text, and a tap beside it puts the keyboard away", async () => {
  const page = await open();
  await tap(page, "tab", "Grid");
  const search = page.getByRole("searchbox", { name: "Search products" });
  await search.fill("milk");
  await tap(page, "button", "Clear Search products");
  await page.waitForFunction(() => document.querySelector("#mirror input").value === "");
  await search.fill("bread");
  await search.evaluate((input) => input.focus());
  await tap(page, page.getByRole("button", { name: /^Whole milk 1 l,/ }).first());
  await page.waitForFunction(() => document.activeElement === document.body);
  assert.equal(await search.inputValue(), "bread");
  await page.getByRole("button", { name: /^Cart, 1 items/ }).waitFor();
  await closePage(page);
});

test("nothing is drawn while nothing changes", async () => {
  const page = await open();
  await tap(page, "button", "Take payment");
  await settled(page);
  const start = await frames(page);
  // The window in which nothing may happen; no condition to wait for, since the condition is that there is none.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1000)));
  assert.equal(await frames(page), start);
  await closePage(page);
});

test("a lost graphics context is restored in place", async () => {
  const page = await open();
  await tap(page, "button", "Take payment");
  await settled(page);
  const pixels = async () => (await page.screenshot()).toString("base64");
  const earlier = await pixels();
  await page.evaluate(() => {
    const canvas = document.getElementById("canvas");
    const loss = canvas.getContext("webgl2").getExtension("WEBGL_lose_context");
    return new Promise((resolve) => {
      canvas.addEventListener("webglcontextlost", () => setTimeout(() => loss.restoreContext()));
      canvas.addEventListener("webglcontextrestored", resolve);
      loss.loseContext();
    });
  });
  await page.getByText("Restored").waitFor();
  await settled(page);
  await page.getByText("1 pressed").waitFor();
  await tap(page, "button", "Take payment");
  await page.getByText("2 pressed").waitFor();
  await settled(page);
  const later = await page.screenshot({ clip: { x: 0, y: 0, width: 390, height: 110 } });
  assert.ok(later.length > 2000, "the bar is drawn again, not a blank canvas");
  assert.ok(earlier.length > 0);
  await closePage(page);
});

for (const [ratio, drawn] of [[1, 1], [2, 2], [3, 3], [4, 3]]) {
  test(`at ${ratio} device pixels per CSS pixel the framebuffer has ${drawn}`, async () => {
    const page = await open({ ratio });
    assert.deepEqual(await page.evaluate(() => {
      const canvas = document.getElementById("canvas");
      return [canvas.width, canvas.height, canvas.clientWidth, canvas.clientHeight];
    }), [390 * drawn, 844 * drawn, 390, 844]);
    await closePage(page);
  });
}

test("a wheel, a finger and the keyboard scroll; a dragging finger presses nothing", async () => {
  const page = await open({ wide: true, ratio: 1 });
  await tap(page, "tab", "Grid");
  const first = page.getByRole("button", { name: /^Whole milk 1 l, €0\.99/ });
  const top = async () => (await first.boundingBox()).y;
  await settled(page);
  const start = await top();
  await page.mouse.move(600, 500);
  await page.mouse.wheel(0, 120);
  await settled(page);
  assert.equal(Math.round(start - await top()), 120 - Math.max(0, Math.round(await clippedBy(first, start - 120))));
  await closePage(page);

  const phone = await open();
  const button = phone.getByRole("button", { name: "Take payment" });
  const from = await button.boundingBox();
  await swipe(phone, { x: from.x + 100, y: from.y + 20 }, { x: from.x + 100, y: from.y - 60 });
  await phone.getByText("0 pressed").waitFor();
  const to = await button.boundingBox();
  assert.ok(to.y < from.y - 40, `scrolled from ${from.y} to ${to.y}`);
  await closePage(phone);
});

// How much of a box is cut off at the top of its area: a cut box starts where the area does.
async function clippedBy(locator, expectedTop) {
  const box = await locator.boundingBox();
  return box.y - expectedTop;
}

test("a fling glides on after the finger left, and comes to rest", async () => {
  const page = await open();
  await tap(page, "tab", "Grid");
  await settled(page);
  await swipe(page, { x: 200, y: 600 }, { x: 200, y: 400 }, 60);
  const row = Number(await page.getByRole("listitem").first().getAttribute("aria-posinset"));
  assert.ok(row >= 5, `a finger moved 200 px at 3,300 px/s; the first row is ${row}`);
  await closePage(page);
});

test("a finger that drags a field scrolls, and opens no keyboard", async () => {
  const page = await open();
  await tap(page, "tab", "Forms");
  const name = page.getByRole("textbox", { name: "Shop name" });
  await page.setViewportSize({ width: 390, height: 600 });
  await settled(page);
  const from = await name.boundingBox();
  await swipe(page, { x: from.x + 100, y: from.y + 20 }, { x: from.x + 100, y: from.y - 80 });
  assert.ok((await name.boundingBox()).y < from.y - 40);
  assert.equal(await page.evaluate(() => document.activeElement === document.body), true);
  await closePage(page);
});

test("of a long list only what is seen is there, with its place and size", async () => {
  const page = await open();
  await tap(page, "tab", "Grid");
  const items = page.getByRole("listitem");
  await items.first().waitFor();
  assert.ok(await items.count() < 40);
  assert.deepEqual(await items.first().evaluate((item) => [item.getAttribute("aria-posinset"), item.getAttribute("aria-setsize")]),
    ["1", "100000"]);
  for (let i = 0; i < 3; ++i) await swipe(page, { x: 200, y: 700 }, { x: 200, y: 300 });
  assert.ok(Number(await items.first().getAttribute("aria-posinset")) > 5);
  await closePage(page);
});

test("a sheet is a modal dialog, and what lies behind it is inert", async () => {
  const page = await open();
  await page.getByRole("button", { name: "Open sheet" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Current sale" });
  await dialog.waitFor();
  assert.equal(await dialog.getAttribute("aria-modal"), "true");
  assert.equal(await page.getByRole("button", { name: "Park sale" }).count(), 0, "what is inert has no role");
  assert.equal(await page.locator("[inert] [aria-label='Park sale']").count() + await page.locator("[inert][aria-label='Park sale']").count(), 1);
  await page.waitForFunction(() => document.activeElement.getAttribute("role") === "dialog");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.closest("[role=dialog]") !== null), true);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement.getAttribute("aria-label") === "Open sheet");
  await closePage(page);
});

test("a toast is announced and offers its action", async () => {
  const page = await open();
  await tap(page, "button", "Show toast");
  await page.locator("#polite", { hasText: "Milk removed" }).waitFor();
  await tap(page, "button", "Undo");
  await page.getByText("Undone").waitFor();
  await closePage(page);
});

test("a wedge scanner is told from typing, with and without a focused field", async () => {
  const page = await open();
  await scan(page, "4006381333931");
  await page.getByText("Scanned 4006381333931").waitFor();
  await tap(page, "tab", "Grid");
  const search = page.getByRole("searchbox", { name: "Search products" });
  await search.fill("milk ");
  await search.press("End");
  await scan(page, "96385074");
  await page.getByText("Scanned 96385074").waitFor();
  assert.equal(await search.inputValue(), "milk ");
  await typeKeys(page, "full", 80, { enter: true });
  await page.waitForFunction(() => document.activeElement.value === "milk full");
  assert.equal(await page.getByText("Scanned full").count(), 0);
  await closePage(page);
});

test("the scheme follows the system and the user", async () => {
  const page = await open();
  const ground = async () => {
    await settled(page);
    return (await page.screenshot({ clip: { x: 2, y: 500, width: 4, height: 4 } })).toString("base64");
  };
  const light = await ground();
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction(() => document.documentElement.classList.contains("dark"));
  const dark = await ground();
  assert.notEqual(light, dark);
  await page.emulateMedia({ colorScheme: "light" });
  await page.waitForFunction(() => document.documentElement.classList.contains("light"));
  await tap(page, "button", "Dark scheme");
  await page.waitForFunction(() => document.documentElement.classList.contains("dark"));
  await closePage(page);
});

test("the user's own scale enlarges everything, and the mirror with it", async () => {
  const page = await open();
  const before = await page.getByRole("tab", { name: "Grid" }).boundingBox();
  await tap(page, "button", "Larger");
  await settled(page);
  const after = await page.getByRole("tab", { name: "Grid" }).boundingBox();
  assert.ok(Math.abs(after.height / before.height - 1.5) < 0.05, `${before.height} to ${after.height}`);
  await tap(page, "tab", "Grid");
  await page.getByRole("searchbox").waitFor();
  await closePage(page);
});

test("a soft keyboard makes the screen smaller, not covered", async () => {
  const page = await open();
  await tap(page, "tab", "Grid");
  const pay = page.getByRole("button", { name: /^Pay/ });
  const before = await pay.boundingBox();
  await page.setViewportSize({ width: 390, height: 500 });
  await page.waitForFunction(() => document.getElementById("canvas").clientHeight === 500);
  await settled(page);
  const after = await pay.boundingBox();
  assert.equal(Math.round(before.y - after.y), 344);
  await closePage(page);
});

test("the bridge fetches, keeps and recalls", async () => {
  const page = await open();
  await tap(page, "button", "Fetch");
  await page.getByText("Answer 201 Größe").waitFor();
  await tap(page, "button", "Keep");
  await page.getByText("Kept", { exact: true }).waitFor();
  await page.reload();
  await page.waitForFunction(() => window.ringup?.ready);
  await tap(page, "button", "Recall");
  await page.getByText("Recalled small, 3 bytes").waitFor();
  await page.context().setOffline(true);
  await page.getByRole("status").filter({ hasText: "Offline" }).first().waitFor();
  await tap(page, "button", "Fetch");
  await page.getByText("Answer 0").waitFor();
  await page.context().setOffline(false);
  page.problems = page.problems.filter((words) => !words.includes("ERR_INTERNET_DISCONNECTED"));
  await closePage(page);
});
