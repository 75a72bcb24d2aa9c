// What the server tells of by itself (GET /api/events), followed for as long as the app wants it.
//
// One connection per browser: tabs that follow the same thing as the same person (`share`) elect a leader by a Web Lock;
// it holds the stream and passes events on over a BroadcastChannel. When it is closed, the lock goes to another tab,
// which resumes from the last id that it heard, so that nothing is missed. A leader that the system put to sleep
// does not answer; then a tab that is looked at takes the lock from it. Where the browser has no locks (a page over
// plain HTTP) each tab has its own stream, for as long as it is looked at: browsers open six connections to a server.
//
// A stream that ends comes back: at once when the network or the person does, else after `retry` milliseconds, doubled
// with each failure in a row, with chance in it, so that a restarted server is not run over. A server that
// sends nothing, not even its heartbeat, for two and a half of them is not there any more, whatever the socket says.
// While all tabs are hidden for some minutes the stream rests. One timer at a time and no frames while nothing happens.
import { Parser } from "@{sse.js}";

const heartbeatMs = 15_000;       // until the server said its own
const silence = 2.5;              // heartbeats
const retryMs = 2_000, retryMost = 30_000, waitMost = 120_000;
const refusedMs = 10 * 60_000;    // a server that knows no such stream may be a newer one later
const restMs = 3 * 60_000;        // hidden for so long
const restAloneMs = 10_000;
const answerMs = 2_000;           // for another tab to say that it is there
const refusals = [403, 404, 405, 406, 410, 501];

// The browser as this file needs it; a test brings its own.
const browser = {
  fetch: (...words) => fetch(...words),
  setTimeout: (...words) => setTimeout(...words),
  clearTimeout: (timer) => clearTimeout(timer),
  now: () => Date.now(),  // performance.now() may stand still while the machine sleeps
  random: () => Math.random(),
  locks: globalThis.navigator?.locks,
  channel: globalThis.BroadcastChannel && ((name) => new BroadcastChannel(name)),
  hidden: () => document.hidden,
  // kinds: "online", "offline", "visibilitychange". Answers how to end it.
  listen(call) {
    const target = (kind) => kind === "visibilitychange" ? document : window;
    const kinds = ["online", "offline", "visibilitychange"];
    for (const kind of kinds) target(kind).addEventListener(kind, call);
    return () => { for (const kind of kinds) target(kind).removeEventListener(kind, call); };
  },
};

// One stream that comes back.
// calls: {authorize(fresh) → promise of a header's value or "", event({kind, data, id}), state(word), reached(id)}
// reached: a heartbeat says how far everything was told, so that there is less to look through after a gap.
// state: "live" from each hello on, "waiting", "refused" (there is no such stream for us).
export class Connection {
  constructor(path, calls, world = browser) {
    Object.assign(this, { path, calls, world });
    this.run = 0;            // of the attempt; what belongs to an earlier one is dropped
    this.id = "";            // to resume from
    this.timer = null;
    this.heartbeat = heartbeatMs;
    this.retry = retryMs;
    this.failures = 0;
    this.fresh = false;      // the last authorization was refused
    this.cut = false;        // the network went since
    this.state = "";
  }

  start(id) {
    this.id = id;
    this.open();
  }

  stop() {
    ++this.run;
    this.abort?.abort();
    this.world.clearTimeout(this.timer);
    this.timer = this.abort = null;
    this.state = "";
  }

  // The network or the person is back: at once, and again where the stream may be dead.
  wake() {
    if (this.state === "" || this.state === "refused") return;
    const quiet = this.abort ? this.quiet() > 1.5 * this.heartbeat || this.cut : true;
    this.cut = false;
    if (!quiet) return;
    this.failures = 0;
    this.open();
  }

  lost() { this.cut = true; }

  quiet() {
    const ms = this.world.now() - this.heardAt;
    return ms < 0 ? Infinity : ms;  // the clock was set back: nobody knows
  }

  tell(state) {
    if (this.state === state) return;
    this.state = state;
    this.calls.state(state);
  }

  async open() {
    const run = ++this.run;
    this.abort?.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    if (this.state !== "refused") this.tell("waiting");
    this.heardAt = this.world.now();
    this.watch(run);
    let wait = null;
    try {
      const authorization = await this.calls.authorize(this.fresh);
      if (run !== this.run) return;
      if (authorization) {
        wait = await this.read(run, authorization, signal);
        if (run !== this.run) return;
      }
    } catch {
      if (run !== this.run) return;  // given up, and another attempt goes on
    }
    this.abort = null;
    if (wait === 0) return this.open();
    this.again(wait);
  }

