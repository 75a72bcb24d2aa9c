// The pages about accounts, without JavaScript, in Chromium: found by role and name, with mails from a real mail server.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { closeBrowser, fine, nodeModules, openBrowser, root, serveRingup } from "./harness.mjs";

const packages = createRequire(path.join(nodeModules(), "x.js"));

// A mail server that others wrote; next(to) → the next mail to that address.
async function openMailbox() {
  const child = spawn("/usr/bin/python3", [path.join(root, "tests/server/notify/mailbox.py")],
    { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const port = Number((await lines.next()).value);
  const waiting = [];
  return {
    port,
    async next(to) {
      for (;;) {
        const at = waiting.findIndex((mail) => mail.to.includes(to));
        if (at >= 0) return waiting.splice(at, 1)[0];
        const { value, done } = await lines.next();
        assert.ok(!done, "the mail server has ended");
        waiting.push(JSON.parse(value));
      }
    },
    close: () => new Promise((resolve) => { child.on("exit", resolve); child.stdin.end(); }),
  };
}
const header = (mail, name) => mail.headers.find(([found]) => found === name)?.[1];
// Links lead to PUBLIC_URL, here by default to the address that was listened on, whose port 0 stood for a free one.
const linkIn = (mail) => {
  const link = new URL(/https?:\/\/\S+/.exec(mail.text)[0]);
  assert.equal(link.hostname, "127.0.0.1");
  return new URL(link.pathname + link.search, server.url).href;
};

let server, mailbox;
before(async () => {
  mailbox = await openMailbox();
  server = await serveRingup({ env: { SMTP_SERVER: "127.0.0.1", SMTP_PORT: String(mailbox.port),
    EMAIL_FROM: "shop@hollerbusch.example" } });
});
after(async () => {
  await closeBrowser();
  await server?.stop();
  await mailbox?.close();
});

// A person's browser, without JavaScript: what these pages must do with.
async function openPerson({ dark = false, wide = false } = {}) {
  const context = await (await openBrowser()).newContext({ javaScriptEnabled: false,
    viewport: wide ? { width: 1440, height: 900 } : { width: 390, height: 844 }, colorScheme: dark ? "dark" : "light" });
  const page = await context.newPage();
  page.problems = [];
  // A page that says what is wrong has a status that says so, too; that is no trouble of the browser's.
  page.on("console", (message) => {
    if (message.type() === "error" && !/the server responded with a status of 4/.test(message.text())) page.problems.push(message.text());
  });
  page.at = (where) => page.goto(new URL(where, server.url).href);
  page.fillIn = (fields) => Object.entries(fields).reduce((before, [name, value]) =>
    before.then(() => page.getByLabel(name, { exact: true }).fill(value)), Promise.resolve());
  page.press = async (name) => {
    await Promise.all([page.waitForNavigation(), page.getByRole("button", { name, exact: true }).click()]);
  };
  page.heading = (name) => page.getByRole("heading", { name, level: 1, exact: true }).waitFor();
  return page;
}
async function close(page) {
  assert.deepEqual(page.problems, []);
  await page.context().close();
}
const accountOf = (role) => server.accounts.accounts.find((account) => account.role === role);
async function signIn(page, { email, password }) {
  await page.at("/login");
  await page.fillIn({ "E-mail": email, Password: password });
  await page.press("Sign in");
}

test("sign in, change one's name, sign out", async () => {
  const page = await openPerson();
  const { email, password } = accountOf("manager");
  await page.at("/account");
  assert.equal(new URL(page.url()).pathname, "/login");  // and back behind it
  await page.fillIn({ "E-mail": email, Password: "wrong boats at sea" });
  await page.press("Sign in");
  await page.getByRole("alert").getByText("do not belong together").waitFor();
  assert.equal(await page.getByLabel("E-mail").inputValue(), email);
  await page.fillIn({ Password: password });
  await page.press("Sign in");
  assert.equal(new URL(page.url()).pathname, "/account");
  await page.heading("My account");
  await page.fillIn({ "First name": "Änne <b>", "Last name": "O'Hara" });
  await page.press("Save");
  await page.getByRole("status").getByText("Your profile is saved.").waitFor();
  assert.equal(await page.getByLabel("First name").inputValue(), "Änne <b>");
  await page.press("Sign out here");
  await page.heading("Sign in");
  await page.at("/account");
  assert.equal(new URL(page.url()).pathname, "/login");
  await close(page);
});

test("another device is seen and signed out", async () => {
  const phone = await openPerson(), desk = await openPerson({ wide: true });
  await signIn(phone, accountOf("cashier"));
  await signIn(desk, accountOf("cashier"));
  await desk.getByRole("button", { name: /^Sign out .*last used/ }).first().click();
  await desk.getByRole("status").getByText("That device is signed out.").waitFor();
  await phone.at("/account");
  await phone.heading("Sign in");
  await close(phone);
  await close(desk);
});

test("register, confirm, sign in, forget the password, set another one", async () => {
  const page = await openPerson();
  const email = "olga.neu@mail.example", first = "seven small green boats", second = "nine large yellow kites";
  await page.at("/register");
  await page.fillIn({ "E-mail": email, "First name": "Olga", "Last name": "Neu", Password: first });
  await page.press("Register");
  await page.heading("Look into your mailbox");
  const welcome = await mailbox.next(email);
  assert.equal(header(welcome, "Subject"), "Confirm your e-mail address for Hollerbusch Feinkost");
  assert.match(welcome.text, /^Hello Olga,/);
  assert.deepEqual(welcome.defects, []);
  const link = linkIn(welcome);
  assert.equal(new URL(link).pathname, "/verify-email");
  await page.goto(link);
  await page.goto(link);  // whoever only looks uses nothing up
  await page.press("Confirm this address");
  await page.heading("Your e-mail address is confirmed");
  await page.goto(link);
  await page.press("Confirm this address");
  await page.getByRole("alert").getByText("was used before").waitFor();

  await signIn(page, { email, password: first });
  await page.heading("My account");
  await page.press("Sign out here");

  await page.at("/forgot-password");
  await page.fillIn({ "E-mail": email });
  await page.press("Send the link");
  await page.heading("Look into your mailbox");
  let reset = await mailbox.next(email);
  while (!/new password/.test(header(reset, "Subject"))) reset = await mailbox.next(email);
  await page.goto(linkIn(reset));
  await page.fillIn({ "New password": "password" });
  await page.press("Set it");
  await page.locator("#new_password-trouble").waitFor();
  assert.equal(await page.getByLabel("New password").getAttribute("aria-invalid"), "true");
  await page.fillIn({ "New password": second });
  await page.press("Set it");
  await page.heading("Your new password is set");
  await signIn(page, { email, password: first });
  await page.getByRole("alert").waitFor();
  await signIn(page, { email, password: second });
  await page.heading("My account");
  await close(page);
});

test("a second factor by mail, where the role must have one", async () => {
  const owner = accountOf("owner"), { email, password } = accountOf("cashier");
  const login = await fine(server, "/api/accounts/login/", { method: "POST", body: { email: owner.email, password: owner.password } });
  const demand = (roles) => fine(server, "/api/admin/security/", { token: login.access, method: "PATCH", body: { second_factor_roles: roles } });
  await demand(["cashier"]);
  const page = await openPerson();
  await signIn(page, { email, password });
  await page.heading("One more step");
  assert.equal(await page.getByLabel("Code from the e-mail").getAttribute("autocomplete"), "one-time-code");
  await page.press("Send me a code");
  await page.getByRole("status").getByText("A code is on its way.").waitFor();
  let mail = await mailbox.next(email);
  while (!/security code/.test(header(mail, "Subject"))) mail = await mailbox.next(email);
  const code = /^\d{6}$/m.exec(mail.text)[0];
  await page.getByLabel("Code from the e-mail").fill(code === "000000" ? "000001" : "000000");
  await page.press("Go on");
  await page.getByRole("alert").getByText("This code is not right").waitFor();
  await page.getByLabel("Code from the e-mail").fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await page.getByLabel("Ask no code on this device for 30 days").check();
  await page.press("Go on");
  await page.heading("My account");
  await page.press("Sign out here");
  await signIn(page, { email, password });  // the device is trusted now
  await page.heading("My account");
  await close(page);
  await demand([]);
});

test("a password that has run out is changed on the way in", async () => {
  const owner = accountOf("owner"), { email, password } = accountOf("manager");
  const { access: token } = await fine(server, "/api/accounts/login/", { method: "POST", body: { email: owner.email, password: owner.password } });
  const { items } = await fine(server, "/api/admin/users/", { token });
  const { id } = items.find((user) => user.email === email);
  await fine(server, `/api/admin/users/${id}/`, { token, method: "PATCH", body: { password_expired: true } });
  const page = await openPerson({ dark: true });
  await page.at("/login?next=/account");
  await page.fillIn({ "E-mail": email, Password: password });
  await page.press("Sign in");
  await page.heading("Choose another password");
  await page.fillIn({ "New password": "password123" });
  await page.press("Set it and sign in");
  await page.locator("#new_password-trouble").waitFor();
  await page.fillIn({ "New password": "eleven quiet brown lanterns" });
  await page.press("Set it and sign in");
  await page.heading("My account");
  await close(page);
});

test("a stranger sees the same page as a customer", async () => {
  const page = await openPerson();
  const seen = [];
  for (const email of [accountOf("owner").email, "nobody@mail.example"]) {
    await page.at("/forgot-password");
    await page.fillIn({ "E-mail": email });
    await page.press("Send the link");
    seen.push(await page.content());
  }
  assert.equal(seen[0], seen[1]);
  await close(page);
});

// What no browser of a visitor's would send.
const form = (fields) => ({ method: "POST", redirect: "manual", body: new URLSearchParams(fields) });
async function formOf(where, cookie = "") {
  const answer = await fetch(new URL(where, server.url), { headers: cookie ? { Cookie: cookie } : {} });
  const csrf = /name="csrf" value="([0-9a-f]+)"/.exec(await answer.text())[1];
  const made = answer.headers.getSetCookie().map((line) => line.split(";")[0]);
  return { csrf, cookie: [cookie, ...made].filter(Boolean).join("; "), answer };
}

test("a form from elsewhere changes nothing", async () => {
  const { email, password } = accountOf("owner");
  const mine = await formOf("/login"), other = await formOf("/login");
  const post = (fields, cookie, headers = {}) => fetch(new URL("/login", server.url),
    { ...form({ email, password, ...fields }), headers: { ...(cookie && { Cookie: cookie }), ...headers } });
  for (const [what, answer] of Object.entries({
    "no token": await post({}, mine.cookie),
    "another browser's token": await post({ csrf: other.csrf }, mine.cookie),
    "no cookie": await post({ csrf: mine.csrf }, ""),
    "another site": await post({ csrf: mine.csrf }, mine.cookie, { "Sec-Fetch-Site": "cross-site" }),
  })) {
    assert.equal(answer.status, 403, what);
    assert.deepEqual(answer.headers.getSetCookie().filter((line) => /session|refresh/.test(line)), [], what);
  }
  const right = await post({ csrf: mine.csrf }, mine.cookie);
  assert.equal(right.status, 303);
  const cookies = right.headers.getSetCookie();
  const session = cookies.find((line) => line.startsWith("ringup_session="));
  assert.match(session, /; HttpOnly/);
  assert.match(session, /; SameSite=Lax/);
  // A token from before the sign-in is none behind it.
  const inside = [mine.cookie, ...cookies.map((line) => line.split(";")[0])].join("; ");
  const stale = await fetch(new URL("/account/logout", server.url), { ...form({ csrf: mine.csrf }), headers: { Cookie: inside } });
  assert.equal(stale.status, 403);
  // The cookie alone opens the API to nobody.
  assert.equal((await fetch(new URL("/api/accounts/me/", server.url), { headers: { Cookie: inside } })).status, 401);
});

test("behind the sign-in lies only this server", async () => {
  const { email, password } = accountOf("owner");
  for (const [next, leads] of [["/console", "/console"], ["//evil.example", "/account"], ["https://evil.example/", "/account"],
    ["/\\evil.example", "/account"], ["/%0d%0aSet-Cookie:x=y", "/account"], ["javascript:alert(1)", "/account"],
    ["/" + "a".repeat(300), "/account"]]) {
    const { csrf, cookie } = await formOf("/login");
    const answer = await fetch(new URL("/login", server.url),
      { ...form({ email, password, csrf, next }), headers: { Cookie: cookie } });
    assert.equal(answer.headers.get("location"), leads, next);
  }
  const { csrf, cookie } = await formOf("/login?next=" + encodeURIComponent("//evil.example/\"><script>"));
  const answer = await fetch(new URL("/login", server.url),
    { ...form({ email, password, csrf, next: "/a\r\nX-Evil: 1" }), headers: { Cookie: cookie } });
  assert.equal(answer.status, 400);
  assert.equal(answer.headers.get("x-evil"), null);
  assert.match(await answer.text(), /<h1>This did not work<\/h1>/);
});

test("the pages are read by everybody, and look as they should", async () => {
  const context = await (await openBrowser()).newContext();
  for (const dark of [false, true]) {
    for (const wide of [false, true]) {
      const page = await context.newPage();
      await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
      await page.setViewportSize(wide ? { width: 1440, height: 900 } : { width: 390, height: 844 });
      const { email, password } = accountOf("owner");
      for (const where of ["/login", "/register", "/verify-email?token=x", "/verify-email", "/forgot-password", "/reset-password?token=x", "/account"]) {
        await page.goto(new URL(where, server.url).href);
        if (where === "/account" && new URL(page.url()).pathname === "/login") {
          await page.getByLabel("E-mail").fill(email);
          await page.getByLabel("Password").fill(password);
          await page.getByRole("button", { name: "Sign in" }).click();
          await page.getByRole("heading", { name: "My account" }).waitFor();
        }
        const name = `${where.slice(1).replace(/\W+/g, "-")}-${wide ? 1440 : 390}-${dark ? "dark" : "light"}`;
        if (process.env.RINGUP_SHOTS) await page.screenshot({ path: path.join(process.env.RINGUP_SHOTS, name + ".png"), fullPage: true });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name + " scrolls sideways");
        // As a string, which the page's content policy does not forbid to the debugger.
        await page.evaluate(readFileSync(packages.resolve("axe-core/axe.min.js"), "utf8"));
        const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
        assert.deepEqual(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`)), [], name);
      }
      await page.close();
    }
  }
  await context.close();
});
