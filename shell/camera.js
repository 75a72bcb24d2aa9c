// The phone's camera as a scanner: a video over the canvas, its frames handed one at a time to scanner_worker.js, what
// was read handed to `code`. Loaded when it is opened for the first time.
//
// The camera runs only while it is wanted and the page is in front: tracks are stopped when the page is hidden or left
// and asked for again when it is back, because an installed app on an iPhone otherwise comes back to a black picture.
import { Hits, areaOf, lookOf, looks, nearest, turns } from "@{scan_policy.js}";

const rememberedKey = "ringup.camera";  // the device that the person chose
const workerRest = 60_000;              // ms that the reader stays loaded after the last use
const photoSides = [1600, 3000];        // the longer side that a photo is tried at, px
const zoomIn = 2;

// calls: {state({state, torch, zoom, cameras}), code(text, format), looked(ms)}. torch and zoom are true or false, or null
// where the camera has none; states are those of CameraState in web/platform/bridge.h. looked: a frame has been through
// the reader.
export class Camera {
  constructor(stage, calls) {
    this.calls = calls;
    this.hits = new Hits();
    this.wanted = false;
    this.run = 0;  // each opening has a number; what comes late for an earlier one is dropped
    this.stream = null;
    this.frame = 0;
    this.inFlight = false;
    this.facts = { state: "closed", torch: null, zoom: null, cameras: 0 };
    this.box = document.createElement("div");
    this.box.id = "camera";
    this.box.hidden = true;
    this.box.setAttribute("aria-hidden", "true");
    this.video = document.createElement("video");
    this.video.playsInline = true;
    this.video.muted = true;
    this.aim = document.createElement("div");
    this.aim.className = "aim";
    this.box.append(this.video, this.aim);
    stage.insertBefore(this.box, document.getElementById("mirror"));
    document.addEventListener("visibilitychange", () => document.hidden ? this.rest() : this.wake());
    addEventListener("pagehide", () => this.rest());
    addEventListener("pageshow", () => this.wake());
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.count());
  }

  // --- what the app asks for ---
  open() {
    this.wanted = true;
    this.hits.clear();
    this.start();
  }
  close() {
    this.wanted = false;
    this.box.hidden = true;
    this.stop();
    this.set({ state: "closed", torch: null, zoom: null });
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.endWorker(), workerRest);
  }
  // In CSS pixels of the stage; a width of 0 hides the picture, and nothing is read meanwhile.
  place(x, y, width, height) {
    const key = [x, y, width, height].join();
    if (key === this.placed) return;
    this.placed = key;
    Object.assign(this.box.style, { left: x + "px", top: y + "px", width: width + "px", height: height + "px" });
    this.size = { width, height };
    this.show();
  }
  async torch(on) {
    try {
      await this.track()?.applyConstraints({ advanced: [{ torch: on }] });
      this.set({ torch: on });
    } catch {
      this.set({ torch: null });  // it said it could
    }
  }
  async zoom(on) {
    const range = this.range();
    if (!range) return;
    try {
      await this.track().applyConstraints({ advanced: [{ zoom: on ? Math.min(range.max, zoomIn * range.min) : range.min }] });
      this.set({ zoom: on });
    } catch {
      this.set({ zoom: null });
    }
  }
  async next() {
    const cameras = await this.list();
    if (cameras.length < 2) return;
    const here = cameras.findIndex(({ deviceId }) => deviceId === this.track()?.getSettings().deviceId);
    remember(cameras[(here + 1) % cameras.length].deviceId);
    this.hits.clear();
    this.start();
  }
  // One picture of the person's own, taken now or long ago → done("none" | "unreadable" | "nothing" | "found", text).
  photo(done) {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = "image/*";
    input.hidden = true;
    const answer = (...words) => {
      input.remove();
      done(...words);
    };
    input.addEventListener("cancel", () => answer("none", ""));
    input.addEventListener("change", async () => {
      if (!input.files[0]) return answer("none", "");
      try {
        const code = await this.readPicture(input.files[0]);
        answer(code ? "found" : "nothing", code?.text ?? "");
      } catch {
        answer("unreadable", "");
      }
    });
    document.body.append(input);
    input.click();
  }

  // --- the camera ---
  async start() {
    const run = ++this.run;
    this.stop();
    if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) return this.set({ state: "insecure" });
    this.worker();  // loads while the person is asked
    this.set({ state: "asking" });
    let stream;
    try {
      stream = await ask();
    } catch (error) {
      if (run === this.run && this.wanted) this.set({ state: stateOf(error) });
      return;
    }
    if (run !== this.run || !this.wanted || document.hidden) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    this.stream = stream;
    const track = this.track();
    track.addEventListener("ended", () => {
      if (this.stream !== stream) return;
      this.stop();
      this.set({ state: "lost" });
    });
    this.video.srcObject = stream;
    try {
      await this.video.play();
    } catch {
      if (run !== this.run) return;  // another opening took its place
    }
    if (run !== this.run) return;
    const can = track.getCapabilities?.() ?? {};
    if (can.focusMode?.includes("continuous")) track.applyConstraints({ advanced: [{ focusMode: "continuous" }] }).catch(() => {});
    this.set({ state: "live", torch: can.torch ? false : null, zoom: this.range() ? false : null });
    this.show();
    this.count();
    navigator.wakeLock?.request("screen").then((lock) => {
      if (run === this.run && this.stream) this.awake = lock;
      else lock.release();
    }, () => {});
    this.watch(run);
  }
  stop() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
    this.awake?.release().catch(() => {});
    this.awake = null;
    this.show();
  }
  rest() {
    if (!this.wanted) return;
    ++this.run;
    this.stop();
    this.set({ state: "asking" });
  }
  wake() {
    if (!this.wanted || this.stream || document.hidden) return;
    this.hits.clear();
    this.start();
  }
  track() {
    return this.stream?.getVideoTracks()[0] ?? null;
  }
  range() {
    const range = this.track()?.getCapabilities?.().zoom;
    return range && range.max >= zoomIn * range.min ? range : null;
  }
  async list() {
    try {
      return (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
    } catch {
      return [];
    }
  }
  async count() {
    if (!this.wanted) return;
    this.set({ cameras: (await this.list()).length });
  }
  show() {
    this.box.hidden = !(this.stream && this.size?.width > 0);
  }
  set(facts) {
    const before = JSON.stringify(this.facts);
    Object.assign(this.facts, facts);
    if (JSON.stringify(this.facts) !== before) this.calls.state(this.facts);
  }

  // --- frames ---
  watch(run) {
    const frame = () => {
      if (run !== this.run || !this.stream) return;
      next();
      this.look();
    };
    const next = () => this.video.requestVideoFrameCallback
      ? this.video.requestVideoFrameCallback(frame) : setTimeout(frame, 66);
    next();
  }
  async look() {
    if (this.inFlight || this.box.hidden || !this.readerIsReady) return;
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width) return;
    this.inFlight = true;
    const run = this.run;
    try {
      const { part, options, turn } = lookOf(this.frame++);
      const area = areaOf(part, width, height, this.size.width, this.size.height);
      const { codes, ms } = await this.read(this.video, area, { options, turn });
      this.calls.looked(ms);
      const code = nearest(codes);
      if (run !== this.run || !this.hits.look(code, performance.now())) return;
      this.aim.classList.add("hit");
      setTimeout(() => this.aim.classList.remove("hit"), 300);
      this.calls.code(code.text, code.format);
    } catch {
      return;  // the frame was gone before it was copied
    } finally {
      this.inFlight = false;
    }
  }
  // A part of a video or picture through the worker → {codes, ms}.
  async read(source, area, how, side = Infinity) {
    const shrink = Math.min(1, side / Math.max(area.width, area.height));
    const width = Math.max(1, Math.round(area.width * shrink)), height = Math.max(1, Math.round(area.height * shrink));
    const worker = this.worker();
    if (globalThis.OffscreenCanvas) {
      const bitmap = await createImageBitmap(source, area.x, area.y, area.width, area.height,
        shrink < 1 ? { resizeWidth: width, resizeHeight: height, resizeQuality: "high" } : {});
      return worker.ask({ bitmap, ...how }, [bitmap]);
    }
    const canvas = this.canvas ??= document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(source, area.x, area.y, area.width, area.height, 0, 0, width, height);
    const pixels = context.getImageData(0, 0, width, height).data.buffer;
    return worker.ask({ pixels, width, height, ...how }, [pixels]);
  }
  async readPicture(file) {
    const picture = await createImageBitmap(file);
    const area = { x: 0, y: 0, width: picture.width, height: picture.height };
    try {
      for (const side of photoSides) {
        for (const turn of turns) {
          const { codes } = await this.read(picture, area, { options: looks.full.options, turn }, side);
          const code = nearest(codes);
          if (code) return code;
        }
        if (side >= Math.max(area.width, area.height)) break;
      }
      return null;
    } finally {
      picture.close();
    }
  }

  // --- the reader ---
  worker() {
    clearTimeout(this.resting);
    this.reader ??= new Reader((words) => {
      this.endWorker();
      console.warn("The barcode reader could not be loaded:", words);
      if (!this.wanted) return;
      this.stop();
      this.set({ state: "unloaded" });
    }, () => { this.readerIsReady = true; });
    return this.reader;
  }
  endWorker() {
    this.reader?.end();
    this.reader = null;
    this.readerIsReady = false;
  }
}

