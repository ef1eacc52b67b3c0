// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import blinkOnBadAir from "../../examples/blink-on-bad-air.ts";
import httpPost from "../../examples/http-post.ts";
import ownSensor from "../../examples/own-sensor.ts";
import ownTopic from "../../examples/own-topic.ts";
import talkToABoard from "../../examples/talk-to-a-board.ts";
import { Air } from "../../hosts/virtual/air.ts";
import { BH1750Chip } from "../../hosts/virtual/chips/bh1750.ts";
import { type Example, runExample } from "../../modules/app/example/run-example.ts";
import { PairedBoards } from "../support/paired-boards.ts";
import { ScriptedBroker } from "../support/scripted-broker.ts";
import { ScriptedWebServer } from "../support/scripted-web-server.ts";
import { WholeBoard } from "../support/whole-board.ts";

const second = 1_000;

/** A whole board with an example, a broker and a web server, in a room of the test. */
class Trial {
  readonly air = new Air({ seed: 1 });
  readonly board: WholeBoard;
  readonly broker: ScriptedBroker;
  readonly levels: number[] = [];

  constructor(example: Example) {
    const settings = { "mqtt.broker": "mqtt://broker.example", "board.id": "board-a" };
    this.board = new WholeBoard(settings, { air: this.air });
    this.broker = new ScriptedBroker(this.board.network);
    this.board.program = runExample(example, "the example");
    this.board.pins.onWrite(2, (level) => this.levels.push(level));
  }

  run(time: number): this {
    this.board.powerOn();
    this.board.time.advance(time);
    return this;
  }

  /** What the example has said. */
  get said(): string[] {
    return saidBy(this.board);
  }

  publish(topic: string, text: string): void {
    this.broker.publish(topic, { payload: new TextEncoder().encode(text) });
    this.board.time.advance(second);
  }
}

function saidBy(board: WholeBoard): string[] {
  return board.events.filter(({ part }) => part === "example").map(({ text = "" }) => text);
}

test("the LED blinks while the air is bad, and is dark again when it is good", () => {
  const trial = new Trial(blinkOnBadAir);
  trial.air.pin({ CO2: 600, tvoc: 30 });
  trial.run(300 * second);
  assert.ok(trial.levels.length > 100 && trial.levels.every((level) => level === 0));
  trial.air.pin({ CO2: 1_600, tvoc: 400 });
  trial.board.time.advance(60 * second);
  const bad = trial.levels.slice(-10).join("");
  assert.match(bad, /^(01){5}$|^(10){5}$/);
  assert.match(trial.said.at(-1) ?? "", /^co2 is 1\d{3} ppm: bad air$/);
  trial.air.pin({ CO2: 600, tvoc: 30 });
  trial.board.time.advance(60 * second);
  assert.deepEqual(trial.levels.slice(-2), [0, 0]);
  assert.match(trial.said.at(-1) ?? "", /: good air$/);
});

test("a sensor that the firmware does not know is read and published by the program", () => {
  const trial = new Trial(ownSensor);
  const chip = new BH1750Chip({ time: trial.board.time, light: { lightAt: () => 250 } });
  trial.board.bus.attach(chip);
  trial.run(12 * second);
  assert.deepEqual(trial.said, ["the example", "250 lx", "250 lx"]);
  assert.deepEqual(trial.broker.payloads("airpair/board-a/light"), ['{"lux":250}', '{"lux":250}']);
  assert.deepEqual(trial.board.bus.violations, []);
  trial.board.bus.detach(chip);
  trial.board.time.advance(5 * second);
  assert.match(trial.said.at(-1) ?? "", /nothing answers at 0x23/);
  trial.board.bus.attach(chip);
  trial.board.time.advance(5 * second);
  assert.equal(trial.said.at(-1), "250 lx");
});

test("the LED does what comes on its topic, and the broker keeps what it does", () => {
  const trial = new Trial(ownTopic).run(5 * second);
  trial.publish("airpair/board-a/led", "on");
  trial.publish("airpair/board-a/led", "blue");
  assert.deepEqual(trial.levels, [0, 1]);
  assert.equal(trial.said.at(-1), 'led takes on or off, not "blue"');
  const kept = trial.broker.retained.get("airpair/board-a/led/state");
  assert.equal(new TextDecoder().decode(kept?.payload), "on");
  assert.equal(kept?.QoS, 1);
  trial.publish("airpair/board-a/led", "off");
  assert.deepEqual(trial.levels, [0, 1, 0]);
});

test("readings go to a web server each minute, and what it answers is said", () => {
  const trial = new Trial(httpPost);
  const server = new ScriptedWebServer(trial.board.network, [8090]);
  trial.run(330 * second);
  const [first = "{}"] = server.bodies;
  const { board, co2 } = JSON.parse(first);
  assert.equal(board, "board-a");
  assert.ok(co2 >= 400);
  assert.equal(server.requests[0]?.line, "POST /air HTTP/1.1");
  assert.equal(trial.said.at(-1), "the server answers 200");
  trial.board.network.connects = "refuse";
  for (const link of trial.board.network.links) if (link.alive) link.cut();
  trial.board.time.advance(60 * second);
  assert.match(trial.said.at(-1) ?? "", /^not sent: /);
});

test("two boards greet each other, and a pair answers what it is asked", () => {
  const boards = new PairedBoards({ "publish.interval": 10 }, { "publish.interval": 10 });
  for (const board of [boards.a, boards.b]) board.program = runExample(talkToABoard, "talk");
  boards.pair();
  boards.time.advance(25 * second);
  const said = saidBy(boards.a).join("\n");
  assert.match(said, /^heard: good morning from board-b$/m);
  assert.match(said, /^board-b measures /m);
  const asked = boards.broker.arrived.map(({ payload }) => new TextDecoder().decode(payload));
  assert.ok(asked.includes("good morning from board-a"));
  assert.ok(!asked.some((text) => text === "readings"));
});
