// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Dispatcher } from "../../../../modules/mqtt/subscribe/dispatcher.ts";
import { PendingAcks } from "../../../../modules/mqtt/subscribe/pending-acks.ts";
import {
  isAsked,
  notAsked,
  type Subscription,
  Subscriptions,
} from "../../../../modules/mqtt/subscribe/subscriptions.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { compareAll, compareRandom } from "../../../support/reference-match.ts";

/** Subscriptions whose handlers note their filter. */
class Bench {
  readonly subscriptions: Subscriptions;
  readonly called: string[] = [];
  readonly unmatched: string[] = [];
  readonly faults: unknown[] = [];
  /** Called inside each handler, with its filter. */
  onCall: (filter: string) => void = () => {};
  readonly #dispatcher: Dispatcher;

  constructor(filters: readonly string[] = [], limit = 32) {
    const owner = {
      unsubscribe: (one: Subscription) => void this.subscriptions.remove(one),
      onAcknowledged() {},
      onUnmatched: (topic: string) => void this.unmatched.push(topic),
      onFault: (error: unknown) => void this.faults.push(error),
    };
    const subscriptions = new Subscriptions({ limit, maxLength: 10_100, owner });
    this.subscriptions = subscriptions;
    const acks = new PendingAcks({ clock: new FakeTime(), owner, limit: 8, deadline: 1_000 });
    this.#dispatcher = new Dispatcher({ subscriptions, acks, owner });
    for (const filter of filters) this.add(filter);
  }

  add(filter: string, QoS: 0 | 1 | 2 = 0): Subscription {
    const onMessage = () => {
      this.called.push(filter);
      this.onCall(filter);
    };
    return this.subscriptions.add(filter, { QoS, onMessage });
  }

  /** Filters whose handlers are called for a message, sorted. */
  dispatch(topic: string): string[] {
    this.called.length = 0;
    this.deliver(topic);
    return [...this.called].sort();
  }

  deliver(topic: string): void {
    const head = { topic, QoS: 0, id: 0, byteLength: 0, retain: false, duplicate: false } as const;
    this.#dispatcher.deliver(head, new Uint8Array());
  }

  get filters(): string[] {
    return this.subscriptions.list.map(({ filter }) => filter);
  }
}

test("finds the course's filters for a/b/c/d", () => {
  const course = ["a/b/c/d", "+/b/c/d", "a/+/c/d", "a/+/+/d", "+/+/+/+"];
  course.push("#", "a/#", "a/b/#", "a/b/c/#", "+/b/c/#");
  const bench = new Bench([...course, "a/b/c", "b/+/c/d", "+/+/+", "a/b/c/d/e"]);
  assert.deepEqual(bench.dispatch("a/b/c/d"), course.sort());
});

test("knows parents, empty levels, case and the $ rule", () => {
  const bench = new Bench(["a/#", "#", "+", "+/x", "+/+", "a/+", "/#", "$SYS/#", "$SYS/+"]);
  const cases: readonly (readonly [topic: string, ...filters: string[]])[] = [
    ["a", "#", "+", "a/#"],
    ["A", "#", "+"],
    ["ab", "#", "+"],
    ["a/", "#", "+/+", "a/#", "a/+"],
    ["/", "#", "+/+", "/#"],
    ["/a", "#", "+/+", "/#"],
    ["a/x", "#", "+/+", "+/x", "a/#", "a/+"],
    ["a//b", "#", "a/#"],
    ["$SYS", "$SYS/#"],
    ["$SYS/x", "$SYS/#", "$SYS/+"],
    ["$SYS/x/y", "$SYS/#"],
    ["$other/x"],
  ];
  for (const [topic, ...filters] of cases) {
    assert.deepEqual(bench.dispatch(topic), filters.sort(), topic);
  }
  assert.deepEqual(bench.unmatched, ["$other/x"]);
});

test("matches and subscriptions agree with the rules for every short filter and topic", () => {
  const { filters, topics, hits } = compareAll({ filter: 3, topic: 3 });
  assert.ok(filters > 50 && topics > 80 && hits > 200);
});

test("agrees with the rules while random filters come and go", () => {
  compareRandom(7, 80);
});

test("finds a shared subscription by the filter behind its group", () => {
  const bench = new Bench(["$share/g/a/+", "$share/h/#", "$share/g/a/b", "a/b"]);
  assert.deepEqual(bench.dispatch("a/b"), ["$share/g/a/+", "$share/g/a/b", "$share/h/#", "a/b"]);
  assert.deepEqual(bench.dispatch("$SYS/x"), []);
  bench.subscriptions.list.at(-1)?.close();
  assert.deepEqual(bench.dispatch("a/b"), ["$share/g/a/+", "$share/g/a/b", "$share/h/#"]);
});

test("100 filters find their messages", () => {
  const filters = Array.from(
    { length: 100 },
    (_, i) => `board-${i}/${i % 2 === 0 ? "#" : "value"}`,
  );
  const bench = new Bench(filters, 100);
  filters.forEach((filter, i) => {
    assert.deepEqual(bench.dispatch(`board-${i}/value`), [filter]);
  });
  assert.throws(() => bench.add("one/more"), { code: "mqtt/full" });
});

