// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type PartnerMessage, PartnerWatch } from "../../../modules/pairing/partner-watch.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { LogBook } from "../../support/log-book.ts";

function build() {
  const book = new LogBook();
  const time = new FakeTime();
  const handlers = new Map<string, (message: PartnerMessage) => void>();
  const watch = new PartnerWatch({
    subscriber: {
      subscribe(filter, { onMessage }) {
        handlers.set(filter, onMessage);
      },
    },
    log: book.log,
    timers: time,
    root: "airpair",
    partner: "board-b",
    describe: (payload) => (payload === "good" ? { text: "co2 1 ppm" } : { refused: "not JSON" }),
  });
  const send = (topic: string, text: string) => {
    const payload = new TextEncoder().encode(text);
    handlers.get(topic)?.({ topic, payload, retain: false });
    time.advance(0);
  };
  return { book, watch, handlers, send };
}

test("the partner's status and readings are subscribed", () => {
  assert.deepEqual(
    [...build().handlers.keys()],
    ["airpair/board-b/status", "airpair/board-b/reading"],
  );
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
  send("airpair/board-b/status", "asleep");
  assert.equal(watch.online, undefined);
  assert.deepEqual(watch.counters, { readings: 0, refused: 3 });
  assert.equal(
    book.text,
    [
      "warn reading of board-b ignored: not JSON",
      "warn reading of board-b ignored: too long",
      "warn status of board-b ignored: neither online nor offline",
    ].join("\n"),
  );
});

test("the empty message that deletes a retained status is no error", () => {
  const { book, send } = build();
  send("airpair/board-b/status", "");
  assert.equal(book.text, "");
});
