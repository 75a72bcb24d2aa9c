// The reader of event streams, with the borders of chunks in every place.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { Parser } = await load("sse.js");
const encoder = new TextEncoder();

function read(chunks, id = "") {
  const told = [], retries = [];
  const parser = new Parser({ event: (event) => told.push(event), retry: (ms) => retries.push(ms) }, id);
  for (const chunk of chunks) parser.feed(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
  return { told, retries, id: parser.id };
}
const events = (...chunks) => read(chunks).told;

const stream = ": hello\r\nretry: 2000\r\rid: 7\nevent: sale\ndata: {\"who\":\"Größe 👍\"}\r\n\r\n" +
  ":\n\ndata:one\r\ndata: two\rdata:  three\n\nevent: none\n\nid\ndata\n\nid: 9\n\n\uFEFFdata: x\n\ndata: not complete\n";
const expected = [
  { kind: "sale", data: '{"who":"Größe 👍"}', id: "7" },
  { kind: "message", data: "one\ntwo\n three", id: "7" },
  { kind: "message", data: "", id: "" },
];

test("one border, at every byte", () => {
  const bytes = encoder.encode(stream);
  for (let at = 0; at <= bytes.length; ++at) {
    const { told, retries, id } = read([bytes.slice(0, at), bytes.slice(at)]);
    assert.deepEqual(told, expected, `cut at ${at}`);
    assert.deepEqual(retries, [2000]);
    assert.equal(id, "9");
  }
});

test("two borders, at every pair of bytes", () => {
  const bytes = encoder.encode("data: ä\r\n\r\ndata: 👍\r\rid: 1\n\n");
  for (let one = 0; one <= bytes.length; ++one) {
    for (let two = one; two <= bytes.length; ++two) {
      const { told, id } = read([bytes.slice(0, one), bytes.slice(one, two), bytes.slice(two)]);
      assert.deepEqual(told.map((event) => event.data), ["ä", "👍"], `cut at ${one} and ${two}`);
      assert.equal(id, "1");
    }
  }
});

test("byte by byte", () => {
  assert.deepEqual(read([...encoder.encode(stream)].map((byte) => Uint8Array.of(byte))).told, expected);
});

test("a mark of byte order at the beginning is none of the text", () => {
  assert.deepEqual(events("\uFEFFdata: x\n\n").map((event) => event.data), ["x"]);
});

test("an id with NUL and a retry with letters are passed over", () => {
  const { told, retries } = read(["id: 1\0\nretry: 2s\nretry: -1\nretry:\ndata: x\n\n"], "5");
  assert.deepEqual(told, [{ kind: "message", data: "x", id: "5" }]);
  assert.deepEqual(retries, []);
});

test("a CR that ends a chunk ends its line at once", () => {
  assert.deepEqual(events("data: x\r\r").map((event) => event.data), ["x"]);
});

test("what is no text becomes replacement characters and no failure", () => {
  assert.deepEqual(events(Uint8Array.of(...encoder.encode("data: "), 0xff, 0xc3), "\n\n").map((event) => event.data),
    ["\uFFFD\uFFFD"]);
});

test("a line without an end is given up", () => {
  const parser = new Parser({ event() {}, retry() {} });
  const chunk = encoder.encode("x".repeat(1 << 18));
  assert.throws(() => { for (let i = 0; i < 8; ++i) parser.feed(chunk); }, /without an end/);
});