  // Until the stream ends. Answers how long to wait, null: as always.
  async read(run, authorization, signal) {
    const headers = { Accept: "text/event-stream", Authorization: authorization };
    if (this.id !== "") headers["Last-Event-ID"] = this.id;
    const response = await this.world.fetch(this.path, { headers, credentials: "same-origin", cache: "no-store", signal });
    if (run !== this.run) return null;
    const { status } = response;
    const streams = status === 200 && /^text\/event-stream\b/i.test(response.headers.get("Content-Type") ?? "");
    if (!streams) {
      response.body?.cancel().catch(() => {});
      if (status === 401) {
        const second = this.fresh;
        this.fresh = true;
        return second ? null : 0;
      }
      if (refusals.includes(status)) {
        this.tell("refused");
        return refusedMs;
      }
      const seconds = Number(response.headers.get("Retry-After"));
      return seconds > 0 ? Math.min(seconds * 1000, waitMost) : null;
    }
    this.fresh = false;
    const parser = new Parser({
      event: (event) => {
        if (run === this.run) this.take(event);
      },
      retry: (ms) => { this.retry = Math.min(Math.max(ms, 100), retryMost); },
    }, this.id);
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || run !== this.run) return null;
      this.heardAt = this.world.now();
      parser.feed(value);
      if (run !== this.run || parser.id === this.id) continue;
      this.id = parser.id;
      this.calls.reached?.(this.id);
    }
  }

  take(event) {
    this.id = event.id;
    if (event.kind === "hello") {
      this.failures = 0;
      const seconds = secondsOf(event.data);
      if (seconds > 0) this.heartbeat = seconds * 1000;
      this.calls.event(event);
      this.tell("live");
    } else {
      this.calls.event(event);
    }
  }

  again(wait) {
    if (this.state !== "refused" || wait !== refusedMs) this.tell("waiting");
    const ms = Math.min(this.retry * 2 ** Math.min(this.failures, 10), retryMost);
    ++this.failures;
    const chance = this.world.random();
    this.ring(wait === null ? ms * (0.5 + chance / 2) : wait * (1 + chance / 4), () => this.open());
  }

  // Silence ends the attempt. Looks only when it could be over.
  watch(run) {
    const left = this.heartbeat * silence - this.quiet();
    if (left <= 0) {
      ++this.run;
      this.abort?.abort();
      this.abort = null;
      return this.again(null);
    }
    this.ring(left + 1, () => {
      if (run === this.run) this.watch(run);
    });
  }

  ring(ms, call) {
    this.world.clearTimeout(this.timer);
    this.timer = this.world.setTimeout(call, ms);
  }
}

function secondsOf(data) {
  try {
    return Math.min(Number(JSON.parse(data).heartbeat_seconds), 300);
  } catch {
    return 0;
  }
}

// Follows `path`. calls as Connection's; they come from events of their own, never from inside follow() or stop().
// Answers {stop()}.
export function follow({ path, share }, calls, world = browser) {
  const tab = new Tab(path, "ringup events " + share, calls, world);
  Promise.resolve().then(() => tab.begin());
  return { stop: () => tab.stop() };
}

class Tab {
  constructor(path, name, calls, world) {
    Object.assign(this, { path, name, calls, world });
    this.shares = Boolean(world.locks && world.channel);
    this.ended = this.leads = this.rests = false;
    this.state = "waiting";
    this.hello = null;         // the last one, for tabs that come later
    this.id = "";
    this.turn = 0;             // events that this tab heard or was told that others had heard; 0: none yet
    this.heardAt = world.now();
    this.timer = this.restTimer = null;
  }

  begin() {
    if (this.ended) return;
    this.deaf = this.world.listen((event) => this.happened(event.type));
    if (!this.shares) return this.lead();
    this.channel = this.world.channel(this.name);
    this.channel.onmessage = ({ data }) => this.told(data);
    this.send({ type: "who" });
    this.queue({});
    this.watch();
  }

  stop() {
    this.ended = true;
    this.deaf?.();
    this.follower();
    this.channel?.close();
    this.waiting?.abort();
    this.world.clearTimeout(this.timer);
  }

  send(message) { this.channel?.postMessage(message); }

  // --- who holds the stream ---
  queue(options) {
    this.waiting?.abort();
    const waiting = this.waiting = new AbortController();
    // A lock that is taken from somebody is not waited for, and takes no signal.
    const more = options.steal ? options : { signal: waiting.signal };
    this.world.locks.request(this.name, more, () => {
      if (this.ended || this.waiting !== waiting) return undefined;
      this.lead();
      return new Promise((resolve) => { this.release = resolve; });
    }).catch(() => {
      // Taken by a tab that is looked at, while the system let this one sleep.
      if (this.ended || this.waiting !== waiting) return;
      this.follower();
      this.queue({});
      this.watch();
    });
  }