test("several subscriptions to one filter are all called, and count once for the limit", () => {
  const bench = new Bench(["a", "a", "b"], 2);
  assert.deepEqual(bench.dispatch("a"), ["a", "a"]);
  assert.equal(bench.subscriptions.QoSOf("a"), 0);
  bench.add("a", 2).close();
  assert.equal(bench.subscriptions.QoSOf("a"), 0);
  bench.add("a", 1);
  assert.equal(bench.subscriptions.QoSOf("a"), 1);
  assert.throws(() => bench.add("c"), { code: "mqtt/full" });
});

test("keeps subscriptions in the order in which they were made", () => {
  const bench = new Bench(["c", "a", "b"]);
  assert.deepEqual(bench.filters, ["c", "a", "b"]);
  bench.subscriptions.list[1]?.close();
  bench.add("a");
  assert.deepEqual(bench.filters, ["c", "b", "a"]);
});

test("a filter is asked for again when one more subscription wants it, unless the answer will do", () => {
  const bench = new Bench();
  const first = bench.add("a", 1);
  assert.equal(first.granted, notAsked);
  first.granted = 1;
  assert.equal(bench.add("a", 0).granted, notAsked);
  assert.equal(first.granted, notAsked);
  for (const one of bench.subscriptions.list) one.granted = isAsked;
  assert.equal(bench.add("a", 1).granted, isAsked);
  assert.equal(bench.add("a", 2).granted, notAsked);
  assert.equal(first.granted, notAsked, "with a higher QoS");
});

test("removes subscriptions without touching their neighbours", () => {
  const filters = ["a", "a/b", "a/b/c", "a/+", "a/+/c", "a/#", "a/b/#", "+", "#", "/", "//"];
  for (const removed of filters) {
    const bench = new Bench(filters);
    const one = bench.subscriptions.list.find(({ filter }) => filter === removed);
    one?.close();
    one?.close();
    assert.equal(one?.isClosed, true);
    const fresh = new Bench(filters.filter((filter) => filter !== removed));
    for (const topic of ["a", "a/b", "a/b/c", "a/x", "a/x/c", "x", "/", "//", "a/b/c/d"]) {
      assert.deepEqual(bench.dispatch(topic), fresh.dispatch(topic), `${removed} ~ ${topic}`);
    }
    bench.add(removed);
    assert.deepEqual(bench.dispatch("a/b"), new Bench(filters).dispatch("a/b"));
  }
});

test("refuses illegal filters and QoS, and more filters than the limit", () => {
  const bench = new Bench([], 2);
  const refusal = { code: "mqtt/illegal", argument: "filter", statement: "MQTT-4.7.1-2" };
  assert.throws(() => bench.add("a#"), refusal);
  assert.throws(() => bench.add(""), { statement: "MQTT-4.7.3-1" });
  assert.throws(() => bench.add("a", 3 as 2), { argument: "QoS" });
  assert.throws(() => bench.add("x".repeat(10_101)), { argument: "filter" });
  bench.add("a");
  const b = bench.add("b");
  assert.throws(() => bench.add("c"), { code: "mqtt/full" });
  bench.add("a", 1);
  b.close();
  bench.add("c");
  assert.deepEqual(bench.dispatch("c"), ["c"]);
});

// Runs `act` inside the first handler that is called, whichever it is.
function calledWhile(act: (bench: Bench, first: string) => void): string[] {
  const bench = new Bench(["a/b", "a/+", "a/#", "#"]);
  bench.onCall = (filter) => {
    if (bench.called.length === 1) act(bench, filter);
  };
  return bench.dispatch("a/b");
}

test("handlers may change everything while a message is dispatched", () => {
  const all = ["a/b", "a/+", "a/#", "#"];
  const close = ({ subscriptions }: Bench, isMeant: (filter: string) => boolean) => {
    for (const one of subscriptions.list) if (isMeant(one.filter)) one.close();
  };
  assert.deepEqual(
    calledWhile(() => {}),
    [...all].sort(),
  );
  assert.equal(calledWhile((bench) => close(bench, () => true)).length, 1, "closed");
  const others = calledWhile((bench, first) => close(bench, (filter) => filter !== first));
  assert.equal(others.length, 1, "unsubscribed from the others");
  const itself = calledWhile((bench, first) => close(bench, (filter) => filter === first));
  assert.equal(itself.length, 4, "from itself");
  const subscribed = calledWhile((bench) => bench.add("+/b"));
  assert.deepEqual(subscribed, [...all].sort(), "what is added is not called for this message");
});

test("a message may be dispatched inside a handler of another", () => {
  const bench = new Bench(["a/#", "+/b", "c", "#"]);
  bench.onCall = () => {
    if (bench.called.length === 1) bench.deliver("c");
  };
  assert.deepEqual(bench.dispatch("a/b"), ["#", "#", "+/b", "a/#", "c"]);
});

test("a handler that throws does not keep the message from the others", () => {
  const bench = new Bench(["a", "+", "#"]);
  bench.onCall = () => {
    throw new Error("mine");
  };
  assert.deepEqual(bench.dispatch("a"), ["#", "+", "a"]);
  assert.equal(bench.faults.length, 3);
});

test("takes topics and filters of very many levels", () => {
  const deep = "/".repeat(5000);
  const bench = new Bench([deep, `${deep}#`, "+/#"]);
  assert.deepEqual(bench.dispatch(deep), ["+/#", deep, `${deep}#`].sort());
  for (const one of bench.subscriptions.list.slice(0, 2)) one.close();
  assert.deepEqual(bench.dispatch(deep), ["+/#"]);
});
