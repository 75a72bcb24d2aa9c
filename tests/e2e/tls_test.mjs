// HTTPS from the shop's own authority, in a browser: the way there, the sign-in, the page that tells how to trust it, and
// what a page over plain HTTP says of itself.
import assert from "node:assert/strict";
import { X509Certificate, createHash } from "node:crypto";
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, before, after } from "node:test";
import { closeBrowser, closePage, openBrowser, openPage, serveRingup, signIn, settled } from "./harness.mjs";

// One pair for both servers, so that one browser trusts both.
const made = mkdtempSync(path.join(tmpdir(), "ringup-tls-"));
const copies = ["authority.crt", "authority.key", "server.crt", "server.key"];
let forced, open, authority;

before(async () => {
  let first = null;
  forced = await serveRingup({
    env: { FORCE_HTTPS: "true" },
    prepare: async ({ data, run }) => {
      first = await run("cert", "local", "--data", data, "--host", "shop.lan");
      for (const name of copies) writeFileSync(path.join(made, name), readFileSync(path.join(data, "tls", name)));
    },
  });
  authority = new X509Certificate(readFileSync(path.join(made, "authority.crt")));
  assert.ok(first.replace(/\s/g, "").includes(authority.fingerprint256), "the command prints the fingerprint");
  open = await serveRingup({
    prepare: async ({ data, run }) => {
      await run("cert", "local", "--data", data, "--host", "shop.lan");
      for (const name of copies) writeFileSync(path.join(data, "tls", name), readFileSync(path.join(made, name)));
    },
  });
  const key = new X509Certificate(readFileSync(path.join(made, "server.crt"))).publicKey.export({ type: "spki", format: "der" });
  await openBrowser({ args: ["--host-resolver-rules=MAP shop.lan 127.0.0.1",
    "--ignore-certificate-errors-spki-list=" + createHash("sha256").update(key).digest("base64")] });
});
after(async () => {
  await closeBrowser();
  await forced?.stop();
  await open?.stop();
  rmSync(made, { recursive: true, force: true });
});

const at = (server, scheme) => `${scheme}://shop.lan:${new URL(server.url).port}/`;
const owner = (server) => server.accounts.accounts.find((account) => account.role === "owner");
// Chromium's own note that a header counts for nothing on such a page.
const withoutNote = (page) => { page.problems = page.problems.filter((words) => !words.includes("Cross-Origin-Opener-Policy")); };

test("the console asked for over plain HTTP opens over HTTPS, and its cookie stays there", async () => {
  const page = await openPage(at(forced, "http") + "console", { wide: true, ratio: 1 });
  assert.equal(page.url(), at(forced, "https") + "console");
  assert.ok(await page.evaluate(() => window.isSecureContext));
  assert.equal(await page.locator("#plain").count(), 0);
  await signIn(page, owner(forced));
  const cookies = (await page.context().cookies()).sort((a, b) => a.name < b.name ? -1 : 1);
  assert.deepEqual(cookies.map(({ name, secure, httpOnly, path }) => ({ name, secure, httpOnly, path })),
    ["__Host-ringup_device", "__Host-ringup_refresh"].map((name) => ({ name, secure: true, httpOnly: true, path: "/" })));
  await page.reload();
  await page.getByRole("banner").waitFor();
  withoutNote(page);
  await closePage(page);
});

test("nothing else is taken over plain HTTP", async () => {
  const status = await new Promise((resolve, reject) => {
    const { port } = new URL(forced.url);
    const post = request({ port, method: "POST", path: "/api/accounts/login/", host: "127.0.0.1",
      headers: { Host: `shop.lan:${port}`, "Content-Type": "application/json" } }, (answer) => {
      let body = "";
      answer.on("data", (chunk) => { body += chunk; });
      answer.on("end", () => resolve(`${answer.statusCode} ${JSON.parse(body).detail}`));
    });
    post.on("error", reject);
    post.end(JSON.stringify(owner(forced)));
  });
  assert.match(status, /^403 .*plain HTTP/);
});

for (const wide of [false, true]) {
  test(`the page that tells how to trust the authority, ${wide ? "wide" : "on a phone"}`, async () => {
    const context = await (await openBrowser()).newContext({ javaScriptEnabled: false,
      viewport: wide ? { width: 1440, height: 900 } : { width: 390, height: 844 } });
    const page = await context.newPage();
    const answer = await page.goto(at(forced, "http") + "trust");
    assert.equal(answer.status(), 200);
    assert.equal(page.url(), at(forced, "http") + "trust", "never redirected");
    await page.getByRole("heading", { name: "Trust this shop’s server" }).waitFor();
    assert.ok((await page.locator("body").innerText()).replace(/\s/g, "")
      .includes(authority.fingerprint256.replace(/((?:..:){7}..):/g, "$1")), "the fingerprint, in four lines");
    await page.getByText("Android", { exact: true }).click();
    await page.getByText("Tap “Install anyway”").waitFor();
    const qr = page.getByRole("img", { name: /The address of this page, http:\/\/shop\.lan:\d+\/trust/ });
    const box = await qr.boundingBox();
    assert.ok(box.width >= 120 && Math.abs(box.width - box.height) < 1, "a square to point a camera at");
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing sticks out");
    const file = await context.request.get(forced.url + "trust/authority.crt");
    assert.equal(new X509Certificate(await file.body()).fingerprint256, authority.fingerprint256);
    const link = await page.getByRole("link", { name: "Open the till" }).getAttribute("href");
    assert.equal(link, at(forced, "https") + "till");
    await context.close();
  });
}

test("a page over plain HTTP says what will not work, and goes out of the way", async () => {
  for (const app of ["till", "console"]) {
    const page = await openPage(at(open, "http") + app, { wide: app === "console", ratio: 1 });
    const strip = page.getByRole("complementary", { name: "Connection" });
    await strip.getByText("no camera, no work without network").waitFor();
    assert.equal(await strip.getByRole("link", { name: "https://" }).getAttribute("href"), at(open, "https") + app);
    assert.equal(await strip.getByRole("link", { name: "Trust this shop first" }).getAttribute("href"), "/trust");
    await settled(page);
    const heights = () => page.evaluate(() => [document.getElementById("plain")?.offsetHeight ?? 0,
      document.getElementById("stage").offsetHeight, document.getElementById("stage").offsetTop, innerHeight]);
    const [above, stage, top, all] = await heights();
    assert.ok(above > 0 && top === above && above + stage === all, `the stage begins below it: ${[above, stage, top, all]}`);
    await strip.getByRole("button", { name: "Dismiss" }).click();
    await page.waitForFunction(() => document.getElementById("stage").offsetHeight === innerHeight);
    assert.equal(await strip.count(), 0);
    withoutNote(page);
    await closePage(page);
  }
});
