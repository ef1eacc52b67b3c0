// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Subscriptions } from "../../../../modules/mqtt/subscribe/subscriptions.ts";

function called(subscriptions: Subscriptions<string>, topic: string): string[] {
  const handlers: string[] = [];
  const count = subscriptions.dispatch(topic, (handler) => handlers.push(handler));
  assert.equal(count, handlers.length);
  return handlers.sort();
}

function withFilters(...filters: readonly string[]): Subscriptions<string> {
  const subscriptions = new Subscriptions<string>();
  for (const filter of filters) subscriptions.add(filter, 0, filter);
  return subscriptions;
}

test("finds the course's filters for a/b/c/d", () => {
  const course = ["a/b/c/d", "+/b/c/d", "a/+/c/d", "a/+/+/d", "+/+/+/+"];
  course.push("#", "a/#", "a/b/#", "a/b/c/#", "+/b/c/#");
  const subscriptions = withFilters(...course, "a/b/c", "b/+/c/d", "+/+/+", "a/b/c/d/e");
  assert.deepEqual(called(subscriptions, "a/b/c/d"), course.sort());
});

test("knows parents, empty levels, case and the $ rule", () => {
  const subscriptions = withFilters("a/#", "#", "+", "+/x", "+/+", "a/+", "/#", "$SYS/#", "$SYS/+");
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
    assert.deepEqual(called(subscriptions, topic), filters.sort(), topic);
  }
});

test("finds a shared subscription by the filter behind its group", () => {
  const subscriptions = withFilters("$share/g/a/+", "$share/h/#", "$share/g/a/b", "a/b");
  assert.deepEqual(called(subscriptions, "a/b"), [
    "$share/g/a/+",
    "$share/g/a/b",
    "$share/h/#",
    "a/b",
  ]);
  assert.deepEqual(called(subscriptions, "$SYS/x"), []);
  assert.equal(subscriptions.remove("a/b"), true);
  assert.deepEqual(called(subscriptions, "a/b"), ["$share/g/a/+", "$share/g/a/b", "$share/h/#"]);
  assert.equal(subscriptions.remove("a/b"), false);
});

test("calls a handler of several matching filters once", () => {
  const subscriptions = new Subscriptions<string>();
  for (const filter of ["a/b", "a/+", "a/#", "#"]) subscriptions.add(filter, 1, "same");
  subscriptions.add("+/b", 1, "other");
  assert.deepEqual(called(subscriptions, "a/b"), ["other", "same"]);
});

test("replaces handler and QoS of the same filter", () => {
  const subscriptions = new Subscriptions<string>();
  const first = subscriptions.add("a", 0, "old");
  first.granted = 0;
  const second = subscriptions.add("a", 2, "new");
  assert.equal(subscriptions.size, 1);
  assert.equal(second.QoS, 2);
  assert.equal(second.granted, 0);
  assert.deepEqual(called(subscriptions, "a"), ["new"]);
});

test("keeps filters in the order in which they were added, with what was granted", () => {
  const subscriptions = withFilters("c", "a", "b");
  const a = subscriptions.get("a");
  assert.ok(a);
  a.granted = 0x80;
  const list = () => [...subscriptions.all()].map(({ filter, granted }) => [filter, granted]);
  assert.deepEqual(list(), [
    ["c", undefined],
    ["a", 0x80],
    ["b", undefined],
  ]);
  subscriptions.forgetGranted();
  assert.deepEqual(list(), [
    ["c", undefined],
    ["a", undefined],
    ["b", undefined],
  ]);
  assert.equal(subscriptions.get("x"), undefined);
});

test("removes filters without touching their neighbours", () => {
  const filters = ["a", "a/b", "a/b/c", "a/+", "a/+/c", "a/#", "a/b/#", "+", "#", "/", "//"];
  for (const removed of filters) {
    const subscriptions = withFilters(...filters);
    assert.equal(subscriptions.remove(removed), true);
    const fresh = withFilters(...filters.filter((filter) => filter !== removed));
    for (const topic of ["a", "a/b", "a/b/c", "a/x", "a/x/c", "x", "/", "//", "a/b/c/d"]) {
      assert.deepEqual(called(subscriptions, topic), called(fresh, topic), `${removed} ~ ${topic}`);
    }
    assert.equal(subscriptions.get(removed), undefined);
    subscriptions.add(removed, 0, removed);
    assert.deepEqual(called(subscriptions, "a/b"), called(withFilters(...filters), "a/b"));
  }
});

