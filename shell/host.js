// Everything the browser does for a wasm module: loads it, gives it frames, a viewport and input, and answers what
// it asks for (web/platform/bridge_library.js lists that). Calls back into wasm come from events, never from inside a
// frame. Nothing here runs while nothing happens: no interval, no animation loop, one timer at most.
import { Mirror } from "@{mirror.js}";
import { listen } from "@{input.js}";
import { ahead, blob } from "@{blobs.js}";
import { Ledger } from "@{ledger.js}";
import { follow } from "@{events.js}";
import { cryptoThere, derive, verify } from "@{permit.js}";
import { portsThere, printStrip, printer } from "@{printer.js}";
import { pickFile, saveFile, send, watchDrops } from "@{files.js}";

const ratioMax = 3;
const heardMs = 7000;  // that what was said stays in the live region
// As CameraVerb in web/platform/browser_wasm.cpp, CameraState and Photo in web/platform/bridge.h.
const cameraVerbs = ["open", "close", "torch", "zoom", "next"];
const cameraStates = ["closed", "asking", "live", "refused", "missing", "busy", "lost", "insecure", "unloaded"];
const photoStates = ["none", "unreadable", "nothing", "found"];
const streamStates = ["live", "waiting", "refused"];

// `what`: the word for the app in messages, "till" or "console".
export async function run({ create, wasm, fonts, what = "till", keeper = null, firstBlob = null }) {
  const stage = document.getElementById("stage");
  const canvas = document.getElementById("canvas");
  // For tests and measurements: frames drawn, time spent in them, changes of the mirror, how the stream of events is,
  // how a start without network would be (Keeping::Start's number), how the camera is and how many of its frames were
  // looked at.
  const state = { ready: false, frames: 0, busyMs: 0, nodes: 0, stream: "", kept: 0, camera: "closed", looked: 0 };
  window.ringup = state;
  const fail = (words) => {
    const line = document.getElementById("wait");
    line.hidden = false;
    line.textContent = words;
  };

  if (firstBlob) ahead(firstBlob);
  let module = null, framePending = false, timer = 0, timerAt = Infinity, keyboard = null;
  let camera = null;
  let following = null, authorized = () => {};
  // Every call into wasm goes through here; strings are passed as bytes that wasm frees.
  const bytes = (data) => {
    const pointer = module._malloc(data.length + 1);
    module.HEAPU8.set(data, pointer);
    return pointer;
  };
  const withText = (text, call) => {
    const data = new TextEncoder().encode(text);
    return call(bytes(data), data.length);
  };

  // The other tabs of this app.
  const tabs = globalThis.BroadcastChannel ? new BroadcastChannel("ringup " + what) : null;

  const mirror = new Mirror(document.getElementById("mirror"), {
    activate: (id) => module._ringup_activate(id),
    edit: (id, text) => withText(text, (pointer, length) => module._ringup_edit(id, pointer, length)),
    focus: (id, visible) => module._ringup_focus(id, visible ? 1 : 0),
  });

  const frame = (time) => {
    framePending = false;
    ++state.frames;
    const begun = performance.now();
    if (module._ringup_frame(time)) host.requestFrame();
    state.busyMs += performance.now() - begun;
  };

  const permitDone = (request, found) =>
    module._ringup_permit_done(request, found ? 1 : 0, bytes(found ?? []), found?.length ?? 0);

  // camera.js comes with the first use; calls that come meanwhile run in their order.
  const withCamera = (call) => {
    camera ??= import("@{later:camera.js}").then(({ Camera }) => new Camera(stage, {
      state: ({ state: word, torch, zoom, cameras }) => {
        const flag = (value) => value === null ? -1 : value ? 1 : 0;
        state.camera = word;
        module._ringup_camera_state(cameraStates.indexOf(word), flag(torch), flag(zoom), cameras);
      },
      code: (text) => withText(text, (pointer, length) => module._ringup_camera_code(pointer, length)),
      looked: () => { ++state.looked; },
    }));
    camera.then(call, (error) => {
      console.warn("The camera's part of the program could not be loaded:", error);
      camera = null;
      module._ringup_camera_state(cameraStates.indexOf("unloaded"), -1, -1, 0);
    });
  };

  const host = {
    requestFrame() {
      if (framePending) return;
      framePending = true;
      requestAnimationFrame(frame);
    },
    wake(ms) {
      const at = performance.now() + ms;
      if (at >= timerAt) return;
      clearTimeout(timer);
      timerAt = at;
      timer = setTimeout(() => {
        timerAt = Infinity;
        module._ringup_woke(performance.now());
      }, ms);
    },
    nodes(text) {
      ++state.nodes;
      mirror.update(text);
    },
    undoTyping: () => keyboard?.undo(),
    focus: (id) => mirror.focus(id),
    announce(text, assertive) {
      // Lines stand beside each other for a while: one that is said 80 ms after another does not take its place before
      // it was read.
      const line = document.createElement("p");
      line.textContent = text;
      document.getElementById(assertive ? "assertive" : "polite").append(line);
      setTimeout(() => line.remove(), heardMs);
    },
    after: (request, ms) => void setTimeout(() => module._ringup_rang(request), ms),
    async fetch(request, head, body) {
      const asked = JSON.parse(head);
      let answer = { status: 0, headers: [], data: new Uint8Array() };
      if (asked.progress) {
        answer = await send(asked, body, (sent, total) => module._ringup_sent(request, sent, total));
      } else {
        const { method, url, headers, timeout } = asked;
        try {
          const response = await fetch(url, {
            method, headers, body, credentials: "same-origin", signal: AbortSignal.timeout(timeout),
          });
          answer = { status: response.status, headers: [...response.headers], data: new Uint8Array(await response.arrayBuffer()) };
        } catch {
          answer.status = 0;  // offline, cut off or timed out
        }
      }
      const lines = answer.headers.map(([name, value]) => `${name.toLowerCase()}\n${value}\n`).join("");
      withText(lines, (pointer, length) =>
        module._ringup_fetched(request, answer.status, pointer, length, bytes(answer.data), answer.data.length));
    },
    follow(run, path, share) {
      following?.stop();
      following = follow({ path, share }, {
        authorize: (fresh) => new Promise((resolve) => {
          authorized = resolve;
          module._ringup_authorize(run, fresh ? 1 : 0);
        }),
        event: ({ kind, data }) => withText(kind, (name, nameLength) => withText(data, (pointer, length) =>
          module._ringup_heard(run, name, nameLength, pointer, length))),
        state: (word) => {
          state.stream = word;
          module._ringup_stream(run, streamStates.indexOf(word));
        },
      });
    },
    authorized: (authorization) => authorized(authorization),
    unfollow() {
      following?.stop();
      following = null;
    },
    tellTabs: (words) => tabs?.postMessage(words),
    camera(verb, flag) {
      primeSound();
      withCamera((it) => it[cameraVerbs[verb]](flag));
    },
    cameraPlace(...box) {
      if (camera) withCamera((it) => it.place(...box));
    },
    cameraPhoto: (request) => withCamera((it) => it.photo((word, text) => withText(text, (pointer, length) =>
      module._ringup_camera_photo(request, photoStates.indexOf(word), pointer, length)))),
    pickFile(request, accept) {
      pickFile(accept, (file) => {
        const data = file?.data ?? new Uint8Array();
        withText(file ? `${file.name}\n${file.type}` : "", (pointer, length) =>
          module._ringup_picked(request, file ? file.tooLarge ? 2 : 1 : 0, pointer, length, bytes(data), data.length));
      });
    },
    saveFile,
    // Loaded here, taken by the painter in the call that tells of it.
    async picture(request, url) {
      let bitmap = null, missing = false;
      try {
        const response = await fetch(url, { credentials: "same-origin" });
        missing = response.status >= 400 && response.status < 500;
        if (response.ok) bitmap = await createImageBitmap(await response.blob(), { premultiplyAlpha: "none" });
      } catch (error) {
        missing = error instanceof DOMException;  // it came, and is no picture
      }
      host.bitmap = bitmap;
      module._ringup_picture(request, bitmap?.width ?? 0, bitmap?.height ?? 0, missing ? 1 : 0);
      host.bitmap = null;
      bitmap?.close();
    },
    localGet(key) {
      try { return localStorage.getItem("ringup." + key); } catch { return null; }
    },
    localSet(key, value) {
      try { localStorage.setItem("ringup." + key, value); return true; } catch { return false; }
    },
    localRemove(key) {
      try { localStorage.removeItem("ringup." + key); } catch { /* nothing was kept */ }
    },
    async blob(request, verb, key, data) {
      const answer = await blob(verb, key, data);
      const found = answer ?? new Uint8Array();
      module._ringup_blob_done(request, answer ? 1 : 0, bytes(found), found.length);
    },
    ledger: new Ledger({
      is: (kind) => module._ringup_ledger_is(kind),
      wrote: (request, outcome) => module._ringup_ledger_wrote(request, outcome),
      came: (request, data) => module._ringup_ledger_came(request, data ? 1 : 0, bytes(data ?? []), data?.length ?? 0),
      state,
    }),
    print(title, text) {
      const before = document.title;
      const paper = document.getElementById("paper");
      paper.className = "";
      paper.textContent = text;
      document.title = title;
      window.print();
      document.title = before;
    },
    printStrip,
    printerPorts: portsThere,
    printer(request, job, data) {
      printer(job, data, (outcome, device, name) => withText(`${device}\n${name}`, (pointer, length) =>
        module._ringup_printer_done(request, outcome, pointer, length)));
    },
    cryptoThere,
    permitVerify: (request, key, jws) => verify(key, jws).then((found) => permitDone(request, found)),
    permitDerive: (request, password, salt, iterations) =>
      derive(password, salt, iterations).then((found) => permitDone(request, found)),
    copy: (text) => { navigator.clipboard?.writeText(text).catch(() => {}); },
    vibrate: (ms) => { navigator.vibrate?.(ms); },
    beep,
    keep: (act) => keeper?.act(act),
    goTo: (url) => { location.assign(url); },
    askBeforeLeaving: (ask) => { window.onbeforeunload = ask ? (event) => { event.preventDefault(); } : null; },
    location: () => location.hash.replace(/^#/, ""),
    setLocation(hash, replace) {
      const url = hash === "" ? location.pathname + location.search : "#" + hash;
      if (replace) history.replaceState(null, "", url);
      else history.pushState(null, "", url);
    },
    zoneOffset,
  };

  try {
    const files = await Promise.all([
      create({ host, canvas, locateFile: () => wasm }),
      ...fonts.map(async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer())),
    ]);
    module = files.shift();
    files.forEach((data, file) => module._ringup_font(file, bytes(data), data.length));
  } catch (error) {
    console.error(error);
    return fail(`The ${what} could not be loaded. Check the connection and reload this page.`);
  }

  watchViewport(stage, canvas, (...values) => module._ringup_viewport(...values));
  if (!module._ringup_start()) {
    return fail(`This browser cannot draw the ${what}: it has no WebGL 2. Try a current version of it.`);
  }
  keyboard = listen(stage, canvas, mirror, {
    pointer: (phase, x, y, touch, field, time, modifiers) =>
      module._ringup_pointer(phase, x, y, touch ? 1 : 0, field, time, modifiers),
    wheel: (x, y, dx, dy, time) => module._ringup_wheel(x, y, dx, dy, time),
    key: (name, modifiers, target, inField, time) => withText(name, (pointer, length) =>
      module._ringup_key(pointer, length, modifiers, target, inField ? 1 : 0, time)) !== 0,
    activate: (id) => module._ringup_activate(id),
    submit: (id) => module._ringup_submit(id),
  });
  watchDrops({
    dragging: (over) => module._ringup_event(over ? 4 : 5),
    dropped: (file) => withText(`${file.name}\n${file.type}`, (pointer, length) =>
      module._ringup_dropped(file.tooLarge ? 2 : 1, pointer, length, bytes(file.data), file.data.length)),
  });
  canvas.addEventListener("webglcontextlost", (event) => {
    event.preventDefault();  // or the browser will not restore it
    module._ringup_graphics(0);
  });
  canvas.addEventListener("webglcontextrestored", () => module._ringup_graphics(1));
  // Going back and forward, and an address typed by hand; some browsers tell twice, and the app sees that it is there.
  const navigated = () =>
    withText(host.location(), (pointer, length) => module._ringup_navigated(pointer, length));
  window.addEventListener("popstate", navigated);
  window.addEventListener("hashchange", navigated);
  if (tabs) tabs.onmessage = ({ data }) => withText(String(data), (pointer, length) => module._ringup_told(pointer, length));
  window.addEventListener("online", () => module._ringup_event(0));
  window.addEventListener("offline", () => module._ringup_event(1));
  document.addEventListener("visibilitychange", () => module._ringup_event(document.hidden ? 3 : 2));
  document.getElementById("wait").hidden = true;
  keeper?.open((start, storage, install, newer, used, room, version) => {
    state.kept = start;
    withText(version, (pointer, length) =>
      module._ringup_kept(start, storage, install, newer ? 1 : 0, used, room, pointer, length));
  });
  state.ready = true;
}

