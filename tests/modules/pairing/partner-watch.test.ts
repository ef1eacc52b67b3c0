// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type PartnerMessage, PartnerWatch } from "../../../modules/pairing/partner-watch.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { LogBook } from "../../support/log-book.ts";

function build(isPaired?: (name: string) => boolean) {
  const book = new LogBook();
  const time = new FakeTime();
  const handlers = new Map<string, (message: PartnerMessage) => void>();
  const asked = new Map<string, number>();
  const watch = new PartnerWatch({
    subscriber: {
      subscribe(filter, { QoS, onMessage }) {
        asked.set(filter, QoS);
        handlers.set(filter, onMessage);
      },
    },
    log: book.log,
    timers: time,
    clock: time,
    root: "airpair",
    partner: "board-b",
    peers: isPaired && { isPaired },
    describe: (payload) => {
      if (payload === "good") return { text: "co2 1 ppm" };
      const [word, moment] = payload.split(" ");
      return word === "late"
        ? { text: "co2 2 ppm", time: Number(moment) }
        : { refused: "not JSON" };
    },
  });
  const send = (topic: string, text: string, retain = false) => {
    const payload = new TextEncoder().encode(text);
    handlers.get(topic)?.({ topic, payload, retain });
    time.advance(0);
  };
  return { book, watch, handlers, asked, send, time };
}

test("the partner's status and readings are subscribed", () => {
  assert.deepEqual(
    [...build().handlers.keys()],
    ["airpair/board-b/status", "airpair/board-b/reading"],
  );
});

test("the broker keeps the partner's status for an absent board, and none of its readings", () => {
  const { asked } = build();
  assert.equal(asked.get("airpair/board-b/status"), 1);
  assert.equal(asked.get("airpair/board-b/reading"), 0);
});

test("a reading that is older than a minute is shown as old", () => {
  const { watch, book, send, time } = build();
  const topic = "airpair/board-b/reading";
  const now = Date.UTC(2026, 0, 2, 12);
  time.set(now);
  const text = (age: number) => {
    send(topic, `late ${now - age}`);
    return book.lines.at(-1)?.text;
  };
  assert.equal(text(60_000), "board-b says co2 2 ppm");
  assert.equal(text(60_001), "board-b said 60 s ago: co2 2 ppm");
  assert.equal(text(119_400), "board-b said 119 s ago: co2 2 ppm");
  assert.equal(text(120_000), "board-b said 2 min ago: co2 2 ppm");
  assert.equal(text(7_140_000), "board-b said 119 min ago: co2 2 ppm");
  assert.equal(text(86_400_000), "board-b said 24 h ago: co2 2 ppm");
  assert.equal(book.lines.at(-1)?.data?.age, 86_400_000);
  // Its clock is ahead of ours.
  assert.equal(text(-3_600_000), "board-b says co2 2 ppm");
  assert.deepEqual(watch.counters, { readings: 7, refused: 0 });
});

test("without a clock of its own, the board shows when a reading was measured", () => {
  const { book, send, time } = build();
  assert.equal(time.now(), undefined);
  send("airpair/board-b/reading", `late ${Date.UTC(2026, 0, 2, 12)}`);
  assert.equal(book.text, "info board-b said at 2026-01-02T12:00:00.000Z: co2 2 ppm");
});

test("a reading that the broker has kept is shown as old", () => {
  const { book, send } = build();
  send("airpair/board-b/reading", "good", true);
  assert.equal(book.text, "info board-b said earlier: co2 1 ppm");
});

test("the partner's coming and going is told", () => {
  const { watch, book, send } = build();
  assert.equal(watch.online, undefined);
  send("airpair/board-b/status", "online");
  assert.equal(watch.online, true);
  send("airpair/board-b/status", "offline");
  assert.equal(watch.online, false);
  assert.equal(book.text, "info board-b is online\ninfo board-b is offline");
});

test("a partner that sleeps is told of as such, and taken for neither there nor gone", () => {
  const { watch, book, send } = build();
  send("airpair/board-b/status", "online");
  send("airpair/board-b/status", "asleep until 2026-01-02T12:05:00Z");
  assert.equal(book.lines.at(-1)?.text, "board-b is asleep until 2026-01-02T12:05:00Z");
  assert.equal(watch.online, true);
  send("airpair/board-b/status", "asleep\u001b[2J");
  assert.equal(book.lines.at(-1)?.text, "board-b is asleep.[2J");
  assert.equal(watch.counters.refused, 0);
  send("airpair/board-b/status", `asleep until ${"x".repeat(100)}`);
  assert.equal(watch.counters.refused, 1);
});

test("the partner's reading is shown", () => {
  const { watch, book, send } = build();
  send("airpair/board-b/reading", "good");
  assert.equal(book.text, "info board-b says co2 1 ppm");
  assert.deepEqual(watch.counters, { readings: 1, refused: 0 });
});

test("a malformed message is told with the reason and changes nothing", () => {
  const { watch, book, send } = build();
  send("airpair/board-b/reading", "bad");
  send("airpair/board-b/reading", "x".repeat(2_000));
  send("airpair/board-b/status", "dozing");
  assert.equal(watch.online, undefined);
  assert.deepEqual(watch.counters, { readings: 0, refused: 3 });
  assert.equal(
    book.text,
    [
      "warn reading of board-b ignored: not JSON",
      "warn reading of board-b ignored: too long",
      "warn status of board-b ignored: neither online, asleep nor offline",
    ].join("\n"),
  );
});

test("the empty message that deletes a retained status is no error", () => {
  const { book, send } = build();
  send("airpair/board-b/status", "");
  assert.equal(book.text, "");
});

test("of a partner that is paired nothing is shown that came in plain, which is said once", () => {
  let paired = "board-c";
  const { watch, book, send } = build((name) => name === paired);
  const say = () => {
    send("airpair/board-b/status", "online");
    send("airpair/board-b/reading", "good");
    send("airpair/board-b/reading", "bad");
  };
  say();
  assert.deepEqual(watch.counters, { readings: 1, refused: 1 });
  const before = book.lines.length;
  paired = "board-b";
  say();
  say();
  assert.deepEqual(
    book.lines.slice(before).map(({ text }) => text),
    ["board-b is paired; what it says in plain (pair.peer) is not shown"],
  );
  assert.deepEqual(watch.counters, { readings: 1, refused: 1 });
  paired = "";
  say();
  assert.deepEqual(watch.counters, { readings: 2, refused: 2 });
});

test("a reading that waits for its turn while the two become a pair is not shown either", () => {
  let isPaired = false;
  const { watch, handlers, time } = build(() => isPaired);
  const topic = "airpair/board-b/reading";
  const payload = new TextEncoder().encode("good");
  handlers.get(topic)?.({ topic, payload, retain: false });
  isPaired = true;
  time.advance(0);
  assert.deepEqual(watch.counters, { readings: 0, refused: 0 });
});
