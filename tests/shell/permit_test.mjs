// What a till checks of a permit in the browser, against signatures that node's OpenSSL made.
import assert from "node:assert/strict";
import { generateKeyPairSync, pbkdf2Sync, sign, webcrypto } from "node:crypto";
import { test } from "node:test";
import { load } from "./load.mjs";

globalThis.crypto ??= webcrypto;
const { derive, fromBase64url, verify } = await load("permit.js");
const base64url = (data) => Buffer.from(data).toString("base64url");

const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const spki = (key) => base64url(key.export({ type: "spki", format: "der" }));
const key = spki(pair.publicKey);
function jws(payload, { head = { alg: "ES256" }, by = pair.privateKey } = {}) {
  const text = base64url(JSON.stringify(head)) + "." + base64url(payload);
  return text + "." + base64url(sign("sha256", Buffer.from(text), { key: by, dsaEncoding: "ieee-p1363" }));
}
const checked = async (text, by = key) => {
  const payload = await verify(by, text);
  return payload && Buffer.from(payload).toString();
};

test("what the server signed", async () => {
  assert.equal(await checked(jws('{"user":"Größe"}')), '{"user":"Größe"}');
});

test("nothing else", async () => {
  const good = jws("payload"), [head, payload, signature] = good.split(".");
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const none = base64url('{"alg":"none"}');
  for (const [what, text] of Object.entries({
    "another key": jws("payload", { by: other.privateKey }),
    "alg none, no signature": `${none}.${payload}.`,
    "alg none, its signature": `${none}.${payload}.${signature}`,
    "another algorithm": jws("payload", { head: { alg: "HS256" } }),
    "something that must be understood": jws("payload", { head: { alg: "ES256", crit: ["x"], x: 1 } }),
    "another payload": `${head}.${base64url("Payload")}.${signature}`,
    "a signature as DER": `${head}.${payload}.${base64url(sign("sha256", Buffer.from(`${head}.${payload}`), pair.privateKey))}`,
    "a signature of zeros": `${head}.${payload}.${base64url(new Uint8Array(64))}`,
    "two parts": `${head}.${payload}`,
    "four parts": `${good}.`,
    "padding": good + "=",
    "bits left over": good.slice(0, -1) + "B",
    "no JSON": `${base64url("ES256")}.${payload}.${signature}`,
    "nothing": "",
  })) assert.equal(await checked(text), null, what);
  assert.equal(await checked(jws("payload", { head: { alg: "ES256", jwk: other.publicKey.export({ format: "jwk" }) }, by: other.privateKey })), null);
  assert.equal(await checked(good, spki(other.publicKey)), null);
  assert.equal(await checked(good, spki(rsa.publicKey)), null);
  assert.equal(await checked(good, ""), null);
  assert.equal(await checked(good), "payload");
});

test("PBKDF2 as OpenSSL computes it", async () => {
  const salt = Buffer.from("0123456789abcdef"), text = Buffer.from("4071");
  const made = await derive(text, salt, 600_000);
  assert.deepEqual(Buffer.from(made), pbkdf2Sync(text, salt, 600_000, 32, "sha256"));
  assert.equal(await derive(text, salt, 0), null);
});

test("base64url has one form", () => {
  assert.deepEqual([...fromBase64url("AP8")], [0, 255]);
  for (const text of ["AP9", "AP8=", "AP 8", "A", "AP/8", "AP+8"]) assert.equal(fromBase64url(text), null, text);
});