// Keeps the stage on the visible part of the window (a soft keyboard covers the rest) and the canvas at one
// framebuffer pixel per device pixel.
function watchViewport(stage, canvas, resize) {
  const probe = document.createElement("div");
  probe.className = "probe";
  document.body.append(probe);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const coarse = matchMedia("(pointer: coarse)");
  const visual = window.visualViewport;
  let last = "";

  const update = () => {
    const above = document.getElementById("plain")?.offsetHeight ?? 0;  // plain.js
    const width = visual ? visual.width : innerWidth;
    const height = (visual ? visual.height : innerHeight) - above;
    const ratio = Math.min(devicePixelRatio || 1, ratioMax);
    const safe = getComputedStyle(probe);
    const covered = Math.max(0, innerHeight - height - above);
    const edge = (side) => parseFloat(safe["padding" + side]) || 0;
    const flags = (dark.matches ? 1 : 0) | (still.matches ? 2 : 0) | (coarse.matches ? 4 : 0);
    // The keyboard covers the lower safe area.
    const values = [width, height, ratio, edge("Top"), edge("Right"), covered > 0 ? 0 : edge("Bottom"), edge("Left"), covered,
      flags];
    const top = (visual ? visual.offsetTop : 0) + above;
    const key = values.join() + "," + top;
    if (key === last) return;
    last = key;
    stage.style.top = top + "px";
    stage.style.width = width + "px";
    stage.style.height = height + "px";
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    resize(...values);
  };
  new ResizeObserver(update).observe(document.documentElement);
  addEventListener("resize", update);
  visual?.addEventListener("resize", update);
  visual?.addEventListener("scroll", update);
  for (const query of [dark, still, coarse]) query.addEventListener("change", update);
  const watchRatio = () => {
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => { update(); watchRatio(); },
      { once: true });
  };
  watchRatio();
  update();
}