test("refuses illegal filters and QoS, and more filters than the limit", () => {
  const subscriptions = new Subscriptions<string>({ limit: 2 });
  const refusal = { code: "mqtt/illegal", argument: "filter", statement: "MQTT-4.7.1-2" };
  assert.throws(() => subscriptions.add("a#", 0, "x"), refusal);
  assert.throws(() => subscriptions.add("", 0, "x"), { statement: "MQTT-4.7.3-1" });
  assert.throws(() => subscriptions.add("a", 3 as 2, "x"), { argument: "QoS" });
  subscriptions.add("a", 0, "x");
  subscriptions.add("b", 0, "x");
  assert.throws(() => subscriptions.add("c", 0, "x"), { code: "mqtt/full" });
  subscriptions.add("a", 1, "y");
  assert.equal(subscriptions.size, 2);
  subscriptions.remove("b");
  subscriptions.add("c", 0, "x");
  assert.deepEqual(called(subscriptions, "c"), ["x"]);
});

type Act = (subscriptions: Subscriptions<string>, dispatched: string[]) => void;

// Runs `act` inside the first handler that is called, whichever it is.
function calledWhile(act: Act): string[] {
  const subscriptions = withFilters("a/b", "a/+", "a/#", "#");
  const handlers: string[] = [];
  subscriptions.dispatch("a/b", (handler) => {
    handlers.push(handler);
    if (handlers.length === 1) act(subscriptions, handlers);
  });
  return handlers;
}

test("handlers may change everything while a message is dispatched", () => {
  const all = ["a/b", "a/+", "a/#", "#"];
  assert.deepEqual(calledWhile(() => {}).sort(), [...all].sort());
  assert.equal(calledWhile((s) => s.clear()).length, 1, "closed");
  const unsubscribed = calledWhile((s, [first]) => {
    for (const filter of all) if (filter !== first) s.remove(filter);
  });
  assert.equal(unsubscribed.length, 1, "unsubscribed from the others");
  assert.equal(calledWhile((s, [first]) => s.remove(first ?? "")).length, 4, "from itself");
  const subscribed = calledWhile((s) => s.add("+/b", 0, "new"));
  assert.ok(!subscribed.includes("new"), "a new filter gets the next message");
  const back = calledWhile((s, [first]) => {
    for (const filter of all) if (filter !== first) s.remove(filter);
    for (const filter of all) s.add(filter, 0, filter);
  });
  assert.equal(back.length, 1, "removed and added is new");
});

test("a handler whose first filter was removed is still called for its second", () => {
  const subscriptions = new Subscriptions<string>();
  subscriptions.add("#", 0, "first");
  subscriptions.add("a/#", 0, "twice");
  subscriptions.add("a/b", 0, "twice");
  const handlers: string[] = [];
  subscriptions.dispatch("a/b", (handler) => {
    handlers.push(handler);
    if (handler === "first") subscriptions.remove("a/#");
  });
  assert.deepEqual(handlers, ["first", "twice"]);
});

test("a message may be dispatched inside a handler of another", () => {
  const subscriptions = withFilters("a/#", "+/b", "c", "#");
  const handlers: string[] = [];
  subscriptions.dispatch("a/b", (handler) => {
    handlers.push(handler);
    subscriptions.dispatch("c", (inner) => handlers.push(`c ${inner}`));
  });
  assert.equal(handlers.filter((handler) => !handler.startsWith("c ")).length, 3);
  assert.equal(handlers.filter((handler) => handler.startsWith("c ")).length, 6);
});

test("a handler that throws ends the dispatch and spoils nothing", () => {
  const subscriptions = withFilters("a", "+", "#");
  assert.throws(
    () =>
      subscriptions.dispatch("a", () => {
        throw new Error("mine");
      }),
    /mine/,
  );
  assert.deepEqual(called(subscriptions, "a"), ["#", "+", "a"]);
});

test("takes topics and filters of very many levels", () => {
  const deep = "/".repeat(5000);
  const subscriptions = withFilters(deep, `${deep}#`, "+/#");
  assert.deepEqual(called(subscriptions, deep), ["+/#", deep, `${deep}#`].sort());
  assert.equal(subscriptions.remove(deep), true);
  assert.equal(subscriptions.remove(`${deep}#`), true);
  assert.deepEqual(called(subscriptions, deep), ["+/#"]);
});
