// The till's service worker: keeps one whole version of the till on the device and starts it from there, with or without
// a network.
//
// The build writes the list of everything the till may ever load, with hashes, so a worker is one version. Its cache
// is named by the content and filled completely before the worker counts as installed; what is not the listed bytes fails
// the installation, and the version before stays whole. A worker that is installed waits until a page says "switch",
// which the till does only while no sale is open (offline.js). Nothing else is ever cached, the API least of all, and
// the journal and the catalogue in IndexedDB are never touched.
//
// Old caches go when no page of theirs is open any more: a page holds the lock "ringup till page PATH", PATH being that
// of its first script, which is part of its cache.
const { version, files } = JSON.parse('@{precache:till.html}');
const prefix = "ringup till ", pageLock = "ringup till page ", mine = prefix + version, page = "/till";
const own = new Set(files.map(([path]) => path));
const healMs = 3000;  // that a start waits for files that the browser has dropped
// The old address has a registration of its own, of this same script, which only shows the way.
const signpost = !new URL(self.registration.scope).pathname.startsWith(page);

let opened = null;
const cache = () => opened ??= caches.open(mine);

async function missing() {
  const there = new Set((await (await cache()).keys()).map((request) => new URL(request.url).pathname));
  return files.filter(([path]) => !there.has(path));
}

// Fetches what is missing; throws where not all of it can be had.
async function fill() {
  const kept = await cache();
  await Promise.all((await missing()).map(async ([path, integrity]) => {
    // Another version's file of the same name has the same bytes.
    const hashed = path.startsWith("/assets/");
    const known = hashed ? await caches.match(path, { ignoreVary: true }) : undefined;
    const response = known ??
      await fetch(path, { integrity, cache: hashed ? "default" : "no-store", redirect: "error", credentials: "omit" });
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}`);
    await kept.put(path, response);
  }));
}

// With the lock, because the worker of a newer version may be filling a cache of its own.
const alone = (act) => navigator.locks ? navigator.locks.request("ringup till caches", act) : act();

const tidy = () => alone(async () => {
  if (self.registration.installing || self.registration.waiting || !navigator.locks) return;
  const { held } = await navigator.locks.query();
  // A first script that this version has, too, names no file that it lacks: such a page needs no other cache.
  const pages = held.map(({ name }) => name).filter((name) => name.startsWith(pageLock))
    .map((name) => name.slice(pageLock.length)).filter((path) => !own.has(path));
  for (const name of await caches.keys()) {
    if (!name.startsWith(prefix) || name === mine) continue;
    const old = await caches.open(name);
    const inUse = await Promise.all(pages.map((path) => old.match(path)));
    if (!inUse.some(Boolean)) await caches.delete(name);
  }
});

async function start(request) {
  const kept = await cache();
  if ((await missing()).length > 0) {
    // What the browser has dropped comes back from the server. If that has another version by now, its page is whole.
    const healed = await Promise.race([fill().then(() => true, () => false),
      new Promise((resolve) => setTimeout(resolve, healMs, false))]);
    if (!healed) {
      const answer = await fetch(request).catch(() => null);
      if (answer?.ok) return answer;
    }
  }
  return await kept.match(page, { ignoreVary: true }) ?? fetch(request);
}

async function file(path, request) {
  const kept = await (await cache()).match(path, { ignoreVary: true });
  // Else it is a file of another version, whose page is still open, or one that the browser has dropped.
  return kept ?? await caches.match(path, { ignoreVary: true }) ?? fetch(request);
}

self.addEventListener("install", (event) => {
  if (signpost) return self.skipWaiting();
  // The server's answers never come through here: no need to wake this worker for them.
  try {
    event.addRoutes?.({ condition: { urlPattern: { pathname: "/api/*" } }, source: "network" })?.catch(() => {});
  } catch {
    // an older form of it
  }
  event.waitUntil(alone(fill));
});

self.addEventListener("activate", (event) => {
  if (!signpost) event.waitUntil(self.clients.claim().then(tidy));
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (signpost) {
    if (request.mode === "navigate") event.respondWith(Response.redirect(page, 302));
  } else if (request.mode === "navigate") {
    if (/^\/till\/?$/.test(url.pathname)) event.respondWith(start(request));
    else if (own.has(url.pathname)) event.respondWith(file(url.pathname, request));
  } else if (own.has(url.pathname) || url.pathname.startsWith("/assets/")) {
    event.respondWith(file(url.pathname, request));
  }
});

// {ask: "switch"}: become the active version now. {ask: "check"} with a port: mends the cache where it can, then answers
// {version, whole}.
self.addEventListener("message", (event) => {
  const { ask } = event.data ?? {}, [port] = event.ports;
  if (ask === "switch") event.waitUntil(self.skipWaiting());
  if (ask === "check") {
    event.waitUntil(fill().then(() => true, () => false).then((whole) => {
      port?.postMessage({ version, whole });
      return tidy();
    }));
  }
});
