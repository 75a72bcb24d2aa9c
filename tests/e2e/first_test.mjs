import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { closeBrowser, openPage, serveModule, tap } from "./harness.mjs";

let server;
before(async () => { server = await serveModule("till"); });
after(async () => { await closeBrowser(); await server.stop(); });

test("a button on the canvas is found by role and answers a tap", async () => {
  const page = await openPage(server.url);
  await page.getByText("0 sales").waitFor();
  await tap(page, "button", "Sell");
  await page.getByText("1 sale", { exact: true }).waitFor();
  await page.getByRole("status").filter({ hasText: "Sold" }).first().waitFor();
  assert.deepEqual(page.problems, []);
  assert.deepEqual(await page.evaluate(() => window.policyViolations), []);
  if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT });
});
