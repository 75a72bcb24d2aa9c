// kill -9 of the server while a mail is on its way: between the claim and the record of what became of it, and right
// behind the record. The mail comes, with one Message-ID; and nothing that was recorded comes again.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fine, root, serveRingup, until } from "./harness.mjs";

let server, mailbox, lines;
before(async () => {
  mailbox = spawn("/usr/bin/python3", [path.join(root, "tests/server/notify/mailbox.py"), "--hold", "3"],
    { stdio: ["pipe", "pipe", "inherit"] });
  lines = createInterface({ input: mailbox.stdout })[Symbol.asyncIterator]();
  const port = (await lines.next()).value;
  server = await serveRingup({ env: { SMTP_SERVER: "127.0.0.1", SMTP_PORT: port, EMAIL_FROM: "shop@hollerbusch.example" } });
});
after(async () => {
  await server?.stop();
  mailbox?.stdin.end();
});
const nextMail = async () => JSON.parse((await lines.next()).value);
const id = (mail) => mail.headers.find(([name]) => name === "Message-ID")[1];

// Two sign-ins of this person from devices that nobody knows: the second one is told of by mail.
let devices = 0;
async function seeNewDevice(role) {
  const { email, password } = server.accounts.accounts.find((account) => account.role === role);
  for (let i = 0; i < 2; ++i) {
    const answer = await fetch(new URL("/api/accounts/login/", server.url), { method: "POST", body: JSON.stringify({ email, password }),
      headers: { "Content-Type": "application/json", "User-Agent": `device ${++devices}` } });
    assert.equal(answer.status, 200);
  }
  return email;
}

test("a mail outlives kill -9, and comes once behind its record", async () => {
  const email = await seeNewDevice("owner");
  const held = await nextMail();
  assert.deepEqual(held.to, [email]);
  for (let i = 0; i < 2; ++i) {  // the server dies with the mail in its hands, and once more
    await server.crash();
    await server.again();
    const again = await nextMail();
    assert.equal(id(again), id(held));
    assert.equal(again.held, true);
    assert.deepEqual({ ...again }, { ...held });
  }
  await server.crash();
  await server.again();
  const taken = await nextMail();
  assert.equal(taken.held, false);
  assert.equal(id(taken), id(held));
  const metrics = async () => (await fetch(new URL("/metrics", server.url))).text();
  await until("the mail is recorded as sent", async () => /ringup_messages_waiting\{channel="email"\} 0\n/.test(await metrics()));
  // It was recorded: from now on it is sent to nobody.
  await server.crash();
  await server.again();
  const other = await seeNewDevice("manager");
  const next = await nextMail();
  assert.deepEqual(next.to, [other]);
  assert.notEqual(id(next), id(held));
});

test("without a mail server mails become files", async () => {
  const alone = await serveRingup();
  try {
    const { email, password } = alone.accounts.accounts.find((account) => account.role === "owner");
    for (const device of ["one", "two"]) {
      await fetch(new URL("/api/accounts/login/", alone.url), { method: "POST", body: JSON.stringify({ email, password }),
        headers: { "Content-Type": "application/json", "User-Agent": device } });
    }
    const outbox = path.join(alone.data, "outbox");
    const files = () => { try { return readdirSync(outbox).filter((name) => name.endsWith(".eml")); } catch { return []; } };
    await until("the mail is in the outbox", () => files().length === 1);
    assert.match(readFileSync(path.join(outbox, files()[0]), "utf8"), new RegExp(`^To: ${email}\r$`, "m"));
    assert.match(alone.log(), /No SMTP_SERVER is set/);
    assert.ok((await fine(alone, "/api/openapi.json")).openapi);
  } finally {
    await alone.stop();
  }
});
