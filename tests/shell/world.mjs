// A browser that a test holds in its hands: a clock that stands still, a server whose streams the test writes, tabs with
// locks and channels between them.
const encoder = new TextEncoder();

// Lets everything run that waits for nothing but its turn.
export async function settle() {
  for (let i = 0; i < 50; ++i) await Promise.resolve();
}

export class Browser {
  constructor() {
    this.clock = 1_000_000;
    this.timers = [];
    this.asked = [];        // requests for streams, newest last
    this.status = 200;      // of the next answers; null: none comes
    this.headers = { "content-type": "text/event-stream" };
    this.tabs = [];
    this.locks = new Map(); // name → [{give, fail, held}]
  }

  // Lets time pass, with the timers that fall due, in their order.
  async pass(ms) {
    const until = this.clock + ms;
    await settle();
    for (;;) {
      const next = this.timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers.splice(this.timers.indexOf(next), 1);
      this.clock = Math.max(this.clock, next.at);
      next.call();
      await settle();
    }
    this.clock = until;
  }

  // Streams that are open now.
  get open() { return this.asked.filter((request) => request.opened && !request.ended); }

  tab({ locks = true, hidden = false } = {}) {
    const tab = { hidden, calls: [], asleep: [], sleeps: false };
    this.tabs.push(tab);
    const browser = this;
    const unlessAsleep = (call) => () => tab.closed ? undefined : tab.sleeps ? tab.asleep.push(call) : call();
    tab.world = {
      now: () => browser.clock,
      random: () => 1,
      hidden: () => tab.hidden,
      setTimeout(call, ms) {
        const timer = { at: browser.clock + ms, call: unlessAsleep(call) };
        browser.timers.push(timer);
        return timer;
      },
      clearTimeout: (timer) => { browser.timers = browser.timers.filter((other) => other !== timer); },
      listen(call) {
        tab.happened = (type) => call({ type });
        return () => { tab.happened = () => {}; };
      },
      fetch: (path, { headers, signal }) => browser.fetch(tab, path, headers, signal),
      locks: locks ? { request: (...words) => browser.lock(tab, ...words) } : undefined,
      channel: (name) => {
        const channel = { name, tab, onmessage: null };
        (browser.channels ??= []).push(channel);
        channel.close = () => { browser.channels = browser.channels.filter((other) => other !== channel); };
        channel.postMessage = (message) => {
          const data = structuredClone(message);
          for (const other of browser.channels) {
            if (other === channel || other.name !== name) continue;
            const deliver = () => { if (browser.channels.includes(other)) other.onmessage?.({ data }); };
            Promise.resolve().then(() => other.tab.sleeps ? other.tab.asleep.push(deliver) : deliver());
          }
        };
        return channel;
      },
    };
    tab.show = (shown) => {
      tab.hidden = !shown;
      tab.happened("visibilitychange");
    };
    // The system stops a tab in the background: it does nothing, and does it later, or (forgets) never.
    tab.sleep = () => { tab.sleeps = true; };
    tab.wakeUp = ({ forgets = false } = {}) => {
      tab.sleeps = false;
      const late = tab.asleep.splice(0);
      if (!forgets) for (const call of late) call();
    };
    // Closed without a word, as by a crash.
    tab.close = () => {
      tab.closed = true;
      browser.channels = (browser.channels ?? []).filter((channel) => channel.tab !== tab);
      for (const request of browser.asked) if (request.tab === tab) request.ended = true;
      for (const [name, queue] of browser.locks) {
        const left = queue.filter((lock) => lock.tab !== tab);
        browser.locks.set(name, left);
        browser.grant(name);
      }
    };
    return tab;
  }

  fetch(tab, path, headers, signal) {
    const request = { tab, path, headers, opened: false, ended: false };
    this.asked.push(request);
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => {
        request.ended = true;
        request.controller?.error(new Error("aborted"));
        reject(new Error("aborted"));
      });
      if (this.status === null) return;
      if (this.status === 0) return reject(new TypeError("no network"));
      const body = new ReadableStream({ start: (controller) => { request.controller = controller; } });
      request.opened = this.status === 200;
      request.write = (text) => request.controller.enqueue(typeof text === "string" ? encoder.encode(text) : text);
      request.end = () => { request.ended = true; request.controller.close(); };
      resolve(new Response(this.status === 204 ? null : body, { status: this.status, headers: this.headers }));
    });
  }

  lock(tab, name, { signal, steal = false }, call) {
    const queue = this.locks.get(name) ?? [];
    this.locks.set(name, queue);
    return new Promise((resolve, reject) => {
      const lock = { tab, call, resolve, reject, held: false };
      if (steal) {
        const holder = queue.find((other) => other.held);
        if (holder) {
          queue.splice(queue.indexOf(holder), 1);
          const fail = () => holder.reject(new DOMException("stolen", "AbortError"));
          holder.tab.sleeps ? holder.tab.asleep.push(fail) : fail();
        }
        queue.unshift(lock);
      } else {
        queue.push(lock);
      }
      signal?.addEventListener("abort", () => {
        if (lock.held) return;
        this.locks.set(name, this.locks.get(name).filter((other) => other !== lock));
        reject(new DOMException("given up", "AbortError"));
      });
      Promise.resolve().then(() => this.grant(name));
    });
  }

  grant(name) {
    const queue = this.locks.get(name);
    if (queue.length === 0 || queue.some((lock) => lock.held)) return;
    const [lock] = queue;
    lock.held = true;
    Promise.resolve(lock.call({ name })).then(() => {
      this.locks.set(name, this.locks.get(name).filter((other) => other !== lock));
      lock.resolve();
      this.grant(name);
    });
  }
}
