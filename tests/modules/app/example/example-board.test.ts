// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { ExampleBoard } from "../../../../modules/app/example/example-board.ts";
import { runExample } from "../../../../modules/app/example/run-example.ts";
import { ScriptedBroker } from "../../../support/scripted-broker.ts";
import { WholeBoard } from "../../../support/whole-board.ts";

const second = 1_000;
const broker = { "mqtt.broker": "mqtt://broker.example", "board.id": "board-a" };

/** A whole board with a program, of which the test gets hold. */
function boardWith(
  program: (board: ExampleBoard) => void,
  settings: Readonly<Record<string, unknown>> = broker,
): WholeBoard {
  const board = new WholeBoard(settings);
  board.program = runExample(program, "examples/trial.ts");
  return board;
}

function saidBy(board: WholeBoard): string[] {
  return board.events.filter(({ part }) => part === "example").map(({ text = "" }) => text);
}

test("an exception at the start of a program is a line, and the board goes on without what it wanted", () => {
  const board = boardWith(() => {
    throw new RangeError("no luck\ntoday");
  });
  const server = new ScriptedBroker(board.network);
  board.powerOn();
  board.time.advance(20 * second);
  const [started, failed = ""] = saidBy(board);
  assert.equal(started, "examples/trial.ts");
  assert.match(failed, /^RangeError: no luck today/);
  assert.ok(server.payloads("airpair/board-a/reading").length > 3);
});

test("an exception of a timer is a line each time, and the others go on", () => {
  let count = 0;
  const board = boardWith((example) => {
    example.every(second, () => {
      throw new Error("at odds");
    });
    example.every(second, () => count++);
  });
  board.powerOn();
  board.time.advance(3 * second);
  assert.equal(count, 3);
  assert.equal(saidBy(board).filter((line) => /^Error: at odds/.test(line)).length, 3);
});

test("timers call back once or again and again, until they are stopped", () => {
  const calls: string[] = [];
  const board = boardWith((example) => {
    example.after(500, () => calls.push("once"));
    const stopped = example.after(1_500, () => calls.push("never"));
    const timer = example.every(1_000, () => {
      calls.push("again");
      stopped.stop();
      if (calls.length === 3) timer.stop();
    });
  });
  board.powerOn();
  board.time.advance(10 * second);
  assert.deepEqual(calls, ["once", "again", "again"]);
});

test("a pin that somebody else has is refused, with who has it", () => {
  const why: string[] = [];
  const tryPin = (example: ExampleBoard, pin: number) => {
    try {
      example.output(pin);
    } catch (error) {
      why.push((error as Error).message);
    }
  };
  const settings = { ...broker, "rule.1": "co2 > 1000 pin 5", "pair.led": "18" };
  const board = boardWith((example) => {
    for (const pin of [21, 5, 18]) tryPin(example, pin);
    example.output(2);
    tryPin(example, 2);
  }, settings);
  board.powerOn();
  assert.deepEqual(why, [
    "pin 21 cannot be had: the I2C bus is there",
    "pin 5 cannot be had: rule.1 has it",
    "pin 18 cannot be had: pair.led has it",
    "pin 2 cannot be had: pin 2 is in use",
  ]);
});

test("an output is low first and toggles, an input reads a button", () => {
  const levels: number[] = [];
  const seen: boolean[] = [];
  const board = boardWith((example) => {
    const led = example.output(2);
    const button = example.input(0);
    example.every(second, () => {
      led.toggle();
      seen.push(led.isOn, button.read());
    });
  });
  board.pins.onWrite(2, (level) => levels.push(level));
  board.powerOn();
  board.time.advance(second);
  board.pins.press(0, true);
  board.time.advance(second);
  assert.deepEqual(levels, [0, 1, 0]);
  assert.deepEqual(seen, [true, true, false, false]);
});

test("without a broker a program that publishes is told so, in its line", () => {
  const board = boardWith((example) => example.publish(example.topic("x"), 1), {});
  board.powerOn();
  assert.match(saidBy(board).at(-1) ?? "", /there is no broker; set mqtt\.broker/);
});

test("values go out as they are or as JSON, and messages that are no text are left out", () => {
  const heard: string[] = [];
  const board = boardWith((example) => {
    example.publish(example.topic("text"), "plain");
    example.publish(example.topic("number"), 21.5);
    example.publish(example.topic("list"), [1, true]);
    example.onMessage("home/+", (topic, text) => heard.push(`${topic} ${text}`), 1);
  });
  const server = new ScriptedBroker(board.network);
  board.powerOn();
  board.time.advance(10 * second);
  assert.deepEqual(server.payloads("airpair/board-a/text"), ["plain"]);
  assert.deepEqual(server.payloads("airpair/board-a/number"), ["21.5"]);
  assert.deepEqual(server.payloads("airpair/board-a/list"), ["[1,true]"]);
  for (const payload of [Uint8Array.of(0xff), Uint8Array.of(0x68, 0x69)]) {
    server.publish("home/door", { payload });
  }
  board.time.advance(second);
  assert.deepEqual(heard, ["home/door hi"]);
});

test("one request at a time goes to a web server, and what is no address is refused", () => {
  const why: string[] = [];
  const board = boardWith((example) => {
    const refused = (url: string) => {
      try {
        example.post(url, { a: 1 }, () => {});
      } catch (error) {
        why.push((error as Error).message);
      }
    };
    refused("ftp://host");
    example.post("http://10.0.0.1/", "x", () => {});
    refused("http://10.0.0.1/");
  });
  board.powerOn();
  assert.equal(why.length, 2);
  assert.match(why[0] ?? "", /http/);
  assert.equal(why[1], "a request is on its way; wait for its answer");
});

test("in safe mode a program is not started", () => {
  let starts = 0;
  const board = boardWith(() => {
    starts++;
  });
  board.powerOn();
  for (let crash = 1; crash <= 5; crash++) {
    board.time.advance(second);
    board.crash("task watchdog");
  }
  assert.equal(starts, 5);
  assert.deepEqual(saidBy(board), []);
});

test("a program that is closed is called no more, and its pins are free", () => {
  const calls: string[] = [];
  const board = boardWith((example) => {
    example.output(2);
    example.every(second, () => calls.push("timer"));
    example.onReading(() => calls.push("reading"));
  });
  board.powerOn();
  board.time.advance(5 * second);
  assert.ok(calls.includes("reading"));
  assert.ok(board.pins.open.includes(2));
  const before = calls.length;
  board.close();
  board.time.advance(5 * second);
  assert.equal(calls.length, before);
  assert.ok(!board.pins.open.includes(2));
});