  lead() {
    this.leads = true;
    this.world.clearTimeout(this.timer);
    this.connection = new Connection(this.path, {
      authorize: (fresh) => this.calls.authorize(fresh),
      event: (event) => {
        if (event.kind === "hello") this.hello = event;
        ++this.turn;
        this.send({ type: "event", event, turn: this.turn });
        this.hear(event);
      },
      reached: (id) => {
        this.id = id;
        this.send({ type: "reached", id });
      },
      state: (state) => {
        this.send({ type: "state", state });
        this.tell(state);
      },
    }, this.world);
    this.connection.start(this.id);
    this.restLater();
  }

  follower() {
    this.connection?.stop();
    this.connection = null;
    this.leads = this.rests = false;
    this.world.clearTimeout(this.restTimer);
    this.release?.();
    this.release = null;
  }

  // --- what is heard ---
  hear(event) {
    this.id = event.id;
    this.calls.event(event);
  }

  // Asleep, a tab may have heard less than it was told.
  caughtUp(turn, { id }) {
    if (this.turn > 0 && turn > this.turn) this.hear({ kind: "resync", data: '{"reason":"too_old"}', id });
  }

  tell(state) {
    if (this.state === state && this.toldOnce) return;
    this.state = state;
    this.toldOnce = true;
    this.calls.state(state);
  }

  told(message) {
    if (this.ended) return;
    const { type } = message;
    if (type === "who" && this.leads) {
      this.send({ type: "here", state: this.state, hello: this.hello, id: this.id, turn: this.turn });
      if (this.rests) this.rise();
    } else if (type === "shown?" && !this.world.hidden()) {
      this.send({ type: "shown" });
    } else if (type === "shown") {
      this.restWanted = false;
    }
    if (this.leads) return;
    if (["event", "state", "here", "reached"].includes(type)) this.heardAt = this.world.now();
    if (type === "event" && (this.turn > 0 || message.event.kind === "hello")) {
      this.caughtUp(message.turn - 1, message.event);
      this.turn = message.turn;
      this.hear(message.event);
    } else if (type === "reached") {
      this.id = message.id;
    } else if (type === "here" && message.hello) {
      if (this.turn === 0) this.hear({ ...message.hello, id: message.id });
      else this.caughtUp(message.turn, message);
      this.turn = message.turn;
      this.hello = message.hello;
    }
    if (type === "state" || type === "here") this.tell(message.state);
  }

  // A tab that is looked at makes sure that somebody holds the stream for it.
  watch() {
    this.world.clearTimeout(this.timer);
    if (this.leads || this.world.hidden()) return;
    const left = heartbeatMs * silence - Math.max(0, this.world.now() - this.heardAt);
    if (left <= 0) return this.ask();
    this.timer = this.world.setTimeout(() => this.watch(), left + 1);
  }

  ask() {
    if (this.leads || this.ended) return;
    const asked = this.world.now();
    this.heardAt = -1;
    this.send({ type: "who" });
    this.world.clearTimeout(this.timer);
    this.timer = this.world.setTimeout(() => {
      if (this.leads || this.ended) return;
      const answered = this.heardAt >= asked;
      if (!answered) this.heardAt = this.world.now();
      if (!answered && !this.world.hidden()) return this.queue({ steal: true });
      this.watch();
    }, answerMs);
  }

  happened(kind) {
    if (kind === "offline") return this.connection?.lost();
    if (kind === "online") return this.connection?.wake();
    if (this.world.hidden()) return this.restLater();
    this.world.clearTimeout(this.restTimer);
    this.restWanted = false;
    if (!this.leads) return this.shares ? this.ask() : undefined;
    if (this.rests) this.rise();
    else this.connection.wake();
  }

  // --- rest ---
  restLater() {
    this.world.clearTimeout(this.restTimer);
    if (!this.leads || this.rests || !this.world.hidden()) return;
    this.restTimer = this.world.setTimeout(() => {
      if (!this.shares) return this.rest();
      this.restWanted = true;
      this.send({ type: "shown?" });
      this.restTimer = this.world.setTimeout(() => this.restWanted ? this.rest() : this.restLater(), answerMs);
    }, this.shares ? restMs : restAloneMs);
  }

  rest() {
    if (!this.leads || !this.world.hidden()) return;
    this.rests = true;
    this.connection.stop();
    this.send({ type: "state", state: "waiting" });
    this.tell("waiting");
  }

  rise() {
    this.rests = false;
    this.connection.start(this.id);
    this.restLater();
  }
}
