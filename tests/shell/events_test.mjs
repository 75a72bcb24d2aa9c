// Following events through reconnections, sleep and several tabs, in a browser made of this test's own parts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.mjs";
import { Browser, settle } from "./world.mjs";

const { follow } = await load("events.js");
const hello = (id, generation = "g1") =>
  `retry: 2000\n\nid: ${id}\nevent: hello\ndata: {"generation":"${generation}","heartbeat_seconds":15}\n\n`;
const sale = (id) => `id: ${id}\nevent: sale\ndata: {"ids":[],"count":1}\n\n`;
const beat = ": \n\n";

// A tab that follows: what it heard, as words.
async function begin(browser, options = {}) {
  const tab = browser.tab(options);
  tab.heard = [];
  tab.fresh = [];
  tab.token = "Bearer one";
  tab.following = follow({ path: "/api/events", share: options.share ?? "me" }, {
    authorize: async (fresh) => {
      tab.fresh.push(fresh);
      return fresh ? tab.freshToken ?? tab.token : tab.token;
    },
    event: ({ kind, data }) => tab.heard.push(kind === "resync" ? `resync ${JSON.parse(data).reason}` : kind),
    state: (state) => tab.heard.push(state),
  }, tab.world);
  await settle();
  tab.take = () => tab.heard.splice(0).join(" ");
  return tab;
}
const last = (browser) => browser.asked.at(-1);

test("a stream says hello, tells, and comes back from where it was", async () => {
  const browser = new Browser();
  const tab = await begin(browser);
  assert.equal(last(browser).headers.Authorization, "Bearer one");
  assert.equal(last(browser).headers["Last-Event-ID"], undefined);
  last(browser).write(hello(5) + sale(6));
  await settle();
  assert.equal(tab.take(), "waiting hello live sale");
  last(browser).end();
  await settle();
  assert.equal(tab.take(), "waiting");
  assert.equal(browser.asked.length, 1);
  await browser.pass(2000);
  assert.equal(browser.asked.length, 2);
  assert.equal(last(browser).headers["Last-Event-ID"], "6");
});

test("what is not there is asked for less and less often, up to every 30 seconds", async () => {
  const browser = new Browser();
  browser.status = 0;
  await begin(browser);
  const times = [];
  for (let at = 0, seen = 1; at < 200_000; at += 500) {
    await browser.pass(500);
    if (browser.asked.length > seen) times.push(browser.clock);
    seen = browser.asked.length;
  }
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  assert.deepEqual(gaps.slice(0, 5), [4000, 8000, 16000, 30000, 30000]);
});

test("the network or the person comes back: at once", async () => {
  const browser = new Browser();
  browser.status = 0;
  const tab = await begin(browser);
  for (const kind of ["online", "visibilitychange"]) {
    await browser.pass(20_000);
    const before = browser.asked.length;
    tab.happened(kind);
    await settle();
    assert.equal(browser.asked.length, before + 1, kind);
  }
});

test("silence for two and a half heartbeats is the end, a heartbeat is not", async () => {
  const browser = new Browser();
  const tab = await begin(browser);
  last(browser).write(hello(5));
  for (let i = 0; i < 6; ++i) {
    await browser.pass(14_000);
    last(browser).write(beat);
  }
  await settle();
  assert.equal(browser.asked.length, 1);
  await browser.pass(37_000);
  assert.equal(browser.open.length, 1);
  await browser.pass(1_000);
  assert.equal(browser.open.length, 0);
  assert.equal(tab.take(), "waiting hello live waiting");
  await browser.pass(2_000);
  assert.equal(last(browser).headers["Last-Event-ID"], "5");
});

test("a server that takes the request and answers nothing is given up, too", async () => {
  const browser = new Browser();
  browser.status = null;
  await begin(browser);
  await browser.pass(40_000);
  assert.equal(browser.asked.length, 2);
  assert.ok(browser.asked[0].ended);
});

test("after the machine slept the old socket is not believed", async () => {
  const browser = new Browser();
  const tab = await begin(browser);
  last(browser).write(hello(5));
  await settle();
  browser.clock += 3_600_000;  // no timer rang
  tab.happened("visibilitychange");
  await settle();
  assert.equal(browser.asked.length, 2);
  assert.ok(browser.asked[0].ended);
});

