// What browser tests stand on: a server (the real binary, or the shell alone with a test module), a Chromium, a page
// that looks like a phone, and words for what people do. Tests find things by role and name, never by position, and
// wait for events, never for time.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

export function nodeModules() {
  const deps = readFileSync(path.join(root, "build/deps.cmake"), "utf8");
  return /RINGUP_NODE_MODULES "([^"]+)"/.exec(deps)[1];
}
const packages = createRequire(path.join(nodeModules(), "x.js"));
const { chromium } = packages("playwright-core");

export const contentPolicy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
  "connect-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const plainArgs = ["--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

let browser = null;
const launch = (args) => ({
  executablePath: "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", ...args],
});
// `args` count when it is opened for the first time.
export async function openBrowser({ args = [] } = {}) {
  browser ??= await chromium.launch(launch(args));
  return browser;
}
// A browser of its own whose profile lies in `folder`, as a phone that is switched off and on keeps it. Close it with
// .close(); a page of it comes from openPage(url, {context}).
export function openLasting(folder, { args = [], size = { width: 390, height: 844 }, ratio = 2 } = {}) {
  return chromium.launchPersistentContext(folder,
    { ...launch(args), viewport: size, deviceScaleFactor: ratio, hasTouch: true, isMobile: true });
}
export async function closeBrowser() {
  await browser?.close();
  browser = null;
}

// A browser of its own as a phone, whose profile outlives it: {page, kill() → as a power cut does, close()}. It has the
// profile's folder for itself.
export async function openProfile(profile) {
  const child = spawn("/usr/bin/chromium", [...plainArgs, `--user-data-dir=${profile}`, "--remote-debugging-port=0",
    "about:blank"], { detached: true, stdio: ["ignore", "ignore", "pipe"] });
  const exited = new Promise((resolve) => child.on("exit", resolve));
  const address = await new Promise((resolve, reject) => {
    let told = "";
    child.stderr.on("data", (chunk) => {
      told += chunk;
      const found = /DevTools listening on (ws:\S+)/.exec(told);
      if (found) resolve(found[1]);
    });
    child.on("error", reject);
    exited.then((code) => reject(new Error(`Chromium ended with ${code}\n${told}`)));
  });
  const own = await chromium.connectOverCDP(address);
  const page = await own.contexts()[0].newPage();
  await page.setViewportSize({ width: 390, height: 844 });
  const kill = async () => {
    process.kill(-child.pid, "SIGKILL");  // with all its processes
    await exited;
    await own.close().catch(() => {});
  };
  return { page, kill };
}

// The shell with a module from build/wasm and no API: for tests of widgets and platform.
export async function serveModule(module) {
  const wasm = path.join(root, "build/wasm");
  const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css",
    ".wasm": "application/wasm", ".ttf": "font/ttf", ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml", ".png": "image/png" };
  const server = createServer((request, response) => {
    if (request.url === "/echo") {
      response.writeHead(201, { "Content-Type": "text/plain" });
      request.pipe(response);
      return;
    }
    if (request.url.startsWith("/pictures/")) {
      response.writeHead(204).end();  // none; a test that wants one answers for the server
      return;
    }
    const name = request.url === "/" ? "till.html" : path.basename(new URL(request.url, "http://x").pathname);
    const file = [path.join(root, "shell", name), path.join(root, "shell/icons", name), path.join(wasm, name),
      path.join(wasm, "generated/fonts", name)].find(existsSync);
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    let body = readFileSync(file);
    if (name === "sw.js") body = Buffer.from("// nothing is kept here");
    if (/\.(html|js|css)$/.test(name)) {
      body = body.toString().replace(/@\{(?:later:)?([^}]+)\}/g, (_, asset) => "/" + asset.replace(/^till\.(js|wasm)$/, `${module}.$1`));
    }
    response.writeHead(200, { "Content-Type": types[path.extname(name)] ?? "application/octet-stream",
      "Content-Security-Policy": contentPolicy, "Cache-Control": "no-store" }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    stop: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }),
  };
}

