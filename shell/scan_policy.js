// What of a camera's frames is looked at, and when a read counts. Nothing here knows a browser or a clock: times come
// in as milliseconds, so that tests/shell/scan_policy_test.mjs can hold all of it in its hands.

// Retail's linear codes, and those with a second dimension. Names as zxing has them.
export const linear = ["EAN13", "EAN8", "UPCA", "UPCE", "Code128", "ITF", "DataBarOmni", "DataBarStk", "DataBarStkOmni",
  "DataBarLtd", "DataBarExp", "DataBarExpStk"];
export const everything = [...linear, "QRCode", "MicroQRCode"];

// The centre strip costs a millisecond or two and is where people aim; the whole frame in every direction costs fifty. A
// second try at half the size sees through noise: of bench/camera's frames a strip reads 60 % with it, 49 % without.
const half = { tryDownscale: true, downscaleFactor: 2, downscaleThreshold: 100 };
const quick = { ...half, tryHarder: false, tryRotate: false, tryInvert: false };
const thorough = { ...half, tryHarder: true, tryRotate: true, tryInvert: true };
export const looks = {
  strip: { part: "strip", options: { ...quick, formats: linear, maxNumberOfSymbols: 1 } },
  wide: { part: "wide", options: { ...quick, formats: everything, maxNumberOfSymbols: 2 } },
  full: { part: "full", options: { ...thorough, formats: everything, maxNumberOfSymbols: 4 } },
};
// The reader follows bars along rows and columns only, so a label that lies askew is brought nearer to one of them: with
// the reader's own quarter turn these cover every direction to within fifteen degrees.
export const turns = [0, 30, -30];
// How the n-th frame is looked at, n from 0 → {part, options, turn}.
export function lookOf(n) {
  if (n % 10 === 9) return { ...looks.full, turn: turns[Math.floor(n / 10) % turns.length] };
  return { ...(n % 3 === 2 ? looks.wide : looks.strip), turn: 0 };
}

// The part of a video (or picture) of this size that is looked at, when it fills a box of `boxWidth` × `boxHeight` from
// edge to edge (CSS object-fit: cover) → {x, y, width, height} in the video's pixels.
export function areaOf(part, width, height, boxWidth, boxHeight) {
  if (part === "full") return { x: 0, y: 0, width, height };
  const scale = Math.max(boxWidth / width, boxHeight / height);
  const seen = { width: Math.min(width, boxWidth / scale), height: Math.min(height, boxHeight / scale) };
  const tall = seen.height * (part === "strip" ? 0.4 : 0.9);
  const area = { x: (width - seen.width) / 2, y: (height - tall) / 2, width: seen.width, height: tall };
  return Object.fromEntries(Object.entries(area).map(([key, value]) => [key, Math.max(key === "x" || key === "y" ? 0 : 1,
    Math.round(value))]));
}

// Interleaved 2 of 5 has no check of its own, and a part of it reads as a shorter one; only cartons' fourteen digits, whose
// check digit core looks at, are believed.
const believable = ({ text, format }) => !format.startsWith("ITF") || text.length === 14;

// Of several codes in one frame the one nearest to the middle: that is what the person aims at. Their places are told
// from there. null where none is to be believed.
export const nearest = (codes) => codes.filter(believable).reduce((best, code) =>
  best === null || code.x ** 2 + code.y ** 2 < best.x ** 2 + best.y ** 2 ? code : best, null);

export const equalWithin = 500;  // ms between the two equal reads that make a hit
export const goneAfter = 1200;   // ms without a read after which a code has left the picture, if that were …
export const goneLooks = 6;      // … at least so many looks: a slow device takes few in that time

// Turns looks into hits: equal reads within `equalWithin` are one. A code that was a hit is none again while it stays in
// the picture; it has left when it was not read for `goneAfter` and in `goneLooks` looks.
export class Hits {
  constructor() {
    this.candidates = new Map();  // text → when it was read, once
    this.standing = new Map();    // text → {at, missed}: when it was last read, and in how many looks it was not since
  }
  // What a look at `now` came to, a code or null → true if that makes the code a hit.
  look(code, now) {
    for (const [text, at] of this.candidates) if (now - at > equalWithin) this.candidates.delete(text);
    for (const [text, { at, missed }] of this.standing) {
      if (now - at > goneAfter && missed >= goneLooks) this.standing.delete(text);
    }
    for (const [text, stands] of this.standing) if (text !== code?.text) ++stands.missed;
    if (code === null) return false;
    if (this.standing.has(code.text)) {
      this.standing.set(code.text, { at: now, missed: 0 });
      return false;
    }
    if (!this.candidates.has(code.text)) {
      this.candidates.set(code.text, now);
      return false;
    }
    this.candidates.delete(code.text);
    this.standing.set(code.text, { at: now, missed: 0 });
    return true;
  }
  // Another camera, or the same one after a pause: nothing stands in the picture.
  clear() {
    this.candidates.clear();
    this.standing.clear();
  }
}