test("a heartbeat says how far everything was told, in every tab", async () => {
  const browser = new Browser();
  const one = await begin(browser), two = await begin(browser);
  last(browser).write(hello(5));
  last(browser).write(":\nid: 70\n\n");
  await settle();
  last(browser).end();
  await browser.pass(2_000);
  assert.equal(last(browser).headers["Last-Event-ID"], "70");
  last(browser).write(hello(70) + ":\nid: 80\n\n");
  await settle();
  two.hidden = true;
  two.show(true);  // asks how things are, and nothing is amiss
  await settle();
  assert.equal(two.take(), "waiting hello live waiting hello live");
  one.close();
  await settle();
  assert.equal(last(browser).headers["Last-Event-ID"], "80");
});

test("a token that has run out is asked for anew, once in a row", async () => {
  const browser = new Browser();
  browser.status = 401;
  const tab = await begin(browser);
  tab.freshToken = "Bearer two";
  await settle();
  assert.deepEqual(tab.fresh, [false, true]);
  assert.equal(last(browser).headers.Authorization, "Bearer one");
  browser.status = 200;
  await browser.pass(2_000);
  assert.equal(last(browser).headers.Authorization, "Bearer two");
  last(browser).write(hello(1));
  await settle();
  last(browser).end();
  await browser.pass(2_000);
  assert.deepEqual(tab.fresh, [false, true, true, false]);
});

test("no token at the moment: nothing is sent, and it is asked again later", async () => {
  const browser = new Browser();
  const tab = browser.tab();
  let token = "";
  follow({ path: "/api/events", share: "me" }, { authorize: async () => token, event() {}, state() {} }, tab.world);
  await settle();
  assert.equal(browser.asked.length, 0);
  token = "Bearer late";
  await browser.pass(2_000);
  assert.equal(last(browser).headers.Authorization, "Bearer late");
});

test("a server without the stream is left alone for minutes", async () => {
  const browser = new Browser();
  browser.status = 404;
  browser.headers = {};
  const tab = await begin(browser);
  assert.equal(tab.take(), "waiting refused");
  tab.happened("visibilitychange");
  await browser.pass(9 * 60_000);
  assert.equal(browser.asked.length, 1);
  browser.status = 200;
  browser.headers = { "content-type": "text/event-stream" };
  await browser.pass(4 * 60_000);
  last(browser).write(hello(1));
  await settle();
  assert.equal(tab.take(), "hello live");
});

test("a busy server says when, and a page of something else is no stream", async () => {
  const browser = new Browser();
  browser.status = 503;
  browser.headers = { "retry-after": "20" };
  const tab = await begin(browser);
  await browser.pass(20_000);
  assert.equal(browser.asked.length, 1);
  browser.status = 200;
  browser.headers = { "content-type": "text/html" };
  await browser.pass(5_000);
  assert.equal(browser.asked.length, 2);
  assert.equal(tab.take(), "waiting");
  await browser.pass(4_000);
  assert.equal(browser.asked.length, 3);
});

test("two tabs share one stream and hear the same; another person has their own", async () => {
  const browser = new Browser();
  const one = await begin(browser), two = await begin(browser);
  assert.equal(browser.open.length, 1);
  last(browser).write(hello(5) + sale(6));
  await settle();
  assert.equal(one.take(), "waiting hello live sale");
  assert.equal(two.take(), "waiting hello live sale");
  await begin(browser, { share: "somebody else" });
  assert.equal(browser.open.length, 2);
});

test("a tab that comes later is told how things are", async () => {
  const browser = new Browser();
  await begin(browser);
  last(browser).write(hello(5) + sale(6));
  await settle();
  const late = await begin(browser);
  assert.equal(late.take(), "hello live");
  assert.equal(browser.asked.length, 1);
});

for (const way of ["close", "stop"]) {
  test(`the leader goes (${way}), another tab goes on from the last id`, async () => {
    const browser = new Browser();
    const one = await begin(browser), two = await begin(browser), three = await begin(browser);
    last(browser).write(hello(5) + sale(8));
    await settle();
    for (const tab of [one, two, three]) tab.take();
    way === "close" ? one.close() : one.following.stop();
    await settle();
    assert.equal(browser.open.length, 1);
    assert.equal(last(browser).tab, two);
    assert.equal(last(browser).headers["Last-Event-ID"], "8");
    last(browser).write(hello(8) + sale(9));
    await settle();
    assert.equal(two.take(), "waiting hello live sale");
    assert.equal(three.take(), "waiting hello live sale");
    assert.equal(one.take(), "");
  });
}