// Minutes that a time zone is ahead of UTC then. The browser tells the wall clock of any zone; the difference is it.
const wallClocks = new Map();
function zoneOffset(unixMs, zone) {
  try {
    if (!wallClocks.has(zone)) {
      wallClocks.set(zone, new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", era: "short",
        year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" }));
    }
    const at = {};
    for (const { type, value } of wallClocks.get(zone).formatToParts(unixMs)) at[type] = Number(value);
    const wall = Date.UTC(at.year, at.month - 1, at.day, at.hour, at.minute, at.second);
    return Math.round((wall - unixMs) / 60000);
  } catch {
    return 0;  // a zone that this browser does not know
  }
}

let audio = null;
// Browsers let a page sound only after a touch; what follows later, as a scan does, must have asked by then.
function primeSound() {
  try {
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume().catch(() => {});
  } catch {
    audio = null;
  }
}
function beep() {
  try {
    audio ??= new AudioContext();
    const tone = audio.createOscillator(), volume = audio.createGain();
    const now = audio.currentTime;
    tone.frequency.value = 1760;
    volume.gain.setValueAtTime(0.08, now);
    volume.gain.exponentialRampToValueAtTime(0.001, now + 0.09);
    tone.connect(volume).connect(audio.destination);
    tone.start(now);
    tone.stop(now + 0.1);
  } catch {
    audio = null;  // no sound here
  }
}
