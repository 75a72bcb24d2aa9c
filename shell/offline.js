// The page's side of starting without network: registers the service worker (sw.js), says in Keeping's words
// (web/platform/bridge.h) how app and data lie on this device, switches to a newer version when the app says that nothing
// would be lost, asks the browser to keep what is stored, and offers to install.
const starts = { unknown: 0, unsafe: 1, unable: 2, preparing: 3, ready: 4, lacking: 5 };
const storages = { unknown: 0, kept: 1, mayGo: 2 };
const installs = { no: 0, offered: 1, byHand: 2, done: 3 };
const acts = ["look", "ask", "install", "renew", "idle", "busy"];  // KeepAct

const quietMs = 5000;          // nobody has touched the till for so long before it is loaded anew by itself
const lookMs = 60 * 60_000;    // how often a newer version is looked for, and
const lookAgainMs = 5 * 60_000;  // at most when the page comes to the front or the network comes back

// `program`: the path of the page's first script, which names its version. At once, because the browser offers to install
// whenever it likes.
export function keeper(program) {
  const state = { start: starts.unknown, storage: storages.unknown, install: installs.no, newer: false, used: 0, room: 0 };
  const version = /\.([0-9a-f]{10})\.js$/.exec(program)?.[1] ?? "";
  let tell = () => {}, told = "", registration = null, question = null;
  let idle = false, asked = false, switching = false, switched = false, touchedAt = 0, lookedAt = 0, timer = 0, lookTimer = 0;

  const change = (news) => {
    Object.assign(state, news);
    const now = JSON.stringify(state);
    if (now === told) return;
    told = now;
    tell(state.start, state.storage, state.install, state.newer, state.used, state.room, version);
  };

  // --- installing ---
  if (matchMedia("(display-mode: standalone)").matches || navigator.standalone === true) state.install = installs.done;
  else if (navigator.standalone === false) state.install = installs.byHand;  // only Safari on iOS has it
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    question = event;
    change({ install: installs.offered });
  });
  addEventListener("appinstalled", () => {
    question = null;
    change({ install: installs.done });
  });
  const install = async () => {
    const asking = question;
    question = null;  // it can be shown once
    if (!asking) return;
    change({ install: installs.no });
    await asking.prompt();
  };

  // --- storage ---
  const look = async () => {
    if (!navigator.storage?.persisted) return;
    const { usage = 0, quota = 0 } = await navigator.storage.estimate?.() ?? {};
    change({ storage: await navigator.storage.persisted() ? storages.kept : storages.mayGo, used: usage, room: quota });
  };
  const ask = async () => {
    await navigator.storage?.persist?.();
    await look();
  };

  // --- the version on this device ---
  const check = () => {
    if (!registration?.active) return;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      port1.close();
      change({ start: data.whole ? starts.ready : starts.lacking });
    };
    registration.active.postMessage({ ask: "check" }, [port2]);
  };
  const renew = () => {
    if (switched || !registration?.waiting) return location.reload();
    switching = true;
    registration.waiting.postMessage({ ask: "switch" });
  };
  const consider = () => {
    clearTimeout(timer);
    if (!idle || switching || (!state.newer && !switched)) return;
    const rest = touchedAt + quietMs - performance.now();
    if (rest > 0 && !document.hidden) timer = setTimeout(consider, rest);
    else renew();
  };
  const watch = (worker) => {
    const moved = () => {
      if (worker.state === "installed" && registration.active) {
        change({ newer: true });
        consider();
      } else if (worker.state === "activated") {
        check();
      } else if (worker.state === "redundant") {
        change({ newer: registration.waiting !== null });
        if (!registration.active) change({ start: starts.lacking });
      }
    };
    worker.addEventListener("statechange", moved);
    moved();
  };
  const lookForNewer = () => {
    clearTimeout(lookTimer);
    lookTimer = setTimeout(lookForNewer, lookMs);
    if (performance.now() - lookedAt < lookAgainMs) return;
    lookedAt = performance.now();
    if (registration.active) registration.update().then(check, () => {});
    else register();
  };
  const register = async () => {
    try {
      const fresh = await navigator.serviceWorker.register("/sw.js", { scope: "/till", updateViaCache: "none" });
      if (registration === null) {
        fresh.addEventListener("updatefound", () => { if (fresh.installing) watch(fresh.installing); });
      }
      registration = fresh;
      if (!fresh.active) change({ start: starts.preparing });
      for (const worker of [fresh.installing, fresh.waiting]) if (worker) watch(worker);
      check();
    } catch {
      change({ start: state.start === starts.ready ? starts.ready : starts.lacking });
    }
  };
  const begin = () => {
    if (!window.isSecureContext) return change({ start: starts.unsafe });
    if (!navigator.serviceWorker) return change({ start: starts.unable });
    // Held while this page lives, so that its version's files stay.
    navigator.locks?.request("ringup till page " + program, { mode: "shared" }, () => new Promise(() => {}));
    change({ start: starts.preparing });
    const first = !navigator.serviceWorker.controller;
    let claimed = !first;
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      if (!claimed && !switching) {  // the first worker has come; this page is its version
        claimed = true;
        return;
      }
      // Another version starts with the next load. By a press, or while nothing is open: now.
      switching = false;
      switched = true;
      change({ newer: true });
      if (asked || idle) location.reload();
    });
    lookedAt = performance.now();
    register().then(() => {
      lookTimer = setTimeout(lookForNewer, lookMs);
      // People have bookmarks of the till's older address.
      navigator.serviceWorker.register("/sw.js", { scope: "/mobile-pos", updateViaCache: "none" }).catch(() => {});
    });
    addEventListener("online", lookForNewer);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) lookForNewer();
      consider();
    });
    for (const kind of ["pointerdown", "keydown"]) {
      addEventListener(kind, () => { touchedAt = performance.now(); }, { capture: true, passive: true });
    }
  };

  return {
    // `say` is told the state whenever it changes.
    open(say) {
      tell = say;
      change({});
      begin();
      look().catch(() => {});
    },
    act(number) {
      const what = acts[number];
      if (what === "look") look().catch(() => {});
      if (what === "ask") ask().catch(() => {});
      if (what === "install") install().catch(() => {});
      if (what === "renew") {
        asked = true;
        renew();
      }
      if (what === "idle" || what === "busy") {
        idle = what === "idle";
        consider();
      }
    },
  };
}