// The release binary on a data folder of its own, filled with the demo shop unless told otherwise.
//   {url, data, accounts, run(...words) → what that command printed, stop(), crash() → as kill -9 does, again() → on
//    the same port}
// `prepare({data, run})` comes between filling and serving; `env` goes into the server's environment.
export async function serveRingup({ demo = true, prepare = async () => {}, env = {} } = {}) {
  const binary = path.join(root, "build/ringup");
  const data = mkdtempSync(path.join(tmpdir(), "ringup-e2e-"));
  const run = (...words) => new Promise((resolve, reject) => {
    const child = spawn(binary, words, { stdio: ["ignore", "pipe", "pipe"] });
    let out = "", errors = "";
    child.stdout.on("data", (chunk) => { out += chunk; });
    child.stderr.on("data", (chunk) => { errors += chunk; });
    child.on("error", reject);
    child.on("close", (code) => code === 0 ? resolve(out)
      : reject(new Error(`ringup ${words.join(" ")}: exit ${code}\n${errors}`)));
  });
  const accounts = demo ? JSON.parse(await run("demo", "--data", data, "--json")) : null;
  await prepare({ data, run });
  let child = null;
  const log = [];
  const serve = (listen) => new Promise((resolve, reject) => {
    const begin = log.length;
    child = spawn(binary, ["serve", "--data", data, "--listen", listen],
      { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
    const watch = (chunk) => {
      log.push(chunk.toString());
      const found = /127\.0\.0\.1:(\d{2,5})/.exec(log.slice(begin).join(""));
      if (found && found[1] !== "0") resolve(`http://127.0.0.1:${found[1]}/`);
    };
    child.stdout.on("data", watch);
    child.stderr.on("data", watch);
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`ringup serve ended with ${code}\n${log.join("")}`)));
  });
  const end = async (signal) => {
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill(signal);
    await ended;
  };
  const url = await serve("127.0.0.1:0");
  return {
    url, data, accounts, run,
    log: () => log.join(""),
    crash: () => end("SIGKILL"),
    async again() {
      await serve(new URL(url).host);
      // The connections that this process kept to the one before fail once each.
      await until("the server is back", () => fetch(new URL("healthz", url)).then((answer) => answer.ok, () => false));
    },
    async stop() {
      await end("SIGTERM");
      rmSync(data, { recursive: true, force: true });
    },
  };
}

