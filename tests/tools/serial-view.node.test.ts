// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { lineWait, SerialView, type SerialViewOptions } from "../../tools/serial-view.ts";

function show(options: Partial<SerialViewOptions> = {}) {
  const shown: string[] = [];
  const kept: string[] = [];
  let time = new Date("2026-01-02T12:00:00.250Z");
  const view = new SerialView({
    write: (text) => shown.push(text),
    keep: (line) => kept.push(line),
    hasColours: false,
    hasTimestamps: false,
    now: () => time,
    ...options,
  });
  return {
    view,
    kept,
    text: () => shown.join(""),
    take: (text: string) => view.take(new TextEncoder().encode(text)),
    later: (ms: number) => {
      time = new Date(time.getTime() + ms);
    },
  };
}

test("lines come as the board sent them, however their bytes are cut", () => {
  const text = "reading  T 21.9 °C\r\n> status\r\nwifi online\r\n";
  const bytes = new TextEncoder().encode(text);
  for (let size = 1; size < 20; size++) {
    const { view, text: shown, kept } = show();
    for (let at = 0; at < bytes.length; at += size) view.take(bytes.subarray(at, at + size));
    assert.equal(shown(), text);
    assert.deepEqual(
      kept.map((line) => line.slice(25)),
      ["reading  T 21.9 °C", "> status", "wifi online"],
    );
  }
});

test("a prompt, which has no end, is shown after a moment, and its echo at once", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { take, text } = show();
  take("> ");
  assert.equal(text(), "");
  t.mock.timers.tick(lineWait);
  assert.equal(text(), "> ");
  take("s");
  assert.equal(text(), "> s");
});

test("the part of a line has a colour, and so has what has gone wrong", () => {
  const { take, text } = show({ hasColours: true });
  take("wifi     connected\r\nmqtt     warning: lost\r\nboot     ERROR no\r\n");
  assert.equal(
    text(),
    "\x1b[36mwifi\x1b[0m     connected\r\n" +
      "\x1b[36mmqtt\x1b[0m     \x1b[33mwarning: lost\x1b[0m\r\n" +
      "\x1b[36mboot\x1b[0m     \x1b[31mERROR no\x1b[0m\r\n",
  );
});

test("answers, JSON and a line that is edited keep their look", () => {
  const { take, text } = show({ hasColours: true });
  const lines = 'ccs811 warming up\r\n{"part":"wifi"}\r\n> set a b\x1b[2D\r\n\r\n';
  take(lines);
  assert.equal(text(), lines);
});

test("a time stands before each line, that of its first character", () => {
  const { take, text, later, view } = show({ hasTimestamps: true });
  take("first");
  later(1_000);
  take(" line\r\nnext\r\n");
  const [first = "", next = ""] = text().split("\r\n");
  assert.match(first, /^\d\d:\d\d:\d\d\.250 first line$/);
  assert.match(next, /^\d\d:\d\d:\d\d\.250 next$/);
  assert.notEqual(first.slice(0, 8), next.slice(0, 8));
  assert.equal(view.toggleTimestamps(), false);
  take("third\r\n");
  assert.ok(text().endsWith("\r\nthird\r\n"));
});

test("the file gets whole lines with their time, without what moves the cursor", () => {
  const { take, kept, view } = show({ hasColours: true });
  take("> stta\x1b[1Dtus\r\n\r\nboot     hello\r\nhalf");
  view.end();
  assert.deepEqual(kept, [
    "2026-01-02T12:00:00.250Z > sttatus",
    "2026-01-02T12:00:00.250Z boot     hello",
    "2026-01-02T12:00:00.250Z half",
  ]);
});

test("a board that sends noise without an end does not fill the memory", () => {
  const { take, kept } = show();
  for (let i = 0; i < 100; i++) take("x".repeat(1_000));
  take("\n");
  assert.equal(kept.length, 1);
  assert.ok((kept[0] ?? "").length < 4_200);
});

test("what the monitor says stands on a line of its own", () => {
  const { take, text, view } = show();
  take("> sta");
  view.say("-- gone");
  assert.equal(text(), "> sta\r\n-- gone\r\n");
});
