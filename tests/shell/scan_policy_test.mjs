// When a read of the camera's scanner is a hit, and what of each frame is looked at; time is the test's own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";

const { Hits, areaOf, equalWithin, goneAfter, goneLooks, linear, lookOf, nearest } = await load("scan_policy.js");
const milk = { text: "4006381333931", format: "EAN13" }, bread = { text: "96385074", format: "EAN8" };

// Looks as [ms, code or null] → the times of the hits.
function hitsOf(reads) {
  const hits = new Hits();
  return reads.filter(([at, code]) => hits.look(code, at)).map(([at]) => at);
}
const every = (step, from, to, code) => {
  const reads = [];
  for (let at = from; at <= to; at += step) reads.push([at, code]);
  return reads;
};

test("two equal reads within half a second are a hit, one alone is none", () => {
  assert.deepEqual(hitsOf([[0, milk]]), []);
  assert.deepEqual(hitsOf([[0, milk], [33, milk]]), [33]);
  assert.deepEqual(hitsOf([[0, milk], [equalWithin, milk]]), [equalWithin]);
  assert.deepEqual(hitsOf([[0, milk], [equalWithin + 1, milk]]), []);
  assert.deepEqual(hitsOf([[0, milk], [600, milk], [700, milk]]), [700]);
});

test("a code that stays in the picture is one hit, for a minute too", () => {
  assert.deepEqual(hitsOf(every(66, 0, 60_000, milk)), [66]);
  // Read now and then only, as when a hand trembles.
  assert.deepEqual(hitsOf([[0, milk], [50, milk], ...every(goneAfter, 50, 30_000, milk)]), [50]);
});

test("it counts again after it has left the picture", () => {
  const seen = [[0, milk], [50, milk]];
  const empty = (count, to) => Array.from({ length: count }, (_, n) => [50 + (n + 1) * (to - 50) / (count + 1), null]);
  const back = (at) => [[at, milk], [at + 40, milk]];
  assert.deepEqual(hitsOf([...seen, ...empty(20, 60 + goneAfter), ...back(60 + goneAfter)]), [50, 100 + goneAfter]);
  assert.deepEqual(hitsOf([...seen, ...empty(20, 50 + goneAfter), ...back(50 + goneAfter)]), [50]);
  // A slow device takes few looks in that time: those that missed it do not say that it is gone.
  assert.deepEqual(hitsOf([...seen, ...empty(goneLooks - 1, 5000), ...back(5000)]), [50]);
  assert.deepEqual(hitsOf([...seen, ...empty(goneLooks, 5000), ...back(5000)]), [50, 5040]);
});

test("another code in between does not double the first, and counts itself", () => {
  const reads = [];
  for (let at = 0; at < 5000; at += 100) reads.push([at, milk], [at + 50, bread]);
  assert.deepEqual(hitsOf(reads), [100, 150]);
});

test("a misread between two right reads is no hit and costs none", () => {
  const wrong = { text: "4006381333948", format: "EAN13" };
  assert.deepEqual(hitsOf([[0, milk], [33, wrong], [66, milk]]), [66]);
});

test("parts of an interleaved code are not believed, a carton's fourteen digits are", () => {
  const itf = (text) => [{ text, format: "ITF", x: 0, y: 0 }];
  assert.equal(nearest(itf("1400638133")), null);
  assert.equal(nearest(itf("14006381333938")).text, "14006381333938");
  assert.equal(nearest([...itf("3938"), { ...milk, x: 200, y: 90 }]).text, milk.text);
});

test("after a pause nothing stands in the picture", () => {
  const hits = new Hits();
  assert.equal(hits.look(milk, 0), false);
  assert.equal(hits.look(milk, 30), true);
  hits.clear();
  assert.equal(hits.look(milk, 60), false);
  assert.equal(hits.look(milk, 90), true);
});

test("of thirty frames twenty-seven are cheap, three are looked at thoroughly", () => {
  const parts = Array.from({ length: 30 }, (_, n) => lookOf(n));
  const count = (part) => parts.filter((look) => look.part === part).length;
  assert.deepEqual([count("strip"), count("wide"), count("full")], [18, 9, 3]);
  assert.equal(lookOf(0).part, "strip");
  assert.deepEqual(lookOf(0).options.formats, linear);
  assert.ok(lookOf(9).options.tryHarder && lookOf(9).options.tryRotate && lookOf(9).options.tryInvert);
  assert.deepEqual([9, 19, 29, 39].map((n) => lookOf(n).turn), [0, 30, -30, 0]);
  assert.ok(lookOf(2).options.formats.includes("QRCode"));
});

test("what is looked at lies in the middle of what the person sees", () => {
  // A phone held upright: the video is 720 × 1280 and fills a box of 358 × 300.
  assert.deepEqual(areaOf("strip", 720, 1280, 358, 300), { x: 0, y: 519, width: 720, height: 241 });
  // On a desk: 1280 × 720; what lies beyond the box to the left and right is not looked at.
  const wide = areaOf("wide", 1280, 720, 358, 300);
  assert.deepEqual(wide, { x: 210, y: 36, width: 859, height: 648 });
  assert.deepEqual(areaOf("full", 1280, 720, 358, 300), { x: 0, y: 0, width: 1280, height: 720 });
  for (const part of ["strip", "wide", "full"]) {
    for (const [width, height] of [[1, 1], [640, 480], [4000, 3000], [480, 2000]]) {
      const area = areaOf(part, width, height, 358, 140);
      assert.ok(area.x >= 0 && area.y >= 0 && area.width >= 1 && area.height >= 1);
      assert.ok(area.x + area.width <= width + 1 && area.y + area.height <= height + 1, `${part} ${width} ${height}`);
    }
  }
});

test("of several codes the one in the middle is meant", () => {
  const at = (text, x, y) => ({ text, format: "EAN13", x, y });
  assert.equal(nearest([at("far", -310, -110), at("near", -10, 10), at("low", 0, 110)]).text, "near");
  assert.equal(nearest([]), null);
});