class Reader {
  constructor(failed, ready) {
    this.waiting = new Map();
    this.last = 0;
    this.worker = new Worker("@{scanner_worker.js}", { type: "module" });
    this.worker.onerror = (event) => failed(event.message ?? "it is not there");
    this.worker.onmessage = ({ data }) => {
      if (data.ready) return ready();
      if (data.failed) return failed(data.failed);
      this.waiting.get(data.id)?.(data);
      this.waiting.delete(data.id);
    };
  }
  ask(message, transfer) {
    const id = ++this.last;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.worker.postMessage({ id, ...message }, transfer);
    });
  }
  end() {
    this.worker.terminate();
    for (const resolve of this.waiting.values()) resolve({ codes: [], ms: 0 });
  }
}

// The camera that was chosen last, else the one that looks away from the person.
async function ask() {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const chosen = remembered();
  if (chosen) {
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...size, deviceId: { exact: chosen } } });
    } catch (error) {
      if (!["OverconstrainedError", "NotFoundError"].includes(error.name)) throw error;
      remember("");  // it was unplugged, or the browser gave its cameras new names
    }
  }
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { ...size, facingMode: { ideal: "environment" } } });
}

function stateOf({ name }) {
  switch (name) {
    case "NotAllowedError": case "SecurityError": return "refused";
    case "NotFoundError": case "OverconstrainedError": return "missing";
    default: return "busy";  // NotReadableError, AbortError: it is there, and does not come
  }
}

function remembered() {
  try { return localStorage.getItem(rememberedKey); } catch { return null; }
}
function remember(id) {
  try {
    if (id) localStorage.setItem(rememberedKey, id);
    else localStorage.removeItem(rememberedKey);
  } catch { /* it is chosen anew the next time */ }
}
