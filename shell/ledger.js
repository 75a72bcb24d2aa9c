// What a till must not lose: keys and bytes in the IndexedDB database "ringup till", apart from blobs.js, whose loss
// costs a download. Every write is one transaction with `durability: "strict"`, and counts when its `complete` event has
// come, which the browser sends after the device has it.
//
// Only one tab of this browser is the till: it holds the Web Lock "ringup till" until it is closed; the others look on,
// and the next in the queue gets it then. Where the browser has no locks (no HTTPS, and not on the same machine) every
// tab may write, and `add` refuses what another one has added.
//
// A connection that was lost is opened again with the next call. When the database comes back as a new, empty one
// although this page had it before (the browser made room, somebody cleared the site's data), the app is told, which
// writes what it still holds.
const mine = 0, others = 1, emptied = 2;
const stored = 0, taken = 1, full = 2, failed = 3;
const add = 0, put = 1;
const database = "ringup till", store = "kept";
const reopenMs = [0, 50, 200, 1000, 5000, 20000];
const reloadMs = 300;  // so long a page that is being loaded anew may still hold the lock

export class Ledger {
  // is(kind), wrote(request, outcome), came(request, bytes or null). `state` is shown to tests and measurements: `booked`
  // is when the last transaction that began with an `add` was complete.
  constructor({ is, wrote, came, state }) {
    Object.assign(this, { is, wrote, came, state });
    this.opening = null;
    this.opened = false;  // once, by this page
  }

  watch() {
    const locks = navigator.locks;
    if (!locks) return void queueMicrotask(() => this.is(mine));
    let held = false;
    const hold = () => {
      held = true;
      this.is(mine);
      return new Promise(() => {});  // until this tab is closed
    };
    locks.request("ringup till", hold).catch(() => this.is(mine));
    setTimeout(() => { if (!held) this.is(others); }, reloadMs);
  }

  async write(request, data) {
    let outcome = failed;
    try {
      outcome = await this.transact(data);
    } catch {
      this.opening = null;
    }
    if (outcome === stored && data[0] === add) this.state.booked = performance.now();
    this.wrote(request, outcome);
  }

  async read(request, from, to, limit) {
    let data = null;
    try {
      data = await this.range(from, to, limit);
    } catch {
      this.opening = null;
    }
    this.came(request, data);
  }

  open() {
    this.opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(database, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(store);
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const connection = request.result;
        // Somebody deletes it or opens a newer version: in the way they would only wait. What this page holds is
        // written again into what comes after.
        connection.onversionchange = () => {
          connection.close();
          this.lost();
        };
        connection.onclose = () => this.lost();
        if (!this.opened) {
          this.opened = true;
          return resolve(connection);
        }
        // A tab that looks on may have made the new one; that it is empty tells.
        const count = connection.transaction(store).objectStore(store).count();
        count.onerror = () => resolve(connection);
        count.onsuccess = () => {
          if (count.result === 0) this.is(emptied);
          resolve(connection);
        };
      };
    });
    return this.opening;
  }

  // Looked at soon, not with the next sale: while it is being deleted it cannot be opened yet.
  async lost() {
    this.opening = null;
    for (const wait of reopenMs) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      try {
        return void await this.open();
      } catch {
        this.opening = null;
      }
    }
  }

  // A connection that is closing throws before anything is written: then once more on a new one.
  async begin(mode) {
    const options = { durability: "strict" };
    try {
      return (await this.open()).transaction(store, mode, options);
    } catch {
      this.opening = null;
      return (await this.open()).transaction(store, mode, options);
    }
  }

  async transact(data) {
    const transaction = await this.begin("readwrite");
    const kept = transaction.objectStore(store);
    return new Promise((resolve) => {
      let why = null;
      transaction.oncomplete = () => resolve(stored);
      transaction.onerror = (event) => { why ??= event.target.error; };
      transaction.onabort = () => {
        const name = (transaction.error ?? why)?.name;
        resolve(name === "ConstraintError" ? taken : name === "QuotaExceededError" ? full : failed);
      };
      for (const { verb, key, bytes } of writesIn(data)) {
        if (verb === add) kept.add(bytes, key);
        else if (verb === put) kept.put(bytes, key);
        else kept.delete(key);
      }
      transaction.commit?.();
    });
  }

  async range(from, to, limit) {
    const transaction = await this.begin("readonly");
    const kept = transaction.objectStore(store), range = IDBKeyRange.bound(from, to, false, true);
    const keys = kept.getAllKeys(range, limit), values = kept.getAll(range, limit);
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const parts = keys.result.flatMap((key, i) => [new TextEncoder().encode(key), new Uint8Array(values.result[i])]);
    const all = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 0));
    const view = new DataView(all.buffer);
    let at = 0;
    for (const part of parts) {
      view.setUint32(at, part.length, true);
      all.set(part, at + 4);
      at += 4 + part.length;
    }
    return all;
  }
}

function* writesIn(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at < data.length;) {
    const verb = data[at];
    const keyEnd = at + 5 + view.getUint32(at + 1, true);
    const end = keyEnd + 4 + view.getUint32(keyEnd, true);
    yield { verb, key: new TextDecoder().decode(data.subarray(at + 5, keyEnd)), bytes: data.slice(keyEnd + 4, end) };
    at = end;
  }
}