// One request to a served shop's API → {status, body}.
export async function api(server, path, { token, method = "GET", body } = {}) {
  const response = await fetch(new URL(path, server.url), {
    method,
    headers: { ...(token && { Authorization: `Bearer ${token}` }), ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  return { status: response.status, body: response.status === 204 ? null : await response.json() };
}
// The same where only success will do → the body.
export async function fine(server, path, options = {}) {
  const { status, body } = await api(server, path, options);
  assert.ok(status >= 200 && status <= 299, `${options.method ?? "GET"} ${path}: ${status} ${JSON.stringify(body)}`);
  return body;
}
// What somebody with this role signs in with.
export async function tokenOf(server, role = "owner") {
  const { email, password } = server.accounts.accounts.find((account) => account.role === role);
  return (await fine(server, "/api/accounts/login/", { method: "POST", body: { email, password } })).access;
}
// Until something outside of the page is so.
export async function until(what, holds) {
  for (let i = 0; i < 200; ++i) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(what);
}

// A page as a phone (or, with {wide: true}, a desktop) shows it. Collects what went wrong in `page.problems`:
// exceptions, console errors, violations of the content policy. `prepare(page)` comes before it is opened.
export async function openPage(url, { dark = false, ratio = 2, wide = false, reducedMotion = false, size, prepare, context } = {}) {
  context ??= await (await openBrowser()).newContext({
    viewport: size ?? (wide ? { width: 1440, height: 900 } : { width: 390, height: 844 }),
    deviceScaleFactor: ratio, hasTouch: !wide, isMobile: !wide,
    colorScheme: dark ? "dark" : "light", reducedMotion: reducedMotion ? "reduce" : "no-preference",
  });
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(String(error.stack)));
  page.on("console", (message) => { if (message.type() === "error") page.problems.push(message.text()); });
  await context.addInitScript(() => {
    window.policyViolations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      window.policyViolations.push(`${event.violatedDirective}: ${event.blockedURI}`));
  });
  await prepare?.(page);
  await page.goto(url);
  await page.waitForFunction(() => window.ringup?.ready || document.getElementById("wait")?.textContent.includes("could not"));
  return page;
}

// The console signed in as one of serveRingup's accounts, by role: "owner", "manager", "cashier". `place` is what the
// address holds after its '#', e.g. "/products". Waits until the screen stands.
export async function openConsole(server, role = "owner", { place = "", ...options } = {}) {
  const page = await openPage(server.url + "console" + (place ? "#" + place : ""), { wide: true, ratio: 1, ...options });
  await signIn(page, server.accounts.accounts.find((account) => account.role === role));
  return page;
}
export async function signIn(page, { email, password }) {
  await page.getByRole("textbox", { name: "E-mail", exact: true }).fill(email);
  await page.getByRole("textbox", { name: "Password", exact: true }).fill(password);
  await tap(page, "button", "Sign in");
  await page.getByRole("banner").waitFor();
  await settled(page);
}

// A phone with the till, paired and signed in as the cashier; its products are on the screen.
export async function openTill(server, options = {}) {
  const page = await openPage(server.url + "till", options);
  await pairTill(server, page, options);
  return page;
}
export async function pairTill(server, page, { role = "cashier" } = {}) {
  const code = (await server.run("till", "pair", "--data", server.data, "--tenant", server.accounts.tenant)).trim();
  await page.getByRole("textbox", { name: "Pairing code" }).fill(code);
  await tap(page, "button", "Pair this till");
  const { email, password } = server.accounts.accounts.find((account) => account.role === role);
  await page.getByRole("textbox", { name: "E-mail" }).fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await tap(page, "button", "Sign in");
  await page.getByRole("list", { name: "Products" }).getByRole("button").first().waitFor();
}

// Closes the page and complains about whatever went wrong on it.
export async function closePage(page) {
  const violations = await page.evaluate(() => window.policyViolations);
  await page.context().close();
  assert.deepEqual(page.problems, []);
  assert.deepEqual(violations, []);
}

// What axe-core has against the page as assistive technology finds it: [] or a line per breach. The rule on contrast
// stays out, for the mirror's text is transparent over the canvas: tests/web/theme_test measures the real colours.
export async function accessibilityBreaches(page) {
  await settled(page);
  // As a string, which the page's content policy does not forbid to the debugger.
  await page.evaluate(readFileSync(packages.resolve("axe-core/axe.min.js"), "utf8"));
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { rules: { "color-contrast": { enabled: false } }, resultTypes: ["violations"] }));
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)}`));
}

// Taps what has this role and name, as a finger would: the event goes to the canvas (or to the field) at its middle.
// What lies outside its scroll area is brought into view first, by giving it the focus.
export async function tap(page, role, name, options = {}) {
  const target = typeof role === "string" ? page.getByRole(role, { name, exact: true, ...options }) : role;
  await target.waitFor();
  if (await target.getAttribute("data-clipped")) {
    await target.focus();
    await target.and(page.locator(":not([data-clipped])")).waitFor();
  }
  await settled(page);
  if (await page.evaluate(() => navigator.maxTouchPoints > 0)) await target.tap({ force: true });
  else await target.click({ force: true });
}

// Until no frame is due: everything that was done has been drawn, animations included.
export function settled(page) {
  return page.evaluate(() => new Promise((resolve) => {
    let last = -1, quiet = 0;
    const look = () => {
      quiet = window.ringup.frames === last ? quiet + 1 : 0;
      last = window.ringup.frames;
      if (quiet >= 3) resolve();
      else requestAnimationFrame(look);
    };
    look();
  }));
}

// A finger from one point to another within `ms`, and off. Positions are the test's own: for scrolling and swiping only.
// The events carry times of their own, so that a busy machine does not change how fast the finger was.
export async function swipe(page, from, to, ms = 120, steps = 8) {
  const session = await page.context().newCDPSession(page);
  const start = Date.now() / 1000;
  const touch = (type, step, point) => session.send("Input.dispatchTouchEvent",
    { type, touchPoints: point ? [point] : [], timestamp: start + ms * step / steps / 1000 });
  await touch("touchStart", 0, from);
  for (let i = 1; i <= steps; ++i) {
    await touch("touchMove", i, { x: from.x + (to.x - from.x) * i / steps, y: from.y + (to.y - from.y) * i / steps });
  }
  await touch("touchEnd", steps);
  await session.detach();
  await settled(page);
}

// Keys with times of their own, so that a busy machine cannot blur what timing tells. `gap` in milliseconds.
export async function typeKeys(page, text, gap, { enter = false } = {}) {
  const session = await page.context().newCDPSession(page);
  const start = Date.now() / 1000;
  const keys = [...text].map((key) => ({ key, text: key }));
  if (enter) keys.push({ key: "Enter", code: "Enter", text: "\r", windowsVirtualKeyCode: 13 });
  await Promise.all(keys.flatMap((key, i) => {
    const timestamp = start + i * gap / 1000;
    return [session.send("Input.dispatchKeyEvent", { type: "keyDown", timestamp, ...key }),
      session.send("Input.dispatchKeyEvent", { type: "keyUp", timestamp, ...key, text: undefined })];
  }));
  await session.detach();
}

// What a keyboard-wedge scanner does: the code's keys a few milliseconds apart, then Enter.
export const scan = (page, code) => typeKeys(page, code, 4, { enter: true });