test("a leader that the system put to sleep loses the stream to a tab that is looked at", async () => {
  const browser = new Browser();
  const one = await begin(browser), two = await begin(browser);
  last(browser).write(hello(5));
  await settle();
  one.take(), two.take();
  one.hidden = true;
  one.sleep();
  await browser.pass(60_000);
  assert.equal(last(browser).tab, two);
  assert.equal(last(browser).headers["Last-Event-ID"], "5");
  last(browser).write(hello(5) + sale(6));
  await settle();
  assert.equal(two.take(), "waiting hello live sale");
  one.wakeUp();
  await settle();
  assert.equal(browser.open.length, 1);
  one.show(true);
  await browser.pass(3_000);
  assert.equal(browser.open.length, 1);
  assert.equal(one.take().split(" ").at(-1), "live");
});

test("a leader that is awake keeps the stream, however long nothing happens", async () => {
  const browser = new Browser();
  await begin(browser);
  const two = await begin(browser);
  last(browser).write(hello(5));
  await settle();
  for (let i = 0; i < 60; ++i) {
    await browser.pass(15_000);
    last(browser).write(beat);
    await settle();
  }
  assert.equal(browser.asked.length, 1);
  assert.equal(two.take(), "waiting hello live");
});

test("a tab that slept through events is told to fetch everything anew", async () => {
  const browser = new Browser();
  await begin(browser);
  const two = await begin(browser);
  last(browser).write(hello(5));
  await settle();
  two.take();
  two.hidden = true;
  two.sleep();
  last(browser).write(sale(6));
  await settle();
  two.wakeUp({ forgets: true });
  two.show(true);
  await settle();
  assert.equal(two.take(), "resync too_old");
});

test("hidden for minutes the stream rests, and is back when somebody looks", async () => {
  const browser = new Browser();
  const one = await begin(browser), two = await begin(browser);
  last(browser).write(hello(5));
  await settle();
  one.show(false);
  const minutes = async (count) => {
    for (let i = 0; i < count * 6; ++i) {
      await browser.pass(10_000);
      browser.open[0]?.write(beat);
      await settle();
    }
  };
  await minutes(10);
  assert.equal(browser.asked.length, 1, "the other tab is looked at");
  two.show(false);
  await minutes(5);
  assert.equal(browser.open.length, 0);
  const before = browser.asked.length;
  await minutes(30);
  assert.equal(browser.asked.length, before);
  two.show(true);
  await settle();
  assert.equal(browser.open.length, 1);
  assert.equal(last(browser).headers["Last-Event-ID"], "5");
});

test("without locks each tab has its own stream, for as long as it is looked at", async () => {
  const browser = new Browser();
  const one = await begin(browser, { locks: false });
  await begin(browser, { locks: false });
  assert.equal(browser.open.length, 2);
  one.show(false);
  await browser.pass(11_000);
  assert.equal(browser.open.length, 1);
  one.show(true);
  await settle();
  assert.equal(browser.open.length, 2);
});

test("a restored server begins to count anew", async () => {
  const browser = new Browser();
  await begin(browser);
  last(browser).write(hello(900));
  await settle();
  last(browser).end();
  await browser.pass(2_000);
  last(browser).write(hello(40, "g2"));
  await settle();
  last(browser).end();
  await browser.pass(2_000);
  assert.equal(last(browser).headers["Last-Event-ID"], "40");
});

test("nothing is left behind when the app stops following, before or after it began", async () => {
  const browser = new Browser();
  const one = await begin(browser);
  const two = await begin(browser);
  last(browser).write(hello(5));
  await settle();
  one.following.stop();
  two.following.stop();
  const tab = browser.tab();
  follow({ path: "/api/events", share: "me" }, {}, tab.world).stop();
  await settle();
  assert.equal(browser.open.length, 0);
  assert.equal(browser.timers.length, 0);
  assert.deepEqual([...browser.locks.values()].flat(), []);
});

test("while nothing happens there is one timer a tab, and it rings no more often than a stream is judged", async () => {
  const browser = new Browser();
  await begin(browser);
  await begin(browser);
  last(browser).write(hello(5));
  await settle();
  assert.equal(browser.timers.length, 2);
  assert.ok(browser.timers.every((timer) => timer.at - browser.clock > 30_000));
});
