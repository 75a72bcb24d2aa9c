// Pictures of barcodes as a camera gives them, made anew each time and always the same: rendered from the modules that
// zxing-wasm's writer draws (the package's full build, which never reaches the product), then turned, tilted, blurred,
// faded and made noisy. Used by camera_test.mjs and by bench/camera.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { nodeModules } from "./harness.mjs";

let writer = null;
async function open() {
  if (writer) return writer;
  const folder = path.join(nodeModules(), "zxing-wasm/dist");
  writer = await import(pathToFileURL(path.join(folder, "es/full/index.js")));
  await writer.prepareZXingModule({ fireImmediately: true,
    overrides: { wasmBinary: readFileSync(path.join(folder, "full/zxing_full.wasm")) } });
  return writer;
}

// {width, height, dark} in modules, with a quiet zone around: dark[y * width + x] is 1 or 0. Linear codes are drawn two
// fifths as tall as wide, at most 60 modules.
export async function symbolOf(format, text, options = {}) {
  const { symbol, error } = await (await open()).writeBarcode(text, { format, scale: 1, addQuietZones: false, ...options });
  if (!symbol) throw new Error(`${format} ${text}: ${error}`);
  const matrix = symbol.width === symbol.height || format.endsWith("Stk");
  const tall = matrix ? symbol.height : Math.max(20, Math.min(60, Math.round(symbol.width * 0.4)));
  const middle = Math.floor(symbol.height / 3);  // a row of a linear code that is neither text nor guard
  const quiet = matrix ? 4 : 10;
  const width = symbol.width + 2 * quiet, height = tall + 2 * quiet;
  const dark = new Uint8Array(width * height);
  for (let y = 0; y < tall; ++y) {
    for (let x = 0; x < symbol.width; ++x) {
      const at = (matrix ? y : middle) * symbol.width + x;
      dark[(y + quiet) * width + x + quiet] = symbol.data[at] < 128 ? 1 : 0;
    }
  }
  return { width, height, dark };
}

// A generator of chance by seed (mulberry32), 0 ≤ x < 1.
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6D2B79F5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function boxBlur(source, width, height, radius) {
  if (radius < 1) return source;
  const turn = (from, lines, length, next, step) => {
    const out = new Float32Array(from.length);
    for (let line = 0; line < lines; ++line) {
      const begin = line * next;
      let sum = 0;
      for (let i = -radius; i <= radius; ++i) sum += from[begin + Math.min(Math.max(i, 0), length - 1) * step];
      for (let i = 0; i < length; ++i) {
        out[begin + i * step] = sum / (2 * radius + 1);
        sum += from[begin + Math.min(i + radius + 1, length - 1) * step] - from[begin + Math.max(i - radius, 0) * step];
      }
    }
    return out;
  };
  return turn(turn(source, height, width, width, 1), width, height, 1, width);
}

// One grey frame → Uint8Array(width × height).
//   module   width of a module in pixels          angle    in degrees around the middle
//   tilt     0…1: how much smaller the right side is than the left, as a label seen from the side
//   blur     radius in pixels, of two box blurs   noise    standard deviation of the grey values
//   black, white  the grey of bars and ground     x, y     where the middle lies, 0…1
//   shade    how much darker the lower edge is than the upper, 0…1
export function frameOf(symbol, { width = 640, height = 480, module = 3, angle = 0, tilt = 0, blur = 0, noise = 0,
  black = 20, white = 235, ground = 170, shade = 0, x = 0.5, y = 0.5, seed = 1 } = {}) {
  let grey = new Float32Array(width * height);
  const turn = -angle * Math.PI / 180, sin = Math.sin(turn), cos = Math.cos(turn);
  const { width: wide, height: high, dark } = symbol ?? { width: 0, height: 0, dark: [] };
  const half = Math.max(1, wide * module / 2), around = Math.hypot(wide, high) * module * (1 + tilt);
  const samples = 3, steps = samples * samples;
  for (let row = 0; row < height; ++row) {
    const fade = (1 - shade * row / height) / steps;
    for (let column = 0; column < width; ++column) {
      const left = column - x * width, top = row - y * height;
      if (Math.abs(left) > around || Math.abs(top) > around) {
        grey[row * width + column] = ground * fade * steps;
        continue;
      }
      let sum = 0;
      for (let step = 0; step < steps; ++step) {
        const px = left + (step % samples + 0.5) / samples, py = top + (Math.floor(step / samples) + 0.5) / samples;
        const u = px * cos - py * sin, v = px * sin + py * cos;
        // A plane turned around its upright axis: what is farther to the right is nearer together.
        const depth = (1 + tilt * u / half / 2) / module;
        const mx = Math.floor(u * depth + wide / 2), my = Math.floor(v * depth + high / 2);
        if (mx < 0 || my < 0 || mx >= wide || my >= high) sum += ground;
        else sum += dark[my * wide + mx] ? black : white;
      }
      grey[row * width + column] = sum * fade;
    }
  }
  grey = boxBlur(boxBlur(grey, width, height, blur), width, height, blur);
  const random = chance(seed);
  const out = new Uint8Array(width * height);
  for (let i = 0; i < out.length; ++i) {
    // The sum of three even chances is near enough to a bell.
    const bell = (random() + random() + random() - 1.5) * 2;
    out[i] = Math.max(0, Math.min(255, Math.round(grey[i] + bell * noise)));
  }
  return out;
}

// A film for Chromium's --use-file-for-fake-video-capture, which plays it over and over.
export function writeFilm(file, frames, { width = 640, height = 480, rate = 10 } = {}) {
  const colour = Buffer.alloc(width * height / 2, 128);
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F${rate}:1 Ip A1:1 C420jpeg\n`),
    ...frames.flatMap((frame) => [Buffer.from("FRAME\n"), Buffer.from(frame), colour])]));
}

// A grey picture as a file that every browser opens (Windows bitmap, 24 bits).
export function bitmapOf(grey, width, height) {
  const row = Math.ceil(width * 3 / 4) * 4;
  const file = Buffer.alloc(54 + row * height);
  file.write("BM");
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) file.fill(grey[y * width + x], 54 + (height - 1 - y) * row + x * 3, 54 + (height - 1 - y) * row + x * 3 + 3);
  }
  return file;
}
