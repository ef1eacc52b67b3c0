// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Commander } from "../../../modules/console/commander.ts";
import { Console } from "../../../modules/console/console.ts";
import type { LongCommand, Reply } from "../../../modules/console/running-command.ts";
import { FakePort } from "../../support/fake-serial.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { ReplyOwnerBook } from "../../support/reply-book.ts";

/** A console whose command `scan` takes time: its replies, in the order in which they were begun. */
function build(change: Partial<LongCommand> = {}) {
  const time = new FakeTime();
  const port = new FakePort();
  const replies: Reply[] = [];
  let stops = 0;
  const console = new Console({
    serial: { io: port.io, baud: 115_200 },
    clock: time,
    onQuit: () => port.type("quit\n"),
  });
  const scan = {
    name: "scan",
    help: "",
    run: (): LongCommand => ({
      text: "scanning",
      limit: 5_000,
      start: (reply) => void replies.push(reply),
      stop: () => void stops++,
      ...change,
    }),
  };
  const commander = new Commander({ commands: [scan], view: undefined, timers: time });
  console.use(commander);
  console.configure({ format: "text", level: "error", echo: false });
  port.makeRoom(100_000);
  /** What the console has shown since the last call. */
  const shown = () => {
    const lines = port.output.split("\r\n").filter((line) => line !== "");
    port.output = "";
    return lines;
  };
  return { time, port, replies, commander, console, shown, stops: () => stops };
}

test("a command that takes time answers on the console bit by bit, whatever the log level", () => {
  const { time, port, replies, shown } = build();
  port.type("scan\n");
  assert.deepEqual(shown(), ["scanning"]);
  replies[0]?.add("one\ntwo");
  assert.deepEqual(shown(), ["one", "two"]);
  replies[0]?.add("three");
  replies[0]?.end();
  replies[0]?.add("too late");
  replies[0]?.end();
  assert.deepEqual(shown(), ["three"]);
  assert.equal(time.pending, 0);
});

test("in JSON its lines are those of an answer, and its failure those of a refusal", () => {
  const { port, replies, console, shown } = build();
  console.configure({ format: "json", level: "error", echo: false });
  port.type("scan\n");
  replies[0]?.add("one\ntwo");
  replies[0]?.fail(new Error("broken"));
  const objects = shown().map((text) => JSON.parse(text));
  assert.deepEqual(
    objects.map(({ part, event, text }) => `${part} ${event} ${text}`),
    [
      "command answer scanning",
      "command answer one",
      "command answer two",
      "command refused broken",
    ],
  );
});

test("its time limit stops it and says so, and what it says later is not shown", () => {
  const { time, port, replies, shown, stops } = build();
  port.type("scan\n");
  replies[0]?.add("one");
  time.advance(4_999);
  assert.deepEqual(shown(), ["scanning", "one"]);
  time.advance(1);
  assert.deepEqual(shown(), ["error: the command had not ended after 5 s and was stopped"]);
  assert.equal(stops(), 1);
  replies[0]?.add("late");
  replies[0]?.fail(new Error("late"));
  assert.deepEqual(shown(), []);
});

test("Ctrl-C stops every command that goes on, and only then the next one quits", () => {
  const { time, port, replies, shown, stops } = build();
  port.type("scan\nscan\n");
  shown();
  port.type("\x03");
  assert.equal(stops(), 2);
  replies[0]?.add("late");
  replies[1]?.end();
  assert.deepEqual(shown(), []);
  assert.equal(time.pending, 0);
  port.type("\x03");
  assert.deepEqual(shown(), ['error: unknown command "quit"; help lists them']);
});

test("of two that go on the one that ends is forgotten, and the other can still be stopped", () => {
  const { port, replies, stops } = build();
  port.type("scan\nscan\n");
  replies[0]?.end();
  port.type("\x03");
  assert.equal(stops(), 1);
});

test("one that cannot begin is answered with the reason, and nothing goes on", () => {
  const start = () => {
    throw new Error("the radio is off");
  };
  const { time, port, shown, stops } = build({ start });
  port.type("scan\n");
  assert.deepEqual(shown(), ["error: the radio is off"]);
  assert.deepEqual([time.pending, stops()], [0, 0]);
});

test("one that ends at once is over, and whoever asked has its answer", () => {
  const { commander, time } = build({
    start: (reply) => {
      reply.add("done");
      reply.end();
    },
  });
  const owner = new ReplyOwnerBook();
  assert.equal(commander.run("scan", owner).running?.isOver, true);
  assert.deepEqual([owner.text, owner.ends, time.pending], ["done", 1, 0]);
});

test("nobody has to wait for the answer", () => {
  const { commander, replies } = build();
  assert.equal(commander.run("scan").text, "scanning");
  replies[0]?.add("one");
  replies[0]?.end();
});
